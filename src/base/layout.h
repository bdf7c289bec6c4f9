/* base/layout.h - adding up an arena before it is allocated.
 *
 * An owner adds its arrays one by one and remembers the offsets, allocates `size` bytes once, and finds each array at
 * base + offset. Every array begins on a 64-byte line. */
#ifndef GML_BASE_LAYOUT_H
#define GML_BASE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gml_layout {
    size_t size;   /* bytes so far, a multiple of 64 */
    bool overflow; /* some sum or product did not fit; size is then meaningless */
} gml_layout;

/* Room for rows * cols entries of `size` bytes; returns its offset. */
size_t gml_layout_add(gml_layout *layout, size_t rows, size_t cols, size_t size);

/* The same for an owner whose function runs twice: with a null arena to add up the size, and null is returned; then to
 * hand out the arrays. */
void *gml_layout_take(gml_layout *layout, void *arena, size_t rows, size_t cols, size_t size);

#endif
