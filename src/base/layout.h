/* base/layout.h - computes the layout of an arena before it is allocated.
 *
 * An owner adds its arrays, stores the offsets, and allocates `size` bytes once. Each array is at base + offset,
 * 64-byte aligned. */
#ifndef GML_BASE_LAYOUT_H
#define GML_BASE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/context.h"

typedef struct gml_layout {
    size_t size;   /* bytes so far, a multiple of 64 */
    bool overflow; /* a sum or product overflowed; size is then meaningless */
} gml_layout;

/* Adds an array of rows * cols entries of `size` bytes; returns its offset. */
size_t gml_layout_add(gml_layout *layout, size_t rows, size_t cols, size_t size);

/* The same for functions that gml_layout_make runs twice. With a null arena it only adds up the size and returns null;
 * with an arena it returns the array's address. */
void *gml_layout_take(gml_layout *layout, void *arena, size_t rows, size_t cols, size_t size);

/* Allocates an owner's arena: runs `lay_out` with *arena null, allocates, and runs it once more. `what` and the
 * network's description are for messages. On failure *arena stays null. Errors: shape (more than can be counted),
 * memory. */
gml_status gml_layout_make(gml_context *context, void (*lay_out)(void *owner, gml_layout *layout), void *owner,
                           const char *what, const char *network, void **arena, size_t *arena_size);

#endif
