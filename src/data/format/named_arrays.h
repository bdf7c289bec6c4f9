/* data/format/named_arrays.h - which of the named arrays of a file are inputs, targets, weights and groups.
 *
 *     inputs    x, X, inputs, data, arr_0
 *     targets   the array that the option `target` names; else y, Y, targets, target, labels, arr_1
 *     weights   the array that the option `weights` names
 *     groups    the array that the option `groups` names
 *
 * Data for a network may also have its targets under one of the usual names where `target` is not there. Other arrays
 * are skipped. arr_0 and arr_1 are the names of numpy.savez(file, x, y). */
#ifndef GML_DATA_NAMED_ARRAYS_H
#define GML_DATA_NAMED_ARRAYS_H

#include "data/format/array_dataset.h"

enum { GML_NAMED_ROLES = 4, GML_NAMED_SIZE = 64, GML_NAMED_LIST = 400 };

/* Zero-initialised but for `source`: no array yet. */
typedef struct gml_named_arrays {
    const gml_source *source;
    gml_arrays arrays;
    char names[GML_NAMED_ROLES][GML_NAMED_SIZE]; /* of the arrays by role; "" where there is none */
    bool by_option[GML_NAMED_ROLES];             /* the option named it */
    char seen[GML_NAMED_LIST];                   /* the names of the first arrays, for messages */
    size_t count;                                /* arrays in the file so far */
} gml_named_arrays;

/* Finds where the next array of the file belongs: `array`, empty, is to be read; null: the array is to be skipped.
 * Errors: data (two arrays for one role). */
gml_status gml_named_arrays_place(gml_named_arrays *named, const char *name, size_t length, gml_array **array);

/* Makes the dataset once all arrays are read, and keeps the names that options gave in its schema. Errors: as
 * gml_dataset_open. */
gml_status gml_named_arrays_finish(gml_named_arrays *named, gml_dataset *made);

void gml_named_arrays_clear(gml_named_arrays *named);

#endif
