/* reference/optimizers.c - optimizers for one entry, by PyTorch's formulas. */
#include "reference/functions.h"

#include <math.h>
#include <string.h>

static double sgd(double w, double g, double *const *s, const double *p, double step)
{
    (void)s, (void)step;
    return w - p[0] * g;
}

/* v = momentum v + (1 - dampening) g, v = g in the first step; w -= lr v */
static double momentum(double w, double g, double *const *s, const double *p, double step)
{
    *s[0] = step == 1 ? g : p[1] * *s[0] + (1 - p[2]) * g;
    return w - p[0] * *s[0];
}

/* v = momentum v + g, w -= lr (g + momentum v) */
static double nesterov(double w, double g, double *const *s, const double *p, double step)
{
    (void)step;
    *s[0] = p[1] * *s[0] + g;
    return w - p[0] * (g + p[1] * *s[0]);
}

/* s = initial_sum + the sum of all g^2, w -= lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps) */
static double adagrad(double w, double g, double *const *s, const double *p, double step)
{
    *s[0] += g * g;
    return w - p[0] / (1 + (step - 1) * p[1]) * g / (sqrt(p[3] + *s[0]) + p[2]);
}

/* v = rho v + (1 - rho) g^2, d = sqrt(u + eps) / sqrt(v + eps) g, u = rho u + (1 - rho) d^2, w -= lr d */
static double adadelta(double w, double g, double *const *s, const double *p, double step)
{
    (void)step;
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g * g;
    double d = sqrt(*s[1] + p[2]) / sqrt(*s[0] + p[2]) * g;
    *s[1] = p[1] * *s[1] + (1 - p[1]) * d * d;
    return w - p[0] * d;
}

/* v = alpha v + (1 - alpha) g^2; if centered, m = alpha m + (1 - alpha) g, and v - m^2 replaces v in
 * d = g / (sqrt(v) + eps); u = momentum u + d, w -= lr u. The state is v, then m if centered, then u. */
static double rmsprop(double w, double g, double *const *s, const double *p, double step)
{
    (void)step;
    double mean = 0;
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g * g;
    if (p[4] != 0) {
        *s[1] = p[1] * *s[1] + (1 - p[1]) * g;
        mean = *s[1];
    }
    double d = g / (sqrt(fmax(*s[0] - mean * mean, 0)) + p[2]);
    if (p[3] == 0) {
        return w - p[0] * d;
    }
    double *velocity = p[4] != 0 ? s[2] : s[1];
    *velocity = p[3] * *velocity + d;
    return w - p[0] * *velocity;
}

/* m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, with bias correction:
 * w -= lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) */
static double adam(double w, double g, double *const *s, const double *p, double step)
{
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g;
    *s[1] = p[2] * *s[1] + (1 - p[2]) * g * g;
    double m = *s[0] / (1 - pow(p[1], step));
    double v = *s[1] / (1 - pow(p[2], step));
    return w - p[0] * m / (sqrt(v) + p[3]);
}

/* First w -= lr weight_decay w, then Adam. */
static double adamw(double w, double g, double *const *s, const double *p, double step)
{
    return adam(w - p[0] * p[4] * w, g, s, p, step);
}

/* Adam with the maximum of all v so far. */
static double amsgrad(double w, double g, double *const *s, const double *p, double step)
{
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g;
    *s[1] = p[2] * *s[1] + (1 - p[2]) * g * g;
    *s[2] = fmax(*s[2], *s[1]);
    double m = *s[0] / (1 - pow(p[1], step));
    return w - p[0] * m / (sqrt(*s[2] / (1 - pow(p[2], step))) + p[3]);
}

/* u_t = beta1 (1 - 0.96^(t momentum_decay) / 2), U_t = u_1 ... u_t,
 * w -= lr ((1 - u_t) / (1 - U_t) g + u_(t+1) / (1 - U_(t+1)) m) / (sqrt(v / (1 - beta2^t)) + eps) */
static double nadam(double w, double g, double *const *s, const double *p, double step)
{
    double u = 0, next = 0, product = 1;
    for (size_t n = 1; n <= (size_t)step; n++) {
        double t = (double)n;
        u = p[1] * (1 - pow(0.96, t * p[4]) / 2);
        next = p[1] * (1 - pow(0.96, (t + 1) * p[4]) / 2);
        product *= u;
    }
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g;
    *s[1] = p[2] * *s[1] + (1 - p[2]) * g * g;
    double direction = (1 - u) / (1 - product) * g + next / (1 - product * next) * *s[0];
    return w - p[0] * direction / (sqrt(*s[1] / (1 - pow(p[2], step))) + p[3]);
}

/* R = 2 / (1 - beta2) - 1, r = R - 2 t beta2^t / (1 - beta2^t); Adam's m, times
 * sqrt((r - 4) (r - 2) R / ((R - 4) (R - 2) r)) sqrt(1 - beta2^t) / (sqrt(v) + eps) where r > 5 */
static double radam(double w, double g, double *const *s, const double *p, double step)
{
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g;
    *s[1] = p[2] * *s[1] + (1 - p[2]) * g * g;
    double m = *s[0] / (1 - pow(p[1], step)), kept = pow(p[2], step);
    double most = 2 / (1 - p[2]) - 1, r = most - 2 * step * kept / (1 - kept);
    if (r <= 5) {
        return w - p[0] * m;
    }
    double rectified = sqrt((r - 4) * (r - 2) * most / ((most - 4) * (most - 2) * r));
    return w - p[0] * m * rectified * sqrt(1 - kept) / (sqrt(*s[1]) + p[3]);
}

/* The elementwise part of Muon: B = momentum B + g, the direction s[1] = g + momentum B, and decay. The rest is in
 * muon.c. */
static double muon(double w, double g, double *const *s, const double *p, double step)
{
    (void)step;
    *s[0] = p[1] * *s[0] + g;
    *s[1] = g + p[1] * *s[0];
    return w - p[0] * p[2] * w;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

/* Program 1 of Chen et al.: update = sign(interp(m, g, beta1)), m = interp(m, g, beta2), w -= lr (update + decay w) */
static double lion(double w, double g, double *const *s, const double *p, double step)
{
    (void)step;
    double direction = sign(p[1] * *s[0] + (1 - p[1]) * g);
    *s[0] = p[2] * *s[0] + (1 - p[2]) * g;
    return w - p[0] * (direction + p[3] * w);
}

/* s: the last gradient, or 0 after a change of sign; the step size */
static double rprop(double w, double g, double *const *s, const double *p, double step)
{
    double turn = sign(g) * sign(*s[0]);
    double size = step == 1 ? p[0] : *s[1];
    *s[1] = fmin(fmax(size * (turn > 0 ? p[2] : turn < 0 ? p[1] : 1), p[3]), p[4]);
    *s[0] = turn < 0 ? 0 : g;
    return w - *s[1] * sign(*s[0]);
}

/* Algorithm 1 of Defazio et al.: w is y, s is z, v, x */
static double schedule_free_adamw(double w, double g, double *const *s, const double *p, double step)
{
    double sum = 0, rate = 0;
    for (size_t t = 1; t <= (size_t)step; t++) {
        rate = p[0] * ((double)t < p[5] ? (double)t / p[5] : 1);
        sum += rate * rate;
    }
    if (step == 1) {
        *s[0] = *s[2] = w;
    }
    *s[1] = p[2] * *s[1] + (1 - p[2]) * g * g;
    double v = *s[1] / (1 - pow(p[2], step));
    *s[0] = *s[0] - rate * g / (sqrt(v) + p[3]) - rate * p[4] * w;
    double c = rate * rate / sum;
    *s[2] = (1 - c) * *s[2] + c * *s[0];
    return (1 - p[1]) * *s[0] + p[1] * *s[2];
}

static const gml_reference_optimizer optimizers[] = {
    {"sgd", 0, sgd},         {"momentum", 1, momentum}, {"nesterov", 1, nesterov},
    {"adagrad", 1, adagrad}, {"adadelta", 2, adadelta}, {"rmsprop", 3, rmsprop},
    {"adam", 2, adam},       {"adamw", 2, adamw},       {"amsgrad", 3, amsgrad},
    {"nadam", 2, nadam},     {"radam", 2, radam},       {"lion", 1, lion},
    {"muon", 2, muon},       {"rprop", 2, rprop},       {"schedule_free_adamw", 3, schedule_free_adamw},
};

const gml_reference_optimizer *gml_reference_find_optimizer(const char *name)
{
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        if (strcmp(optimizers[i].name, name) == 0) {
            return &optimizers[i];
        }
    }
    return NULL;
}

void gml_reference_update(const gml_reference_optimizer *optimizer, const gml_reference_update_call *call)
{
    for (size_t i = 0; i < call->count; i++) {
        double g = call->g[i] * call->scale;
        g = g > call->clip ? call->clip : g < -call->clip ? -call->clip : g;
        g += call->l2 * call->w[i];
        double *s[GML_REFERENCE_STATES] = {NULL};
        for (size_t k = 0; k < optimizer->states; k++) {
            s[k] = call->state[k] != NULL ? call->state[k] + i : NULL;
        }
        call->w[i] = optimizer->update(call->w[i], g, s, call->parameters, (double)call->step);
    }
}
