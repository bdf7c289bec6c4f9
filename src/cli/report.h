/* cli/report.h - results as JSON on stdout, and numbers as people like them. */
#ifndef GML_CLI_REPORT_H
#define GML_CLI_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

/* Numbers that are not finite become null, as JSON has no word for them. */
json_t *json_number(double value);

json_t *json_size(size_t value);

/* Text that is no UTF-8 gets a '?' for each byte above 127; null becomes null. */
json_t *json_text(const char *text);

/* Prints one object as one line on stdout and gives it back. Answers the exit code. */
int print_json(json_t *object);

/* The value without the sign of a NaN, which printf would write as "-nan". */
double unsigned_nan(double value);

/* "accuracy 0.8861, loss 0.3312" or "RMSE 1.5, R2 0.93, loss 0.07". */
void print_metrics(FILE *stream, const gml_metrics *metrics);

/* 2.1 MB, 640 B: a size with a unit, in a text of the caller's. */
const char *size_text(double bytes, char text[16]);

/* The ending of the noun after a count: "" after 1, else "s". */
const char *plural(size_t count);

/* Prints the name of a file so that a shell reads it back as one word, a command takes it for no flag, and a terminal
 * only shows it. */
void print_shell_word(FILE *stream, const char *word);

#endif
