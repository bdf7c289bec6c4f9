/* kernel/update/table.c - the updates of the optimizers as rows of one mechanism, kernel/update/map.h, and their table.
 * The formulas stand in optimizer/optimizer.c, what is the same for all entries of a step in optimizer/scalars.c. */
#include "kernel/update/map.h"

/* ---- gradient descent; k: lr, momentum, the gradient's share in the velocity ---- */

GML_INLINE parameter sgd_rule(const real *k, real g, parameter p)
{
    p.w -= k[0] * g;
    return p;
}

GML_INLINE parameter momentum_rule(const real *k, real g, parameter p)
{
    p.first = k[1] * p.first + k[2] * g;
    p.w -= k[0] * p.first;
    return p;
}

GML_INLINE parameter nesterov_rule(const real *k, real g, parameter p)
{
    p.first = k[1] * p.first + k[2] * g;
    p.w -= k[0] * (g + k[1] * p.first);
    return p;
}

/* What is done to the direction, the second, before it is taken from w: step/orthogonal.c. k[7]: momentum */
GML_INLINE parameter muon_rule(const real *k, real g, parameter p)
{
    p.first = k[7] * p.first + g;
    p.second = g + k[7] * p.first;
    return p;
}

static void sgd(const gml_update_call *call)
{
    update(call, 0, sgd_rule);
}

static void momentum(const gml_update_call *call)
{
    update(call, 1, momentum_rule);
}

static void nesterov(const gml_update_call *call)
{
    update(call, 1, nesterov_rule);
}

static void muon(const gml_update_call *call)
{
    update(call, 2, muon_rule);
}

/* ---- a sum or mean of squares ---- */

/* k: lr, eps, what the sum begins with */
GML_INLINE parameter adagrad_rule(const real *k, real g, parameter p)
{
    p.first += g * g;
    p.w -= k[0] * (g / (square_root(p.first + k[2]) + k[1]));
    return p;
}

/* k: lr, rho, 1 - rho, eps */
GML_INLINE parameter adadelta_rule(const real *k, real g, parameter p)
{
    p.first = k[1] * p.first + k[2] * (g * g);
    real step = square_root(p.second + k[3]) / square_root(p.first + k[3]) * g;
    p.second = k[1] * p.second + k[2] * (step * step);
    p.w -= k[0] * step;
    return p;
}

/* k: lr, alpha, 1 - alpha, eps, momentum, whether centered */
GML_INLINE real scaled_by_square(const real *k, real g, parameter *p)
{
    p->first = k[1] * p->first + k[2] * (g * g);
    return g / (square_root(p->first) + k[3]);
}

/* Rounding may bring a variance below 0. */
GML_INLINE real scaled_by_variance(const real *k, real g, parameter *p)
{
    p->first = k[1] * p->first + k[2] * (g * g);
    p->second = k[1] * p->second + k[2] * g;
    real variance = p->first - p->second * p->second;
    return g / (square_root(variance < 0 ? 0 : variance) + k[3]);
}

GML_INLINE parameter rmsprop_rule(const real *k, real g, parameter p)
{
    p.w -= k[0] * scaled_by_square(k, g, &p);
    return p;
}

GML_INLINE parameter rmsprop_momentum_rule(const real *k, real g, parameter p)
{
    p.second = k[4] * p.second + scaled_by_square(k, g, &p);
    p.w -= k[0] * p.second;
    return p;
}

GML_INLINE parameter rmsprop_centered_rule(const real *k, real g, parameter p)
{
    p.w -= k[0] * scaled_by_variance(k, g, &p);
    return p;
}

GML_INLINE parameter rmsprop_centered_momentum_rule(const real *k, real g, parameter p)
{
    p.third = k[4] * p.third + scaled_by_variance(k, g, &p);
    p.w -= k[0] * p.third;
    return p;
}

static void adagrad(const gml_update_call *call)
{
    update(call, 1, adagrad_rule);
}

static void adadelta(const gml_update_call *call)
{
    update(call, 2, adadelta_rule);
}

static void rmsprop(const gml_update_call *call)
{
    bool moves = call->scalars[4] != 0, centered = call->scalars[5] != 0;
    if (centered && moves) {
        update(call, 3, rmsprop_centered_momentum_rule);
    } else if (centered) {
        update(call, 2, rmsprop_centered_rule);
    } else if (moves) {
        update(call, 2, rmsprop_momentum_rule);
    } else {
        update(call, 1, rmsprop_rule);
    }
}

/* ---- signs ---- */

/* k: lr, beta1, 1 - beta1, beta2, 1 - beta2 */
GML_INLINE parameter lion_rule(const real *k, real g, parameter p)
{
    real direction = sign_of(k[1] * p.first + k[2] * g);
    p.first = k[3] * p.first + k[4] * g;
    p.w -= k[0] * direction;
    return p;
}

/* first: the last gradient, or 0 where its sign had turned; second: the step's size. k: the first step's size, shrink,
 * grow, least and greatest size */
GML_INLINE parameter rprop_rule(const real *k, real g, parameter p)
{
    real size = p.second > 0 ? p.second : k[0];
    real turn = sign_of(g) * sign_of(p.first);
    size *= turn > 0 ? k[2] : turn < 0 ? k[1] : 1;
    size = size < k[3] ? k[3] : size;
    size = size > k[4] ? k[4] : size;
    p.first = turn < 0 ? 0 : g;
    p.second = size;
    p.w -= sign_of(p.first) * size;
    return p;
}

static void lion(const gml_update_call *call)
{
    update(call, 1, lion_rule);
}

static void rprop(const gml_update_call *call)
{
    update(call, 2, rprop_rule);
}

/* ---- schedule-free ---- */

/* w is y; state: z, v, x. Decay draws z by what it takes of y. Scalars: the rate, beta1, beta2, 1 - beta2, 1 / sqrt(1 -
 * beta2^t), eps, z's share in x, 1 at the first step. */
static void schedule_free(const gml_update_call *call)
{
    real *y = call->w, *z = call->state[0], *v = call->state[1], *x = call->state[2];
    const real *g = call->g;
    const double *k = call->scalars;
    real scale = (real)call->gradient_scale, clip = (real)call->clip, l2 = (real)call->l2, decay = (real)call->decay;
    real rate = (real)k[0], beta1 = (real)k[1], beta2 = (real)k[2], fresh = (real)k[3], root = (real)k[4];
    real eps = (real)k[5], share = (real)k[6];
    bool first = k[7] != 0;
#pragma omp simd
    for (size_t i = 0; i < call->count; i++) {
        real gradient = final_gradient(g[i], y[i], scale, clip, l2);
        v[i] = settled(beta2 * v[i] + fresh * (gradient * gradient), gradient);
        real step = rate * (gradient / (square_root(v[i]) * root + eps)) + decay * y[i];
        z[i] = (first ? y[i] : z[i]) - step;
        x[i] = (1 - share) * x[i] + share * z[i];
        y[i] = (1 - beta1) * z[i] + beta1 * x[i];
    }
}

static const gml_optimizer_kernel rows[] = {
    {.name = "sgd", .update = sgd},
    {.name = "momentum", .update = momentum},
    {.name = "nesterov", .update = nesterov},
    {.name = "adagrad", .update = adagrad},
    {.name = "adadelta", .update = adadelta},
    {.name = "rmsprop", .update = rmsprop},
    {.name = "adam", .update = GML_VARIANT(gml_adam)},
    {.name = "adamw", .update = GML_VARIANT(gml_adam)},
    {.name = "amsgrad", .update = GML_VARIANT(gml_amsgrad)},
    {.name = "nadam", .update = GML_VARIANT(gml_nadam)},
    {.name = "radam", .update = GML_VARIANT(gml_radam)},
    {.name = "muon", .update = muon},
    {.name = "lion", .update = lion},
    {.name = "rprop", .update = rprop},
    {.name = "schedule_free_adamw", .update = schedule_free},
    {.name = NULL},
};

const gml_update_kernels GML_VARIANT(gml_update_kernels) = {
    .rows = rows,
    .custom = &GML_VARIANT(gml_custom_optimizer),
};
