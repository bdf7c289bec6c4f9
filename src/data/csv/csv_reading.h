/* data/csv/csv_reading.h - reading a CSV, of one file or several, into cells. */
#ifndef GML_DATA_CSV_READING_H
#define GML_DATA_CSV_READING_H

#include "data/csv/csv_columns.h"
#include "data/csv/scan.h"
#include "data/format/format.h"

enum { GML_CSV_HELD_ROWS = 2 }; /* kept as text until the columns are decided */

typedef struct gml_csv_reading {
    const gml_source *source;
    const char *path; /* of the file that is read */
    gml_csv_dialect dialect;
    gml_csv_text text;
    size_t held;                               /* rows in `first_rows` */
    gml_csv_row first_rows[GML_CSV_HELD_ROWS]; /* of the first file */
    gml_csv_columns columns;
    gml_schema schema; /* the names of the columns */
    gml_cells cells;   /* all rows, without the header */
    gml_csv_scan scan;
    bool recovers;                       /* reading goes on after a broken record */
    size_t broken;                       /* rows that were left out */
    char first_broken[GML_MESSAGE_SIZE]; /* the message about the first of them */
    size_t first_at;                     /* the row of the cells that it is, or that follows it */
    char remark[GML_NOTE_SIZE];          /* the note about all */
} gml_csv_reading;

/* Reads all rows. The roles of the columns are decided from the first rows, the cells are not interpreted. The reading
 * must be cleared, on failure too. Errors: as gml_dataset_open. */
gml_status gml_csv_read(const gml_source *source, gml_csv_reading *reading);

void gml_csv_reading_clear(gml_csv_reading *reading);

/* Reading row by row (csv_rows.c). */
extern const gml_row_format gml_csv_row_format;

/* ---- shared by the files of this header ---- */

/* Begin the first file and a further one: find the dialect and the columns, or check that they are the same. The text
 * is then at the first record after the header. Errors: as gml_dataset_open. */
gml_status gml_csv_begin_first(gml_csv_reading *reading);
gml_status gml_csv_begin_further(gml_csv_reading *reading, gml_reader *reader, const char *path);

/* Leaves out the rows that have a text in an input of numbers, once all are read. Errors: memory. */
gml_status gml_csv_drop_rows(gml_csv_reading *reading);

/* Forgets the first rows. */
void gml_csv_clear_rows(gml_csv_reading *reading);

/* Describes a record that cannot be read; GML_OK if there is none. Errors: data. */
gml_status gml_csv_refuse(const gml_csv_reading *reading, const gml_csv_problem *problem);

#endif
