/* base/random.h - counter-based random numbers: Philox 4x32-10 of Random123.
 *
 * A number is a function of (seed, purpose, step, layer, element), so it does not matter who draws it or when: streams
 * are seekable and the same for any number of threads. */
#ifndef GML_BASE_RANDOM_H
#define GML_BASE_RANDOM_H

#include <stdint.h>

typedef enum gml_purpose {
    GML_RANDOM_WEIGHTS = 1, /* initial weights: layer is the layer */
    GML_RANDOM_ORDER,       /* the order of samples: step is the epoch */
    GML_RANDOM_SPLIT,       /* cutting a dataset in two */
    GML_RANDOM_CHECK,       /* example data of the gradient check and of tests */
    GML_RANDOM_NOISE,       /* dropout and noise of training: step is the batch, layer the layer */
    GML_RANDOM_GRADIENT,    /* noise on gradients: step is the step, an element's number its place in the network */
    GML_RANDOM_BIASES       /* initial biases: layer is the layer */
} gml_purpose;

typedef struct gml_stream {
    uint64_t seed;
    gml_purpose purpose;
    uint64_t step;  /* below 2^48 */
    uint32_t layer; /* below 2^16 */
} gml_stream;

/* What block 0 of the stream is made of; block b has b in counter[0]. For kernels that draw many blocks at once. */
void gml_random_start(const gml_stream *stream, uint32_t counter[4], uint32_t key[2]);

/* The four 32-bit numbers of block `block`: elements 4 * block to 4 * block + 3 of the stream. */
void gml_random_block(const gml_stream *stream, uint32_t block, uint32_t out[4]);

#endif
