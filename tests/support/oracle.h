/* tests/support/oracle.h - the naive reference set up for a network in double, for tests that hold the engine against
 * it. */
#ifndef GML_TESTS_ORACLE_H
#define GML_TESTS_ORACLE_H

#include "gemmule/gemmule.h"
#include "reference/network.h"

typedef struct oracle {
    gml_reference_network network;
    gml_reference_layer *layers;
    gml_reference_batch batch;
    double *memory;
    double *dx;      /* [rows x inputs] */
    double **blocks; /* gradients, in the order of the network's blocks */
    size_t block_count;
} oracle;

/* Points the reference at the parameters of `network` (f64) and the batch x, targets; `loss` null: outputs only. */
oracle *oracle_create(const gml_network *network, const char *loss, size_t rows, const double *x, const double *targets,
                      size_t target_cols);
void oracle_destroy(oracle *made);

/* Outputs [rows x outputs] after a naive forward pass. */
const double *oracle_forward(oracle *made);

/* The loss; fills dx and blocks. Forward first. */
double oracle_backward(oracle *made);

/* Numbers from -1 to 1 that depend on `seed` and the index alone. */
double *random_doubles(size_t count, uint64_t seed);

/* Class numbers 0 .. classes-1, each at least once if count allows. */
double *random_classes(size_t count, size_t classes, uint64_t seed);

/* The greatest difference over the greatest magnitude in `expected`. */
double worst_difference(const double *got, const double *expected, size_t count);

/* A number that depends on every bit of all blocks. */
uint64_t hash_weights(const gml_network *network);

#endif
