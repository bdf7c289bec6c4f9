/* tests/loss/custom.c - custom losses train, differentiate and evaluate as well as ours, and are named in files. */
#include <math.h>

#include "custom_losses.h"
#include "faults.h"

/* `classes`: the targets are class numbers from 0 to 2. */
static gml_dataset *data_of(gml_context *context, bool classes, const double *weights, bool unknown)
{
    static float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS], numbers[SAMPLES];
    gml_dataset *data = NULL;
    fill_data(x, y);
    for (size_t i = 0; i < SAMPLES; i++) {
        numbers[i] = (float)((y[i * OUTPUTS] > 0) + (y[i * OUTPUTS + 1] > 0));
        for (size_t j = 0; unknown && i % 4 == 1 && j < OUTPUTS; j++) {
            y[i * OUTPUTS + j] = NAN;
        }
    }
    const gml_dataset_parts parts = {
        .inputs = gml_matrix_f32(x, SAMPLES, INPUTS),
        .targets = gml_matrix_f32(classes ? numbers : y, SAMPLES, classes ? 1 : OUTPUTS),
        .weights = weights != NULL ? gml_matrix_f64((double *)weights, SAMPLES, 1) : gml_matrix_none(),
        .task = classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION,
        .missing_targets = unknown,
    };
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    return data;
}

static gml_network *trained(gml_context *context, const gml_dataset *data, const char *description, const char *loss,
                            gml_dtype dtype)
{
    gml_network *network = NULL;
    const gml_network_options options = {.dtype = dtype, .seed = 3};
    assert_ok(context, gml_network_create(context, description, &options, &network));
    const gml_train_options training = {.loss = loss, .epochs = 3, .batch = 100, .learning_rate = 0.01};
    assert_ok(context, gml_fit(network, data, data, &training, NULL, NULL));
    return network;
}

static void assert_alike(gml_context *context, const gml_dataset *data, const char *description, const char *own,
                         const char *ours, gml_dtype dtype)
{
    gml_network *a = trained(context, data, description, own, dtype);
    gml_network *b = trained(context, data, description, ours, dtype);
    gml_metrics of_a, of_b;
    const double tolerance = dtype == GML_F64 ? 1e-11 : 1e-4;
    ck_assert_double_le(difference(a, b), tolerance);
    assert_ok(context, gml_evaluate(a, data, own, &of_a));
    assert_ok(context, gml_evaluate(b, data, ours, &of_b));
    ck_assert_double_le(fabs(of_a.loss - of_b.loss), tolerance);
    ck_assert(of_a.accuracy == of_b.accuracy || isnan(of_b.accuracy));
    gml_network_destroy(a);
    gml_network_destroy(b);
}

/* Of both types, in every kernel set. */
static void assert_alike_everywhere(const char *own, const char *ours, bool classes, const double *weights,
                                    bool unknown)
{
    for (size_t set = 0; gml_kernel_set_name(set) != NULL; set++) {
        gml_context *context = custom_context((gml_context_options){.threads = 2, .isa = gml_kernel_set_name(set)});
        gml_dataset *data = data_of(context, classes, weights, unknown);
        const char *description = classes ? "5 -> 40 tanh -> 3 softmax" : "5 -> 40 tanh -> 3";
        assert_alike(context, data, description, own, ours, GML_F64);
        assert_alike(context, data, description, own, ours, GML_F32);
        gml_dataset_destroy(data);
        gml_context_destroy(context);
    }
}

TEST(a_copy_of_mean_squared_error_trains_as_it_does)
{
    assert_alike_everywhere("squares", "mean_squared_error", false, NULL, false);
}

TEST(class_numbers_are_spread_to_rows_unless_the_record_wants_them)
{
    assert_alike_everywhere("entropy", "softmax_cross_entropy", true, NULL, false);
    assert_alike_everywhere("numbers", "softmax_cross_entropy", true, NULL, false);
}

TEST(samples_count_by_their_weights_and_those_that_are_not_known_for_nothing)
{
    double weights[SAMPLES];
    for (size_t i = 0; i < SAMPLES; i++) {
        weights[i] = (double)(i % 4);
    }
    assert_alike_everywhere("squares", "mean_squared_error", false, weights, false);
    assert_alike_everywhere("known", "mean_squared_error", false, NULL, true);
    assert_alike_everywhere("known", "mean_squared_error", false, weights, true);
    assert_alike_everywhere("numbers", "softmax_cross_entropy", true, weights, false);
}

TEST(training_gives_the_same_bits_for_any_number_of_threads)
{
    const char *description = "5 -> 70 tanh -> layernorm -> 33 relu -> 3";
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *networks[3];
        gml_context *contexts[3];
        for (size_t i = 0; i < 3; i++) {
            contexts[i] = context_of(i + 1);
            gml_dataset *data = data_of(contexts[i], false, NULL, false);
            networks[i] = trained(contexts[i], data, description, "power(p=2.5)", (gml_dtype)dtype);
            ck_assert_double_eq(difference(networks[i], networks[0]), 0);
            gml_dataset_destroy(data);
        }
        for (size_t i = 0; i < 3; i++) {
            gml_network_destroy(networks[i]);
            gml_context_destroy(contexts[i]);
        }
    }
}

TEST(lbfgs_takes_it_and_levenberg_marquardt_says_what_it_takes)
{
    gml_context *context = context_of(2);
    gml_dataset *data = data_of(context, false, NULL, false);
    gml_network *network = NULL;
    gml_fit_report report;
    gml_train_options options = {.loss = "squares", .optimizer = "lbfgs", .epochs = 30};
    assert_ok(context, gml_network_create(context, "5 -> 10 tanh -> 3", NULL, &network));
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, &report));
    ck_assert_double_lt(report.train_loss, 0.05);
    options.optimizer = "levenberg_marquardt";
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "supports mean_squared_error only", "squares", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(a_loss_that_is_not_finite_is_told_and_changes_nothing)
{
    gml_context *context = context_of(2);
    gml_dataset *data = data_of(context, true, NULL, false);
    gml_network *network = NULL, *before = NULL;
    assert_ok(context, gml_network_create(context, "5 -> 10 tanh -> 3", NULL, &network));
    assert_ok(context, gml_network_create(context, "5 -> 10 tanh -> 3", NULL, &before));
    const gml_train_options options = {.loss = "known"};
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, NULL), GML_ERROR_DIVERGED, "step 1", NULL);
    ck_assert_double_eq(difference(network, before), 0);
    gml_network_destroy(network);
    gml_network_destroy(before);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(gradients_are_right_and_a_wrong_one_is_found)
{
    gml_context *context = context_of(2);
    const char *const right[] = {"squares", "power(p=3)", "known", "entropy"};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_double_lt(worst_gradient(context, "5 -> 8 tanh -> 6 prelu -> 3 sigmoid", right[i], false), 1e-6);
        ck_assert_double_lt(worst_gradient(context, "5 -> 8 tanh -> 6 prelu -> 3 sigmoid", right[i], true), 1e-6);
    }
    ck_assert_double_gt(worst_gradient(context, "5 -> 8 tanh -> 6 prelu -> 3 sigmoid", "wrong", false), 1e-4);
    gml_context_destroy(context);
}

TEST(it_can_be_evaluated_on_arrays_in_place_and_at_strides)
{
    enum { ROWS = 3, WIDE = 1500 };
    static double y[ROWS][WIDE + 7], t[ROWS][WIDE + 2], gradient[ROWS][WIDE];
    gml_context *context = context_of(1);
    double expected = 0, value = 0, again = 0;
    for (size_t i = 0; i < ROWS * WIDE; i++) {
        const size_t row = i / WIDE, col = i % WIDE;
        y[row][col] = sin((double)i);
        t[row][col] = cos((double)i);
        expected += power_factor * pow(fabs(y[row][col] - t[row][col]), 3) / ROWS;
    }
    gml_matrix outputs = {.data = y, .dtype = GML_F64, .rows = ROWS, .cols = WIDE, .stride = WIDE + 7};
    gml_matrix targets = {.data = t, .dtype = GML_F64, .rows = ROWS, .cols = WIDE, .stride = WIDE + 2};
    assert_ok(context, gml_loss_evaluate(context, "power(p=3)", outputs, targets, &value,
                                         gml_matrix_f64(gradient[0], ROWS, WIDE)));
    assert_ok(context, gml_loss_evaluate(context, "power(p=3)", outputs, targets, &again, outputs));
    ck_assert_double_le(fabs(value - expected), 1e-12 * expected);
    ck_assert_double_eq(value, again);
    for (size_t i = 0; i < ROWS * WIDE; i++) {
        const size_t row = i / WIDE, col = i % WIDE;
        const double d = sin((double)i) - t[row][col];
        ck_assert_double_le(fabs(gradient[row][col] - power_factor * d * fabs(d)), 1e-14);
        ck_assert_double_eq(y[row][col], gradient[row][col]);
    }
    ck_assert_double_eq(y[1][WIDE], 0);
    gml_context_destroy(context);
}

TEST(a_file_names_it_and_is_loaded_anywhere)
{
    make_folder();
    gml_context *context = context_of(2), *stranger = test_context();
    gml_dataset *data = data_of(context, false, NULL, false);
    gml_dataset *strange = data_of(stranger, false, NULL, false);
    gml_network *network = trained(context, data, "5 -> 9 tanh -> 3", "power(p=2.5)", GML_F32), *again = NULL,
                *there = NULL;
    gml_metrics before, after;
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    ck_assert_str_eq(gml_network_fact(again, "loss"), "power(p=2.5)");
    assert_ok(context, gml_evaluate(network, data, NULL, &before));
    assert_ok(context, gml_evaluate(again, data, NULL, &after));
    ck_assert_double_eq(before.loss, after.loss);
    assert_ok(stranger, gml_model_load(stranger, in_folder("m"), &there));
    assert_refused(stranger, gml_evaluate(there, strange, NULL, &after), GML_ERROR_NAME, "power", NULL);
    assert_ok(stranger, gml_evaluate(there, strange, "huber", &after));
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_network_destroy(there);
    gml_dataset_destroy(data);
    gml_dataset_destroy(strange);
    gml_context_destroy(context);
    gml_context_destroy(stranger);
    remove_folder();
}

int main(void)
{
    return run_tests("custom_loss", 60);
}
