/* reference/optimizers.c - optimizers in the form PyTorch gives them, entry by entry. */
#include "reference/functions.h"

#include <math.h>
#include <string.h>

static double sgd(double w, double g, double *const s[2], const double *p, double step)
{
    (void)s, (void)step;
    return w - p[0] * g;
}

/* v = momentum v + g, w -= lr v */
static double momentum(double w, double g, double *const s[2], const double *p, double step)
{
    (void)step;
    *s[0] = p[1] * *s[0] + g;
    return w - p[0] * *s[0];
}

/* v = momentum v + g, w -= lr (g + momentum v) */
static double nesterov(double w, double g, double *const s[2], const double *p, double step)
{
    (void)step;
    *s[0] = p[1] * *s[0] + g;
    return w - p[0] * (g + p[1] * *s[0]);
}

/* v = alpha v + (1 - alpha) g^2, w -= lr g / (sqrt(v) + eps) */
static double rmsprop(double w, double g, double *const s[2], const double *p, double step)
{
    (void)step;
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g * g;
    return w - p[0] * g / (sqrt(*s[0]) + p[2]);
}

/* m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, both without their bias toward 0 in
 * w -= lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) */
static double adam(double w, double g, double *const s[2], const double *p, double step)
{
    *s[0] = p[1] * *s[0] + (1 - p[1]) * g;
    *s[1] = p[2] * *s[1] + (1 - p[2]) * g * g;
    double m = *s[0] / (1 - pow(p[1], step));
    double v = *s[1] / (1 - pow(p[2], step));
    return w - p[0] * m / (sqrt(v) + p[3]);
}

/* Adam after w was drawn toward 0 by itself: w -= lr weight_decay w */
static double adamw(double w, double g, double *const s[2], const double *p, double step)
{
    return adam(w - p[0] * p[4] * w, g, s, p, step);
}

static const gml_reference_optimizer optimizers[] = {
    {"sgd", 0, sgd},         {"momentum", 1, momentum}, {"nesterov", 1, nesterov},
    {"rmsprop", 1, rmsprop}, {"adam", 2, adam},         {"adamw", 2, adamw},
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
        double *const s[2] = {optimizer->states > 0 ? call->state[0] + i : NULL,
                              optimizer->states > 1 ? call->state[1] + i : NULL};
        call->w[i] = optimizer->update(call->w[i], g, s, call->parameters, (double)call->step);
    }
}
