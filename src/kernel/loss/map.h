/* kernel/loss/map.h - kernels of elementwise losses, built from a function of one entry. */
#ifndef GML_KERNEL_LOSS_MAP_H
#define GML_KERNEL_LOSS_MAP_H

#include "kernel/loss/loss.h"
#include "kernel/vector.h"

/* Returns the value at one entry and its derivative by the output; k is the argument of the loss, if any. */
typedef point loss_function(real output, real target, real k);

/* If `masked`, a constant in each caller, NaN targets are ignored. */
GML_INLINE double add_row(size_t count, const real *outputs, const real *targets, real *gradient, real scale, real k,
                          loss_function *loss, bool masked)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        bool known = !masked || targets[j] == targets[j];
        point p = loss(outputs[j], targets[j], k);
        sum += known ? (double)p.value : 0;
        if (gradient != NULL) {
            gradient[j] = known ? p.slope * scale : 0;
        }
    }
    return sum;
}

/* Slow path: weighted or masked targets. */
GML_INLINE double add_weighed(const gml_loss_call *call, loss_function *loss)
{
    const real *outputs = call->outputs, *targets = call->targets;
    real *gradient = call->gradient, k = (real)call->parameters[0];
    double sum = 0;
    for (size_t i = 0; i < call->rows; i++, outputs += call->stride, targets += call->cols) {
        double weight = gml_loss_weight(call, i);
        real *into = gradient != NULL ? gradient + i * call->stride : NULL, scale = (real)(call->scale * weight);
        sum += weight * (call->masked ? add_row(call->cols, outputs, targets, into, scale, k, loss, true)
                                      : add_row(call->cols, outputs, targets, into, scale, k, loss, false));
    }
    return sum;
}

GML_INLINE double add_all(const gml_loss_call *call, loss_function *loss)
{
    if (call->weights != NULL || call->masked) {
        return add_weighed(call, loss);
    }
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
            sum += add_row(cols, outputs, targets, gradient + i * call->stride, scale, k, loss, false);
        } else {
            sum += add_row(cols, outputs, targets, NULL, scale, k, loss, false);
        }
    }
    return sum;
}

#endif
