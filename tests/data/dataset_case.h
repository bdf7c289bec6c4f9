/* tests/data/dataset_case.h - datasets of matrices, and one with numbered samples of three classes. */
#ifndef GML_TESTS_DATASET_CASE_H
#define GML_TESTS_DATASET_CASE_H
#include "files.h"

static inline gml_dataset *make(gml_matrix inputs, gml_matrix targets, gml_task task)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, inputs, targets, task, &dataset));
    return dataset;
}

enum { N = 1000 };

/* The inputs of sample i are i / 4 and i % 256, its target is the class or the value i % 10 == 0 ? 1 : i % 2 == 0 ? 0 :
 * 2. */
static inline gml_dataset *numbered_as(gml_dtype dtype, gml_task task)
{
    static uint8_t u[N][3];
    static float s[N][3];
    static double d[N][3];
    static uint8_t y[N];
    for (size_t i = 0; i < N; i++) {
        u[i][0] = (uint8_t)(i / 4);
        u[i][1] = (uint8_t)(i % 256);
        d[i][0] = u[i][0];
        s[i][0] = u[i][0];
        d[i][1] = u[i][1];
        s[i][1] = u[i][1];
        u[i][2] = 77; /* beyond the columns */
        d[i][2] = 77;
        s[i][2] = 77;
        y[i] = (uint8_t)(i % 10 == 0 ? 1 : i % 2 == 0 ? 0 : 2);
    }
    const void *data = dtype == GML_U8 ? (void *)u : dtype == GML_F32 ? (void *)s : (void *)d;
    gml_matrix inputs = gml_matrix_view(data, dtype, N, 2);
    inputs.stride = 3;
    return make(inputs, gml_matrix_u8(y, N, 1), task);
}

static inline gml_dataset *numbered(gml_dtype dtype)
{
    return numbered_as(dtype, GML_TASK_CLASSIFICATION);
}

static inline size_t sample_of(const double *row)
{
    size_t quarter = (size_t)row[0];
    return quarter * 4 + ((size_t)row[1] - quarter * 4 % 256);
}

#endif
