/* tune/anchor.c - recipes that are known to be good: the first trials of the default space. */
#include "tune/search.h"

#define SMOOTH "optimizer=adamw; schedule=cosine(warmup=0.05); length=3"

/* The first is the default recipe. The others did best on 16 tables (README.md of this room). */
static const char *const anchors[] = {
    "lr=0.001; batch=32; hidden=128; activation=relu; dropout=0; optimizer=adam; decay=0; schedule=constant; "
    "length=1",
    "lr=0.001; batch=32; hidden=128x2; activation=relu; dropout=0.1; decay=0.1; " SMOOTH,
    "lr=0.001; batch=32; hidden=128x2; activation=relu; dropout=0.3; decay=1; " SMOOTH,
    "lr=0.002; batch=32; hidden=128; activation=relu; dropout=0.3; decay=1; " SMOOTH,
};

const char *gml_anchor(size_t index)
{
    return index < sizeof anchors / sizeof anchors[0] ? anchors[index] : NULL;
}
