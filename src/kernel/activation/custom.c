/* kernel/activation/custom.c - custom activations: the function is called on a strip of entries at a time, bias added.
 */
#include "kernel/activation/rows.h"

enum { STRIP = 256 };

/* Calls the function in double, also for float entries if it has no float version. */
static void run_wide(const gml_forward_call *call, size_t count, const real *x, real *y, real *slope)
{
    double wide_x[STRIP], wide_y[STRIP], wide_slope[STRIP];
    for (size_t i = 0; i < count; i++) {
        wide_x[i] = (double)x[i];
    }
    const gml_custom_activation *custom = call->custom;
    custom->function(custom->user, call->parameters, count, wide_x, wide_y, slope != NULL ? wide_slope : NULL);
    for (size_t i = 0; i < count; i++) {
        y[i] = (real)wide_y[i];
    }
    for (size_t i = 0; slope != NULL && i < count; i++) {
        slope[i] = (real)wide_slope[i];
    }
}

static void run(const gml_forward_call *call, size_t count, const real *x, real *y, real *slope)
{
#ifndef GML_DOUBLE
    const gml_custom_activation *custom = call->custom;
    if (custom->function_f32 != NULL) {
        custom->function_f32(custom->user, call->parameters, count, x, y, slope);
        return;
    }
#endif
    run_wide(call, count, x, y, slope);
}

/* The bias repeats every `period` entries. x is a copy, because y or the slope may overwrite z. */
static void run_row(const gml_forward_call *call, size_t start, size_t count, size_t period)
{
    const real *z = (const real *)call->z + start, *bias = call->bias;
    real *y = (real *)call->y + start, *slope = call->slope != NULL ? (real *)call->slope + start : NULL;
    real x[STRIP];
    for (size_t at = 0, n = 0; at < count; at += n) {
        n = count - at < STRIP ? count - at : STRIP;
        for (size_t i = 0; i < n; i++) {
            x[i] = bias != NULL ? z[at + i] + bias[(at + i) % period] : z[at + i];
        }
        run(call, n, x, y + at, slope != NULL ? slope + at : NULL);
    }
}

static void forward(const gml_forward_call *call)
{
    if (call->stride == call->cols) {
        run_row(call, 0, call->rows * call->cols, call->cols);
        return;
    }
    for (size_t i = 0; i < call->rows; i++) {
        run_row(call, i * call->stride, call->cols, call->cols);
    }
}

const gml_activation_kernel GML_VARIANT(gml_custom_activation) = {.forward = forward,
                                                                  .backward = GML_VARIANT(gml_slope_backward)};
