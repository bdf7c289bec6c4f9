/* kernel/measure/measure.h - metrics: one number from many outputs and their targets. */
#ifndef GML_KERNEL_MEASURE_MEASURE_H
#define GML_KERNEL_MEASURE_MEASURE_H

#include <stdbool.h>

#include "kernel/kernel.h"

typedef struct gml_measure_kernels {
    /* counts the correct rows. target_cols 1 and cols > 1: argmax of the outputs = class number. cols 1: output >
     * threshold = target > 0.5. Otherwise argmax of the outputs = argmax of the targets. */
    size_t (*count_correct)(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                            size_t target_cols, double threshold);
    /* sum over all entries of ((outputs - targets) * unit[j])^2; unit null: 1. Targets packed. */
    double (*sum_squared_error)(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                                const double *unit);
    /* replaces outputs of sigmoid by log(y / (1 - y)), those of softmax and exponential by log(y). y and 1 - y count as
     * the smallest normal number where they are less; NaN stays */
    void (*to_logits)(size_t count, bool sigmoid, void *y);
} gml_measure_kernels;

#endif
