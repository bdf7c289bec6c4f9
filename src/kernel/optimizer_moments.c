/* kernel/optimizer_moments.c - the updates of Adam and its kin, by means of the gradient and of its square.
 *
 * k: a factor of the step, beta1, 1 - beta1, beta2, 1 - beta2, 1 / sqrt(1 - beta2^t), eps */
#include "kernel/update_map.h"

GML_INLINE void follow_moments(const real *k, real g, real *s)
{
    s[0] = k[1] * s[0] + k[2] * g;
    s[1] = k[3] * s[1] + k[4] * (g * g);
}

/* k[0]: lr / (1 - beta1^t) */
GML_INLINE real adam_rule(const real *k, real w, real g, real *s)
{
    follow_moments(k, g, s);
    return w - k[0] * (s[0] / (square_root(s[1]) * k[5] + k[6]));
}

GML_INLINE real amsgrad_rule(const real *k, real w, real g, real *s)
{
    follow_moments(k, g, s);
    s[2] = s[2] > s[1] ? s[2] : s[1];
    return w - k[0] * (s[0] / (square_root(s[2]) * k[5] + k[6]));
}

/* k[0], k[7]: the factors of the gradient and of its mean */
GML_INLINE real nadam_rule(const real *k, real w, real g, real *s)
{
    follow_moments(k, g, s);
    return w - (k[0] * g + k[7] * s[0]) / (square_root(s[1]) * k[5] + k[6]);
}

/* k[0], k[7]: the factors of the mean as it is and of the scaled one; either is 0. k[5] is part of k[7]. */
GML_INLINE real radam_rule(const real *k, real w, real g, real *s)
{
    follow_moments(k, g, s);
    return w - (k[0] * s[0] + k[7] * (s[0] / (square_root(s[1]) + k[6])));
}

/* Both Adam and AdamW: the decoupled decay is in every update. */
void GML_VARIANT(gml_adam)(const gml_update_call *call)
{
    update(call, 2, adam_rule);
}

void GML_VARIANT(gml_amsgrad)(const gml_update_call *call)
{
    update(call, 3, amsgrad_rule);
}

void GML_VARIANT(gml_nadam)(const gml_update_call *call)
{
    update(call, 2, nadam_rule);
}

void GML_VARIANT(gml_radam)(const gml_update_call *call)
{
    update(call, 2, radam_rule);
}
