/* reference/methods.h - optimizers that couple parameters, by the formulas of their papers, in double.
 *
 * The caller owns all memory. */
#ifndef GML_REFERENCE_METHODS_H
#define GML_REFERENCE_METHODS_H

#include <stddef.h>

/* direction = -H gradient, with the explicit matrix H [n x n] of L-BFGS: (7.19) of Nocedal and Wright, Numerical
 * Optimization, 2006, starting from H = gamma I (7.20). Pairs s, y [pairs x n], oldest first; work [n x n]. */
void gml_reference_lbfgs_direction(size_t n, size_t pairs, const double *s, const double *y, const double *gradient,
                                   double *h, double *work, double *direction);

/* A least-squares problem: errors e [errors] as a function of x [parameters], and their Jacobian J [errors x
 * parameters] if it is not null. */
typedef struct gml_reference_squares {
    size_t errors, parameters;
    void (*find)(void *user, const double *x, double *e, double *j);
    void *user;
    double *work; /* [errors + parameters (errors + parameters + 2)], parameters^2 >= errors */
} gml_reference_squares;

/* Makes one iteration of Marquardt's algorithm: updates x so that the sum of squares decreases. Multiplies mu by `up`
 * for each rejected trial step, and by `down` for the accepted one. Returns the number of trial steps. */
size_t gml_reference_marquardt(const gml_reference_squares *problem, double *x, double *mu, double up, double down);

#endif
