/* tests/support/oracle.h - the naive reference over a copy of a network in double, with the memory it needs: what the
 * engine is compared with in tests and benches. What fails ends the program. */
#ifndef GML_TESTS_ORACLE_H
#define GML_TESTS_ORACLE_H

#include "layer/layer.h"
#include "reference/network.h"

/* One block of what is learned. */
typedef struct oracle_block {
    gml_role role;
    size_t first, rows, cols; /* first: among all parameters, block after block */
    double *values, *gradient;
} oracle_block;

typedef struct oracle {
    gml_network *copy; /* its parameters are what the reference reads */
    gml_call loss;
    gml_reference_network network;
    gml_reference_layer *layers;
    oracle_block *blocks; /* in the order of the network's, without statistics */
    size_t block_count, parameter_count;
    double *gradients; /* [parameter_count] */
    double *memory;
    size_t memory_count;
} oracle;

/* `loss` is a call, as for training; null: outputs only. */
oracle *oracle_create(const gml_network *network, const char *loss);
void oracle_destroy(oracle *made);

/* Runs a batch forward; its loss, 0 without one. */
double oracle_run(oracle *made, const gml_reference_batch *batch);

/* Outputs [rows x outputs] of the batch that was run last. */
const double *oracle_outputs(const oracle *made, const gml_reference_batch *batch);

/* Fills the gradients of the batch that was run last, and those of its inputs into dx [rows x inputs] or null. */
void oracle_differentiate(oracle *made, const gml_reference_batch *batch, double *dx);

/* The parameter at an index over all blocks. */
double *oracle_parameter(const oracle *made, size_t index);

#endif
