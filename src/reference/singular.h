/* reference/singular.h - singular values by one-sided Jacobi rotations. */
#ifndef GML_REFERENCE_SINGULAR_H
#define GML_REFERENCE_SINGULAR_H

#include <stddef.h>

/* Computes the singular values of a [m x n], descending, in values [min(m, n)] (Hestenes, Inversion of matrices by
 * biorthogonalization, 1958; Golub and Van Loan, Matrix Computations, 4th edition, section 8.6.3). Overwrites a, and
 * work [m x n]. */
void gml_reference_singular_values(size_t m, size_t n, double *a, double *values, double *work);

#endif
