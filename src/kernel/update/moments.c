/* kernel/update/moments.c - updates of Adam and its variants, by means of the gradient and of its square. */
#include "kernel/update/map.h"

GML_INLINE void follow_moments(scalars k, real g, parameter *p)
{
    p->first = k.beta1 * p->first + k.fresh1 * g;
    p->second = k.beta2 * p->second + k.fresh2 * (g * g);
}

GML_INLINE parameter adam_rule(scalars k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.w -= k.rate * (p.first / (square_root(p.second) * k.unbias2 + k.eps));
    return p;
}

GML_INLINE parameter amsgrad_rule(scalars k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.third = p.third > p.second ? p.third : p.second;
    p.w -= k.rate * (p.first / (square_root(p.third) * k.unbias2 + k.eps));
    return p;
}

GML_INLINE parameter nadam_rule(scalars k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.w -= (k.rate * g + k.mean_rate * p.first) / (square_root(p.second) * k.unbias2 + k.eps);
    return p;
}

/* Either the mean or the scaled mean has the factor 0; unbias2 is part of the rate. */
GML_INLINE parameter radam_rule(scalars k, real g, parameter p)
{
    follow_moments(k, g, &p);
    p.w -= (k.mean_rate * p.first + k.rate * (p.first / (square_root(p.second) + k.eps)));
    return p;
}

/* Both Adam and AdamW: the decoupled decay is in every update. */
static void adam(const gml_update_call *call)
{
    update(call, 2, adam_rule);
}

static void amsgrad(const gml_update_call *call)
{
    update(call, 3, amsgrad_rule);
}

static void nadam(const gml_update_call *call)
{
    update(call, 2, nadam_rule);
}

static void radam(const gml_update_call *call)
{
    update(call, 2, radam_rule);
}

const gml_optimizer_kernel GML_VARIANT(gml_moment_optimizers)[] = {
    {.name = "adam", .update = adam},   {.name = "adamw", .update = adam},  {.name = "amsgrad", .update = amsgrad},
    {.name = "nadam", .update = nadam}, {.name = "radam", .update = radam}, {.name = NULL},
};
