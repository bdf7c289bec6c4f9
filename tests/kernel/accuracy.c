/* tests/kernel/accuracy.c - holds the vector functions to the errors that kernel/vector.h states, by dense sweeps
 * against long double, in every kernel set. */
#include "kernel_tables.h"

#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kernel/activation/activation.h"
#include "kernel/loss/loss.h"

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

static const long double quarter_circle = 1.5707963267948966192313216916397514L;

static long double exact_phi(long double x)
{
    return expl(-x * x / 2) / sqrtl(4 * quarter_circle);
}

/* x times what goes to 0 faster than x to infinity. */
static long double weighted(long double x, long double factor)
{
    return factor == 0 ? 0 : x * factor;
}

static long double exact_normal(long double x)
{
    return erfcl(-x / sqrtl(2)) / 2;
}

static long double exact_gelu(long double x)
{
    return weighted(x, exact_normal(x));
}

static long double exact_gelu_slope(long double x)
{
    return exact_normal(x) + weighted(x, exact_phi(x));
}

static long double exact_cubic(long double x)
{
    return sqrtl(4 / quarter_circle) * (x + 0.044715L * x * x * x);
}

static long double exact_gelu_tanh(long double x)
{
    return weighted(x, exact_sigmoid(exact_cubic(x)));
}

static long double exact_gelu_tanh_slope(long double x)
{
    long double u = exact_cubic(x), steepness = sqrtl(4 / quarter_circle) * (x + 3 * 0.044715L * x * x * x);
    return exact_sigmoid(u) + weighted(steepness, exact_sigmoid_slope(u));
}

static long double exact_silu(long double x)
{
    return weighted(x, exact_sigmoid(x));
}

static long double exact_silu_slope(long double x)
{
    return exact_sigmoid(x) + weighted(x, exact_sigmoid_slope(x));
}

static long double exact_softplus(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
}

static long double exact_mish(long double x)
{
    return weighted(x, tanhl(exact_softplus(x)));
}

static long double exact_mish_slope(long double x)
{
    long double s = exact_softplus(x);
    return tanhl(s) + weighted(x, exact_tanh_slope(s) * exact_sigmoid(x));
}

static long double exact_log_sigmoid(long double x)
{
    return -exact_softplus(-x);
}

static long double exact_log_sigmoid_slope(long double x)
{
    return exact_sigmoid(-x);
}

static long double exact_lecun_tanh(long double x)
{
    return 1.7159L * tanhl(2 * x / 3);
}

static long double exact_lecun_tanh_slope(long double x)
{
    return 1.7159L * 2 / 3 * exact_tanh_slope(2 * x / 3);
}

static long double exact_lecun_exponent(long double x)
{
    return 4 * x / 3;
}

static long double exact_softsign(long double x)
{
    return isinf(x) ? copysignl(1, x) : x / (1 + fabsl(x));
}

static long double exact_softsign_slope(long double x)
{
    return 1 / (1 + fabsl(x)) / (1 + fabsl(x));
}

static long double exact_hard_sigmoid(long double x)
{
    return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6;
}

static long double exact_hard_sigmoid_slope(long double x)
{
    return x <= -3 || x >= 3 ? 0 : 1 / 6.0L;
}

static long double exact_hard_swish(long double x)
{
    return weighted(x, exact_hard_sigmoid(x));
}

static long double exact_hard_swish_slope(long double x)
{
    return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
}

static long double exact_elu(long double x)
{
    return x > 0 ? x : expm1l(x);
}

static long double exact_elu_slope(long double x)
{
    return x > 0 ? 1 : expl(x);
}

static long double exact_selu(long double x)
{
    return 1.0507009873554804934193349852946L * (x > 0 ? x : 1.6732632423543772848170429916717L * expm1l(x));
}

static long double exact_selu_slope(long double x)
{
    return 1.0507009873554804934193349852946L * (x > 0 ? 1 : 1.6732632423543772848170429916717L * expl(x));
}

/* With b = 1. */
static long double exact_squareplus(long double x)
{
    long double root = hypotl(x, 1);
    return x > 0 ? (x + root) / 2 : 0.5L / (root - x);
}

static long double exact_squareplus_slope(long double x)
{
    return isinf(x) ? x > 0 : exact_squareplus(x) / hypotl(x, 1);
}

static long double exact_gaussian(long double x)
{
    return expl(-x * x);
}

static long double exact_gaussian_slope(long double x)
{
    return weighted(-2 * x, expl(-x * x));
}

/* Beyond SINE_HIGHEST the C library is what is called. */
static long double exact_sine(long double x)
{
    return sinl(x);
}

static long double exact_cosine(long double x)
{
    return cosl(x);
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

/* What the error of a function is measured in: ULP of its value, but near a zero at `zero` that is none of the argument
 * ULP of 1/4, and with an exponent that is rounded, its size times as much. */
typedef struct yardstick {
    exact_function *exact;
    double bound;
    double zero;              /* 0: there is none; infinity: there is no end of them, any but that at 0 */
    exact_function *exponent; /* null: exact */
} yardstick;

static long double unit_of(const yardstick *by, gml_dtype dtype, long double x, long double wanted)
{
    bool near_zero =
        isinf(by->zero) ? fabsl(wanted) < 0.25L && fabsl(x) > 1 : by->zero != 0 && fabsl(x - by->zero) < 0.75L;
    long double growth = by->exponent != NULL && wanted != 0 ? 1 + fabsl(by->exponent(x)) : 1;
    return growth * ulp(dtype, near_zero ? 0.25L : wanted);
}

/* The exact values at all points; the test frees them. */
static long double *exact_values(const gml_kernels *kernels, const void *x, const yardstick *by)
{
    long double *values = malloc(POINTS * sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < POINTS; i++) {
        double at = get(kernels, x, i);
        values[i] = isnan(at) ? (long double)NAN : by->exact(at);
    }
    return values;
}

/* The greatest error of `found` against the exact values, where the argument lies in [low, high]. */
static double worst_error(const gml_kernels *kernels, const void *x, const void *found, const long double *exact,
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

/* In ULP; for rows with an argument at 1. That of lecun_tanh rounds 2 x / 3 first, so its slope fades with as many ULP
 * more as x is large. */
static const struct {
    const char *name;
    yardstick value, slope;
} functions[] = {
    {"hard_sigmoid", {exact_hard_sigmoid, 1.5, 0, NULL}, {exact_hard_sigmoid_slope, 0.5, 0, NULL}},
    {"hard_swish", {exact_hard_swish, 2.5, 0, NULL}, {exact_hard_swish_slope, 1.5, -1.5, NULL}},
    {"sigmoid", {exact_sigmoid, 3.0, 0, NULL}, {exact_sigmoid_slope, 4.5, 0, NULL}},
    {"log_sigmoid", {exact_log_sigmoid, 2.5, 0, NULL}, {exact_log_sigmoid_slope, 3.0, 0, NULL}},
    {"lecun_tanh", {exact_lecun_tanh, 5.0, 0, NULL}, {exact_lecun_tanh_slope, 3.5, 0, exact_lecun_exponent}},
    {"softsign", {exact_softsign, 2.0, 0, NULL}, {exact_softsign_slope, 4.0, 0, NULL}},
    {"elu", {exact_elu, 2.0, 0, NULL}, {exact_elu_slope, 1.5, 0, NULL}},
    {"celu", {exact_elu, 2.0, 0, NULL}, {exact_elu_slope, 1.5, 0, NULL}},
    {"selu", {exact_selu, 3.0, 0, NULL}, {exact_selu_slope, 3.0, 0, NULL}},
    {"exponential", {expl, 2.0, 0, NULL}, {expl, 2.0, 0, NULL}},
    {"squareplus", {exact_squareplus, 3.0, 0, NULL}, {exact_squareplus_slope, 5.0, 0, NULL}},
    {"gaussian", {exact_gaussian, 1.5, 0, NULL}, {exact_gaussian_slope, 2.5, 0, NULL}},
    {"sine", {exact_sine, 2.5, INFINITY, NULL}, {exact_cosine, 5.0, INFINITY, NULL}},
    {"tanh", {tanhl, 3.0, 0, NULL}, {exact_tanh_slope, 4.5, 0, NULL}},
    {"gelu", {exact_gelu, 11.0, 0, NULL}, {exact_gelu_slope, 5.0, -0.7517916, NULL}},
    {"gelu_tanh", {exact_gelu_tanh, 3.5, 0, exact_cubic}, {exact_gelu_tanh_slope, 3.5, -0.7524614, exact_cubic}},
    {"silu", {exact_silu, 4.0, 0, NULL}, {exact_silu_slope, 7.0, -1.2784645, NULL}},
    {"mish", {exact_mish, 5.0, 0, NULL}, {exact_mish_slope, 10.0, -1.1924312, NULL}},
    {"softplus", {exact_softplus, 2.5, 0, NULL}, {exact_sigmoid, 3.0, 0, NULL}},
};

enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

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
    if (functions[f].value.exponent == NULL && functions[f].slope.exponent == NULL) {
        return;
    }
    size_t t = 0;
    while (t < TAILS && strcmp(tails[t].name, functions[f].name) != 0) {
        t++;
    }
    ck_assert_msg(t < TAILS, "%s has no bounds in ULP of the value", functions[f].name);
    double value_error = plain_error(kernels, x, y, values, &functions[f].value);
    double slope_error = plain_error(kernels, x, d, slopes, &functions[f].slope);
    printf("%s %-9s %-9s tail: value %.1f ULP, slope %.1f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa,
           tails[t].name, value_error, slope_error);
    ck_assert_double_le(value_error, tails[t].value[kernels->dtype]);
    ck_assert_double_le(slope_error, tails[t].slope[kernels->dtype]);
}

/* One function in every kernel set of a type. The exact values are the same for all sets. */
static void check_function(size_t f, gml_dtype dtype, const void *x, void *y, void *d)
{
    const char *name = functions[f].name;
    const yardstick *value = &functions[f].value, *slope = &functions[f].slope;
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
    for (size_t f = 0; f < FUNCTIONS; f++) {
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

/* Made of comparisons and products, so exact but for one rounding; of softmax and its logarithm the error grows with
 * the row, tests/kernel/activation.c bounds it. */
static const char *const plain_rows[] = {"identity",   "step",      "sign",         "relu",    "relu6",
                                         "leaky_relu", "hard_tanh", "squared_relu", "softmax", "log_softmax"};

static bool has_bounds(const char *name)
{
    bool found = false;
    for (size_t f = 0; f < FUNCTIONS; f++) {
        found = found || strcmp(name, functions[f].name) == 0;
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

/* Far out on the left the sigmoid is e^x to the last bit but the product with 1. */
static void check_exp(const gml_kernels *kernels)
{
    void *x = sweep(kernels), *y = entries(kernels, POINTS, 0);
    gml_forward_call call = {.rows = 1, .cols = POINTS, .stride = POINTS, .z = x, .y = y};
    gml_kernels_activation(kernels, "sigmoid")->forward(&call);
    const yardstick exponential = {expl, 1.25, 0, NULL};
    long double *exact = exact_values(kernels, x, &exponential);
    double error = worst_error(kernels, x, y, exact, &exponential, -INFINITY, kernels->dtype == GML_F32 ? -20 : -40);
    printf("%s %-9s exp     %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, error);
    ck_assert_double_le(error, exponential.bound);
    free(exact);
    free(x);
    free(y);
}

TEST(the_exponential_keeps_its_bound_down_to_denormals)
{
    for_each_table(check_exp);
}

/* For a target of 0 and z <= 0 binary cross-entropy is log(1 + e^z). All entries of the row but one are so far out that
 * they add nothing. */
static void check_log1p(const gml_kernels *kernels)
{
    enum { COLS = 32 };
    void *z = entries(kernels, COLS, -10000), *t = entries(kernels, COLS, 0);
    const gml_loss_kernel *loss = gml_kernels_loss(kernels, "binary_cross_entropy");
    gml_loss_call call = {.rows = 1,
                          .cols = COLS,
                          .stride = COLS,
                          .outputs = z,
                          .targets = t,
                          .target_cols = COLS,
                          .scale = 1,
                          .parameters = (const double[]){1}};
    long double worst = 0;
    size_t place = 0;
    for (double x = 0; x > (kernels->dtype == GML_F32 ? -103 : -744); x -= 0.000331 * (1 - x)) {
        double at = rounded(kernels, x);
        put(kernels, z, place, -10000);
        place = (place + 1) % COLS;
        put(kernels, z, place, at);
        long double wanted = exact_softplus(at);
        long double error = fabsl(loss->run(&call) - wanted) / ulp(kernels->dtype, wanted);
        worst = error > worst ? error : worst;
    }
    printf("%s %-9s log1p(exp) %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, (double)worst);
    ck_assert_double_le((double)worst, 2.0);
    free(z);
    free(t);
}

TEST(the_logarithm_in_binary_cross_entropy_keeps_its_bound)
{
    for_each_table(check_log1p);
}

/* Equal logits: the value is the logarithm of their number. */
static void check_log(const gml_kernels *kernels)
{
    enum { MOST = 3000 };
    void *z = entries(kernels, MOST, 0), *class_number = entries(kernels, 1, 0);
    const gml_loss_kernel *loss = gml_kernels_loss(kernels, "softmax_cross_entropy");
    long double worst = 0;
    for (size_t cols = 1; cols <= MOST; cols++) {
        gml_loss_call call = {.rows = 1,
                              .cols = cols,
                              .stride = cols,
                              .outputs = z,
                              .targets = class_number,
                              .parameters = (const double[]){0}};
        call.target_cols = 1;
        long double wanted = logl((long double)cols);
        long double error = fabsl(loss->run(&call) - wanted) / ulp(kernels->dtype, wanted);
        worst = error > worst ? error : worst;
    }
    printf("%s %-9s log %.2f ULP\n", gml_dtype_name(kernels->dtype), kernels->isa, (double)worst);
    ck_assert_double_le((double)worst, 1.5);
    free(z);
    free(class_number);
}

TEST(the_logarithm_in_softmax_cross_entropy_keeps_its_bound)
{
    for_each_table(check_log);
}

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
        {"gelu", INFINITY, INFINITY, 1},
        {"gelu", -INFINITY, 0, 0},
        {"gelu", -10000, 0, 0},
        {"gelu", 0, 0, 0.5},
        {"gelu", NAN, NAN, NAN},
        {"gelu_tanh", INFINITY, INFINITY, 1},
        {"gelu_tanh", -INFINITY, 0, 0},
        {"gelu_tanh", -10000, 0, 0},
        {"gelu_tanh", 0, 0, 0.5},
        {"gelu_tanh", NAN, NAN, NAN},
        {"silu", INFINITY, INFINITY, 1},
        {"silu", -INFINITY, 0, 0},
        {"silu", -10000, 0, 0},
        {"silu", 0, 0, 0.5},
        {"silu", NAN, NAN, NAN},
        {"mish", INFINITY, INFINITY, 1},
        {"mish", -INFINITY, 0, 0},
        {"mish", -10000, 0, 0},
        {"mish", NAN, NAN, NAN},
        {"softplus", INFINITY, INFINITY, 1},
        {"softplus", -INFINITY, 0, 0},
        {"softplus", 1000, 1000, 1},
        {"softplus", NAN, NAN, NAN},
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
        {"sign", 0, 0, 1},
        {"sign", tiny, 1, 1},
        {"sign", -tiny, -1, 1},
        {"sign", -INFINITY, -1, 0},
        {"sign", NAN, NAN, NAN},
        {"log_sigmoid", INFINITY, 0, 0},
        {"log_sigmoid", -INFINITY, -INFINITY, 1},
        {"log_sigmoid", -1000, -1000, 1},
        {"log_sigmoid", NAN, NAN, NAN},
        {"hard_sigmoid", INFINITY, 1, 0},
        {"hard_sigmoid", -INFINITY, 0, 0},
        {"hard_sigmoid", 0, 0.5, rounded(kernels, 1.0 / 6)},
        {"hard_sigmoid", -3, 0, 0},
        {"hard_sigmoid", NAN, NAN, NAN},
        {"hard_tanh", INFINITY, 1, 0},
        {"hard_tanh", -INFINITY, -1, 0},
        {"hard_tanh", tiny, tiny, 1},
        {"hard_tanh", -1, -1, 0},
        {"hard_tanh", NAN, NAN, NAN},
        {"lecun_tanh", 0, 0, rounded(kernels, rounded(kernels, 1.7159) * rounded(kernels, 2.0 / 3))},
        {"lecun_tanh", INFINITY, rounded(kernels, 1.7159), 0},
        {"lecun_tanh", -INFINITY, -rounded(kernels, 1.7159), 0},
        {"lecun_tanh", NAN, NAN, NAN},
        {"softsign", INFINITY, 1, 0},
        {"softsign", -INFINITY, -1, 0},
        {"softsign", -0.0, -0.0, 1},
        {"softsign", tiny, tiny, 1},
        {"softsign", NAN, NAN, NAN},
        {"relu6", INFINITY, 6, 0},
        {"relu6", -INFINITY, 0, 0},
        {"relu6", 6, 6, 0},
        {"relu6", tiny, tiny, 1},
        {"relu6", NAN, NAN, NAN},
        {"squared_relu", INFINITY, INFINITY, INFINITY},
        {"squared_relu", -INFINITY, 0, 0},
        {"squared_relu", 3, 9, 6},
        {"squared_relu", tiny, 0, 2 * tiny},
        {"squared_relu", NAN, NAN, NAN},
        {"elu", INFINITY, INFINITY, 1},
        {"elu", -INFINITY, -0.5, 0},
        {"elu", 0, 0, 0.5},
        {"elu", NAN, NAN, NAN},
        {"celu", INFINITY, INFINITY, 1},
        {"celu", -INFINITY, -0.5, 0},
        {"celu", 0, 0, 1},
        {"celu", NAN, NAN, NAN},
        {"selu", INFINITY, INFINITY, rounded(kernels, 1.0507009873554804934193349852946)},
        {"selu", -INFINITY, -rounded(kernels, 1.0507009873554804934193349852946 * 1.6732632423543772848170429916717),
         0},
        {"selu", NAN, NAN, NAN},
        {"exponential", INFINITY, INFINITY, INFINITY},
        {"exponential", -INFINITY, 0, 0},
        {"exponential", 0, 1, 1},
        {"exponential", NAN, NAN, NAN},
        {"squareplus", INFINITY, INFINITY, 1},
        {"squareplus", -INFINITY, 0, 0},
        {"squareplus", kernels->dtype == GML_F32 ? 0x1p100 : 0x1p700, kernels->dtype == GML_F32 ? 0x1p100 : 0x1p700, 1},
        {"squareplus", NAN, NAN, NAN},
        {"hard_swish", INFINITY, INFINITY, 1},
        {"hard_swish", -INFINITY, 0, 0},
        {"hard_swish", 0, 0, 0.5},
        {"hard_swish", NAN, NAN, NAN},
        {"gaussian", INFINITY, 0, 0},
        {"gaussian", -INFINITY, 0, 0},
        {"gaussian", 0, 1, 0},
        {"gaussian", tiny, 1, -2 * tiny},
        {"gaussian", NAN, NAN, NAN},
        {"sine", 0, 0, 0.5},
        {"sine", INFINITY, NAN, NAN},
        {"sine", NAN, NAN, NAN},
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
            ck_assert_msg(cases[c].x != 0 || !signbit(cases[c].y) == !signbit(get(kernels, y, i)),
                          "%s of %g has the wrong sign", cases[c].name, cases[c].x);
        }
    }
    free(x);
    free(y);
    free(d);
}

TEST(special_values_give_what_is_documented)
{
    for_each_table(check_special);
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
