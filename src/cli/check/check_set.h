/* cli/check/check_set.h - the networks and the example data of `gemmule check`. */
#ifndef GML_CLI_CHECK_SET_H
#define GML_CLI_CHECK_SET_H

#include <stdbool.h>
#include <stddef.h>

enum { CHECK_TEXT_SIZE = 256 };

/* The network and the loss at `index` of the standard set; false past the last. A null loss is the default one
 * of the network. The set has every activation and every loss of the library's tables. */
bool standard_check(size_t index, char text[CHECK_TEXT_SIZE], const char **loss);

/* Fills x [samples x inputs] in (-1, 1) and y [samples x targets] in (0, 1). Rows of y with several targets add up to
 * 1, which most losses accept. For a `loss` with binary targets y is 0 or 1. The values are the same in every call. */
void fill_example(const char *loss, double *x, double *y, size_t samples, size_t inputs, size_t targets);

#endif
