/* data/permuted.c - inputs with some columns from other samples. */
#include "data/permuted.h"

#include "kernel/data/data.h"

gml_status gml_permuted_create(gml_context *context, const gml_dataset *dataset, size_t most, gml_permuted *permuted)
{
    gml_permuted made = {.context = context, .most = most};
    made.dtype = dataset->inputs.dtype == GML_F64 ? GML_F64 : GML_F32;
    made.input_size = gml_dtype_size(made.dtype);
    if (__builtin_mul_overflow(most, dataset->schema.features, &made.input_count)) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu samples of %zu inputs exceed the address space", most,
                        dataset->schema.features);
    }
    gml_status status = gml_epoch_create(context, dataset, most, &made.order);
    if (status != GML_OK) {
        return status;
    }
    made.inputs = gml_allocate(context, made.input_count, made.input_size, "permuted inputs");
    if (made.inputs == NULL) {
        gml_epoch_destroy(&made.order);
        return GML_ERROR_MEMORY;
    }
    *permuted = made;
    return GML_OK;
}

void gml_permuted_destroy(gml_permuted *permuted)
{
    if (permuted->context != NULL) {
        gml_epoch_destroy(&permuted->order);
        gml_release(permuted->context, permuted->inputs, permuted->input_count, permuted->input_size);
    }
    *permuted = (gml_permuted){0};
}

void gml_permuted_draw(gml_permuted *permuted, const size_t *columns, size_t count, const gml_stream *stream)
{
    permuted->columns = columns;
    permuted->column_count = count;
    gml_epoch_draw_from(&permuted->order, stream);
}

/* Gathers columns [first, first + cols) of rows order[0], order[1], ... of `source`, or of rows 0, 1, ... */
static void gather(const gml_permuted *permuted, gml_matrix source, const size_t *order, size_t rows, size_t first,
                   size_t cols)
{
    permuted->context->kernels[permuted->dtype]->data->gather(&(gml_gather_call){
        .rows = rows,
        .cols = cols,
        .source = (const char *)source.data + first * gml_dtype_size(source.dtype),
        .source_dtype = source.dtype,
        .source_stride = source.stride,
        .order = order,
        .target = (char *)permuted->inputs + first * permuted->input_size,
        .target_stride = source.cols,
    });
}

gml_matrix gml_permuted_inputs(gml_permuted *permuted, const gml_batch *batch, size_t first)
{
    gather(permuted, batch->x, batch->order, batch->rows, 0, batch->x.cols);
    const gml_batch other = gml_epoch_batch(&permuted->order, first, batch->rows);
    for (size_t i = 0; i < permuted->column_count; i++) {
        gather(permuted, other.x, other.order, batch->rows, permuted->columns[i], 1);
    }
    return gml_matrix_view(permuted->inputs, permuted->dtype, batch->rows, batch->x.cols);
}
