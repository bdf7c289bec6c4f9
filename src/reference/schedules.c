/* reference/schedules.c - learning rate schedules. Lengths are in steps; length 0 of a decay means the whole fit. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "reference/functions.h"

/* Decays from 1 to `end` along a curve from 1 to 0, in cycles. */
static double decay(const double *p, double t, double whole, double (*curve)(double share, double power), double power)
{
    double end = p[0], length = p[1] > 0 ? p[1] : whole;
    while (p[2] != 0 && t >= length) {
        t -= length;
        length *= p[3];
    }
    return end + (1 - end) * (t >= length ? 0 : curve(t / length, power));
}

static double power_curve(double share, double power)
{
    return pow(1 - share, power);
}

static double cosine_curve(double share, double power)
{
    (void)power;
    return 0.5 + 0.5 * cos(acos(-1) * share);
}

static double constant(const double *p, double t, double whole)
{
    (void)p, (void)t, (void)whole;
    return 1;
}

static double step(const double *p, double t, double whole)
{
    (void)whole;
    double factor = 1;
    for (size_t stair = 1; (double)stair * p[0] <= t; stair++) {
        factor *= p[1];
    }
    return factor;
}

static double multi_step(const double *p, double t, double whole)
{
    (void)whole;
    double factor = 1;
    for (int i = 0; i < 4; i++) {
        factor *= p[i] > 0 && t >= p[i] ? p[4] : 1;
    }
    return factor;
}

static double exponential(const double *p, double t, double whole)
{
    double each = exp(log(p[0]) / (p[1] > 0 ? p[1] : whole)), factor = 1;
    for (size_t i = 0; i < (size_t)t; i++) {
        factor *= each;
    }
    return factor;
}

static double polynomial(const double *p, double t, double whole)
{
    return decay(p + 1, t, whole, power_curve, p[0]);
}

static double linear(const double *p, double t, double whole)
{
    return decay(p, t, whole, power_curve, 1);
}

static double cosine(const double *p, double t, double whole)
{
    return decay(p, t, whole, cosine_curve, 0);
}

/* Cycles one after another, each twice as long as the one before; p: their number. Within a cycle the angle grows with
 * the logarithm of the time. */
static double coslog(const double *p, double t, double whole)
{
    double first = whole / (pow(2, p[0]) - 1), begin = 0, length = first;
    t += 0.5; /* the middle of the step */
    while (t >= begin + length) {
        begin += length;
        length *= 2;
    }
    double angle = 2 * acos(-1) * (log(1 + (t - begin) / length) / log(2));
    return t >= whole ? 0.5 - 0.5 * cos(2 * acos(-1) * p[0]) : 0.5 - 0.5 * cos(angle);
}

/* p: flat, end */
static double flat_cosine(const double *p, double t, double whole)
{
    if (t < p[0]) {
        return 1;
    }
    return t >= whole ? p[1] : p[1] + (1 - p[1]) * cosine_curve((t - p[0]) / (whole - p[0]), 0);
}

/* A rising and a falling phase; p: length of the rise, divisors, shape. */
static double one_cycle(const double *p, double t, double whole)
{
    double begin = 0, end = p[0] - 1, from = 1 / p[1], to = 1;
    if (t >= end) {
        begin = end;
        end = whole - 1;
        from = 1;
        to = 1 / p[1] / p[2];
    }
    double share = end > begin ? fmin((t - begin) / (end - begin), 1) : 1;
    return p[3] != 0 ? from + share * (to - from) : to + (from - to) * cosine_curve(share, 0);
}

/* sqrt(W / n) for steps n >= W, after the rise n / W; p: length W */
static double inverse_sqrt(const double *p, double t, double whole)
{
    (void)whole;
    return sqrt(p[0] / (t + p[0]));
}

static const struct {
    const char *name;
    double (*factor)(const double *p, double t, double whole);
} rows[] = {
    {"constant", constant},         {"step", step},     {"multi_step", multi_step},  {"exponential", exponential},
    {"polynomial", polynomial},     {"linear", linear}, {"cosine", cosine},          {"one_cycle", one_cycle},
    {"inverse_sqrt", inverse_sqrt}, {"coslog", coslog}, {"flat_cosine", flat_cosine}};

double gml_reference_schedule(const char *name, const double *parameters, double warmup, double t, double whole)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return t < warmup ? (t + 1) / (warmup + 1) * rows[i].factor(parameters, 0, whole - warmup)
                              : rows[i].factor(parameters, t - warmup, whole - warmup);
        }
    }
    return NAN;
}

double gml_reference_plateau(const double *p, const double *losses, size_t count)
{
    double factor = 1, best = INFINITY;
    size_t bad = 0, cooldown = 0;
    for (size_t i = 0; i < count; i++) {
        bool better = losses[i] < best - p[2] * fabs(best) || best == INFINITY;
        best = better ? losses[i] : best;
        bad = better || cooldown > 0 ? 0 : bad + 1;
        cooldown -= cooldown > 0 ? 1 : 0;
        if ((double)bad > p[1]) {
            factor = factor * p[0] > p[4] ? factor * p[0] : p[4];
            cooldown = (size_t)p[3];
            bad = 0;
        }
    }
    return factor;
}
