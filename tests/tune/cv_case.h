/* tests/tune/cv_case.h - small data to cross-validate on, and a cross-validation by hand. */
#ifndef GML_TESTS_CV_CASE_H
#define GML_TESTS_CV_CASE_H

#include "harness.h"

enum { CV_INPUTS = 3, CV_SAMPLES = 61, CV_METRICS = 3 };

extern const char *const cv_class_metrics[CV_METRICS], *const cv_value_metrics[CV_METRICS];

/* The caller's arrays and a dataset over them. */
typedef struct cv_case {
    gml_context *context;
    gml_dataset *data;
    double *x, *y; /* [CV_SAMPLES x CV_INPUTS], [CV_SAMPLES x 1] */
    double groups[CV_SAMPLES];
    gml_split *split;
    const char *const *metrics;
} cv_case;

/* Samples whose target depends on their inputs: one of three classes, or a value. They are not split yet. */
cv_case cv_set_up(size_t threads, gml_task task);

/* Splits them; the case destroys the split. */
void cv_split(cv_case *c, gml_split_options options);
void cv_tear_down(cv_case *c);

/* Fails the test unless the result has the bits of fits one after another: by the split, the recipe and its seeds, with
 * `validation` of each training part held back. */
void cv_assert_by_hand(const cv_case *c, const gml_recipe *recipe, double validation, const gml_cv_result *result);

#endif
