/* data/csv/dialect.h - how a CSV is written: marks between fields and in numbers, and words for missing cells.
 *
 * A record ends with LF, CR or CR LF outside quotes. Blanks around a field are not part of it. A quoted field is in
 * quotes as a whole, and a quote inside it is doubled. Lines without a field, and lines that begin with the comment
 * character, are skipped. */
#ifndef GML_DATA_CSV_DIALECT_H
#define GML_DATA_CSV_DIALECT_H

#include <limits.h>

#include "base/decimal.h"
#include "data/cells.h"

enum { GML_CSV_LOOKED_AT = 1 << 16 }; /* bytes in which it is found */

typedef struct gml_csv_dialect {
    char delimiter; /* ' ': fields are separated by one or more blanks and tabs */
    char quote;
    char comment; /* 0: none */
    gml_decimal_style style;
    bool optional;             /* the marks so far count only if a file can be read with them */
    bool words_given;          /* `words` and `numbers` replace the usual words for missing cells */
    gml_labels words;          /* that the user gave */
    gml_pile numbers;          /* f64: those of them that are numbers */
    bool stops[UCHAR_MAX + 1]; /* bytes that end an unquoted field, or do not belong in one: delimiter, CR, LF, quote */
} gml_csv_dialect;

/* Takes the marks and words from the options; the delimiter and the decimal mark are 0 where the options leave them to
 * be found. The dialect must be cleared, on failure too. Errors: argument, memory. */
gml_status gml_csv_dialect_begin(gml_context *context, const gml_dataset_options *options, gml_csv_dialect *dialect);

/* Finds what the options left open from the first bytes of a file, which end with a newline after `size` bytes; the
 * last record counts only if `whole`. Rules: the delimiter is that of , ; tab | and blanks which splits every record
 * into the same number of fields, at least two; blanks only if at least half of the fields are numbers. Of several it
 * is the one that makes most fields numbers, then the first of this list. If there is none, nine of ten records are
 * enough; else it is the comma. The decimal mark is a comma if the delimiter is not, if numbers such as 1,5 occur and
 * none such as 1.5. Numbers that may have groups of thousands, such as 1,500 and 1.500, do not count. Marks that
 * are `optional` and that the file does not fit are found as well. */
void gml_csv_dialect_find(gml_csv_dialect *dialect, char *text, size_t size, bool whole);

/* Sets the delimiter and the bytes that end a field. */
void gml_csv_set_delimiter(gml_csv_dialect *dialect, char delimiter);

void gml_csv_dialect_clear(gml_context *context, gml_csv_dialect *dialect);

/* True if a text is one of the words that the user gave. */
bool gml_csv_is_given_word(const gml_csv_dialect *dialect, const char *text, size_t length);

/* True if a number is one of the words that the user gave. */
bool gml_csv_is_given_number(const gml_csv_dialect *dialect, double number);

static inline bool gml_csv_is_blank(const gml_csv_dialect *dialect, char c)
{
    return c == ' ' || (c == '\t' && dialect->delimiter != '\t');
}

#endif
