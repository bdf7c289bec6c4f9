/* tests/check/gradients.c - the gradient check over all rows of all tables, in nets of mixed layers, at several sizes
 * and in both types. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "layer/activation.h"
#include "loss_case.h"
#include "numbers.h"

enum { MOST_BLOCKS = 32 };

/* What float's own rounding may amount to after a few layers. */
static const double FLOAT_ROUNDING = 2e-5;

typedef struct problem {
    const char *description, *loss;
    size_t rows;
    bool soft;   /* targets are a row of shares that sum to 1, not class numbers */
    bool scaled; /* inputs are shifted and scaled */
    uint64_t seed;
} problem;

static gml_network *make_network(gml_context *context, const problem *p)
{
    gml_network *network = NULL;
    gml_network_options options = {.dtype = GML_F64, .seed = p->seed};
    assert_ok(context, gml_network_create(context, p->description, &options, &network));
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        assert_ok(context, gml_network_block(network, i, &block));
        if (strstr(block.name, "bias") != NULL) {
            double *noise = random_doubles(block.values.cols, p->seed + i);
            memcpy(block.values.data, noise, block.values.cols * sizeof *noise);
            free(noise);
        }
    }
    if (p->scaled) {
        size_t inputs = gml_network_inputs(network);
        double *shift = random_doubles(inputs, 77);
        double *scale = random_doubles(inputs, 78);
        for (size_t i = 0; i < inputs; i++) {
            scale[i] += 2;
        }
        assert_ok(context, gml_network_set_input_scaling(network, shift, scale));
        free(shift);
        free(scale);
    }
    return network;
}

/* Targets that fit the loss: class numbers, shares, 0 and 1, or values. */
static gml_matrix make_targets(const gml_network *network, const problem *p)
{
    size_t outputs = gml_network_outputs(network);
    gml_call call;
    assert_ok(gml_network_context(network),
              gml_call_parse(gml_network_context(network), "loss", gml_loss_entry, p->loss, strlen(p->loss), &call));
    const gml_loss_row *row = gml_loss_row_at(call.row);
    if (row->class_numbers && !p->soft) {
        return gml_matrix_f64(random_classes(p->rows, outputs, p->seed), p->rows, 1);
    }
    size_t targets = gml_loss_row_targets(row, outputs);
    double *values = random_doubles(p->rows * targets, p->seed + 5);
    for (size_t i = 0; i < p->rows * targets; i++) {
        values[i] = row->class_numbers ? fabs(values[i]) : loss_target(row, values[i]);
    }
    for (size_t i = 0; i < p->rows; i++) {
        settle_row(row, targets, values + i * targets);
    }
    return gml_matrix_f64(values, p->rows, targets);
}

/* With `unknown`, some targets are not known. */
static void check_with(gml_context *context, const problem *p, bool unknown)
{
    gml_network *network = make_network(context, p);
    gml_matrix x = gml_matrix_f64(random_doubles(p->rows * gml_network_inputs(network), p->seed + 9), p->rows,
                                  gml_network_inputs(network));
    gml_matrix y = make_targets(network, p);
    for (size_t i = 2; unknown && i < y.rows * y.cols; i += 5) {
        ((double *)y.data)[i] = NAN;
    }
    gml_check_block blocks[MOST_BLOCKS];
    size_t count = 0, checked = 0;
    assert_ok(context, gml_gradient_check(network, x, y, p->loss, 0, blocks, MOST_BLOCKS, &count));
    ck_assert_uint_eq(count, gml_network_block_count(network) + 1);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(blocks[i].worst <= 1e-6, "%s, %s: %s differs by %g", p->description, p->loss, blocks[i].name,
                      blocks[i].worst);
        ck_assert_msg(blocks[i].float_worst <= FLOAT_ROUNDING, "%s, %s: %s in float differs by %g", p->description,
                      p->loss, blocks[i].name, blocks[i].float_worst);
        checked += blocks[i].checked;
    }
    ck_assert_uint_gt(checked, 0);
    free(x.data);
    free(y.data);
    gml_network_destroy(network);
}

static void check(gml_context *context, const problem *p)
{
    check_with(context, p, false);
}

TEST(every_activation_with_every_loss_has_the_gradient_of_its_function)
{
    gml_context *context = test_context();
    for (size_t a = 0; gml_activation_entry(a) != NULL; a++) {
        for (size_t l = 0; gml_loss_entry(l) != NULL; l++) {
            char description[128];
            snprintf(description, sizeof description, "7 -> 9 %s -> 6 tanh -> 5 %s -> 4", gml_activation_entry(a)->name,
                     gml_activation_entry(a)->name);
            problem p = {.description = description, .loss = gml_loss_entry(l)->name, .rows = 11, .seed = 3 * a + l};
            check(context, &p);
        }
    }
    gml_context_destroy(context);
}

TEST(every_loss_after_every_activation_in_the_last_layer_has_the_gradient_of_its_function)
{
    gml_context *context = test_context();
    for (size_t a = 0; gml_activation_entry(a) != NULL; a++) {
        for (size_t l = 0; gml_loss_entry(l) != NULL; l++) {
            char description[128];
            snprintf(description, sizeof description, "5 -> 8 sigmoid -> 4 %s", gml_activation_entry(a)->name);
            problem p = {.description = description, .loss = gml_loss_entry(l)->name, .rows = 7, .seed = 100 + a + l};
            if (!gml_activation_row_at(a)->straight_through) {
                check(context, &p);
            }
        }
    }
    gml_context_destroy(context);
}

TEST(every_loss_has_the_gradient_of_its_mean_over_the_targets_that_are_known)
{
    gml_context *context = test_context();
    for (size_t l = 0; gml_loss_entry(l) != NULL; l++) {
        const char *loss = gml_loss_entry(l)->name;
        for (int soft = 0; soft < 2; soft++) {
            const problem p = {"5 -> 8 tanh -> 4", loss, 9, soft != 0, true, 40 + l};
            check_with(context, &p, true);
        }
    }
    const problem one_hot = {"5 -> 8 tanh -> 1 sigmoid", "binary_cross_entropy", 9, false, false, 3};
    check_with(context, &one_hot, true);
    gml_context_destroy(context);
}

TEST(soft_targets_scaled_inputs_and_layers_without_bias_keep_the_gradient_right)
{
    gml_context *context = test_context();
    const problem problems[] = {
        {"6 -> 8 relu bias=no -> 5 softmax", "softmax_cross_entropy", 9, true, true, 1},
        {"6 -> 8 leaky_relu(slope=0.3) -> 1 sigmoid", "binary_cross_entropy", 9, false, true, 2},
        {"3 -> 1", "mean_squared_error", 4, false, true, 3},
        {"1 -> 1 tanh -> 2 tanh -> 1 tanh", "mean_squared_error", 1, false, false, 4},
        {"4 -> 6 tanh -> 3 exponential", "poisson", 9, false, true, 6},
        {"4 -> 6 tanh -> 3 exponential", "gamma", 9, false, true, 7},
        {"4 -> 6 tanh -> 3 exponential", "tweedie(power=1.2)", 9, false, true, 8},
        {"4 -> 6 tanh -> 6", "gaussian_nll(eps=0.01)", 9, false, true, 9},
        {"40 -> 70 tanh -> 33 leaky_relu -> 10 softmax", "softmax_cross_entropy", 37, false, false, 5},
    };
    for (size_t i = 0; i < sizeof problems / sizeof problems[0]; i++) {
        check(context, &problems[i]);
    }
    gml_context_destroy(context);
}

TEST(blocks_behind_a_step_are_named_straight_through_and_the_rest_is_checked)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "4 -> 5 tanh -> 6 step -> 2", NULL, &network));
    gml_matrix x = gml_matrix_f64(random_doubles(12, 1), 3, 4);
    gml_matrix y = gml_matrix_f64(random_doubles(6, 2), 3, 2);
    gml_check_block blocks[7];
    size_t count = 0;
    assert_ok(context, gml_gradient_check(network, x, y, NULL, 0, blocks, 7, &count));
    ck_assert_uint_eq(count, 7);
    const int expected[7] = {1, 1, 1, 1, 0, 0, 1};
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(blocks[i].straight_through == expected[i], "%s", blocks[i].name);
        ck_assert(expected[i] ? blocks[i].checked == 0 : blocks[i].checked > 0);
    }
    free(x.data);
    free(y.data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_kink_between_the_two_points_is_skipped_and_counted)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "1 -> 1 relu init=zeros -> 1", NULL, &network));
    double x = 1, y = 1;
    gml_check_block blocks[5];
    size_t count = 0;
    assert_ok(context, gml_gradient_check(network, gml_matrix_f64(&x, 1, 1), gml_matrix_f64(&y, 1, 1), NULL, 0, blocks,
                                          5, &count));
    ck_assert_uint_eq(blocks[0].kinks, 1);
    ck_assert_uint_eq(blocks[0].checked, 0);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(too_little_room_for_blocks_is_refused)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "1 -> 1", NULL, &network));
    double x = 1;
    gml_check_block blocks[3];
    size_t count = 0;
    assert_refused(
        context,
        gml_gradient_check(network, gml_matrix_f64(&x, 1, 1), gml_matrix_f64(&x, 1, 1), NULL, 0, blocks, 2, &count),
        GML_ERROR_ARGUMENT, "room for 2 blocks", "there are 3", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("gradients", 120);
}
