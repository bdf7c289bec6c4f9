/* data/cache/making.c - keeping rows of cells outside of memory while a CSV is read, and what is said about it. */
#include "data/cache/cache.h"

const char *gml_table_cache_source(const gml_table_cache *cache, size_t index)
{
    return index == 0 ? cache->source->path : cache->source->options->more[index - 1];
}

static gml_status begin(gml_table_cache *cache)
{
    gml_context *context = cache->source->context;
    const gml_file_system *files = &context->hooks.files;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < cache->count; i++) {
        const char *path = gml_table_cache_source(cache, i);
        status = files->kind(files->user, path) == GML_PATH_FILE
                     ? gml_identity_stamp(context, path, &cache->stamps[i])
                     : gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: is no regular file", path);
    }
    return status == GML_OK ? gml_scratch_open(context, cache->folder, "the rows of a table", &cache->rows) : status;
}

void gml_table_cache_begin(gml_table_cache *cache)
{
    gml_message_scope scope;
    if (cache->count == 0 || cache->problem[0] != '\0') {
        return;
    }
    gml_message_open(cache->source->context, &scope, cache->problem);
    cache->making = begin(cache) == GML_OK;
    gml_message_close(cache->source->context, &scope);
}

/* Brings all rows into memory. */
static gml_status bring_back(gml_cells *cells)
{
    gml_table_cache *cache = cells->cache;
    gml_context *context = cells->context;
    gml_pile all = {0};
    cache->making = false;
    cells->folder = NULL;
    gml_status status = gml_scratch_map(context, &cache->rows);
    if (status == GML_OK) {
        status = gml_pile_reserve(context, &all, cache->rows.size + cells->values.size, "the cells of a table");
    }
    if (status == GML_OK) {
        status = gml_pile_push(context, &all, cache->rows.data, cache->rows.size, "the cells of a table");
    }
    if (status == GML_OK) {
        status = gml_pile_push(context, &all, cells->values.data, cells->values.size, "the cells of a table");
    }
    gml_scratch_destroy(context, &cache->rows);
    gml_pile_clear(context, &cells->values);
    cells->values = all;
    return status;
}

gml_status gml_table_cache_move_out(gml_cells *cells)
{
    gml_table_cache *cache = cells->cache;
    gml_message_scope scope;
    if (cache == NULL || !cache->making) {
        return GML_OK;
    }
    gml_message_open(cells->context, &scope, cache->problem);
    gml_status status = gml_scratch_append(cells->context, &cache->rows, cells->values.data, cells->values.size);
    gml_message_close(cells->context, &scope);
    if (status != GML_OK) {
        return bring_back(cells);
    }
    cells->values.size = 0;
    return GML_OK;
}

gml_status gml_table_cache_map_rows(gml_cells *cells)
{
    gml_table_cache *cache = cells->cache;
    if (cache == NULL || !cache->making) {
        return GML_OK;
    }
    gml_status status = gml_scratch_map(cells->context, &cache->rows);
    if (status == GML_OK) {
        gml_pile_clear(cells->context, &cells->values);
        cells->values = gml_pile_of_scratch(&cache->rows);
        cache->rows = (gml_scratch){0};
    }
    return status;
}

gml_status gml_table_cache_tell(const gml_table_cache *cache, gml_dataset *dataset)
{
    const char *path = cache->source->options->cache;
    return cache->count == 0 ? GML_OK
           : !cache->made    ? gml_dataset_add_note(dataset, "no cache was made: %s", cache->problem)
           : cache->stale[0] ? gml_dataset_add_note(dataset, "the cache %s was made anew: %s", path, cache->stale)
                             : gml_dataset_add_note(dataset, "the cache %s was made", path);
}

void gml_table_cache_close(gml_table_cache *cache)
{
    gml_context *context = cache->source->context;
    gml_scratch_destroy(context, &cache->rows);
    gml_release(context, cache->stamps, cache->count, sizeof *cache->stamps);
    gml_release_string(context, cache->folder);
    *cache = (gml_table_cache){.source = cache->source};
}
