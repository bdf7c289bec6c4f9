/* tests/train/fit.c - fits learn, and the same seed trains the same weights. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "numbers.h"
#include "xor_case.h"

TEST(a_fit_learns_xor)
{
    fixture f = set_up_xor("2 -> 8 tanh -> 2 softmax");
    gml_train_options options = {.optimizer = "adam(lr=0.05)", .batch = 4, .epochs = 300, .seed = 1};
    gml_fit_report report;
    assert_ok(f.context, gml_fit(f.network, f.data, f.data, &options, NULL, &report));
    ck_assert_uint_eq(report.epochs, 300);
    ck_assert_uint_eq(report.steps, 300);
    ck_assert_int_eq(report.full_batch, 0);
    ck_assert_uint_eq(report.samples, 1200);
    ck_assert_double_lt(report.train_loss, 0.01);
    ck_assert_double_eq(report.validation.accuracy, 1);
    tear_down(&f);
}

TEST(classes_are_spread_to_rows_of_zeros_and_a_one_for_losses_that_take_values)
{
    fixture f = set_up_xor("2 -> 8 tanh -> 2 sigmoid");
    const char *const losses[] = {"mean_squared_error", "binary_cross_entropy"};
    for (size_t i = 0; i < 2; i++) {
        gml_network_initialize(f.network, 4);
        gml_train_options options = {.loss = losses[i], .optimizer = "adam(lr=0.05)", .epochs = 400};
        gml_metrics metrics;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
        ck_assert_double_eq(metrics.accuracy, 1);
    }
    tear_down(&f);
}

TEST(a_single_output_tells_two_classes_apart)
{
    fixture f = set_up_xor("2 -> 8 tanh -> 1 sigmoid");
    gml_train_options options = {.optimizer = "adam(lr=0.05)", .epochs = 400};
    gml_metrics metrics;
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
    ck_assert_double_eq(metrics.accuracy, 1);
    ck_assert_str_eq(gml_network_fact(f.network, "loss"), "binary_cross_entropy");
    tear_down(&f);
}

TEST(two_classes_part_at_a_logit_of_0_or_a_value_of_one_half)
{
    fixture f = set_up_xor("2 -> 1 init=zeros");
    gml_block bias;
    assert_ok(f.context, gml_network_block(f.network, 1, &bias));
    *(float *)bias.values.data = 0.25f;
    const uint8_t ones[4] = {1, 1, 1, 0};
    gml_dataset *data = NULL;
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_u8(ones, 4, 1),
                                                   GML_TASK_AUTO, &data));
    gml_metrics logits, values;
    assert_ok(f.context, gml_evaluate(f.network, data, "binary_cross_entropy", &logits));
    assert_ok(f.context, gml_evaluate(f.network, data, "mean_squared_error", &values));
    ck_assert_double_eq(logits.accuracy, 0.75);
    ck_assert_double_eq(values.accuracy, 0.25);
    gml_dataset_destroy(data);
    tear_down(&f);
}

static int count_samples(void *user, const gml_progress *progress)
{
    size_t *counted = user;
    *counted = progress->samples;
    return 0;
}

TEST(drop_last_leaves_out_what_is_no_whole_batch)
{
    static const struct {
        size_t rows, batch, steps, samples;
    } cases[] = {{25, 8, 3, 24}, {24, 8, 3, 24}, {25, 24, 1, 24}, {5, 8, 1, 5}};
    static const char *const nets[] = {"2 -> 3 tanh -> 1", "2 -> 3 -> batchnorm -> tanh -> 1"};
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        const size_t rows = cases[i / 2].rows;
        fixture f = set_up(nets[i % 2], GML_F32, 1, rows);
        const gml_train_options options = {.batch = cases[i / 2].batch, .epochs = 2, .drop_last = 1};
        size_t counted = 0;
        const gml_fit_callbacks callbacks = {.user = &counted, .on_batch = count_samples};
        gml_fit_report report;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, &callbacks, &report));
        ck_assert_uint_eq(report.steps, 2 * cases[i / 2].steps);
        ck_assert_uint_eq(report.samples, 2 * cases[i / 2].samples);
        ck_assert_uint_eq(counted, 2 * cases[i / 2].samples);
        ck_assert_str_eq(gml_network_fact(f.network, "drop_last"), "yes");
        tear_down(&f);
    }
}

TEST(a_full_batch_optimizer_drops_nothing)
{
    fixture f = set_up("2 -> 3 tanh -> 1", GML_F64, 1, 25);
    const gml_train_options options = {.optimizer = "lbfgs", .batch = 8, .epochs = 2, .drop_last = 1};
    gml_fit_report report;
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, &report));
    ck_assert_uint_eq(report.samples, 25 * report.epochs);
    tear_down(&f);
}

TEST(the_seed_is_kept_to_the_last_digit)
{
    fixture f = set_up_xor("2 -> 2");
    gml_train_options options = {.epochs = 1, .seed = UINT64_MAX};
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    ck_assert_str_eq(gml_network_fact(f.network, "seed"), "18446744073709551615");
    tear_down(&f);
}

TEST(the_same_seed_trains_the_same_weights_and_another_order_others)
{
    enum { ROWS = 64 };
    gml_context *context = test_context();
    double *x = random_doubles(ROWS * 3, 1), *y = random_doubles(ROWS, 2);
    gml_dataset *data = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 3), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_AUTO, &data));
    const uint64_t seeds[3] = {5, 5, 6};
    gml_network *networks[3];
    for (size_t i = 0; i < 3; i++) {
        gml_train_options options = {.batch = 10, .epochs = 3, .seed = seeds[i]};
        assert_ok(context, gml_network_create(context, "3 -> 4 tanh -> 1", NULL, &networks[i]));
        assert_ok(context, gml_fit(networks[i], data, NULL, &options, NULL, NULL));
    }
    ck_assert_mem_eq(weights_of(networks[0]), weights_of(networks[1]), 12 * sizeof(float));
    ck_assert_mem_ne(weights_of(networks[0]), weights_of(networks[2]), 12 * sizeof(float));
    for (size_t i = 0; i < 3; i++) {
        gml_network_destroy(networks[i]);
    }
    gml_dataset_destroy(data);
    free(x);
    free(y);
    gml_context_destroy(context);
}

TEST(a_part_of_a_dataset_is_trained_on_as_if_it_were_its_own_data)
{
    enum { ROWS = 40 };
    gml_context *context = test_context();
    double *x = random_doubles(ROWS * 2, 1), *y = random_doubles(ROWS, 2);
    gml_dataset *data = NULL, *first = NULL, *second = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 2), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_AUTO, &data));
    assert_ok(context, gml_dataset_split(data, 0.25, 3, &first, &second));
    double part_x[60], part_y[30];
    assert_ok(context,
              gml_dataset_gather(first, NULL, 30, gml_matrix_f64(part_x, 30, 2), gml_matrix_f64(part_y, 30, 1)));
    gml_dataset *own = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(part_x, 30, 2), gml_matrix_f64(part_y, 30, 1),
                                                 GML_TASK_AUTO, &own));
    const gml_dataset *sets[2] = {first, own};
    gml_network *networks[2];
    gml_metrics metrics[2];
    for (size_t i = 0; i < 2; i++) {
        gml_train_options options = {.batch = 8, .epochs = 2};
        assert_ok(context, gml_network_create(context, "2 -> 4 tanh -> 1", NULL, &networks[i]));
        assert_ok(context, gml_network_adapt(networks[i], sets[i], GML_SCALING_AUTO));
        assert_ok(context, gml_fit(networks[i], sets[i], NULL, &options, NULL, NULL));
        assert_ok(context, gml_evaluate(networks[i], sets[i], NULL, &metrics[i]));
    }
    ck_assert_mem_eq(weights_of(networks[0]), weights_of(networks[1]), 8 * sizeof(float));
    ck_assert_double_eq(metrics[0].loss, metrics[1].loss);
    for (size_t i = 0; i < 2; i++) {
        gml_network_destroy(networks[i]);
    }
    gml_dataset_destroy(own);
    gml_dataset_destroy(first);
    gml_dataset_destroy(second);
    gml_dataset_destroy(data);
    free(x);
    free(y);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("train", 120);
}
