/* data/cache/mapped.c - a cache as memory: its header, checked, and its arrays. */
#include <inttypes.h>
#include <stdio.h>

#include "base/checksum.h"
#include "data/cache/header.h"

gml_status gml_cache_damaged(gml_context *context, const char *path, const char *what)
{
    return gml_fail(context, GML_ERROR_DATA, "%s: is damaged: %s", path, what);
}

static uint64_t length_of(const gml_mapping *mapping)
{
    uint64_t length = 0;
    for (size_t i = 0; i < GML_CACHE_LENGTH; i++) {
        length |= (uint64_t)mapping->data[i] << 8 * i;
    }
    return length;
}

/* Computes the checksum of the header with 0 as its digits. */
static uint64_t sum_header(const gml_mapping *mapping, size_t size)
{
    const size_t after = GML_CACHE_DIGITS_AT + GML_CACHE_DIGITS;
    uint64_t sum = gml_checksum(0, mapping->data, GML_CACHE_DIGITS_AT);
    sum = gml_checksum(sum, "0000000000000000", GML_CACHE_DIGITS);
    return gml_checksum(sum, mapping->data + after, size - after);
}

/* Checks the front of a file and finds the size of length and header together. Errors: data. */
static gml_status check_front(gml_context *context, const char *path, const gml_mapping *mapping, size_t *size)
{
    static const char start[] = GML_CACHE_START;
    char digits[GML_CACHE_DIGITS + 1];
    if (mapping->size < GML_CACHE_DIGITS_AT + GML_CACHE_DIGITS ||
        memcmp(mapping->data + GML_CACHE_LENGTH, start, sizeof start - 1) != 0) {
        return gml_fail(context, GML_ERROR_DATA, "%s: is a cache of another version, or cut off", path);
    }
    const uint64_t length = length_of(mapping);
    if (length > GML_CACHE_MOST_HEADER || length > mapping->size - GML_CACHE_LENGTH) {
        return gml_fail(context, GML_ERROR_DATA, "%s: is cut off within its header", path);
    }
    *size = GML_CACHE_LENGTH + (size_t)length;
    if (*size % GML_ALIGNMENT != 0 || *size < GML_CACHE_DIGITS_AT + GML_CACHE_DIGITS) {
        return gml_cache_damaged(context, path, "its header has a wrong length");
    }
    snprintf(digits, sizeof digits, "%016" PRIx64, sum_header(mapping, *size));
    return memcmp(digits, mapping->data + GML_CACHE_DIGITS_AT, GML_CACHE_DIGITS) == 0
               ? GML_OK
               : gml_cache_damaged(context, path, "its header does not have its checksum");
}

static bool read_shape(json_t *table, gml_cache_shape *shape)
{
    json_int_t rows = 0, groups = 0, lines = 0, features = 0, targets = 0;
    int weighted = 0, small = 0;
    const bool good = json_unpack(table, "{s: I, s: I, s: I, s: b, s: b, s: {s: I, s: I}}", "rows", &rows, "groups",
                                  &groups, "lines", &lines, "weighted", &weighted, "small_targets", &small, "schema",
                                  "features", &features, "targets", &targets) == 0 &&
                      rows > 0 && groups >= 0 && groups <= UINT32_MAX && lines >= 0 && features > 0 && targets >= 0;
    *shape = (gml_cache_shape){.rows = (size_t)rows,
                               .features = (size_t)features,
                               .targets = (size_t)targets,
                               .groups = (size_t)groups,
                               .lines = (size_t)lines,
                               .weighted = weighted != 0,
                               .small_targets = small != 0};
    return good;
}

/* The descriptions of the arrays must be those of the shape, and the file must end with the last. */
static gml_status check_arrays(gml_context *context, const char *path, json_t *header, const gml_cache_shape *shape,
                               size_t room)
{
    gml_cache_place places[GML_CACHE_ARRAYS];
    json_t *expected = json_object();
    json_object_del(header, "__metadata__");
    const bool equal =
        gml_cache_places(shape, places) && gml_cache_describe(places, expected) && json_equal(header, expected);
    json_decref(expected);
    if (!equal) {
        return gml_cache_damaged(context, path, "its arrays do not fit its description");
    }
    const size_t total = gml_cache_total(places);
    return room == total ? GML_OK
                         : gml_fail(context, GML_ERROR_DATA, "%s: is %s: its arrays have %zu bytes in place of %zu",
                                    path, room < total ? "cut off" : "too long", room, total);
}

gml_status gml_cache_map(gml_context *context, const char *path, gml_mapping *mapping, json_t **table,
                         gml_cache_shape *shape, const uint8_t **arrays)
{
    size_t size = 0;
    json_t *header = NULL;
    gml_status status = gml_mapping_open(context, path, mapping);
    if (status == GML_OK) {
        status = check_front(context, path, mapping, &size);
    }
    if (status == GML_OK) {
        status = gml_json_parse(context, GML_ERROR_DATA, path, (const char *)mapping->data + GML_CACHE_LENGTH,
                                size - GML_CACHE_LENGTH, &header);
    }
    if (status == GML_OK) {
        const char *text = json_string_value(json_object_get(json_object_get(header, "__metadata__"), "table"));
        status = text != NULL ? gml_json_parse(context, GML_ERROR_DATA, path, text, strlen(text), table)
                              : gml_cache_damaged(context, path, "its header has no table");
    }
    if (status == GML_OK && !read_shape(*table, shape)) {
        status = gml_cache_damaged(context, path, "its header has no shape");
    }
    if (status == GML_OK) {
        status = check_arrays(context, path, header, shape, mapping->size - size);
    }
    json_decref(header);
    *arrays = mapping->data + size;
    if (status != GML_OK) {
        gml_mapping_close(context, mapping);
        json_decref(*table);
        *table = NULL;
    }
    return status;
}

/* ---- the arrays ---- */

void gml_cache_attach(const gml_cache_shape *shape, const uint8_t *arrays, gml_dataset *made)
{
    gml_cache_place places[GML_CACHE_ARRAYS];
    gml_cache_places(shape, places);
    for (size_t i = 0; i < GML_CACHE_ARRAYS; i++) {
        const gml_cache_place *array = &places[i];
        void *data = (void *)(uintptr_t)(arrays + array->begin);
        if (array->size == 0) {
            continue;
        }
        switch (array->array) {
        case GML_CACHE_INPUTS:
            made->inputs = gml_matrix_f64(data, array->rows, array->cols);
            break;
        case GML_CACHE_GREATEST:
            made->greatest = data;
            break;
        case GML_CACHE_WEIGHTS:
            made->weights = data;
            break;
        case GML_CACHE_GROUPS:
            made->groups = data;
            break;
        case GML_CACHE_TARGETS:
            made->targets = gml_matrix_view(data, shape->small_targets ? GML_U8 : GML_F64, array->rows, array->cols);
            break;
        default:
            break;
        }
    }
}
