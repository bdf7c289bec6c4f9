/* kernel/activation_gates.c - activations that are x times what rises from 0 to 1. Their slope is no function of their
 * value: the forward pass saves it. */
#include "kernel/activation_map.h"
#include "kernel/activation_rows.h"
#include "kernel/vector_normal.h"

#ifdef GML_DOUBLE
#define REAL_PRODUCT_HIGHEST 753.0 /* x e^-x is 0 from here up */
#define REAL_CUBIC_HIGHEST   22.0  /* x e^-u is, for the u of gelu_tanh */
#else
#define REAL_PRODUCT_HIGHEST 110.0f
#define REAL_CUBIC_HIGHEST   11.0f
#endif

/* ---- x S(x), where S rises from 0 to 1 ----
 * With a = |x| and e the exponential of something negative, which cannot overflow,
 *
 *   S = e ratio  for x < 0,   1 - e ratio  for x >= 0;   S' = e density
 *
 * so f = max(x, 0) - a e ratio, and f' is e (ratio - a density) on the left and 1 less that on the right: no digits are
 * lost on either side. What e underflows to is multiplied by `a` first: e is lifted as in kernel/vector.h. Far out,
 * where x may be infinite, `a` stays at a bound past which the products are 0. */

typedef struct gate {
    real a;      /* |x|, but no more than the bound */
    real lifted; /* e */
    real ratio;  /* positive, like the density */
    real density;
} gate;

GML_INLINE point gated(real x, gate g)
{
    real bend = (g.ratio - g.a * g.density) * g.lifted * REAL_UNLIFT;
    return (point){
        .value = (x > 0 ? x : 0) - g.a * g.ratio * g.lifted * REAL_UNLIFT,
        .slope = x < 0 ? bend : 1 - bend,
    };
}

/* x Phi(x) */
GML_INLINE point gelu(real x, const real *k)
{
    (void)k;
    real a = size_within(x, REAL_NORMAL_HIGHEST);
    return gated(x, (gate){a, bell_lifted(a), mills_ratio(a), REAL_DENSITY_AT_0});
}

/* x / (1 + e^-u), u = sqrt(8 / pi) (x + 0.044715 x^3): the form with (1 + tanh(u / 2)) / 2, without its cancellation.
 */
GML_INLINE point gelu_tanh(real x, const real *k)
{
    (void)k;
    const real linear = (real)0x1.9884533d43651p+0, cubic = (real)0x1.2444f2a4d8b4bp-4;
    real a = size_within(x, REAL_CUBIC_HIGHEST), square = a * a;
    real lifted = exp_lifted(-a * (linear + cubic * square), 0);
    real inverse = 1 / (1 + lifted * REAL_UNLIFT);
    return gated(x, (gate){a, lifted, inverse, (linear + 3 * cubic * square) * inverse * inverse});
}

/* x / (1 + e^-x) */
GML_INLINE point silu(real x, const real *k)
{
    (void)k;
    real a = size_within(x, REAL_PRODUCT_HIGHEST);
    real lifted = exp_lifted(-a, 0);
    real inverse = 1 / (1 + lifted * REAL_UNLIFT);
    return gated(x, (gate){a, lifted, inverse, inverse * inverse});
}

/* x tanh(log(1 + w)) = x n / (n + 2), w = e^x, n = w (w + 2); tanh' = 4 w (w + 1) / (n + 2)^2. For x >= 0, with e = 1 /
 * w, 1 - n / (n + 2) is 2 e^2 / (1 + 2 e + 2 e^2). */
GML_INLINE point mish(real x, const real *k)
{
    (void)k;
    real a = size_within(x, REAL_PRODUCT_HIGHEST);
    real lifted = exp_lifted(-a, 0), e = lifted * REAL_UNLIFT;
    real_bits left = sign_mask(x);
    real doubled = 2 * e;
    real inverse = 1 / (e * choose(left, e, doubled) + (doubled + choose(left, 2, 1)));
    real ratio = choose(left, e + 2, doubled) * inverse;
    return gated(x, (gate){a, lifted, ratio, choose(left, 1, e) * inverse * ((4 + 4 * e) * inverse)});
}

/* ---- the rows ---- */

void GML_VARIANT(gml_gelu_forward)(const gml_forward_call *call)
{
    forward(call, NULL, gelu);
}

void GML_VARIANT(gml_gelu_tanh_forward)(const gml_forward_call *call)
{
    forward(call, NULL, gelu_tanh);
}

void GML_VARIANT(gml_silu_forward)(const gml_forward_call *call)
{
    forward(call, NULL, silu);
}

void GML_VARIANT(gml_mish_forward)(const gml_forward_call *call)
{
    forward(call, NULL, mish);
}
