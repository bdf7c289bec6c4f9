/* reference/metrics_values.c - metrics for values: the mean over the outputs of a weighted mean. */
#include <float.h>
#include <math.h>

#include "reference/metrics.h"

/* The loss of one prediction y with target t. */
typedef double loss(double y, double t, double k);

static double at(const double *matrix, const gml_reference_scores *of, size_t i, size_t j)
{
    return matrix[i * of->outputs + j];
}

/* sum of w l / sum of w, of one output */
static double output_mean(const gml_reference_scores *of, loss *l, double k, size_t j)
{
    double sum = 0, weights = 0;
    for (size_t i = 0; i < of->samples; i++) {
        double w = gml_reference_weight(of, i);
        sum += w > 0 ? w * l(at(of->predictions, of, i, j), at(of->targets, of, i, j), k) : 0;
        weights += w;
    }
    return sum / weights;
}

static double mean(const gml_reference_scores *of, loss *l, double k)
{
    double sum = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        sum += output_mean(of, l, k, j);
    }
    return sum / (double)of->outputs;
}

static double square(double y, double t, double k)
{
    (void)k;
    return (t - y) * (t - y);
}

static double absolute(double y, double t, double k)
{
    (void)k;
    return fabs(t - y);
}

static double relative(double y, double t, double k)
{
    (void)k;
    return fabs(t - y) / fmax(fabs(t), DBL_EPSILON);
}

static double quantile_loss(double y, double t, double k)
{
    return fmax(k * (t - y), (k - 1) * (t - y));
}

static double poisson(double y, double t, double k)
{
    (void)k;
    return y > 0 && t >= 0 ? 2 * ((t > 0 ? t * log(t / y) : 0) - t + y) : NAN;
}

static double gamma_loss(double y, double t, double k)
{
    (void)k;
    return y > 0 && t > 0 ? 2 * (log(y / t) + t / y - 1) : NAN;
}

static double tweedie(double y, double t, double p)
{
    if (p == 1 || p == 2) {
        return p == 1 ? poisson(y, t, p) : gamma_loss(y, t, p);
    }
    return y > 0 && (t > 0 || (t == 0 && p < 2))
               ? 2 * (pow(t, 2 - p) / ((1 - p) * (2 - p)) - t * pow(y, 1 - p) / (1 - p) + pow(y, 2 - p) / (2 - p))
               : NAN;
}

double gml_reference_mse(const gml_reference_scores *of)
{
    return mean(of, square, 0);
}

double gml_reference_rmse(const gml_reference_scores *of)
{
    if (of->arguments[0] == 1) {
        return sqrt(mean(of, square, 0));
    }
    double sum = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        sum += sqrt(output_mean(of, square, 0, j));
    }
    return sum / (double)of->outputs;
}

double gml_reference_mae(const gml_reference_scores *of)
{
    return mean(of, absolute, 0);
}

double gml_reference_mape(const gml_reference_scores *of)
{
    return mean(of, relative, 0);
}

double gml_reference_pinball(const gml_reference_scores *of)
{
    return mean(of, quantile_loss, of->arguments[0]);
}

double gml_reference_poisson_deviance(const gml_reference_scores *of)
{
    return mean(of, poisson, 0);
}

double gml_reference_gamma_deviance(const gml_reference_scores *of)
{
    return mean(of, gamma_loss, 0);
}

double gml_reference_tweedie_deviance(const gml_reference_scores *of)
{
    return mean(of, tweedie, of->arguments[0]);
}

/* ---- the median: the least error with at least half of the weight up to it ---- */

static double weight_up_to(const gml_reference_scores *of, size_t j, double error, double *all)
{
    double sum = 0;
    *all = 0;
    for (size_t i = 0; i < of->samples; i++) {
        double w = gml_reference_weight(of, i);
        sum += absolute(at(of->predictions, of, i, j), at(of->targets, of, i, j), 0) <= error ? w : 0;
        *all += w;
    }
    return sum;
}

/* The least error with more than half of the weight up to it, or with at least half. */
static double least_error(const gml_reference_scores *of, size_t j, int more)
{
    double least = INFINITY;
    for (size_t i = 0; i < of->samples; i++) {
        double all, error = absolute(at(of->predictions, of, i, j), at(of->targets, of, i, j), 0);
        double up_to = weight_up_to(of, j, error, &all);
        least =
            (more ? up_to > all / 2 : up_to >= all / 2) && gml_reference_weight(of, i) > 0 ? fmin(least, error) : least;
    }
    return least;
}

double gml_reference_median_ae(const gml_reference_scores *of)
{
    double sum = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        double lower = least_error(of, j, 0);
        sum += of->weights != NULL ? lower : (lower + least_error(of, j, 1)) / 2;
    }
    return sum / (double)of->outputs;
}

/* ---- explained variance ---- */

/* The weighted sum of squared deviations from the mean, of the targets or of the errors t - y. */
static double deviation(const gml_reference_scores *of, size_t j, int errors)
{
    double first = NAN, sum = 0, weights = 0, result = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < of->samples; i++) {
            double w = gml_reference_weight(of, i);
            double x = at(of->targets, of, i, j) - (errors ? at(of->predictions, of, i, j) : 0);
            first = isnan(first) ? x : first;
            x -= first; /* equal numbers have a deviation of exactly 0 */
            sum += pass == 0 ? w * x : 0;
            weights += pass == 0 ? w : 0;
            result += pass == 1 ? w * (x - sum / weights) * (x - sum / weights) : 0;
        }
    }
    return result;
}

static double explained(const gml_reference_scores *of, int r2)
{
    double sum = 0, all = 0, pooled = 0, samples = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        double weights = 0, total = deviation(of, j, 0);
        for (size_t i = 0; i < of->samples; i++) {
            weights += gml_reference_weight(of, i);
            samples += gml_reference_weight(of, i) > 0;
        }
        double left = r2 ? output_mean(of, square, 0, j) * weights : deviation(of, j, 1);
        double part = left == 0 ? 1 : total == 0 ? 0 : 1 - left / total;
        sum += part;
        pooled += part * total;
        all += total;
    }
    if (r2 && samples < 2 * (double)of->outputs) {
        return NAN;
    }
    return of->arguments[0] == 1 && all > 0 ? pooled / all : sum / (double)of->outputs;
}

double gml_reference_r2(const gml_reference_scores *of)
{
    return explained(of, 1);
}

double gml_reference_explained_variance(const gml_reference_scores *of)
{
    return explained(of, 0);
}
