/* kernel/effect/differences.c - how far apart the values of two networks are. */
#include <math.h>
#include <stdbool.h>

#include "kernel/effect/effect.h"

/* |a - b|; 0 for equal infinities and for two NaN, infinite if only one value is finite or NaN. */
static double distance(double a, double b)
{
    if (a == b || (isnan(a) && isnan(b))) {
        return 0;
    }
    const double apart = fabs(a - b);
    return isnan(apart) ? (double)INFINITY : apart;
}

void gml_compare_values(size_t rows, size_t cols, const double *a, const double *b, double tolerance, size_t first_row,
                        gml_comparison *comparison)
{
    for (size_t i = 0; i < rows * cols; i++) {
        const double apart = distance(a[i], b[i]);
        if (apart == 0) {
            continue;
        }
        const double size = fmax(fabs(a[i]), fabs(b[i])); /* of a NaN and a number: of the number */
        const double relative = isfinite(apart) ? apart / size : (double)INFINITY;
        comparison->relative = fmax(comparison->relative, relative);
        if (apart > comparison->greatest) {
            comparison->greatest = apart;
            comparison->row = first_row + i / cols;
            comparison->col = i % cols;
            comparison->a = a[i];
            comparison->b = b[i];
        }
        if (isinf(apart) || apart > tolerance * fmax(1, size)) {
            if (comparison->count == 0) {
                comparison->first_row = first_row + i / cols;
                comparison->first_col = i % cols;
            }
            comparison->count++;
        }
    }
}
