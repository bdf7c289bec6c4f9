/* tests/train/checkpoint_case.h - data, networks and a stopped fit for the tests of checkpoints. */
#ifndef GML_TESTS_CHECKPOINT_CASE_H
#define GML_TESTS_CHECKPOINT_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "gemmule/checkpoint.h"
#include "model_case.h"
#include "numbers.h"

enum { ROWS = 40, INPUTS = 3, OUTPUTS = 2 };

static double *x, *y;
static gml_dataset *data;
static const char net[] = "3 -> 6 prelu -> batchnorm -> dropout(rate=0.2) -> 2";

static inline gml_dataset *dataset_of(double *inputs, size_t rows)
{
    gml_dataset *made = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(inputs, rows, INPUTS),
                                                 gml_matrix_f64(y, rows, OUTPUTS), GML_TASK_REGRESSION, &made));
    return made;
}

static inline void make_data(void)
{
    x = random_doubles(ROWS * INPUTS, 1);
    y = random_doubles(ROWS * OUTPUTS, 2);
    data = dataset_of(x, ROWS);
}

static inline void free_data(void)
{
    gml_dataset_destroy(data);
    free(x);
    free(y);
}

static inline gml_network *network_of(const char *description)
{
    gml_network *made = NULL;
    assert_ok(context, gml_network_create(context, description, NULL, &made));
    return made;
}

static inline void assert_same_parameters(const gml_network *a, const gml_network *b)
{
    ck_assert_uint_eq(a->parameter_bytes, b->parameter_bytes);
    ck_assert_mem_eq(a->parameters, b->parameters, a->parameter_bytes);
}

static inline gml_network *fitted(const gml_train_options *options, const gml_fit_callbacks *callbacks,
                                  gml_fit_report *report)
{
    gml_network *made = network_of(net);
    assert_ok(context, gml_network_adapt(made, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(made, data, NULL, options, callbacks, report));
    return made;
}

/* The same with the training data for validation too. */
static inline gml_network *validated(const gml_train_options *options, gml_fit_report *report)
{
    gml_network *made = network_of(net);
    assert_ok(context, gml_network_adapt(made, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(made, data, data, options, NULL, report));
    return made;
}

static inline int stop_in_the_second_epoch(void *user, const gml_progress *progress)
{
    (void)user;
    return progress->epoch == 2 && progress->batch == 2;
}

static const gml_fit_callbacks stopping = {.on_batch = stop_in_the_second_epoch};

/* Makes the checkpoint "run" of a fit that is stopped in the middle of its second epoch of four. */
static inline gml_train_options stopped_run(void)
{
    make_data();
    gml_train_options options = {.epochs = 4, .batch = 9, .schedule = "cosine", .checkpoint = in_folder("run")};
    gml_network_destroy(fitted(&options, &stopping, NULL));
    options.resume = options.checkpoint;
    options.checkpoint = NULL;
    return options;
}

static inline gml_network *loaded(void)
{
    gml_network *made = NULL;
    assert_ok(context, gml_model_load(context, in_folder("run"), &made));
    return made;
}

/* Going on must fail with these words in the message, and leave the network as it is. */
static inline void assert_resume_refused(gml_network *network, const gml_dataset *with,
                                         const gml_train_options *options, gml_status expected, const char *words)
{
    gml_network *before = NULL;
    assert_ok(context, gml_network_copy(network, gml_network_dtype(network), &before));
    gml_status status = gml_fit(network, with, NULL, options, NULL, NULL);
    ck_assert_msg(status == expected, "%s: %s", gml_status_name(status), gml_context_message(context));
    ck_assert_msg(strstr(gml_context_message(context), words) != NULL, "\"%s\" is not in: %s", words,
                  gml_context_message(context));
    assert_same_network(before, network);
    gml_network_destroy(before);
    gml_network_destroy(network);
}

/* Warnings that were logged, and the last of them. */
static size_t warnings;
static char warning[512];

/* A log function. */
static inline void note_warning(void *user, gml_log_level level, const char *message)
{
    (void)user;
    if (level == GML_LOG_WARNING) {
        warnings++;
        snprintf(warning, sizeof warning, "%s", message);
    }
}

#endif
