/* bench/oracle.h - the reference in double as the bench's judge: the answers and gradients of a network of
 * bench_describe, from its own parameters. */
#ifndef GML_BENCH_ORACLE_H
#define GML_BENCH_ORACLE_H

#include "reference/network.h"
#include "setup.h"

enum { BENCH_MOST_LAYERS = 8 };

/* Points into itself: it stays where it was made. */
typedef struct bench_oracle {
    gml_reference_network network;
    gml_reference_layer layers[BENCH_MOST_LAYERS];
    size_t parameter_count;
    double *parameters, *gradients; /* block after block, as the network has them */
    double *memory;                 /* of a batch of `rows` */
    size_t rows;
} bench_oracle;

/* Takes the parameters as they are now, for batches of up to `rows` samples. */
void bench_oracle_make(const gml_network *network, size_t rows, bench_oracle *oracle);
void bench_oracle_free(bench_oracle *oracle);

/* The answers to x [rows x inputs], at most oracle->rows; they stay until the next call. */
const double *bench_oracle_answer(const bench_oracle *oracle, size_t rows, const double *x);

/* Fills the gradients with those of the mean cross-entropy of x and class numbers labels [rows x 1]. */
void bench_oracle_differentiate(const bench_oracle *oracle, size_t rows, const double *x, const double *labels);

/* All parameters of a network in double, block after block; and back. */
double *bench_parameters(const gml_network *network, size_t *count);
void bench_set_parameters(gml_network *network, const double *parameters);

#endif
