/* data/cache/writing.c - writing a cache. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "base/writer.h"
#include "data/cache/header.h"
#include "kernel/data/statistics.h"

enum {
    PIECE = 1 << 20, /* bytes that are written at once */
    PAIRS = 512      /* of rows and lines */
};

/* A cache that is written. */
typedef struct output {
    gml_context *context;
    const char *path;
    gml_writer *writer;
    uint64_t sum;     /* of all bytes so far */
    double *greatest; /* [features] of the inputs so far */
} output;

static gml_status put(output *to, const void *data, size_t size)
{
    to->sum = gml_checksum(to->sum, data, size);
    return gml_writer_write(to->writer, data, size);
}

/* ---- the header ---- */

/* Writes length and header, padded with blanks so that the arrays are aligned. */
static gml_status put_header(output *to, const char *text)
{
    const size_t length = strlen(text);
    const size_t size = (GML_CACHE_LENGTH + length + GML_ALIGNMENT - 1) / GML_ALIGNMENT * GML_ALIGNMENT;
    if (length > GML_CACHE_MOST_HEADER) {
        return gml_fail(to->context, GML_ERROR_UNSUPPORTED, "%s: the names of the table take more than %d bytes",
                        to->path, GML_CACHE_MOST_HEADER);
    }
    char *bytes = gml_allocate(to->context, size + 1, 1, "the header of a cache");
    if (bytes == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(bytes, ' ', size);
    for (size_t i = 0; i < GML_CACHE_LENGTH; i++) {
        bytes[i] = (char)((uint64_t)(size - GML_CACHE_LENGTH) >> 8 * i);
    }
    memcpy(bytes + GML_CACHE_LENGTH, text, length);
    char digits[GML_CACHE_DIGITS + 1];
    snprintf(digits, sizeof digits, "%016" PRIx64, gml_checksum(0, bytes, size));
    memcpy(bytes + GML_CACHE_DIGITS_AT, digits, GML_CACHE_DIGITS);
    gml_status status = put(to, bytes, size);
    gml_release(to->context, bytes, size + 1, 1);
    return status;
}

/* ---- the arrays ---- */

static gml_status put_inputs(output *to, const gml_row_maker *rows, const gml_cache_place *array)
{
    const size_t width = array->cols * sizeof(double), most = PIECE / width + 1;
    double *piece = gml_allocate(to->context, most, width, "a piece of a cache");
    gml_status status = piece != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t row = 0; status == GML_OK && row < array->rows; row += most) {
        const size_t count = array->rows - row < most ? array->rows - row : most;
        rows->make(rows->user, row, count, piece);
        gml_raise_magnitudes(count, array->cols, piece, to->greatest);
        status = put(to, piece, count * width);
    }
    gml_release(to->context, piece, most, width);
    return status;
}

static gml_status put_lines(output *to, const gml_origin *origin, size_t count)
{
    uint64_t pairs[PAIRS][2];
    gml_status status = GML_OK;
    for (size_t first = 0; status == GML_OK && first < count; first += PAIRS) {
        const size_t some = count - first < PAIRS ? count - first : PAIRS;
        for (size_t i = 0; i < some; i++) {
            size_t row, line;
            gml_origin_jump_at(origin, first + i, &row, &line);
            pairs[i][0] = row;
            pairs[i][1] = line;
        }
        status = put(to, pairs, some * sizeof pairs[0]);
    }
    return status;
}

/* An array in memory; put piece by piece, for the sake of mapped ones. */
static gml_status put_array(output *to, const void *data, size_t size)
{
    gml_status status = GML_OK;
    for (size_t at = 0; status == GML_OK && at < size; at += PIECE) {
        status = put(to, (const uint8_t *)data + at, size - at < PIECE ? size - at : PIECE);
    }
    return status;
}

static gml_status put_arrays(output *to, const gml_origin *origin, const gml_row_maker *rows, const gml_dataset *made,
                             const gml_cache_place places[GML_CACHE_ARRAYS])
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < GML_CACHE_ARRAYS; i++) {
        const gml_cache_place *array = &places[i];
        const uint64_t sum = to->sum;
        switch (array->array) {
        case GML_CACHE_INPUTS:
            status = put_inputs(to, rows, array);
            break;
        case GML_CACHE_GREATEST: /* comes after the inputs */
            status = put_array(to, to->greatest, array->size);
            break;
        case GML_CACHE_LINES:
            status = put_lines(to, origin, array->rows);
            break;
        case GML_CACHE_CHECKSUM:
            status = put(to, &sum, sizeof sum);
            break;
        case GML_CACHE_WEIGHTS:
            status = put_array(to, made->weights, array->size);
            break;
        case GML_CACHE_GROUPS:
            status = put_array(to, made->groups, array->size);
            break;
        default:
            status = put_array(to, made->targets.data, array->size);
        }
    }
    return status;
}

/* ---- the file ---- */

static gml_cache_shape shape_of(const gml_cells *cells, const gml_dataset *made)
{
    return (gml_cache_shape){.rows = cells->rows,
                             .features = made->schema.features,
                             .targets = made->targets.data != NULL ? made->targets.cols : 0,
                             .groups = made->groups != NULL ? made->group_count : 0,
                             .lines = gml_origin_jump_count(&cells->origin),
                             .weighted = made->weights != NULL,
                             .small_targets = made->targets.data != NULL && made->targets.dtype == GML_U8};
}

static gml_status write_file(const gml_cells *cells, const gml_row_maker *rows, const gml_dataset *made,
                             const char *header, const gml_cache_place places[GML_CACHE_ARRAYS])
{
    const size_t features = made->schema.features;
    output to = {.context = cells->context, .path = cells->cache->source->options->cache};
    to.greatest = gml_allocate(to.context, features, sizeof *to.greatest, "a piece of a cache");
    if (to.greatest == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(to.greatest, 0, features * sizeof *to.greatest);
    gml_status status = gml_writer_open(to.context, to.path, &to.writer);
    if (status == GML_OK) {
        status = put_header(&to, header);
    }
    if (status == GML_OK) {
        status = put_arrays(&to, &cells->origin, rows, made, places);
    }
    gml_release(to.context, to.greatest, features, sizeof *to.greatest);
    if (status == GML_OK) {
        return gml_writer_commit(to.writer);
    }
    gml_writer_abandon(to.writer);
    return status;
}

/* True if the mapped file has this header; another process may have replaced it. */
static bool has_header(const gml_mapping *mapping, const char *text)
{
    const size_t after = GML_CACHE_DIGITS_AT + GML_CACHE_DIGITS, length = GML_CACHE_LENGTH + strlen(text);
    return mapping->size >= length &&
           memcmp(mapping->data + after, text + after - GML_CACHE_LENGTH, length - after) == 0;
}

/* Maps the cache that was written, and puts its arrays in the place of the dataset's. */
static gml_status take_file(const gml_cells *cells, const char *header, gml_dataset *made)
{
    const char *path = cells->cache->source->options->cache;
    gml_mapping mapping;
    json_t *table = NULL;
    gml_cache_shape shape;
    const uint8_t *arrays = NULL;
    gml_status status = gml_cache_map(cells->context, path, &mapping, &table, &shape, &arrays);
    json_decref(table);
    if (status == GML_OK && !has_header(&mapping, header)) {
        gml_mapping_close(cells->context, &mapping);
        status = gml_fail(cells->context, GML_ERROR_DATA, "%s: was replaced by another process", path);
    }
    if (status == GML_OK) {
        gml_pile_clear(cells->context, &made->owned_targets);
        gml_pile_clear(cells->context, &made->owned_weights);
        gml_pile_clear(cells->context, &made->owned_groups);
        made->mapping = mapping;
        gml_cache_attach(&shape, arrays, made);
    }
    return status;
}

void gml_table_cache_write(gml_cells *cells, const gml_row_maker *rows, gml_dataset *made)
{
    gml_table_cache *cache = cells->cache;
    gml_cache_place places[GML_CACHE_ARRAYS];
    gml_message_scope scope;
    char *header = NULL;
    const gml_cache_shape shape = shape_of(cells, made);
    if (cache == NULL || !cache->making) {
        return;
    }
    gml_message_open(cells->context, &scope, cache->problem);
    gml_status status = gml_cache_places(&shape, places)
                            ? gml_cache_make_header(cells, made, &shape, places, &header)
                            : gml_fail(cells->context, GML_ERROR_UNSUPPORTED, "more bytes than can be counted");
    if (status == GML_OK) {
        status = write_file(cells, rows, made, header, places);
    }
    if (status == GML_OK) {
        status = take_file(cells, header, made);
    }
    free(header);
    gml_message_close(cells->context, &scope);
    cache->made = status == GML_OK;
}
