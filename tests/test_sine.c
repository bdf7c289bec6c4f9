/* What second-order methods are for: sin(x) on 100 points, by one hidden layer of 10 units of tanh, to a mean squared
 * error below 1e-6, which gradient descent does not come near in as many steps. */
#include <math.h>

#include "harness.h"

enum { POINTS = 100, SEEDS = 5 };

static double fit_sine(const char *optimizer, gml_dtype dtype, uint64_t seed, size_t epochs)
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
    gml_train_options train = {.optimizer = optimizer, .epochs = epochs, .batch = POINTS};
    gml_metrics metrics;
    assert_ok(context, gml_network_create(context, "1 -> 10 tanh -> 1", &options, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, POINTS, 1), gml_matrix_f64(y, POINTS, 1),
                                                 GML_TASK_REGRESSION, &data));
    assert_ok(context, gml_fit(network, data, NULL, &train, NULL, NULL));
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return metrics.loss;
}

static void assert_fits(const char *optimizer, gml_dtype dtype, size_t epochs, double most)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        double loss = fit_sine(optimizer, dtype, seed, epochs);
        ck_assert_msg(loss < most, "%s, seed %d: %g", optimizer, (int)seed, loss);
    }
}

START_TEST(lbfgs_fits_sin_to_below_1e_6)
{
    assert_fits("lbfgs(history=30)", GML_F64, 5000, 1e-6);
    assert_fits("lbfgs(history=30)", GML_F32, 5000, 1e-4);
}
END_TEST

START_TEST(adam_does_not_in_as_many_steps)
{
    ck_assert_double_gt(fit_sine("adam", GML_F64, 1, 5000), 1e-6);
}
END_TEST

int main(void)
{
    return run_tests("sine", 60, (const TTest *[]){lbfgs_fits_sin_to_below_1e_6, adam_does_not_in_as_many_steps, NULL});
}
