/* tests/reference/by_hand.c - the naive reference against paper and pencil and against differences of its own values.
 */
#include "harness.h"
#include "layer/activation.h"
#include "naive.h"
#include "numbers.h"
#include "optimizer/optimizer.h"

#include <math.h>
#include <string.h>

/* ---- functions ---- */

TEST(every_row_of_the_library_s_tables_has_its_reference)
{
    for (size_t i = 0; gml_activation_entry(i) != NULL; i++) {
        const char *name = gml_activation_entry(i)->name;
        ck_assert_msg(gml_reference_find_activation(name) != NULL, "activation %s", name);
    }
    for (size_t i = 0; gml_loss_entry(i) != NULL; i++) {
        ck_assert_msg(gml_reference_find_loss(gml_loss_entry(i)->name) != NULL, "loss %s", gml_loss_entry(i)->name);
    }
    for (size_t i = 0; gml_optimizer_entry(i) != NULL; i++) {
        const char *name = gml_optimizer_entry(i)->name;
        bool full_batch = gml_optimizer_row_at(i)->full_batch; /* its reference: reference/methods.h */
        ck_assert_msg(full_batch || gml_reference_find_optimizer(name) != NULL, "optimizer %s", name);
    }
    ck_assert_ptr_null(gml_reference_find_activation("no such thing"));
    ck_assert_ptr_null(gml_reference_find_loss("no such thing"));
    ck_assert_ptr_null(gml_reference_find_optimizer("no such thing"));
}

TEST(activations_backward_is_the_difference_of_their_values)
{
    const double parameters[GML_MAX_PARAMETERS] = {0.1};
    const double z[] = {-30, -2.5, -0.7, -1e-3, 2e-3, 0.4, 1.9, 25}, dy[] = {1, -2, 0.5, 3, -1, 2, 1.5, -0.25};
    enum { COLS = 8 };
    for (size_t i = 0; gml_activation_entry(i) != NULL; i++) {
        const gml_reference_activation *activation = gml_reference_find_activation(gml_activation_entry(i)->name);
        if (gml_activation_row_at(i)->straight_through) {
            continue;
        }
        double dz[COLS];
        gml_reference_differentiate(activation, parameters, COLS, z, dy, dz);
        for (size_t j = 0; j < COLS; j++) {
            double moved[COLS], above[COLS], below[COLS], expected = 0, largest = 1, step = 1e-6;
            memcpy(moved, z, sizeof moved);
            moved[j] = z[j] + step;
            gml_reference_activate(activation, parameters, COLS, moved, above);
            moved[j] = z[j] - step;
            gml_reference_activate(activation, parameters, COLS, moved, below);
            for (size_t k = 0; k < COLS; k++) {
                expected += dy[k] * (above[k] - below[k]) / (2 * step);
                largest = fmax(largest, fabs(above[k])); /* whose rounding the difference has in it */
            }
            ck_assert_msg(fabs(dz[j] - expected) < 1e-8 * largest, "%s at %g: %g, not %g", activation->name, z[j],
                          dz[j], expected);
        }
    }
}

TEST(functions_hold_at_the_ends_of_the_range)
{
    const double far[] = {-1000, 1000, -INFINITY, INFINITY};
    const double limits[] = {0, 1, 0, 1};
    const gml_reference_activation *sigmoid = gml_reference_find_activation("sigmoid");
    const gml_reference_activation *tanh_row = gml_reference_find_activation("tanh");
    for (size_t i = 0; i < 4; i++) {
        ck_assert_double_eq(sigmoid->at(far[i], NULL).value, limits[i]);
        ck_assert_double_eq(sigmoid->at(far[i], NULL).slope, 0);
        ck_assert_double_eq(tanh_row->at(far[i], NULL).value, 2 * limits[i] - 1);
        ck_assert_double_eq(tanh_row->at(far[i], NULL).slope, 0);
    }
    double y[2];
    gml_reference_activate(gml_reference_find_activation("softmax"), NULL, 2, far, y);
    ck_assert_double_eq(y[0], 0);
    ck_assert_double_eq(y[1], 1);
    const double targets[] = {1, 1};
    gml_reference_loss_call call = {.rows = 1, .cols = 2, .outputs = far, .targets = targets, .target_cols = 2};
    ck_assert_double_eq(gml_reference_run_loss(gml_reference_find_loss("binary_cross_entropy"), &call), 500);
    ck_assert_double_eq(gml_reference_run_loss(gml_reference_find_loss("softmax_cross_entropy"), &call), 2000);
}

TEST(not_a_number_passes_through_every_activation)
{
    const double parameters[GML_MAX_PARAMETERS] = {0.1}, dy[] = {1, 1};
    for (size_t i = 0; gml_activation_entry(i) != NULL; i++) {
        const gml_reference_activation *activation = gml_reference_find_activation(gml_activation_entry(i)->name);
        const double z[] = {0.5, NAN};
        double y[2], dz[2];
        gml_reference_activate(activation, parameters, 2, z, y);
        gml_reference_differentiate(activation, parameters, 2, z, dy, dz);
        ck_assert_msg(isnan(y[1]) && isnan(dz[1]), "%s loses NaN", activation->name);
    }
}

/* ---- the network ---- */

/* By hand: x = (1, 2), W0 = [1 0; 0 -1] (in x out), b0 = (0, 3), relu; W1 = [2; -1], b1 = 0.5; t = 0.
 *
 *     z0 = (1*1 + 2*0 + 0, 1*0 + 2*(-1) + 3) = (1, 1)     y0 = (1, 1)
 *     y  = 1*2 + 1*(-1) + 0.5 = 1.5                        loss = 1.5^2 = 2.25
 *     dy = 2 * 1.5 = 3        dW1 = (1*3, 1*3) = (3, 3)    db1 = 3
 *     dz0 = (3*2, 3*(-1)) = (6, -3)
 *     dW0 = [1*6 1*(-3); 2*6 2*(-3)] = [6 -3; 12 -6]       db0 = (6, -3)
 *     dx  = (6*1 + (-3)*0, 6*0 + (-3)*(-1)) = (6, 3) */
TEST(a_net_of_2_2_1_agrees_with_paper_and_pencil)
{
    oracle *net = naive("2 -> 2 relu -> 1", "mean_squared_error");
    const double start[] = {1, 0, 0, -1, 0, 3, 2, -1, 0.5};
    const double expected[] = {6, -3, 12, -6, 6, -3, 3, 3, 3};
    for (size_t i = 0; i < 9; i++) {
        *oracle_parameter(net, i) = start[i];
    }
    const double x[] = {1, 2}, target = 0;
    double dx[2];
    gml_reference_batch batch = {.rows = 1, .x = x, .targets = &target, .target_cols = 1};
    ck_assert_double_eq(oracle_run(net, &batch), 2.25);
    ck_assert_double_eq(*oracle_outputs(net, &batch), 1.5);
    oracle_differentiate(net, &batch, dx);
    for (size_t i = 0; i < 9; i++) {
        ck_assert_double_eq(net->gradients[i], expected[i]);
    }
    ck_assert_double_eq(dx[0], 6);
    ck_assert_double_eq(dx[1], 3);
    clear_naive(net);
}

/* The central difference of the loss in *entry; NaN where a kink lies between the two points. */
static double difference(oracle *net, const gml_reference_batch *batch, double *entry)
{
    double kept = *entry, step = 1e-5;
    *entry = kept + step;
    double above = oracle_run(net, batch);
    uint64_t signature = gml_reference_signature(&net->network, batch, net->memory);
    *entry = kept - step;
    double below = oracle_run(net, batch);
    bool smooth = signature == gml_reference_signature(&net->network, batch, net->memory);
    *entry = kept;
    return smooth ? (above - below) / (2 * step) : NAN;
}

/* Compares all gradients of a network with differences; returns how many entries it compared. */
static size_t check_gradients(const char *description, const char *loss, size_t target_cols)
{
    oracle *net = naive(description, loss);
    enum { ROWS = 3, INPUTS = 4, ENTRIES = ROWS * INPUTS };
    double x[ENTRIES], targets[ROWS * 4], dx[ENTRIES];
    const double shift[INPUTS] = {0.1, -0.2, 0.3, 0}, scale[INPUTS] = {2, 0.5, -1, 3};
    net->network.shift = shift;
    net->network.scale = scale;
    for (size_t i = 0; i < net->parameter_count; i++) {
        *oracle_parameter(net, i) = scattered(i);
    }
    for (size_t i = 0; i < ENTRIES; i++) {
        x[i] = scattered(1000 + i);
    }
    for (size_t i = 0; i < ROWS * target_cols; i++) {
        targets[i] = target_cols == 1 ? (double)(i % 3) : fabs(scattered(2000 + i));
    }
    gml_reference_batch batch = {.rows = ROWS, .x = x, .targets = targets, .target_cols = target_cols};
    oracle_run(net, &batch);
    oracle_differentiate(net, &batch, dx);
    size_t compared = 0;
    for (size_t i = 0; i < net->parameter_count + ENTRIES; i++) {
        bool parameter = i < net->parameter_count;
        double *entry = parameter ? oracle_parameter(net, i) : &x[i - net->parameter_count];
        double gradient = parameter ? net->gradients[i] : dx[i - net->parameter_count];
        double expected = difference(net, &batch, entry);
        ck_assert_msg(isnan(expected) || fabs(gradient - expected) < 1e-8, "%s, %s, entry %zu: %.12g, not %.12g",
                      description, loss, i, gradient, expected);
        compared += isnan(expected) ? 0 : 1;
    }
    clear_naive(net);
    return compared;
}

TEST(backward_is_the_difference_of_the_loss)
{
    const struct {
        const char *description, *loss;
        size_t target_cols;
    } cases[] = {
        {"4 -> 5 tanh -> 4 leaky_relu(slope=0.2) bias=no -> 3", "mean_squared_error", 3},
        {"4 -> 5 relu -> 3 sigmoid", "mean_squared_error", 3},
        {"4 -> 5 sigmoid -> 3 softmax", "mean_squared_error", 3},
        {"4 -> 5 tanh -> 3", "softmax_cross_entropy", 1},
        {"4 -> 5 softmax -> 3 softmax", "softmax_cross_entropy", 1},
        {"4 -> 5 leaky_relu -> 3 softmax", "softmax_cross_entropy", 3},
        {"4 -> 5 tanh -> 2 sigmoid", "binary_cross_entropy", 2},
        {"4 -> 5 relu -> 2 tanh", "binary_cross_entropy", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_uint_gt(check_gradients(cases[i].description, cases[i].loss, cases[i].target_cols), 30);
    }
}

TEST(the_signature_changes_with_a_kink_and_only_then)
{
    oracle *net = naive("2 -> 2 relu -> 1", "mean_squared_error");
    const double start[] = {1, 0, 0, -1, 0, 3, 2, -1, 0.5};
    for (size_t i = 0; i < 9; i++) {
        *oracle_parameter(net, i) = start[i];
    }
    double x[] = {1, 2}, target = 0;
    gml_reference_batch batch = {.rows = 1, .x = x, .targets = &target, .target_cols = 1};
    oracle_run(net, &batch);
    uint64_t before = gml_reference_signature(&net->network, &batch, net->memory);
    x[0] = 0.001;
    oracle_run(net, &batch);
    ck_assert(gml_reference_signature(&net->network, &batch, net->memory) == before);
    x[0] = -0.001;
    oracle_run(net, &batch);
    ck_assert(gml_reference_signature(&net->network, &batch, net->memory) != before);
    clear_naive(net);
}

TEST(a_batch_too_large_to_count_is_noticed)
{
    oracle *net = naive("2 -> 2 relu -> 1", "mean_squared_error");
    size_t count;
    ck_assert(gml_reference_memory(&net->network, 3, &count));
    const size_t columns = 2 + 2 * 2 + 2 * 1 + (2 + 2 + 1); /* x, z and y of both layers, gradients of x and both y */
    ck_assert_uint_eq(count, 3 * columns);
    ck_assert(!gml_reference_memory(&net->network, SIZE_MAX / 8, &count));
    clear_naive(net);
}

int main(void)
{
    return run_tests("reference", 60);
}
