/* network/code_inputs.h - the inputs of a network that are codes of levels. */
#ifndef GML_NETWORK_CODE_INPUTS_H
#define GML_NETWORK_CODE_INPUTS_H

#include "network/network.h"

/* The last inputs of a network, which a layer of embeddings takes for codes of levels. */
typedef struct gml_code_inputs {
    size_t columns, levels; /* 0 inputs: there is no such layer */
} gml_code_inputs;

gml_code_inputs gml_network_code_inputs(const gml_network *network);

/* Checks that the network has embeddings for all codes of a preparation, or null: any other layer would take codes for
 * quantities. Errors: shape. */
gml_status gml_network_check_codes(const gml_network *network, const gml_preparation *preparation);

#endif
