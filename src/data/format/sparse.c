/* data/format/sparse.c - from sparse rows to a dense matrix. */
#include "data/format/sparse.h"

#include <string.h>

enum {
    FREE_NUMBERS = 1 << 16,    /* the dense matrix may have this many numbers, */
    NUMBERS_PER_BYTE = 1 << 10 /* and this many for each byte of the file */
};

typedef struct entry {
    size_t column;
    double value;
} entry;

gml_status gml_sparse_add(gml_context *context, gml_sparse *sparse, size_t column, double value)
{
    const entry added = {.column = column, .value = value};
    sparse->count++;
    sparse->width = column < sparse->width ? sparse->width : column + 1;
    return gml_pile_push(context, &sparse->entries, &added, sizeof added, "the entries of a sparse matrix");
}

gml_status gml_sparse_end_row(gml_context *context, gml_sparse *sparse)
{
    sparse->rows++;
    return gml_pile_push(context, &sparse->ends, &sparse->count, sizeof sparse->count, "the rows of a sparse matrix");
}

gml_status gml_sparse_check(gml_context *context, const char *path, size_t rows, size_t width, size_t bytes)
{
    size_t count = 0, size = 0;
    return __builtin_mul_overflow(rows, width, &count) || __builtin_mul_overflow(count, sizeof(double), &size) ||
                   (count > FREE_NUMBERS && (count - FREE_NUMBERS) / NUMBERS_PER_BYTE > bytes)
               ? gml_fail(context, GML_ERROR_DATA,
                          "%s: %zu samples of %zu inputs, most of them 0, are too sparse to be read as a dense matrix",
                          path, rows, width)
               : GML_OK;
}

gml_status gml_sparse_to_inputs(const gml_sparse *sparse, const char *path, size_t width, size_t bytes,
                                gml_dataset *made)
{
    const size_t size = sparse->rows * width * sizeof(double);
    gml_status status = gml_sparse_check(made->context, path, sparse->rows, width, bytes);
    if (status == GML_OK) {
        status = gml_pile_reserve(made->context, &made->owned_inputs, size, "the dense matrix of sparse entries");
    }
    if (status != GML_OK) {
        return status;
    }
    double *inputs = made->owned_inputs.data;
    const entry *entries = sparse->entries.data;
    const size_t *ends = sparse->ends.data;
    memset(inputs, 0, size);
    made->owned_inputs.size = size;
    for (size_t row = 0, at = 0; row < sparse->rows; row++) {
        for (; at < ends[row]; at++) {
            inputs[row * width + entries[at].column] = entries[at].value;
        }
    }
    made->inputs = gml_matrix_f64(inputs, sparse->rows, width);
    made->size = sparse->rows;
    made->schema.features = width;
    return GML_OK;
}

void gml_sparse_restart(gml_sparse *sparse)
{
    sparse->entries.size = sparse->ends.size = 0;
    sparse->count = sparse->rows = sparse->width = 0;
}

void gml_sparse_clear(gml_context *context, gml_sparse *sparse)
{
    gml_pile_clear(context, &sparse->entries);
    gml_pile_clear(context, &sparse->ends);
    *sparse = (gml_sparse){0};
}
