/* reference/lbfgs.c - the inverse Hessian of L-BFGS as a dense matrix. */
#include "reference/methods.h"

static double product(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* H = (I - rho s y') H (I - rho y s') + rho s s'; (7.16) and (7.17) of Nocedal and Wright */
static void update_inverse(size_t n, const double *s, const double *y, double *h, double *work)
{
    double rho = 1 / product(n, y, s);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t k = 0; k < n; k++) {
                sum += ((i == k) - rho * s[i] * y[k]) * h[k * n + j];
            }
            work[i * n + j] = sum;
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = rho * s[i] * s[j];
            for (size_t k = 0; k < n; k++) {
                sum += work[i * n + k] * ((k == j) - rho * y[k] * s[j]);
            }
            h[i * n + j] = sum;
        }
    }
}

void gml_reference_lbfgs_direction(size_t n, size_t pairs, const double *s, const double *y, const double *gradient,
                                   double *h, double *work, double *direction)
{
    const double *last_s = s + (pairs - (pairs > 0)) * n, *last_y = y + (pairs - (pairs > 0)) * n;
    double gamma = pairs > 0 ? product(n, last_s, last_y) / product(n, last_y, last_y) : 1;
    for (size_t i = 0; i < n * n; i++) {
        h[i] = i % n == i / n ? gamma : 0;
    }
    for (size_t i = 0; i < pairs; i++) {
        update_inverse(n, s + i * n, y + i * n, h, work);
    }
    for (size_t i = 0; i < n; i++) {
        direction[i] = -product(n, h + i * n, gradient);
    }
}
