/* gemmule/table.h - tables of mixed columns: numbers, texts and missing cells, and what each column is. */
#ifndef GEMMULE_TABLE_H
#define GEMMULE_TABLE_H

#include "gemmule/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A table as it was read or filled, before anything is decided about its columns. One thread may use a table at a time.
 */
typedef struct gml_table gml_table;

/* Makes a table without columns, to be filled from memory. Errors: memory. */
GML_API gml_status gml_table_create(gml_context *context, gml_table **table);

/* Reads all columns of a CSV or an ARFF into a table, or the numbers of an NPY, NPZ, safetensors or LIBSVM file. Of the
 * options those count that say how the file is written, `format`, `header`, `target`, `columns` and `ignore`; `options`
 * may be null. In a CSV `target` helps to find out whether there is a header; in an NPZ or safetensors file it is the
 * array of targets. That array, and the label of LIBSVM text, is the last column of the table.
 *
 * Errors: as gml_dataset_open; data (images), unsupported (an array of targets with several columns). */
GML_API gml_status gml_table_open(gml_context *context, const char *path, const gml_dataset_options *options,
                                  gml_table **table);

/* Frees a table; null is allowed. Datasets made from it stay. */
GML_API void gml_table_destroy(gml_table *table);

/* Adds a column of numbers [count], which are copied; NaN is a missing cell. All columns have the same number of rows.
 * Names are UTF-8 and differ. A failure leaves the table as it was. Errors: argument (a name that is no text or is
 * there already, an infinite number), shape (another number of rows, no rows), memory. */
GML_API gml_status gml_table_add_numbers(gml_table *table, const char *name, const double *values, size_t count);

/* Adds a column of texts [count], which are copied and read like the fields of a CSV: a text may be a number, and null,
 * "" and the words for missing cells are missing. Errors: as gml_table_add_numbers. */
GML_API gml_status gml_table_add_texts(gml_table *table, const char *name, const char *const *texts, size_t count);

/* Says what some columns are, as gml_dataset_options.columns and .ignore, in place of what was said before. Either may
 * be null. Errors: argument, name (no such column), memory. */
GML_API gml_status gml_table_set_columns(gml_table *table, const char *columns, const char *ignore);

GML_API size_t gml_table_rows(const gml_table *table);
GML_API size_t gml_table_columns(const gml_table *table);

/* A column of a table. The texts are owned by the table, and valid until it changes or is destroyed. */
typedef struct gml_table_column_view {
    const char *name;          /* null: the table has no names */
    gml_column_kind kind;      /* see "Kinds of columns" in gemmule/dataset.h */
    const char *reason;        /* why it is of this kind, or why it is refused */
    int used;                  /* not 0: a dataset has it as an input, unless it is target, weights or groups */
    int refused;               /* not 0: a dataset that has it as an input is an error */
    size_t missing;            /* cells without a value */
    size_t distinct;           /* values; 2^20 + 1: more than 2^20 */
    double least, greatest;    /* of numbers, and of dates in days; NaN: there are none */
    const char *const *levels; /* [level_count]: the names of a category's levels; of identifiers and texts the first
                                  ones, at most 3 */
    size_t level_count;
} gml_table_column_view;

/* Describes column `index`. Takes time once for each column, to count its values. Errors: argument (no such column),
 * memory. */
GML_API gml_status gml_table_column(gml_table *table, size_t index, gml_table_column_view *view);

/* Makes a dataset of a table, as gml_dataset_open does of a file: `options` name target, weights and groups, or are
 * those of a network (gml_network_data_options); without `columns` and `ignore` those of gml_table_set_columns count.
 * The cells are copied. `options` may be null. Errors: as gml_dataset_open. */
GML_API gml_status gml_dataset_from_table(gml_table *table, const gml_dataset_options *options, gml_dataset **dataset);

#ifdef __cplusplus
}
#endif
#endif
