/* data/field.c - excerpts of texts, and messages about one field of a table. */
#include "data/field.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void gml_excerpt(const char *text, size_t length, char excerpt[GML_EXCERPT_SIZE])
{
    enum { RESERVE = 10 }; /* the longest escape, the dots, the quote and the NUL */
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

void gml_excerpt_name(const char *name, char text[GML_EXCERPT_NAME_SIZE])
{
    char excerpt[GML_EXCERPT_SIZE];
    text[0] = '\0';
    if (name != NULL && name[0] != '\0') {
        gml_excerpt(name, strlen(name), excerpt);
        snprintf(text, GML_EXCERPT_NAME_SIZE, " (%s)", excerpt);
    }
}

gml_status gml_field_refuse(gml_context *context, const gml_field *field, const char *complaint)
{
    char excerpt[GML_EXCERPT_SIZE] = "empty field: it", name[GML_EXCERPT_NAME_SIZE];
    if (field->length > 0) {
        gml_excerpt(field->text, field->length, excerpt);
    }
    gml_excerpt_name(field->name, name);
    return gml_fail(context, GML_ERROR_DATA, "%s: %s %zu, column %zu%s: %s %s", field->path,
                    field->unit != NULL ? field->unit : "line", field->row, field->column, name, excerpt, complaint);
}
