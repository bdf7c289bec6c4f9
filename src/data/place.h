/* data/place.h - saying where in a table of text something is wrong, and what stands there. */
#ifndef GML_DATA_PLACE_H
#define GML_DATA_PLACE_H

#include "base/context.h"

typedef struct gml_place {
    const char *path;
    size_t row;       /* the line of the file where the row begins, from 1 */
    size_t column;    /* from 1 */
    const char *name; /* the column's; null: it has none */
} gml_place;

/* Fails with data: "iris.csv: line 3, column 2 (width): "abc" is not a number", and "empty field" where the text has
 * length 0. What cannot be shown and long texts are made
 * presentable. */
gml_status gml_place_refuse(gml_context *context, const gml_place *place, const char *text, size_t length,
                            const char *complaint);

/* The complaint about a name that cannot go into a model file. */
#define GML_NOT_UTF8 "is not text in UTF-8; save the file in that encoding"

enum { GML_EXCERPT_SIZE = 64 };

/* The beginning of a text in quotes, control characters and what is not UTF-8 as \x00. */
void gml_excerpt(const char *text, size_t length, char excerpt[GML_EXCERPT_SIZE]);

#endif
