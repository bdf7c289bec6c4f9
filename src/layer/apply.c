/* layer/apply.c - activations and their derivatives on the caller's arrays. */
#include <string.h>

#include "base/call.h"
#include "base/view.h"
#include "kernel/random/random.h"
#include "layer/activation.h"

static gml_status check_views(gml_context *context, gml_matrix x, gml_matrix y, gml_matrix derivative)
{
    if (x.dtype != GML_F32 && x.dtype != GML_F64) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "x: entries are %s, f32 or f64 is needed",
                        gml_dtype_name(x.dtype));
    }
    gml_status status = gml_view_check(context, "x", x, x.dtype, x.rows, x.cols);
    if (status == GML_OK) {
        status = gml_view_check(context, "y", y, x.dtype, x.rows, x.cols);
    }
    if (status == GML_OK && derivative.data != NULL) {
        status = gml_view_check(context, "derivative", derivative, x.dtype, x.rows, x.cols);
    }
    if (status == GML_OK && derivative.data != NULL && derivative.data == y.data) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "derivative: the same memory as y, it needs its own");
    }
    return status;
}

static void apply_fixed(const gml_activation_kernel *kernel, const gml_call *call, gml_matrix x, gml_matrix y,
                        gml_matrix derivative)
{
    bool wanted = derivative.data != NULL;
    bool one_stride = x.stride == y.stride && (!wanted || x.stride == derivative.stride);
    /* A kernel has one stride for all matrices: views that differ go through row by row. */
    size_t step = one_stride ? x.rows : 1;
    for (size_t row = 0; row < x.rows; row += step) {
        kernel->forward(&(gml_forward_call){
            .rows = step,
            .cols = x.cols,
            .stride = one_stride ? x.stride : x.cols,
            .z = gml_view_row(x, row),
            .y = gml_view_row(y, row),
            .slope = wanted ? gml_view_row(derivative, row) : NULL,
            .parameters = call->values,
            .custom = kernel->custom,
        });
    }
}

/* The derivative is what the backward pass makes of ones. It needs x kept, so it goes piece by piece. */
static void apply_trainable(const gml_kernels *kernels, const gml_activation_kernel *kernel, const gml_call *call,
                            gml_theta theta, gml_matrix x, gml_matrix y, gml_matrix derivative)
{
    enum { PIECE = 64 };
    double saved[PIECE]; /* room for either type */
    for (size_t at = 0; at < x.rows * x.cols;) {
        size_t i = at / x.cols, j = at % x.cols, count = x.cols - j < PIECE ? x.cols - j : PIECE;
        size_t offset = j * kernels->size;
        void *slope = derivative.data != NULL ? (char *)gml_view_row(derivative, i) + offset : NULL;
        kernel->forward(&(gml_forward_call){.rows = 1,
                                            .cols = count,
                                            .stride = count,
                                            .z = (const char *)gml_view_row(x, i) + offset,
                                            .y = (char *)gml_view_row(y, i) + offset,
                                            .slope = saved,
                                            .parameters = call->values,
                                            .theta = theta});
        if (slope != NULL) {
            kernels->random->fill_uniform(&(gml_fill_call){.count = count, .target = slope, .a = 1, .b = 1});
            kernel->backward(&(gml_backward_call){.rows = 1,
                                                  .cols = count,
                                                  .stride = count,
                                                  .gradient = slope,
                                                  .saved = saved,
                                                  .parameters = call->values,
                                                  .theta = theta});
        }
        at += count;
    }
}

gml_status gml_activation_apply_learned(gml_context *context, const gml_call *call, const void *learned, gml_matrix x,
                                        gml_matrix y, gml_matrix derivative)
{
    gml_status status = check_views(context, x, y, derivative);
    if (status != GML_OK) {
        return status;
    }
    const gml_kernels *kernels = context->kernels[x.dtype];
    const gml_activation_kernel *kernel = gml_activation_kernel_of(kernels, call);
    const gml_activation_row *row = gml_call_row(call);
    if (row->learned.count == NULL) {
        apply_fixed(kernel, call, x, y, derivative);
        return GML_OK;
    }
    double start[GML_MAX_THETA]; /* room for either type */
    gml_theta theta = gml_activation_theta(call, 1);
    gml_activation_find_parts(call, kernels, &theta);
    theta.values = learned != NULL ? learned : start;
    if (learned == NULL) {
        gml_activation_start(call, kernels, theta, start);
    }
    apply_trainable(kernels, kernel, call, theta, x, y, derivative);
    return GML_OK;
}

gml_status gml_activation_apply(gml_context *context, const char *activation, gml_matrix x, gml_matrix y,
                                gml_matrix derivative)
{
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"activation", activation}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_call call;
    status = gml_call_parse(context, "activation", gml_any_activation_entry, activation, strlen(activation), &call);
    return status == GML_OK ? gml_activation_apply_learned(context, &call, NULL, x, y, derivative) : status;
}
