/* data/format/libsvm_rows.c - LIBSVM text row by row. */
#include <string.h>

#include "data/format/libsvm_reading.h"

typedef struct libsvm_rows {
    gml_libsvm_reading reading;
    size_t begin; /* bytes of reading.text that were taken */
    bool ended;   /* the file has no more bytes */
    bool some;    /* a sample was there */
    gml_dataset *dataset;
} libsvm_rows;

static void end(gml_row_stream *stream)
{
    libsvm_rows *of = stream->state;
    gml_libsvm_reading *r = &of->reading;
    gml_context *context = r->source->context;
    gml_dataset_destroy(of->dataset);
    gml_origin_clear(context, &r->made.origin);
    gml_pile_clear(context, &r->made.owned_inputs);
    gml_pile_clear(context, &r->text);
    gml_sparse_clear(context, &r->sparse);
    gml_release(context, of, 1, sizeof *of);
}

static gml_status begin(const gml_source *source, gml_row_stream *stream)
{
    libsvm_rows *of = gml_allocate(source->context, 1, sizeof *of, "rows of LIBSVM text");
    if (of == NULL) {
        return GML_ERROR_MEMORY;
    }
    *of = (libsvm_rows){.reading = {.source = source, .line = 1, .made = {.context = source->context}}};
    stream->state = of;
    return gml_libsvm_check(source);
}

/* Drops the bytes that were taken and reads some more. */
static gml_status read_on(libsvm_rows *of)
{
    gml_libsvm_reading *r = &of->reading;
    gml_pile *text = &r->text;
    size_t got = 0;
    text->size -= of->begin;
    if (of->begin > 0) {
        memmove(text->data, (char *)text->data + of->begin, text->size);
    }
    of->begin = 0;
    if (text->size > GML_LIBSVM_LINE) {
        return gml_libsvm_refuse_length(r);
    }
    gml_status status = gml_pile_reserve(r->source->context, text, GML_LIBSVM_CHUNK, "LIBSVM text");
    if (status == GML_OK) {
        status = gml_reader_read_some(r->source->reader, (char *)text->data + text->size, GML_LIBSVM_CHUNK, &got);
    }
    text->size += status == GML_OK ? got : 0;
    of->ended = status == GML_OK && got == 0;
    return status;
}

/* Returns the length of the next line; false if its end is not there. */
static bool find_line(const libsvm_rows *of, size_t *length)
{
    const gml_pile *text = &of->reading.text;
    const size_t left = text->size - of->begin;
    const char *at = left > 0 ? (const char *)text->data + of->begin : NULL;
    const char *newline = at != NULL ? memchr(at, '\n', left) : NULL;
    *length = newline != NULL ? (size_t)(newline - at) : left;
    return newline != NULL || (of->ended && left > 0);
}

/* Takes lines: at most `most` samples, and at least one unless the text ends. A line that cannot be read is left for
 * the next call if there are samples before it. */
static gml_status take_lines(libsvm_rows *of, size_t most, bool *broken)
{
    gml_libsvm_reading *r = &of->reading;
    gml_status status = GML_OK;
    while (status == GML_OK && r->sparse.rows < most) {
        size_t length;
        if (!find_line(of, &length)) {
            if (of->ended || (r->sparse.rows > 0 && gml_reader_may_wait(r->source->reader))) {
                break;
            }
            status = read_on(of);
            continue;
        }
        status = gml_libsvm_take_line(r, (const char *)r->text.data + of->begin, length);
        *broken = status == GML_ERROR_DATA || status == GML_ERROR_SHAPE;
        if (*broken && r->sparse.rows > 0) {
            *broken = false;
            return GML_OK;
        }
        of->begin += length + (of->begin + length < r->text.size);
        r->line++;
    }
    return status;
}

static gml_status next(gml_row_stream *stream, size_t most, const gml_dataset **dataset)
{
    libsvm_rows *of = stream->state;
    gml_libsvm_reading *r = &of->reading;
    const gml_source *source = r->source;
    const size_t width = source->options->features;
    gml_dataset_destroy(of->dataset);
    of->dataset = NULL;
    gml_sparse_restart(&r->sparse);
    gml_origin_clear(source->context, &r->made.origin);
    r->made.origin.path = gml_copy_string(source->context, source->path);
    gml_status status =
        r->made.origin.path != NULL ? take_lines(of, gml_rows_most(most, width), &stream->broken) : GML_ERROR_MEMORY;
    of->some = of->some || r->sparse.rows > 0 || stream->broken;
    if (status != GML_OK || r->sparse.rows == 0) {
        return status == GML_OK && !of->some
                   ? gml_fail(source->context, GML_ERROR_DATA, "%s: has no samples", source->path)
                   : status;
    }
    status = gml_sparse_to_inputs(&r->sparse, source->path, width, SIZE_MAX, &r->made);
    gml_dataset made = r->made;
    r->made = (gml_dataset){.context = source->context};
    status = gml_dataset_adopt(status, &made, &of->dataset);
    *dataset = of->dataset;
    return status;
}

const gml_row_format gml_libsvm_row_format = {.begin = begin, .next = next, .end = end};
