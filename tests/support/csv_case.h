/* tests/support/csv_case.h - CSV files given as text, for the tests of reading them. */
#ifndef GML_TESTS_CSV_CASE_H
#define GML_TESTS_CSV_CASE_H

#include <string.h>

#include "files.h"

static inline gml_dataset *open_text(const char *text, const gml_dataset_options *options)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, put_text("table.csv", text), options, &dataset));
    return dataset;
}

/* The status of opening a file of these bytes; on failure nothing is made, and the message names the file. */
static inline gml_status open_bad(const char *text, size_t size, const gml_dataset_options *options)
{
    gml_dataset *dataset = NULL;
    const char *path = put_file("table.csv", text, size);
    gml_status status = gml_dataset_open(context, path, options, &dataset);
    ck_assert_ptr_null(dataset);
    ck_assert_int_eq(strncmp(gml_context_message(context), path, strlen(path)), 0);
    return status;
}

static inline gml_status open_bad_text(const char *text, const gml_dataset_options *options)
{
    return open_bad(text, strlen(text), options);
}

/* The whole dataset must be these numbers, rows of features + targets. */
static inline void assert_holds(const gml_dataset *dataset, size_t rows, size_t features, const double *expected)
{
    double x[256];
    double y[256];
    size_t targets = gml_dataset_targets(dataset);
    ck_assert_uint_eq(gml_dataset_size(dataset), rows);
    ck_assert_uint_eq(gml_dataset_features(dataset), features);
    assert_ok(context, gml_dataset_gather(dataset, NULL, rows, gml_matrix_f64(x, rows, features),
                                          targets > 0 ? gml_matrix_f64(y, rows, targets) : gml_matrix_none()));
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < features; j++) {
            ck_assert_double_eq(x[i * features + j], *expected++);
        }
        if (targets > 0) {
            ck_assert_double_eq(y[i], *expected++);
        }
    }
}

#endif
