/* gemmule/split.h - training and validation parts of a dataset: one validation part, or k folds. */
#ifndef GEMMULE_SPLIT_H
#define GEMMULE_SPLIT_H

#include "gemmule/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which samples are in the validation part of each fold of each repeat. */
typedef struct gml_split gml_split;

/* Returns row `index` of the table of kinds of splits; null past the last row. */
GML_API const gml_entry *gml_split_entry(size_t index);

/* Zero-initialised: one validation part of 0.2 of the samples, by the kind "auto". */
typedef struct gml_split_options {
    const char *kind;  /* name of a row of the table; null: "auto" */
    double fraction;   /* share of the samples in the validation part, in (0, 1); 0: 0.2. Must be 0 with `folds` */
    size_t folds;      /* 0: one validation part; from 2 on: so many folds, each the validation part once */
    size_t repeats;    /* number of splits, each with its own random numbers; 0: 1 */
    uint64_t seed;     /* the same seed gives the same split, on any number of threads */
    gml_matrix groups; /* [n x 1] any dtype: equal numbers are one group; read during the call only. Data null: those of
                          the dataset, if it has groups (gml_dataset_options.groups) */
} gml_split_options;

/* Splits a dataset; `options` may be null. It is not copied and must outlive the split. A split takes a bit for each
 * sample and repeat, with folds the bits of their numbers. Of more than 2^20 samples the random order is computed, not
 * stored. A class with fewer samples than folds is spread over as many folds: see gml_split_note.
 *
 * Errors: name (no such kind), argument (a fraction outside (0, 1); a part, a fold or a group too few; options that
 * contradict each other, or the kind), shape (groups of another number of samples), data (a group that is NaN),
 * memory. */
GML_API gml_status gml_split_create(const gml_dataset *dataset, const gml_split_options *options, gml_split **split);

/* Frees a split; null is allowed. Parts made by gml_split_fold remain valid. */
GML_API void gml_split_destroy(gml_split *split);

/* Returns the name of the kind, never "auto"; the library owns it. Null for a null split. */
GML_API const char *gml_split_kind(const gml_split *split);

GML_API size_t gml_split_folds(const gml_split *split); /* validation parts of a repeat: 1 without folds */
GML_API size_t gml_split_repeats(const gml_split *split);

/* Makes the parts of fold `fold` of repeat `repeat`, both counted from 0. Samples are in the order of the dataset,
 * which must outlive both parts. Thread-safe. Errors: argument (a fold or repeat past the last), memory. */
GML_API gml_status gml_split_fold(const gml_split *split, size_t repeat, size_t fold, gml_dataset **train,
                                  gml_dataset **validation);

/* Returns the fold that has a sample in its validation part. SIZE_MAX: no fold has it, as for a training sample without
 * folds; or there is no such repeat or sample. */
GML_API size_t gml_split_fold_of(const gml_split *split, size_t repeat, size_t sample);

/* Returns note `index` about what a person may not expect: a class that the training or validation part of a fold does
 * not have, parts of uneven size because groups are whole, equal repeats. Null past the last. The split owns the text.
 */
GML_API const char *gml_split_note(const gml_split *split, size_t index);

#ifdef __cplusplus
}
#endif
#endif
