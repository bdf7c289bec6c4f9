/* tests/explain/planted.c - on data where only two of eight inputs matter, every method ranks these two first. */
#include "explain_case.h"

enum { SAMPLES = 500, P = 8, EXPLAINED = 40, FIRST = 2, SECOND = 5 };

/* A network that has learned y = 2 x[2] - 3 x[5] + x[2] x[5], or whether that is above 0. */
static gml_network *learn(gml_context *context, const double *x, int classes)
{
    double y[SAMPLES];
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    for (size_t i = 0; i < SAMPLES; i++) {
        const double a = x[i * P + FIRST], b = x[i * P + SECOND], value = 2 * a - 3 * b + a * b;
        y[i] = classes ? value > 0 : value;
    }
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, SAMPLES, P), gml_matrix_f64(y, SAMPLES, 1),
                                                 classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION, &data));
    const gml_recipe recipe = {.hidden = "24 relu", .options = {.seed = 3}, .fit = {.epochs = 60, .l2 = 1e-3}};
    const gml_train_options options = gml_recipe_fit_options(&recipe, SAMPLES);
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    gml_dataset_destroy(data);
    return network;
}

static void find_planted(int classes)
{
    gml_context *context = test_context();
    double *x = random_doubles(SAMPLES * P, 1), a[EXPLAINED * P];
    gml_network *network = learn(context, x, classes);
    for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
        const gml_attribution_options options = {.method = gml_attribution_entry(row)->name};
        double mean[P] = {0};
        assert_ok(context, gml_attribute(network, gml_matrix_f64(x, EXPLAINED, P), &options,
                                         gml_matrix_f64(a, EXPLAINED, P), NULL));
        for (size_t i = 0; i < EXPLAINED * P; i++) {
            mean[i % P] += fabs(a[i]);
        }
        for (size_t j = 0; j < P; j++) {
            const double least = fmin(mean[FIRST], mean[SECOND]);
            ck_assert_msg(j == FIRST || j == SECOND || mean[j] < 0.5 * least, "%s: input %zu has %g of %g",
                          options.method, j, mean[j], least);
        }
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

TEST(every_method_ranks_the_inputs_that_matter_for_a_value_first)
{
    find_planted(0);
}

TEST(every_method_ranks_the_inputs_that_matter_for_a_class_first)
{
    find_planted(1);
}

int main(void)
{
    return run_tests("explain planted", 60);
}
