/* tests/train/fit.c - training: fits that learn, stop, validate and diverge as promised, and steps that refuse what
 * they cannot take. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"

static const float XOR_X[8] = {0, 0, 0, 1, 1, 0, 1, 1};
static const float XOR_Y[4] = {0, 1, 1, 0};

typedef struct fixture {
    gml_context *context;
    gml_network *network;
    gml_dataset *data;
} fixture;

static fixture set_up(const char *description)
{
    fixture made = {.context = test_context()};
    gml_network_options options = {.seed = 4};
    assert_ok(made.context, gml_network_create(made.context, description, &options, &made.network));
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_f32(XOR_Y, 4, 1),
                                        GML_TASK_CLASSIFICATION, &made.data));
    return made;
}

static void tear_down(fixture *made)
{
    gml_dataset_destroy(made->data);
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
}

static void *weights_of(const gml_network *network)
{
    gml_block block;
    gml_network_block(network, 0, &block);
    return block.values.data;
}

/* ---- fits ---- */

TEST(a_fit_learns_xor)
{
    fixture f = set_up("2 -> 8 tanh -> 2 softmax");
    gml_train_options options = {.optimizer = "adam(lr=0.05)", .batch = 4, .epochs = 300, .seed = 1};
    gml_fit_report report;
    assert_ok(f.context, gml_fit(f.network, f.data, f.data, &options, NULL, &report));
    ck_assert_uint_eq(report.epochs, 300);
    ck_assert_uint_eq(report.steps, 300);
    ck_assert_uint_eq(report.samples, 1200);
    ck_assert_double_lt(report.train_loss, 0.01);
    ck_assert_double_eq(report.validation.accuracy, 1);
    tear_down(&f);
}

TEST(classes_are_spread_to_rows_of_zeros_and_a_one_for_losses_that_take_values)
{
    fixture f = set_up("2 -> 8 tanh -> 2 sigmoid");
    const char *const losses[] = {"mean_squared_error", "binary_cross_entropy"};
    for (size_t i = 0; i < 2; i++) {
        gml_network_initialize(f.network, 4);
        gml_train_options options = {.loss = losses[i], .optimizer = "adam(lr=0.05)", .epochs = 400};
        gml_metrics metrics;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
        ck_assert_double_eq(metrics.accuracy, 1);
    }
    tear_down(&f);
}

TEST(a_single_output_tells_two_classes_apart)
{
    fixture f = set_up("2 -> 8 tanh -> 1 sigmoid");
    gml_train_options options = {.optimizer = "adam(lr=0.05)", .epochs = 400};
    gml_metrics metrics;
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
    ck_assert_double_eq(metrics.accuracy, 1);
    ck_assert_str_eq(gml_network_fact(f.network, "loss"), "binary_cross_entropy");
    tear_down(&f);
}

TEST(two_classes_part_at_a_logit_of_0_or_a_value_of_one_half)
{
    fixture f = set_up("2 -> 1 init=zeros");
    gml_block bias;
    assert_ok(f.context, gml_network_block(f.network, 1, &bias));
    *(float *)bias.values.data = 0.25f;
    const uint8_t ones[4] = {1, 1, 1, 0};
    gml_dataset *data = NULL;
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_u8(ones, 4, 1),
                                                   GML_TASK_AUTO, &data));
    gml_metrics logits, values;
    assert_ok(f.context, gml_evaluate(f.network, data, "binary_cross_entropy", &logits));
    assert_ok(f.context, gml_evaluate(f.network, data, "mean_squared_error", &values));
    ck_assert_double_eq(logits.accuracy, 0.75);
    ck_assert_double_eq(values.accuracy, 0.25);
    gml_dataset_destroy(data);
    tear_down(&f);
}

typedef struct diary {
    size_t steps, epochs, stop_at_step, stop_at_epoch;
    double validation_loss;
} diary;

static int note_step(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->steps++;
    ck_assert_uint_ge(progress->step, 1);
    ck_assert_uint_le(progress->step, progress->steps);
    return notes->steps == notes->stop_at_step ? 42 : 0;
}

static int note_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->epochs++;
    notes->validation_loss = progress->validation != NULL ? progress->validation->loss : NAN;
    return notes->epochs == notes->stop_at_epoch ? 7 : 0;
}

TEST(callbacks_hear_of_every_step_and_epoch)
{
    fixture f = set_up("2 -> 3 relu -> 2 softmax");
    diary notes = {0};
    gml_fit_callbacks callbacks = {.user = &notes, .on_step = note_step, .on_epoch = note_epoch};
    gml_train_options options = {.batch = 3, .epochs = 5};
    gml_fit_report report;
    assert_ok(f.context, gml_fit(f.network, f.data, f.data, &options, &callbacks, &report));
    ck_assert_uint_eq(notes.steps, 10);
    ck_assert_uint_eq(notes.epochs, 5);
    ck_assert_double_eq(notes.validation_loss, report.validation.loss);
    ck_assert_int_eq(report.stopped, 0);
    tear_down(&f);
}

enum { SAMPLES = 16 };

typedef struct order_log {
    size_t sample[2][SAMPLES]; /* by epoch and step */
    double sum;
} order_log;

/* With a net that stays at 0, the squared error of a step's one sample tells which sample it is. */
static int note_sample(void *user, const gml_progress *progress)
{
    order_log *seen = user;
    double sum = progress->loss * (double)progress->step;
    double error = progress->step == 1 ? sum : sum - seen->sum;
    seen->sum = sum;
    seen->sample[progress->epoch - 1][progress->step - 1] = (size_t)lround(sqrt(error));
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
    gml_fit_callbacks callbacks = {.user = &seen, .on_step = note_sample};
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

TEST(a_callback_that_returns_a_value_ends_the_fit_after_the_running_step)
{
    fixture f = set_up("2 -> 3 relu -> 2 softmax");
    diary notes = {.stop_at_step = 4};
    gml_fit_callbacks callbacks = {.user = &notes, .on_step = note_step, .on_epoch = note_epoch};
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

TEST(a_fit_that_diverges_names_step_and_layer_and_puts_the_last_good_weights_back)
{
    fixture f = set_up("2 -> 6 relu -> 2");
    float before[12];
    memcpy(before, weights_of(f.network), sizeof before);
    gml_train_options options = {.loss = "mean_squared_error", .optimizer = "sgd(lr=1e6)", .batch = 4, .epochs = 20};
    gml_fit_report report;
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, &report), GML_ERROR_DIVERGED, "step ",
                   "layer ", "learning rate", NULL);
    ck_assert_uint_ge(report.steps, 1);
    for (size_t i = 0; i < 12; i++) {
        ck_assert(isfinite(((float *)weights_of(f.network))[i]));
    }
    gml_metrics metrics;
    assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
    tear_down(&f);
}

/* The second epoch begins with a loss that is not finite, where the first ended with a finite one: the weights that led
 * there are not good, although their epoch was finished. */
TEST(a_fit_says_how_many_epochs_the_weights_it_leaves_have_behind_them)
{
    static const float x[2] = {1, 0}, y[2] = {1e15f, 0};
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    assert_ok(context, gml_network_create(context, "1 -> 1 bias=no", NULL, &network));
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f32((float *)(uintptr_t)x, 2, 1),
                                        gml_matrix_f32((float *)(uintptr_t)y, 2, 1), GML_TASK_REGRESSION, &data));
    gml_train_options options = {.optimizer = "sgd(lr=1e6)", .batch = 1, .epochs = 4};
    float before = *(float *)weights_of(network);
    gml_fit_report report;
    bool found = false;
    for (options.seed = 1; options.seed < 50 && !found; options.seed++) {
        assert_refused(context, gml_fit(network, data, data, &options, NULL, &report), GML_ERROR_DIVERGED, NULL);
        ck_assert_str_eq(gml_network_fact(network, "epochs"), report.kept_epochs == 0 ? "0" : "1");
        ck_assert((*(float *)weights_of(network) == before) == (report.kept_epochs == 0));
        ck_assert((report.validation.samples > 0) == (report.kept_epochs > 0));
        *(float *)weights_of(network) = before;
        found = report.epochs == 1 && report.kept_epochs == 0;
    }
    ck_assert(found);
    options.optimizer = "sgd(lr=1e-3)";
    assert_ok(context, gml_fit(network, data, data, &options, NULL, &report));
    ck_assert_uint_eq(report.kept_epochs, 4);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_fit_whose_last_step_diverges_is_found_out_and_puts_the_weights_back)
{
    fixture f = set_up("2 -> 6 relu -> 2");
    float before[12];
    memcpy(before, weights_of(f.network), sizeof before);
    gml_train_options options = {.optimizer = "sgd", .learning_rate = 1e6, .l2 = 1e35, .batch = 4, .epochs = 1};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_DIVERGED, "layer ",
                   NULL);
    ck_assert_mem_eq(before, weights_of(f.network), sizeof before);
    tear_down(&f);
}

TEST(a_target_that_is_not_finite_is_named_and_not_taken_for_divergence)
{
    fixture f = set_up("2 -> 1");
    const float y[4] = {0, 1, NAN, 1};
    gml_trainer *trainer = NULL;
    assert_ok(f.context, gml_trainer_create(f.network, NULL, &trainer));
    assert_refused(f.context, gml_trainer_step(trainer, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_f32(y, 4, 1), NULL),
                   GML_ERROR_DATA, "sample 3", "not finite", NULL);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(the_seed_is_kept_to_the_last_digit)
{
    fixture f = set_up("2 -> 2");
    gml_train_options options = {.epochs = 1, .seed = UINT64_MAX};
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    ck_assert_str_eq(gml_network_fact(f.network, "seed"), "18446744073709551615");
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

TEST(a_step_that_would_diverge_leaves_the_weights_as_they_are)
{
    fixture f = set_up("2 -> 6 relu -> 2");
    float before[12], x[2] = {INFINITY, 0}, y = 1;
    memcpy(before, weights_of(f.network), sizeof before);
    for (size_t i = 0; i < 2; i++) {
        gml_trainer *trainer = NULL;
        gml_train_options options = {.clip_norm = (double)i};
        assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
        assert_refused(f.context, gml_trainer_step(trainer, gml_matrix_f32(x, 1, 2), gml_matrix_f32(&y, 1, 1), NULL),
                       GML_ERROR_DIVERGED, "step 1", "input 1 of sample 1", NULL);
        gml_trainer_destroy(trainer);
        ck_assert_mem_eq(before, weights_of(f.network), sizeof before);
    }
    tear_down(&f);
}

TEST(the_same_seed_trains_the_same_weights_and_another_order_others)
{
    enum { ROWS = 64 };
    gml_context *context = test_context();
    double *x = random_doubles(ROWS * 3, 1), *y = random_doubles(ROWS, 2);
    gml_dataset *data = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 3), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_AUTO, &data));
    const uint64_t seeds[3] = {5, 5, 6};
    gml_network *networks[3];
    for (size_t i = 0; i < 3; i++) {
        gml_train_options options = {.batch = 10, .epochs = 3, .seed = seeds[i]};
        assert_ok(context, gml_network_create(context, "3 -> 4 tanh -> 1", NULL, &networks[i]));
        assert_ok(context, gml_fit(networks[i], data, NULL, &options, NULL, NULL));
    }
    ck_assert_mem_eq(weights_of(networks[0]), weights_of(networks[1]), 12 * sizeof(float));
    ck_assert_mem_ne(weights_of(networks[0]), weights_of(networks[2]), 12 * sizeof(float));
    for (size_t i = 0; i < 3; i++) {
        gml_network_destroy(networks[i]);
    }
    gml_dataset_destroy(data);
    free(x);
    free(y);
    gml_context_destroy(context);
}

TEST(a_part_of_a_dataset_is_trained_on_as_if_it_were_its_own_data)
{
    enum { ROWS = 40 };
    gml_context *context = test_context();
    double *x = random_doubles(ROWS * 2, 1), *y = random_doubles(ROWS, 2);
    gml_dataset *data = NULL, *first = NULL, *second = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 2), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_AUTO, &data));
    assert_ok(context, gml_dataset_split(data, 0.25, 3, &first, &second));
    double part_x[60], part_y[30];
    assert_ok(context,
              gml_dataset_gather(first, NULL, 30, gml_matrix_f64(part_x, 30, 2), gml_matrix_f64(part_y, 30, 1)));
    gml_dataset *own = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(part_x, 30, 2), gml_matrix_f64(part_y, 30, 1),
                                                 GML_TASK_AUTO, &own));
    const gml_dataset *sets[2] = {first, own};
    gml_network *networks[2];
    gml_metrics metrics[2];
    for (size_t i = 0; i < 2; i++) {
        gml_train_options options = {.batch = 8, .epochs = 2};
        assert_ok(context, gml_network_create(context, "2 -> 4 tanh -> 1", NULL, &networks[i]));
        assert_ok(context, gml_network_adapt(networks[i], sets[i], GML_SCALING_AUTO));
        assert_ok(context, gml_fit(networks[i], sets[i], NULL, &options, NULL, NULL));
        assert_ok(context, gml_evaluate(networks[i], sets[i], NULL, &metrics[i]));
    }
    ck_assert_mem_eq(weights_of(networks[0]), weights_of(networks[1]), 8 * sizeof(float));
    ck_assert_double_eq(metrics[0].loss, metrics[1].loss);
    for (size_t i = 0; i < 2; i++) {
        gml_network_destroy(networks[i]);
    }
    gml_dataset_destroy(own);
    gml_dataset_destroy(first);
    gml_dataset_destroy(second);
    gml_dataset_destroy(data);
    free(x);
    free(y);
    gml_context_destroy(context);
}

/* ---- what is refused ---- */

TEST(options_out_of_their_range_are_refused_by_name)
{
    fixture f = set_up("2 -> 2 softmax");
    const struct {
        gml_train_options options;
        gml_status status;
        const char *text;
    } cases[] = {
        {{.learning_rate = -1}, GML_ERROR_ARGUMENT, "learning_rate"},
        {{.learning_rate = NAN}, GML_ERROR_ARGUMENT, "learning_rate"},
        {{.l2 = -0.1}, GML_ERROR_ARGUMENT, "l2"},
        {{.l1 = -1}, GML_ERROR_ARGUMENT, "l1"},
        {{.max_norm = NAN}, GML_ERROR_ARGUMENT, "max_norm"},
        {{.gradient_noise = -1}, GML_ERROR_ARGUMENT, "gradient_noise"},
        {{.optimizer = "schedule_free_adamw", .l1 = 1}, GML_ERROR_ARGUMENT, "l1"},
        {{.clip_norm = INFINITY}, GML_ERROR_ARGUMENT, "clip_norm"},
        {{.clip_value = -3}, GML_ERROR_ARGUMENT, "clip_value"},
        {{.loss = "softmax"}, GML_ERROR_NAME, "softmax_cross_entropy"},
        {{.optimizer = "adan"}, GML_ERROR_NAME, "adam"},
        {{.optimizer = "adam(beta1=1)"}, GML_ERROR_ARGUMENT, "beta1"},
        {{.output_bias = (gml_choice)3}, GML_ERROR_ARGUMENT, "output_bias"},
        {{.output_bias = (gml_choice)-1}, GML_ERROR_ARGUMENT, "output_bias"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_trainer *trainer = NULL;
        assert_refused(f.context, gml_trainer_create(f.network, &cases[i].options, &trainer), cases[i].status,
                       cases[i].text, NULL);
        ck_assert_ptr_null(trainer);
    }
    tear_down(&f);
}

TEST(a_step_refuses_batches_and_targets_that_do_not_fit)
{
    fixture f = set_up("2 -> 3 softmax");
    gml_trainer *trainer = NULL;
    gml_train_options options = {.batch = 2};
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    gml_matrix x = gml_matrix_f32(XOR_X, 2, 2);
    const float bad[2] = {1, 3}, half[2] = {0, 0.5f};
    assert_refused(f.context, gml_trainer_step(trainer, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_f32(XOR_Y, 4, 1), NULL),
                   GML_ERROR_SHAPE, "4 samples", "at most 2", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(XOR_Y, 1, 1), NULL), GML_ERROR_SHAPE,
                   "2 samples and 1 targets", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(XOR_Y, 2, 2), NULL), GML_ERROR_SHAPE,
                   "3 columns", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(bad, 2, 1), NULL), GML_ERROR_DATA, "sample 2",
                   "0 to 2", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(half, 2, 1), NULL), GML_ERROR_DATA,
                   "sample 2", NULL);
    gml_matrix odd = gml_matrix_f32(XOR_Y, 2, 1);
    odd.dtype = (gml_dtype)99;
    assert_refused(f.context, gml_trainer_step(trainer, x, odd, NULL), GML_ERROR_ARGUMENT, "no known type", NULL);
    assert_refused(f.context, gml_trainer_set_learning_rate(trainer, 0), GML_ERROR_ARGUMENT, "learning rate", NULL);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(data_that_does_not_fit_the_network_or_the_loss_is_refused)
{
    fixture f = set_up("3 -> 2 softmax");
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, NULL, NULL, NULL), GML_ERROR_SHAPE, "2 inputs",
                   "takes 3", NULL);
    gml_network *single = NULL;
    assert_ok(f.context, gml_network_create(f.context, "2 -> 1", NULL, &single));
    gml_train_options options = {.loss = "softmax_cross_entropy"};
    assert_refused(f.context, gml_fit(single, f.data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE,
                   "binary_cross_entropy", NULL);
    gml_network_destroy(single);
    tear_down(&f);
}

TEST(one_bound_holds_for_learning_rates_wherever_they_are_given)
{
    fixture f = set_up("2 -> 2");
    const double beyond[] = {1.0000001e6, 1e38, 1e300, INFINITY, NAN};
    const gml_train_options good = {.optimizer = "sgd(lr=1e6)"};
    gml_train_options grouped = {.learning_rate = 10, .groups = "weights(rate=1e5); biases(rate=1.1e5)"};
    gml_trainer *trainer = NULL;
    double rate;
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        const gml_train_options options = {.optimizer = "sgd", .learning_rate = beyond[i]};
        assert_refused(f.context, gml_trainer_create(f.network, &options, &trainer), GML_ERROR_ARGUMENT,
                       "learning_rate", NULL);
        ck_assert_int_eq(gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT);
        assert_refused(f.context, gml_schedule_rate(f.context, NULL, beyond[i], 0, 1, 1, &rate), GML_ERROR_ARGUMENT,
                       "base rate", NULL);
    }
    assert_refused(f.context, gml_trainer_create(f.network, &grouped, &trainer), GML_ERROR_ARGUMENT, "group 2",
                   "1.1e+06", NULL);
    ck_assert_ptr_null(trainer);

    assert_ok(f.context, gml_trainer_create(f.network, &good, &trainer));
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        assert_refused(f.context, gml_trainer_set_learning_rate(trainer, beyond[i]), GML_ERROR_ARGUMENT,
                       "learning rate", NULL);
    }
    assert_ok(f.context, gml_trainer_set_learning_rate(trainer, 1e6));
    gml_trainer_destroy(trainer);
    grouped.learning_rate = 1;
    assert_ok(f.context, gml_trainer_create(f.network, &grouped, &trainer));
    assert_ok(f.context, gml_trainer_set_learning_rate(trainer, 9));
    assert_refused(f.context, gml_trainer_set_learning_rate(trainer, 10), GML_ERROR_ARGUMENT, "group 2", NULL);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(the_learning_rate_can_be_changed_between_steps)
{
    fixture f = set_up("2 -> 1 init=zeros bias=no");
    gml_trainer *trainer = NULL;
    gml_train_options options = {.optimizer = "sgd", .learning_rate = 1};
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    const float x[2] = {1, 0}, y = 1;
    const float *w = weights_of(f.network);
    double loss = 0;
    assert_ok(f.context, gml_trainer_set_learning_rate(trainer, 0.25));
    assert_ok(f.context, gml_trainer_step(trainer, gml_matrix_f32(x, 1, 2), gml_matrix_f32(&y, 1, 1), &loss));
    ck_assert_double_eq(loss, 1);
    ck_assert_float_eq(w[0], 0.5f);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

int main(void)
{
    return run_tests("train", 120);
}
