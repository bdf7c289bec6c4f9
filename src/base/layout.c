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
