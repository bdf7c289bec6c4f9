/* data/cache/header.h - the header of a cache: what its arrays are, what was found out about the table, and of which
 * files and with which options it was made. */
#ifndef GML_DATA_CACHE_HEADER_H
#define GML_DATA_CACHE_HEADER_H

#include "base/mapping.h"
#include "data/cache/cache.h"
#include "data/column/columns_json.h"

#define GML_CACHE_START "{\"__metadata__\":{\"format\":\"gemmule-cache 2\",\"checksum\":\""

enum {
    GML_CACHE_LENGTH = 8, /* bytes of the header's length */
    GML_CACHE_DIGITS = 16,
    GML_CACHE_DIGITS_AT = GML_CACHE_LENGTH + sizeof GML_CACHE_START - 1,
    GML_CACHE_MOST_HEADER = 100000000 /* the limit of safetensors readers */
};

/* ---- arrays (arrays.c) ---- */

typedef enum gml_cache_array {
    GML_CACHE_INPUTS,
    GML_CACHE_GREATEST, /* F64 [features]: gml_dataset.greatest */
    GML_CACHE_WEIGHTS,
    GML_CACHE_LINES, /* U64 [k x 2]: row and line where lines do not follow each other */
    GML_CACHE_GROUPS,
    GML_CACHE_TARGETS,
    GML_CACHE_CHECKSUM, /* U64 [1]: of all bytes before it; not aligned */
    GML_CACHE_ARRAYS
} gml_cache_array;

/* What determines the arrays. */
typedef struct gml_cache_shape {
    size_t rows, features, targets, groups, lines;
    bool weighted;
    bool small_targets; /* u8, else f64 */
} gml_cache_shape;

typedef struct gml_cache_place {
    gml_cache_array array;
    const char *name, *type;
    size_t width;       /* bytes of an entry */
    size_t rows, cols;  /* cols 0: one dimension */
    size_t begin, size; /* bytes after the header; size 0: there is no such array */
} gml_cache_place;

/* Places the arrays in their order in the file, the wider types first, so that all but the checksum at the end are
 * aligned. Returns false if sizes overflow. */
bool gml_cache_places(const gml_cache_shape *shape, gml_cache_place places[GML_CACHE_ARRAYS]);

/* Returns the bytes of all arrays. */
static inline size_t gml_cache_total(const gml_cache_place places[GML_CACHE_ARRAYS])
{
    return places[GML_CACHE_CHECKSUM].begin + places[GML_CACHE_CHECKSUM].size;
}

/* Adds the descriptions of the arrays to a safetensors header. False if there is no memory. */
bool gml_cache_describe(const gml_cache_place places[GML_CACHE_ARRAYS], json_t *header);

/* ---- texts (schema_json.c, options_json.c) ---- */

/* Return objects owned by the caller; null if there is no memory, or if a text is not UTF-8; then `bad` points to it.
 */
json_t *gml_cache_schema_to_json(const gml_schema *schema, const char **bad);
json_t *gml_cache_options_to_json(const gml_dataset_options *options, const char **bad);

/* Reads a schema, which must be cleared, on failure too. Errors: data, memory. */
gml_status gml_cache_schema_from_json(gml_context *context, const char *where, json_t *object, gml_schema *schema);

/* ---- data of a network (match.c) ---- */

/* True if the options ask for the columns, kinds, levels and classes of a network, and those are the ones of the
 * dataset `found` of a cache. `asked` and `made` are these options and those of the cache, as above. */
bool gml_cache_is_known(const gml_dataset_options *options, json_t *asked, json_t *made, const gml_dataset *found);

/* Leaves out the parts of a dataset that the options do not ask for. */
void gml_cache_restrict(const gml_dataset_options *options, gml_dataset *found);

/* ---- the header (header.c) ---- */

/* Makes the text of the header, with 0 as the digits of its checksum, of a dataset that is complete but for its inputs;
 * the caller frees it. Errors: memory, read, unsupported (a text that is not UTF-8), data (the CSV has changed). */
gml_status gml_cache_make_header(const gml_cells *cells, const gml_dataset *made, const gml_cache_shape *shape,
                                 const gml_cache_place places[GML_CACHE_ARRAYS], char **text);

/* ---- a cache as memory (mapped.c) ---- */

/* Maps a cache and checks its header. `table` is the object with all that is not an array, owned by the caller. Errors:
 * not_found, read, data. */
gml_status gml_cache_map(gml_context *context, const char *path, gml_mapping *mapping, json_t **table,
                         gml_cache_shape *shape, const uint8_t **arrays);

/* Fails with the path and what is wrong. Errors: data. */
gml_status gml_cache_damaged(gml_context *context, const char *path, const char *what);

/* Sets the arrays of a dataset, which owns the mapping. */
void gml_cache_attach(const gml_cache_shape *shape, const uint8_t *arrays, gml_dataset *made);

#endif
