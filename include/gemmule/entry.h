/* gemmule/entry.h - a row of one of the library's tables: an activation, a loss, an optimizer, an initializer, a
 * metric.
 *
 * A row is chosen by a call: its name, with arguments in parentheses if they differ from the defaults, as in "relu",
 * "leaky_relu(slope=0.2)" or "adam(beta2=0.99, eps=1e-7)". Some arguments are words: "prelu(per=unit)". */
#ifndef GEMMULE_ENTRY_H
#define GEMMULE_ENTRY_H

#include "gemmule/context.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { GML_MAX_PARAMETERS = 8 };

typedef struct gml_parameter {
    const char *name;    /* as in a call */
    double initial;      /* default value */
    double minimum;      /* least value allowed */
    double maximum;      /* greatest value allowed */
    const char *meaning; /* one line, for people */
    /* Null: the value is a number. Otherwise returns word `index` of the allowed words, null past the last; `initial`,
     * `minimum` and `maximum` are indexes of words. */
    const char *(*word)(size_t index);
} gml_parameter;

typedef struct gml_entry {
    const char *name;       /* as in calls and files */
    const char *summary;    /* one line */
    const char *formula;    /* of the value, plain text */
    const char *derivative; /* derivative, gradient or update, plain text; "" if there is none */
    const char *range;      /* plain text: values of an activation, valid targets of a loss; null for other tables */
    const char *pitfall;    /* numerical or practical pitfall, one or two sentences */
    const char *source;     /* source of the formula */
    gml_parameter parameters[GML_MAX_PARAMETERS];
    size_t parameter_count;
} gml_entry;

/* Checks that `text` is a valid call: name and arguments are known, and each value is in its range. Custom rows of the
 * context are included. `kind` names the table and begins the message: "activation" (fixed or trainable),
 * "initializer", "loss", "optimizer", "schedule", "average", "group", "metric", "split", "transform", "attribution" or
 * "effect". Thread-safe. Errors: argument (a null pointer, an unknown kind, a malformed text, a value out of its
 * range), name (no such row or argument; the message suggests the most similar one). */
GML_API gml_status gml_call_check(gml_context *context, const char *kind, const char *text);

/* The row of a call, and its arguments. */
typedef struct gml_call_view {
    const gml_entry *entry;            /* owned by the library or the context */
    double values[GML_MAX_PARAMETERS]; /* [entry->parameter_count], with defaults; of a word its index */
} gml_call_view;

/* Reads a call like gml_call_check. Thread-safe. Errors: as gml_call_check. */
GML_API gml_status gml_call_read(gml_context *context, const char *kind, const char *text, gml_call_view *view);

/* Returns the name in a null-terminated list that is most similar to `text`, for messages about mistyped names.
 * Upper and lower case are equal; more than half of the longer string must agree. Null if no name is similar, or for
 * null pointers. Thread-safe. */
GML_API const char *gml_name_nearest(const char *text, const char *const *names);

#ifdef __cplusplus
}
#endif
#endif
