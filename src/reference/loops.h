/* reference/loops.h - a training step in plain loops, in float: a baseline for the benchmarks.
 *
 * A dense ReLU network with a linear last layer, softmax cross-entropy on class numbers, and SGD. There are two
 * layouts: textbook loops, and loops that the compiler vectorises. Both are good plain C; neither allocates. */
#ifndef GML_REFERENCE_LOOPS_H
#define GML_REFERENCE_LOOPS_H

#include <stddef.h>

enum { GML_REFERENCE_LOOPS_LAYERS = 16 };

typedef struct gml_reference_loops {
    size_t layer_count;                           /* from 1 to GML_REFERENCE_LOOPS_LAYERS */
    size_t sizes[GML_REFERENCE_LOOPS_LAYERS + 1]; /* inputs, then the units of each layer */
    float *parameters;                            /* W [in x out] and b [out] of each layer, one after another */
    float *gradients;                             /* likewise, written by a step: gradients of the mean loss */
    float *memory;                                /* [gml_reference_loops_memory] */
} gml_reference_loops;

/* Returns the length of `parameters` and of `gradients`. */
size_t gml_reference_loops_parameters(const gml_reference_loops *loops);

/* Returns the length of `memory` for batches of up to `rows` samples. */
size_t gml_reference_loops_memory(const gml_reference_loops *loops, size_t rows);

/* Makes one step on x [rows x inputs] and class numbers labels [rows]; returns the mean loss before the update. */
float gml_reference_textbook_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                                  float rate);
float gml_reference_vectorized_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                                    float rate);

#endif
