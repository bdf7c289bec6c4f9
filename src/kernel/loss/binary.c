/* kernel/loss/binary.c - binary losses for each output: cross-entropy and focal loss on logits, hinge losses on scores.
 */
#include "kernel/loss/map.h"
#include "kernel/loss/rows.h"

/* s = sigmoid(z), 1 - s, -log(s) and -log(1 - s), from e^-|z|, which cannot overflow. tail is log(1 + e^-|z|). */
typedef struct logit {
    real yes, no, cost_of_yes, cost_of_no, tail;
} logit;

GML_INLINE logit logit_at(real z)
{
    real e = exp_below(-absolute(z)), whole = 1 + e, tail = log1p_unit(e);
    return (logit){.yes = (z >= 0 ? 1 : e) / whole,
                   .no = (z >= 0 ? e : 1) / whole,
                   .cost_of_yes = (z < 0 ? -z : 0) + tail,
                   .cost_of_no = (z > 0 ? z : 0) + tail,
                   .tail = tail};
}

/* -t log(s) - (1 - t) log(1 - s), as max(z, 0) - z t + log(1 + e^-|z|) */
GML_INLINE point cross_entropy_point(real z, real t, real k)
{
    (void)k;
    logit p = logit_at(z);
    real above = z > 0 ? z : 0;
    return (point){.value = (above - z * t) + p.tail, .slope = p.yes - t};
}

/* The same minus (w - 1) t log(s); w is the weight of the positive class. */
GML_INLINE point weighted_cross_entropy_point(real z, real t, real w)
{
    point plain = cross_entropy_point(z, t, w);
    logit p = logit_at(z);
    real more = (w - 1) * t;
    return (point){.value = plain.value + more * p.cost_of_yes, .slope = plain.slope - more * p.no};
}

/* -t (1 - s)^g log(s) - (1 - t) s^g log(1 - s) */
GML_INLINE point focal_point(real z, real t, real g)
{
    logit p = logit_at(z);
    real yes = t * exp_below(-g * p.cost_of_no), no = (1 - t) * exp_below(-g * p.cost_of_yes);
    return (point){.value = yes * p.cost_of_yes + no * p.cost_of_no,
                   .slope = no * (p.yes + g * p.no * p.cost_of_no) - yes * (p.no + g * p.yes * p.cost_of_yes)};
}

/* max(0, 1 - s y), s = 2 t - 1 */
GML_INLINE point hinge_point(real y, real t, real k)
{
    (void)k;
    real sign = 2 * t - 1, gap = 1 - sign * y;
    return (point){.value = gap <= 0 ? 0 : gap, .slope = gap <= 0 ? 0 : gap > 0 ? -sign : gap};
}

GML_INLINE point squared_hinge_point(real y, real t, real k)
{
    real gap = hinge_point(y, t, k).value;
    return (point){.value = gap * gap, .slope = -2 * (2 * t - 1) * gap};
}

static double binary_cross_entropy(const gml_loss_call *call)
{
    bool plain = call->parameters[0] == 1;
    return plain ? add_all(call, cross_entropy_point) : add_all(call, weighted_cross_entropy_point);
}

static double focal(const gml_loss_call *call)
{
    return add_all(call, focal_point);
}

static double hinge(const gml_loss_call *call)
{
    return add_all(call, hinge_point);
}

static double squared_hinge(const gml_loss_call *call)
{
    return add_all(call, squared_hinge_point);
}

const gml_loss_kernel GML_VARIANT(gml_binary_losses)[] = {
    {.name = "binary_cross_entropy", .run = binary_cross_entropy},
    {.name = "focal", .run = focal},
    {.name = "hinge", .run = hinge},
    {.name = "squared_hinge", .run = squared_hinge},
    {.name = NULL},
};
