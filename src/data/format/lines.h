/* data/format/lines.h - the lines of a text file, one after the other. */
#ifndef GML_DATA_LINES_H
#define GML_DATA_LINES_H

#include "base/reader.h"
#include "data/pile.h"

enum { GML_LINE_MOST = 1 << 26 }; /* bytes of a line */

typedef struct gml_lines {
    gml_context *context;
    gml_reader *reader;
    char *chunk;     /* bytes of the file */
    size_t size, at; /* of the chunk: its bytes, and those of them that were taken */
    gml_pile held;   /* the beginning of a line that ends in the next chunk */
    size_t number;   /* of the current line, from 1 */
    size_t bytes;    /* of the file, up to the end of the chunk */
    bool ended;      /* the file has no more bytes */
} gml_lines;

/* Begins before the first line. The lines must be cleared, on failure too. Errors: memory. */
gml_status gml_lines_begin(gml_context *context, gml_reader *reader, gml_lines *lines);

/* Takes the next line, without LF or CR LF; `text` is null after the last. The text may be changed; it is valid until
 * the next call. Errors: read, data (a longer line), memory. */
gml_status gml_lines_next(gml_lines *lines, char **text, size_t *length);

/* Returns the bytes of the lines that were taken. */
static inline size_t gml_lines_position(const gml_lines *lines)
{
    return lines->bytes - lines->size + lines->at;
}

void gml_lines_clear(gml_lines *lines);

#endif
