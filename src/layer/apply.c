/* layer/apply.c - activations and their derivatives on the caller's arrays. */
#include <string.h>

#include "base/call.h"
#include "base/view.h"
#include "gemmule/activation.h"
#include "kernel/kernel.h"

static gml_status check_views(gml_context *context, gml_matrix x, gml_matrix y, gml_matrix derivative)
{
    if (x.dtype != GML_F32 && x.dtype != GML_F64) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "x: entries are %s, f32 or f64 is needed",
                        gml_dtype_name(x.dtype));
    }
    gml_status status = gml_view_check(context, "x", x, x.rows, x.cols);
    if (status == GML_OK) {
        status = gml_view_check(context, "y", y, x.rows, x.cols);
    }
    if (status == GML_OK) {
        status = gml_view_check_dtype(context, "y", y, x.dtype);
    }
    if (status == GML_OK && derivative.data != NULL) {
        status = gml_view_check(context, "derivative", derivative, x.rows, x.cols);
    }
    if (status == GML_OK && derivative.data != NULL) {
        status = gml_view_check_dtype(context, "derivative", derivative, x.dtype);
    }
    if (status == GML_OK && derivative.data != NULL && derivative.data == y.data) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "derivative: the same memory as y, it needs its own");
    }
    return status;
}

gml_status gml_activation_apply(gml_context *context, const char *activation, gml_matrix x, gml_matrix y,
                                gml_matrix derivative)
{
    if (activation == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "gml_activation_apply: the name of an activation is needed");
    }
    gml_call call;
    gml_status status =
        gml_call_parse(context, "activation", gml_activation_entry, activation, strlen(activation), &call);
    if (status == GML_OK) {
        status = check_views(context, x, y, derivative);
    }
    if (status != GML_OK) {
        return status;
    }

    const gml_activation_kernel *kernel = gml_kernels_activation(context->kernels[x.dtype], call.entry->name);
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
            .parameters = call.values,
        });
    }
    return GML_OK;
}
