/* kernel/update/moments.c - the updates of Adam and its kin, by means of the gradient and of its square.
 *
 * k: a factor of the step, beta1, 1 - beta1, beta2, 1 - beta2, 1 / sqrt(1 - beta2^t), eps */
#include "kernel/update/map.h"

GML_INLINE void follow_moments(const real *k, real g, parameter *p)
{
    p->first = k[1] * p->first + k[2] * g;
    p->second = k[3] * p->second + k[4] * (g * g);
}

/* k[0]: lr / (1 - beta1^t) */
GML_INLINE parameter adam_rule(const real *k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.w -= k[0] * (p.first / (square_root(p.second) * k[5] + k[6]));
    return p;
}

GML_INLINE parameter amsgrad_rule(const real *k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.third = p.third > p.second ? p.third : p.second;
    p.w -= k[0] * (p.first / (square_root(p.third) * k[5] + k[6]));
    return p;
}

/* k[0], k[7]: the factors of the gradient and of its mean */
GML_INLINE parameter nadam_rule(const real *k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.w -= (k[0] * g + k[7] * p.first) / (square_root(p.second) * k[5] + k[6]);
    return p;
}

/* k[0], k[7]: the factors of the mean as it is and of the scaled one; either is 0. k[5] is part of k[7]. */
GML_INLINE parameter radam_rule(const real *k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.w -= (k[0] * p.first + k[7] * (p.first / (square_root(p.second) + k[6])));
    return p;
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
