/* data/cache/reading.c - a dataset of a cache. */
#include <stdlib.h>

#include "base/checksum.h"
#include "data/cache/header.h"
#include "data/format/array.h"
#include "kernel/data/entry.h"

/* A cache that is read. */
typedef struct input {
    gml_context *context;
    const gml_table_cache *cache;
    const char *path;
    gml_mapping mapping;
    json_t *table;
    gml_cache_shape shape;
    const uint8_t *arrays;
} input;

/* ---- is it the cache of these files? ---- */

static uint64_t read_sum(json_t *object, const char *key)
{
    const char *digits = json_string_value(json_object_get(object, key));
    return digits != NULL ? strtoull(digits, NULL, 16) : 0;
}

static gml_status check_source(const input *in, size_t index, json_t *object)
{
    const char *path = gml_table_cache_source(in->cache, index);
    const bool whole = in->cache->source->options->cache_check != 0;
    gml_file_identity is;
    json_int_t size = 0, modified = 0;
    gml_status status = gml_identity_find(in->context, path, &is);
    if (status == GML_OK && whole) {
        status = gml_identity_sum(in->context, path, &is.whole);
    }
    if (status != GML_OK) {
        return status;
    }
    if (json_unpack(object, "{s: I, s: I}", "size", &size, "modified", &modified) != 0) {
        return gml_cache_damaged(in->context, in->path, "its header has no sources");
    }
    const bool same_stamp = (uint64_t)size == is.stamp.size && (int64_t)modified == is.stamp.modified;
    const bool same_bytes =
        is.blocks == read_sum(object, "blocks") && (!whole || is.whole == read_sum(object, "whole"));
    return same_stamp && same_bytes
               ? GML_OK
               : gml_fail(in->context, GML_ERROR_DATA, "%s: has changed since: its %s", path,
                          !same_stamp ? "size or time is another" : "contents are others, at the same size and time");
}

static gml_status check_sources(const input *in)
{
    json_t *sources = json_object_get(in->table, "sources");
    const char *version = json_string_value(json_object_get(in->table, "version"));
    gml_status status = GML_OK;
    if (version == NULL || strcmp(version, gml_version()) != 0) {
        return gml_fail(in->context, GML_ERROR_DATA, "%s: was made by version %.20s", in->path,
                        version != NULL ? version : "?");
    }
    if (json_array_size(sources) != in->cache->count) {
        return gml_fail(in->context, GML_ERROR_DATA, "%s: was made of %zu files, not %zu", in->path,
                        json_array_size(sources), in->cache->count);
    }
    for (size_t i = 0; status == GML_OK && i < in->cache->count; i++) {
        status = check_source(in, i, json_array_get(sources, i));
    }
    return status;
}

/* Compares all bytes of the cache with the checksum at its end. */
static gml_status check_bytes(const input *in)
{
    const size_t size = in->mapping.size - sizeof(uint64_t);
    uint64_t stored = 0;
    memcpy(&stored, in->mapping.data + size, sizeof stored);
    return gml_checksum(0, in->mapping.data, size) == stored
               ? GML_OK
               : gml_cache_damaged(in->context, in->path, "its bytes do not have their checksum");
}

/* ---- the dataset ---- */

/* Numbers that are used as indexes must be in range. */
static gml_status check_numbers(const input *in, const gml_dataset *made)
{
    const gml_schema *schema = &made->schema;
    const bool classes = schema->task == GML_TASK_CLASSIFICATION;
    bool good = classes == (schema->classes > 0) && (!classes || schema->targets == 1);
    for (size_t i = 0; good && made->groups != NULL && i < made->size; i++) {
        good = made->groups[i] < made->group_count;
    }
    for (size_t i = 0; good && classes && i < made->size; i++) {
        const double number = gml_entry_at(made->targets.dtype, made->targets.data, i);
        good = isnan(number) || (number >= 0 && number < (double)schema->classes);
    }
    return good ? GML_OK : gml_cache_damaged(in->context, in->path, "its groups or classes are out of range");
}

static gml_status read_origin(const input *in, gml_origin *origin)
{
    gml_cache_place places[GML_CACHE_ARRAYS];
    json_t *sources = json_object_get(in->table, "sources");
    gml_status status = GML_OK;
    origin->path = gml_copy_string(in->context, in->cache->source->path);
    if (origin->path == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 1; status == GML_OK && i < in->cache->count; i++) {
        const json_int_t row = json_integer_value(json_object_get(json_array_get(sources, i), "row"));
        status = gml_origin_add_file(in->context, origin, (size_t)row, gml_table_cache_source(in->cache, i));
    }
    gml_cache_places(&in->shape, places);
    for (size_t i = 0; i < GML_CACHE_ARRAYS; i++) {
        const uint8_t *pairs = in->arrays + places[i].begin;
        for (size_t k = 0; places[i].array == GML_CACHE_LINES && status == GML_OK && k < in->shape.lines; k++) {
            uint64_t pair[2];
            memcpy(pair, pairs + k * sizeof pair, sizeof pair);
            status = gml_origin_note(in->context, origin, (size_t)pair[0], (size_t)pair[1]);
        }
    }
    return status;
}

/* The note about broken rows that were left out; null if there were none. */
static const char *remark_of(const input *in)
{
    return json_string_value(json_object_get(in->table, "remark"));
}

/* Reads what is said about the table; a network does not ask what became of columns that it does not know. */
static gml_status read_words(const input *in, bool known, gml_dataset *made)
{
    json_t *notes = json_object_get(in->table, "notes");
    const char *reason = json_string_value(json_object_get(in->table, "task_reason"));
    gml_status status = gml_dataset_add_note(made, "read from the cache %s", in->path);
    if (known) {
        return status == GML_OK && remark_of(in) != NULL ? gml_dataset_add_note(made, "%s", remark_of(in)) : status;
    }
    for (size_t i = 0; status == GML_OK && i < json_array_size(notes); i++) {
        const char *note = json_string_value(json_array_get(notes, i));
        status = gml_dataset_add_note(made, "%s", note != NULL ? note : "");
    }
    if (status == GML_OK && reason != NULL) {
        made->task_reason = gml_copy_string(in->context, reason);
        status = made->task_reason != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    return status;
}

static gml_status make_dataset(const input *in, gml_dataset *made)
{
    *made = (gml_dataset){.context = in->context, .size = in->shape.rows, .group_count = in->shape.groups};
    made->masked = json_is_true(json_object_get(in->table, "masked"));
    gml_status status =
        gml_cache_schema_from_json(in->context, in->path, json_object_get(in->table, "schema"), &made->schema);
    if (status == GML_OK) {
        gml_cache_attach(&in->shape, in->arrays, made);
        status = check_numbers(in, made);
    }
    if (status == GML_OK) {
        status = read_origin(in, &made->origin);
    }
    return status;
}

/* Makes a dataset if the options ask for this one. Takes over the mapping. */
static gml_status use(input *in, gml_dataset **dataset)
{
    const gml_dataset_options *options = in->cache->source->options;
    const char *bad = NULL;
    json_t *asked = gml_cache_options_to_json(options, &bad);
    gml_dataset made = {.context = in->context};
    json_t *with = json_object_get(in->table, "options");
    gml_status status = make_dataset(in, &made);
    const bool equal = asked != NULL && json_equal(asked, with) != 0;
    const bool lacks_rows = remark_of(in) != NULL && options->broken_rows == 0;
    if (status == GML_OK && !equal && (lacks_rows || !gml_cache_is_known(options, asked, with, &made))) {
        status = gml_fail(in->context, GML_ERROR_DATA, "%s: was made with other options", in->path);
    }
    if (status == GML_OK && !equal) {
        gml_cache_restrict(options, &made);
    }
    if (status == GML_OK) {
        status = read_words(in, !equal, &made);
    }
    json_decref(asked);
    made.mapping = in->mapping;
    in->mapping = (gml_mapping){0};
    return gml_dataset_adopt(status, &made, dataset);
}

static gml_status read_cache(input *in, gml_dataset **dataset)
{
    gml_status status = gml_cache_map(in->context, in->path, &in->mapping, &in->table, &in->shape, &in->arrays);
    if (status == GML_OK) {
        status = check_sources(in);
    }
    if (status == GML_OK && in->cache->source->options->cache_check != 0) {
        status = check_bytes(in);
    }
    return status == GML_OK ? use(in, dataset) : status;
}

/* ---- opening ---- */

/* True if the file begins as caches of any version do. */
static bool is_cache(const gml_mapping *mapping)
{
    static const char start[] = "{\"__metadata__\":{\"format\":\"gemmule-cache ";
    const size_t size = sizeof start - 1;
    return mapping->size >= GML_CACHE_LENGTH + size && memcmp(mapping->data + GML_CACHE_LENGTH, start, size) == 0;
}

/* A file that is no cache is not replaced by one. Errors: create, read, unsupported. */
static gml_status check_target(gml_context *context, const char *path, bool *there)
{
    const gml_file_system *files = &context->hooks.files;
    const gml_path_kind kind = files->kind(files->user, path);
    gml_mapping mapping = {0};
    *there = false;
    if (!gml_machine_is_little()) {
        return gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: a cache needs a little-endian machine", path);
    }
    if (kind != GML_PATH_FILE) {
        return kind == GML_PATH_NONE ? GML_OK : gml_fail(context, GML_ERROR_CREATE, "%s: is no regular file", path);
    }
    gml_status status = gml_mapping_open(context, path, &mapping);
    if (status == GML_OK) {
        *there = is_cache(&mapping);
        status = *there || mapping.size == 0
                     ? GML_OK
                     : gml_fail(context, GML_ERROR_CREATE, "%s: is no cache, and is not replaced", path);
        gml_mapping_close(context, &mapping);
    }
    return status;
}

static gml_status prepare(gml_table_cache *cache)
{
    gml_context *context = cache->source->context;
    const gml_dataset_options *options = cache->source->options;
    const char *slash = strrchr(options->cache, '/');
    cache->count = 1 + options->more_count;
    cache->folder =
        gml_schema_copy_name(context, options->cache, slash != NULL ? (size_t)(slash - options->cache) + 1 : 0);
    cache->stamps = gml_allocate(context, cache->count, sizeof *cache->stamps, "the files of a table");
    return cache->folder != NULL && cache->stamps != NULL ? GML_OK : GML_ERROR_MEMORY;
}

gml_status gml_table_cache_open(const gml_source *source, gml_table_cache *cache, gml_dataset **dataset)
{
    gml_context *context = source->context;
    const char *path = source->options->cache;
    input in = {.context = context, .cache = cache, .path = path};
    gml_message_scope scope;
    bool there = false;
    *cache = (gml_table_cache){.source = source};
    gml_status status = path != NULL ? prepare(cache) : GML_OK;
    if (path == NULL || status != GML_OK) {
        return status;
    }
    gml_message_open(context, &scope, cache->problem);
    check_target(context, path, &there);
    gml_message_close(context, &scope);
    if (there) {
        gml_message_open(context, &scope, cache->stale);
        read_cache(&in, dataset);
        gml_mapping_close(context, &in.mapping);
        json_decref(in.table);
        gml_message_close(context, &scope);
    }
    return GML_OK;
}
