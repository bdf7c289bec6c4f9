/* cli/plot.h - pictures of activations as SVG, and what other pictures share with them. */
#ifndef GML_CLI_PLOT_H
#define GML_CLI_PLOT_H

#include <stdio.h>

#include "gemmule/gemmule.h"

/* Draws an activation and its derivative as FOLDER/NAME.svg. For an activation that couples the entries of a row, draws
 * the first of three outputs, with the two other inputs 0. On failure prints a message and leaves no file. Returns the
 * exit code. */
int draw_activation(gml_context *context, const gml_entry *entry, const char *folder);

/* Draws the trained activation of layer `index`, and its initial one, as FOLDER/layer-N-NAME.svg, N = index + 1: the
 * function and its derivative; or, if each of `units` units has its own, the functions of some of them. Fails if that
 * file is `model`. Errors as above. */
int draw_layer(const gml_network *network, size_t index, size_t units, const char *model, const char *folder);

/* ---- for other pictures ---- */

/* The picture and the margins around its frame, in pixels. */
enum { PLOT_WIDTH = 420, PLOT_HEIGHT = 280, PLOT_LEFT = 38, PLOT_RIGHT = 16, PLOT_TOP = 44, PLOT_BOTTOM = 28 };

/* Creates a file for a picture. `input`: a file that must not be overwritten, or null. On failure prints a message and
 * returns null. */
FILE *plot_open(const char *path, const char *input);

/* Closes it. On failure prints a message and removes the file. Returns the exit code. */
int plot_close(FILE *stream, const char *path);

/* Writes the beginning of a picture: its size, styles for light and dark pages, title and the name of the first line.
 * The classes are page, text, soft, grid, axis, value, slope, value-text and slope-text. */
void plot_head(const char *title, const char *label, FILE *stream);

/* Writes a straight line, in pixels. */
void plot_line(FILE *stream, const char *class, double x1, double y1, double x2, double y2);

#endif
