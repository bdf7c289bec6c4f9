/* base/decimal.h - decimal numbers to doubles, correctly rounded and independent of the locale. */
#ifndef GML_BASE_DECIMAL_H
#define GML_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How numbers are written. */
typedef struct gml_decimal_style {
    char mark;      /* between whole part and fraction: '.' or ',' */
    char thousands; /* between groups of three digits of the whole part, such as ',' in 1,234.5; 0: none */
} gml_decimal_style;

/* Parses exactly `length` characters as one decimal number; spaces around it are allowed. "inf", "infinity" and "nan"
 * in any case are accepted: callers check for finite numbers. A separator of thousands must have one to three digits
 * before the first and three after each. False for anything else, also for hexadecimal numbers. */
bool gml_decimal_read(const char *text, size_t length, gml_decimal_style style, double *value);

/* A number that gml_decimal_scan has found. */
typedef struct gml_decimal_number {
    double value;
    bool whole; /* an integer */
} gml_decimal_number;

/* Parses the number at the start of a text: a sign, digits with or without `mark`, an exponent. Returns its end; null
 * unless it is a number below 2^53 in magnitude, without leading zeros and with at most 19 digits. Read anything else
 * with gml_decimal_read. The text must end with a byte that cannot continue a number, and 8 bytes after it must be
 * readable. */
const char *gml_decimal_scan(const char *text, char mark, gml_decimal_number *number);

#endif
