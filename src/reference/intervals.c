/* reference/intervals.c - scores, the quantile by counting, and bounds from the textbook. */
#include "reference/intervals.h"

#include <math.h>

static double logarithm(double t)
{
    return t < 0 ? -log(1 - t) : log(1 + t);
}

static double exponential(double v)
{
    return v < 0 ? 1 - exp(-v) : exp(v) - 1;
}

static double score_at(const gml_reference_values *of, size_t i, gml_reference_score score)
{
    const double t = of->targets[i], y = of->predictions[i];
    return score == GML_REFERENCE_LOG_RESIDUAL      ? fabs(logarithm(t) - logarithm(y))
           : score == GML_REFERENCE_SCALED_RESIDUAL ? fabs(t - y) / sqrt(exp(of->variances[i]))
                                                    : fabs(t - y);
}

static int counts(const gml_reference_values *of, size_t i)
{
    return of->weights[i] > 0 && !isnan(of->targets[i]);
}

/* The number of scores that are at most `bound`. */
static size_t count_up_to(const gml_reference_values *of, gml_reference_score score, double bound)
{
    size_t count = 0;
    for (size_t i = 0; i < of->samples; i++) {
        count += counts(of, i) && score_at(of, i, score) <= bound;
    }
    return count;
}

double gml_reference_quantile(const gml_reference_values *of, gml_reference_score score, double level)
{
    const size_t known = count_up_to(of, score, (double)INFINITY);
    const double number = ceil((double)(known + 1) * level - 1e-9);
    double least = (double)INFINITY;
    for (size_t i = 0; i < of->samples; i++) {
        if (counts(of, i) && (double)count_up_to(of, score, score_at(of, i, score)) >= number) {
            least = fmin(least, score_at(of, i, score));
        }
    }
    return least;
}

void gml_reference_bounds(gml_reference_score score, double y, double v, double quantile, double bounds[2])
{
    for (int side = 0; side < 2; side++) {
        const double q = side == 0 ? -quantile : quantile;
        bounds[side] = score == GML_REFERENCE_LOG_RESIDUAL      ? exponential(logarithm(y) + q)
                       : score == GML_REFERENCE_SCALED_RESIDUAL ? y + q * sqrt(exp(v))
                                                                : y + q;
    }
}
