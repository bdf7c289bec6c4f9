/* data/cache/header.c - the header of a cache that is written. */
#include "data/cache/header.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *sum_to_json(uint64_t sum)
{
    char digits[GML_CACHE_DIGITS + 1];
    snprintf(digits, sizeof digits, "%016" PRIx64, sum);
    return json_string(digits);
}

/* Finds the identity of a file, which must be as it was before it was read. */
static gml_status identify(const gml_table_cache *cache, size_t index, gml_file_identity *is)
{
    gml_context *context = cache->source->context;
    const char *path = gml_table_cache_source(cache, index);
    gml_file_stamp after = {0};
    gml_status status = gml_identity_find(context, path, is);
    if (status == GML_OK) {
        status = gml_identity_sum(context, path, &is->whole);
    }
    if (status == GML_OK) {
        status = gml_identity_stamp(context, path, &after);
    }
    if (status == GML_OK && !(gml_identity_same_stamp(&is->stamp, &cache->stamps[index]) &&
                              gml_identity_same_stamp(&after, &cache->stamps[index]))) {
        status = gml_fail(context, GML_ERROR_DATA, "%s: has changed while it was read", path);
    }
    return status;
}

static gml_status add_sources(const gml_table_cache *cache, const gml_origin *origin, json_t *array)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < cache->count; i++) {
        gml_file_identity is;
        size_t row = 0;
        gml_origin_file_at(origin, i, &row);
        status = identify(cache, i, &is);
        if (status == GML_OK &&
            json_array_append_new(array,
                                  json_pack("{s: I, s: I, s: o, s: o, s: I}", "size", (json_int_t)is.stamp.size,
                                            "modified", (json_int_t)is.stamp.modified, "blocks", sum_to_json(is.blocks),
                                            "whole", sum_to_json(is.whole), "row", (json_int_t)row)) != 0) {
            status = gml_fail(cache->source->context, GML_ERROR_MEMORY, "there is no memory for the header of a cache");
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
static json_t *table_to_json(const gml_cells *cells, const gml_dataset *made, const gml_cache_shape *shape,
                             json_t *sources, const char **bad)
{
    const gml_dataset_options *options = cells->cache->source->options;
    json_t *table = json_pack("{s: s, s: I, s: I, s: I, s: b, s: b, s: b, s: o}", "version", gml_version(), "rows",
                              (json_int_t)shape->rows, "groups", (json_int_t)shape->groups, "lines",
                              (json_int_t)shape->lines, "weighted", (int)shape->weighted, "small_targets",
                              (int)shape->small_targets, "masked", (int)made->masked, "sources", sources);
    const bool good = table != NULL &&
                      json_object_set_new(table, "schema", gml_cache_schema_to_json(&made->schema, bad)) == 0 &&
                      json_object_set_new(table, "options", gml_cache_options_to_json(options, bad)) == 0 &&
                      json_object_set_new(table, "notes", notes_to_json(made, bad)) == 0 &&
                      (cells->remark == NULL || gml_json_set_text(table, "remark", cells->remark, bad)) &&
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
                         ? json_pack("{s: {s: s, s: s, s: s}}", "__metadata__", "format", "gemmule-cache 2", "checksum",
                                     "0000000000000000", "table", table_text)
                         : NULL;
    char *text = header != NULL && gml_cache_describe(places, header) ? json_dumps(header, JSON_COMPACT) : NULL;
    json_decref(header);
    json_decref(table);
    free(table_text);
    return text;
}

gml_status gml_cache_make_header(const gml_cells *cells, const gml_dataset *made, const gml_cache_shape *shape,
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
    *text = header_text(table_to_json(cells, made, shape, sources, &bad), places);
    return *text != NULL ? GML_OK
           : bad != NULL ? gml_fail(cells->context, GML_ERROR_UNSUPPORTED, "%s: \"%.60s\" is not UTF-8", path, bad)
                         : gml_fail(cells->context, GML_ERROR_MEMORY, "%s: there is no memory for its header", path);
}
