/* cli/page/picture.h - inputs, weights and attributions as pictures in a page.
 *
 * Values above and below 0 have the colors of png.h, from -most to most. Each function but page_picture_key prints a
 * message and returns the exit code if there is no memory. A label is the accessible name, of any source. */
#ifndef GML_CLI_PAGE_PICTURE_H
#define GML_CLI_PAGE_PICTURE_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/explain/inspect.h"

/* True if a page can show pictures of this shape: there is one, and it has at most 65536 pixels. */
bool page_picture_fits(picture_shape shape);

/* The greatest magnitude of the finite values; 1 if all are 0. */
double page_picture_most(const double *values, size_t count);

/* Writes a picture [height x width] of values above and below 0. */
int page_picture_signed(FILE *stream, const double *values, picture_shape shape, double most, const char *label);

/* Writes a picture [height x width] in greys, black for `low` and white for `high`. */
int page_picture_grey(FILE *stream, const double *values, picture_shape shape, double low, double high,
                      const char *label);

/* Writes `count` pictures of values above and below 0 [count x height x width] as one, in rows, with a frame. */
int page_picture_sheet(FILE *stream, const double *values, size_t count, picture_shape shape, double most,
                       const char *label);

/* Writes the key to the colors: a strip from -most to most with its ends. */
int page_picture_key(FILE *stream, double most);

#endif
