/* base/text.h - numbers as text and back, the same in every locale. */
#ifndef GML_BASE_TEXT_H
#define GML_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GML_NUMBER_SIZE = 32 }; /* room for any double in text, the end included */

/* Reads exactly `length` characters as one decimal number, correctly rounded; spaces around it are allowed. "inf",
 * "nan" and their kin in any case are numbers too: callers look for finite ones. False if it is anything else, hex
 * floats included. */
bool gml_text_to_double(const char *text, size_t length, double *value);

/* Reads exactly `length` characters as a whole number without sign. */
bool gml_text_to_size(const char *text, size_t length, size_t *value);

/* The shortest text that reads back as the same double: "0.1", "1e-08", "nan", "-inf". */
void gml_text_from_double(double value, char text[GML_NUMBER_SIZE]);

/* vsnprintf for sentences: a number that is not a number is written "nan" whatever its sign bit, never "-nan". */
void gml_text_format(char *text, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* How many edits make one text the other: a character added, removed or replaced, or two neighbours swapped. Capital
 * and small letters of ASCII are the same; long texts are cut at 63 characters. */
size_t gml_text_distance(const char *a, size_t a_length, const char *b);

/* The best of the names that a wrong text was compared with. Begins as {0}. */
typedef struct gml_nearest {
    const char *name; /* null: none is near */
    size_t distance;
} gml_nearest;

/* Keeps the name if it is near the text, which means that more than half of the longer one is right, and nearer than
 * those before it. */
void gml_text_compare(gml_nearest *nearest, const char *text, size_t length, const char *name);

#endif
