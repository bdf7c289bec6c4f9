/* kernel/matrix/vector.c - vectors as wholes: what methods that look at all parameters at once are made of. */
#include "kernel/variant.h"

double GML_VARIANT(gml_dot)(size_t count, const void *a, const void *b)
{
    const real *x = a, *y = b;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)y[i];
    }
    return sum;
}

void GML_VARIANT(gml_combine)(size_t count, double a, const void *x, double b, void *y)
{
    const real *from = x;
    real *to = y, share = (real)a, kept = (real)b;
    if (kept == 0) {
#pragma omp simd
        for (size_t i = 0; i < count; i++) {
            to[i] = share * from[i];
        }
        return;
    }
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        to[i] = share * from[i] + kept * to[i];
    }
}
