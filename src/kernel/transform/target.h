/* kernel/transform/target.h - targets between the unit of the data and that in which a network learns them, in double.
 *
 *     learned    u = (f(t) - shift) / scale
 *     predicted  t = limited(g(u * scale + shift)), g the inverse of f; NaN stays NaN
 *
 * f(t) is sign(t) log(1 + |t|), so g(v) = sign(v) (exp(|v|) - 1), or both are the identity. As the other transforms,
 * these have one portable version. */
#ifndef GML_KERNEL_TRANSFORM_TARGET_H
#define GML_KERNEL_TRANSFORM_TARGET_H

#include <math.h>
#include <stdbool.h>

#include "gemmule/matrix.h"

typedef struct gml_target_map {
    bool log;
    const double *shift, *scale;    /* [cols]; both null: 0 and 1 */
    const double *least, *greatest; /* [cols]; both null: no limits */
} gml_target_map;

/* f(t) of the logarithm, and its inverse g(v). */
static inline double gml_target_log(double t)
{
    return copysign(log1p(fabs(t)), t);
}

static inline double gml_target_exp(double v)
{
    return copysign(expm1(fabs(v)), v);
}

/* Turn entries of m, f32 or f64, from targets to what is learned, and from outputs to predictions. */
void gml_targets_learned(const gml_target_map *map, gml_matrix m);
void gml_targets_predicted(const gml_target_map *map, gml_matrix m);

/* slopes = the derivative of the prediction by the output, at the outputs of m; 0 beyond a limit. All are f32 or f64;
 * [rows x cols] each. */
void gml_targets_slopes(const gml_target_map *map, gml_matrix m, gml_matrix slopes);

#endif
