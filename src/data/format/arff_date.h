/* data/format/arff_date.h - dates of an ARFF, written after a pattern such as "yyyy-MM-dd HH:mm:ss". */
#ifndef GML_DATA_ARFF_DATE_H
#define GML_DATA_ARFF_DATE_H

#include <stdbool.h>
#include <stddef.h>

#define GML_ARFF_DATE_PATTERN "yyyy-MM-dd'T'HH:mm:ss" /* of an attribute that gives none */

enum { GML_ARFF_DATE_SIZE = 40 };

/* True if the pattern has only the letters y, M, d, H, h, m, s, S, a, E, Z and X, other characters, and text in single
 * quotes. `letter` becomes the first other letter, or a quote that is not closed. */
bool gml_arff_check_pattern(const char *pattern, char *letter);

/* Reads a date and writes it as 2014-02-17T10:30:00, which data/column/date.h reads. Parts that the pattern does not
 * have are those of 1970-01-01T00:00:00; years of two digits are 1969 to 2068, as in POSIX. False if the text is no
 * date of the pattern. */
bool gml_arff_read_date(const char *pattern, const char *text, size_t length, char iso[GML_ARFF_DATE_SIZE]);

#endif
