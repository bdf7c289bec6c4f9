/* reference/metrics_order.c - areas under curves, by comparing each sample with each other. */
#include <math.h>
#include <stdbool.h>

#include "reference/metrics.h"

static const size_t ANY = (size_t)-1; /* class */

static double class_weight(const gml_reference_scores *of, size_t class)
{
    double sum = 0;
    for (size_t i = 0; i < of->samples; i++) {
        sum += class == ANY || gml_reference_class_of(of, i) == class ? gml_reference_weight(of, i) : 0;
    }
    return sum;
}

/* The probability that a sample of class a has a greater score of that class than one of class b, or of any other. */
static double separation(const gml_reference_scores *of, size_t a, size_t b)
{
    double sum = 0, all = 0;
    for (size_t i = 0; i < of->samples; i++) {
        for (size_t k = 0; k < of->samples; k++) {
            if (gml_reference_class_of(of, i) == a && gml_reference_class_of(of, k) != a &&
                (b == ANY || gml_reference_class_of(of, k) == b)) {
                double w = gml_reference_weight(of, i) * gml_reference_weight(of, k);
                double x = gml_reference_score(of, i, a), y = gml_reference_score(of, k, a);
                sum += x > y ? w : x == y ? w / 2 : 0;
                all += w;
            }
        }
    }
    return sum / all;
}

/* arguments: multi (ovr, ovo), average (macro, weighted) */
double gml_reference_roc_auc(const gml_reference_scores *of)
{
    double sum = 0, total = 0, all = class_weight(of, ANY);
    bool weighted = of->arguments[1] == 1;
    for (size_t a = 0; a < of->outputs; a++) {
        double own = class_weight(of, a);
        if (of->outputs == 2 || of->arguments[0] == 0) {
            bool counts = own > 0 && own < all && (of->outputs > 2 || a == 1);
            sum += counts ? (weighted ? own : 1) * separation(of, a, ANY) : 0;
            total += counts ? (weighted ? own : 1) : 0;
            continue;
        }
        for (size_t b = 0; b < of->outputs; b++) {
            double pair = own + class_weight(of, b);
            bool counts = a != b && own > 0 && class_weight(of, b) > 0;
            sum += counts ? (weighted ? pair : 1) * separation(of, a, b) : 0;
            total += counts ? (weighted ? pair : 1) : 0;
        }
    }
    return total > 0 ? sum / total : NAN;
}

/* Returns the precision for class a if samples with a score of at least `least` are predicted as it. */
static double precision_from(const gml_reference_scores *of, size_t a, double least)
{
    double right = 0, all = 0;
    for (size_t i = 0; i < of->samples; i++) {
        double w = gml_reference_score(of, i, a) >= least ? gml_reference_weight(of, i) : 0;
        right += gml_reference_class_of(of, i) == a ? w : 0;
        all += w;
    }
    return right / all;
}

/* arguments: average. Each sample of the class raises recall by its weight, at the precision of its score. */
double gml_reference_pr_auc(const gml_reference_scores *of)
{
    double sum = 0, total = 0;
    for (size_t a = of->outputs == 2 ? 1 : 0; a < of->outputs; a++) {
        double own = class_weight(of, a), area = 0;
        for (size_t i = 0; i < of->samples; i++) {
            double w = gml_reference_class_of(of, i) == a ? gml_reference_weight(of, i) : 0;
            area += w > 0 ? w * precision_from(of, a, gml_reference_score(of, i, a)) / own : 0;
        }
        double share = of->arguments[0] == 1 ? own : own > 0;
        sum += share * area;
        total += share;
    }
    return total > 0 ? sum / total : NAN;
}
