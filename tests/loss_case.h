/* tests/loss_case.h - targets that make sense to a loss. */
#ifndef GML_TESTS_LOSS_CASE_H
#define GML_TESTS_LOSS_CASE_H

#include "loss/loss.h"

/* A target for the loss, from a number from -1 to 1. */
static inline double loss_target(const gml_loss_row *row, double x)
{
    if (row->range == GML_TARGETS_POSITIVE) {
        return 1.125 + x;
    }
    if (row->range == GML_TARGETS_NOT_NEGATIVE) {
        return x < -0.5 ? 0 : 1 + x;
    }
    return row->link != NULL || row->scores ? x > 0 : x;
}

#endif
