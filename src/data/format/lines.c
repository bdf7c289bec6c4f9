/* data/format/lines.c - cutting the bytes of a file into lines. */
#include "data/format/lines.h"

#include <string.h>

enum { CHUNK_SIZE = 1 << 16 };

gml_status gml_lines_begin(gml_context *context, gml_reader *reader, gml_lines *lines)
{
    *lines = (gml_lines){.context = context, .reader = reader};
    lines->chunk = gml_allocate(context, CHUNK_SIZE, 1, "a piece of text");
    return lines->chunk != NULL ? GML_OK : GML_ERROR_MEMORY;
}

void gml_lines_clear(gml_lines *lines)
{
    gml_release(lines->context, lines->chunk, CHUNK_SIZE, 1);
    gml_pile_clear(lines->context, &lines->held);
}

static gml_status read_chunk(gml_lines *lines)
{
    gml_status status = gml_reader_read(lines->reader, lines->chunk, CHUNK_SIZE, &lines->size);
    lines->at = 0;
    lines->bytes += lines->size;
    lines->ended = lines->size < CHUNK_SIZE;
    return status;
}

static gml_status hold(gml_lines *lines, const char *text, size_t length)
{
    return lines->held.size + length > GML_LINE_MOST
               ? gml_fail(lines->context, GML_ERROR_DATA, "%s: line %zu has more than %d bytes",
                          gml_reader_path(lines->reader), lines->number, GML_LINE_MOST)
               : gml_pile_push(lines->context, &lines->held, text, length, "a line of text");
}

gml_status gml_lines_next(gml_lines *lines, char **text, size_t *length)
{
    gml_status status = GML_OK;
    char *newline = NULL;
    lines->held.size = 0;
    lines->number++;
    *text = NULL;
    *length = 0;
    while (newline == NULL && !(lines->ended && lines->at == lines->size)) {
        if (lines->at == lines->size) {
            status = read_chunk(lines);
            if (status != GML_OK) {
                return status;
            }
            continue;
        }
        char *begin = lines->chunk + lines->at;
        newline = memchr(begin, '\n', lines->size - lines->at);
        *text = begin;
        *length = newline != NULL ? (size_t)(newline - begin) : lines->size - lines->at;
        lines->at += *length + (newline != NULL);
        if (newline == NULL || lines->held.size > 0) {
            status = hold(lines, begin, *length);
            if (status != GML_OK) {
                return status;
            }
            *text = lines->held.data;
            *length = lines->held.size;
        }
    }
    *length -= *length > 0 && (*text)[*length - 1] == '\r';
    return GML_OK;
}
