/* kernel/loss.c - losses that add up entry by entry; cross_entropy.c has the one that takes whole rows. */
#include "kernel/variant.h"
#include "kernel/vector.h"

/* The value at one entry and its derivative by the output. */
typedef point loss_function(real output, real target);

GML_INLINE double add_row(size_t count, const real *outputs, const real *targets, real *gradient, real scale,
                          loss_function *loss)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        point p = loss(outputs[j], targets[j]);
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
    real *gradient = call->gradient, scale = (real)call->scale;
    double sum = 0;
    for (size_t i = 0; i < rows; i++, outputs += call->stride, targets += call->cols) {
        if (gradient != NULL) {
            sum += add_row(cols, outputs, targets, gradient + i * call->stride, scale, loss);
        } else {
            sum += add_row(cols, outputs, targets, NULL, scale, loss);
        }
    }
    return sum;
}

/* (y - t)^2 */
GML_INLINE point squared_error(real y, real t)
{
    real difference = y - t;
    return (point){.value = difference * difference, .slope = 2 * difference};
}

/* -t log(s) - (1 - t) log(1 - s) for s = sigmoid(z), as max(z, 0) - z t + log(1 + e^-|z|); derivative s - t */
GML_INLINE point binary_cross_entropy_point(real z, real t)
{
    real above = z > 0 ? z : 0;
    real tail = log1p_unit(exp_below(-absolute(z)));
    return (point){.value = (above - z * t) + tail, .slope = sigmoid_point(z).value - t};
}

static double mean_squared_error(const gml_loss_call *call)
{
    return add_all(call, squared_error);
}

static double binary_cross_entropy(const gml_loss_call *call)
{
    return add_all(call, binary_cross_entropy_point);
}

const gml_loss_kernel GML_VARIANT(gml_losses)[] = {
    {.name = "mean_squared_error", .run = mean_squared_error},
    {.name = "softmax_cross_entropy", .run = GML_VARIANT(gml_softmax_cross_entropy)},
    {.name = "binary_cross_entropy", .run = binary_cross_entropy},
    {.name = NULL},
};
