/* kernel/loss_map.h - losses that add up entry by entry: from one entry to all. */
#ifndef GML_KERNEL_LOSS_MAP_H
#define GML_KERNEL_LOSS_MAP_H

#include "kernel/vector.h"

/* The value at one entry and its derivative by the output; k is the argument of the loss, if it has one. */
typedef point loss_function(real output, real target, real k);

GML_INLINE double add_row(size_t count, const real *outputs, const real *targets, real *gradient, real scale, real k,
                          loss_function *loss)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        point p = loss(outputs[j], targets[j], k);
        sum += (double)p.value;
        if (gradient != NULL) {
            gradient[j] = p.slope * scale;
        }
    }
    return sum;
}

GML_INLINE double add_all(const gml_loss_call *call, loss_function *loss)
{
    size_t rows = call->rows, cols = call->cols;
    if (call->stride == cols) {
        cols *= rows;
        rows = rows > 0;
    }
    const real *outputs = call->outputs, *targets = call->targets;
    real *gradient = call->gradient, scale = (real)call->scale, k = (real)call->parameters[0];
    double sum = 0;
    for (size_t i = 0; i < rows; i++, outputs += call->stride, targets += call->cols) {
        if (gradient != NULL) {
            sum += add_row(cols, outputs, targets, gradient + i * call->stride, scale, k, loss);
        } else {
            sum += add_row(cols, outputs, targets, NULL, scale, k, loss);
        }
    }
    return sum;
}

#endif
