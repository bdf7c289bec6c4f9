/* tests/network/bias_init.c - the first biases of layers: what they are for, and what they leave as it was. */
#include <math.h>
#include <string.h>

#include "harness.h"

enum { ROWS = 401, POINTS = 194 };

static gml_network *network(gml_context *context, const char *description, gml_dtype dtype, uint64_t seed)
{
    gml_network *made = NULL;
    gml_network_options options = {.dtype = dtype, .seed = seed};
    assert_ok(context, gml_network_create(context, description, &options, &made));
    return made;
}

static gml_block block_of(const gml_network *of, size_t index)
{
    gml_block block;
    assert_ok(gml_network_context(of), gml_network_block(of, index, &block));
    return block;
}

TEST(a_wave_over_one_input_is_learned_by_a_layer_of_relu)
{
    static double x[ROWS], y[ROWS];
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = ((double)i - 200) / 100;
        y[i] = sin(((double)i - 200) / 25);
    }
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 1), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_REGRESSION, &data));
    for (uint64_t seed = 0; seed < 3; seed++) {
        gml_network *net = network(context, "1 -> 128 relu -> 1", GML_F32, seed);
        gml_train_options options = {.epochs = 231, .seed = seed}; /* 3000 steps, as the program takes */
        gml_metrics metrics;
        assert_ok(context, gml_network_adapt(net, data, GML_SCALING_AUTO));
        assert_ok(context, gml_fit(net, data, NULL, &options, NULL, NULL));
        assert_ok(context, gml_evaluate(net, data, NULL, &metrics));
        ck_assert_msg(metrics.r2 > 0.85, "seed %d: R2 %g", (int)seed, metrics.r2);
        gml_network_destroy(net);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

static int is_learned(void *user, const gml_progress *progress)
{
    (void)user;
    return progress->loss < 0.01;
}

TEST(two_spirals_are_learned_from_every_seed)
{
    static double x[POINTS][2], y[POINTS];
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    for (size_t i = 0; i < POINTS; i++) {
        double turn = (double)(i / 2), side = i % 2 == 0 ? 1 : -1; /* Lang and Witbrock, 1988 */
        double radius = 6.5 * (104 - turn) / 104, angle = turn / 16 * acos(-1);
        x[i][0] = side * radius * sin(angle);
        x[i][1] = side * radius * cos(angle);
        y[i] = i % 2 == 0;
    }
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(&x[0][0], POINTS, 2),
                                                 gml_matrix_f64(y, POINTS, 1), GML_TASK_CLASSIFICATION, &data));
    for (uint64_t seed = 0; seed < 5; seed++) {
        gml_network *net = network(context, "2 -> 50 tanh -> 50 tanh -> 1", GML_F64, seed);
        gml_train_options options = {.loss = "mean_squared_error", .optimizer = "lbfgs", .epochs = 1000};
        gml_fit_callbacks callbacks = {.on_epoch = is_learned};
        gml_fit_report report;
        assert_ok(context, gml_network_adapt(net, data, GML_SCALING_AUTO));
        assert_ok(context, gml_fit(net, data, NULL, &options, &callbacks, &report));
        ck_assert_msg(report.train_loss < 0.01, "seed %d: loss %g", (int)seed, report.train_loss);
        gml_network_destroy(net);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(the_initializer_of_biases_leaves_the_weights_as_they_are)
{
    gml_context *context = test_context();
    gml_network *plain = network(context, "7 -> 5 relu -> 2", GML_F32, 9);
    gml_network *zeros = network(context, "7 -> 5 relu bias_init=zeros -> 2 bias_init=normal(std=3)", GML_F32, 9);
    gml_network *none = network(context, "7 -> 5 relu bias=no -> 2 bias=no", GML_F32, 9);
    for (size_t i = 0; i < 2; i++) {
        gml_block weight = block_of(plain, 2 * i), other = block_of(zeros, 2 * i), bare = block_of(none, i);
        size_t bytes = weight.values.rows * weight.values.cols * sizeof(float);
        ck_assert_mem_eq(weight.values.data, other.values.data, bytes);
        ck_assert_mem_eq(weight.values.data, bare.values.data, bytes);
        ck_assert_mem_ne(block_of(plain, 2 * i + 1).values.data, block_of(zeros, 2 * i + 1).values.data,
                         2 * sizeof(float));
    }
    const float *bias = block_of(zeros, 1).values.data;
    for (size_t j = 0; j < 5; j++) {
        ck_assert_float_eq(bias[j], 0);
        ck_assert_float_le(fabsf(((const float *)block_of(plain, 1).values.data)[j]), 1 / sqrtf(7));
    }
    gml_network_destroy(none);
    gml_network_destroy(zeros);
    gml_network_destroy(plain);
    gml_context_destroy(context);
}

TEST(layers_that_begin_as_no_layer_or_as_0_have_biases_of_0)
{
    static const char *const calm[] = {"4 -> 4 init=identity", "4 -> 4 init=zeros"};
    gml_context *context = test_context();
    for (size_t i = 0; i < 2; i++) {
        gml_network *net = network(context, calm[i], GML_F64, 1);
        const double *bias = block_of(net, 1).values.data;
        for (size_t j = 0; j < 4; j++) {
            ck_assert_double_eq(bias[j], 0);
        }
        gml_network_destroy(net);
    }
    gml_context_destroy(context);
}

TEST(initializers_that_are_not_for_biases_are_refused)
{
    static const struct {
        const char *text;
        gml_status status;
        const char *reason;
    } cases[] = {
        {"4 -> 3 bias_init=orthogonal", GML_ERROR_NAME, "orthogonal"},
        {"4 -> 3 bias_init=zero", GML_ERROR_NAME, "zeros"},
        {"4 -> 3 bias=no bias_init=zeros", GML_ERROR_ARGUMENT, "layer with biases"},
        {"4 -> 3 bias_init=zeros bias_init=zeros", GML_ERROR_ARGUMENT, "one bias_init="},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"bias\":false,"
         "\"bias_initializer\":{\"name\":\"zeros\"}}]}",
         GML_ERROR_ARGUMENT, "layer with biases"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"bias_initializer\":{\"name\":\"identity\"}}]}",
         GML_ERROR_NAME, "identity"},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_network *net = NULL;
        assert_refused(context, gml_network_create(context, cases[i].text, NULL, &net), cases[i].status,
                       cases[i].reason, NULL);
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("bias init", 120);
}
