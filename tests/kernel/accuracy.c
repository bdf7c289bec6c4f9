/* tests/kernel/accuracy.c - activations and their slopes keep the bounds that kernel/vector.h states, in every kernel
 * set: dense sweeps against long double. */
#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "accuracy.h"
#include "kernel/activation/activation.h"

long double ulp(gml_dtype dtype, long double x)
{
    int digits = dtype == GML_F32 ? FLT_MANT_DIG : DBL_MANT_DIG;
    int lowest = dtype == GML_F32 ? FLT_MIN_EXP : DBL_MIN_EXP;
    int exponent = 0;
    frexpl(x, &exponent);
    return ldexpl(1, (exponent > lowest && x != 0 ? exponent : lowest) - digits);
}

void *sweep(const gml_kernels *kernels)
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

static long double unit_of(const yardstick *by, gml_dtype dtype, long double x, long double wanted)
{
    bool near_zero =
        isinf(by->zero) ? fabsl(wanted) < 0.25L && fabsl(x) > 1 : by->zero != 0 && fabsl(x - by->zero) < 0.75L;
    long double growth = by->exponent != NULL && wanted != 0 ? 1 + fabsl(by->exponent(x)) : 1;
    return growth * ulp(dtype, near_zero ? 0.25L : wanted);
}

long double *exact_values(const gml_kernels *kernels, const void *x, const yardstick *by)
{
    long double *values = malloc(POINTS * sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < POINTS; i++) {
        double at = get(kernels, x, i);
        values[i] = isnan(at) ? (long double)NAN : by->exact(at);
    }
    return values;
}

double worst_error(const gml_kernels *kernels, const void *x, const void *found, const long double *exact,
                   const yardstick *by, double low, double high)
{
    long double worst = 0;
    for (size_t i = 0; i < POINTS; i++) {
        double at = get(kernels, x, i), value = get(kernels, found, i);
        long double wanted = exact[i];
        if (isnan(wanted) != isnan(value)) {
            ck_abort_msg("%s: %g became %g", kernels->isa, at, value); /* asserting each entry would take seconds */
        }
        if (at >= low && at <= high && value != rounded(kernels, (double)wanted)) {
            long double error = fabsl(value - wanted) / unit_of(by, kernels->dtype, at, wanted);
            worst = !(error <= worst) ? error : worst;
        }
    }
    return (double)worst;
}

static const double plain = 1; /* the argument of the rows that have one */

/* Where an exponent is rounded, the error in ULP of the value itself grows along the tail. These are the bounds over
 * all arguments, by dtype. */
static const struct {
    const char *name;
    double value[2], slope[2];
} tails[] = {
    {"gelu_tanh", {200, 1100}, {200, 1100}},
    {"lecun_tanh", {5, 5}, {100, 750}},
};

enum { TAILS = sizeof tails / sizeof tails[0] };

static double plain_error(const gml_kernels *kernels, const void *x, const void *found, const long double *exact,
                          const yardstick *by)
{
    yardstick plain_ulp = *by;
    plain_ulp.exponent = NULL;
    return worst_error(kernels, x, found, exact, &plain_ulp, -INFINITY, INFINITY);
}

/* Every row with a rounded exponent has bounds of its tail. */
static void check_tail(const gml_kernels *kernels, size_t f, const void *x, const void *y, const long double *values,
                       const void *d, const long double *slopes)
{
    if (bounded_activations[f].value.exponent == NULL && bounded_activations[f].slope.exponent == NULL) {
        return;
    }
    size_t t = 0;
    while (t < TAILS && strcmp(tails[t].name, bounded_activations[f].name) != 0) {
        t++;
    }
    ck_assert_msg(t < TAILS, "%s has no bounds in ULP of the value", bounded_activations[f].name);
    double value_error = plain_error(kernels, x, y, values, &bounded_activations[f].value);
    double slope_error = plain_error(kernels, x, d, slopes, &bounded_activations[f].slope);
    printf("%s %-9s %-9s tail: value %.1f ULP, slope %.1f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa,
           tails[t].name, value_error, slope_error);
    ck_assert_double_le(value_error, tails[t].value[kernels->dtype]);
    ck_assert_double_le(slope_error, tails[t].slope[kernels->dtype]);
}

/* One function in every kernel set of a type. The exact values are the same for all sets. */
static void check_function(size_t f, gml_dtype dtype, const void *x, void *y, void *d)
{
    const char *name = bounded_activations[f].name;
    const yardstick *value = &bounded_activations[f].value, *slope = &bounded_activations[f].slope;
    const gml_kernels *first = gml_kernels_find(dtype, gml_kernel_set_name(0));
    long double *values = exact_values(first, x, value), *slopes = exact_values(first, x, slope);
    for (size_t i = 0; gml_kernel_set_name(i) != NULL; i++) {
        const gml_kernels *kernels = gml_kernels_find(dtype, gml_kernel_set_name(i));
        gml_forward_call call = {
            .rows = 1, .cols = POINTS, .stride = POINTS, .z = x, .y = y, .slope = d, .parameters = &plain};
        gml_kernels_activation(kernels, name)->forward(&call);
        double value_error = worst_error(kernels, x, y, values, value, -INFINITY, INFINITY);
        double slope_error = worst_error(kernels, x, d, slopes, slope, -INFINITY, INFINITY);
        printf("%s %-9s %-9s value %.2f ULP, slope %.2f ULP\n", gml_dtype_name(dtype), kernels->isa, name, value_error,
               slope_error);
        ck_assert_double_le(value_error, value->bound);
        ck_assert_double_le(slope_error, slope->bound);
        check_tail(kernels, f, x, y, values, d, slopes);
    }
    free(values);
    free(slopes);
}

static void check_functions(gml_dtype dtype)
{
    const gml_kernels *first = gml_kernels_find(dtype, gml_kernel_set_name(0));
    void *x = sweep(first), *y = entries(first, POINTS, 0), *d = entries(first, POINTS, 0);
    for (size_t f = 0; f < bounded_activation_count; f++) {
        check_function(f, dtype, x, y, d);
    }
    free(x);
    free(y);
    free(d);
}

TEST(curved_activations_and_their_slopes_keep_their_bounds)
{
    check_functions(GML_F32);
    check_functions(GML_F64);
}

static const double frequency = (double)1.1F;

static long double exact_product_sine(long double x)
{
    return sinl((long double)frequency * x);
}

static long double exact_product_slope(long double x)
{
    return (long double)frequency * cosl((long double)frequency * x);
}

/* The product of two floats has more digits than a float. Its rest is not lost. */
TEST(sine_of_a_product_keeps_its_bounds)
{
    const yardstick value = {exact_product_sine, 2.5, INFINITY, NULL},
                    slope = {exact_product_slope, 5.5, INFINITY, NULL};
    const gml_kernels *first = gml_kernels_find(GML_F32, gml_kernel_set_name(0));
    void *x = sweep(first), *y = entries(first, POINTS, 0), *d = entries(first, POINTS, 0);
    long double *values = exact_values(first, x, &value), *slopes = exact_values(first, x, &slope);
    for (size_t i = 0; gml_kernel_set_name(i) != NULL; i++) {
        const gml_kernels *kernels = gml_kernels_find(GML_F32, gml_kernel_set_name(i));
        gml_forward_call call = {
            .rows = 1, .cols = POINTS, .stride = POINTS, .z = x, .y = y, .slope = d, .parameters = &frequency};
        gml_kernels_activation(kernels, "sine")->forward(&call);
        double value_error = worst_error(kernels, x, y, values, &value, -INFINITY, INFINITY);
        double slope_error = worst_error(kernels, x, d, slopes, &slope, -INFINITY, INFINITY);
        printf("f32 %-9s sine of a product: value %.2f ULP, slope %.2f ULP\n", kernels->isa, value_error, slope_error);
        ck_assert_double_le(value_error, value.bound);
        ck_assert_double_le(slope_error, slope.bound);
    }
    free(x), free(y), free(d), free(values), free(slopes);
}

/* Made of comparisons and products, so exact but for one rounding; of softmax and its logarithm the error grows with
 * the row, tests/kernel/activation.c bounds it. */
static const char *const plain_rows[] = {"identity",   "step",      "sign",         "relu",    "relu6",
                                         "leaky_relu", "hard_tanh", "squared_relu", "softmax", "log_softmax"};

static bool has_bounds(const char *name)
{
    bool found = false;
    for (size_t f = 0; f < bounded_activation_count; f++) {
        found = found || strcmp(name, bounded_activations[f].name) == 0;
    }
    for (size_t f = 0; f < sizeof plain_rows / sizeof plain_rows[0]; f++) {
        found = found || strcmp(name, plain_rows[f]) == 0;
    }
    return found;
}

static void check_names(const gml_kernels *kernels)
{
    for (size_t i = 0; gml_activation_entry(i) != NULL; i++) {
        const gml_activation_kernel *row = gml_kernels_activation(kernels, gml_activation_entry(i)->name);
        ck_assert_msg(has_bounds(row->name), "nothing is said of the accuracy of %s", row->name);
    }
}

TEST(every_activation_states_its_accuracy)
{
    for_each_table(check_names);
}

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
    return run_tests("kernels_accuracy", 120);
}
