/* optimizer/scalars.c - bias corrections and other numbers that a step computes once, in double. */
#include "optimizer/scalars.h"

#include <math.h>
#include <string.h>

static void set(gml_optimizer_step *step, const double scalars[GML_UPDATE_SCALARS])
{
    memcpy(step->scalars, scalars, sizeof step->scalars);
}

/* Alone, for a set of numbers takes longer than a tiny step has time for. */
void gml_prepare_sgd(gml_optimizer_step *step)
{
    step->scalars[0] = step->rate;
}

/* The velocity begins as the first gradient, whatever the dampening. */
void gml_prepare_momentum(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    set(step, (double[GML_UPDATE_SCALARS]){step->rate, p[1], step->number == 1 ? 1 : 1 - p[2]});
}

void gml_prepare_nesterov(gml_optimizer_step *step)
{
    set(step, (double[GML_UPDATE_SCALARS]){step->rate, step->parameters[1], 1});
}

void gml_prepare_adagrad(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    double rate = step->rate / (1 + (double)(step->number - 1) * p[1]);
    set(step, (double[GML_UPDATE_SCALARS]){rate, p[2], p[3]});
}

void gml_prepare_adadelta(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    set(step, (double[GML_UPDATE_SCALARS]){step->rate, p[1], 1 - p[1], p[2]});
}

void gml_prepare_rmsprop(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    set(step, (double[GML_UPDATE_SCALARS]){step->rate, p[1], 1 - p[1], p[2], p[3], p[4]});
}

/* ---- Adam and its kin: parameters lr, beta1, beta2, eps ---- */

/* 1 - beta^t */
static double correction(const gml_optimizer_step *step, double beta)
{
    return 1 - pow(beta, (double)step->number);
}

static void set_adam(gml_optimizer_step *step, double first, double last)
{
    const double *p = step->parameters;
    double root = 1 / sqrt(correction(step, p[2]));
    set(step, (double[GML_UPDATE_SCALARS]){first, p[1], 1 - p[1], p[2], 1 - p[2], root, p[3], last});
}

void gml_prepare_adam(gml_optimizer_step *step)
{
    set_adam(step, step->rate / correction(step, step->parameters[1]), 0);
}

/* mu_t, and the product mu_1 ... mu_t in `memory` */
void gml_prepare_nadam(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    double t = (double)step->number;
    double mu = p[1] * (1 - 0.5 * pow(0.96, t * p[4]));
    double next = p[1] * (1 - 0.5 * pow(0.96, (t + 1) * p[4]));
    step->memory = (step->number == 1 ? 1 : step->memory) * mu;
    set_adam(step, step->rate * (1 - mu) / (1 - step->memory), step->rate * next / (1 - step->memory * next));
}

/* While rho_t is at most 5, the variance of the scaled step is without bounds and the mean is taken as it is. */
void gml_prepare_radam(gml_optimizer_step *step)
{
    double beta2 = step->parameters[2], t = (double)step->number;
    double most = 2 / (1 - beta2) - 1, kept = 1 - correction(step, beta2);
    double rho = most - 2 * t * kept / (1 - kept);
    double rate = step->rate / correction(step, step->parameters[1]);
    if (rho <= 5) {
        set_adam(step, rate, 0);
    } else {
        double rectified = sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
        set_adam(step, 0, rate * rectified * sqrt(1 - kept));
    }
}

/* ---- the rest ---- */

/* Of adamw, for vectors, and last of all the momentum, for matrices. */
void gml_prepare_muon(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    double rate = step->rate / p[0] * p[4], first = rate / correction(step, p[5]);
    double root = 1 / sqrt(correction(step, p[6]));
    set(step, (double[GML_UPDATE_SCALARS]){first, p[5], 1 - p[5], p[6], 1 - p[6], root, p[7], p[1]});
}

void gml_prepare_lion(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    set(step, (double[GML_UPDATE_SCALARS]){step->rate, p[1], 1 - p[1], p[2], 1 - p[2]});
}

/* `memory` is the sum of the squared rates. */
void gml_prepare_schedule_free(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    double rate = step->rate * (p[5] > 0 ? fmin(1, (double)step->number / p[5]) : 1);
    step->rate = rate;
    step->memory += rate * rate;
    double share = step->memory > 0 ? rate * rate / step->memory : 1;
    double root = 1 / sqrt(correction(step, p[2]));
    set(step, (double[GML_UPDATE_SCALARS]){rate, p[1], p[2], 1 - p[2], root, p[3], share, step->number == 1});
}

void gml_prepare_rprop(gml_optimizer_step *step)
{
    const double *p = step->parameters;
    set(step, (double[GML_UPDATE_SCALARS]){step->rate, p[1], p[2], p[3], p[4]});
}

void gml_prepare_custom(gml_optimizer_step *step)
{
    set(step, (double[GML_UPDATE_SCALARS]){step->rate, (double)step->number});
}
