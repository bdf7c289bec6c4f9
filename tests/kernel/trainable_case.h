/* tests/kernel/trainable_case.h - arguments and learned parameters to take trainable activations at. */
#ifndef GML_TESTS_TRAINABLE_CASE_H
#define GML_TESTS_TRAINABLE_CASE_H

#include "kernel_tables.h"
#include "layer/activation.h"

enum { POINTS = 41 };

/* From -4 to 4, on no kink. */
static inline double point_at(size_t i)
{
    return 0.2013 * ((double)i - 20) + 0.0007;
}

/* Parameters near those that the row starts from; later ones nearer, as they may multiply high powers. */
static inline void learned_theta(const gml_activation_row *row, const double *arguments, size_t unit, double *theta)
{
    row->learned.start(arguments, theta);
    for (size_t k = 0; k < row->learned.count(arguments); k++) {
        theta[k] += 0.2 * pow(0.3, (double)(k % 6)) * sin(1.0 + 2.0 * (double)k + 3.0 * (double)unit);
    }
}

#endif
