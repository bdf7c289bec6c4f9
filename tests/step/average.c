/* tests/step/average.c - averaged weights: what they are, how they come into the network and leave it, and what fits
 * make of them. */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "numbers.h"
#include "optimizer/average.h"
#include "reference/functions.h"

enum { SAMPLES = 60, BATCH = 10, PER_EPOCH = 6, EPOCHS = 5, STEPS = PER_EPOCH * EPOCHS, MOST = 128 };

static const char PLAIN[] = "2 -> 9 tanh -> 3 prelu -> 1";
static const char NORMED[] = "2 -> 9 tanh -> batchnorm -> 1";

/* What the weights were after each step. */
typedef struct diary {
    const gml_network *network;
    double weights[STEPS][MOST];
    bool statistic[MOST];
    size_t steps, count;
    double epoch_end[MOST]; /* what on_epoch saw last */
} diary;

static int note_step(void *user, const gml_progress *progress)
{
    (void)progress;
    diary *notes = user;
    notes->count = read_parameters(notes->network, MOST, notes->weights[notes->steps++], notes->statistic);
    return 0;
}

static int note_epoch(void *user, const gml_progress *progress)
{
    (void)progress;
    diary *notes = user;
    read_parameters(notes->network, MOST, notes->epoch_end, notes->statistic);
    return 0;
}

static diary notes;

static gml_fit_report fit(fixture *f, const char *optimizer, const char *average)
{
    gml_train_options options = {.optimizer = optimizer, .average = average, .batch = BATCH, .epochs = EPOCHS};
    gml_fit_callbacks callbacks = {&notes, note_step, note_epoch};
    gml_fit_report report;
    notes = (diary){.network = f->network};
    gml_network_initialize(f->network, 3);
    assert_ok(f->context, gml_fit(f->network, f->data, f->data, &options, &callbacks, &report));
    ck_assert_uint_eq(notes.steps, STEPS);
    return report;
}

/* The average of parameter i over steps from `start` on, step by step as PyTorch's AveragedModel. */
static double average_of(size_t i, size_t start, size_t every, double decay, bool ramp)
{
    double average = 0;
    size_t n = 0;
    for (size_t step = start; step < STEPS; step += every, n++) {
        double w = notes.weights[step][i], age = (double)n;
        double kept = decay >= 0 ? decay : age / (age + 1);
        if (ramp && kept > (1 + age) / (10 + age)) {
            kept = (1 + age) / (10 + age);
        }
        average = n == 0 ? w : kept * average + (1 - kept) * w;
    }
    return average;
}

static const struct {
    const char *call;
    size_t start, every;
    double decay; /* below 0: the mean */
    bool ramp;
} cases[] = {
    {"ema(decay=0.8, ramp=no)", 0, 1, 0.8, false}, {"ema", 0, 1, 0.999, true},
    {"ema(decay=0.5, start=7)", 7, 1, 0.5, true},  {"swa", 23, 1, -1, false},
    {"swa(start=0.5)", 15, 1, -1, false},          {"swa(start=2, every=5)", 2, 5, -1, false},
};
enum { CASES = sizeof cases / sizeof cases[0] };

TEST(a_fit_ends_with_the_average_and_on_epoch_sees_it)
{
    const char *const descriptions[] = {PLAIN, NORMED};
    for (size_t d = 0; d < 4; d++) {
        fixture f = set_up_waves(descriptions[d % 2], d < 2 ? GML_F64 : GML_F32, 2, SAMPLES);
        double tolerance = d < 2 ? 1e-13 : 1e-6;
        for (size_t c = 0; c < CASES; c++) {
            double last[MOST], plain[MOST];
            bool statistic[MOST];
            fit(&f, "momentum(lr=0.05)", NULL);
            read_parameters(f.network, MOST, plain, statistic);
            fit(&f, "momentum(lr=0.05)", cases[c].call);
            read_parameters(f.network, MOST, last, statistic);
            for (size_t i = 0; i < notes.count; i++) {
                double mean = average_of(i, cases[c].start, cases[c].every, cases[c].decay, cases[c].ramp);
                double right = statistic[i] ? plain[i] : mean;
                ck_assert_msg(fabs(last[i] - right) <= tolerance * (1 + fabs(right)), "%s, %zu: %.17g, not %.17g",
                              cases[c].call, i, last[i], right);
                ck_assert_double_eq(last[i], notes.epoch_end[i]);
            }
        }
        tear_down(&f);
    }
}

TEST(every_row_of_the_table_has_a_case)
{
    for (size_t row = 0; gml_average_entry(row) != NULL; row++) {
        bool found = false;
        for (size_t c = 0; c < CASES; c++) {
            found = found || strncmp(cases[c].call, gml_average_entry(row)->name, 3) == 0;
        }
        ck_assert(found);
    }
}

TEST(validation_measures_the_averaged_weights)
{
    fixture f = set_up_waves(NORMED, GML_F32, 2, SAMPLES);
    gml_fit_report averaged = fit(&f, "momentum(lr=0.05)", "swa(start=0.2)"), plain;
    gml_metrics metrics;
    assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
    ck_assert_double_eq(averaged.validation.loss, metrics.loss);
    plain = fit(&f, "momentum(lr=0.05)", NULL);
    ck_assert_double_eq(averaged.train_loss, plain.train_loss);
    ck_assert_double_ne(averaged.validation.loss, plain.validation.loss);
    tear_down(&f);
}

TEST(training_takes_no_notice_of_an_average)
{
    static diary plain;
    fixture f = set_up_waves(NORMED, GML_F32, 2, SAMPLES);
    fit(&f, "adam", NULL);
    plain = notes;
    fit(&f, "adam", "ema");
    for (size_t step = 0; step < STEPS; step++) {
        ck_assert_mem_eq(plain.weights[step], notes.weights[step], notes.count * sizeof(double));
    }
    tear_down(&f);
}

TEST(an_average_that_has_not_begun_leaves_the_weights)
{
    fixture f = set_up_waves(PLAIN, GML_F64, 1, SAMPLES);
    double last[MOST];
    bool statistic[MOST];
    fit(&f, "sgd", "ema(start=1000)");
    size_t count = read_parameters(f.network, MOST, last, statistic);
    ck_assert_mem_eq(last, notes.weights[STEPS - 1], count * sizeof(double));
    tear_down(&f);
}

TEST(averages_are_the_same_bits_for_any_number_of_threads)
{
    const char *const optimizers[] = {"adam", "schedule_free_adamw"};
    for (size_t o = 0; o < 2; o++) {
        double kept[MOST], last[MOST];
        bool statistic[MOST];
        for (size_t threads = 1; threads <= 3; threads++) {
            fixture f = set_up_waves(NORMED, GML_F32, threads, SAMPLES);
            fit(&f, optimizers[o], o == 0 ? "ema" : NULL);
            size_t count = read_parameters(f.network, MOST, threads == 1 ? kept : last, statistic);
            ck_assert(threads == 1 || memcmp(kept, last, count * sizeof(double)) == 0);
            tear_down(&f);
        }
    }
}

/* ---- single steps ---- */

static gml_trainer *make_trainer(fixture *f, const char *optimizer, const char *average)
{
    gml_train_options options = {.optimizer = optimizer, .average = average, .batch = SAMPLES, .keep_gradients = 1};
    gml_trainer *trainer = NULL;
    assert_ok(f->context, gml_trainer_create(f->network, &options, &trainer));
    return trainer;
}

static gml_status take_step(const fixture *f, gml_trainer *trainer)
{
    return gml_trainer_step(trainer, gml_matrix_f64(f->x, SAMPLES, 2), gml_matrix_f64(f->y, SAMPLES, 1), NULL);
}

TEST(the_trained_weights_come_back_to_the_bit_and_meanwhile_no_step_is_taken)
{
    fixture f = set_up_waves(NORMED, GML_F32, 1, SAMPLES);
    gml_trainer *trainer = make_trainer(&f, "sgd", "swa");
    double before[MOST], averaged[MOST], after[MOST];
    bool statistic[MOST];
    for (size_t step = 0; step < 4; step++) {
        assert_ok(f.context, take_step(&f, trainer));
    }
    size_t count = read_parameters(f.network, MOST, before, statistic);
    assert_ok(f.context, gml_trainer_use_average(trainer, 1));
    assert_ok(f.context, gml_trainer_use_average(trainer, 1));
    read_parameters(f.network, MOST, averaged, statistic);
    ck_assert(memcmp(before, averaged, count * sizeof(double)) != 0);
    assert_refused(f.context, take_step(&f, trainer), GML_ERROR_ARGUMENT, "gml_trainer_use_average", NULL);
    assert_ok(f.context, gml_trainer_use_average(trainer, 0));
    read_parameters(f.network, MOST, after, statistic);
    ck_assert_mem_eq(before, after, count * sizeof(double));
    assert_ok(f.context, take_step(&f, trainer));
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

/* The reference's update of all parameters, from the gradients that the trainer keeps. */
static void follow(gml_trainer *trainer, const gml_call *call, size_t step, double w[MOST],
                   double state[GML_REFERENCE_STATES][MOST])
{
    size_t first = 0;
    gml_block gradient;
    for (size_t b = 0; b < 4; b++) {
        ck_assert_int_eq(gml_trainer_gradient(trainer, b, &gradient), GML_OK);
        size_t count = gradient.values.rows * gradient.values.cols;
        gml_reference_update(
            gml_reference_find_optimizer(call->entry->name),
            &(gml_reference_update_call){.count = count,
                                         .w = w + first,
                                         .g = gradient.values.data,
                                         .state = {state[0] + first, state[1] + first, state[2] + first},
                                         .parameters = call->values,
                                         .step = step,
                                         .scale = 1,
                                         .clip = INFINITY});
        first += count;
    }
}

TEST(schedule_free_trains_at_y_and_leaves_x)
{
    fixture f = set_up_waves("2 -> 9 tanh -> 1", GML_F64, 1, SAMPLES);
    static const char text[] = "schedule_free_adamw(lr=0.02, warmup=5)";
    static double state[GML_REFERENCE_STATES][MOST];
    double w[MOST], now[MOST];
    bool statistic[MOST];
    gml_call call;
    assert_ok(f.context, gml_call_parse(f.context, "optimizer", gml_optimizer_entry, text, strlen(text), &call));
    gml_trainer *trainer = make_trainer(&f, text, NULL);
    size_t count = read_parameters(f.network, MOST, w, statistic);
    for (size_t step = 1; step <= 20; step++) {
        assert_ok(f.context, take_step(&f, trainer));
        follow(trainer, &call, step, w, state);
        read_parameters(f.network, MOST, now, statistic);
        for (size_t i = 0; i < count; i++) {
            ck_assert_double_eq_tol(now[i], w[i], 1e-12);
        }
        assert_ok(f.context, gml_trainer_use_average(trainer, 1));
        read_parameters(f.network, MOST, now, statistic);
        for (size_t i = 0; i < count; i++) {
            ck_assert_double_eq_tol(now[i], state[2][i], 1e-12);
        }
        assert_ok(f.context, gml_trainer_use_average(trainer, 0));
    }
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(a_network_says_how_it_was_averaged)
{
    fixture f = set_up_waves(PLAIN, GML_F32, 1, SAMPLES);
    fit(&f, "sgd", "swa(start=0.5, every=1)");
    ck_assert_str_eq(gml_network_fact(f.network, "average"), "swa(start=0.5)");
    fit(&f, "sgd", NULL);
    ck_assert_ptr_null(gml_network_fact(f.network, "average"));
    tear_down(&f);
}

TEST(averages_that_are_none_are_refused)
{
    fixture f = set_up_waves(PLAIN, GML_F32, 1, SAMPLES);
    static const struct {
        const char *optimizer, *average;
        gml_status status;
        const char *text;
    } wrong[] = {{"sgd", "emu", GML_ERROR_NAME, "did you mean \"ema\""},
                 {"sgd", "ema(decay=1)", GML_ERROR_ARGUMENT, "decay"},
                 {"sgd", "swa(every=0)", GML_ERROR_ARGUMENT, "every"},
                 {"schedule_free_adamw", "ema", GML_ERROR_ARGUMENT, "by itself"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        gml_train_options options = {.optimizer = wrong[i].optimizer, .average = wrong[i].average};
        gml_trainer *trainer = NULL;
        assert_refused(f.context, gml_trainer_create(f.network, &options, &trainer), wrong[i].status, wrong[i].text,
                       NULL);
    }
    gml_trainer *trainer = make_trainer(&f, "sgd", NULL);
    assert_refused(f.context, gml_trainer_use_average(trainer, 1), GML_ERROR_ARGUMENT, "without an average", NULL);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

int main(void)
{
    return run_tests("average", 60);
}
