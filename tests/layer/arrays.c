/* tests/layer/arrays.c - activations and losses on the caller's own arrays. */
#include <math.h>
#include <string.h>

#include "base/call.h"
#include "kernel/data/domain.h"
#include "kernel_tables.h"
#include "layer/activation.h"
#include "loss_case.h"
#include "reference/functions.h"

/* ---- activations ---- */

enum { ROWS = 5, COLS = 6, STRIDE = 11, MEMORY = ROWS * STRIDE };

static gml_matrix view(const gml_kernels *kernels, void *memory, size_t stride)
{
    gml_matrix m = gml_matrix_view(memory, kernels->dtype, ROWS, COLS);
    m.stride = stride;
    return m;
}

/* Value and derivative of every activation against the naive ones, at the strides given. */
static void check_apply(gml_context *context, const gml_kernels *kernels, const char *name, const size_t strides[3])
{
    void *x = random_entries(kernels, MEMORY, 5), *y = entries(kernels, MEMORY, 99), *d = entries(kernels, MEMORY, 99);
    const gml_reference_activation *reference = gml_reference_find_activation(name);
    gml_call defaults;
    ck_assert(gml_call_default(gml_activation_entry, name, &defaults));
    assert_ok(context, gml_activation_apply(context, name, view(kernels, x, strides[0]), view(kernels, y, strides[1]),
                                            view(kernels, d, strides[2])));
    for (size_t i = 0; i < ROWS; i++) {
        double row[COLS], value[COLS];
        for (size_t j = 0; j < COLS; j++) {
            row[j] = get(kernels, x, i * strides[0] + j);
        }
        gml_reference_activate(reference, defaults.values, COLS, row, value);
        for (size_t j = 0; j < COLS; j++) {
            double unit[COLS] = {0}, slope[COLS];
            unit[j] = 1;
            gml_reference_differentiate(reference, defaults.values, COLS, row, unit, slope);
            assert_near(kernels, get(kernels, y, i * strides[1] + j), value[j], 8, name, j);
            assert_near(kernels, get(kernels, d, i * strides[2] + j), slope[j], 8, name, j);
        }
        for (size_t j = COLS; i + 1 < ROWS && j < strides[1]; j++) {
            ck_assert_double_eq(get(kernels, y, i * strides[1] + j), 99);
        }
    }
    free(x);
    free(y);
    free(d);
}

TEST(activations_give_value_and_derivative_at_any_strides)
{
    static const size_t strides[][3] = {
        {COLS, COLS, COLS}, {STRIDE, STRIDE, STRIDE}, {STRIDE, COLS, 9}, {COLS, COLS, 8}};
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        for (size_t i = 0; gml_activation_entry(i) != NULL; i++) {
            for (size_t s = 0; s < 4; s++) {
                check_apply(context, gml_kernels_find((gml_dtype)dtype, NULL), gml_activation_entry(i)->name,
                            strides[s]);
            }
        }
    }
    gml_context_destroy(context);
}

/* More columns than are taken at a time, and strides that differ. */
static void check_trainable(gml_context *context, const gml_kernels *kernels, const gml_activation_row *row)
{
    enum { WIDE = 150, X_STRIDE = 151, Y_STRIDE = 160 };
    const gml_reference_trainable *reference = gml_reference_find_trainable(row->entry.name);
    void *x = random_entries(kernels, 2 * X_STRIDE, 5), *y = entries(kernels, 2 * Y_STRIDE, 99);
    void *d = entries(kernels, 2 * WIDE, 99);
    gml_call call;
    double theta[GML_MAX_THETA], by[GML_MAX_THETA];
    ck_assert(gml_call_default(gml_trainable_entry, row->entry.name, &call));
    row->learned.start(call.values, theta);
    gml_matrix in = gml_matrix_view(x, kernels->dtype, 2, WIDE), out = gml_matrix_view(y, kernels->dtype, 2, WIDE);
    in.stride = X_STRIDE, out.stride = Y_STRIDE;
    assert_ok(context,
              gml_activation_apply(context, row->entry.name, in, out, gml_matrix_view(d, kernels->dtype, 2, WIDE)));
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < WIDE; j++) {
            gml_reference_entry wanted = reference->at(get(kernels, x, i * X_STRIDE + j), theta, call.values, by);
            assert_near(kernels, get(kernels, y, i * Y_STRIDE + j), wanted.value, 32, row->entry.name, j);
            assert_near(kernels, get(kernels, d, i * WIDE + j), wanted.slope, 32, "derivative", j);
        }
        for (size_t j = WIDE; j < Y_STRIDE; j++) {
            ck_assert_double_eq(get(kernels, y, i * Y_STRIDE + j), 99);
        }
    }
    free(x), free(y), free(d);
}

TEST(trainable_activations_are_taken_as_what_they_start_from)
{
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        for (size_t i = 0; gml_trainable_row_at(i) != NULL; i++) {
            check_trainable(context, gml_kernels_find((gml_dtype)dtype, NULL), gml_trainable_row_at(i));
        }
    }
    gml_context_destroy(context);
}

TEST(activations_say_what_they_start_from_and_what_they_learn)
{
    ck_assert_str_eq(gml_activation_initializer("relu"), "he_uniform");
    ck_assert_str_eq(gml_activation_initializer("selu"), "lecun_normal");
    ck_assert_str_eq(gml_activation_initializer("prelu"), "he_uniform");
    ck_assert_str_eq(gml_activation_learns("prelu"), "slope");
    ck_assert_ptr_null(gml_activation_learns("relu"));
    ck_assert_ptr_null(gml_activation_initializer("rely"));
    ck_assert_ptr_null(gml_activation_initializer(NULL));
}

TEST(activations_take_arguments_and_work_in_place)
{
    gml_context *context = test_context();
    double x[3] = {-2, 0, 3}, y[3];
    gml_matrix in = gml_matrix_f64(x, 1, 3), out = gml_matrix_f64(y, 1, 3);
    assert_ok(context, gml_activation_apply(context, "leaky_relu(slope=0.25)", in, out, in)); /* derivative over x */
    ck_assert_double_eq(y[0], -0.5);
    ck_assert_double_eq(y[2], 3);
    ck_assert_double_eq(x[0], 0.25);
    ck_assert_double_eq(x[2], 1);
    assert_ok(context, gml_activation_apply(context, "relu", out, out, gml_matrix_none())); /* value over x */
    ck_assert_double_eq(y[0], 0);
    ck_assert_double_eq(y[2], 3);
    assert_ok(context, gml_activation_apply(context, "relu", gml_matrix_f64(x, 0, 3), gml_matrix_f64(y, 0, 3),
                                            gml_matrix_none())); /* no rows: nothing to do */
    gml_context_destroy(context);
}

/* f(-0) is -0 and f(0) is 0, in whole vectors and in what is left over. */
static void assert_signs_of_zero(const gml_kernels *kernels, const char *name)
{
    enum { COUNT = 37 };
    gml_context *context = NULL;
    gml_context_options options = {.isa = kernels->isa};
    context = context_with(options);
    void *x = entries(kernels, COUNT, 0), *y = entries(kernels, COUNT, 1);
    for (int negative = 0; negative < 2; negative++) {
        for (size_t i = 0; i < COUNT; i++) {
            put(kernels, x, i, negative ? -0.0 : 0.0);
        }
        assert_ok(context, gml_activation_apply(context, name, gml_matrix_view(x, kernels->dtype, 1, COUNT),
                                                gml_matrix_view(y, kernels->dtype, 1, COUNT), gml_matrix_none()));
        for (size_t i = 0; i < COUNT; i++) {
            double value = get(kernels, y, i);
            ck_assert_msg(value == 0 && (signbit(value) != 0) == negative, "%s %s %s: %s0 became %g", kernels->isa,
                          gml_dtype_name(kernels->dtype), name, negative ? "-" : "", value);
        }
    }
    free(x);
    free(y);
    gml_context_destroy(context);
}

static void check_signs_of_zero(const gml_kernels *kernels)
{
    static const char *const names[] = {"identity", "sign",       "tanh",       "hard_tanh",  "lecun_tanh", "softsign",
                                        "sine",     "leaky_relu", "elu",        "celu",       "selu",       "gelu",
                                        "silu",     "gelu_tanh",  "mish",       "hard_swish", "prelu",      "swish",
                                        "snake",    "pelu",       "scaled_tanh"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_signs_of_zero(kernels, names[i]);
    }
}

TEST(activations_keep_the_sign_of_zero)
{
    for_each_table(check_signs_of_zero);
}

TEST(activations_refuse_views_that_do_not_fit)
{
    gml_context *context = test_context();
    double a[6], b[6];
    uint8_t u[6];
    gml_matrix x = gml_matrix_f64(a, 2, 3), y = gml_matrix_f64(b, 2, 3), none = gml_matrix_none(), bad = y;
    assert_refused(context, gml_activation_apply(context, "relo", x, y, none), GML_ERROR_NAME, "relu", NULL);
    assert_refused(context, gml_activation_apply(context, NULL, x, y, none), GML_ERROR_ARGUMENT, "`activation`", NULL);
    assert_refused(context, gml_activation_apply(context, "tanh", gml_matrix_u8(u, 2, 3), y, none), GML_ERROR_ARGUMENT,
                   "x:", "u8", NULL);
    assert_refused(context, gml_activation_apply(context, "tanh", x, gml_matrix_f64(b, 3, 2), none), GML_ERROR_SHAPE,
                   "y:", "[3 x 2] was given, [2 x 3]", NULL);
    assert_refused(context, gml_activation_apply(context, "tanh", x, y, gml_matrix_f64(a, 2, 2)), GML_ERROR_SHAPE,
                   "derivative:", NULL);
    assert_refused(context, gml_activation_apply(context, "tanh", x, y, y), GML_ERROR_ARGUMENT, "derivative:", NULL);
    bad.dtype = GML_F32;
    assert_refused(context, gml_activation_apply(context, "tanh", x, bad, none), GML_ERROR_ARGUMENT, "f32", "f64",
                   NULL);
    bad = y;
    bad.stride = 2;
    assert_refused(context, gml_activation_apply(context, "tanh", x, bad, none), GML_ERROR_SHAPE, "overlap", NULL);
    bad = y;
    bad.data = NULL;
    assert_refused(context, gml_activation_apply(context, "tanh", x, bad, none), GML_ERROR_ARGUMENT, "null", NULL);
    gml_context_destroy(context);
}

/* ---- losses ---- */

/* A loss and its gradient against the naive ones, at the strides of outputs, targets and gradient. */
static void check_evaluate(gml_context *context, const gml_kernels *kernels, const char *name, bool classes,
                           const size_t strides[3])
{
    size_t target_cols = classes ? 1 : gml_loss_targets(name, COLS);
    void *outputs = random_entries(kernels, MEMORY, 8), *targets = random_entries(kernels, MEMORY, 9);
    void *gradient = entries(kernels, MEMORY, 99);
    double plain[ROWS * COLS], wanted[ROWS * COLS], target[ROWS * COLS], value = 0;
    gml_call named;
    ck_assert(gml_call_default(gml_loss_entry, name, &named));
    const gml_loss_row *row = gml_loss_row_at(named.row);
    for (size_t i = 0; row->domain != GML_DOMAIN_ANY && i < MEMORY; i++) {
        put(kernels, targets, i, loss_target(row, sin(get(kernels, targets, i))));
    }
    for (size_t i = 0; row->domain == GML_DOMAIN_SHARES && i < ROWS; i++) {
        double shares[COLS];
        for (size_t j = 0; j < target_cols; j++) {
            shares[j] = get(kernels, targets, i * strides[1] + j);
        }
        settle_row(row, target_cols, shares);
        for (size_t j = 0; j < target_cols; j++) {
            put(kernels, targets, i * strides[1] + j, shares[j]);
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLS; j++) {
            plain[i * COLS + j] = get(kernels, outputs, i * strides[0] + j);
        }
        for (size_t j = 0; j < target_cols; j++) {
            if (classes) {
                put(kernels, targets, i * strides[1], (double)((i * 3) % COLS));
            }
            target[i * target_cols + j] = get(kernels, targets, i * strides[1] + j);
        }
    }
    gml_reference_loss_call call = {ROWS, COLS, plain, target, target_cols, wanted, NULL, NULL, false, 0};
    double expected = gml_reference_run_loss(gml_reference_find_loss(name), &call);
    gml_matrix target_view = view(kernels, targets, strides[1]);
    target_view.cols = target_cols;
    assert_ok(context, gml_loss_evaluate(context, name, view(kernels, outputs, strides[0]), target_view, &value,
                                         view(kernels, gradient, strides[2])));
    assert_near(kernels, value, expected, 16, name, 0);
    for (size_t i = 0; i < ROWS * COLS; i++) {
        assert_near(kernels, get(kernels, gradient, i / COLS * strides[2] + i % COLS), wanted[i], 16, name, i);
    }
    assert_ok(context, gml_loss_evaluate(context, name, view(kernels, outputs, strides[0]), target_view, &value,
                                         gml_matrix_none()));
    assert_near(kernels, value, expected, 16, name, 0);
    free(outputs);
    free(targets);
    free(gradient);
}

TEST(losses_give_the_mean_and_its_gradient_at_any_strides)
{
    static const size_t strides[][3] = {{COLS, COLS, COLS}, {STRIDE, COLS, STRIDE}, {STRIDE, 8, 9}};
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        const gml_kernels *kernels = gml_kernels_find((gml_dtype)dtype, NULL);
        for (size_t i = 0; gml_loss_row_at(i) != NULL; i++) {
            for (size_t s = 0; s < 3; s++) {
                check_evaluate(context, kernels, gml_loss_entry(i)->name, false, strides[s]);
                if (gml_loss_row_at(i)->class_numbers) {
                    check_evaluate(context, kernels, gml_loss_entry(i)->name, true, strides[s]);
                }
            }
        }
        check_evaluate(context, kernels, "softmax_cross_entropy", true, (const size_t[]){COLS, 1, COLS});
    }
    gml_context_destroy(context);
}

TEST(losses_divide_by_what_their_row_says)
{
    gml_context *context = test_context();
    double outputs[6] = {1, 1, 1, 1, 1, 1}, targets[6] = {0}, value = 0;
    gml_matrix y = gml_matrix_f64(outputs, 2, 3), t = gml_matrix_f64(targets, 2, 3), g = gml_matrix_none();
    assert_ok(context, gml_loss_evaluate(context, "mean_squared_error", y, t, &value, g));
    ck_assert_double_eq(value, 1);
    assert_ok(context, gml_loss_evaluate(context, "binary_cross_entropy", y, t, &value, g));
    ck_assert_double_eq_tol(value, log1p(exp(1)), 1e-14);
    assert_ok(context,
              gml_loss_evaluate(context, "softmax_cross_entropy", y, gml_matrix_f64(targets, 2, 1), &value, g));
    ck_assert_double_eq_tol(value, log(3), 1e-14);
    gml_context_destroy(context);
}

TEST(losses_refuse_what_does_not_fit)
{
    gml_context *context = test_context();
    double a[6] = {0}, b[6] = {0, 3}, value = 77;
    gml_matrix y = gml_matrix_f64(a, 2, 3), t = gml_matrix_f64(b, 2, 3), none = gml_matrix_none();
    static const char *const ce = "softmax_cross_entropy";
    assert_refused(context, gml_loss_evaluate(context, "mse", y, t, &value, none), GML_ERROR_NAME, "mean_squared_error",
                   NULL);
    assert_refused(context, gml_loss_evaluate(context, NULL, y, t, &value, none), GML_ERROR_ARGUMENT, "`loss`", NULL);
    assert_refused(context, gml_loss_evaluate(context, ce, y, t, NULL, none), GML_ERROR_ARGUMENT, "value", NULL);
    assert_refused(context, gml_loss_evaluate(context, ce, y, gml_matrix_f64(b, 2, 2), &value, none), GML_ERROR_SHAPE,
                   "targets:", NULL);
    assert_refused(context, gml_loss_evaluate(context, "mean_squared_error", y, gml_matrix_f64(b, 2, 1), &value, none),
                   GML_ERROR_SHAPE, "targets:", "[2 x 1] was given, [2 x 3]", NULL);
    assert_refused(context, gml_loss_evaluate(context, ce, gml_matrix_f64(a, 0, 3), t, &value, none), GML_ERROR_SHAPE,
                   "the matrix is empty", NULL);
    assert_refused(context, gml_loss_evaluate(context, ce, y, t, &value, gml_matrix_f64(a, 3, 2)), GML_ERROR_SHAPE,
                   "gradient:", NULL);
    assert_refused(context, gml_loss_evaluate(context, ce, y, gml_matrix_u8((uint8_t *)a, 2, 1), &value, none),
                   GML_ERROR_ARGUMENT, "targets:", "u8", NULL);
    assert_refused(context, gml_loss_evaluate(context, ce, gml_matrix_u8((uint8_t *)a, 2, 3), t, &value, none),
                   GML_ERROR_ARGUMENT, "outputs:", "u8", NULL);
    double odd[6] = {0, 3, 0.5, 1, 1, -2};
    assert_refused(context, gml_loss_evaluate(context, "poisson", y, gml_matrix_f64(odd, 2, 3), &value, none),
                   GML_ERROR_DATA, "row 2: target 3 is -2", "poisson", "from 0 up", NULL);
    assert_refused(context, gml_loss_evaluate(context, "gaussian_nll", y, t, &value, none), GML_ERROR_SHAPE,
                   "two outputs for each target", "there are 3", NULL);
    assert_refused(context, gml_loss_evaluate(context, "gamma", y, gml_matrix_f64(odd, 2, 3), &value, none),
                   GML_ERROR_DATA, "row 1: target 1 is 0", "above 0", NULL);
    const double bad[] = {3, -1, 0.5, NAN, INFINITY};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        b[1] = bad[i];
        assert_refused(context, gml_loss_evaluate(context, ce, y, gml_matrix_f64(b, 2, 1), &value, none),
                       GML_ERROR_DATA, "row 2", "from 0 to 2", NULL);
    }
    ck_assert_double_eq(value, 77);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("arrays", 60);
}
