/* tests/support/ensemble_case.h - data and ensembles of networks that were trained a little. */
#ifndef GML_TESTS_ENSEMBLE_CASE_H
#define GML_TESTS_ENSEMBLE_CASE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "numbers.h"

enum { CASE_ROWS = 300, CASE_COLUMNS = 4, CASE_CLASSES = 3, CASE_MEMBERS = 3 };

typedef struct ensemble_case {
    gml_context *context;
    double *inputs, *targets; /* [CASE_ROWS x CASE_COLUMNS], [CASE_ROWS] */
    gml_matrix x;
    gml_dataset *data;
    gml_network *ensemble;
} ensemble_case;

/* Trains a member with hidden layers of its own. `offset`: from which sample on, so that scalings differ. */
static inline gml_network *case_member(const ensemble_case *of, gml_dtype dtype, size_t index)
{
    static const char *const hidden[CASE_MEMBERS] = {"9 relu", "5 tanh -> 4 silu", ""};
    const size_t first = 30 * index, rows = CASE_ROWS - 30 * CASE_MEMBERS;
    const char *loss = gml_dataset_classes(of->data) == 2 ? "binary_cross_entropy" : NULL; /* with one output */
    const gml_train_options options = {.epochs = 3, .learning_rate = 0.01, .loss = loss};
    const gml_recipe recipe = {.hidden = hidden[index], .options = {.dtype = dtype, .seed = index}, .fit = options};
    const gml_task task = gml_dataset_task(of->data);
    gml_dataset *part = NULL;
    gml_network *made = NULL;
    assert_ok(of->context, gml_dataset_from_matrices(of->context, gml_matrix_rows(of->x, first, rows),
                                                     gml_matrix_f64(of->targets + first, rows, 1), task, &part));
    assert_ok(of->context, gml_recipe_network(&recipe, part, &made));
    assert_ok(of->context, gml_fit(made, part, NULL, &options, NULL, NULL));
    gml_dataset_destroy(part);
    return made;
}

/* Classes 0 .. classes - 1, or with 0 values. */
static inline ensemble_case set_up_ensemble(gml_context *context, gml_dtype dtype, size_t classes)
{
    ensemble_case made = {.context = context};
    gml_network *members[CASE_MEMBERS];
    made.inputs = calloc(CASE_ROWS * CASE_COLUMNS, sizeof *made.inputs);
    made.targets = calloc(CASE_ROWS, sizeof *made.targets);
    for (size_t i = 0; i < CASE_ROWS; i++) {
        double *row = made.inputs + i * CASE_COLUMNS;
        for (size_t j = 0; j < CASE_COLUMNS; j++) {
            row[j] = (double)(j + 1) * scattered(CASE_COLUMNS * i + j) + 0.01 * (double)i;
        }
        const double value = 3 * row[0] + row[1] * row[2] - row[3];
        made.targets[i] = classes > 0 ? (double)((size_t)fabs(value) % classes) : 1000 + 20 * value;
    }
    made.x = gml_matrix_f64(made.inputs, CASE_ROWS, CASE_COLUMNS);
    assert_ok(context,
              gml_dataset_from_matrices(context, made.x, gml_matrix_f64(made.targets, CASE_ROWS, 1),
                                        classes > 0 ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION, &made.data));
    for (size_t i = 0; i < CASE_MEMBERS; i++) {
        members[i] = case_member(&made, dtype, i);
    }
    assert_ok(context, gml_ensemble_create(members, CASE_MEMBERS, &made.ensemble));
    return made;
}

/* Frees everything but the context. */
static inline void clear_ensemble(ensemble_case *made)
{
    gml_network_destroy(made->ensemble);
    gml_dataset_destroy(made->data);
    free(made->inputs);
    free(made->targets);
}

static inline void tear_down_ensemble(ensemble_case *made)
{
    clear_ensemble(made);
    gml_context_destroy(made->context);
}

/* The predictions for x as doubles, [rows x outputs]. */
static inline void predict_doubles(const gml_network *network, gml_matrix x, double *y)
{
    const size_t outputs = gml_network_outputs(network);
    const gml_context *context = gml_network_context(network);
    if (gml_network_dtype(network) == GML_F64) {
        assert_ok(context, gml_network_predict(network, x, gml_matrix_f64(y, x.rows, outputs)));
        return;
    }
    float *own = calloc(x.rows * outputs, sizeof *own);
    assert_ok(context, gml_network_predict(network, x, gml_matrix_f32(own, x.rows, outputs)));
    for (size_t i = 0; i < x.rows * outputs; i++) {
        y[i] = (double)own[i];
    }
    free(own);
}

#endif
