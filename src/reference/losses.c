/* reference/losses.c - losses: mean value and gradient. */
#include "reference/functions.h"

#include <math.h>
#include <string.h>

/* The value at one output y with target t, and its derivative; k is the loss's argument. */
typedef struct entry {
    double value, slope;
} entry;

/* The argument of a call; without arguments, its default. */
static double argument(const gml_reference_loss_call *call, double initial)
{
    return call->parameters != NULL ? call->parameters[0] : initial;
}

/* The mean over all entries, and its gradient. */
static double mean_of(const gml_reference_loss_call *call, entry (*loss)(double y, double t, double k), double k)
{
    size_t count = call->rows * call->cols;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        entry e = loss(call->outputs[i], call->targets[i], k);
        sum += e.value;
        if (call->gradient != NULL) {
            call->gradient[i] = e.slope / (double)count;
        }
    }
    return sum / (double)count;
}

static entry squared_error(double y, double t, double k)
{
    (void)k;
    return (entry){(y - t) * (y - t), 2 * (y - t)};
}

static double mean_squared_error(const gml_reference_loss_call *call)
{
    return mean_of(call, squared_error, 0);
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

static entry absolute_error(double y, double t, double k)
{
    (void)k;
    return (entry){fabs(y - t), sign(y - t)};
}

static double mean_absolute_error(const gml_reference_loss_call *call)
{
    return mean_of(call, absolute_error, 0);
}

static entry huber_at(double y, double t, double delta)
{
    double d = y - t;
    if (fabs(d) <= delta) {
        return (entry){d * d / 2, d};
    }
    return (entry){delta * (fabs(d) - delta / 2), delta * sign(d)};
}

static double huber(const gml_reference_loss_call *call)
{
    return mean_of(call, huber_at, argument(call, 1));
}

static entry smooth_l1_at(double y, double t, double beta)
{
    double d = y - t;
    if (fabs(d) < beta) {
        return (entry){d * d / (2 * beta), d / beta};
    }
    return (entry){fabs(d) - beta / 2, sign(d)};
}

static double smooth_l1(const gml_reference_loss_call *call)
{
    return mean_of(call, smooth_l1_at, argument(call, 1));
}

/* log(cosh d) = |d| + log(1 + e^(-2 |d|)) - log 2; where that cancels, log(1 + 2 sinh^2(d / 2)) */
static entry log_cosh_at(double y, double t, double k)
{
    (void)k;
    double d = y - t, half = sinh(fmin(fabs(d), 1) / 2);
    double value = fabs(d) < 1 ? log1p(2 * half * half) : fabs(d) + log1p(exp(-2 * fabs(d))) - log(2);
    return (entry){value, tanh(d)};
}

static double log_cosh(const gml_reference_loss_call *call)
{
    return mean_of(call, log_cosh_at, 0);
}

static entry quantile_at(double y, double t, double q)
{
    double above = t - y;
    return (entry){fmax(q * above, (q - 1) * above), above > 0 ? -q : above < 0 ? 1 - q : 0};
}

static double quantile(const gml_reference_loss_call *call)
{
    return mean_of(call, quantile_at, argument(call, 0.5));
}

/* Deviances of the mean exp(z); with 0 log 0 = 0. */
static entry poisson_at(double z, double t, double k)
{
    (void)k;
    double m = exp(z);
    return (entry){2 * ((t > 0 ? t * (log(t) - z) : 0) - t + m), 2 * (m - t)};
}

static double poisson(const gml_reference_loss_call *call)
{
    return mean_of(call, poisson_at, 0);
}

static entry gamma_at(double z, double t, double k)
{
    (void)k;
    return (entry){2 * (t / exp(z) - 1 - log(t) + z), 2 * (1 - t / exp(z))};
}

static double gamma_deviance(const gml_reference_loss_call *call)
{
    return mean_of(call, gamma_at, 0);
}

static entry tweedie_at(double z, double t, double p)
{
    double m = exp(z);
    return (entry){2 * (pow(t, 2 - p) / ((1 - p) * (2 - p)) - t * pow(m, 1 - p) / (1 - p) + pow(m, 2 - p) / (2 - p)),
                   2 * (pow(m, 2 - p) - t * pow(m, 1 - p))};
}

static double tweedie(const gml_reference_loss_call *call)
{
    return mean_of(call, tweedie_at, argument(call, 1.5));
}

/* (log v + (t - m)^2 / v) / 2, v = max(e^s, eps), means m first and then s; d/ds as if v were e^s, as PyTorch has it */
static double gaussian_nll(const gml_reference_loss_call *call)
{
    size_t targets = call->cols / 2;
    double count = (double)call->rows * (double)targets, sum = 0;
    for (size_t i = 0; i < call->rows; i++) {
        for (size_t j = 0; j < targets; j++) {
            size_t mean = i * call->cols + j, spread = mean + targets;
            double d = call->outputs[mean] - call->targets[i * targets + j];
            double e = exp(call->outputs[spread]), v = fmax(e, argument(call, 1e-6));
            sum += (log(v) + d * d / v) / 2;
            if (call->gradient != NULL) {
                call->gradient[mean] = d / v / count;
                call->gradient[spread] = (1 / v - d * d / (v * v)) / 2 * e / count;
            }
        }
    }
    return sum / count;
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
static entry binary_cross_entropy_at(double z, double t, double w)
{
    return (entry){w * t * softplus(-z) + (1 - t) * softplus(z), (1 - t) * sigmoid(z) - w * t * sigmoid(-z)};
}

static double binary_cross_entropy(const gml_reference_loss_call *call)
{
    return mean_of(call, binary_cross_entropy_at, argument(call, 1));
}

/* -t (1 - s)^g log(s) - (1 - t) s^g log(1 - s), by the product rule with s' = s (1 - s) */
static entry focal_at(double z, double t, double g)
{
    double s = sigmoid(z), r = sigmoid(-z);
    double yes = pow(r, g) * softplus(-z), no = pow(s, g) * softplus(z);
    double yes_slope = -g * pow(r, g) * s * softplus(-z) - pow(r, g + 1);
    double no_slope = g * pow(s, g) * r * softplus(z) + pow(s, g + 1);
    return (entry){t * yes + (1 - t) * no, t * yes_slope + (1 - t) * no_slope};
}

static double focal(const gml_reference_loss_call *call)
{
    return mean_of(call, focal_at, argument(call, 2));
}

/* max(0, 1 - s y), s = 2 t - 1 */
static entry hinge_at(double y, double t, double k)
{
    (void)k;
    double s = 2 * t - 1;
    return (entry){fmax(0, 1 - s * y), s * y < 1 ? -s : 0};
}

static double hinge(const gml_reference_loss_call *call)
{
    return mean_of(call, hinge_at, 0);
}

static entry squared_hinge_at(double y, double t, double k)
{
    entry plain = hinge_at(y, t, k);
    return (entry){plain.value * plain.value, 2 * plain.value * plain.slope};
}

static double squared_hinge(const gml_reference_loss_call *call)
{
    return mean_of(call, squared_hinge_at, 0);
}

/* 1 - y.t / (|y| |t|), a sample; 1 where a length is 0. d/dy = (y y.t / |y|^2 - t) / (|y| |t|) */
static double cosine(const gml_reference_loss_call *call)
{
    double sum = 0;
    for (size_t i = 0; i < call->rows; i++) {
        const double *y = call->outputs + i * call->cols, *t = call->targets + i * call->cols;
        double product = 0, yy = 0, tt = 0;
        for (size_t j = 0; j < call->cols; j++) {
            product += y[j] * t[j];
            yy += y[j] * y[j];
            tt += t[j] * t[j];
        }
        double lengths = sqrt(yy) * sqrt(tt);
        sum += lengths > 0 ? 1 - product / lengths : 1;
        for (size_t j = 0; call->gradient != NULL && j < call->cols; j++) {
            double slope = lengths > 0 ? (y[j] * product / yy - t[j]) / lengths : 0;
            call->gradient[i * call->cols + j] = slope / (double)call->rows;
        }
    }
    return sum / (double)call->rows;
}

/* The target of class j in a row of targets: its own column, or 1 for the class that is named. */
static double class_target(const gml_reference_loss_call *call, size_t row, size_t j)
{
    const double *targets = call->targets + row * call->target_cols;
    if (call->target_cols == call->cols) {
        return targets[j];
    }
    return targets[0] == (double)j;
}

/* log of the sum of exp(z) over a row */
static double log_sum_exp(size_t cols, const double *z)
{
    double greatest = z[0];
    for (size_t j = 1; j < cols; j++) {
        greatest = fmax(greatest, z[j]);
    }
    double sum = exp(z[0] - greatest);
    for (size_t j = 1; j < cols; j++) {
        sum += exp(z[j] - greatest);
    }
    return greatest + log(sum);
}

/* sum of u[j] (lse(z) - z[j]) over all rows / n, u = (1 - s) t + s / k; gradient (p[j] sum of u - u[j]) / n with
 * p = softmax(z) */
static double smoothed_cross_entropy(const gml_reference_loss_call *call, double s)
{
    double n = (double)call->rows, sum = 0;
    for (size_t i = 0; i < call->rows; i++) {
        const double *z = call->outputs + i * call->cols;
        double lse = log_sum_exp(call->cols, z), weight = 0;
        for (size_t j = 0; j < call->cols; j++) {
            weight += (1 - s) * class_target(call, i, j) + s / (double)call->cols;
        }
        for (size_t j = 0; j < call->cols; j++) {
            double u = (1 - s) * class_target(call, i, j) + s / (double)call->cols;
            sum += u == 0 ? 0 : u * (lse - z[j]); /* z may be -inf where u is 0 */
            if (call->gradient != NULL) {
                call->gradient[i * call->cols + j] = (exp(z[j] - lse) * weight - u) / n;
            }
        }
    }
    return sum / n;
}

static double softmax_cross_entropy(const gml_reference_loss_call *call)
{
    return smoothed_cross_entropy(call, argument(call, 0));
}

/* sum of t[j] log(t[j] / p[j]) / n */
static double kl_divergence(const gml_reference_loss_call *call)
{
    double entropy = 0;
    for (size_t i = 0; i < call->rows; i++) {
        for (size_t j = 0; j < call->cols; j++) {
            double t = class_target(call, i, j);
            entropy += t > 0 ? t * log(t) : 0;
        }
    }
    return smoothed_cross_entropy(call, 0) + entropy / (double)call->rows;
}

static double at_target(double y, double t)
{
    return y - t;
}

static double at_margin(double y, double t)
{
    return 1 - (2 * t - 1) * y;
}

static const gml_reference_loss losses[] = {
    {"mean_squared_error", NULL, mean_squared_error, NULL},
    {"mean_absolute_error", NULL, mean_absolute_error, at_target},
    {"huber", NULL, huber, NULL},
    {"smooth_l1", NULL, smooth_l1, NULL},
    {"log_cosh", NULL, log_cosh, NULL},
    {"quantile", NULL, quantile, at_target},
    {"poisson", "exponential", poisson, NULL},
    {"gamma", "exponential", gamma_deviance, NULL},
    {"tweedie", "exponential", tweedie, NULL},
    {"gaussian_nll", NULL, gaussian_nll, NULL},
    {"cosine", NULL, cosine, NULL},
    {"softmax_cross_entropy", "softmax", softmax_cross_entropy, NULL},
    {"kl_divergence", "softmax", kl_divergence, NULL},
    {"binary_cross_entropy", "sigmoid", binary_cross_entropy, NULL},
    {"focal", "sigmoid", focal, NULL},
    {"hinge", NULL, hinge, at_margin},
    {"squared_hinge", NULL, squared_hinge, NULL},
};

const gml_reference_loss *gml_reference_find_loss(const char *name)
{
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        if (strcmp(losses[i].name, name) == 0) {
            return &losses[i];
        }
    }
    return NULL;
}
