/* tests/train/calibrate_bounds.c - samples without a best temperature, and networks that cannot be calibrated. */
#include "calibrate_case.h"

/* Calibrates the identity on the first samples, with the given logits and classes. */
static gml_calibration calibrate_few(size_t samples, const double *logits, const double *classes)
{
    logits_case of;
    gml_calibration report;
    set_up(&of, 3, 1);
    memcpy(of.logits, logits, samples * 3 * sizeof *logits);
    memcpy(of.targets, classes, samples * sizeof *classes);
    gml_dataset *data = make_data(&of, samples);
    gml_network *network = identity(&of, "%zu -> %zu softmax init=identity", GML_F64, "softmax_cross_entropy");
    double before[SAMPLES * MOST], after[SAMPLES * MOST];
    predict(&of, network, before);
    assert_ok(of.context, gml_calibrate(network, data, &report));
    predict(&of, network, after);
    ck_assert_int_eq(memcmp(before, after, sizeof before) == 0, report.temperature == 1);
    ck_assert(isfinite(report.loss_before) && isfinite(report.loss_after) && report.loss_after <= report.loss_before);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    tear_down(&of);
    return report;
}

TEST(samples_that_are_all_right_leave_the_network_unchanged_and_the_report_says_so)
{
    static const double logits[] = {2, 1, 0, 0, 3, 1, 1, 1, 4}, classes[] = {0, 1, 2}, ones[] = {2, 0, 1, 5, 1, 0};
    const gml_calibration many = calibrate_few(3, logits, classes), one = calibrate_few(1, logits, classes),
                          one_class = calibrate_few(2, ones, (double[]){0, 0});
    ck_assert_double_eq(many.temperature, 1);
    ck_assert_double_eq(one.temperature, 1);
    ck_assert_double_eq(one_class.temperature, 1);
    const gml_calibration sure = calibrate_few(1, (const double[]){1e9, 0, 0}, classes); /* its slope underflows */
    ck_assert_double_eq(sure.temperature, 1);
    ck_assert_ptr_nonnull(strstr(many.note, "no sample is predicted wrongly"));
    ck_assert_ptr_nonnull(strstr(sure.note, "no sample is predicted wrongly"));
}

TEST(a_temperature_at_its_bound_is_told)
{
    static const double logits[] = {2, 1, 0, 1e-3, 0, 0, 0, 1e-3, 0}, wrong[] = {1, 0, 0};
    const gml_calibration hot = calibrate_few(1, logits, wrong),
                          cold = calibrate_few(3, (const double[]){0.01, 0, 0, 0.01, 0, 0, 1e-4, 0, 0},
                                               (const double[]){0, 0, 1});
    ck_assert_double_eq_tol(hot.temperature, 20, 1e-12);
    ck_assert_ptr_nonnull(strstr(hot.note, "greatest temperature, 20"));
    ck_assert_double_eq_tol(cold.temperature, 0.05, 1e-12);
    ck_assert_ptr_nonnull(strstr(cold.note, "least temperature, 0.05"));
}

TEST(logits_that_say_nothing_leave_the_network_unchanged)
{
    const gml_calibration report = calibrate_few(2, (const double[]){1, 1, 1, 2, 2, 2}, (const double[]){0, 1});
    ck_assert_double_eq(report.temperature, 1);
    ck_assert_str_eq(report.note, "");
}

TEST(extreme_logits_have_a_temperature)
{
    static const double logits[] = {1e150, 0, 0, 0, 1e150, 0, 0, 0, 1e-300}, classes[] = {1, 1, 2};
    ck_assert_double_eq_tol(calibrate_few(3, logits, classes).temperature, 20, 1e-12);
}

TEST(networks_and_data_without_probabilities_of_classes_are_refused_and_stay_as_they_are)
{
    const struct {
        size_t outputs;
        const char *net, *loss, *word;
    } refused[] = {
        {1, "%zu -> %zu init=identity", "hinge", "trained with hinge"},
        {1, "%zu -> %zu sigmoid init=identity", "squared_hinge", "squared_hinge"},
        {3, "%zu -> %zu init=identity", "mean_squared_error", "probabilities of classes"},
        {3, "%zu -> %zu sigmoid init=identity", "binary_cross_entropy", "3 sigmoid outputs"},
        {3, "%zu -> %zu -> residual -> softmax", "softmax_cross_entropy", "layer 2, residual"},
        {3, "%zu -> %zu relu -> softmax", "softmax_cross_entropy", "layer 1, dense"},
        {3, "%zu -> %zu softmax -> dropout", "softmax_cross_entropy", "layer 1, dense"},
    };
    for (size_t e = 0; e < sizeof refused / sizeof refused[0]; e++) {
        logits_case of;
        double before[SAMPLES * MOST], after[SAMPLES * MOST];
        set_up(&of, refused[e].outputs, 1);
        gml_network *network = identity(&of, refused[e].net, GML_F64, refused[e].loss);
        gml_calibration report = {.temperature = 7};
        predict(&of, network, before);
        assert_refused(of.context, gml_calibrate(network, of.data, &report), GML_ERROR_ARGUMENT, refused[e].word, NULL);
        predict(&of, network, after);
        ck_assert_int_eq(memcmp(before, after, sizeof before[0] * SAMPLES * of.outputs), 0);
        ck_assert_ptr_null(gml_network_fact(network, "temperature"));
        ck_assert_double_eq(report.temperature, 7);
        gml_network_destroy(network);
        tear_down(&of);
    }
}

TEST(values_and_scaled_outputs_are_refused)
{
    logits_case of;
    set_up(&of, 3, 1);
    gml_dataset *values = NULL;
    gml_network *network = identity(&of, "%zu -> %zu softmax init=identity", GML_F64, "softmax_cross_entropy");
    const gml_matrix z = gml_matrix_f64(of.logits, SAMPLES, 3);
    const gml_dataset_parts parts = {.inputs = z, .targets = z, .task = GML_TASK_REGRESSION};
    assert_ok(of.context, gml_dataset_create(of.context, &parts, &values));
    assert_refused(of.context, gml_calibrate(network, values, NULL), GML_ERROR_ARGUMENT, "the targets are values",
                   NULL);
    assert_ok(of.context, gml_network_set_output_scaling(network, NULL, (double[]){1, 2, 3}));
    assert_refused(of.context, gml_calibrate(network, of.data, NULL), GML_ERROR_ARGUMENT, "scaled", NULL);
    gml_dataset_destroy(values);
    gml_network_destroy(network);
    tear_down(&of);
}

TEST(a_logit_that_is_not_finite_is_named)
{
    logits_case of;
    set_up(&of, 1, 1);
    gml_network *network = identity(&of, "%zu -> %zu sigmoid init=identity bias=no", GML_F32, "binary_cross_entropy");
    gml_block weight;
    assert_ok(of.context, gml_network_block(network, 0, &weight));
    *(float *)weight.values.data = 3e38F;
    of.logits[4] = 30;
    assert_refused(of.context, gml_calibrate(network, of.data, NULL), GML_ERROR_DATA, "logit 1 is", NULL);
    gml_network_destroy(network);
    tear_down(&of);
}
