/* optimizer/scalars.c - bias corrections and other numbers that a step computes once, in double.
 *
 * Local enumerations are the indices of an optimizer's arguments; 0 is `lr`. */
#include "optimizer/scalars.h"

#include <math.h>

/* Sets only the rate: clearing all scalars takes a noticeable part of the step of a tiny network. */
void gml_prepare_sgd(gml_optimizer_step *step)
{
    step->scalars.rate = step->rate;
}

/* The velocity starts as the first gradient, without dampening. */
void gml_prepare_momentum(gml_optimizer_step *step)
{
    enum { MOMENTUM = 1, DAMPENING };
    const double *p = step->parameters;
    double fresh = step->number == 1 ? 1 : 1 - p[DAMPENING];
    step->scalars = (gml_update_scalars){.rate = step->rate, .momentum = p[MOMENTUM], .fresh1 = fresh};
}

void gml_prepare_nesterov(gml_optimizer_step *step)
{
    enum { MOMENTUM = 1 };
    step->scalars = (gml_update_scalars){.rate = step->rate, .momentum = step->parameters[MOMENTUM], .fresh1 = 1};
}

void gml_prepare_adagrad(gml_optimizer_step *step)
{
    enum { LR_DECAY = 1, EPS, INITIAL_SUM };
    const double *p = step->parameters;
    double rate = step->rate / (1 + (double)(step->number - 1) * p[LR_DECAY]);
    step->scalars = (gml_update_scalars){.rate = rate, .eps = p[EPS], .initial_sum = p[INITIAL_SUM]};
}

void gml_prepare_adadelta(gml_optimizer_step *step)
{
    enum { RHO = 1, EPS };
    const double *p = step->parameters;
    step->scalars = (gml_update_scalars){.rate = step->rate, .beta2 = p[RHO], .fresh2 = 1 - p[RHO], .eps = p[EPS]};
}

void gml_prepare_rmsprop(gml_optimizer_step *step)
{
    enum { ALPHA = 1, EPS, MOMENTUM, CENTERED };
    const double *p = step->parameters;
    step->scalars = (gml_update_scalars){.rate = step->rate, .beta2 = p[ALPHA], .fresh2 = 1 - p[ALPHA], .eps = p[EPS]};
    step->scalars.momentum = p[MOMENTUM];
    step->scalars.centered = p[CENTERED] != 0;
}

/* ---- Adam and its variants ---- */

enum { BETA1 = 1, BETA2, EPS };

/* 1 - beta^t */
static double correction(const gml_optimizer_step *step, double beta)
{
    return 1 - pow(beta, (double)step->number);
}

static gml_update_scalars moments(const gml_optimizer_step *step, double beta1, double beta2, double eps)
{
    return (gml_update_scalars){.beta1 = beta1,
                                .fresh1 = 1 - beta1,
                                .beta2 = beta2,
                                .fresh2 = 1 - beta2,
                                .unbias2 = 1 / sqrt(correction(step, beta2)),
                                .eps = eps};
}

static void set_adam(gml_optimizer_step *step, double rate, double mean_rate)
{
    const double *p = step->parameters;
    step->scalars = moments(step, p[BETA1], p[BETA2], p[EPS]);
    step->scalars.rate = rate;
    step->scalars.mean_rate = mean_rate;
}

void gml_prepare_adam(gml_optimizer_step *step)
{
    set_adam(step, step->rate / correction(step, step->parameters[BETA1]), 0);
}

/* `memory` is the product mu_1 ... mu_t. */
void gml_prepare_nadam(gml_optimizer_step *step)
{
    enum { MOMENTUM_DECAY = EPS + 1 };
    const double *p = step->parameters;
    double t = (double)step->number;
    double mu = p[BETA1] * (1 - 0.5 * pow(0.96, t * p[MOMENTUM_DECAY]));
    double next = p[BETA1] * (1 - 0.5 * pow(0.96, (t + 1) * p[MOMENTUM_DECAY]));
    step->memory = (step->number == 1 ? 1 : step->memory) * mu;
    set_adam(step, step->rate * (1 - mu) / (1 - step->memory), step->rate * next / (1 - step->memory * next));
}

/* While rho_t <= 5, the variance of the scaled step is unbounded: the step is the unscaled mean. */
void gml_prepare_radam(gml_optimizer_step *step)
{
    double beta2 = step->parameters[BETA2], t = (double)step->number;
    double most = 2 / (1 - beta2) - 1, kept = 1 - correction(step, beta2);
    double rho = most - 2 * t * kept / (1 - kept);
    double rate = step->rate / correction(step, step->parameters[BETA1]);
    if (rho <= 5) {
        set_adam(step, 0, rate);
    } else {
        double rectified = sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
        set_adam(step, rate * rectified * sqrt(1 - kept), 0);
    }
}

/* `memory` is the sum of the squared rates. */
void gml_prepare_schedule_free(gml_optimizer_step *step)
{
    enum { WEIGHT_DECAY = EPS + 1, WARMUP };
    const double *p = step->parameters;
    double rate = step->rate * (p[WARMUP] > 0 ? fmin(1, (double)step->number / p[WARMUP]) : 1);
    step->rate = rate;
    step->memory += rate * rate;
    set_adam(step, rate, 0);
    step->scalars.share = step->memory > 0 ? rate * rate / step->memory : 1;
    step->scalars.number = step->number;
}

/* ---- other optimizers ---- */

/* The momentum is for matrices; the other scalars are those of adamw, for vectors. */
void gml_prepare_muon(gml_optimizer_step *step)
{
    enum { LR, MOMENTUM, ADAMW_LR = 4, ADAMW_BETA1, ADAMW_BETA2, ADAMW_EPS };
    const double *p = step->parameters;
    step->scalars = moments(step, p[ADAMW_BETA1], p[ADAMW_BETA2], p[ADAMW_EPS]);
    step->scalars.rate = step->rate / p[LR] * p[ADAMW_LR] / correction(step, p[ADAMW_BETA1]);
    step->scalars.momentum = p[MOMENTUM];
}

/* beta1 weights the mean in the direction; beta2 is the decay rate of the mean. */
void gml_prepare_lion(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    step->scalars = (gml_update_scalars){.rate = step->rate, .beta1 = p[BETA1], .fresh1 = 1 - p[BETA1]};
    step->scalars.beta2 = p[BETA2];
    step->scalars.fresh2 = 1 - p[BETA2];
}

void gml_prepare_rprop(gml_optimizer_step *step)
{
    enum { ETA_MINUS = 1, ETA_PLUS, STEP_MIN, STEP_MAX };
    const double *p = step->parameters;
    step->scalars = (gml_update_scalars){.rate = step->rate, .shrink = p[ETA_MINUS], .grow = p[ETA_PLUS]};
    step->scalars.least = p[STEP_MIN];
    step->scalars.greatest = p[STEP_MAX];
}

void gml_prepare_custom(gml_optimizer_step *step)
{
    step->scalars.rate = step->rate;
    step->scalars.number = step->number;
}
