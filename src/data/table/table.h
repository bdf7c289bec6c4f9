/* data/table/table.h - the inside of a public table: cells, and what is known of its columns.
 *
 * Added columns are kept one after the other, each its own memory, until something needs the table row by row. */
#ifndef GML_DATA_TABLE_TABLE_H
#define GML_DATA_TABLE_TABLE_H

#include "data/column/inputs.h"
#include "gemmule/table.h"

/* What is known of a column: a finding without its buffer of text, as a table may have a million columns. */
typedef struct gml_table_facts {
    char *reason; /* null: nothing is known yet */
    gml_column_kind kind;
    bool used, refused;
    size_t missing, distinct;
    double least, greatest;
    char **levels; /* [level_count] or null */
    size_t level_count;
} gml_table_facts;

struct gml_table {
    gml_context *context;
    gml_cells cells;        /* `columns` of them, in `column_memory`; the first `assembled` have their values there */
    gml_pile column_memory; /* gml_cells_column [columns] */
    gml_pile pending;       /* gml_pile [columns - assembled]: f64 [rows] of each further column */
    size_t assembled;
    gml_labels names;        /* of the columns, if they have names */
    char *columns, *ignore;  /* what was said of them, or null */
    gml_pile facts;          /* gml_table_facts [columns], or empty */
    gml_column_wish *wishes; /* [wish_count] or null */
    size_t wish_count;
};

/* Releases what is known of a column, and then nothing is. */
void gml_table_clear_facts(gml_context *context, gml_table_facts *facts);

/* Releases what is known of the columns. */
void gml_table_forget(gml_table *table);

/* Brings the values of all columns into rows. Errors: memory. */
gml_status gml_table_assemble(gml_table *table);

/* Reads what was said of the columns. Errors: argument, name, memory. */
gml_status gml_table_read_wishes(gml_table *table, const char *columns, const char *ignore);

#endif
