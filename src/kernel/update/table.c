/* kernel/update/table.c - updates of the other optimizers (kernel/update/map.h), and the table. The formulas are in
 * optimizer/optimizer.c; optimizer/scalars.c computes what all entries of a step share. */
#include "kernel/update/map.h"

/* ---- gradient descent ---- */

GML_INLINE parameter sgd_rule(scalars k, real g, parameter p)
{
    p.w -= k.rate * g;
    return p;
}

GML_INLINE parameter momentum_rule(scalars k, real g, parameter p)
{
    p.first = k.momentum * p.first + k.fresh1 * g;
    p.w -= k.rate * p.first;
    return p;
}

GML_INLINE parameter nesterov_rule(scalars k, real g, parameter p)
{
    p.first = k.momentum * p.first + k.fresh1 * g;
    p.w -= k.rate * (g + k.momentum * p.first);
    return p;
}

/* step/orthogonal.c orthogonalises the direction, the second state, before subtracting it from w. */
GML_INLINE parameter muon_rule(scalars k, real g, parameter p)
{
    p.first = k.momentum * p.first + g;
    p.second = g + k.momentum * p.first;
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

GML_INLINE parameter adagrad_rule(scalars k, real g, parameter p)
{
    p.first += g * g;
    p.w -= k.rate * (g / (square_root(p.first + k.initial_sum) + k.eps));
    return p;
}

GML_INLINE parameter adadelta_rule(scalars k, real g, parameter p)
{
    p.first = k.beta2 * p.first + k.fresh2 * (g * g);
    real step = square_root(p.second + k.eps) / square_root(p.first + k.eps) * g;
    p.second = k.beta2 * p.second + k.fresh2 * (step * step);
    p.w -= k.rate * step;
    return p;
}

GML_INLINE real scaled_by_square(scalars k, real g, parameter *p)
{
    p->first = k.beta2 * p->first + k.fresh2 * (g * g);
    return g / (square_root(p->first) + k.eps);
}

/* Rounding may bring a variance below 0. */
GML_INLINE real scaled_by_variance(scalars k, real g, parameter *p)
{
    p->first = k.beta2 * p->first + k.fresh2 * (g * g);
    p->second = k.beta2 * p->second + k.fresh2 * g;
    real variance = p->first - p->second * p->second;
    return g / (square_root(variance < 0 ? 0 : variance) + k.eps);
}

GML_INLINE parameter rmsprop_rule(scalars k, real g, parameter p)
{
    p.w -= k.rate * scaled_by_square(k, g, &p);
    return p;
}

GML_INLINE parameter rmsprop_momentum_rule(scalars k, real g, parameter p)
{
    p.second = k.momentum * p.second + scaled_by_square(k, g, &p);
    p.w -= k.rate * p.second;
    return p;
}

GML_INLINE parameter rmsprop_centered_rule(scalars k, real g, parameter p)
{
    p.w -= k.rate * scaled_by_variance(k, g, &p);
    return p;
}

GML_INLINE parameter rmsprop_centered_momentum_rule(scalars k, real g, parameter p)
{
    p.third = k.momentum * p.third + scaled_by_variance(k, g, &p);
    p.w -= k.rate * p.third;
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
    bool moves = call->scalars->momentum != 0, centered = call->scalars->centered;
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

GML_INLINE parameter lion_rule(scalars k, real g, parameter p)
{
    real direction = sign_of(k.beta1 * p.first + k.fresh1 * g);
    p.first = k.beta2 * p.first + k.fresh2 * g;
    p.w -= k.rate * direction;
    return p;
}

/* first: the last gradient, or 0 if its sign changed; second: the step size, initially the rate. */
GML_INLINE parameter rprop_rule(scalars k, real g, parameter p)
{
    real size = p.second > 0 ? p.second : k.rate;
    real turn = sign_of(g) * sign_of(p.first);
    size *= turn > 0 ? k.grow : turn < 0 ? k.shrink : 1;
    size = size < k.least ? k.least : size;
    size = size > k.greatest ? k.greatest : size;
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

/* w is y; state: z, v, x. Weight decay subtracts decay * y from z. */
static void schedule_free(const gml_update_call *call)
{
    real *y = call->w, *z = call->state[0], *v = call->state[1], *x = call->state[2];
    const real *g = call->g;
    scalars k = scalars_of(call->scalars);
    real scale = (real)call->gradient_scale, clip = (real)call->clip, l2 = (real)call->l2, decay = (real)call->decay;
    real share = (real)call->scalars->share;
    bool first = call->scalars->number == 1;
#pragma omp simd
    for (size_t i = 0; i < call->count; i++) {
        real gradient = final_gradient(g[i], y[i], scale, clip, l2);
        v[i] = settled(k.beta2 * v[i] + k.fresh2 * (gradient * gradient), gradient);
        real step = k.rate * (gradient / (square_root(v[i]) * k.unbias2 + k.eps)) + decay * y[i];
        z[i] = (first ? y[i] : z[i]) - step;
        x[i] = (1 - share) * x[i] + share * z[i];
        y[i] = (1 - k.beta1) * z[i] + k.beta1 * x[i];
    }
}

static const gml_optimizer_kernel plain[] = {
    {.name = "sgd", .update = sgd},
    {.name = "momentum", .update = momentum},
    {.name = "nesterov", .update = nesterov},
    {.name = "adagrad", .update = adagrad},
    {.name = "adadelta", .update = adadelta},
    {.name = "rmsprop", .update = rmsprop},
    {.name = "muon", .update = muon},
    {.name = "lion", .update = lion},
    {.name = "rprop", .update = rprop},
    {.name = "schedule_free_adamw", .update = schedule_free},
    {.name = NULL},
};

static const void *const rows[] = {plain, GML_VARIANT(gml_moment_optimizers), NULL};

const gml_update_kernels GML_VARIANT(gml_update_kernels) = {
    .rows = rows,
    .custom = &GML_VARIANT(gml_custom_optimizer),
};
