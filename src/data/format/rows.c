/* data/format/rows.c - reading a file row by row: datasets of its rows, one after another. */
#include "gemmule/rows.h"

#include "data/format/format.h"

struct gml_rows {
    gml_source source;
    gml_dataset_options options;
    const gml_format *format;
    gml_row_stream stream;
    gml_dataset *whole;       /* of a format that is read as a whole */
    const gml_dataset *piece; /* the latest rows of the stream; null: none */
    size_t taken;             /* rows of the piece that were returned */
    gml_dataset window;       /* what the latest call returned: rows of the piece */
    bool failed;              /* reading has ended with an error */
};

gml_status gml_rows_open(gml_context *context, const char *path, const gml_dataset_options *options, gml_rows **rows)
{
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"context", context}, {"path", path}, {"options", options}, {"rows", rows}, {0}});
    if (status == GML_OK && options->features == 0) {
        status = gml_fail(context, GML_ERROR_ARGUMENT, "features is 0; rows are read for a network that has inputs");
    }
    gml_rows *made = status == GML_OK ? gml_allocate(context, 1, sizeof *made, "rows of a file") : NULL;
    if (made == NULL) {
        return status != GML_OK ? status : GML_ERROR_MEMORY;
    }
    *made = (gml_rows){.options = *options, .source = {.context = context, .options = &made->options}};
    made->options.targets = GML_CHOICE_NO;
    made->source.path = gml_copy_string(context, path);
    status = made->source.path != NULL ? gml_source_open(&made->source, true, &made->format) : GML_ERROR_MEMORY;
    if (status == GML_OK && made->format->read == NULL && made->format != &gml_format_libsvm) {
        made->options.bad_inputs = 1; /* samples of arrays are judged one by one, by the network */
    }
    if (status == GML_OK && made->format->rows != NULL) {
        status = made->format->rows->begin(&made->source, &made->stream);
    }
    if (status != GML_OK) {
        gml_rows_destroy(made);
        return status;
    }
    *rows = made;
    return GML_OK;
}

void gml_rows_destroy(gml_rows *rows)
{
    if (rows == NULL) {
        return;
    }
    gml_context *context = rows->source.context;
    if (rows->stream.state != NULL) {
        rows->format->rows->end(&rows->stream);
    }
    gml_dataset_destroy(rows->whole);
    gml_reader_close(rows->source.reader);
    gml_release_string(context, (char *)(uintptr_t)rows->source.path);
    gml_release(context, rows, 1, sizeof *rows);
}

/* Reads the next rows; the piece is null after the last. */
static gml_status read_piece(gml_rows *rows, size_t most)
{
    const gml_row_format *format = rows->format->rows;
    rows->taken = 0;
    rows->piece = NULL;
    rows->stream.broken = false;
    if (format != NULL) {
        return format->next(&rows->stream, most, &rows->piece);
    }
    gml_status status = GML_OK;
    if (rows->whole == NULL) {
        status = rows->format->open(&rows->source, &rows->whole);
        rows->piece = rows->whole;
    }
    return status;
}

gml_status gml_rows_next(gml_rows *rows, size_t most, const gml_dataset **dataset)
{
    gml_context *context = rows != NULL ? rows->source.context : NULL;
    gml_status status = gml_refuse_null(context, __func__, (gml_argument[]){{"rows", rows}, {"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (most == 0 || rows->failed) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: %s", rows->source.path,
                        most == 0 ? "at most 0 rows were asked for" : "reading has ended with an error");
    }
    rows->window = (gml_dataset){0};
    if (rows->piece == NULL || rows->taken == rows->piece->size) {
        status = read_piece(rows, most);
        rows->failed = status != GML_OK && !rows->stream.broken;
    }
    *dataset = NULL;
    if (status != GML_OK || rows->piece == NULL) {
        return status;
    }
    const size_t left = rows->piece->size - rows->taken, count = left < most ? left : most;
    rows->window = *rows->piece;
    rows->window.inputs = gml_matrix_rows(rows->piece->inputs, rows->taken, count);
    rows->window.size = count;
    rows->window.origin.before += rows->taken;
    rows->taken += count;
    *dataset = &rows->window;
    return GML_OK;
}

int gml_rows_can_continue(const gml_rows *rows)
{
    return rows != NULL && rows->stream.broken;
}

gml_matrix gml_rows_inputs(const gml_rows *rows)
{
    return rows != NULL ? rows->window.inputs : gml_matrix_none();
}

size_t gml_rows_total(const gml_rows *rows)
{
    return rows != NULL ? rows->stream.total : 0;
}
