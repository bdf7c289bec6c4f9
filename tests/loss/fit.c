/* tests/loss/fit.c - what losses promise in a fit: of counts and amounts the mean, of values mean
 * and variance. */
#include <math.h>
#include <stdlib.h>

#include "amounts.h"
#include "gemmule/loss.h"
#include "loss/loss.h"

/* ---- counts and amounts ---- */

static const char *const deviances[] = {"poisson", "gamma", "tweedie(power=1.3)"};
enum { DEVIANCES = sizeof deviances / sizeof deviances[0] };

TEST(deviances_teach_the_mean_of_the_targets_and_errors_are_measured_in_their_unit)
{
    for (size_t i = 0; i < DEVIANCES; i++) {
        fixture f = set_up_amounts("1 -> 1 exponential", AMOUNTS);
        gml_train_options options = {.loss = deviances[i], .optimizer = "lbfgs", .epochs = 100};
        gml_metrics metrics;
        double mean[2] = {0}, predicted[2], x[2] = {-1, 1}, squares = 0;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        assert_ok(f.context, gml_network_predict(f.network, gml_matrix_f64(x, 2, 1), gml_matrix_f64(predicted, 2, 1)));
        for (size_t k = 0; k < ROWS; k++) {
            mean[X[k] > 0] += AMOUNTS[k] / (ROWS / 2);
        }
        for (size_t k = 0; k < ROWS; k++) {
            squares += pow(AMOUNTS[k] - mean[X[k] > 0], 2);
        }
        ck_assert_double_eq_tol(predicted[0], mean[0], 1e-5);
        ck_assert_double_eq_tol(predicted[1], mean[1], 1e-5);
        assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
        ck_assert_double_eq_tol(metrics.rmse, sqrt(squares / ROWS), 1e-5);
        tear_down(&f);
    }
}

TEST(a_network_that_ends_in_exponential_keeps_its_targets_as_they_are_and_others_are_refused)
{
    fixture f = set_up_amounts("1 -> 1 exponential", AMOUNTS);
    ck_assert_ptr_null(gml_network_output_scaling(f.network).scale);
    tear_down(&f);
    f = set_up_amounts("1 -> 1", AMOUNTS);
    ck_assert_ptr_nonnull(gml_network_output_scaling(f.network).scale);
    for (size_t i = 0; i < DEVIANCES; i++) {
        gml_train_options options = {.loss = deviances[i]};
        assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                       "as they are", "exponential", "gml_network_set_output_scaling", NULL);
    }
    assert_ok(f.context, gml_network_set_output_scaling(f.network, NULL, NULL));
    gml_train_options options = {.loss = "poisson", .epochs = 1};
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    tear_down(&f);
}

TEST(targets_a_deviance_does_not_take_are_named_with_their_place_and_what_it_takes)
{
    double y[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = i == 6 ? 0 : AMOUNTS[i];
    }
    fixture f = set_up_amounts("1 -> 1 exponential", y);
    gml_train_options options = {.loss = "gamma", .batch = 5, .epochs = 1};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_DATA, "row 7: target 1",
                   "is 0", "gamma takes numbers above 0", NULL);
    options.loss = "poisson";
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    y[6] = -0.5;
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_DATA, "row 7: target 1",
                   "is -0.5", "poisson takes numbers from 0 up", NULL);
    gml_metrics metrics;
    assert_refused(f.context, gml_evaluate(f.network, f.data, "poisson", &metrics), GML_ERROR_DATA, "row 7", "-0.5",
                   NULL);
    tear_down(&f);
}

/* ---- means and variances ---- */

TEST(gaussian_nll_teaches_mean_and_variance_in_the_unit_of_the_targets)
{
    fixture f = set_up_amounts("1 -> 2", AMOUNTS);
    gml_train_options options = {.loss = "gaussian_nll", .optimizer = "lbfgs", .epochs = 200};
    gml_metrics metrics;
    double mean[2] = {0}, variance[2] = {0}, predicted[4], x[2] = {-1, 1};
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_network_predict(f.network, gml_matrix_f64(x, 2, 1), gml_matrix_f64(predicted, 2, 2)));
    for (size_t k = 0; k < ROWS; k++) {
        mean[X[k] > 0] += AMOUNTS[k] / (ROWS / 2);
    }
    for (size_t k = 0; k < ROWS; k++) {
        variance[X[k] > 0] += pow(AMOUNTS[k] - mean[X[k] > 0], 2) / (ROWS / 2);
    }
    for (size_t k = 0; k < 2; k++) {
        ck_assert_double_eq_tol(predicted[2 * k], mean[k], 1e-4);
        ck_assert_double_eq_tol(exp(predicted[2 * k + 1]), variance[k], 1e-3);
    }
    assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
    ck_assert_double_eq_tol(metrics.rmse, sqrt((variance[0] + variance[1]) / 2), 1e-4);
    ck_assert_double_lt(metrics.r2, 1);
    ck_assert_double_gt(metrics.r2, 0.5);
    tear_down(&f);
}

TEST(gaussian_nll_says_how_many_outputs_it_needs)
{
    fixture f = set_up_amounts("1 -> 1", AMOUNTS);
    gml_train_options options = {.loss = "gaussian_nll"};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE, "two outputs",
                   "has 1", NULL);
    tear_down(&f);
    f = set_up_amounts("1 -> 2", AMOUNTS);
    options.loss = "mean_squared_error";
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE, "1 target",
                   "gives 2", NULL);
    gml_network *wide = NULL;
    assert_ok(f.context, gml_network_create(f.context, "1 -> 4", NULL, &wide));
    options.loss = "gaussian_nll";
    assert_refused(f.context, gml_fit(wide, f.data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE, "needs 2 outputs",
                   "gives 4", NULL);
    ck_assert_uint_eq(gml_loss_targets("gaussian_nll(eps=0.1)", 4), 2);
    ck_assert_uint_eq(gml_loss_targets("gaussian_nll", 3), 0);
    ck_assert_uint_eq(gml_loss_targets("huber(delta=2)", 3), 3);
    ck_assert_uint_eq(gml_loss_targets("hub", 3), 0);
    gml_network_destroy(wide);
    tear_down(&f);
}

/* ---- facts ---- */

/* True if a constant output that stands for the mean of three targets has no gradient. */
static bool mean_is_least(gml_context *context, const gml_loss_row *row)
{
    const char *name = row->entry.name;
    const double values[3] = {1, 2, 6}, answers[3] = {0, 0, 1}, classes[6] = {1, 0, 1, 0, 0, 1};
    const bool shares = row->class_numbers, yes_no = !shares && row->task == GML_TASK_CLASSIFICATION;
    const double mean = yes_no ? 1.0 / 3 : 3, odds = mean / (1 - mean);
    const size_t cols = shares || row->variances ? 2 : 1;
    double z[6], gradient[6], value, sum = 0;
    for (size_t i = 0; i < 3; i++) {
        z[i * cols] = row->link == NULL ? mean : log(yes_no ? odds : mean);
        if (cols == 2) {
            z[2 * i] = shares ? log(2.0 / 3) : mean;
            z[2 * i + 1] = shares ? log(1.0 / 3) : 0;
        }
    }
    gml_matrix targets = gml_matrix_f64(shares ? classes : yes_no ? answers : values, 3, shares ? 2 : 1);
    assert_ok(context, gml_loss_evaluate(context, name, gml_matrix_f64(z, 3, cols), targets, &value,
                                         gml_matrix_f64(gradient, 3, cols)));
    for (size_t i = 0; i < 3; i++) {
        sum += gradient[i * cols];
    }
    return fabs(sum) < 1e-12;
}

TEST(a_loss_finds_the_mean_if_its_row_says_so)
{
    gml_context *context = test_context();
    for (size_t i = 0; gml_loss_row_at(i) != NULL; i++) {
        const gml_loss_row *row = gml_loss_row_at(i);
        if (row->task != GML_TASK_AUTO) { /* cosine: lengths count for nothing, so no constant is the best */
            ck_assert_msg(mean_is_least(context, row) == row->finds_mean, "%s", row->entry.name);
        }
        ck_assert_int_eq(gml_loss_facts_of(row->entry.name).finds_mean, row->finds_mean);
    }
    gml_context_destroy(context);
}

TEST(facts_say_how_a_network_ends_under_a_loss)
{
    static const struct {
        const char *loss;
        gml_loss_facts facts;
    } cases[] = {
        {"softmax_cross_entropy(smoothing=0.1)", {GML_TASK_CLASSIFICATION, "softmax", NULL, 0, 0, 1}},
        {"binary_cross_entropy", {GML_TASK_CLASSIFICATION, "sigmoid", "sigmoid", 1, 0, 1}},
        {"squared_hinge", {GML_TASK_CLASSIFICATION, NULL, NULL, 1, 1, 0}},
        {"huber (delta=2)", {GML_TASK_REGRESSION, "softmax", NULL, 0, 0, 0}},
        {"tweedie", {GML_TASK_REGRESSION, "softmax", "exponential", 0, 0, 1}},
        {"cosine", {GML_TASK_AUTO, "softmax", NULL, 0, 0, 0}},
        {"no_such_loss", {GML_TASK_AUTO, "softmax", NULL, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const gml_loss_facts facts = gml_loss_facts_of(cases[i].loss), *expected = &cases[i].facts;
        ck_assert_int_eq(facts.task, expected->task);
        ck_assert_pstr_eq(facts.class_activation, expected->class_activation);
        ck_assert_pstr_eq(facts.value_activation, expected->value_activation);
        ck_assert_int_eq(facts.shared_output, expected->shared_output);
        ck_assert_int_eq(facts.binary_targets, expected->binary_targets);
        ck_assert_int_eq(facts.finds_mean, expected->finds_mean);
    }
}

int main(void)
{
    return run_tests("losses", 60);
}
