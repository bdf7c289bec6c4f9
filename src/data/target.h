/* data/target.h - the target column of a CSV: read cell by cell, decided when all rows are read.
 *
 * A cell is a number, a code, a word or missing (data/class_name.h); codes are numbers too. What the column is, for
 * k distinct numbers in n known cells:
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
#include "data/labels.h"
#include "data/place.h"

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
    bool fixed;                   /* the classes were given: labels are theirs, and no other will do */
    bool masked;                  /* a missing target is allowed: NaN among the values */
    bool valued;                  /* the column cannot be classes; words are only counted from here on */
    size_t missing, codes, words; /* cells of these kinds */
    gml_target_word shown[GML_SHOWN_WORDS];
    size_t first_row;  /* the line of the first cell */
    size_t column;     /* from 1 */
    gml_pile values;   /* f64, one a cell: its number, or its label where `labelled` is 1 */
    gml_pile labelled; /* u8, one a cell */
    gml_labels labels; /* of words and codes, or the classes that were given */
} gml_target_reading;

/* Begins a column as the options, which must stay, say. Errors: argument (a class name twice), memory. */
gml_status gml_target_begin(gml_context *context, const gml_dataset_options *options, gml_target_reading *target);

/* Adds the cell of the next sample. Errors: data (with the place), memory. */
gml_status gml_target_add(gml_target_reading *target, const char *text, size_t length, const gml_place *place);

/* Decides what the column is: fills task, targets, classes and class_names of the schema, and gives the memory of the
 * values away. Errors: data (words among numbers, one class only), memory. */
gml_status gml_target_finish(gml_target_reading *target, const char *path, gml_schema *schema, gml_matrix *matrix,
                             gml_pile *memory);

void gml_target_clear(gml_target_reading *target);

/* ---- between the files of it ---- */

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

/* Numbers the classes in the order of their names, in the values and in the schema: the distinct numbers, keyed by
 * their eight bytes, and the labels. Errors: data (one class only), memory. */
gml_status gml_target_rank(gml_target_reading *target, const gml_labels *numbers, const char *path, gml_schema *schema);

#endif
