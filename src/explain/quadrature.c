/* explain/quadrature.c - the Gauss-Legendre rule: the zeros of the Legendre polynomial, by Newton's method. */
#include "explain/quadrature.h"

#include <math.h>

/* The Legendre polynomial of degree `degree` at x, and its derivative. */
static double legendre(size_t degree, double x, double *slope)
{
    double before = 0, value = 1;
    for (size_t k = 1; k <= degree; k++) {
        const double n = (double)k, next = ((2 * n - 1) * x * value - (n - 1) * before) / n;
        before = value;
        value = next;
    }
    *slope = (double)degree * (x * value - before) / (x * x - 1);
    return value;
}

void gml_quadrature(size_t count, double *points, double *weights)
{
    enum { ROUNDS = 100 };
    const double pi = 3.14159265358979323846;
    for (size_t i = 0; i < (count + 1) / 2; i++) {
        double x = cos(pi * ((double)i + 0.75) / ((double)count + 0.5)), slope = 1, step = 1;
        for (int round = 0; round < ROUNDS && fabs(step) > 1e-16; round++) {
            step = legendre(count, x, &slope) / slope;
            x -= step;
        }
        points[i] = (1 - x) / 2;
        points[count - 1 - i] = (1 + x) / 2;
        weights[i] = weights[count - 1 - i] = 1 / ((1 - x * x) * slope * slope);
    }
}
