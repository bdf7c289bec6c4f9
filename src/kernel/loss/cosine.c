/* kernel/loss/cosine.c - 1 - cosine of the angle between a row of outputs and its target. */
#include "kernel/loss/rows.h"

typedef struct row_sums {
    double product, outputs, targets; /* sums of y t, y^2 and t^2 */
} row_sums;

GML_INLINE row_sums add_row(size_t cols, const real *y, const real *t)
{
    double product = 0, outputs = 0, targets = 0;
#pragma omp simd reduction(+ : product, outputs, targets)
    for (size_t j = 0; j < cols; j++) {
        product += (double)y[j] * (double)t[j];
        outputs += (double)y[j] * (double)y[j];
        targets += (double)t[j] * (double)t[j];
    }
    return (row_sums){product, outputs, targets};
}

/* A row of zeros has loss 1 and gradient 0. */
static double cosine(const gml_loss_call *call)
{
    double sum = 0;
    for (size_t i = 0; i < call->rows; i++) {
        const real *y = (const real *)call->outputs + i * call->stride;
        const real *t = (const real *)call->targets + i * call->target_cols;
        row_sums sums = add_row(call->cols, y, t);
        bool none = sums.outputs == 0 || sums.targets == 0;
        double lengths = none ? 1 : __builtin_sqrt(sums.outputs) * __builtin_sqrt(sums.targets);
        double cosine = none ? 0 : sums.product / lengths;
        double weight = gml_loss_weight(call, i), scale = call->scale * weight;
        sum += weight * (1 - cosine);
        if (call->gradient != NULL) {
            real *gradient = (real *)call->gradient + i * call->stride;
            real of_t = (real)(none ? 0 : -scale / lengths);
            real of_y = (real)(none ? 0 : scale * cosine / sums.outputs);
#pragma omp simd
            for (size_t j = 0; j < call->cols; j++) {
                gradient[j] = of_t * t[j] + of_y * y[j];
            }
        }
    }
    return sum;
}

const gml_loss_kernel GML_VARIANT(gml_cosine_losses)[] = {
    {.name = "cosine", .run = cosine},
    {.name = NULL},
};
