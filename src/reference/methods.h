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

#endif
