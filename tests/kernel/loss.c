/* tests/kernel/loss.c - losses against formulas in double. */
#include "gemmule/loss.h"
#include "kernel/loss/loss.h"
#include "kernel_tables.h"
#include "loss_case.h"
#include "reference/functions.h"

#include <string.h>

static const struct {
    size_t rows, cols, stride;
} shapes[] = {{1, 1, 1}, {6, 10, 10}, {6, 10, 16}, {300, 10, 10}, {3, 130, 130}, {2, 5000, 5000}, {0, 4, 4}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* The sum of a loss over one row, not divided, and its gradient, by the reference. */
static double naive_loss(const gml_call *loss, size_t cols, const double *z, const double *t, double *gradient)
{
    const gml_loss_row *row = gml_loss_row_at(loss->row);
    size_t targets = gml_loss_row_targets(row, cols);
    double divisor = row->mean_over_outputs ? (double)targets : 1;
    gml_reference_loss_call call = {.rows = 1, .cols = cols, .outputs = z, .targets = t, .target_cols = targets};
    call.gradient = gradient;
    call.parameters = loss->values;
    double value = gml_reference_run_loss(gml_reference_find_loss(loss->entry->name), &call);
    for (size_t j = 0; j < cols; j++) {
        gradient[j] *= divisor;
    }
    return value * divisor;
}

/* The call with all arguments at their defaults, or, if `other`, some way off where there is room. */
static gml_call loss_call(const char *name, bool other)
{
    gml_call call;
    ck_assert(gml_call_default(gml_loss_entry, name, &call));
    for (size_t i = 0; other && i < call.entry->parameter_count; i++) {
        call.values[i] = call.values[i] / 2 + 0.125;
    }
    return call;
}

/* Runs a loss in one form and compares; with `classes` the targets are class numbers. */
static void compare_loss(const gml_kernels *kernels, const gml_loss_kernel *row, size_t s, bool classes, int form)
{
    gml_call loss = loss_call(row->name, form == 1);
    size_t rows = shapes[s].rows, cols = shapes[s].cols, stride = shapes[s].stride;
    double scale = 0.25, value = 0, *z = calloc(3 * cols, sizeof *z), *t = z + cols, *wanted = t + cols;
    void *outputs = random_entries(kernels, rows * stride, 1), *targets = entries(kernels, rows * cols, 0);
    void *kept = random_entries(kernels, rows * stride, 1), *gradient = entries(kernels, rows * stride, 77);
    const gml_loss_row *facts = gml_loss_row_at(loss.row);
    size_t width = gml_loss_row_targets(facts, cols);
    for (size_t i = 0; i < rows * cols; i++) {
        double share = (double)(i % 5) / 4,
               value_of = loss_takes_classes(facts) || facts->variances ? share : loss_target(facts, 2 * share - 1);
        put(kernels, targets, i, classes ? (double)(i * 7 % cols) : value_of);
    }
    void *destination = form == 0 ? NULL : form == 1 ? gradient : outputs;
    gml_loss_call call = {.rows = rows,
                          .cols = cols,
                          .stride = stride,
                          .outputs = outputs,
                          .targets = targets,
                          .target_cols = classes ? 1 : width,
                          .gradient = destination,
                          .scale = scale,
                          .parameters = loss.values};
    double found = row->run(&call);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            z[j] = get(kernels, kept, i * stride + j);
            t[j] = classes     ? get(kernels, targets, i) == (double)j
                   : j < width ? get(kernels, targets, i * width + j)
                               : 0;
        }
        value += naive_loss(&loss, cols, z, t, wanted);
        for (size_t j = 0; j < cols && destination != NULL; j++) {
            assert_near(kernels, get(kernels, destination, i * stride + j), scale * wanted[j], 32 + (double)cols,
                        row->name, j);
        }
    }
    assert_near(kernels, found, value, 64, row->name, s);
    free(z), free(outputs), free(targets), free(kept), free(gradient);
}

static void check_losses(const gml_kernels *kernels)
{
    for (size_t i = 0; gml_loss_entry(i) != NULL; i++) {
        const gml_loss_kernel *row = gml_kernels_loss(kernels, gml_loss_entry(i)->name);
        for (size_t s = 0; s < SHAPES; s++) {
            const gml_loss_row *facts = gml_loss_row_at(loss_call(row->name, false).row);
            for (int form = 0; form < 3 && gml_loss_row_targets(facts, shapes[s].cols) > 0; form++) {
                compare_loss(kernels, row, s, false, form);
                if (facts->class_numbers) {
                    compare_loss(kernels, row, s, true, form);
                }
            }
        }
    }
}

TEST(losses_and_gradients_equal_the_naive_ones_also_over_their_outputs)
{
    for_each_table(check_losses);
}

/* Samples that count differently, some not at all, and where targets stand for themselves some that are not known. */
static void check_weighed_loss(const gml_kernels *kernels, const gml_loss_kernel *row)
{
    enum { ROWS = 9, COLS = 6, STRIDE = 8 };
    gml_call loss = loss_call(row->name, false);
    const gml_loss_row *facts = gml_loss_row_at(loss.row);
    size_t width = gml_loss_row_targets(facts, COLS);
    void *outputs = random_entries(kernels, ROWS * STRIDE, 3), *gradient = entries(kernels, ROWS * STRIDE, 77);
    void *targets = entries(kernels, ROWS * COLS, 0);
    double z[ROWS * COLS], t[ROWS * COLS], wanted[ROWS * COLS], weights[ROWS], divisor = 0;
    bool masked = facts->mean_over_outputs;
    for (size_t i = 0; i < ROWS; i++) {
        weights[i] = (double)(i % 4) / 2;
        for (size_t j = 0; j < COLS; j++) {
            z[i * COLS + j] = get(kernels, outputs, i * STRIDE + j);
        }
        for (size_t j = 0; j < width; j++) {
            double x = (double)((i * 5 + j * 3) % 9) / 8;
            bool known = !masked || (i + j) % 3 != 0;
            put(kernels, targets, i * width + j, known ? loss_target(facts, 2 * x - 1) : NAN);
            t[i * width + j] = get(kernels, targets, i * width + j);
            divisor += known && (masked || j == 0) ? weights[i] : 0;
        }
    }
    gml_reference_loss_call naive = {.rows = ROWS, .cols = COLS, .outputs = z, .targets = t, .target_cols = width};
    naive.gradient = wanted, naive.parameters = loss.values, naive.weights = weights, naive.masked = masked;
    double mean = gml_reference_run_loss(gml_reference_find_loss(row->name), &naive);
    gml_loss_call call = {.rows = ROWS, .cols = COLS, .stride = STRIDE, .outputs = outputs, .targets = targets};
    call.target_cols = width, call.scale = 1 / divisor, call.parameters = loss.values;
    call.weights = weights, call.masked = masked;
    assert_near(kernels, row->run(&call) / divisor, mean, 64, row->name, 0);
    call.gradient = gradient;
    assert_near(kernels, row->run(&call) / divisor, mean, 64, row->name, 1);
    for (size_t i = 0; i < ROWS * COLS; i++) {
        assert_near(kernels, get(kernels, gradient, i / COLS * STRIDE + i % COLS), wanted[i], 64, row->name, i);
    }
    free(outputs), free(targets), free(gradient);
}

static void check_weighed_losses(const gml_kernels *kernels)
{
    for (size_t i = 0; gml_loss_entry(i) != NULL; i++) {
        const gml_loss_kernel *row = gml_kernels_loss(kernels, gml_loss_entry(i)->name);
        check_weighed_loss(kernels, row);
    }
}

TEST(losses_of_samples_that_weigh_and_targets_not_known_equal_the_naive_ones)
{
    for_each_table(check_weighed_losses);
}

static void check_extreme_losses(const gml_kernels *kernels)
{
    const struct {
        const char *name;
        double z[2], t[2], value;
    } cases[] = {
        {"binary_cross_entropy", {1e30, -1e30}, {1, 0}, 0},
        {"binary_cross_entropy", {1000, -1000}, {0, 1}, 2000},
        {"binary_cross_entropy", {NAN, 0}, {1, 0}, NAN},
        {"softmax_cross_entropy", {1e4, -1e4}, {0, 1}, 2e4},
        {"softmax_cross_entropy", {-1e30, 1e30}, {0, 1}, 0},
        {"softmax_cross_entropy", {NAN, 0}, {0, 1}, NAN},
        {"mean_squared_error", {NAN, 0}, {0, 1}, NAN},
        {"mean_absolute_error", {NAN, 0}, {0, 1}, NAN},
        {"huber", {NAN, 0}, {0, 1}, NAN},
        {"huber", {1e30, 0}, {0, 0}, 1e30},
        {"smooth_l1", {NAN, 0}, {0, 1}, NAN},
        {"log_cosh", {NAN, 0}, {0, 1}, NAN},
        {"log_cosh", {1e30, 0}, {0, 0}, 1e30},
        {"quantile", {NAN, 0}, {0, 1}, NAN},
        {"cosine", {NAN, 0}, {0, 1}, NAN},
        {"cosine", {0, 0}, {0, 1}, 1},
        {"kl_divergence", {1e4, -1e4}, {0, 1}, 2e4},
        {"kl_divergence", {NAN, 0}, {0, 1}, NAN},
        {"focal", {1000, -1000}, {0, 1}, 2000},
        {"focal", {1e30, -1e30}, {1, 0}, 0},
        {"focal", {NAN, 0}, {1, 0}, NAN},
        {"poisson", {NAN, 0}, {0, 1}, NAN},
        {"poisson", {-1e30, 0}, {0, 1}, 0},
        {"poisson", {0, 0}, {NAN, 1}, NAN},
        {"gamma", {NAN, 0}, {1, 1}, NAN},
        {"gamma", {1e4, 0}, {1, 1}, 2e4 - 2},
        {"tweedie", {NAN, 0}, {0, 1}, NAN},
        {"tweedie", {-1e30, 0}, {0, 1}, 0},
        {"tweedie", {0, 0}, {NAN, 1}, NAN},
        {"gaussian_nll", {NAN, 0}, {0, 1}, NAN},
        {"gaussian_nll", {0, NAN}, {0, 1}, NAN},
        {"gaussian_nll", {1, 1e30}, {0, 1}, 0.5e30},
        {"gaussian_nll", {1, -1e30}, {1, 1}, -6.907755278982137},
        {"hinge", {NAN, 0}, {0, 1}, NAN},
        {"squared_hinge", {NAN, 0}, {0, 1}, NAN},
    };
    void *z = entries(kernels, 2, 0), *t = entries(kernels, 2, 0), *gradient = entries(kernels, 2, 0);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        for (size_t j = 0; j < 2; j++) {
            put(kernels, z, j, cases[c].z[j]);
            put(kernels, t, j, cases[c].t[j]);
        }
        gml_loss_call call = {.rows = 1,
                              .cols = 2,
                              .stride = 2,
                              .outputs = z,
                              .targets = t,
                              .target_cols = gml_loss_targets(cases[c].name, 2),
                              .gradient = gradient,
                              .scale = 1,
                              .parameters = loss_call(cases[c].name, false).values};
        double value = gml_kernels_loss(kernels, cases[c].name)->run(&call);
        assert_near(kernels, value, cases[c].value, 4, cases[c].name, c);
        ck_assert(!isnan(get(kernels, gradient, 0)) == !isnan(cases[c].value));
    }
    free(z), free(t), free(gradient);
}

TEST(losses_survive_huge_logits_and_show_nan)
{
    for_each_table(check_extreme_losses);
}

int main(void)
{
    return run_tests("kernels_loss", 60);
}
