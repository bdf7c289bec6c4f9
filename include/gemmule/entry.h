/* gemmule/entry.h - a row of one of the library's tables: an activation, a loss, an optimizer, an initializer.
 *
 * Rows are found by name and written as calls: "relu", "leaky_relu(slope=0.2)", "adam(beta2=0.99, eps=1e-7)". An
 * argument left out takes the row's default. Some arguments are words: "prelu(per=unit)". */
#ifndef GEMMULE_ENTRY_H
#define GEMMULE_ENTRY_H

#include "gemmule/context.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { GML_MAX_PARAMETERS = 8 };

typedef struct gml_parameter {
    const char *name;    /* as written in a call */
    double initial;      /* the value when left out */
    double minimum;      /* least value accepted, itself included */
    double maximum;      /* greatest value accepted, itself included */
    const char *meaning; /* one line */
    /* Null: the value is a number. Else it is one of these words, null past the last, and `initial` is the place of
     * one; `minimum` and `maximum` are the first place and the last. */
    const char *(*word)(size_t index);
} gml_parameter;

typedef struct gml_entry {
    const char *name;       /* as written in texts and files */
    const char *summary;    /* one line */
    const char *formula;    /* value, plain text */
    const char *derivative; /* derivative, gradient or update, plain text; "" where there is none */
    const char *range;      /* plain text: of an activation the values it gives, of a loss the targets it takes; else
                               null */
    const char *pitfall;    /* what to mind, one or two sentences */
    const char *source;     /* where the formula comes from */
    gml_parameter parameters[GML_MAX_PARAMETERS];
    size_t parameter_count;
} gml_entry;

/* Checks that `text` is a call of a row of a table, the context's own rows included: its name and its arguments are
 * known, and each value is in its range. `kind` names the table and begins the message: "activation" (trainable ones
 * included), "initializer", "loss", "optimizer", "schedule", "average" or "group". Thread-safe.
 * Errors: argument (a null pointer, an unknown kind, a text of another form, a value out of its range), name (no such
 * row or argument; the message has the nearest one). */
GML_API gml_status gml_call_check(gml_context *context, const char *kind, const char *text);

/* The name of a null-terminated list that is most like `text`, for messages about a name that is mistyped: capital and
 * small letters are the same, and more than half of the longer one must be right. Null if none is like it, or for null
 * pointers. Thread-safe. */
GML_API const char *gml_name_nearest(const char *text, const char *const *names);

#ifdef __cplusplus
}
#endif
#endif
