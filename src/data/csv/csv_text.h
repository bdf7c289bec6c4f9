/* data/csv/csv_text.h - the text of a CSV, read piece by piece; each piece ends with a record. */
#ifndef GML_DATA_CSV_TEXT_H
#define GML_DATA_CSV_TEXT_H

#include "data/csv/utf16.h"
#include "data/csv/walk.h"

/* What is wrong with a record. */
typedef struct gml_csv_problem {
    gml_csv_fault fault;
    size_t line, column; /* from 1 */
    size_t found;        /* fields of the record, if the fault is their number */
    const char *text;    /* [length] the field */
    size_t length;
    char *record; /* where it begins, if it was scanned */
} gml_csv_problem;

typedef struct gml_csv_text {
    gml_context *context;
    gml_reader *reader;
    gml_encoding encoding;
    char *bytes;     /* [capacity + GML_CSV_PADDING] */
    size_t capacity; /* grows with the file, and for a long record */
    size_t size;     /* bytes read */
    size_t begin;    /* of these, used: records before it were taken */
    size_t whole;    /* the end of the last record to be taken next */
    size_t line;     /* of the byte at `begin` */
    size_t piece;    /* most bytes to be taken next, unless a record is longer */
    bool ended;      /* the file has no more bytes */
    bool recovers;   /* set by the caller: reading goes on after a record that cannot be read */
} gml_csv_text;

/* Begins a text and reads its first bytes, without a byte order mark. The text must be cleared, on failure too. Errors:
 * read, data, memory. */
gml_status gml_csv_text_begin(gml_context *context, gml_reader *reader, gml_csv_text *text);

void gml_csv_text_clear(gml_csv_text *text);

/* Finds `whole`: at least one record after `begin`, unless the file has ended; a few megabytes, unless a record is
 * longer. Reads on only if no record is complete. A record that cannot be read is reported in `problem`. Errors: read,
 * data (not UTF-16), memory. */
gml_status gml_csv_text_advance(gml_csv_text *text, const gml_csv_dialect *dialect, gml_csv_problem *problem);

/* Reads on, with more memory if that is used, for more records after `begin`. */
gml_status gml_csv_text_extend(gml_csv_text *text, const gml_csv_dialect *dialect, gml_csv_problem *problem);

/* Uses the record that `problem` describes, and takes smaller pieces for a while. */
void gml_csv_text_skip(gml_csv_text *text, const gml_csv_dialect *dialect, const gml_csv_problem *problem);

/* True if records must be walked one by one, because quotes may stand where they do not belong. */
bool gml_csv_text_is_walked(const gml_csv_text *text, const gml_csv_dialect *dialect, const char *from, const char *to);

/* Returns the end of the last record that ends in [from, to), where `open` says whether `from` is within quotes; null
 * if there is none. */
char *gml_csv_last_end(const gml_csv_dialect *dialect, char *from, char *to, bool open);

/* True if the text has an odd number of quotes. */
bool gml_csv_is_open(const gml_csv_dialect *dialect, const char *text, size_t size);

#endif
