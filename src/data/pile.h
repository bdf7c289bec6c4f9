/* data/pile.h - memory that grows with the data read, never with a size that a file claims. A pile with a folder lies
 * in a file there once it is large (base/scratch.h). */
#ifndef GML_DATA_PILE_H
#define GML_DATA_PILE_H

#include "base/scratch.h"

typedef struct gml_pile {
    void *data;
    size_t size;        /* bytes in use */
    size_t capacity;    /* bytes allocated */
    size_t mapped;      /* bytes of the mapped file that holds them; 0: they are in memory */
    const char *folder; /* for files, valid while the pile grows; null: memory alone */
} gml_pile;

enum { GML_PILE_IN_MEMORY = 1 << 20 }; /* least bytes that are in a file */

/* Makes room for `extra` bytes after those in use; invalidates pointers into the pile. Errors: memory. */
gml_status gml_pile_reserve(gml_context *context, gml_pile *pile, size_t extra, const char *what);

/* Appends bytes. Errors: memory. */
gml_status gml_pile_push(gml_context *context, gml_pile *pile, const void *data, size_t size, const char *what);

/* Takes over a mapped array. */
gml_pile gml_pile_of_scratch(const gml_scratch *scratch);

/* Frees the memory; the pile is then without a folder. */
void gml_pile_clear(gml_context *context, gml_pile *pile);

#endif
