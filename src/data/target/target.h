/* data/target/target.h - the target column of a table, interpreted when all rows are read.
 *
 * A cell is a number, a code, an amount, a word or missing (data/cells.h); codes and amounts are numbers too. The usual
 * words for missing cells (GML_TEXT_ABSENT) are words where the column has other words or no number, and where the task
 * is classification; elsewhere they are missing. The column becomes, with k distinct numbers in n known cells:
 *
 *   task            cells                                               the column
 *   regression      words among them                                    error
 *                   numbers only                                        values
 *   classification  any                                                 classes
 *   auto            words only, more than 20 and all different          error: they identify the rows
 *                   other words only                                    classes
 *                   words, and numbers in fewer than half of the cells,
 *                   all of these whole and k <= 20                      classes
 *                   words, and any other numbers                        error
 *                   whole numbers, k <= 20 and k * k <= n               classes
 *                   whole numbers, codes among them, 2 * k <= n         classes
 *                   any other numbers                                   values
 *
 * A format may declare the column (gml_cells_column.declaration), which decides in place of the task auto: listed
 * values are the classes in their order, and numbers are values.
 *
 * k * k <= n means that a class has k samples on average: integers with few samples each are quantities (ages, counts,
 * grades). An error names the first words and their lines. */
#ifndef GML_DATA_TARGET_H
#define GML_DATA_TARGET_H

#include "data/cells.h"

enum {
    GML_MAX_FOUND_CLASSES = 20, /* more distinct whole numbers than this are values */
    GML_SHOWN_WORDS = 3         /* words that an error names */
};

/* A target column on its way to values or class numbers. */
typedef struct gml_target_reading {
    const gml_cells *cells;
    size_t column;
    const gml_dataset_options *options;
    bool fixed;        /* the classes are given, and other classes are errors */
    bool worded;       /* the usual words for missing cells are words */
    bool valued;       /* the column cannot be classes */
    size_t known;      /* cells that are not missing */
    size_t words;      /* cells with words */
    size_t texts;      /* distinct words, codes and amounts */
    gml_labels labels; /* of the given classes */
    gml_pile values;   /* f64 [rows]: the cells; NaN without a label where missing */
} gml_target_reading;

/* Decides between values and classes by the rules above: fills task, targets, classes and class_names of the schema,
 * and adds the targets to the dataset. Errors: data (with the place; words among numbers, one class only), argument (a
 * class name twice), memory. */
gml_status gml_target_take(const gml_cells *cells, size_t column, const gml_dataset_options *options,
                           gml_dataset *made);

/* One or several target columns. */
typedef struct gml_targets_reading {
    gml_context *context;
    const char *path; /* of the table */
    const gml_dataset_options *options;
    size_t rows, count;
    /* Takes column `index` of `count` as by gml_target_take. */
    gml_status (*take)(void *user, size_t index, const gml_dataset_options *options, gml_dataset *made);
    void *user;
} gml_targets_reading;

/* Takes one column as gml_target_take does, or several as values (targets.c). Errors: likewise. */
gml_status gml_targets_take(const gml_targets_reading *targets, gml_dataset *made);

/* ---- shared by the files of this header ---- */

static inline double *gml_target_values(const gml_target_reading *target)
{
    return target->values.data;
}

/* True if a text with this label is a word, a code or an amount of the column, and no missing cell. */
static inline bool gml_target_has_label(const gml_target_reading *target, size_t label)
{
    gml_text_kind kind = gml_cells_kind(&target->cells->column[target->column], label);
    return kind == GML_TEXT_WORD || gml_text_is_number(kind) || (kind == GML_TEXT_ABSENT && target->worded);
}

/* Refuses a cell. Errors: data. */
gml_status gml_target_refuse_cell(const gml_target_reading *target, size_t row, double cell, const char *complaint);

/* Interprets the cells in `values`. Errors: data, memory. */
gml_status gml_target_finish(gml_target_reading *target, gml_dataset *made);

/* Numbers the classes in the order of their names, in the values and in the schema. The classes are `numbers`, the
 * distinct numbers keyed by their eight bytes, and the texts. Takes over `numbers`, which are then cleared. Errors:
 * data (one class only), memory. */
gml_status gml_target_rank(gml_target_reading *target, gml_labels *numbers, gml_schema *schema);

#endif
