/* tests/engine/policy.c - every small run on several threads goes at a pace (base/pace.h): on a machine where threads
 * make it slower, steps, validation, predictions, passes and methods for the whole data set soon run on one. The
 * machine is played by a clock, and by an activation that sees how many threads run it. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/parallel.h"
#include "harness.h"

enum { INPUTS = 64, ROWS = 105, VALIDATION = 96 };

/* The most threads that have been seen: by the clock since it was asked last, in training and in predicting since these
 * were set to 0. */
static atomic_int by_clock, training, predicting;

static void see(atomic_int *most, int threads)
{
    if (threads > atomic_load(most)) {
        atomic_store(most, threads);
    }
}

static void look(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    (void)user, (void)arguments;
    int threads = 1;
#ifdef _OPENMP
    threads = omp_get_num_threads();
#endif
    see(&by_clock, threads);
    see(slope != NULL ? &training : &predicting, threads);
    for (size_t i = 0; i < count; i++) {
        y[i] = x[i] / (1 + fabs(x[i]));
        if (slope != NULL) {
            slope[i] = 1 / ((1 + fabs(x[i])) * (1 + fabs(x[i])));
        }
    }
}

/* A run on several threads takes a hundred times as long as one alone. */
static uint64_t busy_clock(void *user)
{
    uint64_t *now = user;
    *now += atomic_exchange(&by_clock, 1) > 1 ? 1000000 : 10000;
    return *now;
}

typedef struct fixture {
    uint64_t now;
    gml_context *context;
    gml_network *network;
    double *x, *y;
} fixture;

static void set_up(fixture *made)
{
    const gml_custom_activation seen = {.entry = {.name = "seen"}, .function = look};
    *made = (fixture){0};
    const gml_network_options doubles = {.dtype = GML_F64};
    made->context = context_with((gml_context_options){.threads = 2, .clock = busy_clock, .clock_user = &made->now});
    assert_ok(made->context, gml_register_activation(made->context, &seen));
    assert_ok(made->context, gml_network_create(made->context, "64 -> 300 seen -> 1", &doubles, &made->network));
    made->x = malloc(ROWS * INPUTS * sizeof *made->x);
    made->y = malloc(ROWS * sizeof *made->y);
    for (size_t i = 0; i < ROWS * INPUTS; i++) {
        made->x[i] = sin((double)i);
    }
    for (size_t i = 0; i < ROWS; i++) {
        made->y[i] = cos((double)i);
    }
}

static void tear_down(fixture *made)
{
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
    free(made->x);
    free(made->y);
}

/* Runs something 400 times; of the last 200 few may be on several threads, and of the first some must. */
static void assert_finds_its_pace(fixture *f, atomic_int *seen, void (*run)(fixture *f, void *what), void *what)
{
    size_t together = 0, tried = 0;
    for (size_t i = 0; i < 400; i++) {
        atomic_store(seen, 0);
        run(f, what);
        tried += atomic_load(seen) > 1;
        together += i >= 200 && atomic_load(seen) > 1;
    }
    ck_assert_uint_le(together, 20);
    ck_assert_uint_ge(tried, 5);
}

static void predict(fixture *f, void *answers)
{
    assert_ok(f->context,
              gml_network_predict(f->network, gml_matrix_f64(f->x, ROWS, INPUTS), gml_matrix_f64(answers, ROWS, 1)));
}

TEST(predictions_find_their_pace)
{
    fixture f;
    double answers[ROWS];
    set_up(&f);
    assert_finds_its_pace(&f, &predicting, predict, answers);
    tear_down(&f);
}

static void go_through(fixture *f, void *pass)
{
    double answers[ROWS];
    assert_ok(f->context, gml_pass_forward(pass, gml_matrix_f64(f->x, ROWS, INPUTS), gml_matrix_f64(answers, ROWS, 1)));
    assert_ok(f->context, gml_pass_backward(pass, gml_matrix_f64(f->y, ROWS, 1), gml_matrix_none()));
}

TEST(passes_find_their_pace)
{
    fixture f;
    gml_pass *pass = NULL;
    set_up(&f);
    assert_ok(f.context, gml_pass_create(f.network, ROWS, &pass));
    assert_finds_its_pace(&f, &training, go_through, pass);
    gml_pass_destroy(pass);
    tear_down(&f);
}

/* ---- fits ---- */

/* Epochs whose steps, and whose validation, were on several threads: of all, and of those after the half. */
typedef struct counts {
    size_t epochs, half, steps, validations, late_steps, late_validations;
} counts;

static int count_epoch(void *user, const gml_progress *progress)
{
    counts *all = user;
    bool step = atomic_exchange(&training, 0) > 1, validation = atomic_exchange(&predicting, 0) > 1;
    (void)progress;
    all->steps += step;
    all->validations += validation;
    all->late_steps += all->epochs >= all->half && step;
    all->late_validations += all->epochs >= all->half && validation;
    all->epochs++;
    return 0;
}

static counts fit(const char *optimizer, size_t batch, size_t epochs)
{
    fixture f;
    gml_dataset *data = NULL, *validation = NULL;
    counts all = {.half = epochs / 2};
    set_up(&f);
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f64(f.x, ROWS, INPUTS),
                                                   gml_matrix_f64(f.y, ROWS, 1), GML_TASK_REGRESSION, &data));
    assert_ok(f.context,
              gml_dataset_from_matrices(f.context, gml_matrix_f64(f.x, VALIDATION, INPUTS),
                                        gml_matrix_f64(f.y, VALIDATION, 1), GML_TASK_REGRESSION, &validation));
    const gml_train_options options = {.optimizer = optimizer, .batch = batch, .epochs = epochs};
    const gml_fit_callbacks callbacks = {.user = &all, .on_epoch = count_epoch};
    assert_ok(f.context, gml_fit(f.network, data, validation, &options, &callbacks, NULL));
    gml_dataset_destroy(validation);
    gml_dataset_destroy(data);
    tear_down(&f);
    return all;
}

TEST(validation_goes_at_the_pace_of_the_steps)
{
    counts all = fit("sgd(lr=0.001)", 50, 120); /* two batches of 50 and one of 5, which goes at their pace */
    ck_assert_uint_ge(all.steps, 5);
    ck_assert_uint_le(all.late_steps, 12);
    ck_assert_uint_le(all.validations, 30);
    ck_assert_uint_eq(all.late_validations, 0);
}

TEST(methods_for_the_whole_data_set_find_their_pace)
{
    counts all = fit("lbfgs", 0, 200);
    ck_assert_uint_ge(all.epochs, 100);
    ck_assert_uint_ge(all.steps, 3);
    ck_assert_uint_le(all.late_steps, 20);
}

int main(void)
{
    if (!gml_parallel_has_openmp()) {
        return EXIT_SUCCESS;
    }
    return run_tests("policy", 60);
}
