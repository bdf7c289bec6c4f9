/* data/cache/arrays.c - the arrays of a cache and their places. */
#include "data/cache/header.h"

bool gml_cache_places(const gml_cache_shape *shape, gml_cache_place places[GML_CACHE_ARRAYS])
{
    const size_t n = shape->rows;
    const bool small = shape->small_targets;
    const gml_cache_place all[GML_CACHE_ARRAYS] = {
        {GML_CACHE_INPUTS, "inputs", "F64", 8, n, shape->features, 0, 0},
        {GML_CACHE_GREATEST, "greatest", "F64", 8, shape->features, 0, 0, 0},
        {GML_CACHE_WEIGHTS, "weights", "F64", 8, shape->weighted ? n : 0, 0, 0, 0},
        {GML_CACHE_LINES, "lines", "U64", 8, shape->lines, 2, 0, 0},
        {GML_CACHE_GROUPS, "groups", "U32", 4, shape->groups > 0 ? n : 0, 0, 0, 0},
        {GML_CACHE_TARGETS, "targets", small ? "U8" : "F64", small ? 1 : 8, n, shape->targets, 0, 0},
        {GML_CACHE_CHECKSUM, "checksum", "U64", 8, 1, 0, 0, 0},
    };
    size_t placed = 0, end = 0;
    bool fits = true;
    for (size_t width = 8; width >= 1; width /= 2) {
        for (size_t i = 0; i < GML_CACHE_CHECKSUM; i++) {
            if (all[i].width == width) {
                places[placed++] = all[i];
            }
        }
    }
    places[placed] = all[GML_CACHE_CHECKSUM];
    for (size_t i = 0; fits && i < GML_CACHE_ARRAYS; i++) {
        gml_cache_place *array = &places[i];
        const size_t cols = array->array == GML_CACHE_TARGETS || array->cols > 0 ? array->cols : 1;
        array->begin = end;
        fits = !__builtin_mul_overflow(array->rows, cols, &array->size) &&
               !__builtin_mul_overflow(array->size, array->width, &array->size) &&
               !__builtin_add_overflow(end, array->size, &end);
    }
    return fits;
}

bool gml_cache_describe(const gml_cache_place places[GML_CACHE_ARRAYS], json_t *header)
{
    bool good = true;
    for (size_t i = 0; good && i < GML_CACHE_ARRAYS; i++) {
        const gml_cache_place *array = &places[i];
        const json_int_t begin = (json_int_t)array->begin, end = begin + (json_int_t)array->size;
        if (array->size == 0) {
            continue;
        }
        json_t *shape = array->cols > 0 ? json_pack("[I, I]", (json_int_t)array->rows, (json_int_t)array->cols)
                                        : json_pack("[I]", (json_int_t)array->rows);
        good = json_object_set_new(header, array->name,
                                   json_pack("{s: s, s: o, s: [I, I]}", "dtype", array->type, "shape", shape,
                                             "data_offsets", begin, end)) == 0;
    }
    return good;
}
