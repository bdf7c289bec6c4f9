/* tests/train/calibrate.c - the temperature of a network, against a grid search by the definition. */
#include "calibrate_case.h"

TEST(the_temperature_is_that_of_a_fine_grid_and_the_slope_of_the_loss_is_0_there)
{
    const struct {
        size_t outputs;
        const char *net, *loss;
    } endings[] = {
        {3, "%zu -> %zu softmax init=identity", "softmax_cross_entropy"},
        {3, "%zu -> %zu softmax init=identity", "mean_squared_error"},
        {3, "%zu -> %zu log_softmax init=identity", "softmax_cross_entropy"},
        {3, "%zu -> %zu init=identity", "softmax_cross_entropy(smoothing=0.1)"},
        {3, "%zu -> %zu init=identity -> softmax", "kl_divergence"},
        {1, "%zu -> %zu sigmoid init=identity", "binary_cross_entropy(pos_weight=3)"},
        {1, "%zu -> %zu init=identity", "focal"},
    };
    for (size_t e = 0; e < sizeof endings / sizeof endings[0]; e++) {
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            const double confidence = e % 2 == 0 ? 3 : 0.2;
            logits_case of;
            set_up(&of, endings[e].outputs, confidence);
            gml_network *network = identity(&of, endings[e].net, (gml_dtype)dtype, endings[e].loss);
            gml_calibration report;
            assert_ok(of.context, gml_calibrate(network, of.data, &report));
            const gml_reference_logits logits = reference_of(&of, SAMPLES);
            const double t = report.temperature, d = 1e-5;
            ck_assert_double_eq_tol(t / gml_reference_temperature(&logits, 0.05, 20), 1, 1e-6);
            ck_assert_double_eq_tol(t / confidence, 1, 0.2);
            const double above = gml_reference_cross_entropy(&logits, t * (1 + d)),
                         below = gml_reference_cross_entropy(&logits, t * (1 - d));
            ck_assert_double_eq_tol((above - below) / (2 * d), 0, 1e-8);
            ck_assert_double_eq_tol(report.loss_before, gml_reference_cross_entropy(&logits, 1), 1e-9);
            ck_assert_double_eq_tol(report.loss_after, gml_reference_cross_entropy(&logits, t), 1e-9);
            ck_assert_double_lt(report.loss_after, report.loss_before);
            ck_assert_uint_eq(report.samples, SAMPLES);
            ck_assert_str_eq(report.note, "");
            gml_network_destroy(network);
            tear_down(&of);
        }
    }
}

TEST(a_network_that_is_too_sure_has_a_smaller_calibration_error_and_the_same_classes)
{
    for (size_t outputs = 1; outputs <= 3; outputs += 2) {
        logits_case of;
        double before[SAMPLES * MOST], after[SAMPLES * MOST];
        set_up(&of, outputs, 4);
        gml_network *network =
            identity(&of, outputs == 1 ? "%zu -> %zu sigmoid init=identity" : "%zu -> %zu softmax init=identity",
                     GML_F32, outputs == 1 ? "binary_cross_entropy" : "softmax_cross_entropy");
        gml_calibration report;
        predict(&of, network, before);
        assert_ok(of.context, gml_calibrate(network, of.data, &report));
        predict(&of, network, after);
        const char *const metrics[] = {"ece", "log_loss"};
        gml_metric_value values[2];
        assert_ok(of.context, gml_score_network(network, of.data, metrics, 2, values, gml_matrix_none()));
        ck_assert_double_eq(report.ece_after, values[0].value);
        ck_assert_double_eq_tol(report.loss_after, values[1].value, 1e-5);
        ck_assert_double_lt(report.ece_after, report.ece_before / 2);
        for (size_t i = 0; i < SAMPLES; i++) {
            for (size_t j = 0; j < outputs; j++) {
                const double *b = before + i * outputs, *a = after + i * outputs;
                ck_assert_int_eq(outputs == 1 ? b[0] > 0.5 : b[j] > b[(j + 1) % 3],
                                 outputs == 1 ? a[0] > 0.5 : a[j] > a[(j + 1) % 3]);
            }
        }
        gml_network_destroy(network);
        tear_down(&of);
    }
}

TEST(the_logits_of_every_ending_are_divided)
{
    static const char *const nets[] = {
        "%zu -> 4 tanh -> %zu softmax",
        "%zu -> 4 tanh -> %zu bias=no -> softmax",
        "%zu -> 4 tanh -> %zu -> batchnorm -> softmax",
        "%zu -> 4 tanh -> %zu -> layernorm -> softmax",
        "%zu -> 4 tanh -> %zu -> rmsnorm -> softmax",
        "%zu -> 4 tanh -> %zu bias=no -> weight_norm -> softmax",
        "%zu -> 4 tanh -> %zu -> dropout -> softmax",
        "%zu -> 4 relu -> 4 -> residual -> %zu softmax",
    };
    for (size_t e = 0; e < sizeof nets / sizeof nets[0]; e++) {
        logits_case of;
        double before[SAMPLES * MOST], after[SAMPLES * MOST];
        set_up(&of, 3, 1);
        gml_network *network = identity(&of, nets[e], GML_F64, "softmax_cross_entropy");
        gml_calibration report;
        assert_ok(of.context, gml_fit(network, of.data, NULL, &(gml_train_options){.epochs = 2}, NULL, NULL));
        predict(&of, network, before);
        assert_ok(of.context, gml_calibrate(network, of.data, &report));
        predict(&of, network, after);
        ck_assert_double_ne(report.temperature, 1);
        for (size_t i = 0; i < SAMPLES; i++) {
            const double *b = before + i * 3, *a = after + i * 3;
            for (size_t j = 1; j < 3; j++) {
                ck_assert_double_eq_tol(log(a[j] / a[0]), log(b[j] / b[0]) / report.temperature, 1e-10);
            }
        }
        gml_network_destroy(network);
        tear_down(&of);
    }
}

TEST(samples_without_weight_or_target_do_not_count)
{
    logits_case of;
    gml_calibration some, all;
    set_up(&of, 3, 2);
    gml_network *network = identity(&of, "%zu -> %zu softmax init=identity", GML_F64, "softmax_cross_entropy");
    gml_dataset *first = make_data(&of, SAMPLES / 2);
    assert_ok(of.context, gml_calibrate(network, first, &some));
    gml_network_destroy(network);
    gml_dataset_destroy(of.data);
    for (size_t i = SAMPLES / 2; i < SAMPLES; i++) {
        *(i % 2 == 0 ? &of.weights[i] : &of.targets[i]) = i % 2 == 0 ? 0 : (double)NAN;
    }
    of.data = make_data(&of, SAMPLES);
    network = identity(&of, "%zu -> %zu softmax init=identity", GML_F64, "softmax_cross_entropy");
    assert_ok(of.context, gml_calibrate(network, of.data, &all));
    ck_assert_uint_eq(all.samples, SAMPLES / 2);
    ck_assert_double_eq(all.temperature, some.temperature);
    ck_assert_double_eq(all.loss_after, some.loss_after);
    gml_network_destroy(network);
    gml_dataset_destroy(first);
    tear_down(&of);
}

TEST(the_fact_is_the_product_of_all_temperatures_and_a_fit_removes_it)
{
    logits_case of;
    gml_calibration first, second;
    set_up(&of, 3, 3);
    gml_network *network = identity(&of, "%zu -> %zu softmax init=identity", GML_F64, "softmax_cross_entropy");
    assert_ok(of.context, gml_calibrate(network, of.data, &first));
    gml_dataset *half = make_data(&of, SAMPLES / 2);
    assert_ok(of.context, gml_calibrate(network, half, &second));
    ck_assert_double_eq_tol(atof(gml_network_fact(network, "temperature")), first.temperature * second.temperature,
                            1e-12);
    assert_ok(of.context, gml_fit(network, of.data, NULL, &(gml_train_options){.epochs = 1}, NULL, NULL));
    ck_assert_ptr_null(gml_network_fact(network, "temperature"));
    gml_dataset_destroy(half);
    gml_network_destroy(network);
    tear_down(&of);
}

TEST(the_bits_are_the_same_for_any_number_of_threads)
{
    char facts[3][32];
    for (size_t threads = 1; threads <= 3; threads++) {
        logits_case of;
        set_up(&of, 3, 2);
        gml_dataset_destroy(of.data);
        gml_context_destroy(of.context);
        of.context = context_with((gml_context_options){.threads = threads});
        of.data = make_data(&of, SAMPLES);
        gml_network *network =
            identity(&of, "%zu -> 300 relu -> 200 relu -> %zu softmax", GML_F32, "softmax_cross_entropy");
        assert_ok(of.context, gml_calibrate(network, of.data, NULL));
        snprintf(facts[threads - 1], sizeof facts[0], "%s", gml_network_fact(network, "temperature"));
        ck_assert_str_eq(facts[threads - 1], facts[0]);
        gml_network_destroy(network);
        tear_down(&of);
    }
}

int main(void)
{
    return run_tests("calibrate", 60);
}
