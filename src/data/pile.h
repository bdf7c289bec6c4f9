/* data/pile.h - memory that grows with the data read, never with a size that a file claims. */
#ifndef GML_DATA_PILE_H
#define GML_DATA_PILE_H

#include "base/context.h"

typedef struct gml_pile {
    void *data;
    size_t size;     /* bytes in use */
    size_t capacity; /* bytes allocated */
} gml_pile;

/* Makes room for `extra` bytes after those in use; invalidates pointers into the pile. Errors: memory. */
gml_status gml_pile_reserve(gml_context *context, gml_pile *pile, size_t extra, const char *what);

/* Appends bytes. Errors: memory. */
gml_status gml_pile_push(gml_context *context, gml_pile *pile, const void *data, size_t size, const char *what);

void gml_pile_clear(gml_context *context, gml_pile *pile);

#endif
