/* tests/data/format_case.h - files of tests/data/arrays, and data sets that are compared. */
#ifndef GML_TESTS_FORMAT_CASE_H
#define GML_TESTS_FORMAT_CASE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gunzip.h"
#include "files.h"

/* Returns the path of a file of tests/data/arrays, valid until the next call. */
static inline const char *kept_file(const char *name)
{
    static char path[1000];
    snprintf(path, sizeof path, "%s/tests/data/arrays/%s", getenv("GEMMULE_SOURCE_ROOT"), name);
    return path;
}

/* Reads a file of tests/data/arrays; the caller frees it. */
static inline char *read_kept(const char *name, size_t *size)
{
    FILE *file = fopen(kept_file(name), "rb");
    ck_assert_ptr_nonnull(file);
    char *bytes = malloc(1 << 20);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static inline gml_dataset *open_well(const char *path, const gml_dataset_options *options)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, path, options, &dataset));
    return dataset;
}

/* Returns the status of opening, which makes no data set. */
static inline gml_status open_badly(const char *path, const gml_dataset_options *options)
{
    gml_dataset *dataset = NULL;
    gml_status status = gml_dataset_open(context, path, options, &dataset);
    ck_assert_ptr_null(dataset);
    return status;
}

/* Both data sets have the same sizes, task, classes and numbers, to the bit. */
static inline void assert_same_data(const gml_dataset *a, const gml_dataset *b)
{
    size_t n = gml_dataset_size(a), features = gml_dataset_features(a), targets = gml_dataset_targets(a);
    static double x[2][4096], y[2][1024];
    const gml_dataset *sets[2] = {a, b};
    ck_assert_uint_eq(gml_dataset_size(b), n);
    ck_assert_uint_eq(gml_dataset_features(b), features);
    ck_assert_uint_eq(gml_dataset_targets(b), targets);
    ck_assert_int_eq(gml_dataset_task(b), gml_dataset_task(a));
    ck_assert_uint_eq(gml_dataset_classes(b), gml_dataset_classes(a));
    for (size_t i = 0; i < gml_dataset_classes(a); i++) {
        ck_assert_str_eq(gml_dataset_class_name(b, i), gml_dataset_class_name(a, i));
    }
    for (size_t s = 0; s < 2; s++) {
        gml_matrix to = targets > 0 ? gml_matrix_f64(y[s], n, targets) : gml_matrix_none();
        assert_ok(context, gml_dataset_gather(sets[s], NULL, n, gml_matrix_f64(x[s], n, features), to));
    }
    ck_assert_mem_eq(x[0], x[1], n * features * sizeof(double));
    ck_assert_mem_eq(y[0], y[1], n * targets * sizeof(double));
}

/* A file of tests/data/arrays reads as the CSV does. */
static inline void assert_as_csv(const char *csv, const char *name, const gml_dataset_options *options)
{
    gml_dataset_options of_csv = *options;
    of_csv.header = GML_CHOICE_NO;
    gml_dataset *expected = open_well(kept_file(csv), &of_csv);
    gml_dataset *found = open_well(kept_file(name), options);
    assert_same_data(expected, found);
    gml_dataset_destroy(found);
    gml_dataset_destroy(expected);
}

/* Opening a file cut anywhere is refused, with little memory; `least` bytes are a file of this format. */
static inline void assert_cuts_are_refused(const char *name, size_t least, const gml_dataset_options *options)
{
    size_t size = 0;
    char *bytes = read_kept(name, &size);
    for (size_t cut = least; cut < size; cut++) {
        assert_refused(context, open_badly(put_file("cut", bytes, cut), options), GML_ERROR_DATA, "cut", "byte", NULL);
    }
    free(bytes);
}

/* Opening survives the failure of each allocation. */
static inline void assert_survives_lack_of_memory(const char *path, const gml_dataset_options *options)
{
    gml_status status = GML_ERROR_MEMORY;
    size_t before = f.live_bytes;
    for (size_t n = 1; status != GML_OK; n++) {
        gml_dataset *dataset = NULL;
        reset_faults(&f);
        f.fail_at = n;
        status = gml_dataset_open(context, path, options, &dataset);
        ck_assert(status == GML_OK || (status == GML_ERROR_MEMORY && dataset == NULL));
        gml_dataset_destroy(dataset);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_eq(f.open_files, 0);
        ck_assert_uint_lt(n, 400);
    }
    reset_faults(&f);
}

#endif
