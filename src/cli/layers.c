/* cli/layers.c - the text form of a network taken apart: "784 -> 512 relu -> 10 softmax". */
#include "layers.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads a size and moves past it; 0 where there is none. */
static size_t read_size(const char **at)
{
    char *end;
    while (isspace((unsigned char)**at)) {
        (*at)++;
    }
    if (!isdigit((unsigned char)**at)) {
        return 0;
    }
    const size_t size = strtoull(*at, &end, 10);
    *at = end;
    return size;
}

static size_t layer_parameters(size_t inputs, size_t units, bool bias)
{
    size_t count;
    const bool overflow =
        __builtin_mul_overflow(inputs, units, &count) || __builtin_add_overflow(count, bias ? units : 0, &count);
    return overflow ? SIZE_MAX : count;
}

/* What stands between the units and the next arrow: [activation] [init=...] [bias=no]. */
static void read_layer_text(const char *text, size_t length, layer *row)
{
    char words[256];
    snprintf(words, sizeof words, "%.*s", (int)length, text);
    char *initializer = strstr(words, "init="), *bias = strstr(words, "bias=");
    row->parameters = layer_parameters(row->inputs, row->units, bias == NULL || strncmp(bias, "bias=no", 7) != 0);
    if (bias != NULL) {
        *bias = '\0';
    }
    if (initializer != NULL) {
        *initializer = '\0';
    }
    size_t first = strspn(words, " "), end = strlen(words);
    while (end > first && words[end - 1] == ' ') {
        end--;
    }
    snprintf(row->activation, sizeof row->activation, "%.*s", end > first ? (int)(end - first) : 8,
             end > first ? words + first : "identity");
}

const char *next_layer(const char *at, layer *row)
{
    const size_t inputs = row->units;
    while (isspace((unsigned char)*at)) {
        at++;
    }
    if (strncmp(at, "->", 2) != 0) {
        return NULL;
    }
    at += 2;
    row->inputs = inputs;
    row->units = read_size(&at);
    const char *arrow = strstr(at, "->");
    const size_t length = arrow != NULL ? (size_t)(arrow - at) : strlen(at);
    if (row->units == 0 || length >= sizeof row->activation) {
        return NULL;
    }
    read_layer_text(at, length, row);
    return at + length;
}

const char *first_layer(const char *description, layer *row)
{
    row->units = read_size(&description);
    return row->units > 0 ? next_layer(description, row) : NULL;
}

void last_activation(const char *description, char activation[256])
{
    layer row;
    activation[0] = '\0';
    for (const char *at = first_layer(description, &row); at != NULL; at = next_layer(at, &row)) {
        memcpy(activation, row.activation, sizeof row.activation);
    }
}

size_t count_parameters(const char *description)
{
    layer row;
    size_t total = 0;
    for (const char *at = first_layer(description, &row); at != NULL; at = next_layer(at, &row)) {
        if (__builtin_add_overflow(total, row.parameters, &total)) {
            return SIZE_MAX;
        }
    }
    return total;
}
