/* bench/explain_columns.c - permutation importance, against one evaluation of the same data. */
#include <stdio.h>
#include <stdlib.h>

#include "explain_case.h"

typedef struct columns {
    gml_context *context;
    gml_network *network;
    gml_matrix x;
    double *y;
    gml_dataset *dataset;
    gml_importance *importances;
} columns;

/* Two classes; column 0 determines them. */
static columns make(size_t threads, const char *description, size_t samples)
{
    columns made = {.context = bench_context(threads)};
    made.network = explain_network(made.context, description);
    made.x = explain_rows(samples, gml_network_inputs(made.network), 1);
    made.y = bench_allocate(samples, sizeof(double));
    for (size_t i = 0; i < samples; i++) {
        made.y[i] = bench_get(GML_F32, made.x.data, i * made.x.stride) > 0;
    }
    bench_must(made.context, gml_dataset_from_matrices(made.context, made.x, gml_matrix_f64(made.y, samples, 1),
                                                       GML_TASK_CLASSIFICATION, &made.dataset));
    made.importances = bench_allocate(made.x.cols, sizeof *made.importances);
    return made;
}

static void unmake(columns *of)
{
    gml_dataset_destroy(of->dataset);
    gml_network_destroy(of->network);
    gml_context_destroy(of->context);
    free(of->x.data);
    free(of->y);
    free(of->importances);
}

static void run_importance(void *argument)
{
    const columns *of = argument;
    bench_must(of->context,
               gml_permutation_importance(of->network, of->dataset, NULL, NULL, of->importances, gml_matrix_none()));
}

/* The base score and 5 repeats of each column, one after another. */
static void run_evaluations(void *argument)
{
    static const char *const accuracy[] = {"accuracy"};
    const columns *of = argument;
    gml_metric_value value;
    for (size_t i = 0; i < 1 + 5 * of->x.cols; i++) {
        bench_must(of->context, gml_score_network(of->network, of->dataset, accuracy, 1, &value, gml_matrix_none()));
    }
}

/* A short fit makes column 0 matter; it must rank first. */
static void verify(const columns *of, const char *name)
{
    const gml_train_options options = {.epochs = 5, .batch = 32, .learning_rate = 1e-2};
    bench_must(of->context, gml_fit(of->network, of->dataset, NULL, &options, NULL, NULL));
    run_importance((void *)of);
    for (size_t j = 1; j < of->x.cols; j++) {
        if (!(of->importances[0].mean > of->importances[j].mean)) {
            bench_fail("%s: column %zu ranks above column 1, which determines the class", name, j + 1);
        }
    }
}

void explain_column_cases(const bench_options *options, json_t *cases)
{
    static const struct {
        const char *description;
        size_t samples;
        bool quick;
    } shapes[] = {{"4 -> 16 relu -> 2 softmax", 1000, true}, {"30 -> 128 relu -> 64 relu -> 2 softmax", 10000, false}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        char name[BENCH_DESCRIPTION];
        snprintf(name, sizeof name, "permutation importance, %zu samples of %s, 5 repeats", shapes[i].samples,
                 shapes[i].description);
        if ((options->quick && !shapes[i].quick) || !bench_wanted(options, name)) {
            continue;
        }
        columns of = make(options->threads, shapes[i].description, shapes[i].samples);
        verify(&of, name);
        bench_contender contenders[] = {{"as many calls of gml_score_network", run_evaluations, &of},
                                        {"gml_permutation_importance", run_importance, &of}};
        explain_time(options, &(explain_case){name, NULL, contenders, 2}, cases);
        unmake(&of);
    }
}
