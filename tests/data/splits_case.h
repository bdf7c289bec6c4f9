/* tests/data/splits_case.h - small datasets to split: the only input of sample i is i. */
#ifndef GML_TESTS_SPLITS_CASE_H
#define GML_TESTS_SPLITS_CASE_H
#include "files.h"

enum { MOST = 200 };

/* A dataset of n samples with these class numbers, or with values if `classes` is null. */
static inline gml_dataset *counted(size_t n, const uint8_t *classes)
{
    static double x[MOST];
    for (size_t i = 0; i < MOST; i++) {
        x[i] = (double)i;
    }
    gml_matrix inputs = gml_matrix_f64(x, n, 1);
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, inputs, classes ? gml_matrix_u8(classes, n, 1) : inputs,
                                                 GML_TASK_AUTO, &dataset));
    return dataset;
}

static inline gml_split *split_by(const gml_dataset *dataset, gml_split_options options)
{
    gml_split *split = NULL;
    assert_ok(context, gml_split_create(dataset, &options, &split));
    return split;
}

/* Class 0 for two thirds of the samples, classes 1 and 2 for the rest, and three samples of class 3. */
static inline const uint8_t *four_classes(void)
{
    static uint8_t classes[MOST];
    for (size_t i = 0; i < MOST; i++) {
        classes[i] = (uint8_t)(i % 40 == 11 && i < 100 ? 3 : i % 6 == 1 ? 1 : i % 6 == 2 ? 2 : 0);
    }
    return classes;
}

/* Groups of 1 to 7 samples, not adjacent. */
static inline const uint8_t *small_groups(void)
{
    static uint8_t groups[MOST];
    for (size_t i = 0, group = 0, left = 7; i < MOST; i++) {
        groups[i * 37 % MOST] = (uint8_t)group;
        left--;
        group += left == 0;
        left = left == 0 ? 1 + group * 5 % 7 : left;
    }
    return groups;
}

#endif
