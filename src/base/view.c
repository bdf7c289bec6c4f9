/* base/view.c - checks of matrix views. */
#include "base/view.h"

#include <limits.h>

bool gml_view_overflows(gml_matrix view)
{
    size_t bytes = 0;
    return __builtin_mul_overflow(view.rows, view.stride, &bytes) ||
           __builtin_mul_overflow(bytes, gml_dtype_size(view.dtype), &bytes);
}

gml_status gml_view_check(gml_context *context, const char *what, gml_matrix view, gml_dtype dtype, size_t rows,
                          size_t cols)
{
    if (view.dtype != dtype) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: entries are %s, %s is needed", what,
                        gml_dtype_name(view.dtype), gml_dtype_name(dtype));
    }
    if (view.rows != rows || view.cols != cols) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: [%zu x %zu] was given, [%zu x %zu] is needed", what, view.rows,
                        view.cols, rows, cols);
    }
    if (view.stride < view.cols) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: rows of %zu entries overlap at a stride of %zu", what, view.cols,
                        view.stride);
    }
    if (view.stride > INT_MAX) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: a stride of %zu entries; at most %d are allowed", what,
                        view.stride, INT_MAX);
    }
    if (gml_view_overflows(view)) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: [%zu x %zu] with a stride of %zu entries cannot lie in memory",
                        what, view.rows, view.cols, view.stride);
    }
    if (view.data == NULL && rows > 0 && cols > 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: the data of this [%zu x %zu] view is null", what, rows, cols);
    }
    return GML_OK;
}

void *gml_view_row(gml_matrix view, size_t row)
{
    return gml_matrix_rows(view, row, 1).data;
}
