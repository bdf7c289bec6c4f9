/* tests/kernel/accuracy.h - errors of the vector functions against long double, in units in the last place (ULP). */
#ifndef GML_TESTS_ACCURACY_H
#define GML_TESTS_ACCURACY_H

#include "kernel_tables.h"

typedef long double exact_function(long double x);

/* The unit that errors of a function are measured in: one ULP of its value. Near a zero at `zero` other than that of
 * the argument, where the value cancels, the unit is one ULP of 1/4. Where an exponent is rounded, the unit grows with
 * the exponent. */
typedef struct yardstick {
    exact_function *exact;
    double bound;
    double zero;              /* 0: none; infinity: periodic zeros, any but that at 0 */
    exact_function *exponent; /* null: exact */
} yardstick;

/* An activation without parameters or with one that is 1, and the greatest errors of its value and slope. */
typedef struct bounded_activation {
    const char *name;
    yardstick value, slope;
} bounded_activation;

extern const bounded_activation bounded_activations[];
extern const size_t bounded_activation_count;

long double exact_softplus(long double x);

/* The distance between neighbours of the type at x. */
long double ulp(gml_dtype dtype, long double x);

enum { SPREAD = 1 << 17, LINEAR = 1 << 18, POINTS = SPREAD + LINEAR };

/* POINTS arguments: of all magnitudes and signs, by their bits, then evenly spread ones where the functions bend. The
 * test frees them. */
void *sweep(const gml_kernels *kernels);

/* The exact values at all points; the test frees them. */
long double *exact_values(const gml_kernels *kernels, const void *x, const yardstick *by);

/* The greatest error of `found` against the exact values, where the argument lies in [low, high]. */
double worst_error(const gml_kernels *kernels, const void *x, const void *found, const long double *exact,
                   const yardstick *by, double low, double high);

#endif
