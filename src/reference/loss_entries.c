/* reference/loss_entries.c - losses at one output and one target. */
#include "reference/loss_entries.h"

#include <math.h>

gml_reference_entry gml_reference_squared_error(double y, double t, double k)
{
    (void)k;
    return (gml_reference_entry){(y - t) * (y - t), 2 * (y - t)};
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

gml_reference_entry gml_reference_absolute_error(double y, double t, double k)
{
    (void)k;
    return (gml_reference_entry){fabs(y - t), sign(y - t)};
}

gml_reference_entry gml_reference_huber(double y, double t, double delta)
{
    double d = y - t;
    if (fabs(d) <= delta) {
        return (gml_reference_entry){d * d / 2, d};
    }
    return (gml_reference_entry){delta * (fabs(d) - delta / 2), delta * sign(d)};
}

gml_reference_entry gml_reference_smooth_l1(double y, double t, double beta)
{
    double d = y - t;
    if (fabs(d) < beta) {
        return (gml_reference_entry){d * d / (2 * beta), d / beta};
    }
    return (gml_reference_entry){fabs(d) - beta / 2, sign(d)};
}

/* log(cosh d) = |d| + log(1 + e^(-2 |d|)) - log 2; for small |d|, where that cancels, log(1 + 2 sinh^2(d / 2)) */
gml_reference_entry gml_reference_log_cosh(double y, double t, double k)
{
    (void)k;
    double d = y - t, half = sinh(fmin(fabs(d), 1) / 2);
    double value = fabs(d) < 1 ? log1p(2 * half * half) : fabs(d) + log1p(exp(-2 * fabs(d))) - log(2);
    return (gml_reference_entry){value, tanh(d)};
}

gml_reference_entry gml_reference_quantile(double y, double t, double q)
{
    double above = t - y;
    return (gml_reference_entry){fmax(q * above, (q - 1) * above), above > 0 ? -q : above < 0 ? 1 - q : 0};
}

/* Deviances with the mean exp(z); 0 log 0 = 0. */
gml_reference_entry gml_reference_poisson(double z, double t, double k)
{
    (void)k;
    double m = exp(z);
    return (gml_reference_entry){2 * ((t > 0 ? t * (log(t) - z) : 0) - t + m), 2 * (m - t)};
}

gml_reference_entry gml_reference_gamma(double z, double t, double k)
{
    (void)k;
    return (gml_reference_entry){2 * (t / exp(z) - 1 - log(t) + z), 2 * (1 - t / exp(z))};
}

gml_reference_entry gml_reference_tweedie(double z, double t, double p)
{
    double m = exp(z);
    return (gml_reference_entry){
        2 * (pow(t, 2 - p) / ((1 - p) * (2 - p)) - t * pow(m, 1 - p) / (1 - p) + pow(m, 2 - p) / (2 - p)),
        2 * (pow(m, 2 - p) - t * pow(m, 1 - p))};
}

/* log(1 + e^x) */
static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* With s = sigmoid(z): -w t log(s) - (1 - t) log(1 - s) */
gml_reference_entry gml_reference_binary_cross_entropy(double z, double t, double w)
{
    return (gml_reference_entry){w * t * softplus(-z) + (1 - t) * softplus(z),
                                 (1 - t) * sigmoid(z) - w * t * sigmoid(-z)};
}

/* -t (1 - s)^g log(s) - (1 - t) s^g log(1 - s), by the product rule with s' = s (1 - s) */
gml_reference_entry gml_reference_focal(double z, double t, double g)
{
    double s = sigmoid(z), r = sigmoid(-z);
    double yes = pow(r, g) * softplus(-z), no = pow(s, g) * softplus(z);
    double yes_slope = -g * pow(r, g) * s * softplus(-z) - pow(r, g + 1);
    double no_slope = g * pow(s, g) * r * softplus(z) + pow(s, g + 1);
    return (gml_reference_entry){t * yes + (1 - t) * no, t * yes_slope + (1 - t) * no_slope};
}

/* max(0, 1 - s y), s = 2 t - 1 */
gml_reference_entry gml_reference_hinge(double y, double t, double k)
{
    (void)k;
    double s = 2 * t - 1;
    return (gml_reference_entry){fmax(0, 1 - s * y), s * y < 1 ? -s : 0};
}

gml_reference_entry gml_reference_squared_hinge(double y, double t, double k)
{
    gml_reference_entry plain = gml_reference_hinge(y, t, k);
    return (gml_reference_entry){plain.value * plain.value, 2 * plain.value * plain.slope};
}

/* (log v + (t - m)^2 / v) / 2, v = max(e^s, eps); d/ds as if v = e^s, as in PyTorch */
gml_reference_pair gml_reference_gaussian_nll(double m, double s, double t, double eps)
{
    double e = exp(s), v = fmax(e, eps), d = m - t;
    return (gml_reference_pair){(log(v) + d * d / v) / 2, d / v, (1 / v - d * d / (v * v)) / 2 * e};
}
