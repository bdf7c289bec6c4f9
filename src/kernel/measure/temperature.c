/* kernel/measure/temperature.c - margins, and the cross-entropy at a temperature with its derivatives. */
#include "kernel/measure/temperature.h"

#include <math.h>

void gml_write_margins(size_t samples, size_t outputs, const double *logits, const double *targets, double *margins)
{
    for (size_t i = 0; i < samples; i++) {
        const double *z = logits + i * outputs;
        const size_t own = (size_t)targets[i];
        if (outputs == 1) {
            *margins++ = own == 1 ? -z[0] : z[0];
        }
        for (size_t j = 0; outputs > 1 && j < outputs; j++) {
            if (j != own) {
                *margins++ = z[j] - z[own];
            }
        }
    }
}

double gml_greatest_margin(size_t count, const double *margins)
{
    double greatest = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        greatest = margins[i] > greatest ? margins[i] : greatest;
    }
    return greatest;
}

/* One sample. With p_j = exp(b m_j) / (1 + sum of exp(b m)), the slope is the mean of m under p, where the own class
 * has the margin 0, and the curvature is the variance. Exponents are relative to the greatest one. */
static gml_tempered temper(size_t others, const double *margins, double b)
{
    double most = gml_greatest_margin(others, margins), sum = 0, first = 0, second = 0;
    most = most > 0 ? most : 0;
    for (size_t j = 0; j < others; j++) {
        const double share = exp(b * (margins[j] - most));
        sum += share;
        first += share * margins[j];
        second += share * margins[j] * margins[j];
    }
    const double own = exp(-b * most), all = own + sum, mean = first / all;
    return (gml_tempered){
        .loss = most > 0 ? b * most + log(all) : log1p(sum), .slope = mean, .curvature = second / all - mean * mean};
}

gml_tempered gml_temper(size_t samples, size_t others, const double *margins, const double *weights, double b)
{
    gml_tempered sums = {0};
    double weight = 0;
    for (size_t i = 0; i < samples; i++) {
        const gml_tempered one = temper(others, margins + i * others, b);
        weight += weights[i];
        sums.loss += weights[i] * one.loss;
        sums.slope += weights[i] * one.slope;
        sums.curvature += weights[i] * one.curvature;
    }
    return (gml_tempered){sums.loss / weight, sums.slope / weight, sums.curvature / weight};
}
