/* data/pile.c - growing memory over hooks that cannot resize: doubling, with a copy. */
#include "data/pile.h"

#include <string.h>

enum { LEAST_CAPACITY = 64 };

gml_status gml_pile_reserve(gml_context *context, gml_pile *pile, size_t extra, const char *what)
{
    if (extra <= pile->capacity - pile->size) {
        return GML_OK;
    }
    size_t needed = 0, capacity = 0;
    if (__builtin_add_overflow(pile->size, extra, &needed)) {
        return gml_fail(context, GML_ERROR_MEMORY, "%s: more bytes than can be counted", what);
    }
    if (__builtin_mul_overflow(pile->capacity, (size_t)2, &capacity) || capacity < needed) {
        capacity = needed;
    }
    capacity = capacity < LEAST_CAPACITY ? LEAST_CAPACITY : capacity;
    void *data = gml_allocate(context, capacity, 1, what);
    if (data == NULL) {
        return GML_ERROR_MEMORY;
    }
    if (pile->size > 0) {
        memcpy(data, pile->data, pile->size);
    }
    gml_release(context, pile->data, pile->capacity, 1);
    pile->data = data;
    pile->capacity = capacity;
    return GML_OK;
}

gml_status gml_pile_push(gml_context *context, gml_pile *pile, const void *data, size_t size, const char *what)
{
    gml_status status = gml_pile_reserve(context, pile, size, what);
    if (status == GML_OK && size > 0) {
        memcpy((char *)pile->data + pile->size, data, size);
        pile->size += size;
    }
    return status;
}

void gml_pile_clear(gml_context *context, gml_pile *pile)
{
    gml_release(context, pile->data, pile->capacity, 1);
    *pile = (gml_pile){0};
}
