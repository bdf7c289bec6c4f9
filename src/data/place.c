/* data/place.c - messages about one field of a table. */
#include "data/place.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void gml_excerpt(const char *text, size_t length, char excerpt[GML_EXCERPT_SIZE])
{
    enum { RESERVE = 10 }; /* the longest escape, the dots, the quote and the end */
    size_t used = 0;
    size_t i = 0;
    excerpt[used++] = '"';
    while (i < length && used < GML_EXCERPT_SIZE - RESERVE) {
        unsigned char c = (unsigned char)text[i];
        size_t size = gml_utf8_character(text + i, length - i);
        if (size == 0 || c < ' ' || c == 0x7f) {
            used += (size_t)snprintf(excerpt + used, GML_EXCERPT_SIZE - used, "\\x%02x", c);
            i++;
        } else {
            memcpy(excerpt + used, text + i, size);
            used += size;
            i += size;
        }
    }
    snprintf(excerpt + used, GML_EXCERPT_SIZE - used, "%s\"", i < length ? "..." : "");
}

gml_status gml_place_refuse(gml_context *context, const gml_place *place, const char *text, size_t length,
                            const char *complaint)
{
    char excerpt[GML_EXCERPT_SIZE] = "empty field";
    if (length > 0) {
        gml_excerpt(text, length, excerpt);
    }
    char name[GML_EXCERPT_SIZE] = "";
    if (place->name != NULL && place->name[0] != '\0') {
        gml_excerpt(place->name, strlen(place->name), name);
    }
    return gml_fail(context, GML_ERROR_DATA, "%s: line %zu, column %zu%s%s%s: %s%s%s", place->path, place->row,
                    place->column, name[0] != '\0' ? " (" : "", name, name[0] != '\0' ? ")" : "", excerpt,
                    length > 0 ? " " : ": it ", complaint);
}
