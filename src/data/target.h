/* data/target.h - a column of targets read as text: values or classes, as it turns out. */
#ifndef GML_DATA_TARGET_H
#define GML_DATA_TARGET_H

#include <stdbool.h>

#include "data/dataset.h"
#include "data/labels.h"
#include "data/place.h"

typedef struct gml_target {
    gml_context *context;
    gml_task task;     /* as asked for */
    bool fixed;        /* the classes were given: labels are theirs, and no other will do */
    bool masked;       /* an empty field or nan is a target that is not known: NaN among the values */
    bool labelled;     /* values are labels; else they are the numbers read */
    gml_pile values;   /* f64, one a sample */
    gml_labels labels; /* of texts; numbers among them in their shortest form, so that 1.0 and 1 are one class */
} gml_target;

/* Begins a column as the options say. Errors: memory. */
gml_status gml_target_begin(gml_context *context, const gml_dataset_options *options, gml_target *target);

/* Adds the field of the next sample. Errors: data (with the place), memory. */
gml_status gml_target_add(gml_target *target, const char *text, size_t length, const gml_place *place);

/* Decides what the column is: fills task, targets, classes and class_names of the schema, and gives the memory of the
 * values away. Errors: data (one class only), memory. */
gml_status gml_target_finish(gml_target *target, const char *path, gml_schema *schema, gml_matrix *matrix,
                             gml_pile *memory);

void gml_target_clear(gml_target *target);

/* ---- between the two files of it ---- */

enum { MAX_FOUND_CLASSES = 20 }; /* more distinct whole numbers than this are values */

static inline double *gml_target_column(const gml_target *target)
{
    return target->values.data;
}

static inline size_t gml_target_count(const gml_target *target)
{
    return target->values.size / sizeof(double);
}

/* Gives every distinct number a label, keyed by its eight bytes, as long as there are at most `limit` and, if they have
 * to be, whole; `few` says whether that went to the end. */
gml_status gml_target_label_distinct(gml_target *target, gml_labels *labels, size_t limit, bool whole, bool *few);

#endif
