/* reference/singular.c - singular values by one-sided Jacobi rotations: pairs of columns are rotated until all are
 * orthogonal; then their lengths are the singular values. */
#include "reference/singular.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MOST_SWEEPS = 60 };

/* Rotates columns p and q of a [m x n]; false if they are orthogonal already. */
static bool rotate(size_t m, size_t n, double *a, size_t p, size_t q)
{
    double pp = 0, qq = 0, pq = 0;
    for (size_t i = 0; i < m; i++) {
        pp += a[i * n + p] * a[i * n + p];
        qq += a[i * n + q] * a[i * n + q];
        pq += a[i * n + p] * a[i * n + q];
    }
    if (fabs(pq) <= 1e-16 * sqrt(pp * qq)) {
        return false;
    }
    double zeta = (qq - pp) / (2 * pq);
    double t = (zeta > 0 ? 1 : -1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
    double c = 1 / sqrt(1 + t * t), s = c * t;
    for (size_t i = 0; i < m; i++) {
        double x = a[i * n + p], y = a[i * n + q];
        a[i * n + p] = c * x - s * y;
        a[i * n + q] = s * x + c * y;
    }
    return true;
}

static void sort_descending(size_t count, double *values)
{
    for (size_t i = 1; i < count; i++) {
        double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] < value; at--) {
            values[at] = values[at - 1];
        }
        values[at] = value;
    }
}

void gml_reference_singular_values(size_t m, size_t n, double *a, double *values, double *work)
{
    if (m < n) {
        for (size_t i = 0; i < m; i++) {
            for (size_t j = 0; j < n; j++) {
                work[j * m + i] = a[i * n + j];
            }
        }
        memcpy(a, work, m * n * sizeof *a);
        size_t rows = m;
        m = n;
        n = rows;
    }
    bool rotated = true;
    for (size_t sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
        rotated = false;
        for (size_t p = 0; p + 1 < n; p++) {
            for (size_t q = p + 1; q < n; q++) {
                rotated = rotate(m, n, a, p, q) || rotated;
            }
        }
    }
    for (size_t j = 0; j < n; j++) {
        double squares = 0;
        for (size_t i = 0; i < m; i++) {
            squares += a[i * n + j] * a[i * n + j];
        }
        values[j] = sqrt(squares);
    }
    sort_descending(n, values);
}
