/* reference/methods.h - optimizers that look at more than one entry at a time, as their papers write them, in double.
 *
 * All memory is the caller's. */
#ifndef GML_REFERENCE_METHODS_H
#define GML_REFERENCE_METHODS_H

#include <stddef.h>

/* direction = -H gradient with the dense matrix H [n x n] that L-BFGS never writes down: (7.19) of Nocedal and Wright,
 * from H = gamma I on (7.20). Pairs s, y [pairs x n], the oldest first; work [n x n]. */
void gml_reference_lbfgs_direction(size_t n, size_t pairs, const double *s, const double *y, const double *gradient,
                                   double *h, double *work, double *direction);

/* A sum of squared errors e [errors] of x [parameters], with J [errors x parameters], if it is not null, the
 * derivatives of e. */
typedef struct gml_reference_squares {
    size_t errors, parameters;
    void (*find)(void *user, const double *x, double *e, double *j);
    void *user;
    double *work; /* [errors + parameters (errors + parameters + 2)], parameters^2 at least as many as errors */
} gml_reference_squares;

/* One iteration of Marquardt's algorithm: x is moved to where the sum is smaller, mu multiplied by `down`, and by `up`
 * for each step tried in vain. Returns how many were tried. */
size_t gml_reference_marquardt(const gml_reference_squares *problem, double *x, double *mu, double up, double down);

#endif
