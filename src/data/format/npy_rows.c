/* data/format/npy_rows.c - an NPY array row by row.
 *
 * Numbers that a network reads as they are (f32, f64, u8) are a view of the bytes that were read; others are copied.
 * The bytes of an unfinished row stay for the next call. */
#include <string.h>

#include "data/format/array_dataset.h"
#include "data/format/npy_file.h"

enum { WIDE_ROW = 4096 }; /* columns */

typedef struct npy_rows {
    const gml_source *source;
    gml_bytes bytes;
    gml_array array;  /* its data are the bytes that are held */
    size_t row_bytes; /* bytes of a row of the file */
    size_t used;      /* bytes of the latest rows */
    size_t left;      /* rows that were not returned */
    size_t cols;      /* columns of the file */
    bool *kept;       /* [cols]: the inputs */
    gml_dataset dataset;
    gml_dataset *whole; /* of an array in Fortran order */
} npy_rows;

static void end(gml_row_stream *stream)
{
    npy_rows *of = stream->state;
    gml_context *context = of->source->context;
    gml_dataset_destroy(of->whole);
    gml_schema_clear(context, &of->dataset.schema);
    gml_origin_clear(context, &of->dataset.origin);
    gml_pile_clear(context, &of->dataset.owned_inputs);
    gml_release(context, of->kept, of->cols, sizeof *of->kept);
    gml_array_clear(context, &of->array);
    gml_release(context, of, 1, sizeof *of);
}

/* True if the numbers of a row lie apart: the array is then read as a whole. */
static bool is_by_columns(const gml_array *array)
{
    return array->fortran && array->rank > 1;
}

/* Reads the header and, of wide rows, the first, so that no memory is taken for many columns that the header alone
 * claims. */
static gml_status read_header(npy_rows *of)
{
    gml_context *context = of->source->context;
    gml_array *array = &of->array;
    size_t size = 0;
    gml_status status = gml_npy_read_header(&of->bytes, array);
    if (status == GML_OK) {
        status = gml_array_measure(&of->bytes, array, &size);
    }
    if (status == GML_OK) {
        of->cols = array->cols;
        of->row_bytes = array->cols * array->type.size;
    }
    const bool wide = status == GML_OK && of->cols > WIDE_ROW;
    if (wide && !is_by_columns(array)) {
        status = gml_bytes_read_pile(&of->bytes, of->row_bytes, &array->data, "numbers");
    }
    if (status == GML_OK && !(wide && is_by_columns(array))) { /* else the whole array is read before they are found */
        status = gml_array_find_inputs(of->source, array, &of->kept, &of->dataset.schema);
    }
    if (status == GML_OK) {
        of->left = array->rows;
        of->dataset.origin.path = gml_copy_string(context, of->source->path);
        status = of->dataset.origin.path != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    return status;
}

static gml_status begin(const gml_source *source, gml_row_stream *stream)
{
    gml_context *context = source->context;
    npy_rows *of = gml_allocate(context, 1, sizeof *of, "rows of an NPY array");
    if (of == NULL) {
        return GML_ERROR_MEMORY;
    }
    *of = (npy_rows){.source = source, .dataset = {.context = context}};
    stream->state = of;
    if (source->reader == NULL) {
        return gml_fail(context, GML_ERROR_DATA, "%s: is a folder; an NPY array is a file", source->path);
    }
    of->bytes = gml_bytes_of_reader(context, source->reader);
    gml_status status = read_header(of);
    stream->total = of->array.rows;
    return status;
}

/* Reads until at least one row is there; `count` is then the number of rows, at most `most`. */
static gml_status fill(npy_rows *of, size_t most, size_t *count)
{
    gml_pile *held = &of->array.data;
    const size_t capacity = most * of->row_bytes;
    gml_status status = capacity > held->size
                            ? gml_pile_reserve(of->source->context, held, capacity - held->size, "rows of an array")
                            : GML_OK;
    for (size_t got = 1; status == GML_OK && held->size < of->row_bytes && got > 0;) {
        char *to = (char *)held->data + held->size;
        status = gml_reader_read_some(of->source->reader, to, capacity - held->size, &got);
        held->size += status == GML_OK ? got : 0;
        of->bytes.position += status == GML_OK ? got : 0;
    }
    if (status == GML_OK && held->size < of->row_bytes) { /* says where the file ends */
        char *to = (char *)held->data + held->size;
        status = gml_bytes_read_exact(&of->bytes, to, of->row_bytes - held->size, "numbers");
    }
    *count = held->size / of->row_bytes;
    return status;
}

/* Makes the inputs of the first `count` rows that are held. */
static gml_status take_inputs(npy_rows *of, size_t count)
{
    gml_context *context = of->source->context;
    gml_dataset *dataset = &of->dataset;
    const gml_number_type type = of->array.type;
    const bool viewed = type.kind == 'f' || (type.size == 1 && type.kind != 'i');
    gml_array rows = {.type = type, .rank = 2, .rows = count, .cols = of->array.cols};
    of->used = count * of->row_bytes;
    gml_status status = GML_OK;
    if (viewed) {
        rows.data = of->array.data;
        rows.data.size = of->used;
    } else {
        status = gml_pile_push(context, &rows.data, of->array.data.data, of->used, "rows of an array");
    }
    if (status == GML_OK && type.swapped) {
        gml_array_swap(&rows);
    }
    if (status == GML_OK) {
        gml_pile memory = {0};
        gml_array_keep_columns(&rows, of->kept);
        status = gml_array_to_matrix(context, &rows, &memory, &dataset->inputs);
        dataset->owned_inputs = viewed ? (gml_pile){0} : memory;
        rows.data = viewed ? (gml_pile){0} : rows.data;
    }
    gml_array_clear(context, &rows);
    return status;
}

static gml_status read_whole(npy_rows *of, const gml_dataset **dataset)
{
    gml_dataset made = {.context = of->source->context};
    gml_status status = gml_array_read(&of->bytes, &of->array);
    if (status == GML_OK) {
        status = gml_bytes_expect_end(&of->bytes, "last number");
    }
    if (status == GML_OK) {
        status = gml_dataset_from_array(of->source, &of->array, &made);
    }
    status = gml_dataset_adopt(status, &made, &of->whole);
    of->left = 0;
    *dataset = of->whole;
    return status;
}

static gml_status next(gml_row_stream *stream, size_t most, const gml_dataset **dataset)
{
    npy_rows *of = stream->state;
    gml_pile *held = &of->array.data;
    gml_dataset *rows = &of->dataset;
    size_t count = 0;
    if (of->left > 0 && is_by_columns(&of->array)) {
        return read_whole(of, dataset);
    }
    if (of->left == 0) {
        return of->whole == NULL ? gml_bytes_expect_end(&of->bytes, "last number") : GML_OK;
    }
    gml_pile_clear(of->source->context, &rows->owned_inputs);
    rows->origin.before += rows->size;
    rows->size = 0;
    held->size -= of->used;
    if (of->used > 0) {
        memmove(held->data, (char *)held->data + of->used, held->size);
    }
    of->used = 0;
    most = gml_rows_most(most, of->array.cols);
    gml_status status = fill(of, most < of->left ? most : of->left, &count);
    if (status == GML_OK) {
        status = take_inputs(of, count);
    }
    if (status == GML_OK) {
        rows->size = count;
        of->left -= count;
        *dataset = rows;
    }
    return status;
}

const gml_row_format gml_npy_row_format = {.begin = begin, .next = next, .end = end};
