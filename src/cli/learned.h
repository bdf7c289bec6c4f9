/* cli/learned.h - what the activations of a model have learned. */
#ifndef GML_CLI_LEARNED_H
#define GML_CLI_LEARNED_H

#include "gemmule/gemmule.h"

/* Prints the numbers, layer by layer; of those that each unit has for itself mean and range. */
int print_learned(const gml_network *network);

/* Draws each layer's function as FOLDER/layer-N-NAME.svg, N from 1, none of them over the file of the model. On failure
 * prints why and returns the exit code. */
int draw_learned(const gml_network *network, const char *model, const char *folder);

#endif
