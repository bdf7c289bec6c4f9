/* kernel/loss/table.c - the table of losses, and the losses of the difference d = output - target. */
#include "kernel/loss/map.h"
#include "kernel/loss/rows.h"

/* d^2 */
GML_INLINE point squared_error(real y, real t, real k)
{
    (void)k;
    real difference = y - t;
    return (point){.value = difference * difference, .slope = 2 * difference};
}

GML_INLINE real sign_of(real x)
{
    return x > 0 ? 1 : x < 0 ? -1 : x; /* NaN stays NaN */
}

/* |d| */
GML_INLINE point absolute_error(real y, real t, real k)
{
    (void)k;
    return (point){.value = absolute(y - t), .slope = sign_of(y - t)};
}

/* d^2 / 2 for |d| <= k, beyond it the tangent there */
GML_INLINE point huber_point(real y, real t, real k)
{
    real d = y - t, held = d > k ? k : d < -k ? -k : d;
    return (point){.value = held * (d - held / 2), .slope = held};
}

/* the same, divided by k */
GML_INLINE point smooth_l1_point(real y, real t, real k)
{
    point p = huber_point(y, t, k);
    return (point){.value = p.value / k, .slope = p.slope / k};
}

/* log(cosh d). For small |d|, where the usual form cancels, log(1 + u) with u = cosh d - 1 = (e^-|d| - 1)^2 / (2
 * e^-|d|) */
GML_INLINE point log_cosh_point(real y, real t, real k)
{
    (void)k;
    real d = y - t, size = absolute(d);
    exp_pair p = exp_pair_below(-(size < 1 ? size : 1));
    real near = log1p_unit(p.less_1 * p.less_1 / (2 * p.e));
    real far = size + (log1p_unit(exp_below(-2 * size)) - REAL_LN2);
    return (point){.value = size < 1 ? near : far, .slope = tanh_point(d).value};
}

/* k (t - y) for t > y, else (1 - k) (y - t) */
GML_INLINE point quantile_point(real y, real t, real k)
{
    real d = y - t, slope = d > 0 ? 1 - k : d < 0 ? -k : d;
    return (point){.value = slope * d, .slope = slope};
}

static double mean_squared_error(const gml_loss_call *call)
{
    return add_all(call, squared_error);
}

static double mean_absolute_error(const gml_loss_call *call)
{
    return add_all(call, absolute_error);
}

static double huber(const gml_loss_call *call)
{
    return add_all(call, huber_point);
}

static double smooth_l1(const gml_loss_call *call)
{
    return add_all(call, smooth_l1_point);
}

static double log_cosh(const gml_loss_call *call)
{
    return add_all(call, log_cosh_point);
}

static double quantile(const gml_loss_call *call)
{
    return add_all(call, quantile_point);
}

static const gml_loss_kernel differences[] = {
    {.name = "mean_squared_error", .run = mean_squared_error},
    {.name = "mean_absolute_error", .run = mean_absolute_error},
    {.name = "huber", .run = huber},
    {.name = "smooth_l1", .run = smooth_l1},
    {.name = "log_cosh", .run = log_cosh},
    {.name = "quantile", .run = quantile},
    {.name = NULL},
};

static const void *const rows[] = {differences,
                                   GML_VARIANT(gml_binary_losses),
                                   GML_VARIANT(gml_cosine_losses),
                                   GML_VARIANT(gml_cross_entropy_losses),
                                   GML_VARIANT(gml_deviance_losses),
                                   GML_VARIANT(gml_gaussian_losses),
                                   NULL};

const gml_loss_kernels GML_VARIANT(gml_loss_kernels) = {
    .rows = rows,
    .custom = &GML_VARIANT(gml_custom_loss),
};
