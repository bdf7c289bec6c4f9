/* cli/report/learned.h - the trained parameters of a model's activations. */
#ifndef GML_CLI_LEARNED_H
#define GML_CLI_LEARNED_H

#include <stdbool.h>

#include "gemmule/gemmule.h"

/* Prints the parameters, layer by layer; mean and range of those that each unit has. Returns the exit code. */
int print_learned(const gml_network *network);

/* True if the activation of layer `index`, from 0, has trained parameters. `units`: how many sets of them. */
bool layer_learns(const gml_network *network, size_t index, size_t *units);

/* Draws the activation of each layer as FOLDER/layer-N-NAME.svg, N from 1. The file of the model is never overwritten.
 * On failure prints a message. Returns the exit code. */
int draw_learned(const gml_network *network, const char *model, const char *folder);

#endif
