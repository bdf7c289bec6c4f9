/* tests/support/loss_case.h - targets that make sense to a loss. */
#ifndef GML_TESTS_LOSS_CASE_H
#define GML_TESTS_LOSS_CASE_H

#include <stdbool.h>

#include "loss/loss.h"

/* A target for the loss, from a number from -1 to 1. */
static inline double loss_target(const gml_loss_row *row, double x)
{
    switch (row->domain) {
    case GML_DOMAIN_POSITIVE:
        return 1.125 + x;
    case GML_DOMAIN_NOT_NEGATIVE:
        return x < -0.5 ? 0 : 1 + x;
    case GML_DOMAIN_ANY:
        return x;
    default:
        return x > 0;
    }
}

/* True if the loss takes 0 and 1 for targets, and so class numbers spread to rows of them. */
static inline bool loss_takes_classes(const gml_loss_row *row)
{
    return !row->variances && row->domain != GML_DOMAIN_NOT_NEGATIVE && row->domain != GML_DOMAIN_POSITIVE;
}

/* Makes a row of targets that each fit the loss a row that does: shares are divided by their sum. */
static inline void settle_row(const gml_loss_row *row, size_t count, double *targets)
{
    double sum = 0;
    for (size_t j = 0; j < count; j++) {
        sum += targets[j];
    }
    for (size_t j = 0; row->domain == GML_DOMAIN_SHARES && j < count; j++) {
        targets[j] = sum > 0 ? targets[j] / sum : 1 / (double)count;
    }
}

#endif
