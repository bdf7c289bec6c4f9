/* tests/optimizer/schedule_fit.c - fits take each step at the rate of their schedule; bad schedules are refused. */
#include <math.h>
#include <string.h>

#include "harness.h"
#include "optimizer/schedule.h"
#include "reference/functions.h"

enum { SAMPLES = 60, BATCH = 8, PER_EPOCH = 8, EPOCHS = 12 };

typedef struct fixture {
    gml_context *context;
    gml_network *network;
    gml_dataset *data, *other;
} fixture;

static fixture set_up(size_t threads)
{
    fixture made = {.network = NULL};
    made.context = context_with((gml_context_options){.threads = threads});
    static float x[SAMPLES * 2], y[SAMPLES]; /* the datasets look at them */
    for (size_t i = 0; i < SAMPLES; i++) {
        x[2 * i] = (float)sin((double)i);
        x[2 * i + 1] = (float)cos(3.0 * (double)i);
        y[i] = x[2 * i] * x[2 * i + 1] + 0.3f * (float)sin(50.0 * (double)i);
    }
    assert_ok(made.context, gml_network_create(made.context, "2 -> 9 tanh -> 1", NULL, &made.network));
    assert_ok(made.context, gml_dataset_from_matrices(made.context, gml_matrix_f32(x, SAMPLES, 2),
                                                      gml_matrix_f32(y, SAMPLES, 1), GML_TASK_REGRESSION, &made.data));
    assert_ok(made.context, gml_dataset_from_matrices(made.context, gml_matrix_f32(x, 20, 2), gml_matrix_f32(y, 20, 1),
                                                      GML_TASK_REGRESSION, &made.other));
    return made;
}

static void tear_down(fixture *made)
{
    gml_dataset_destroy(made->other);
    gml_dataset_destroy(made->data);
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
}

/* What a fit tells: the rate of each step, and the loss that a plateau is judged by at the end of each epoch. */
typedef struct diary {
    double rates[PER_EPOCH * EPOCHS], losses[EPOCHS];
    size_t steps, epochs;
} diary;

static int note_step(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->rates[notes->steps++] = progress->rate;
    return 0;
}

static int note_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->losses[notes->epochs++] = progress->validation != NULL ? progress->validation->loss : progress->loss;
    return 0;
}

static void fit(fixture *f, const gml_dataset *validation, const char *schedule, diary *notes)
{
    gml_train_options options = {
        .optimizer = "momentum(lr=0.05)", .schedule = schedule, .batch = BATCH, .epochs = EPOCHS};
    gml_fit_callbacks callbacks = {notes, note_step, note_epoch};
    *notes = (diary){.steps = 0};
    gml_network_initialize(f->network, 3);
    assert_ok(f->context, gml_fit(f->network, f->data, validation, &options, &callbacks, NULL));
    ck_assert_uint_eq(notes->steps, PER_EPOCH * EPOCHS);
}

TEST(a_fit_takes_each_step_at_its_rate)
{
    fixture f = set_up(1);
    static const char *const schedules[] = {"cosine(warmup=10)", "one_cycle", "step(every=4, by=epoch)", NULL};
    for (size_t i = 0; i < 4; i++) {
        diary notes;
        fit(&f, NULL, schedules[i], &notes);
        for (size_t step = 0; step < notes.steps; step++) {
            double rate;
            assert_ok(f.context,
                      gml_schedule_rate(f.context, schedules[i], 0.05, step, PER_EPOCH * EPOCHS, PER_EPOCH, &rate));
            ck_assert_double_eq(notes.rates[step], rate);
        }
    }
    tear_down(&f);
}

TEST(the_rate_reaches_the_weights)
{
    fixture f = set_up(1);
    gml_block before, after;
    float kept[18];
    gml_network_initialize(f.network, 3);
    assert_ok(f.context, gml_network_block(f.network, 0, &before));
    memcpy(kept, before.values.data, sizeof kept);
    gml_train_options options = {.optimizer = "sgd", .schedule = "polynomial(end=0, length=1)", .epochs = 5};
    gml_train_options one = {.optimizer = "sgd", .batch = 32, .epochs = 1};
    assert_ok(f.context, gml_fit(f.network, f.other, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_network_block(f.network, 0, &after));
    float scheduled[18];
    memcpy(scheduled, after.values.data, sizeof scheduled);
    ck_assert_mem_ne(scheduled, kept, sizeof kept);
    gml_network_initialize(f.network, 3);
    assert_ok(f.context, gml_fit(f.network, f.other, NULL, &one, NULL, NULL));
    ck_assert_mem_eq(scheduled, after.values.data, sizeof scheduled);
    tear_down(&f);
}

TEST(a_plateau_is_judged_by_the_validation_loss_or_else_by_that_of_training)
{
    fixture f = set_up(2);
    const gml_dataset *validations[] = {NULL, f.other};
    for (size_t i = 0; i < 2; i++) {
        diary notes;
        fit(&f, validations[i], "reduce_on_plateau(factor=0.5, patience=1, threshold=0.3)", &notes);
        const double p[] = {0.5, 1, 0.3, 0, 0};
        for (size_t step = 0; step < notes.steps; step++) {
            double factor = gml_reference_plateau(p, notes.losses, step / PER_EPOCH);
            ck_assert_double_eq_tol(notes.rates[step], 0.05 * factor, 1e-15);
        }
        ck_assert_double_lt(notes.rates[notes.steps - 1], 0.05);
    }
    tear_down(&f);
}

TEST(a_scheduled_fit_gives_the_same_bits_for_any_number_of_threads)
{
    float kept[18];
    for (size_t threads = 1; threads <= 4; threads++) {
        fixture f = set_up(threads);
        diary notes;
        gml_block block;
        fit(&f, f.other, "reduce_on_plateau(factor=0.5, patience=0, threshold=0.1, warmup=0.1)", &notes);
        assert_ok(f.context, gml_network_block(f.network, 0, &block));
        if (threads == 1) {
            memcpy(kept, block.values.data, sizeof kept);
        }
        ck_assert_mem_eq(kept, block.values.data, sizeof kept);
        tear_down(&f);
    }
}

TEST(a_network_says_by_which_schedule_and_optimizer_it_was_trained)
{
    fixture f = set_up(1);
    diary notes;
    fit(&f, NULL, "cosine(warmup=10, end=0)", &notes);
    ck_assert_str_eq(gml_network_fact(f.network, "schedule"), "cosine(warmup=10)");
    ck_assert_str_eq(gml_network_fact(f.network, "optimizer"), "momentum(lr=0.05)");
    fit(&f, NULL, NULL, &notes);
    ck_assert_str_eq(gml_network_fact(f.network, "schedule"), "constant");
    tear_down(&f);
}

TEST(schedules_that_are_none_are_refused)
{
    gml_context *context = test_context();
    static const struct {
        const char *call;
        gml_status status;
        const char *text;
    } cases[] = {{"cosin", GML_ERROR_NAME, "did you mean \"cosine\""},
                 {"cosine(warm=3)", GML_ERROR_NAME, "warmup"},
                 {"cosine(warmup=-1)", GML_ERROR_ARGUMENT, "warmup"},
                 {"cosine(end=2)", GML_ERROR_ARGUMENT, "end"},
                 {"cosine(by=week)", GML_ERROR_NAME, "epoch"},
                 {"cosine(restarts=yes, growth=0.5)", GML_ERROR_ARGUMENT, "growth"},
                 {"step(every=0)", GML_ERROR_ARGUMENT, "every"},
                 {"reduce_on_plateau(factor=1)", GML_ERROR_ARGUMENT, "factor"}};
    double rate = -1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(context, gml_schedule_rate(context, cases[i].call, 1, 0, 1, 1, &rate), cases[i].status,
                       cases[i].text, NULL);
    }
    assert_refused(context, gml_schedule_rate(context, NULL, 0, 0, 1, 1, &rate), GML_ERROR_ARGUMENT, "base", NULL);
    assert_refused(context, gml_schedule_rate(context, NULL, NAN, 0, 1, 1, &rate), GML_ERROR_ARGUMENT, "base", NULL);
    assert_refused(context, gml_schedule_rate(context, NULL, 1, 0, 0, 1, &rate), GML_ERROR_ARGUMENT, "steps", NULL);
    assert_refused(context, gml_schedule_rate(context, NULL, 1, 0, 1, 0, &rate), GML_ERROR_ARGUMENT, "epoch", NULL);
    ck_assert_double_eq(rate, -1);
    fixture f = set_up(1);
    gml_train_options options = {.schedule = "cosin"};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_NAME, "cosine", NULL);
    tear_down(&f);
    gml_context_destroy(context);
}
