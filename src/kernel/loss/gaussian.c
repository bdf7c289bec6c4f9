/* kernel/loss/gaussian.c - negative log-likelihood of normally distributed targets.
 *
 * A row of outputs holds the means m of all targets t, then the logarithms s of their variances v = e^s:
 *
 *     value = (s + (t - m)^2 / v) / 2      d/dm = (m - t) / v      d/ds = (1 - (t - m)^2 / v) / 2
 *
 * If v < eps, eps replaces v (log(eps) replaces s), and d/ds is multiplied by v / eps. */
#include "kernel/loss/map.h"
#include "kernel/loss/rows.h"

GML_INLINE double take_row(size_t count, const real *y, const real *t, real *gradient, real scale, real least,
                           bool masked)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        real s = y[count + j], held = s < least ? least : s, d = y[j] - t[j];
        bool known = !masked || t[j] == t[j];
        real near = d * exponential(-held), rest = 1 - d * near;
        sum += known ? (double)((held + d * near) / 2) : 0;
        if (gradient != NULL) {
            gradient[j] = known ? near * scale : 0;
            gradient[count + j] = known ? rest / 2 * exp_below(s - held) * scale : 0;
        }
    }
    return sum;
}

static double gaussian_nll(const gml_loss_call *call)
{
    const real *outputs = call->outputs, *targets = call->targets;
    real *gradient = call->gradient, least = -log_above((real)(1 / call->parameters[0]));
    double sum = 0;
    for (size_t i = 0; i < call->rows; i++, outputs += call->stride, targets += call->target_cols) {
        real *into = gradient != NULL ? gradient + i * call->stride : NULL;
        double weight = gml_loss_weight(call, i);
        sum += weight *
               take_row(call->target_cols, outputs, targets, into, (real)(call->scale * weight), least, call->masked);
    }
    return sum;
}

const gml_loss_kernel GML_VARIANT(gml_gaussian_losses)[] = {
    {.name = "gaussian_nll", .run = gaussian_nll},
    {.name = NULL},
};
