/* tests/explain/healthy.c - healthy runs raise no alarm: while they train, at their end and on their data. */
#include <stdio.h>

#include "health_case.h"
#include "numbers.h"

/* A run: a network and how it is trained. */
static const struct {
    const char *network;
    gml_dtype dtype;
    gml_train_options options;
} runs[] = {
    {"8 -> 32 relu -> 3 softmax", GML_F32, {.epochs = 30}},
    {"8 -> 64 relu -> 32 relu -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 64 relu -> 64 relu -> 64 relu -> 64 relu -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 32 tanh -> 3 softmax", GML_F32, {.epochs = 30, .optimizer = "sgd(lr=0.1)"}},
    {"8 -> 32 tanh -> 32 tanh -> 3 softmax", GML_F64, {.epochs = 20}},
    {"8 -> 24 sigmoid -> 3 softmax", GML_F32, {.epochs = 30, .optimizer = "rmsprop"}},
    {"8 -> 24 sigmoid -> 24 sigmoid -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 48 gelu -> 48 gelu -> 3 softmax", GML_F32, {.epochs = 20, .optimizer = "adamw"}},
    {"8 -> 48 silu -> 24 silu -> 3 softmax", GML_F32, {.epochs = 20, .batch = 16}},
    {"8 -> 48 elu -> 24 elu -> 3 softmax", GML_F64, {.epochs = 20}},
    {"8 -> 48 selu -> 24 selu -> 3 softmax", GML_F32, {.epochs = 20, .batch = 64}},
    {"8 -> 40 leaky_relu -> 40 leaky_relu -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 40 prelu -> 20 prelu -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 40 mish -> 20 softplus -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 40 -> batchnorm -> relu -> 20 -> batchnorm -> relu -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 40 relu -> dropout 0.2 -> 40 relu -> dropout 0.2 -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 40 tanh -> layernorm -> 20 tanh -> 3 softmax", GML_F32, {.epochs = 20, .optimizer = "momentum(lr=0.01)"}},
    {"8 -> 32 relu -> 32 relu -> residual 1 -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 40 -> swiglu -> 20 relu -> 3 softmax", GML_F32, {.epochs = 20}},
    {"8 -> 64 relu -> 3 softmax", GML_F32, {.epochs = 40, .batch = 8, .optimizer = "sgd(lr=0.05)"}},
    {"8 -> 32 relu -> 3 softmax", GML_F32, {.epochs = 20, .optimizer = "muon"}},
    {"8 -> 32 snake -> 3 softmax", GML_F64, {.epochs = 20}},
};
enum { RUNS = sizeof runs / sizeof runs[0] };

START_TEST(healthy_runs_are_silent)
{
    health_case c = set_up_health(runs[_i].network, runs[_i].dtype, 2, (uint64_t)_i + 1);
    gml_train_options options = runs[_i].options;
    options.observer = gml_health_observer(c.health);
    options.seed = (uint64_t)_i;
    assert_ok(c.context, gml_network_adapt(c.network, c.data, GML_SCALING_AUTO));
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    assert_silent(c.health, "before training");
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, NULL, NULL));
    assert_ok(c.context, gml_health_finish(c.health));
    assert_silent(c.health, "after training");
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    assert_silent(c.health, "on the data");
    tear_down_health(&c);
}

/* Targets that are values, two inputs: the fewest that units can tell apart. */
START_TEST(healthy_runs_of_two_inputs_are_silent)
{
    static const char *const networks[] = {"2 -> 24 tanh -> 1", "2 -> 24 tanh -> 24 tanh -> 1",
                                           "2 -> 32 relu -> 32 relu -> 1", "2 -> 16 sigmoid -> 1"};
    const char *text = networks[_i % 4];
    health_case c = set_up_health(text, _i < 4 ? GML_F32 : GML_F64, 1, (uint64_t)_i + 11);
    gml_dataset *values = NULL;
    for (size_t i = 0; i < CASE_ROWS; i++) {
        c.y[i] = sin(3 * c.x[2 * i]) * c.x[2 * i + 1];
    }
    assert_ok(c.context, gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, CASE_ROWS, 2),
                                                   gml_matrix_f64(c.y, CASE_ROWS, 1), GML_TASK_REGRESSION, &values));
    gml_train_options options = {.epochs = 60, .observer = gml_health_observer(c.health)};
    assert_ok(c.context, gml_network_adapt(c.network, values, GML_SCALING_AUTO));
    assert_ok(c.context, gml_fit(c.network, values, NULL, &options, NULL, NULL));
    assert_ok(c.context, gml_health_finish(c.health));
    assert_silent(c.health, text);
    assert_ok(c.context, gml_health_measure(c.health, values));
    assert_silent(c.health, text);
    gml_dataset_destroy(values);
    tear_down_health(&c);
}

int main(void)
{
    know_test(healthy_runs_are_silent, RUNS);
    know_test(healthy_runs_of_two_inputs_are_silent, 8);
    return run_tests("health_planted", 120);
}
