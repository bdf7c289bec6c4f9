/* data/pile.h - memory that grows as data arrives, so that no file gets more than it brings. */
#ifndef GML_DATA_PILE_H
#define GML_DATA_PILE_H

#include "base/context.h"

typedef struct gml_pile {
    void *data;
    size_t size;     /* bytes in use */
    size_t capacity; /* bytes there */
} gml_pile;

/* Makes room for `extra` bytes after those in use; pointers into the pile do not survive it. Errors: memory. */
gml_status gml_pile_reserve(gml_context *context, gml_pile *pile, size_t extra, const char *what);

/* Adds bytes at the end. Errors: memory. */
gml_status gml_pile_push(gml_context *context, gml_pile *pile, const void *data, size_t size, const char *what);

void gml_pile_clear(gml_context *context, gml_pile *pile);

#endif
