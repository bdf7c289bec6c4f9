/* base/random.h - counter-based random numbers: Philox 4x32-10 (Salmon et al., Parallel Random Numbers: As Easy as
 * 1, 2, 3, 2011; Random123).
 *
 * A number is a function of (seed, purpose, step, layer, element) only. Streams are seekable and the same for any
 * number of threads. */
#ifndef GML_BASE_RANDOM_H
#define GML_BASE_RANDOM_H

#include <stdint.h>

typedef enum gml_purpose {
    GML_RANDOM_WEIGHTS = 1, /* initial weights: layer is the layer */
    GML_RANDOM_ORDER,       /* the order of samples: step is the epoch */
    GML_RANDOM_SPLIT,       /* splitting a dataset */
    GML_RANDOM_CHECK,       /* example data of the gradient check and of tests */
    GML_RANDOM_NOISE,       /* dropout and noise of training: step is the batch, layer the layer */
    GML_RANDOM_GRADIENT,    /* noise on gradients: step is the update, element the index of the parameter */
    GML_RANDOM_BIASES,      /* initial biases: layer is the layer */
    GML_RANDOM_SEARCH,      /* values of a trial: step is the trial, layer the dimension */
    GML_RANDOM_EXPLAIN,     /* attributions: step is the noisy copy or the coalition */
    GML_RANDOM_COLUMNS = 10 /* permuted columns: step is 2^16 times the first column, plus the repeat */
} gml_purpose;

typedef struct gml_stream {
    uint64_t seed;
    gml_purpose purpose;
    uint64_t step;  /* below 2^48 */
    uint32_t layer; /* below 2^16 */
} gml_stream;

/* Computes key and counter of block 0; block b has b in counter[0]. For kernels that draw many blocks at once. */
void gml_random_start(const gml_stream *stream, uint32_t counter[4], uint32_t key[2]);

/* Computes block `block` of the stream: elements 4 * block to 4 * block + 3, 32 bits each. */
void gml_random_block(const gml_stream *stream, uint32_t block, uint32_t out[4]);

#endif
