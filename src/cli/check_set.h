/* cli/check_set.h - what `gemmule check` tries: the standard set of networks, and example data. */
#ifndef GML_CLI_CHECK_SET_H
#define GML_CLI_CHECK_SET_H

#include <stdbool.h>
#include <stddef.h>

enum { CHECK_TEXT_SIZE = 256 };

/* The network and the loss at `index` of the standard set; false past the last. A null loss is the one that goes with
 * the network. The set has every activation and every loss of the library's tables. */
bool standard_check(size_t index, char text[CHECK_TEXT_SIZE], const char **loss);

/* x [samples x inputs] in (-1, 1); y [samples x targets] in (0, 1), each row of several adding to 1, which most losses
 * take, or 0 and 1 for a `loss` that takes nothing else. The same for every call. */
void fill_example(const char *loss, double *x, double *y, size_t samples, size_t inputs, size_t targets);

#endif
