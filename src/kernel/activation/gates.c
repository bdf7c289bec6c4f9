/* kernel/activation/gates.c - activations x S(x), where S rises from 0 to 1. Their slope is not a function of their
 * value: the forward pass saves it. */
#include "kernel/activation/map.h"
#include "kernel/activation/rows.h"
#include "kernel/vector_normal.h"

#ifdef GML_DOUBLE
#define REAL_PRODUCT_HIGHEST 753.0 /* x e^-x is 0 from here up */
#define REAL_CUBIC_HIGHEST   22.0  /* x e^-u is 0 from here up, for the u of gelu_tanh */
#define REAL_MISH_HIGHEST    22.0  /* mish(x) is x from here up */
#else
#define REAL_PRODUCT_HIGHEST 110.0f
#define REAL_CUBIC_HIGHEST   11.0f
#define REAL_MISH_HIGHEST    12.0f
#endif

/* ---- x S(x) ----
 * With a = |x| and e an exponential of a negative number, which cannot overflow,
 *
 *   S = e ratio  for x < 0,   1 - e ratio  for x >= 0;   S' = e density
 *
 * so f = max(x, 0) - a e ratio, and f' = e (ratio - a density) for x < 0, 1 minus that for x >= 0: neither side
 * cancels. e may underflow, so it is multiplied by `a` first: e is lifted as in kernel/vector.h, and ratio and density
 * unlift it. `a` is capped at a bound beyond which the products are 0, because x may be infinite. */

typedef struct gate {
    real a;              /* min(|x|, bound) */
    real ratio, density; /* both times REAL_UNLIFT */
} gate;

GML_INLINE point gated(real x, real lifted, gate g)
{
    real bend = (g.ratio - g.a * g.density) * lifted; /* `a` is finite if x is NaN; x alone propagates it */
    return (point){
        .value = (x < 0 ? 0 : x) - g.ratio * (g.a * lifted),
        .slope = x < 0    ? bend
                 : x >= 0 ? 1 - bend
                          : x,
    };
}

/* x Phi(x) */
#ifdef GML_TABLE_LANES
GML_INLINE vector gelu_early(vector x)
{
    return bell_lifted_lanes(size_capped_lanes(x, REAL_NORMAL_HIGHEST));
}
#else
GML_INLINE real gelu_early(real x, const real *k)
{
    (void)k;
    return bell_lifted(size_capped(x, REAL_NORMAL_HIGHEST));
}
#endif

GML_INLINE point gelu(real x, real lifted, const real *k)
{
    (void)k;
    real a = size_capped(x, REAL_NORMAL_HIGHEST);
    return gated(x, lifted, (gate){a, mills_ratio_unlifting(a), REAL_DENSITY_AT_0 * REAL_UNLIFT});
}

/* x / (1 + e^-u), u = sqrt(8 / pi) (x + 0.044715 x^3): equal to x (1 + tanh(u / 2)) / 2, without cancellation. */
static const real gelu_linear = (real)0x1.9884533d43651p+0, gelu_cubic = (real)0x1.2444f2a4d8b4bp-4;

GML_INLINE real gelu_tanh_early(real x, const real *k)
{
    (void)k;
    real a = size_capped(x, REAL_CUBIC_HIGHEST);
    return exp_lifted(-a * (gelu_linear + gelu_cubic * (a * a)));
}

GML_INLINE point gelu_tanh(real x, real lifted, const real *k)
{
    (void)k;
    real a = size_capped(x, REAL_CUBIC_HIGHEST);
    real whole = 1 + lifted * REAL_UNLIFT, inverse = 1 / whole, ratio = REAL_UNLIFT * inverse;
    real steepness = gelu_linear + 3 * gelu_cubic * (a * a);
    return gated(x, lifted, (gate){a, ratio, divided(steepness * ratio, whole, inverse)});
}

/* x / (1 + e^-x) */
GML_INLINE real silu_early(real x, const real *k)
{
    (void)k;
    return exp_lifted(-size_capped(x, REAL_PRODUCT_HIGHEST));
}

GML_INLINE point silu(real x, real lifted, const real *k)
{
    (void)k;
    real whole = 1 + lifted * REAL_UNLIFT, inverse = 1 / whole, ratio = REAL_UNLIFT * inverse;
    return gated(x, lifted, (gate){size_capped(x, REAL_PRODUCT_HIGHEST), ratio, divided(ratio, whole, inverse)});
}

/* ---- mish ----
 * x S, S = tanh(log(1 + w)) = n / (n + 2), w = e^x, n = w (w + 2); S' = 4 w (w + 1) / (n + 2)^2. All terms are
 * positive, so e^-x is not needed. S and S' are computed lifted. Beyond the bounds they are undefined; there the value
 * is x or 0, and the slope 1 or 0. */
GML_INLINE real mish_early(real x, const real *k)
{
    (void)k;
    return exp_lifted(x);
}

GML_INLINE point mish(real x, real lifted, const real *k)
{
    (void)k;
    real w = lifted * REAL_UNLIFT, inverse = 1 / (w * (w + 2) + 2);
    real s = (w + 2) * lifted * inverse, s_slope = (4 + 4 * w) * inverse * (lifted * inverse);
    real value = x * s * REAL_UNLIFT, slope = (s + x * s_slope) * REAL_UNLIFT;
    real far_value = x < 0 ? 0 : x, far_slope = x < 0 ? (real)0 : (real)1;
    bool far = x > REAL_MISH_HIGHEST || x < -REAL_PRODUCT_HIGHEST;
    return (point){.value = far ? far_value : value, .slope = far ? far_slope : slope};
}

/* ---- the rows ---- */

static void gelu_forward(const gml_forward_call *call)
{
#ifdef GML_TABLE_LANES
    forward_map(call, NULL, (point_map){.early_vector = gelu_early, .late = gelu});
#else
    forward_in_two_passes(call, NULL, gelu_early, gelu);
#endif
}

static void gelu_tanh_forward(const gml_forward_call *call)
{
    forward_in_two_passes(call, NULL, gelu_tanh_early, gelu_tanh);
}

static void silu_forward(const gml_forward_call *call)
{
    forward_in_two_passes(call, NULL, silu_early, silu);
}

static void mish_forward(const gml_forward_call *call)
{
    forward_in_two_passes(call, NULL, mish_early, mish);
}

const gml_activation_kernel GML_VARIANT(gml_gate_activations)[] = {
    {.name = "gelu", .forward = gelu_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "gelu_tanh", .forward = gelu_tanh_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "silu", .forward = silu_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "mish", .forward = mish_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = NULL},
};
