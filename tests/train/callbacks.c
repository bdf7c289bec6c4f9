/* tests/train/callbacks.c - callbacks and the log hear of every batch and epoch, and a callback can end the fit. */
#include <math.h>
#include <string.h>

#include "xor_case.h"

typedef struct diary {
    size_t batches, epochs, stop_at_batch, stop_at_epoch;
    double validation_loss;
} diary;

static int note_batch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->batches++;
    ck_assert_uint_ge(progress->batch, 1);
    ck_assert_uint_le(progress->batch, progress->batches);
    return notes->batches == notes->stop_at_batch ? 42 : 0;
}

static int note_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->epochs++;
    notes->validation_loss = progress->validation != NULL ? progress->validation->loss : NAN;
    return notes->epochs == notes->stop_at_epoch ? 7 : 0;
}

TEST(callbacks_hear_of_every_batch_and_epoch)
{
    fixture f = set_up_xor("2 -> 3 relu -> 2 softmax");
    diary notes = {0};
    gml_fit_callbacks callbacks = {.user = &notes, .on_batch = note_batch, .on_epoch = note_epoch};
    gml_train_options options = {.batch = 3, .epochs = 5};
    gml_fit_report report;
    assert_ok(f.context, gml_fit(f.network, f.data, f.data, &options, &callbacks, &report));
    ck_assert_uint_eq(notes.batches, 10);
    ck_assert_uint_eq(notes.epochs, 5);
    ck_assert_double_eq(notes.validation_loss, report.validation.loss);
    ck_assert_int_eq(report.stopped, 0);
    tear_down(&f);
}

typedef struct step_log {
    size_t batches, steps;
    double sum; /* of the losses of the batches of the epoch */
} step_log;

static int check_batch(void *user, const gml_progress *progress)
{
    step_log *seen = user;
    seen->batches++;
    seen->sum = progress->batch == 1 ? progress->batch_loss : seen->sum + progress->batch_loss;
    ck_assert_double_eq_tol(seen->sum / (double)progress->batch, progress->loss, 1e-6);
    seen->steps += progress->batch == 2 || progress->batch == 3;
    ck_assert_uint_eq(progress->steps, seen->steps);
    return 0;
}

static int check_epoch(void *user, const gml_progress *progress)
{
    const step_log *seen = user;
    ck_assert_uint_eq(progress->steps, seen->steps);
    ck_assert_double_eq_tol(seen->sum / 3, progress->loss, 1e-6);
    return 0;
}

TEST(progress_has_the_loss_of_each_batch_and_counts_the_steps)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    double x[6] = {1, 2, 3, 4, 5, 6}, y[6] = {2, 1, 4, 3, 6, 5};
    assert_ok(context, gml_network_create(context, "1 -> 3 tanh -> 1", NULL, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 6, 1), gml_matrix_f64(y, 6, 1),
                                                 GML_TASK_REGRESSION, &data));
    step_log seen = {0};
    const gml_fit_callbacks callbacks = {&seen, check_batch, check_epoch};
    const gml_train_options options = {.batch = 2, .accumulate = 2, .epochs = 4};
    assert_ok(context, gml_fit(network, data, NULL, &options, &callbacks, NULL));
    ck_assert_uint_eq(seen.batches, 12);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

enum { SAMPLES = 16 };

typedef struct order_log {
    size_t sample[2][SAMPLES]; /* by epoch and batch */
    double sum;
} order_log;

/* With a net that stays at 0, the squared error of a batch's one sample tells which sample it is. */
static int note_sample(void *user, const gml_progress *progress)
{
    order_log *seen = user;
    double sum = progress->loss * (double)progress->batch;
    double error = progress->batch == 1 ? sum : sum - seen->sum;
    seen->sum = sum;
    seen->sample[progress->epoch - 1][progress->batch - 1] = (size_t)lround(sqrt(error));
    return 0;
}

TEST(every_epoch_takes_each_sample_once_in_an_order_of_its_own)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    double x[SAMPLES] = {0}, y[SAMPLES];
    for (size_t i = 0; i < SAMPLES; i++) {
        y[i] = (double)i;
    }
    assert_ok(context, gml_network_create(context, "1 -> 1 init=zeros bias=no", NULL, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, SAMPLES, 1), gml_matrix_f64(y, SAMPLES, 1),
                                                 GML_TASK_REGRESSION, &data));
    order_log seen = {0};
    gml_fit_callbacks callbacks = {.user = &seen, .on_batch = note_sample};
    gml_train_options options = {.optimizer = "sgd", .batch = 1, .epochs = 2};
    assert_ok(context, gml_fit(network, data, NULL, &options, &callbacks, NULL));
    for (size_t epoch = 0; epoch < 2; epoch++) {
        size_t times[SAMPLES] = {0};
        for (size_t i = 0; i < SAMPLES; i++) {
            ck_assert_uint_lt(seen.sample[epoch][i], SAMPLES);
            times[seen.sample[epoch][i]]++;
        }
        for (size_t i = 0; i < SAMPLES; i++) {
            ck_assert_uint_eq(times[i], 1);
        }
    }
    ck_assert_mem_ne(seen.sample[0], seen.sample[1], sizeof seen.sample[0]);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_callback_that_returns_a_value_ends_the_fit_after_the_running_batch)
{
    fixture f = set_up_xor("2 -> 3 relu -> 2 softmax");
    diary notes = {.stop_at_batch = 4};
    gml_fit_callbacks callbacks = {.user = &notes, .on_batch = note_batch, .on_epoch = note_epoch};
    gml_train_options options = {.batch = 2, .epochs = 5};
    gml_fit_report report;
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, &callbacks, &report));
    ck_assert_int_eq(report.stopped, 42);
    ck_assert_uint_eq(report.steps, 4);
    notes = (diary){.stop_at_epoch = 2};
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, &callbacks, &report));
    ck_assert_int_eq(report.stopped, 7);
    ck_assert_uint_eq(report.epochs, 2);
    tear_down(&f);
}

typedef struct log_count {
    size_t lines[3];
} log_count;

static void count_line(void *user, gml_log_level level, const char *message)
{
    ((log_count *)user)->lines[level] += message[0] != '\0';
}

TEST(the_log_hears_of_each_epoch_and_of_divergence)
{
    log_count count = {0};
    fixture f = {0};
    f.context = context_with((gml_context_options){.threads = 2, .log = count_line, .log_user = &count});
    count = (log_count){0}; /* it may have heard of OpenBLAS's kernels */
    assert_ok(f.context, gml_network_create(f.context, "2 -> 2", NULL, &f.network));
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_f32(XOR_Y, 4, 1),
                                                   GML_TASK_CLASSIFICATION, &f.data));
    gml_train_options options = {.epochs = 3};
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    ck_assert_uint_eq(count.lines[GML_LOG_INFO], 3);
    ck_assert_uint_eq(count.lines[GML_LOG_WARNING], 0);
    options = (gml_train_options){.optimizer = "sgd", .learning_rate = 1e6, .l2 = 1e35, .epochs = 3};
    ck_assert_int_eq(gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_DIVERGED);
    ck_assert_uint_eq(count.lines[GML_LOG_WARNING], 1);
    tear_down(&f);
}
