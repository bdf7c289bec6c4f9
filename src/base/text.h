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

/* How many single-character edits make one text the other; long texts are cut at 63 characters. */
size_t gml_text_distance(const char *a, size_t a_length, const char *b);

#endif
