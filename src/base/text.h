/* base/text.h - numbers to text and back, independent of the locale. */
#ifndef GML_BASE_TEXT_H
#define GML_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GML_NUMBER_SIZE = 32 }; /* bytes for any double as text, with the terminating null */

/* Parses exactly `length` characters as one decimal number, correctly rounded; spaces around it are allowed. "inf",
 * "infinity" and "nan" in any case are accepted: callers check for finite numbers. False for anything else, also for
 * hexadecimal numbers. */
bool gml_text_to_double(const char *text, size_t length, double *value);

/* Parses exactly `length` characters as an unsigned integer. */
bool gml_text_to_size(const char *text, size_t length, size_t *value);

/* Prints the shortest text that parses to the same double: "0.1", "1e-08", "nan", "-inf". */
void gml_text_from_double(double value, char text[GML_NUMBER_SIZE]);

/* vsnprintf for messages: NaN is printed as "nan" with either sign bit, never as "-nan". */
void gml_text_format(char *text, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Returns the edit distance of two texts: characters inserted, deleted or replaced, and adjacent characters swapped.
 * Ignores the case of ASCII letters; cuts texts at 63 characters. */
size_t gml_text_distance(const char *a, size_t a_length, const char *b);

/* The name most similar to a mistyped text. Initialize with {0}. */
typedef struct gml_nearest {
    const char *name; /* null: no name is similar */
    size_t distance;
} gml_nearest;

/* Stores the name if more than half of the longer text agrees and it is nearer than the stored one. */
void gml_text_compare(gml_nearest *nearest, const char *text, size_t length, const char *name);

#endif
