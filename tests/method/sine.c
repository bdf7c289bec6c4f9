/* tests/method/sine.c - what second-order methods are for: sin(x) at 100 points from -pi to pi, by one hidden layer of
 * 10 units of tanh, to a mean squared error below 1e-6. Prints the rows of the table in docs/results.md. */
#include <math.h>
#include <stdio.h>

#include "harness.h"

enum { POINTS = 100, SEEDS = 5 };
static const double GOAL = 1e-6;

typedef struct outcome {
    size_t steps;   /* with which the goal was reached; 0: it was not */
    double seconds; /* until then */
    double loss;    /* at the end */
} outcome;

static int note_goal(void *user, const gml_progress *progress)
{
    outcome *seen = user;
    if (seen->steps == 0 && progress->loss < GOAL) {
        seen->steps = progress->epoch;
        seen->seconds = progress->seconds;
    }
    return 0;
}

static outcome fit_sine(const char *description, const char *optimizer, gml_dtype dtype, uint64_t seed, size_t steps)
{
    double x[POINTS], y[POINTS];
    for (size_t i = 0; i < POINTS; i++) {
        x[i] = -M_PI + 2 * M_PI * (double)i / (POINTS - 1);
        y[i] = sin(x[i]);
    }
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    gml_network_options options = {.dtype = dtype, .seed = seed};
    gml_train_options train = {.optimizer = optimizer, .epochs = steps, .batch = POINTS};
    outcome seen = {0};
    gml_fit_callbacks callbacks = {.user = &seen, .on_epoch = note_goal};
    gml_metrics metrics;
    assert_ok(context, gml_network_create(context, description, &options, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, POINTS, 1), gml_matrix_f64(y, POINTS, 1),
                                                 GML_TASK_REGRESSION, &data));
    assert_ok(context, gml_fit(network, data, NULL, &train, &callbacks, NULL));
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    seen.loss = metrics.loss;
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return seen;
}

static const char PLAIN[] = "1 -> 10 tanh -> 1", SPREAD[] = "1 -> 10 tanh init=nguyen_widrow -> 1";

/* The worst of all seeds: its last loss. */
static double fit_all(const char *description, const char *optimizer, gml_dtype dtype, size_t steps)
{
    outcome worst = {0};
    size_t reached = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        outcome seen = fit_sine(description, optimizer, dtype, seed, steps);
        reached += seen.steps > 0;
        worst.steps = seen.steps > worst.steps ? seen.steps : worst.steps;
        worst.seconds = fmax(worst.seconds, seen.seconds);
        worst.loss = fmax(worst.loss, seen.loss);
    }
    char goal[64] = "- | -";
    if (reached == SEEDS) {
        snprintf(goal, sizeof goal, "%zu | %.0f ms", worst.steps, worst.seconds * 1e3);
    }
    printf("| `%s` | `%s` | %s | %zu | %d of %d | %s | %.1e |\n", optimizer, description,
           dtype == GML_F64 ? "double" : "float", steps, (int)reached, SEEDS, goal, worst.loss);
    return worst.loss;
}

TEST(levenberg_marquardt_fits_sin_to_below_1e_6)
{
    ck_assert_double_lt(fit_all(SPREAD, "levenberg_marquardt", GML_F64, 500), GOAL);
    ck_assert_double_lt(fit_all(PLAIN, "levenberg_marquardt", GML_F64, 1000), GOAL);
    ck_assert_double_lt(fit_all(PLAIN, "levenberg_marquardt", GML_F32, 1000), GOAL);
}

TEST(lbfgs_fits_sin_to_below_1e_6)
{
    ck_assert_double_lt(fit_all(PLAIN, "lbfgs(history=30)", GML_F64, 5000), GOAL);
    ck_assert_double_lt(fit_all(PLAIN, "lbfgs", GML_F64, 10000), GOAL);
    ck_assert_double_lt(fit_all(PLAIN, "lbfgs", GML_F32, 5000), 1e-4);
}

TEST(adam_comes_there_with_more_than_ten_times_the_steps)
{
    ck_assert_double_gt(fit_all(PLAIN, "adam(lr=0.01)", GML_F64, 2000), GOAL);
    ck_assert_double_lt(fit_all(PLAIN, "adam(lr=0.01)", GML_F64, 10000), GOAL);
}

int main(void)
{
    return run_tests("sine", 60);
}
