/* tests/train/target_preparation.c - networks that learn logarithms of targets or limit their predictions: what they
 * learn, what they predict, and in which unit they are measured (network/target_map.c, network/adapt.c). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "numbers.h"

#include "gemmule/gemmule.h"

enum { ROWS = 12, FEATURES = 2 };

static const double targets[ROWS] = {-35.598, -3.263, 1.718, 2.32,   17.174, -3.953,
                                     -5.36,   -0.822, 1.586, 28.964, -8.974, -2.32};

/* By scikit-learn 1.2.1: TransformedTargetRegressor of LinearRegression, with a pipeline of a FunctionTransformer,
 * sign(t) log1p(|t|), and a StandardScaler. */
static const double expected[ROWS] = {-27.780458384623927, -4.10978754305668,  1.623522466778108,   3.024301400958252,
                                      13.692272663587243,  -4.080566867364462, -4.10978754305668,   -1.159239156585912,
                                      1.6085196709618435,  33.96888195359522,  -11.092189350836437, -2.312123022725208};
static const double expected_rmse = 2.967709149940173, expected_loss = 0.00617300902758907;
static const double log_mean = -0.2624923175309157, log_deviation = 2.0538630044412565;

static gml_dataset *make_data(double x[ROWS * FEATURES])
{
    gml_dataset *data = NULL;
    static double y[ROWS];
    memcpy(y, targets, sizeof y);
    for (size_t i = 0; i < ROWS; i++) {
        x[FEATURES * i] = (double)(i % 5) - 2;
        x[FEATURES * i + 1] = (double)(i * i % 7) / 2;
    }
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, FEATURES), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_REGRESSION, &data));
    return data;
}

/* The line of least squares through the prepared targets. */
static gml_network *fit_line(const gml_dataset *data, const char *preparation, int clamp)
{
    const gml_recipe recipe = {.hidden = "",
                               .options = {.dtype = GML_F64},
                               .fit = {.epochs = 200, .optimizer = "levenberg_marquardt"},
                               .target_preparation = preparation,
                               .clamp = clamp};
    gml_network *network = NULL;
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    assert_ok(context, gml_fit(network, data, NULL, &recipe.fit, NULL, NULL));
    return network;
}

static void predict(const gml_network *network, double *x, double y[ROWS])
{
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, ROWS, FEATURES), gml_matrix_f64(y, ROWS, 1)));
}

TEST(a_fit_of_logarithms_equals_scikit_learn_in_the_unit_of_the_data)
{
    double x[ROWS * FEATURES], y[ROWS];
    gml_metrics metrics;
    gml_metric_value value;
    gml_dataset *data = make_data(x);
    gml_network *network = fit_line(data, "log -> standard", 0);
    predict(network, x, y);
    ck_assert_double_le(worst_difference(y, expected, ROWS), 1e-7);
    ck_assert_double_eq_tol(gml_network_output_scaling(network).shift[0], log_mean, 1e-12);
    ck_assert_double_eq_tol(gml_network_output_scaling(network).scale[0], log_deviation, 1e-12);
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    ck_assert_double_eq_tol(metrics.loss, expected_loss, 1e-9);
    ck_assert_double_eq_tol(metrics.rmse, expected_rmse, 1e-6);
    assert_ok(context, gml_score_network(network, data, (const char *[]){"rmse"}, 1, &value, gml_matrix_none()));
    ck_assert_double_eq_tol(value.value, expected_rmse, 1e-6);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(logarithms_without_scaling_are_learned_to_the_same_line)
{
    double x[ROWS * FEATURES], y[ROWS];
    gml_dataset *data = make_data(x);
    gml_network *network = fit_line(data, "log", 0);
    predict(network, x, y);
    ck_assert_double_le(worst_difference(y, expected, ROWS), 1e-7);
    ck_assert_ptr_null(gml_network_output_scaling(network).scale);
    ck_assert_str_eq(gml_network_target_transform(network), "log");
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(predictions_are_limited_to_the_range_of_the_targets)
{
    double x[ROWS * FEATURES], y[ROWS];
    gml_metrics metrics;
    double square = 0;
    gml_dataset *data = make_data(x);
    gml_network *network = fit_line(data, "log -> standard", 1);
    predict(network, x, y);
    for (size_t i = 0; i < ROWS; i++) {
        const double limited = fmin(fmax(expected[i], -35.598), 28.964);
        ck_assert_double_eq_tol(y[i], limited, 1e-6);
        square += (limited - targets[i]) * (limited - targets[i]);
    }
    ck_assert_double_eq(y[9], 28.964);
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    ck_assert_double_eq_tol(metrics.rmse, sqrt(square / ROWS), 1e-6);
    ck_assert_double_eq_tol(metrics.loss, expected_loss, 1e-9); /* training knows no limits */
    ck_assert_double_eq(gml_network_output_limits(network).least[0], -35.598);
    ck_assert_double_eq(gml_network_output_limits(network).greatest[0], 28.964);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(limits_alone_leave_the_scaling_of_targets_as_it_is)
{
    double x[ROWS * FEATURES], plain[ROWS], limited[ROWS];
    gml_dataset *data = make_data(x);
    gml_network *without = fit_line(data, NULL, 0), *standard = fit_line(data, "standard", 0),
                *clamped = fit_line(data, NULL, 1);
    predict(without, x, plain);
    predict(clamped, x, limited);
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_double_eq_tol(limited[i], fmin(fmax(plain[i], -35.598), 28.964), 1e-12);
    }
    predict(standard, x, limited);
    ck_assert_mem_eq(plain, limited, sizeof plain);
    ck_assert_double_eq(gml_network_output_scaling(standard).scale[0], gml_network_output_scaling(without).scale[0]);
    gml_network_destroy(without);
    gml_network_destroy(standard);
    gml_network_destroy(clamped);
    gml_dataset_destroy(data);
}

TEST(a_preparation_of_targets_is_independent_of_the_scaling_of_inputs)
{
    double x[ROWS * FEATURES];
    gml_dataset *data = make_data(x);
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
    gml_adapt_options options = {.scaling = GML_SCALING_NONE, .target_preparation = "standard"};
    assert_ok(context, gml_network_adapt_with(network, data, &options));
    ck_assert_ptr_null(gml_network_input_scaling(network).scale);
    ck_assert_ptr_nonnull(gml_network_output_scaling(network).scale);
    options = (gml_adapt_options){.target_preparation = "none"};
    assert_ok(context, gml_network_adapt_with(network, data, &options));
    ck_assert_ptr_nonnull(gml_network_input_scaling(network).scale);
    ck_assert_ptr_null(gml_network_output_scaling(network).scale);
    options = (gml_adapt_options){.target_preparation = "log", .clamp = 1};
    assert_ok(context, gml_network_adapt_with(network, data, &options));
    ck_assert_str_eq(gml_network_target_transform(network), "log");
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO)); /* forgets all of it */
    ck_assert_ptr_null(gml_network_target_transform(network));
    ck_assert_ptr_null(gml_network_output_limits(network).least);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(missing_targets_are_left_out_of_logarithms_limits_and_metrics)
{
    enum { N = 6 };
    double x[N] = {0, 1, 2, 3, 4, 5}, y[2 * N] = {1, NAN, 3, 9, NAN, 7, 5, NAN, NAN, NAN, 20, -4}, z[2 * N];
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, N, 1),
                                     .targets = gml_matrix_f64(y, N, 2),
                                     .task = GML_TASK_REGRESSION,
                                     .missing_targets = 1};
    const gml_adapt_options options = {.target_preparation = "log -> standard", .clamp = 1};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    assert_ok(context, gml_network_create(context, "1 -> 2", &(gml_network_options){.dtype = GML_F64}, &network));
    assert_ok(context, gml_network_adapt_with(network, data, &options));
    const gml_limits_view limits = gml_network_output_limits(network);
    ck_assert_double_eq(limits.least[0], 1);
    ck_assert_double_eq(limits.greatest[0], 20);
    ck_assert_double_eq(limits.least[1], -4);
    ck_assert_double_eq(limits.greatest[1], 9);
    ck_assert_double_eq_tol(gml_network_output_scaling(network).shift[1], (log(10) + log(8) - log(5)) / 3, 1e-12);
    gml_metrics metrics;
    double square = 0;
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, N, 1), gml_matrix_f64(z, N, 2)));
    for (size_t i = 0; i < 2 * (size_t)N; i++) {
        square += isnan(y[i]) ? 0 : (z[i] - y[i]) * (z[i] - y[i]);
    }
    ck_assert_double_eq_tol(metrics.rmse, sqrt(square / 7), 1e-12);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(each_of_several_targets_is_measured_by_itself)
{
    enum { N = 5, TARGETS = 3 };
    double x[N] = {0, 1, 2, 3, 4}, z[N * TARGETS], classes[N] = {0, 1, 0, 1, 0};
    double y[N * TARGETS] = {1, 5, NAN, 2, NAN, NAN, 4, 5, NAN, 8, 6, NAN, 16, 9, NAN};
    const char *metrics[] = {"rmse", "mae"};
    gml_metric_value values[TARGETS * 2];
    gml_dataset *data = NULL, *kinds = NULL;
    gml_network *network = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, N, 1),
                                     .targets = gml_matrix_f64(y, N, TARGETS),
                                     .task = GML_TASK_REGRESSION,
                                     .missing_targets = 1};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    assert_ok(context, gml_network_create(context, "1 -> 3", &(gml_network_options){.dtype = GML_F64}, &network));
    assert_ok(context, gml_score_targets(network, data, metrics, 2, values));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, N, 1), gml_matrix_f64(z, N, TARGETS)));
    for (size_t j = 0; j < 2; j++) {
        double square = 0, absolute = 0, known = 0;
        for (size_t i = 0; i < N; i++) {
            const double error = isnan(y[i * TARGETS + j]) ? 0 : z[i * TARGETS + j] - y[i * TARGETS + j];
            known += !isnan(y[i * TARGETS + j]);
            square += error * error;
            absolute += fabs(error);
        }
        ck_assert_double_eq_tol(values[2 * j].value, sqrt(square / known), 1e-12);
        ck_assert_double_eq_tol(values[2 * j + 1].value, absolute / known, 1e-12);
    }
    ck_assert(isnan(values[4].value) && isnan(values[5].value));
    ck_assert_str_eq(values[5].reason, "no value of this target is known");
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, N, 1), gml_matrix_f64(classes, N, 1),
                                                 GML_TASK_CLASSIFICATION, &kinds));
    assert_refused(context, gml_score_targets(network, kinds, metrics, 2, values), GML_ERROR_ARGUMENT, "are classes",
                   NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_dataset_destroy(kinds);
}

TEST(what_has_no_values_is_refused_and_changes_nothing)
{
    double x[ROWS * FEATURES], classes[ROWS] = {0, 1, 0, 1, 1, 0};
    gml_dataset *values = make_data(x), *kinds = NULL, *inputs = NULL;
    gml_network *one = NULL, *two = NULL;
    const gml_matrix m = gml_matrix_f64(x, ROWS, FEATURES);
    assert_ok(context,
              gml_dataset_from_matrices(context, m, gml_matrix_f64(classes, ROWS, 1), GML_TASK_CLASSIFICATION, &kinds));
    assert_ok(context, gml_dataset_from_matrices(context, m, gml_matrix_none(), GML_TASK_AUTO, &inputs));
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &one));
    assert_ok(context, gml_network_create(context, "2 -> 2", NULL, &two));
    assert_ok(context, gml_network_adapt(one, values, GML_SCALING_AUTO));
    const struct {
        gml_network *network;
        const gml_dataset *data;
        gml_adapt_options options;
        gml_status status;
        const char *says;
    } cases[] = {{one, kinds, {.target_preparation = "log"}, GML_ERROR_ARGUMENT, "these are classes"},
                 {one, kinds, {.clamp = 1}, GML_ERROR_ARGUMENT, "these are classes"},
                 {one, inputs, {.clamp = 1}, GML_ERROR_ARGUMENT, "there are none"},
                 {two, values, {.target_preparation = "log"}, GML_ERROR_SHAPE, "means and variances"},
                 {two, values, {.clamp = 1}, GML_ERROR_SHAPE, "means and variances"},
                 {one, values, {.target_preparation = "robust"}, GML_ERROR_ARGUMENT, "at robust"},
                 {one, values, {.target_preparation = "standard -> log"}, GML_ERROR_ARGUMENT, "at log"},
                 {one, values, {.target_preparation = "log -> log"}, GML_ERROR_ARGUMENT, "at log"},
                 {one, values, {.target_preparation = "log -> none"}, GML_ERROR_NAME, "no transform \"none\""},
                 {one, values, {.target_preparation = "lug"}, GML_ERROR_NAME, "no transform \"lug\""},
                 {one, values, {.target_preparation = ""}, GML_ERROR_ARGUMENT, "found the end"},
                 {one, values, {.target_preparation = "log ->"}, GML_ERROR_ARGUMENT, "found the end"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(context, gml_network_adapt_with(cases[i].network, cases[i].data, &cases[i].options),
                       cases[i].status, cases[i].says, NULL);
    }
    ck_assert_ptr_null(gml_network_target_transform(one));
    ck_assert_ptr_null(gml_network_output_limits(one).least);
    ck_assert_ptr_nonnull(gml_network_output_scaling(one).scale);
    gml_network_destroy(one);
    gml_network_destroy(two);
    gml_dataset_destroy(values);
    gml_dataset_destroy(kinds);
    gml_dataset_destroy(inputs);
}

TEST(losses_of_counts_and_of_variances_refuse_mapped_targets)
{
    double x[ROWS * FEATURES];
    gml_dataset *data = make_data(x);
    gml_network *one = NULL, *two = NULL;
    gml_metrics metrics;
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &one));
    assert_ok(context, gml_network_create(context, "2 -> 2", NULL, &two));
    assert_ok(context, gml_network_set_target_transform(one, "log"));
    assert_ok(context, gml_network_set_output_limits(two, (double[]){0, 0}, (double[]){1, 1}));
    assert_refused(context, gml_evaluate(one, data, "poisson", &metrics), GML_ERROR_ARGUMENT,
                   "learns the logarithms of its targets", NULL);
    assert_refused(context, gml_evaluate(two, data, "gaussian_nll", &metrics), GML_ERROR_ARGUMENT,
                   "means and variances", NULL);
    gml_network_destroy(one);
    gml_network_destroy(two);
    gml_dataset_destroy(data);
}

TEST(limits_must_be_finite_and_ascend)
{
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 2", NULL, &network));
    const double good[] = {0, 1}, nan[] = {0, NAN}, high[] = {0, 2};
    assert_refused(context, gml_network_set_output_limits(network, good, nan), GML_ERROR_DATA, "output 2", NULL);
    assert_refused(context, gml_network_set_output_limits(network, high, good), GML_ERROR_DATA, "output 2", NULL);
    assert_refused(context, gml_network_set_output_limits(network, NULL, good), GML_ERROR_ARGUMENT, "is null", NULL);
    assert_refused(context, gml_network_set_target_transform(network, "standard"), GML_ERROR_ARGUMENT,
                   "gml_network_set_output_scaling", NULL);
    assert_ok(context, gml_network_set_output_limits(network, good, good)); /* constant targets */
    assert_ok(context, gml_network_set_output_limits(network, NULL, NULL));
    ck_assert_ptr_null(gml_network_output_limits(network).greatest);
    gml_network_destroy(network);
}

TEST(a_prediction_that_is_nan_stays_nan_and_an_infinite_one_is_limited)
{
    gml_network *network = NULL;
    const double x[] = {NAN, INFINITY, -INFINITY, 1e5};
    float y[4];
    assert_ok(context, gml_network_create(context, "1 -> 1 init=identity", NULL, &network));
    assert_ok(context, gml_network_set_target_transform(network, "log"));
    assert_ok(context, gml_network_set_output_limits(network, (double[]){-5}, (double[]){7}));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, 4, 1), gml_matrix_f32(y, 4, 1)));
    ck_assert(isnan(y[0]) && y[1] == 7 && y[2] == -5 && y[3] == 7);
    gml_network_destroy(network);
}

/* ---- files ---- */

static gml_network *mapped(void)
{
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 3 tanh -> 2", NULL, &network));
    assert_ok(context, gml_network_set_target_transform(network, "log"));
    assert_ok(context, gml_network_set_output_limits(network, (double[]){-1.0 / 3, 2}, (double[]){1e300, 2}));
    return network;
}

static void assert_mapped(const gml_network *network)
{
    ck_assert_str_eq(gml_network_target_transform(network), "log");
    ck_assert_double_eq(gml_network_output_limits(network).least[0], -1.0 / 3);
    ck_assert_double_eq(gml_network_output_limits(network).greatest[0], 1e300);
    ck_assert_double_eq(gml_network_output_limits(network).least[1], 2);
}

TEST(files_and_copies_hold_the_transform_and_the_limits)
{
    gml_network *network = mapped(), *loaded = NULL, *copy = NULL, *folded = NULL;
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &loaded));
    assert_ok(context, gml_network_copy(network, GML_F64, &copy));
    assert_ok(context, gml_network_fold(network, &folded));
    assert_mapped(loaded);
    assert_mapped(copy);
    assert_mapped(folded);
    char header[400] = "";
    FILE *file = fopen(in_folder("m"), "rb");
    ck_assert_uint_eq(fread(header, 1, sizeof header - 1, file), sizeof header - 1);
    fclose(file);
    ck_assert_ptr_nonnull(strstr(header + 8, "\"needs\":\"target_transform limits\"")); /* for earlier versions */
    gml_network_destroy(network);
    gml_network_destroy(loaded);
    gml_network_destroy(copy);
    gml_network_destroy(folded);
}

TEST(a_checkpoint_is_not_resumed_with_another_preparation_of_targets)
{
    double x[ROWS * FEATURES];
    gml_dataset *data = make_data(x);
    const struct {
        const char *preparation;
        int clamp;
        const char *says; /* null: it goes on */
    } cases[] = {{"log -> standard", 0, NULL},
                 {"standard", 0, "learns log of its targets, this one none"},
                 {"log", 0, "is not in the header"},
                 {"log -> standard", 1, "output.least"},
                 {"log -> standard", 0, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const gml_adapt_options options = {.target_preparation = cases[i].preparation, .clamp = cases[i].clamp};
        gml_train_options fit = {.epochs = i + 1, .batch = 4};
        gml_network *network = NULL;
        assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
        assert_ok(context, gml_network_adapt_with(network, data, &options));
        fit.checkpoint = i == 0 ? in_folder("c") : NULL;
        fit.resume = i == 0 ? NULL : in_folder("c");
        fit.resume_override = 1;
        const gml_status status = gml_fit(network, data, NULL, &fit, NULL, NULL);
        if (cases[i].says == NULL) {
            assert_ok(context, status);
        } else {
            assert_refused(context, status, status, cases[i].says, NULL);
            ck_assert_int_ne(status, GML_OK);
        }
        gml_network_destroy(network);
    }
    gml_dataset_destroy(data);
}

int main(void)
{
    return run_file_tests("target preparation", 60);
}
