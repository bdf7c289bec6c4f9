/* base/layout.c - computes the layout of an arena. */
#include "base/layout.h"

#include "base/context.h"

size_t gml_layout_add(gml_layout *layout, size_t rows, size_t cols, size_t size)
{
    size_t offset = layout->size;
    size_t bytes = 0;
    size_t end = 0;
    if (__builtin_mul_overflow(rows, cols, &bytes) || __builtin_mul_overflow(bytes, size, &bytes) ||
        __builtin_add_overflow(bytes, (size_t)GML_ALIGNMENT - 1, &bytes)) {
        layout->overflow = true;
        return 0;
    }
    bytes -= bytes % GML_ALIGNMENT;
    if (__builtin_add_overflow(offset, bytes, &end)) {
        layout->overflow = true;
        return 0;
    }
    layout->size = end;
    return offset;
}

void *gml_layout_take(gml_layout *layout, void *arena, size_t rows, size_t cols, size_t size)
{
    size_t offset = gml_layout_add(layout, rows, cols, size);
    return arena != NULL ? (char *)arena + offset : NULL;
}

gml_status gml_layout_make(gml_context *context, void (*lay_out)(void *owner, gml_layout *layout), void *owner,
                           const char *what, const char *network, void **arena, size_t *arena_size)
{
    gml_layout layout = {0};
    lay_out(owner, &layout);
    if (layout.overflow) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s for %s: its size is more than can be counted", what, network);
    }
    *arena = gml_allocate(context, layout.size, 1, what);
    if (*arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    *arena_size = layout.size;
    lay_out(owner, &(gml_layout){0});
    return GML_OK;
}
