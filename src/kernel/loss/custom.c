/* kernel/loss/custom.c - custom losses: the function is called on one row at a time, in double. */
#include "kernel/loss/rows.h"

static void widen(size_t count, const real *from, double *to)
{
    for (size_t j = 0; j < count; j++) {
        to[j] = (double)from[j];
    }
}

/* The gradient is computed into a buffer, because the function reads the outputs and the gradient may overwrite them.
 */
static double run_row(const gml_loss_call *call, size_t row, double weight)
{
    const gml_custom_loss *custom = call->custom;
    double *y = call->memory, *t = y + call->cols, *found = t + call->cols;
    real *gradient = call->gradient != NULL ? (real *)call->gradient + row * call->stride : NULL;
    widen(call->cols, (const real *)call->outputs + row * call->stride, y);
    widen(call->target_cols, (const real *)call->targets + row * call->target_cols, t);
    double value = custom->function(custom->user, call->parameters, call->cols, y, call->target_cols, t,
                                    gradient != NULL ? found : NULL);
    for (size_t j = 0; gradient != NULL && j < call->cols; j++) {
        gradient[j] = (real)(call->scale * weight * found[j]);
    }
    return weight * value;
}

/* The function is not called for samples of weight 0: their targets may be unknown. */
static double run(const gml_loss_call *call)
{
    double sum = 0;
    for (size_t i = 0; i < call->rows; i++) {
        double weight = gml_loss_weight(call, i);
        if (weight > 0) {
            sum += run_row(call, i, weight);
        } else if (call->gradient != NULL) {
            memset((real *)call->gradient + i * call->stride, 0, call->cols * sizeof(real));
        }
    }
    return sum;
}

const gml_loss_kernel GML_VARIANT(gml_custom_loss) = {.run = run};
