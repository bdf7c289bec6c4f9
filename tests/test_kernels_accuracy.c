/* tests/test_kernels_accuracy.c - holds the vector functions to the errors that kernel/vector.h states, by dense sweeps
 * against long double, in every kernel set. */
#include "kernel_tables.h"

#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef long double exact_function(long double x);

static long double exact_sigmoid(long double x)
{
    long double e = expl(-fabsl(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

static long double exact_sigmoid_slope(long double x)
{
    long double e = expl(-fabsl(x));
    return e / (1 + e) / (1 + e);
}

static long double exact_tanh_slope(long double x)
{
    return 4 * exact_sigmoid_slope(2 * x);
}

/* The distance between neighbours of the type at x. */
static long double ulp(gml_dtype dtype, long double x)
{
    int digits = dtype == GML_F32 ? FLT_MANT_DIG : DBL_MANT_DIG;
    int lowest = dtype == GML_F32 ? FLT_MIN_EXP : DBL_MIN_EXP;
    int exponent = 0;
    frexpl(x, &exponent);
    return ldexpl(1, (exponent > lowest && x != 0 ? exponent : lowest) - digits);
}

enum { SPREAD = 1 << 17, LINEAR = 1 << 18, POINTS = SPREAD + LINEAR };

/* Arguments of all magnitudes and signs, by their bits, then evenly spread ones where the function bends. */
static void *sweep(const gml_kernels *kernels)
{
    void *x = entries(kernels, POINTS, 0);
    for (size_t i = 0; i < SPREAD; i++) {
        if (kernels->dtype == GML_F32) {
            uint32_t bits = (uint32_t)i * 32749U;
            memcpy((float *)x + i, &bits, sizeof bits);
        } else {
            uint64_t bits = (uint64_t)i * 140737488355213U;
            memcpy((double *)x + i, &bits, sizeof bits);
        }
    }
    double range = kernels->dtype == GML_F32 ? 106 : 750;
    for (size_t i = 0; i < LINEAR; i++) {
        double at = (double)i / LINEAR * 2 - 1;
        put(kernels, x, SPREAD + i, i % 2 == 0 ? range * at : 20 * at * at * at);
    }
    return x;
}

/* The greatest error of `found` in ULP where the argument lies in [low, high]. */
static double worst_error(const gml_kernels *kernels, const void *x, const void *found, exact_function *exact,
                          double low, double high)
{
    long double worst = 0;
    for (size_t i = 0; i < POINTS; i++) {
        double at = get(kernels, x, i), value = get(kernels, found, i);
        if (isnan(at) != isnan(value)) {
            ck_abort_msg("%s: %g became %g", kernels->isa, at, value); /* asserting each entry would take seconds */
        }
        if (at >= low && at <= high) {
            long double wanted = exact(at);
            long double error = fabsl(value - wanted) / ulp(kernels->dtype, wanted);
            worst = error > worst ? error : worst;
        }
    }
    return (double)worst;
}

static void check_function(const gml_kernels *kernels, const char *name, exact_function *value, double value_bound,
                           exact_function *slope, double slope_bound)
{
    void *x = sweep(kernels), *y = entries(kernels, POINTS, 0), *d = entries(kernels, POINTS, 0);
    gml_forward_call call = {.rows = 1, .cols = POINTS, .stride = POINTS, .z = x, .y = y, .slope = d};
    gml_kernels_activation(kernels, name)->forward(&call);
    double value_error = worst_error(kernels, x, y, value, -INFINITY, INFINITY);
    double slope_error = worst_error(kernels, x, d, slope, -INFINITY, INFINITY);
    printf("%s %-9s %-7s value %.2f ULP, slope %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, name,
           value_error, slope_error);
    ck_assert_double_le(value_error, value_bound);
    ck_assert_double_le(slope_error, slope_bound);
    free(x);
    free(y);
    free(d);
}

static void check_sigmoid(const gml_kernels *kernels)
{
    check_function(kernels, "sigmoid", exact_sigmoid, 3.0, exact_sigmoid_slope, 4.5);
}

START_TEST(sigmoid_and_its_slope_keep_their_bounds)
{
    for_each_table(check_sigmoid);
}
END_TEST

static void check_tanh(const gml_kernels *kernels)
{
    check_function(kernels, "tanh", tanhl, 3.0, exact_tanh_slope, 4.5);
}

START_TEST(tanh_and_its_slope_keep_their_bounds)
{
    for_each_table(check_tanh);
}
END_TEST

/* Far out on the left the sigmoid is e^x to the last bit but the product with 1. */
static void check_exp(const gml_kernels *kernels)
{
    void *x = sweep(kernels), *y = entries(kernels, POINTS, 0);
    gml_forward_call call = {.rows = 1, .cols = POINTS, .stride = POINTS, .z = x, .y = y};
    gml_kernels_activation(kernels, "sigmoid")->forward(&call);
    double error = worst_error(kernels, x, y, expl, -INFINITY, kernels->dtype == GML_F32 ? -20 : -40);
    printf("%s %-9s exp     %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, error);
    ck_assert_double_le(error, 1.25);
    free(x);
    free(y);
}

START_TEST(the_exponential_keeps_its_bound_down_to_denormals)
{
    for_each_table(check_exp);
}
END_TEST

static long double exact_softplus_below(long double x)
{
    return log1pl(expl(x));
}

/* For a target of 0 and z <= 0 binary cross-entropy is log(1 + e^z). All entries of the row but one are so far out that
 * they add nothing. */
static void check_log1p(const gml_kernels *kernels)
{
    enum { COLS = 32 };
    void *z = entries(kernels, COLS, -10000), *t = entries(kernels, COLS, 0);
    const gml_loss_kernel *loss = gml_kernels_loss(kernels, "binary_cross_entropy");
    gml_loss_call call = {
        .rows = 1, .cols = COLS, .stride = COLS, .outputs = z, .targets = t, .target_cols = COLS, .scale = 1};
    long double worst = 0;
    size_t place = 0;
    for (double x = 0; x > (kernels->dtype == GML_F32 ? -103 : -744); x -= 0.000331 * (1 - x)) {
        double at = rounded(kernels, x);
        put(kernels, z, place, -10000);
        place = (place + 1) % COLS;
        put(kernels, z, place, at);
        long double wanted = exact_softplus_below(at);
        long double error = fabsl(loss->run(&call) - wanted) / ulp(kernels->dtype, wanted);
        worst = error > worst ? error : worst;
    }
    printf("%s %-9s log1p(exp) %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, (double)worst);
    ck_assert_double_le((double)worst, 2.0);
    free(z);
    free(t);
}

START_TEST(the_logarithm_in_binary_cross_entropy_keeps_its_bound)
{
    for_each_table(check_log1p);
}
END_TEST

static void check_special(const gml_kernels *kernels)
{
    double tiny = kernels->dtype == GML_F32 ? 0x1p-149 : 0x1p-1074;
    const struct {
        const char *name;
        double x, y, slope;
    } cases[] = {
        {"sigmoid", INFINITY, 1, 0},
        {"sigmoid", -INFINITY, 0, 0},
        {"sigmoid", 0, 0.5, 0.25},
        {"sigmoid", -0.0, 0.5, 0.25},
        {"sigmoid", tiny, 0.5, 0.25},
        {"sigmoid", NAN, NAN, NAN},
        {"tanh", INFINITY, 1, 0},
        {"tanh", -INFINITY, -1, 0},
        {"tanh", 0, 0, 1},
        {"tanh", -0.0, -0.0, 1},
        {"tanh", tiny, tiny, 1},
        {"tanh", -tiny, -tiny, 1},
        {"tanh", NAN, NAN, NAN},
        {"relu", INFINITY, INFINITY, 1},
        {"relu", -INFINITY, 0, 0},
        {"relu", 0, 0, 0},
        {"relu", -0.0, 0, 0},
        {"relu", tiny, tiny, 1},
        {"relu", -tiny, 0, 0},
        {"relu", NAN, NAN, NAN},
        {"leaky_relu", INFINITY, INFINITY, 1},
        {"leaky_relu", -INFINITY, -INFINITY, 0.5},
        {"leaky_relu", 0, 0, 0.5},
        {"leaky_relu", -4, -2, 0.5},
        {"leaky_relu", NAN, NAN, NAN},
        {"step", 0, 1, 1},
        {"step", -0.0, 1, 1},
        {"step", -tiny, 0, 1},
        {"step", 1, 1, 1},
        {"step", -1, 0, 1},
        {"step", 1.5, 1, 0},
        {"step", -1.5, 0, 0},
        {"step", INFINITY, 1, 0},
        {"step", -INFINITY, 0, 0},
        {"step", NAN, NAN, NAN},
        {"identity", INFINITY, INFINITY, 1},
        {"identity", -0.0, -0.0, 1},
        {"identity", NAN, NAN, 1},
    };
    enum { COUNT = 67 }; /* some whole vectors and a rest */
    double half = 0.5;
    void *x = entries(kernels, COUNT, 0), *y = entries(kernels, COUNT, 0), *d = entries(kernels, COUNT, 0);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        for (size_t i = 0; i < COUNT; i++) {
            put(kernels, x, i, cases[c].x);
        }
        gml_forward_call call = {
            .rows = 1, .cols = COUNT, .stride = COUNT, .z = x, .y = y, .slope = d, .parameters = &half};
        gml_kernels_activation(kernels, cases[c].name)->forward(&call);
        for (size_t i = 0; i < COUNT; i++) {
            assert_near(kernels, get(kernels, y, i), cases[c].y, 0, cases[c].name, c);
            assert_near(kernels, get(kernels, d, i), cases[c].slope, 0, "its slope", c);
            ck_assert_msg(isnan(cases[c].y) || !signbit(cases[c].y) == !signbit(get(kernels, y, i)),
                          "%s of %g has the wrong sign", cases[c].name, cases[c].x);
        }
    }
    free(x);
    free(y);
    free(d);
}

START_TEST(special_values_give_what_is_documented)
{
    for_each_table(check_special);
}
END_TEST

/* Where long double is no finer than double (on some processors, and under memcheck) it cannot judge double. */
static bool can_judge(void)
{
    volatile long double one = 1;
    volatile long double more = one + (long double)DBL_EPSILON / 64;
    return more != one;
}

int main(void)
{
    if (!can_judge()) {
        puts("skipped: long double is no finer than double here");
        return 77;
    }
    return run_tests("kernels_accuracy", 120,
                     (const TTest *[]){sigmoid_and_its_slope_keep_their_bounds, tanh_and_its_slope_keep_their_bounds,
                                       the_exponential_keeps_its_bound_down_to_denormals,
                                       the_logarithm_in_binary_cross_entropy_keeps_its_bound,
                                       special_values_give_what_is_documented, NULL});
}
