/* data/pile.c - growing memory over hooks that cannot resize: doubling, with a copy. */
#include "data/pile.h"

#include <string.h>

enum { LEAST_CAPACITY = 64 };

static void release(gml_context *context, const gml_pile *pile)
{
    gml_scratch scratch = {.data = pile->data, .size = pile->capacity, .mapped = pile->mapped};
    gml_scratch_destroy(context, &scratch);
}

static gml_status allocate(gml_context *context, const char *folder, size_t capacity, const char *what,
                           gml_scratch *made)
{
    if (folder != NULL && capacity >= GML_PILE_IN_MEMORY) {
        return gml_scratch_create(context, folder, capacity, what, made);
    }
    *made = (gml_scratch){.data = gml_allocate(context, capacity, 1, what), .size = capacity};
    return made->data != NULL ? GML_OK : GML_ERROR_MEMORY;
}

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
    gml_scratch made;
    gml_status status = allocate(context, pile->folder, capacity, what, &made);
    if (status != GML_OK) {
        return status;
    }
    if (pile->size > 0) {
        memcpy(made.data, pile->data, pile->size);
    }
    release(context, pile);
    pile->data = made.data;
    pile->capacity = capacity;
    pile->mapped = made.mapped;
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

gml_pile gml_pile_of_scratch(const gml_scratch *scratch)
{
    return (gml_pile){
        .data = scratch->data, .size = scratch->size, .capacity = scratch->size, .mapped = scratch->mapped};
}

void gml_pile_clear(gml_context *context, gml_pile *pile)
{
    release(context, pile);
    *pile = (gml_pile){0};
}
