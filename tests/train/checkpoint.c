/* tests/train/checkpoint.c - checkpoints of trainers and fits: what goes on from them, what is refused, and what a
 * failure leaves. */
#include <errno.h>
#include <math.h>
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

static gml_dataset *dataset_of(double *inputs, size_t rows)
{
    gml_dataset *made = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(inputs, rows, INPUTS),
                                                 gml_matrix_f64(y, rows, OUTPUTS), GML_TASK_REGRESSION, &made));
    return made;
}

static void make_data(void)
{
    x = random_doubles(ROWS * INPUTS, 1);
    y = random_doubles(ROWS * OUTPUTS, 2);
    data = dataset_of(x, ROWS);
}

static void free_data(void)
{
    gml_dataset_destroy(data);
    free(x);
    free(y);
}

static gml_network *network_of(const char *description)
{
    gml_network *made = NULL;
    assert_ok(context, gml_network_create(context, description, NULL, &made));
    return made;
}

static void assert_same_parameters(const gml_network *a, const gml_network *b)
{
    ck_assert_uint_eq(a->parameter_bytes, b->parameter_bytes);
    ck_assert_mem_eq(a->parameters, b->parameters, a->parameter_bytes);
}

/* ---- trainers ---- */

static void step(gml_trainer *trainer, size_t number)
{
    size_t first = number * 7 % (ROWS - 10);
    double weights[10];
    for (size_t i = 0; i < 10; i++) {
        weights[i] = (double)(1 + (i + number) % 3);
    }
    assert_ok(context, gml_trainer_step_weighted(trainer, gml_matrix_f64(x + first * INPUTS, 10, INPUTS),
                                                 gml_matrix_f64(y + first * OUTPUTS, 10, OUTPUTS),
                                                 gml_matrix_f64(weights, 10, 1), NULL));
}

static void check_trainer(const char *optimizer)
{
    gml_train_options options = {.optimizer = optimizer,
                                 .accumulate = 3,
                                 .clip_norm = 1,
                                 .gradient_noise = 0.01,
                                 .groups = "weights(last=1, rate=0.5); biases(rate=2)",
                                 .average = strstr(optimizer, "schedule_free") == NULL ? "ema(decay=0.7)" : NULL};
    gml_network *whole = network_of(net), *other = network_of(net);
    gml_trainer *first = NULL, *second = NULL;
    assert_ok(context, gml_trainer_create(whole, &options, &first));
    assert_ok(context, gml_trainer_create(other, &options, &second));
    for (size_t i = 0; i < 7; i++) {
        step(first, i);
    }
    assert_ok(context, gml_trainer_set_learning_rate(first, 0.003));
    assert_ok(context, gml_checkpoint_save(first, in_folder("run")));
    step(second, 5);
    assert_ok(context, gml_checkpoint_load(second, in_folder("run"), 0));
    for (size_t i = 7; i < 15; i++) {
        step(first, i);
        step(second, i);
    }
    assert_same_parameters(whole, other);
    assert_ok(context, gml_trainer_use_average(first, 1));
    assert_ok(context, gml_trainer_use_average(second, 1));
    assert_same_parameters(whole, other);
    gml_trainer_destroy(second);
    gml_trainer_destroy(first);
    gml_network_destroy(other);
    gml_network_destroy(whole);
}

TEST(a_trainer_of_any_optimizer_goes_on_bit_for_bit_between_accumulated_batches_too)
{
    make_data();
    for (size_t i = 0; gml_optimizer_entry(i) != NULL; i++) {
        const char *name = gml_optimizer_entry(i)->name;
        if (strcmp(name, "lbfgs") != 0 && strcmp(name, "levenberg_marquardt") != 0) {
            check_trainer(name);
        }
    }
    free_data();
}

TEST(a_checkpoint_with_averaged_weights_in_use_restores_both_copies)
{
    make_data();
    const gml_train_options options = {.average = "swa(start=0)"};
    gml_network *whole = network_of(net), *other = network_of(net);
    gml_trainer *first = NULL, *second = NULL;
    assert_ok(context, gml_trainer_create(whole, &options, &first));
    assert_ok(context, gml_trainer_create(other, &options, &second));
    for (size_t i = 0; i < 4; i++) {
        step(first, i);
    }
    assert_ok(context, gml_trainer_use_average(first, 1));
    assert_ok(context, gml_checkpoint_save(first, in_folder("run")));
    assert_ok(context, gml_checkpoint_load(second, in_folder("run"), 0));
    assert_same_parameters(whole, other);
    assert_ok(context, gml_trainer_use_average(first, 0));
    assert_ok(context, gml_trainer_use_average(second, 0));
    step(first, 4);
    step(second, 4);
    assert_same_parameters(whole, other);
    gml_trainer_destroy(second);
    gml_trainer_destroy(first);
    gml_network_destroy(other);
    gml_network_destroy(whole);
    free_data();
}

/* ---- fits ---- */

static gml_network *fitted(const gml_train_options *options, const gml_fit_callbacks *callbacks, gml_fit_report *report)
{
    gml_network *made = network_of(net);
    assert_ok(context, gml_network_adapt(made, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(made, data, NULL, options, callbacks, report));
    return made;
}

static int stop_in_the_second_epoch(void *user, const gml_progress *progress)
{
    (void)user;
    return progress->epoch == 2 && progress->batch == 2;
}

static const gml_fit_callbacks stopping = {.on_batch = stop_in_the_second_epoch};

/* Makes the checkpoint "run" of a fit that is stopped in the middle of its second epoch of four. */
static gml_train_options stopped_run(void)
{
    make_data();
    gml_train_options options = {.epochs = 4, .batch = 9, .schedule = "cosine", .checkpoint = in_folder("run")};
    gml_network_destroy(fitted(&options, &stopping, NULL));
    options.resume = options.checkpoint;
    options.checkpoint = NULL;
    return options;
}

static gml_network *loaded(void)
{
    gml_network *made = NULL;
    assert_ok(context, gml_model_load(context, in_folder("run"), &made));
    return made;
}

TEST(a_fit_may_be_stopped_again_and_again)
{
    make_data();
    gml_train_options options = {.epochs = 4, .batch = 9, .average = "ema(decay=0.9)"};
    gml_network *whole = fitted(&options, NULL, NULL), *parts = fitted(&(gml_train_options){.epochs = 1}, NULL, NULL);
    gml_fit_report report = {.epochs = 0};
    options.checkpoint = in_folder("run");
    gml_network_destroy(fitted(&options, &stopping, &report));
    ck_assert_uint_eq(report.epochs, 1);
    size_t steps = report.steps, fits = 0;
    options.resume = options.checkpoint;
    const gml_fit_callbacks often = {.on_batch = stop_in_the_second_epoch, .on_epoch = stop_in_the_second_epoch};
    gml_fit_callbacks callbacks = often;
    while (report.epochs < 4 && fits++ < 10) {
        gml_network_destroy(parts);
        parts = loaded();
        assert_ok(context, gml_fit(parts, data, NULL, &options, &callbacks, &report));
        ck_assert_uint_ge(report.steps, steps);
        steps = report.steps;
    }
    ck_assert_uint_eq(steps, 20);
    assert_same_parameters(whole, parts);
    gml_network_destroy(parts);
    gml_network_destroy(whole);
    free_data();
}

TEST(a_network_made_in_the_same_way_serves_as_well_as_the_loaded_one)
{
    gml_train_options options = stopped_run();
    gml_network *a = loaded(), *b = network_of(net);
    assert_ok(context, gml_fit(a, data, NULL, &options, NULL, NULL));
    assert_ok(context, gml_network_adapt(b, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(b, data, NULL, &options, NULL, NULL));
    assert_same_parameters(a, b);
    gml_network_destroy(b);
    gml_network_destroy(a);
    free_data();
}

/* In the second epoch, puts an infinite weight into the network that `user` points to. */
static int poison(void *user, const gml_progress *progress)
{
    gml_block weights;
    assert_ok(context, gml_network_block(*(gml_network **)user, 0, &weights));
    if (progress->epoch == 2 && progress->batch == 4) {
        *(float *)weights.values.data = INFINITY;
    }
    return 0;
}

TEST(a_fit_that_diverges_after_it_went_on_goes_back_to_the_weights_before_the_stop)
{
    gml_train_options options = stopped_run();
    gml_network *whole = network_of(net), *again = loaded(), *poisoned = whole;
    const gml_fit_callbacks callbacks = {.user = &poisoned, .on_batch = poison};
    gml_fit_report reports[2];
    assert_ok(context, gml_network_adapt(whole, data, GML_SCALING_AUTO));
    const char *resume = options.resume;
    options.resume = NULL;
    ck_assert_int_eq(gml_fit(whole, data, NULL, &options, &callbacks, &reports[0]), GML_ERROR_DIVERGED);
    options.resume = resume;
    poisoned = again;
    ck_assert_int_eq(gml_fit(again, data, NULL, &options, &callbacks, &reports[1]), GML_ERROR_DIVERGED);
    ck_assert_uint_eq(reports[0].kept_epochs, 1);
    ck_assert_uint_eq(reports[1].kept_epochs, 1);
    assert_same_parameters(whole, again);
    gml_network_destroy(again);
    gml_network_destroy(whole);
    free_data();
}

/* A clock that advances by `tick` each time it is read. */
static uint64_t ticks, tick;

static uint64_t count_seconds(void *user)
{
    (void)user;
    ticks += tick;
    return ticks;
}

TEST(a_finished_fit_returns_at_once_with_its_report_and_goes_on_with_more_epochs_by_an_override)
{
    make_data();
    gml_train_options options = {.epochs = 2, .batch = 9, .checkpoint = in_folder("run")};
    gml_fit_report report, again;
    gml_network *network = network_of(net);
    context->hooks.clock = count_seconds;
    tick = 1000000000;
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(network, data, data, &options, NULL, &report));
    gml_network *other = loaded();
    options.resume = options.checkpoint;
    tick = 0;
    assert_ok(context, gml_fit(other, data, data, &options, NULL, &again));
    assert_same_parameters(network, other);
    ck_assert_uint_eq(again.steps, report.steps);
    ck_assert_uint_eq(again.samples, report.samples);
    ck_assert_uint_eq(again.kept_epochs, 2);
    ck_assert_double_eq(again.train_loss, report.train_loss);
    ck_assert_mem_eq(&again.validation, &report.validation, sizeof report.validation);
    ck_assert_double_ge(again.seconds, report.seconds - 2);
    ck_assert_double_gt(report.seconds, 3);
    options.epochs = 5;
    assert_refused(context, gml_fit(other, data, data, &options, NULL, &again), GML_ERROR_ARGUMENT, "run",
                   "epochs was 2, is 5", "An override allows", NULL);
    options.resume_override = 1;
    assert_ok(context, gml_fit(other, data, data, &options, NULL, &again));
    ck_assert_uint_eq(again.epochs, 5);
    options = (gml_train_options){.epochs = 5, .batch = 9}; /* constant rate: the same as five epochs at once */
    gml_network *whole = fitted(&options, NULL, NULL);
    assert_same_parameters(whole, other);
    gml_network_destroy(whole);
    gml_network_destroy(other);
    gml_network_destroy(network);
    free_data();
}

static size_t last_epoch; /* of a fit that is to be stopped */

static int stop_after_last_epoch(void *user, const gml_progress *progress)
{
    (void)user;
    return progress->epoch == last_epoch;
}

static void check_convergence(const char *optimizer)
{
    gml_train_options options = {.optimizer = optimizer, .epochs = 400};
    const gml_fit_callbacks callbacks = {.on_epoch = stop_after_last_epoch};
    gml_fit_report report, again;
    gml_network *whole = network_of("3 -> 2");
    last_epoch = 0;
    assert_ok(context, gml_fit(whole, data, NULL, &options, NULL, &report));
    ck_assert_uint_lt(report.epochs, 400);
    for (last_epoch = 1; last_epoch <= report.epochs; last_epoch++) {
        gml_network *part = network_of("3 -> 2");
        options.checkpoint = in_folder("run");
        options.checkpoint_epochs = 1000;
        options.resume = NULL;
        assert_ok(context, gml_fit(part, data, NULL, &options, &callbacks, NULL));
        gml_network_destroy(part);
        part = loaded();
        options.resume = options.checkpoint;
        assert_ok(context, gml_fit(part, data, NULL, &options, NULL, &again));
        ck_assert_uint_eq(again.epochs, report.epochs);
        ck_assert_double_eq(again.train_loss, report.train_loss);
        assert_same_parameters(whole, part);
        gml_network_destroy(part);
    }
    gml_network_destroy(whole);
}

TEST(a_full_batch_optimizer_goes_on_to_the_same_end_from_each_of_its_steps)
{
    make_data();
    check_convergence("lbfgs");
    check_convergence("levenberg_marquardt");
    free_data();
}

TEST(a_checkpoint_is_a_model_that_predicts_and_can_be_saved_as_one)
{
    stopped_run();
    gml_network *network = loaded(), *again = NULL;
    assert_ok(context, gml_model_save(network, in_folder("model")));
    assert_ok(context, gml_model_load(context, in_folder("model"), &again));
    assert_same_network(network, again);
    gml_network_destroy(again);
    gml_network_destroy(network);
    free_data();
}

/* ---- refusals ---- */

/* Going on must fail with these words in the message, and leave the network as it is. */
static void assert_resume_refused(gml_network *network, const gml_dataset *with, const gml_train_options *options,
                                  gml_status expected, const char *words)
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

TEST(other_data_is_refused_by_one_value_one_sample_or_its_order_and_no_override_allows_it)
{
    gml_train_options options = stopped_run();
    options.resume_override = 1;
    x[17] = -x[17];
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT,
                          "training was 40 samples of 3 inputs, checksum");
    x[17] = -x[17];
    y[3] += 1e-12;
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "cannot go on with these");
    y[3] -= 1e-12;
    gml_dataset *fewer = dataset_of(x, ROWS - 1), *first = NULL, *second = NULL;
    assert_resume_refused(loaded(), fewer, &options, GML_ERROR_ARGUMENT, "is 39 samples");
    assert_ok(context, gml_dataset_split(data, 0.1, 1, &first, &second));
    assert_resume_refused(loaded(), first, &options, GML_ERROR_ARGUMENT, "is 36 samples");
    gml_network *network = loaded();
    assert_refused(context, gml_fit(network, data, second, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "validation was none, is 4 samples", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(second);
    gml_dataset_destroy(first);
    gml_dataset_destroy(fewer);
    free_data();
}

TEST(other_options_are_refused_and_named)
{
    const gml_train_options plain = stopped_run();
    const struct {
        gml_train_options other;
        const char *words;
    } cases[] = {
        {{.loss = "mean_absolute_error"}, "loss was mean_squared_error, is mean_absolute_error"},
        {{.optimizer = "adam(beta1=0.8)"}, "optimizer was adam, is adam(beta1=0.8)"},
        {{.optimizer = "sgd"}, "optimizer was adam, is sgd"},
        {{.learning_rate = 0.25}, "optimizer was adam, is adam(lr=0.25)"},
        {{.l2 = 0.125}, "l2 was 0, is 0.125"},
        {{.l1 = 0.125}, "l1 was 0, is 0.125"},
        {{.max_norm = 2}, "max_norm was none, is 2"},
        {{.clip_norm = 2}, "clip_norm was none, is 2"},
        {{.clip_value = 2}, "clip_value was none, is 2"},
        {{.gradient_noise = 0.5}, "gradient_noise was 0, is 0.5"},
        {{.noise_decay = 0.5}, "noise_decay was 0.55, is 0.5"},
        {{.groups = "weights(rate=0.5)"}, "groups was none, is weights(rate=0.5)"},
        {{.batch = 10}, "batch was 9, is 10"},
        {{.accumulate = 2}, "accumulate was 1, is 2"},
        {{.epochs = 9}, "epochs was 4, is 9"},
        {{.seed = 8}, "seed was 0, is 8"},
        {{.schedule = "linear"}, "schedule was cosine, is linear"},
        {{.average = "ema"}, "average was none, is ema"},
        {{.missing_targets = 1}, "missing_targets was no, is yes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_train_options options = cases[i].other;
        options.resume = plain.resume;
        options.epochs = options.epochs > 0 ? options.epochs : plain.epochs;
        options.batch = options.batch > 0 ? options.batch : plain.batch;
        options.schedule = options.schedule != NULL ? options.schedule : plain.schedule;
        assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, cases[i].words);
    }
    free_data();
}

static size_t warnings;
static char warning[512];

static void note_warning(void *user, gml_log_level level, const char *message)
{
    (void)user;
    if (level == GML_LOG_WARNING) {
        warnings++;
        snprintf(warning, sizeof warning, "%s", message);
    }
}

TEST(an_override_goes_on_with_other_options_and_logs_each_but_not_with_another_batch_seed_or_optimizer)
{
    gml_train_options options = stopped_run();
    gml_network *network = loaded();
    context->hooks.log = note_warning;
    options.resume_override = 1;
    options.schedule = "linear";
    options.l2 = 0.5;
    warnings = 0;
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    ck_assert_uint_eq(warnings, 2);
    ck_assert_ptr_nonnull(strstr(warning, "cosine before, linear now"));
    gml_network_destroy(network);
    options.batch = 8;
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "cannot go on with these");
    options.batch = 9;
    options.seed = 3;
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "seed was 0, is 3");
    options.seed = 0;
    options.optimizer = "rmsprop";
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "optimizer was adam, is rmsprop");
    options.optimizer = NULL;
    options.average = "ema"; /* there is no average to go on with */
    assert_resume_refused(loaded(), data, &options, GML_ERROR_SHAPE, "has no array \"average\"");
    free_data();
}

TEST(another_network_is_refused)
{
    gml_train_options options = stopped_run();
    gml_network *plain = network_of(net), *double_one = NULL;
    assert_resume_refused(network_of("3 -> 7 prelu -> 2"), data, &options, GML_ERROR_SHAPE, "another network");
    assert_resume_refused(plain, data, &options, GML_ERROR_SHAPE, "adapted to data of other columns");
    const gml_network_options wide = {.dtype = GML_F64};
    assert_ok(context, gml_network_create(context, net, &wide, &double_one));
    assert_ok(context, gml_network_adapt(double_one, data, GML_SCALING_AUTO));
    assert_resume_refused(double_one, data, &options, GML_ERROR_SHAPE, "computes in F32, this one in F64");
    gml_network *scaled = loaded();
    scaled->input.scale[1] *= 2;
    assert_resume_refused(scaled, data, &options, GML_ERROR_SHAPE, "input.scale differs");
    free_data();
}

TEST(a_checkpoint_of_another_build_is_refused_and_an_override_allows_it)
{
    gml_train_options options = stopped_run();
    gml_network *network = loaded();
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder("run"), &file.size);
    bytes other = forge(file, "\\\"gemmule\\\":\\\"0", "\\\"gemmule\\\":\\\"9");
    put_file("run", other.data, other.size);
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "gemmule was 9");
    options.resume_override = 1;
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    gml_network_destroy(network);
    free(other.data);
    free(file.data);
    free_data();
}

TEST(files_of_another_kind_are_refused)
{
    gml_train_options options = stopped_run();
    gml_network *network = loaded();
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, NULL, &trainer));
    assert_refused(context, gml_checkpoint_load(trainer, in_folder("run"), 0), GML_ERROR_DATA, "a checkpoint of a fit",
                   NULL);
    assert_ok(context, gml_checkpoint_save(trainer, in_folder("trainer")));
    assert_ok(context, gml_model_save(network, in_folder("model")));
    gml_trainer_destroy(trainer);
    options.resume = in_folder("trainer");
    assert_resume_refused(network, data, &options, GML_ERROR_DATA, "a checkpoint of a trainer");
    options.resume = in_folder("model");
    assert_resume_refused(loaded(), data, &options, GML_ERROR_DATA, "a model without the state of its training");
    options.resume = in_folder("none");
    assert_resume_refused(loaded(), data, &options, GML_ERROR_NOT_FOUND, "none");
    free_data();
}

/* ---- damage ---- */

static void assert_bytes_refused(const void *file, size_t size)
{
    gml_network *network = network_of(net);
    const gml_train_options options = {.epochs = 4, .batch = 9, .resume = put_file("broken", file, size)};
    size_t before = f.live_bytes;
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, NULL), GML_ERROR_DATA, "broken", NULL);
    ck_assert_uint_eq(f.live_bytes, before);
    ck_assert_uint_eq(f.open_files, 0);
    gml_network_destroy(network);
}

TEST(any_damaged_byte_and_any_cut_is_refused)
{
    stopped_run();
    size_t size = 0;
    char *file = get_file(in_folder("run"), &size);
    for (size_t i = 0; i < size; i += 3) {
        file[i] ^= 0x10;
        assert_bytes_refused(file, size);
        file[i] ^= 0x10;
        assert_bytes_refused(file, i);
    }
    free(file);
    free_data();
}

TEST(a_state_that_lies_under_a_right_checksum_is_refused)
{
    static const struct {
        const char *from, *to, *words;
    } lies[] = {
        {"\\\"fit.batches\\\":2", "\\\"fit.batches\\\":6", "\"fit.batches\" is not a count that this state can have"},
        {"\\\"fit.batches\\\":2", "\\\"fit.batches\\\":-2", "\"fit.batches\" is not a count"},
        {"\\\"fit.batches\\\":2", "\\\"fit.batches\\\":2.5", "\"fit.batches\" is not a count"},
        {"\\\"fit.batches\\\":2,", "", "\"fit.batches\" is not a count"},
        {"\\\"fit.batches\\\":2", "\\\"more\\\":1,\\\"fit.batches\\\":2", "values; this state has"},
        {"\\\"trainer.average_used\\\":false", "\\\"trainer.average_used\\\":0", "is not true or false"},
        {"\\\"schedule.best\\\":\\\"inf\\\"", "\\\"schedule.best\\\":\\\"much\\\"", "is not a number as a text"},
        {"\\\"state\\\":{", "\\\"state\\\":[],\\\"s\\\":{", "is not a count"},
        {"\"checkpoint\":\"{", "\"checkpoint\":\"[", "valid JSON"},
        {"checkpoint.snapshot", "checkpoint.snapshut", "has no array \"snapshot\""},
        {"\"needs\":\"checkpoint\"", "\"needs\":\"checkpaint\"", "the unknown feature \"checkpaint\""},
    };
    gml_train_options options = stopped_run();
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder("run"), &file.size);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i].from, lies[i].to);
        options.resume = put_file("forged", forged.data, forged.size);
        gml_status expected = strstr(lies[i].to, "snapshut") != NULL ? GML_ERROR_SHAPE : GML_ERROR_DATA;
        assert_resume_refused(loaded(), data, &options, expected, lies[i].words);
        free(forged.data);
    }
    free(file.data);
    free_data();
}

TEST(a_model_load_refuses_arrays_that_are_not_those_of_a_checkpoint)
{
    static const char *const lies[][2] = {
        {"\"checkpoint.snapshot\"", "\"checkpaint.snapshot\""},
        {"\"checkpoint.snapshot\"", "\"checkpoint.a-name-that-is-much-too-long-for-it\""},
        {"\"checkpoint\":\"{", "\"checkpaint\":\"{"},
        {",\"checkpoint.optimizer.0\":{\"dtype\":\"F32\"", ",\"checkpoint.optimizer.0\":{\"dtype\":\"F64\""}};
    stopped_run();
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder("run"), &file.size);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i][0], lies[i][1]);
        gml_network *network = NULL;
        put_file("forged", forged.data, forged.size);
        assert_refused(context, gml_model_load(context, in_folder("forged"), &network), GML_ERROR_DATA, "forged", NULL);
        free(forged.data);
    }
    free(file.data);
    free_data();
}

/* ---- failures ---- */

/* A fit of three epochs whose checkpoints fail goes on to its end with the same weights, and the old file is there. */
static void check_failure(gml_network *expected, bytes old)
{
    const gml_train_options options = {.epochs = 3, .batch = 9, .checkpoint = in_folder("run")};
    gml_fit_report report;
    gml_network *network = network_of(net);
    warnings = 0;
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, &report), GML_ERROR_WRITE, "run", NULL);
    ck_assert_uint_eq(report.epochs, 3);
    ck_assert_uint_eq(report.checkpoints, 0);
    ck_assert_int_eq(report.checkpoint, GML_ERROR_WRITE);
    ck_assert_uint_ge(warnings, 3);
    assert_same_parameters(expected, network);
    size_t size = 0;
    char *now = get_file(in_folder("run"), &size);
    ck_assert_uint_eq(size, old.size);
    ck_assert_mem_eq(now, old.data, size);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_uint_eq(f.open_files, 0);
    free(now);
    gml_network_destroy(network);
    reset_faults(&f);
}

TEST(a_disk_that_fills_leaves_the_old_file_and_the_fit_goes_on)
{
    stopped_run();
    bytes old = {NULL, 0};
    old.data = (unsigned char *)get_file(in_folder("run"), &old.size);
    gml_network *expected = network_of(net);
    const gml_train_options options = {.epochs = 3, .batch = 9};
    assert_ok(context, gml_fit(expected, data, NULL, &options, NULL, NULL));
    context->hooks.log = note_warning;
    f.write_budget = 100;
    check_failure(expected, old);
    f.sync_failure = EIO;
    check_failure(expected, old);
    f.rename_failure = EXDEV;
    check_failure(expected, old);
    gml_network_destroy(expected);
    free(old.data);
    free_data();
}

TEST(a_checkpoint_every_so_many_epochs_or_minutes_and_none_after_a_divergence)
{
    make_data();
    gml_fit_report report;
    gml_train_options options = {.epochs = 7, .batch = 9, .checkpoint = in_folder("run")};
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 7);
    options.checkpoint_epochs = 3;
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 3); /* after 3 and 6, and at the end */
    options.checkpoint_epochs = 0;
    options.checkpoint_minutes = 1e-12;
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 7 * 5 + 1); /* after each batch, and the end of the last epoch */
    options.checkpoint_minutes = 1000;
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 1);
    gml_network *network = network_of("3 -> 2");
    options = (gml_train_options){
        .optimizer = "sgd(lr=1e6)", .epochs = 50, .checkpoint = in_folder("diverged"), .checkpoint_epochs = 1000};
    ck_assert_int_eq(gml_fit(network, data, NULL, &options, NULL, &report), GML_ERROR_DIVERGED);
    ck_assert_uint_eq(report.checkpoints, 0);
    options.checkpoint_minutes = -1;
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, &report), GML_ERROR_ARGUMENT,
                   "checkpoint_minutes is -1", NULL);
    gml_network_destroy(network);
    free_data();
}

int main(void)
{
    return run_file_tests("checkpoint", 120);
}
