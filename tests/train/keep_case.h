/* tests/train/keep_case.h - a metric whose scores are given, and a diary of the weights after each epoch. */
#ifndef GML_TESTS_KEEP_CASE_H
#define GML_TESTS_KEEP_CASE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "network/network.h"
#include "numbers.h"

enum { ROWS = 24, INPUTS = 3, MOST_EPOCHS = 16 };

/* The scores of the epochs, in their order. Before the first epoch the score is 0. */
typedef struct script {
    double scores[MOST_EPOCHS];
    size_t calls;
} script;

static inline size_t one_number(void *user, const double *arguments, const gml_metric_shape *shape)
{
    (void)user, (void)arguments, (void)shape;
    return 1;
}

static inline void add_nothing(void *user, const double *arguments, const gml_metric_shape *shape,
                               const gml_metric_block *block, double *state)
{
    (void)user, (void)arguments, (void)shape, (void)block, (void)state;
}

static inline double next_score(void *user, const double *arguments, const gml_metric_shape *shape, double *state)
{
    (void)arguments, (void)shape, (void)state;
    script *from = user;
    return from->calls++ == 0 ? 0 : from->scores[from->calls - 2];
}

/* Registers `from` as the metrics "rising" and "falling". */
static inline void register_script(gml_context *context, script *from)
{
    gml_custom_metric metric = {.entry = {.name = "rising"},
                                .user = from,
                                .higher_is_better = 1,
                                .size = one_number,
                                .add = add_nothing,
                                .value = next_score};
    assert_ok(context, gml_register_metric(context, &metric));
    metric.entry.name = "falling";
    metric.higher_is_better = 0;
    assert_ok(context, gml_register_metric(context, &metric));
}

/* What the callbacks of a fit see. */
typedef struct diary {
    const gml_network *network;
    void *weights[MOST_EPOCHS]; /* after each epoch */
    gml_metrics validation[MOST_EPOCHS];
    gml_progress progress[MOST_EPOCHS];
    size_t epochs, batches;
    size_t stop_at_batch, stop_at_epoch; /* 0: never */
} diary;

static inline int note_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    const size_t i = progress->epoch - 1, bytes = notes->network->parameter_bytes;
    free(notes->weights[i]);
    notes->weights[i] = malloc(bytes);
    memcpy(notes->weights[i], notes->network->parameters, bytes);
    notes->validation[i] = progress->validation != NULL ? *progress->validation : (gml_metrics){.samples = 0};
    notes->progress[i] = *progress;
    notes->epochs++;
    return progress->epoch == notes->stop_at_epoch;
}

static inline int note_batch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    (void)progress;
    return ++notes->batches == notes->stop_at_batch;
}

/* Data, a network, a script and a diary. */
typedef struct keep_case {
    gml_context *context;
    gml_network *network;
    gml_dataset *data, *validation;
    double *x, *y;
    script script;
    diary diary;
    gml_fit_report report;
} keep_case;

static inline void set_up_keep(keep_case *made, const char *description)
{
    *made = (keep_case){.context = test_context()};
    made->network = new_network(made->context, description, GML_F32, 1);
    made->x = random_doubles(ROWS * INPUTS, 1);
    made->y = random_doubles(ROWS, 2);
    const gml_matrix x = gml_matrix_f64(made->x, ROWS, INPUTS), y = gml_matrix_f64(made->y, ROWS, 1);
    const gml_matrix some_x = gml_matrix_f64(made->x, ROWS / 2, INPUTS), some_y = gml_matrix_f64(made->y, ROWS / 2, 1);
    assert_ok(made->context, gml_dataset_from_matrices(made->context, x, y, GML_TASK_REGRESSION, &made->data));
    assert_ok(made->context,
              gml_dataset_from_matrices(made->context, some_x, some_y, GML_TASK_REGRESSION, &made->validation));
    register_script(made->context, &made->script);
}

static inline void tear_down_keep(keep_case *made)
{
    for (size_t i = 0; i < MOST_EPOCHS; i++) {
        free(made->diary.weights[i]);
    }
    gml_dataset_destroy(made->validation);
    gml_dataset_destroy(made->data);
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
    free(made->x);
    free(made->y);
}

static inline gml_status fit_case(keep_case *made, const gml_train_options *options)
{
    const gml_fit_callbacks callbacks = {&made->diary, note_batch, note_epoch};
    made->diary.network = made->network;
    return gml_fit(made->network, made->data, made->validation, options, &callbacks, &made->report);
}

/* A fit with these scores, one after each of `epochs` epochs. */
static inline void fit_scores(keep_case *made, gml_train_options options, const double *scores, size_t epochs)
{
    memcpy(made->script.scores, scores, epochs * sizeof *scores);
    options.epochs = epochs;
    options.batch = options.batch > 0 ? options.batch : 8;
    assert_ok(made->context, fit_case(made, &options));
}

/* The network has the weights that it had after this epoch, and the report its figures. */
static inline void assert_kept(const keep_case *made, size_t epoch)
{
    ck_assert_uint_eq(made->report.kept_epochs, epoch);
    ck_assert_mem_eq(made->network->parameters, made->diary.weights[epoch - 1], made->network->parameter_bytes);
    ck_assert_mem_eq(&made->report.validation, &made->diary.validation[epoch - 1], sizeof made->report.validation);
}

#endif
