/* cli/chart/rate_plot.h - the curve of a range test, as text and as SVG. */
#ifndef GML_CLI_RATE_PLOT_H
#define GML_CLI_RATE_PLOT_H

#include <stdio.h>

#include "gemmule/gemmule.h"

/* Prints the curve: losses as '.', their moving average as '*', the suggestion as a column of '|'. On failure prints a
 * message. Returns the exit code. */
int print_rate_curve(FILE *stream, const gml_rate_point *points, const gml_rate_result *result);

/* Draws the curve as the file `path`, which must not be `input`. On failure prints a message. Returns the exit code. */
int draw_rate_curve(const char *path, const char *input, const gml_rate_point *points, const gml_rate_result *result);

#endif
