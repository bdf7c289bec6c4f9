/* reference/loops.h - a training step in plain loops, in float: what the bench compares the library with.
 *
 * A dense ReLU network whose last layer is linear, softmax cross-entropy on class numbers, and SGD. It comes in two
 * layouts: loops as a textbook writes them, and the same loops ordered so that the compiler vectorises them. Both are
 * as good as plain C of their kind gets; neither allocates. */
#ifndef GML_REFERENCE_LOOPS_H
#define GML_REFERENCE_LOOPS_H

#include <stddef.h>

enum { GML_REFERENCE_LOOPS_LAYERS = 16 };

typedef struct gml_reference_loops {
    size_t layer_count;                           /* from 1 to GML_REFERENCE_LOOPS_LAYERS */
    size_t sizes[GML_REFERENCE_LOOPS_LAYERS + 1]; /* inputs, then the units of each layer */
    float *parameters;                            /* W [in x out] and b [out] of each layer, one after another */
    float *gradients;                             /* likewise, written by a step: of the mean loss */
    float *memory;                                /* as much as gml_reference_loops_memory says */
} gml_reference_loops;

/* Numbers in `parameters` and in `gradients`. */
size_t gml_reference_loops_parameters(const gml_reference_loops *loops);

/* Floats of memory for batches of up to `rows` samples. */
size_t gml_reference_loops_memory(const gml_reference_loops *loops, size_t rows);

/* One step on x [rows x inputs] and class numbers labels [rows]; returns the mean loss before the update. */
float gml_reference_textbook_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                                  float rate);
float gml_reference_vectorized_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                                    float rate);

#endif
