/* kernel/optimizer.c - the updates of the optimizers, in PyTorch's form, as rows of one mechanism: one pass over w, g
 * and the state. */
#include "kernel/variant.h"

/* The new w for a gradient that is scaled, clipped and regularised; `k` holds the rule's constants. */
typedef real update_rule(const real *k, real w, real g, real *m, real *v);

/* g' = clip(g * scale) + l2 w; NaN is not clipped away. */
GML_INLINE real final_gradient(real g, real w, real scale, real clip, real l2)
{
    g *= scale;
    g = g > clip ? clip : g;
    g = g < -clip ? -clip : g;
    return g + l2 * w;
}

/* `states` is a constant in each caller: how many arrays of state the rule has. */
GML_INLINE void update(const gml_update_call *call, size_t states, const real *k, update_rule *rule)
{
    real *w = call->w, *first = call->state[0], *second = call->state[1];
    const real *g = call->g;
    real scale = (real)call->gradient_scale, clip = (real)call->clip, l2 = (real)call->l2;
    real keep = (real)(1 - call->parameters[0] * call->decay);
#pragma omp simd
    for (size_t i = 0; i < call->count; i++) {
        real kept = w[i] * keep;
        real m = states > 0 ? first[i] : 0;
        real v = states > 1 ? second[i] : 0;
        w[i] = rule(k, kept, final_gradient(g[i], kept, scale, clip, l2), &m, &v);
        if (states > 0) {
            first[i] = m;
        }
        if (states > 1) {
            second[i] = v;
        }
    }
}

/* w -= lr g */
GML_INLINE real sgd_rule(const real *k, real w, real g, real *m, real *v)
{
    (void)m, (void)v;
    return w - k[0] * g;
}

/* m = mu m + g; w -= lr m */
GML_INLINE real momentum_rule(const real *k, real w, real g, real *m, real *v)
{
    (void)v;
    *m = k[1] * *m + g;
    return w - k[0] * *m;
}

/* m = mu m + g; w -= lr (g + mu m) */
GML_INLINE real nesterov_rule(const real *k, real w, real g, real *m, real *v)
{
    (void)v;
    *m = k[1] * *m + g;
    return w - k[0] * (g + k[1] * *m);
}

/* m = alpha m + (1 - alpha) g^2; w -= lr g / (sqrt(m) + eps) */
GML_INLINE real rmsprop_rule(const real *k, real w, real g, real *m, real *v)
{
    (void)v;
    *m = k[1] * *m + k[2] * (g * g);
    return w - k[0] * (g / (square_root(*m) + k[3]));
}

/* m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= lr / c1 * m / (sqrt(v) / sqrt(c2) + eps) */
GML_INLINE real adam_rule(const real *k, real w, real g, real *m, real *v)
{
    *m = k[1] * *m + k[2] * g;
    *v = k[3] * *v + k[4] * (g * g);
    return w - k[0] * (*m / (square_root(*v) * k[5] + k[6]));
}

static void sgd(const gml_update_call *call)
{
    real k[] = {(real)call->parameters[0]};
    update(call, 0, k, sgd_rule);
}

static void momentum(const gml_update_call *call)
{
    real k[] = {(real)call->parameters[0], (real)call->parameters[1]};
    update(call, 1, k, momentum_rule);
}

static void nesterov(const gml_update_call *call)
{
    real k[] = {(real)call->parameters[0], (real)call->parameters[1]};
    update(call, 1, k, nesterov_rule);
}

static void rmsprop(const gml_update_call *call)
{
    const double *p = call->parameters;
    real k[] = {(real)p[0], (real)p[1], (real)(1 - p[1]), (real)p[2]};
    update(call, 1, k, rmsprop_rule);
}

/* Both Adam and AdamW: the decoupled decay is in every update. */
static void adam(const gml_update_call *call)
{
    const double *p = call->parameters;
    real k[] = {(real)(p[0] / call->correction[0]),    (real)p[1], (real)(1 - p[1]), (real)p[2], (real)(1 - p[2]),
                (real)(1 / sqrt(call->correction[1])), (real)p[3]};
    update(call, 2, k, adam_rule);
}

const gml_optimizer_kernel GML_VARIANT(gml_optimizers)[] = {
    {.name = "sgd", .update = sgd},
    {.name = "momentum", .update = momentum},
    {.name = "nesterov", .update = nesterov},
    {.name = "rmsprop", .update = rmsprop},
    {.name = "adam", .update = adam},
    {.name = "adamw", .update = adam},
    {.name = NULL},
};
