/* data/csv/walk.h - from record to record and from field to field of a text in memory.
 *
 * The byte at the end of a text is a newline, which need not belong to it; 16 bytes from there on are readable. */
#ifndef GML_DATA_CSV_WALK_H
#define GML_DATA_CSV_WALK_H

#include "data/csv/dialect.h"

enum {
    GML_CSV_MOST_COLUMNS = 1 << 20,
    GML_CSV_MOST_FIELD = 1 << 20,    /* bytes of a field */
    GML_CSV_MOST_RECORD = 128 << 20, /* bytes of a record */
    GML_CSV_PADDING = 16
};

typedef enum gml_csv_fault {
    GML_CSV_FINE = 0,
    GML_CSV_STRAY_QUOTE, /* a quote inside a field, or text after a closing quote */
    GML_CSV_OPEN_QUOTE,  /* the text ends within quotes */
    GML_CSV_LONG_FIELD,
    GML_CSV_LONG_RECORD,
    GML_CSV_MANY_COLUMNS,
    GML_CSV_RAGGED, /* a record with another number of fields than those before */
    GML_CSV_NUL     /* a field with a NUL byte */
} gml_csv_fault;

/* A place in a text. */
typedef struct gml_csv_cursor {
    char *at, *end;
    size_t line; /* of `at`, from 1 at the start of the file */
} gml_csv_cursor;

typedef struct gml_csv_field {
    char *text; /* [length] without quotes around it */
    size_t length;
    bool quoted;
    bool doubled; /* quotes inside are doubled */
    bool last;    /* of its record */
    char *next;   /* the next field, or the line end after the last */
} gml_csv_field;

/* Moves to the start of the next record; false at the end. */
bool gml_csv_find_record(const gml_csv_dialect *dialect, gml_csv_cursor *cursor);

/* Takes the field at `at`, before `end`, without changing the text. */
gml_csv_fault gml_csv_take_field(const gml_csv_dialect *dialect, char *at, char *end, gml_csv_field *field);

/* Moves past the line end after the last field of a record. */
void gml_csv_end_record(gml_csv_cursor *cursor);

/* Moves past the record at the cursor and its line end. A record that cannot be divided into fields, as `fault` tells,
 * ends with its first line. False if no line end is there. */
bool gml_csv_skip_record(const gml_csv_dialect *dialect, gml_csv_cursor *cursor, gml_csv_fault *fault);

/* Copies a field with each doubled quote as one; `to` may be the field's own text. Returns the length. */
size_t gml_csv_undouble(const gml_csv_field *field, char quote, char *to);

/* Returns the number of newlines in a field; only quoted fields have any. */
size_t gml_csv_count_lines(const gml_csv_field *field);

#endif
