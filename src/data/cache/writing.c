/* data/cache/writing.c - writing a cache. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checksum.h"
#include "base/writer.h"
#include "data/cache/header.h"

enum { PIECE = 1 << 20 }; /* bytes of inputs that are made at once */

/* A cache that is written. */
typedef struct output {
    gml_context *context;
    const char *path;
    gml_writer *writer;
    uint64_t sum; /* of all bytes so far */
} output;

static gml_status put(output *to, const void *data, size_t size)
{
    to->sum = gml_checksum(to->sum, data, size);
    return gml_writer_write(to->writer, data, size);
}

/* ---- the header ---- */

static json_t *sum_to_json(uint64_t sum)
{
    char digits[GML_CACHE_DIGITS + 1];
    snprintf(digits, sizeof digits, "%016" PRIx64, sum);
    return json_string(digits);
}

/* Finds the identity of all files, which must be as they were before they were read. */
static gml_status add_sources(const gml_table_cache *cache, const gml_origin *origin, json_t *array)
{
    gml_context *context = cache->source->context;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < cache->count; i++) {
        const char *path = gml_table_cache_source(cache, i);
        gml_file_identity is;
        gml_file_stamp after;
        status = gml_identity_find(context, path, &is);
        if (status == GML_OK) {
            status = gml_identity_sum(context, path, &is.whole);
        }
        if (status == GML_OK) {
            status = gml_identity_stamp(context, path, &after);
        }
        if (status == GML_OK && !(gml_identity_same_stamp(&is.stamp, &cache->stamps[i]) &&
                                  gml_identity_same_stamp(&after, &cache->stamps[i]))) {
            status = gml_fail(context, GML_ERROR_DATA, "%s: has changed while it was read", path);
        }
        json_t *object = json_pack("{s: I, s: I, s: o, s: o, s: I}", "size", (json_int_t)is.stamp.size, "modified",
                                   (json_int_t)is.stamp.modified, "blocks", sum_to_json(is.blocks), "whole",
                                   sum_to_json(is.whole), "row", (json_int_t)gml_origin_first_row(origin, i));
        if (json_array_append_new(array, object) != 0 && status == GML_OK) {
            status = gml_fail(context, GML_ERROR_MEMORY, "%s: there is no memory for the header of its cache", path);
        }
    }
    return status;
}

static json_t *notes_to_json(const gml_dataset *made, const char **bad)
{
    json_t *array = json_array();
    const char *note;
    bool good = array != NULL;
    for (size_t i = 0; good && (note = gml_dataset_note(made, i)) != NULL; i++) {
        good = json_array_append_new(array, gml_json_text(note, bad)) == 0;
    }
    if (!good) {
        json_decref(array);
        return NULL;
    }
    return array;
}

/* Makes the object with all that is not an array; takes over `sources`. */
static json_t *table_to_json(const gml_dataset *made, const gml_cache_shape *shape, const gml_dataset_options *options,
                             json_t *sources, const char **bad)
{
    json_t *table = json_pack("{s: s, s: I, s: I, s: I, s: b, s: b, s: b, s: o}", "version", gml_version(), "rows",
                              (json_int_t)shape->rows, "groups", (json_int_t)shape->groups, "lines",
                              (json_int_t)shape->lines, "weighted", (int)shape->weighted, "small_targets",
                              (int)shape->small_targets, "masked", (int)made->masked, "sources", sources);
    const bool good = table != NULL &&
                      json_object_set_new(table, "schema", gml_cache_schema_to_json(&made->schema, bad)) == 0 &&
                      json_object_set_new(table, "options", gml_cache_options_to_json(options, bad)) == 0 &&
                      json_object_set_new(table, "notes", notes_to_json(made, bad)) == 0 &&
                      (made->task_reason == NULL || gml_json_set_text(table, "task_reason", made->task_reason, bad));
    if (!good) {
        json_decref(table);
        return NULL;
    }
    return table;
}

/* Returns the text of the header; takes over the table, which may be null. */
static char *header_text(json_t *table, const gml_cache_place places[GML_CACHE_ARRAYS])
{
    char *table_text = table != NULL ? json_dumps(table, JSON_COMPACT) : NULL;
    json_t *header = table_text != NULL
                         ? json_pack("{s: {s: s, s: s, s: s}}", "__metadata__", "format", "gemmule-cache 1", "checksum",
                                     "0000000000000000", "table", table_text)
                         : NULL;
    char *text = header != NULL && gml_cache_describe(places, header) ? json_dumps(header, JSON_COMPACT) : NULL;
    json_decref(header);
    json_decref(table);
    free(table_text);
    return text;
}

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
        status = put(to, piece, count * width);
    }
    gml_release(to->context, piece, most, width);
    return status;
}

static gml_status put_lines(output *to, const gml_origin *origin, size_t count)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        size_t row, line;
        gml_origin_jump_at(origin, i, &row, &line);
        const uint64_t pair[] = {row, line};
        status = put(to, pair, sizeof pair);
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

/* Returns the text of the header; the caller frees it. Errors: memory, unsupported (a text that is not UTF-8), data. */
static gml_status make_header(const gml_cells *cells, const gml_dataset *made, const gml_cache_shape *shape,
                              const gml_cache_place places[GML_CACHE_ARRAYS], char **text)
{
    const gml_table_cache *cache = cells->cache;
    const char *bad = NULL, *path = cache->source->options->cache;
    json_t *sources = json_array();
    gml_status status = sources != NULL ? add_sources(cache, &cells->origin, sources) : GML_ERROR_MEMORY;
    if (status != GML_OK) {
        json_decref(sources);
        return status;
    }
    *text = header_text(table_to_json(made, shape, cache->source->options, sources, &bad), places);
    return *text != NULL ? GML_OK
           : bad != NULL ? gml_fail(cells->context, GML_ERROR_UNSUPPORTED, "%s: \"%.60s\" is not UTF-8", path, bad)
                         : gml_fail(cells->context, GML_ERROR_MEMORY, "%s: there is no memory for its header", path);
}

static gml_status write_file(const gml_cells *cells, const gml_row_maker *rows, const gml_dataset *made,
                             const char *header, const gml_cache_place places[GML_CACHE_ARRAYS])
{
    output to = {.context = cells->context, .path = cells->cache->source->options->cache};
    gml_status status = gml_writer_open(to.context, to.path, &to.writer);
    if (status == GML_OK) {
        status = put_header(&to, header);
    }
    if (status == GML_OK) {
        status = put_arrays(&to, &cells->origin, rows, made, places);
    }
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
                            ? make_header(cells, made, &shape, places, &header)
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
