/* data/field.h - one field of a table of text, and messages about it. */
#ifndef GML_DATA_FIELD_H
#define GML_DATA_FIELD_H

#include "base/context.h"

typedef struct gml_field {
    const char *path;
    size_t row;       /* the line of the file where the row begins, or the row in another unit; from 1 */
    const char *unit; /* of `row`, such as "sample"; null: line */
    size_t column;    /* from 1 */
    const char *name; /* of the column; null: none */
    const char *text; /* [length], without a NUL at its end */
    size_t length;
} gml_field;

/* Fails with data: "iris.csv: line 3, column 2 (width): "abc" is not a number"; an empty field is named as one. */
gml_status gml_field_refuse(gml_context *context, const gml_field *field, const char *complaint);

/* The complaint about a name that cannot go into a model file. */
#define GML_NOT_UTF8 "is not text in UTF-8; save the file in that encoding"

enum { GML_EXCERPT_SIZE = 64, GML_EXCERPT_NAME_SIZE = GML_EXCERPT_SIZE + 3 };

/* Writes the beginning of a text in quotes, with control characters and invalid UTF-8 as \x00. */
void gml_excerpt(const char *text, size_t length, char excerpt[GML_EXCERPT_SIZE]);

/* Writes the excerpt of a name as messages append it: ` ("width")`, or nothing for a null or empty name. */
void gml_excerpt_name(const char *name, char text[GML_EXCERPT_NAME_SIZE]);

#endif
