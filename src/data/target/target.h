/* data/target/target.h - the target column of a CSV: read cell by cell, interpreted when all rows are read.
 *
 * A cell is a number, a code, a word or missing (data/target/class_name.h); codes are numbers too. The column becomes,
 * with k distinct numbers in n known cells:
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
 * k * k <= n means that a class has k samples on average: integers with few samples each are quantities (ages, counts,
 * grades). An error names the first words and their lines. */
#ifndef GML_DATA_TARGET_H
#define GML_DATA_TARGET_H

#include <stdbool.h>

#include "data/dataset.h"
#include "data/field.h"
#include "data/target/labels.h"

enum {
    GML_MAX_FOUND_CLASSES = 20, /* more distinct whole numbers than this are values */
    GML_SHOWN_WORDS = 3         /* words that an error names */
};

/* A word in the column, for an error about it. */
typedef struct gml_target_word {
    size_t row;
    char excerpt[GML_EXCERPT_SIZE];
} gml_target_word;

typedef struct gml_target_reading {
    gml_context *context;
    const gml_dataset_options *options;
    bool fixed;                   /* the classes are given: labels are their indexes, and other classes are errors */
    bool masked;                  /* a missing target is allowed and becomes NaN */
    bool valued;                  /* the column cannot be classes; further words are only counted */
    size_t missing, codes, words; /* cells of these kinds */
    gml_target_word shown[GML_SHOWN_WORDS];
    size_t first_row;  /* the line of the first cell */
    size_t column;     /* from 1 */
    gml_pile values;   /* f64 [cells]: the number, or the label where `labelled` is 1 */
    gml_pile labelled; /* u8 [cells] */
    gml_labels labels; /* of words and codes, or of the given classes */
} gml_target_reading;

/* Begins a column. The options must outlive it. Errors: argument (a class name twice), memory. */
gml_status gml_target_begin(gml_context *context, const gml_dataset_options *options, gml_target_reading *target);

/* Adds the cell of the next sample. Errors: data (with the place), memory. */
gml_status gml_target_add(gml_target_reading *target, const gml_field *field);

/* Decides between values and classes by the rules above: fills task, targets, classes and class_names of the schema,
 * and moves the values to the dataset. Errors: data (words among numbers, one class only), memory. */
gml_status gml_target_finish(gml_target_reading *target, const char *path, gml_dataset *made);

void gml_target_clear(gml_target_reading *target);

/* ---- shared by the files of this header ---- */

static inline double *gml_target_column(const gml_target_reading *target)
{
    return target->values.data;
}

static inline size_t gml_target_count(const gml_target_reading *target)
{
    return target->labelled.size;
}

/* True if the value of a cell is a label. */
static inline bool gml_target_is_label(const gml_target_reading *target, size_t cell)
{
    return ((const uint8_t *)target->labelled.data)[cell] != 0;
}

/* Numbers the classes in the order of their names, in the values and in the schema. The classes are `numbers`, the
 * distinct numbers keyed by their eight bytes, and the labels. Errors: data (one class only), memory. */
gml_status gml_target_rank(gml_target_reading *target, const gml_labels *numbers, const char *path, gml_schema *schema);

#endif
