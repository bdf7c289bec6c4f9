/* kernel/loss/deviances.c - deviances: twice the log-likelihood of target t under mean t less that under mean m = e^z,
 * where z is the output. Each is 0 if m = t. */
#include "kernel/loss/map.h"
#include "kernel/loss/rows.h"

/* 2 (t log(t / m) - t + m). The logarithm here is finite at 0, so its product with t = 0 is 0. */
GML_INLINE point poisson_point(real z, real t, real k)
{
    (void)k;
    real above = exponential(z) - t;
    return (point){.value = 2 * (above + t * (log_above(t) - z)), .slope = 2 * above};
}

/* 2 (t / m - 1 - log(t / m)) */
GML_INLINE point gamma_point(real z, real t, real k)
{
    (void)k;
    real above = t * exponential(-z) - 1;
    return (point){.value = 2 * (above - (log_above(t) - z)), .slope = -2 * above};
}

/* 2 (t^b / (a b) - t m^a / a + m^b / b), a = 1 - p, b = 2 - p */
GML_INLINE point tweedie_point(real z, real t, real p)
{
    real a = 1 - p, b = 2 - p, mean = exponential(b * z);
    real least = t == 0 ? 0 : exponential(b * log_above(t)) / (a * b);
    real drawn = t == 0 ? 0 : t * exponential(a * z);
    return (point){.value = 2 * ((least - drawn / a) + mean / b), .slope = 2 * (mean - drawn)};
}

static double poisson(const gml_loss_call *call)
{
    return add_all(call, poisson_point);
}

static double gamma_deviance(const gml_loss_call *call)
{
    return add_all(call, gamma_point);
}

static double tweedie(const gml_loss_call *call)
{
    return add_all(call, tweedie_point);
}

const gml_loss_kernel GML_VARIANT(gml_deviance_losses)[] = {
    {.name = "poisson", .run = poisson},
    {.name = "gamma", .run = gamma_deviance},
    {.name = "tweedie", .run = tweedie},
    {.name = NULL},
};
