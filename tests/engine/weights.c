/* tests/engine/weights.c - samples and classes that count differently, and targets that are not known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "amounts.h"
#include "gemmule/loss.h"
#include "loss_case.h"

enum { INPUTS = 3, OUTPUTS = 4, MOST = 24 };

/* Samples drawn once for all; of a loss's targets each is one that it takes. */
typedef struct samples {
    double x[MOST * INPUTS], y[MOST * OUTPUTS], weights[MOST];
    size_t count, targets;
} samples;

static samples make_samples(const gml_loss_row *loss, bool classes)
{
    samples made = {.count = 8, .targets = classes ? 1 : gml_loss_row_targets(loss, OUTPUTS)};
    for (size_t i = 0; i < made.count; i++) {
        for (size_t j = 0; j < INPUTS; j++) {
            made.x[i * INPUTS + j] = sin((double)(3 * i + 7 * j + 1));
        }
        for (size_t j = 0; j < made.targets; j++) {
            double x = cos((double)(5 * i + 2 * j));
            made.y[i * made.targets + j] = classes ? (double)((3 * i) % OUTPUTS) : loss_target(loss, x);
        }
        if (!classes) {
            settle_row(loss, made.targets, made.y + i * made.targets);
        }
        made.weights[i] = (double)(i % 3);
    }
    return made;
}

static void add_sample(samples *all, const samples *from, size_t i)
{
    memcpy(all->x + all->count * INPUTS, from->x + i * INPUTS, INPUTS * sizeof(double));
    memcpy(all->y + all->count * from->targets, from->y + i * from->targets, from->targets * sizeof(double));
    all->targets = from->targets;
    all->weights[all->count++] = 1;
}

/* The loss of a step, and its gradient of the first weights. */
static double step_of(const char *loss, const samples *s, bool weighted, const char *class_weights, double gradient[])
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    gml_block block;
    double value = 0;
    const gml_network_options options = {.dtype = GML_F64, .seed = 3};
    const gml_train_options train = {
        .loss = loss, .batch = MOST, .keep_gradients = 1, .missing_targets = 1, .class_weights = class_weights};
    assert_ok(context, gml_network_create(context, "3 -> 5 tanh -> 4", &options, &network));
    assert_ok(context, gml_trainer_create(network, &train, &trainer));
    gml_matrix x = gml_matrix_f64(s->x, s->count, INPUTS), y = gml_matrix_f64(s->y, s->count, s->targets);
    assert_ok(context, weighted
                           ? gml_trainer_step_weighted(trainer, x, y, gml_matrix_f64(s->weights, s->count, 1), &value)
                           : gml_trainer_step(trainer, x, y, &value));
    assert_ok(context, gml_trainer_gradient(trainer, 0, &block));
    memcpy(gradient, block.values.data, INPUTS * 5 * sizeof(double));
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return value;
}

/* A step on `s` as it is weighted is one on `plain`. */
static void assert_same_step(const char *loss, const samples *s, bool weighted, const char *class_weights,
                             const samples *plain)
{
    double found[INPUTS * 5], wanted[INPUTS * 5];
    double value = step_of(loss, s, weighted, class_weights, found);
    double expected = step_of(loss, plain, false, NULL, wanted);
    ck_assert_msg(fabs(value - expected) <= 1e-12 * fabs(expected), "%s: %.17g, not %.17g", loss, value, expected);
    for (size_t i = 0; i < INPUTS * 5; i++) {
        ck_assert_msg(fabs(found[i] - wanted[i]) <= 1e-12, "%s: gradient %zu is %g, not %g", loss, i, found[i],
                      wanted[i]);
    }
}

TEST(a_sample_of_weight_2_counts_as_two_and_one_of_weight_0_as_none_for_every_loss)
{
    for (size_t l = 0; gml_loss_row_at(l) != NULL; l++) {
        const gml_loss_row *loss = gml_loss_row_at(l);
        for (int classes = 0; classes <= (loss_takes_classes(loss) ? 1 : 0); classes++) {
            samples s = make_samples(loss, classes != 0), repeated = {.count = 0};
            for (size_t i = 0; i < s.count; i++) {
                for (double w = s.weights[i]; w > 0; w--) {
                    add_sample(&repeated, &s, i);
                }
            }
            assert_same_step(loss->entry.name, &s, true, NULL, &repeated);
        }
    }
}

TEST(weights_of_classes_count_for_their_samples_with_every_loss_that_takes_class_numbers)
{
    for (size_t l = 0; gml_loss_row_at(l) != NULL; l++) {
        const gml_loss_row *loss = gml_loss_row_at(l);
        if (!loss_takes_classes(loss)) {
            continue;
        }
        samples s = make_samples(loss, true), repeated = {.count = 0};
        for (size_t i = 0; i < s.count; i++) {
            for (double w = s.y[i]; w > 0; w--) {
                add_sample(&repeated, &s, i);
            }
        }
        assert_same_step(loss->entry.name, &s, false, "0,1,2,3", &repeated);
    }
}

TEST(a_sample_whose_class_or_row_is_not_known_counts_as_none)
{
    for (size_t l = 0; gml_loss_row_at(l) != NULL; l++) {
        const gml_loss_row *loss = gml_loss_row_at(l);
        for (int classes = 0; classes <= (loss_takes_classes(loss) ? 1 : 0); classes++) {
            samples s = make_samples(loss, classes != 0), known = {.count = 0};
            for (size_t i = 0; i < s.count; i++) {
                bool whole_row = classes != 0 || !loss->mean_over_outputs;
                if (i % 3 != 1) {
                    add_sample(&known, &s, i);
                    continue;
                }
                for (size_t j = 0; j < (whole_row ? 1 : s.targets); j++) {
                    s.y[i * s.targets + j] = NAN;
                }
            }
            assert_same_step(loss->entry.name, &s, false, NULL, &known);
        }
    }
}

TEST(a_batch_of_which_nothing_is_known_changes_nothing_by_its_gradient)
{
    samples s = make_samples(gml_loss_row_at(0), false);
    double gradient[INPUTS * 5];
    for (size_t i = 0; i < s.count * s.targets; i++) {
        s.y[i] = NAN;
    }
    ck_assert_double_eq(step_of("mean_squared_error", &s, false, NULL, gradient), 0);
    for (size_t i = 0; i < INPUTS * 5; i++) {
        ck_assert_double_eq(gradient[i], 0);
    }
}

/* A fit of full batches on a dataset, and what the network then says of x = -1 and 1. */
static gml_metrics fit_parts(const gml_dataset_parts *parts, double answers[2])
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    gml_metrics metrics;
    const gml_network_options options = {.dtype = GML_F64, .seed = 3};
    const gml_train_options train = {.loss = "huber", .optimizer = "sgd(lr=0.1)", .batch = 100, .epochs = 30};
    const double x[2] = {-1, 1};
    assert_ok(context, gml_network_create(context, "1 -> 4 tanh -> 1", &options, &network));
    assert_ok(context, gml_dataset_create(context, parts, &data));
    assert_ok(context, gml_fit(network, data, NULL, &train, NULL, NULL));
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, 2, 1), gml_matrix_f64(answers, 2, 1)));
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return metrics;
}

TEST(weights_of_a_dataset_go_with_its_samples_into_fits_and_the_loss_of_evaluation)
{
    double x[2 * ROWS], y[2 * ROWS], weights[ROWS], answers[2], wanted[2];
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        weights[i] = (double)(i % 3);
        for (size_t k = 0; k < i % 3; k++, count++) {
            x[count] = X[i];
            y[count] = AMOUNTS[i];
        }
    }
    const gml_dataset_parts weighed = {.inputs = gml_matrix_f64(X, ROWS, 1),
                                       .targets = gml_matrix_f64(AMOUNTS, ROWS, 1),
                                       .weights = gml_matrix_f64(weights, ROWS, 1)};
    const gml_dataset_parts repeated = {.inputs = gml_matrix_f64(x, count, 1), .targets = gml_matrix_f64(y, count, 1)};
    gml_metrics of_weighed = fit_parts(&weighed, answers), of_repeated = fit_parts(&repeated, wanted);
    ck_assert_double_eq_tol(answers[0], wanted[0], 1e-10);
    ck_assert_double_eq_tol(answers[1], wanted[1], 1e-10);
    ck_assert_double_eq_tol(of_weighed.loss, of_repeated.loss, 1e-10);
    ck_assert_double_gt(fabs(of_weighed.rmse - of_repeated.rmse), 1e-3);
}

TEST(a_dataset_with_targets_not_known_is_one_without_these_samples_and_an_error_unless_allowed)
{
    double x[ROWS], y[ROWS], known[ROWS], answers[2], wanted[2];
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        known[i] = i % 4 == 1 ? NAN : AMOUNTS[i];
        if (i % 4 != 1) {
            x[count] = X[i];
            y[count++] = AMOUNTS[i];
        }
    }
    gml_dataset_parts masked = {
        .inputs = gml_matrix_f64(X, ROWS, 1), .targets = gml_matrix_f64(known, ROWS, 1), .missing_targets = 1};
    const gml_dataset_parts less = {.inputs = gml_matrix_f64(x, count, 1), .targets = gml_matrix_f64(y, count, 1)};
    gml_metrics of_masked = fit_parts(&masked, answers), of_less = fit_parts(&less, wanted);
    ck_assert_double_eq_tol(answers[0], wanted[0], 1e-10);
    ck_assert_double_eq_tol(answers[1], wanted[1], 1e-10);
    ck_assert_double_eq_tol(of_masked.loss, of_less.loss, 1e-10);
    ck_assert_double_eq_tol(of_masked.rmse, of_less.rmse, 1e-10);
    ck_assert_double_eq_tol(of_masked.r2, of_less.r2, 1e-10);

    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    assert_ok(context, gml_network_create(context, "1 -> 1", NULL, &network));
    assert_ok(context, gml_dataset_create(context, &masked, &data));
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += y[i];
    }
    ck_assert_double_eq_tol(gml_network_output_scaling(network).shift[0], sum / (double)count, 1e-12);
    gml_dataset_destroy(data);
    masked.missing_targets = 0;
    assert_ok(context, gml_dataset_create(context, &masked, &data));
    assert_refused(context, gml_network_adapt(network, data, GML_SCALING_AUTO), GML_ERROR_DATA, "row 2: target 1",
                   "not a number", NULL);
    assert_refused(context, gml_fit(network, data, NULL, NULL, NULL, NULL), GML_ERROR_DATA, "row 2: target 1",
                   "not a number", NULL);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(accuracy_counts_samples_whose_class_is_known)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    gml_metrics metrics;
    const double x[4] = {-1, 1, -1, 1}, y[4] = {0, 1, NAN, 0}, none[4] = {0, NAN, 1, 0};
    gml_dataset_parts parts = {
        .inputs = gml_matrix_f64(x, 4, 1), .targets = gml_matrix_f64(none, 4, 1), .task = GML_TASK_CLASSIFICATION};
    assert_refused(context, gml_dataset_create(context, &parts, &data), GML_ERROR_DATA, "row 2 holds nan", NULL);
    parts.targets = gml_matrix_f64(y, 4, 1), parts.missing_targets = 1;
    const char *const networks[] = {"1 -> 2 softmax", "1 -> 1 sigmoid"};
    for (size_t i = 0; i < 2; i++) {
        gml_network_options options = {.dtype = GML_F64};
        assert_ok(context, gml_network_create(context, networks[i], &options, &network));
        assert_ok(context, gml_dataset_create(context, &parts, &data));
        gml_block block;
        assert_ok(context, gml_network_block(network, 0, &block));
        double *w = block.values.data;
        w[0] = i == 0 ? -5 : 5;
        w[1 - i] = 5;
        assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
        ck_assert_double_eq_tol(metrics.accuracy, 2.0 / 3, 1e-12);
        gml_dataset_destroy(data);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(weights_that_make_no_sense_are_refused)
{
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    double weights[ROWS] = {0};
    gml_dataset_parts parts = {.inputs = gml_matrix_f64(X, ROWS, 1),
                               .targets = gml_matrix_f64(AMOUNTS, ROWS, 1),
                               .weights = gml_matrix_f64(weights, ROWS, 1)};
    assert_refused(context, gml_dataset_create(context, &parts, &data), GML_ERROR_DATA, "all are 0", NULL);
    weights[0] = weights[1] = 1e308;
    assert_refused(context, gml_dataset_create(context, &parts, &data), GML_ERROR_DATA, "sum is not finite", "1e+308",
                   NULL);
    weights[2] = -1;
    assert_refused(context, gml_dataset_create(context, &parts, &data), GML_ERROR_DATA, "row 3 is -1", NULL);
    weights[2] = NAN;
    assert_refused(context, gml_dataset_create(context, &parts, &data), GML_ERROR_DATA, "row 3 is nan", NULL);
    parts.weights.rows = ROWS - 1;
    assert_refused(context, gml_dataset_create(context, &parts, &data), GML_ERROR_SHAPE, "[11 x 1]", "12 samples",
                   NULL);
    gml_context_destroy(context);
}

TEST(a_fit_in_which_no_sample_counts_is_an_error)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    const double x[3] = {1, 2, 3}, y[3] = {NAN, NAN, NAN};
    const gml_dataset_parts parts = {
        .inputs = gml_matrix_f64(x, 3, 1), .targets = gml_matrix_f64(y, 3, 1), .missing_targets = 1};
    assert_ok(context, gml_network_create(context, "1 -> 1", NULL, &network));
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    assert_refused(context, gml_fit(network, data, NULL, NULL, NULL, NULL), GML_ERROR_DATA,
                   "no sample of the data counts", NULL);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(levenberg_marquardt_refuses_weights)
{
    fixture f = set_up_amounts("1 -> 1", AMOUNTS);
    double weights[ROWS] = {1};
    gml_dataset_parts parts = {.inputs = gml_matrix_f64(X, ROWS, 1),
                               .targets = gml_matrix_f64(AMOUNTS, ROWS, 1),
                               .weights = gml_matrix_f64(weights, ROWS, 1)};
    gml_dataset *weighed = NULL;
    gml_train_options options = {.optimizer = "levenberg_marquardt", .epochs = 1};
    assert_ok(f.context, gml_dataset_create(f.context, &parts, &weighed));
    assert_refused(f.context, gml_fit(f.network, weighed, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "levenberg_marquardt", "sample weights", NULL);
    options.missing_targets = 1;
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "levenberg_marquardt", "unknown targets", NULL);
    gml_dataset_destroy(weighed);
    tear_down(&f);
}

TEST(weights_of_classes_that_make_no_sense_are_refused)
{
    static const struct {
        const char *text, *words;
    } bad[] = {{"1,2", "2 numbers"}, {"1,2,3,4,5", "5 numbers"}, {"1,-2,1,1", "\"-2\""},    {"1,nan,1,1", "\"nan\""},
               {"0,0,0,0", "all 0"}, {"equal", "\"equal\""},     {"balanced", "a dataset"}, {"", "\"\""}};
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_network_create(context, "3 -> 4 softmax", NULL, &network));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const gml_train_options options = {.class_weights = bad[i].text};
        assert_refused(context, gml_trainer_create(network, &options, &trainer), GML_ERROR_ARGUMENT, "class_weights",
                       bad[i].words, NULL);
    }
    const gml_train_options options = {.class_weights = "1,1,1,2"};
    samples s = make_samples(gml_loss_row_at(0), false);
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    assert_refused(context,
                   gml_trainer_step(trainer, gml_matrix_f64(s.x, 8, INPUTS), gml_matrix_f64(s.y, 8, OUTPUTS), NULL),
                   GML_ERROR_ARGUMENT, "class numbers", "[8 x 4]", NULL);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
    fixture f = set_up_amounts("1 -> 1", AMOUNTS);
    const gml_train_options balanced = {.class_weights = "balanced"};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &balanced, NULL, NULL), GML_ERROR_ARGUMENT,
                   "targets are values", NULL);
    tear_down(&f);
}

/* 1 / (classes * share of the class), as scikit-learn's class_weight="balanced" has it. */
TEST(balanced_classes_count_the_same)
{
    const double x[8] = {0, 0, 0, 0, 0, 0, 0, 0}, y[8] = {0, 0, 0, 1, 0, 0, 2, 2};
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 8, 1), gml_matrix_f64(y, 8, 1),
                                                 GML_TASK_CLASSIFICATION, &data));
    gml_network *network = NULL;
    gml_network_options in_double = {.dtype = GML_F64};
    assert_ok(context, gml_network_create(context, "1 -> 3 softmax", &in_double, &network));
    const gml_train_options options = {.class_weights = "balanced", .optimizer = "lbfgs", .epochs = 50};
    double shares[3];
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, 1, 1), gml_matrix_f64(shares, 1, 3)));
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(shares[i], 1.0 / 3, 1e-6);
    }
    ck_assert_str_eq(gml_network_fact(network, "class_weights"), "balanced");
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("weights", 60);
}
