/* tests/measure/intervals_case.c - makes networks that give their inputs, and targets around these. */
#include "intervals_case.h"

const score_kind score_kinds[SCORE_KINDS] = {
    {"residual", GML_REFERENCE_RESIDUAL, 2, NULL, "mean_squared_error"},
    {"log_residual", GML_REFERENCE_LOG_RESIDUAL, 2, "log", "mean_squared_error"},
    {"scaled_residual", GML_REFERENCE_SCALED_RESIDUAL, 4, NULL, "gaussian_nll"},
};

static void predict_case(intervals_case *of)
{
    float narrow[CASE_SAMPLES * CASE_OUTPUTS];
    const size_t outputs = of->kind->outputs;
    const bool f64 = gml_network_dtype(of->network) == GML_F64;
    assert_ok(of->context, gml_network_predict(of->network, gml_matrix_f64(of->inputs, CASE_SAMPLES, outputs),
                                               f64 ? gml_matrix_f64(of->predictions, CASE_SAMPLES, outputs)
                                                   : gml_matrix_f32(narrow, CASE_SAMPLES, outputs)));
    for (size_t i = 0; !f64 && i < CASE_SAMPLES * outputs; i++) {
        of->predictions[i] = (double)narrow[i];
    }
}

void set_up_intervals(intervals_case *made, const score_kind *kind, gml_dtype dtype)
{
    const size_t outputs = kind->outputs;
    made->context = test_context();
    made->kind = kind;
    made->network =
        new_network(made->context, outputs == 2 ? "2 -> 2 init=identity" : "4 -> 4 init=identity", dtype, 1);
    assert_ok(made->context, gml_network_set_fact(made->network, "loss", kind->loss));
    assert_ok(made->context, gml_network_set_target_transform(made->network, kind->transform));
    for (size_t i = 0; i < CASE_SAMPLES * outputs; i++) {
        made->inputs[i] = (double)(float)(3 * scattered(i));
    }
    predict_case(made);
    for (size_t i = 0; i < CASE_SAMPLES; i++) {
        for (size_t j = 0; j < CASE_TARGETS; j++) {
            const double noise = (double)(j + 1) * scattered(7919 * i + j + 5);
            made->targets[i * CASE_TARGETS + j] =
                (i + j) % 11 == 3 ? (double)NAN : made->predictions[i * outputs + j] + noise;
        }
        made->weights[i] = i % 7 == 2 ? 0 : 2;
    }
}

void tear_down_intervals(intervals_case *made)
{
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
}

gml_dataset *case_data(const intervals_case *of, size_t first, size_t count)
{
    const size_t outputs = of->kind->outputs;
    const gml_dataset_parts parts = {
        .inputs = gml_matrix_f64((double *)of->inputs + first * outputs, count, outputs),
        .targets = gml_matrix_f64((double *)of->targets + first * CASE_TARGETS, count, CASE_TARGETS),
        .weights = gml_matrix_f64((double *)of->weights + first, count, 1),
        .task = GML_TASK_REGRESSION,
        .missing_targets = 1};
    gml_dataset *data = NULL;
    assert_ok(of->context, gml_dataset_create(of->context, &parts, &data));
    return data;
}

double reference_quantile(const intervals_case *of, size_t first, size_t count, size_t j, double level)
{
    double targets[CASE_SAMPLES], predictions[CASE_SAMPLES], variances[CASE_SAMPLES];
    const size_t outputs = of->kind->outputs;
    for (size_t i = 0; i < count; i++) {
        targets[i] = of->targets[(first + i) * CASE_TARGETS + j];
        predictions[i] = of->predictions[(first + i) * outputs + j];
        variances[i] = outputs > CASE_TARGETS ? of->predictions[(first + i) * outputs + CASE_TARGETS + j] : 0;
    }
    const gml_reference_values values = {count, targets, predictions, variances, of->weights + first};
    return gml_reference_quantile(&values, of->kind->score, level);
}
