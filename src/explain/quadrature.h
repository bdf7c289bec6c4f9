/* explain/quadrature.h - points and weights for the integral of a function from 0 to 1. */
#ifndef GML_EXPLAIN_QUADRATURE_H
#define GML_EXPLAIN_QUADRATURE_H

#include <stddef.h>

/* The Gauss-Legendre rule with `count` points, which is exact for polynomials of degree 2 count - 1: points and weights
 * [count], ascending; the weights sum to 1. */
void gml_quadrature(size_t count, double *points, double *weights);

#endif
