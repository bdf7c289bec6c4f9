/* data/gather.c - samples of a dataset copied into the caller's matrices. */
#include "base/least.h"
#include "base/view.h"
#include "data/dataset.h"
#include "kernel/data/data.h"

enum { GATHER_ROWS = 256 }; /* row indexes computed at a time, on the stack */

static gml_status check_gather(const gml_dataset *dataset, gml_matrix out, size_t count, size_t cols, const char *what)
{
    if (out.data == NULL) {
        return GML_OK;
    }
    if (out.dtype != GML_F32 && out.dtype != GML_F64) {
        return gml_fail(dataset->context, GML_ERROR_ARGUMENT, "%s to be gathered: f32 or f64, not %s", what,
                        gml_dtype_name(out.dtype));
    }
    if (cols == 0 || out.rows != count || out.cols != cols || out.stride < cols || gml_view_overflows(out)) {
        return gml_fail(dataset->context, GML_ERROR_SHAPE,
                        "%s to be gathered: a matrix of %zu x %zu, rows %zu entries apart; %zu x %zu are asked for",
                        what, out.rows, out.cols, out.stride, count, cols);
    }
    return GML_OK;
}

/* Copies rows of `source` into the rows of `out` from `first`; does nothing if `out` is not asked for. */
static void gather_rows(const gml_dataset *dataset, gml_matrix source, const size_t *rows, size_t count, gml_matrix out,
                        size_t first)
{
    if (out.data == NULL) {
        return;
    }
    gml_gather_call call = {.rows = count,
                            .cols = source.cols,
                            .source = source.data,
                            .source_dtype = source.dtype,
                            .source_stride = source.stride,
                            .order = rows,
                            .target = gml_view_row(out, first),
                            .target_stride = out.stride};
    dataset->context->kernels[out.dtype]->data->gather(&call);
}

gml_status gml_dataset_gather(const gml_dataset *dataset, const size_t *order, size_t count, gml_matrix inputs,
                              gml_matrix targets)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    status = check_gather(dataset, inputs, count, dataset->schema.features, "inputs");
    if (status == GML_OK) {
        status = check_gather(dataset, targets, count, dataset->schema.targets, "targets");
    }
    if (status != GML_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        size_t sample = order != NULL ? order[i] : i;
        if (sample >= dataset->size) {
            return gml_fail(dataset->context, GML_ERROR_ARGUMENT, "sample %zu of a dataset of %zu", sample,
                            dataset->size);
        }
    }
    size_t rows[GATHER_ROWS];
    for (size_t first = 0; first < count; first += GATHER_ROWS) {
        size_t some = gml_least(count - first, GATHER_ROWS);
        for (size_t i = 0; i < some; i++) {
            size_t sample = order != NULL ? order[first + i] : first + i;
            rows[i] = gml_dataset_row(dataset, sample);
        }
        gather_rows(dataset, dataset->inputs, rows, some, inputs, first);
        gather_rows(dataset, dataset->targets, rows, some, targets, first);
    }
    return GML_OK;
}
