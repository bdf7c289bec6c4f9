/* reference/intervals.h - split conformal prediction intervals by their definition, in double. */
#ifndef GML_REFERENCE_INTERVALS_H
#define GML_REFERENCE_INTERVALS_H

#include <stddef.h>

/* How the distance of a target from its prediction is measured. */
typedef enum gml_reference_score {
    GML_REFERENCE_RESIDUAL,       /* |t - y| */
    GML_REFERENCE_LOG_RESIDUAL,   /* |f(t) - f(y)|, f(t) = sign(t) log(1 + |t|) */
    GML_REFERENCE_SCALED_RESIDUAL /* |t - y| / exp(v / 2) */
} gml_reference_score;

/* Samples of one target; NaN: missing. */
typedef struct gml_reference_values {
    size_t samples;
    const double *targets, *predictions;
    const double *variances; /* logarithms v; of scaled residuals alone */
    const double *weights;
} gml_reference_values;

/* The score number ceil((n + 1) level) of the n known targets with a weight above 0, in ascending order; infinite if
 * there are fewer. All weights above 0 are equal. */
double gml_reference_quantile(const gml_reference_values *of, gml_reference_score score, double level);

/* The bounds of the targets whose score is the quantile: bounds[0] <= y <= bounds[1]. */
void gml_reference_bounds(gml_reference_score score, double y, double v, double quantile, double bounds[2]);

#endif
