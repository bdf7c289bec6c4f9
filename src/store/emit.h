/* store/emit.h - the bytes of a file, in order: its front, then its tensors. */
#ifndef GML_STORE_EMIT_H
#define GML_STORE_EMIT_H

#include "store/format.h"

/* What is saved: a network; for a checkpoint its state and conditions as well. */
typedef struct gml_source {
    const gml_network *network;
    const gml_saved *saved; /* or null, like: */
    json_t *conditions;
    size_t member; /* as in gml_contents */
} gml_source;

/* The tensors of a file are those of its parts, one after another: of the network, or of each member of an ensemble.
 * Returns the number of parts, and part `index`. */
size_t gml_source_parts(const gml_source *from);
gml_source gml_source_part(const gml_source *from, size_t index);

/* Returns the contents of a part. */
gml_contents gml_source_contents(const gml_source *part);

/* Length and header, with 0 as the digits of the checksum. */
typedef struct gml_front {
    char *bytes; /* [size] in hooked memory */
    size_t size;
} gml_front;

/* Makes the length and the header, padded with spaces to a multiple of 64 bytes. The caller releases the bytes. Errors:
 * memory, data (a text that is not UTF-8, too long a header). */
gml_status gml_front_make(const gml_source *from, const char *path, gml_front *made);

/* Writes the digits of a checksum into the front of a file. */
void gml_front_set_checksum(char *bytes, uint64_t sum);

enum { GML_LONG_NUMBERS = 7 };

/* Lists the numbers in double that a network has besides its blocks, in the order of gml_contents_tensor: those of the
 * preparation, the scalings and the limits. Returns how many lists there are. */
size_t gml_source_long_numbers(const gml_network *network, const double *all[GML_LONG_NUMBERS]);

/* Returns the numbers of tensor `index` of a part, in the order of gml_contents_tensor. */
const void *gml_source_numbers(const gml_source *part, size_t index);

/* Receives the bytes of a file, in order. */
typedef gml_status gml_sink(void *user, const void *data, size_t size);

/* Passes the whole file to `take`, until that fails. */
gml_status gml_source_emit(const gml_source *from, const gml_front *header, gml_sink *take, void *user);

#endif
