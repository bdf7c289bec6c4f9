/* data/dataset.h - the inside of a dataset. */
#ifndef GML_DATA_DATASET_H
#define GML_DATA_DATASET_H

#include <stdbool.h>

#include "base/mapping.h"
#include "data/origin.h"
#include "data/pile.h"
#include "data/schema.h"
#include "kernel/data/selection.h"

enum { GML_MAX_CLASSES = 1 << 24 }; /* class numbers are stored as reals; a float is exact up to here */

struct gml_dataset {
    gml_context *context;
    gml_matrix inputs;      /* [n x features] of the whole source, any dtype */
    const double *greatest; /* [features] greatest magnitude of each input in the whole source, infinite if an entry is
                               not finite; null: unknown */
    gml_matrix targets;     /* [n x targets] of the whole source, any dtype; data null if there are none */
    const double *weights;  /* [n] of the whole source: sample weights; null: all are 1 */
    const uint32_t *groups; /* [n] of the whole source: group of each sample, below group_count; null: none */
    size_t group_count;
    bool masked; /* targets that are NaN are unknown */
    gml_schema schema;
    gml_origin origin;    /* of the rows of the whole source */
    gml_pile notes;       /* texts, each with its end: how the data was read */
    char *task_reason;    /* or null */
    gml_selection chosen; /* the rows of the source that are samples */
    size_t size;          /* samples */
    bool borrowed;        /* the schema's names and the origin are the parent's (a part made by gml_dataset_split) */
    void *owned_chosen;   /* [owned_chosen_size] bytes: what `chosen` points to, if the dataset owns it */
    size_t owned_chosen_size;
    gml_pile owned_inputs;  /* the memory of inputs if the dataset owns it */
    gml_pile owned_targets; /* likewise */
    gml_pile owned_weights; /* likewise */
    gml_pile owned_groups;  /* likewise */
    gml_mapping mapping;    /* the file in which the matrices lie, if they lie in a cache */
};

/* Makes the dataset described by `contents`, which names its context, if `status` is GML_OK; else returns `status`.
 * Takes over what `contents` owns, on failure too. Errors: memory. */
gml_status gml_dataset_adopt(gml_status status, gml_dataset *contents, gml_dataset **dataset);

/* Adds a note of at most GML_NOTE_SIZE - 1 bytes. Errors: memory. */
gml_status gml_dataset_add_note(gml_dataset *dataset, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum { GML_NOTE_SIZE = 800 };

/* Checks sample weights: [count x 1] f64, finite, not below 0 and not all 0. Messages begin with
 * `path` unless it is null. Errors: argument, shape, data. */
gml_status gml_weights_check(gml_context *context, const char *path, gml_matrix weights, size_t count);

/* Writes the place of a sample, counted from 0, in its source (data/origin.h). */
void gml_dataset_place(const gml_dataset *dataset, size_t sample, char text[GML_ORIGIN_SIZE]);

/* Returns the context; null for a null dataset. */
gml_context *gml_dataset_context(const gml_dataset *dataset);

/* Returns the row of the source that holds a sample. */
static inline size_t gml_dataset_row(const gml_dataset *dataset, size_t sample)
{
    return gml_selection_row(&dataset->chosen, sample);
}

/* Returns the first target of a sample; the dataset must have targets. */
double gml_dataset_target_of(const gml_dataset *dataset, size_t sample);

#endif
