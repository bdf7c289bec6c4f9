/* reference/metrics.c - metrics for classes, and the table of metrics. */
#include "reference/metrics.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static size_t predicted(const gml_reference_scores *of, size_t i)
{
    size_t best = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        best = gml_reference_score(of, i, j) > gml_reference_score(of, i, best) ? j : best;
    }
    return best;
}

/* ---- from weights of samples by class ---- */

/* The weight of samples of class `actual` that are predicted as class `found`; ANY: of any class. */
static const size_t ANY = (size_t)-1;

static double weight(const gml_reference_scores *of, size_t actual, size_t found)
{
    double sum = 0;
    for (size_t i = 0; i < of->samples; i++) {
        bool counts =
            (actual == ANY || gml_reference_class_of(of, i) == actual) && (found == ANY || predicted(of, i) == found);
        sum += counts ? gml_reference_weight(of, i) : 0;
    }
    return sum;
}

static double accuracy(const gml_reference_scores *of)
{
    double right = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        right += weight(of, j, j);
    }
    return right / weight(of, ANY, ANY);
}

static double balanced_accuracy(const gml_reference_scores *of)
{
    double sum = 0, classes = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        double actual = weight(of, j, ANY);
        sum += actual > 0 ? weight(of, j, j) / actual : 0;
        classes += actual > 0;
    }
    return sum / classes;
}

typedef double divisor(double actual, double found);

static double by_found(double actual, double found)
{
    (void)actual;
    return found;
}

static double by_actual(double actual, double found)
{
    (void)found;
    return actual;
}

static double by_both(double actual, double found)
{
    return (actual + found) / 2;
}

/* arguments: average (macro, weighted, micro, class), class */
static double fraction(const gml_reference_scores *of, divisor *by)
{
    enum { MACRO, WEIGHTED, MICRO, CLASS };
    double sums[4] = {0}, divisors[4] = {0};
    for (size_t j = 0; j < of->outputs; j++) {
        double actual = weight(of, j, ANY), found = weight(of, ANY, j), right = weight(of, j, j);
        double below = by(actual, found), value = below > 0 ? right / below : 0;
        sums[MACRO] += value;
        divisors[MACRO] += actual > 0 || found > 0;
        sums[WEIGHTED] += actual * value;
        divisors[WEIGHTED] += actual;
        sums[MICRO] += right;
        divisors[MICRO] += below;
        sums[CLASS] += of->arguments[1] == (double)j ? right : 0;
        divisors[CLASS] += of->arguments[1] == (double)j ? below : 0;
    }
    size_t average = (size_t)of->arguments[0];
    return divisors[average] > 0 ? sums[average] / divisors[average] : NAN;
}

static double precision(const gml_reference_scores *of)
{
    return fraction(of, by_found);
}

static double recall(const gml_reference_scores *of)
{
    return fraction(of, by_actual);
}

static double f1(const gml_reference_scores *of)
{
    return fraction(of, by_both);
}

static double cohen_kappa(const gml_reference_scores *of)
{
    double all = weight(of, ANY, ANY), observed = accuracy(of), chance = 0, classes = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        double actual = weight(of, j, ANY), found = weight(of, ANY, j);
        chance += actual / all * found / all;
        classes += actual > 0 || found > 0;
    }
    return classes > 1 ? (observed - chance) / (1 - chance) : NAN;
}

/* The correlation of one-hot vectors: covariances are sums over classes. */
static double matthews(const gml_reference_scores *of)
{
    double all = weight(of, ANY, ANY), both = 0, actual = 0, found = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        double t = weight(of, j, ANY) / all, p = weight(of, ANY, j) / all;
        both += weight(of, j, j) / all - t * p;
        actual += t * (1 - t);
        found += p * (1 - p);
    }
    return actual > DBL_EPSILON && found > DBL_EPSILON ? both / sqrt(actual * found) : 0;
}

/* ---- means over samples ---- */

static double sample_mean(const gml_reference_scores *of, double (*value)(const gml_reference_scores *, size_t))
{
    double sum = 0;
    for (size_t i = 0; i < of->samples; i++) {
        sum += gml_reference_weight(of, i) * value(of, i);
    }
    return sum / weight(of, ANY, ANY);
}

static double is_among_top(const gml_reference_scores *of, size_t i)
{
    double better = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        double own = gml_reference_score(of, i, gml_reference_class_of(of, i));
        bool wins_ties = of->outputs == 2 ? j < gml_reference_class_of(of, i) : j > gml_reference_class_of(of, i);
        better += gml_reference_score(of, i, j) > own || (gml_reference_score(of, i, j) == own && wins_ties);
    }
    return better < of->arguments[0];
}

static double top_k(const gml_reference_scores *of)
{
    return sample_mean(of, is_among_top);
}

static double clipped(double p)
{
    return fmin(fmax(p, DBL_EPSILON), 1 - DBL_EPSILON);
}

static double surprise(const gml_reference_scores *of, size_t i)
{
    double sum = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        sum += clipped(gml_reference_score(of, i, j));
    }
    return log(sum) - log(clipped(gml_reference_score(of, i, gml_reference_class_of(of, i))));
}

static double log_loss(const gml_reference_scores *of)
{
    return sample_mean(of, surprise);
}

static double squares(const gml_reference_scores *of, size_t i)
{
    double sum = 0;
    for (size_t j = 0; j < of->outputs; j++) {
        sum += pow(gml_reference_score(of, i, j) - (gml_reference_class_of(of, i) == j), 2);
    }
    return of->outputs == 2 ? sum / 2 : sum;
}

static double brier(const gml_reference_scores *of)
{
    return sample_mean(of, squares);
}

static double ece(const gml_reference_scores *of)
{
    double sum = 0, bins = of->arguments[0];
    for (double b = 0; b < bins; b++) {
        double gap = 0;
        for (size_t i = 0; i < of->samples; i++) {
            double p = gml_reference_score(of, i, predicted(of, i)) * bins;
            bool inside = (p > b && p <= b + 1) || (b == 0 && p <= 0);
            double right = predicted(of, i) == gml_reference_class_of(of, i);
            gap += inside ? gml_reference_weight(of, i) * (right - p / bins) : 0;
        }
        sum += fabs(gap);
    }
    return sum / weight(of, ANY, ANY);
}

/* ---- the table ---- */

static const gml_reference_metric metrics[] = {
    {"accuracy", accuracy},
    {"balanced_accuracy", balanced_accuracy},
    {"top_k", top_k},
    {"precision", precision},
    {"recall", recall},
    {"f1", f1},
    {"roc_auc", gml_reference_roc_auc},
    {"pr_auc", gml_reference_pr_auc},
    {"log_loss", log_loss},
    {"brier", brier},
    {"ece", ece},
    {"cohen_kappa", cohen_kappa},
    {"matthews", matthews},
    {"mse", gml_reference_mse},
    {"rmse", gml_reference_rmse},
    {"mae", gml_reference_mae},
    {"median_ae", gml_reference_median_ae},
    {"r2", gml_reference_r2},
    {"mape", gml_reference_mape},
    {"explained_variance", gml_reference_explained_variance},
    {"pinball", gml_reference_pinball},
    {"poisson_deviance", gml_reference_poisson_deviance},
    {"gamma_deviance", gml_reference_gamma_deviance},
    {"tweedie_deviance", gml_reference_tweedie_deviance},
};

const gml_reference_metric *gml_reference_find_metric(const char *name)
{
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        if (strcmp(metrics[i].name, name) == 0) {
            return &metrics[i];
        }
    }
    return NULL;
}
