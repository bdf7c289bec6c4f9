/* tests/kernel/accuracy_exact.c - exact activations and slopes in long double, and the errors allowed to kernels. */
#include "accuracy.h"

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

/* x times a factor that goes to 0 faster than |x| goes to infinity; 0 where the factor is 0. */
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

long double exact_softplus(long double x)
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

/* Beyond SINE_HIGHEST the kernels call the C library. */
static long double exact_sine(long double x)
{
    return sinl(x);
}

static long double exact_cosine(long double x)
{
    return cosl(x);
}

/* Bounds in ULP. lecun_tanh rounds 2 x / 3 first: the error of its slope grows with |x|. */
const bounded_activation bounded_activations[] = {
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

const size_t bounded_activation_count = sizeof bounded_activations / sizeof bounded_activations[0];
