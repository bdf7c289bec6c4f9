/* cli/report/report.h - JSON on stdout, and numbers, sizes and names as text. */
#ifndef GML_CLI_REPORT_H
#define GML_CLI_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

/* Null for numbers that are not finite, which JSON cannot write. */
json_t *json_number(double value);

json_t *json_size(size_t value);

/* Null for null. In text that is not UTF-8 each byte above 127 becomes '?'. */
json_t *json_text(const char *text);

typedef struct json_member {
    const char *name;
    json_t *value; /* null: out of memory */
} json_member;

/* Makes an object of members, which it owns then. Null: out of memory. */
json_t *json_members(const json_member *members, size_t count);

/* Prints an object as one line on stdout and releases it. Returns the exit code. */
int print_json(json_t *object);

/* The value without the sign of a NaN, which printf would write as "-nan". */
double unsigned_nan(double value);

/* "accuracy 0.8861, loss 0.3312" or "RMSE 1.5, R2 0.93, loss 0.07". */
void print_metrics(FILE *stream, const gml_metrics *metrics);

/* Writes a size with its unit, as in "2.1 MB" and "640 B". Returns `text`. */
const char *size_text(double bytes, char text[16]);

/* Returns the number of layers before that which makes the outputs: the last, or the one before a last `average`. */
size_t hidden_layers(const gml_network *network);

/* The ending of the noun after a count: "" after 1, else "s". */
const char *plural(size_t count);

/* Prints an argument, quoted for a shell. Control characters are escaped. */
void print_shell_argument(FILE *stream, const char *word);

/* The same for the name of a file: if it starts with '-', with "./" in front. */
void print_shell_word(FILE *stream, const char *word);

#endif
