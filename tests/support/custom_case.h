/* tests/support/custom_case.h - for tests of the user's own: data to train on, and how far apart two networks are. */
#ifndef GML_TESTS_CUSTOM_CASE_H
#define GML_TESTS_CUSTOM_CASE_H

#include <math.h>

#include "harness.h"

enum { SAMPLES = 300, INPUTS = 5, OUTPUTS = 3 };

static inline void fill_data(float x[SAMPLES * INPUTS], float y[SAMPLES * OUTPUTS])
{
    for (size_t i = 0; i < SAMPLES * INPUTS; i++) {
        x[i] = (float)sin(1.7 * (double)i);
    }
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t j = 0; j < OUTPUTS; j++) {
            y[i * OUTPUTS + j] = x[i * INPUTS + j] * x[i * INPUTS + j + 1];
        }
    }
}

static inline double block_entry(const gml_block *block, size_t i)
{
    return block->values.dtype == GML_F64 ? ((double *)block->values.data)[i]
                                          : (double)((float *)block->values.data)[i];
}

/* The greatest difference of two networks of one shape. */
static inline double difference(const gml_network *a, const gml_network *b)
{
    double worst = 0;
    for (size_t k = 0; k < gml_network_block_count(a); k++) {
        gml_block p, q;
        ck_assert_int_eq(gml_network_block(a, k, &p), GML_OK);
        ck_assert_int_eq(gml_network_block(b, k, &q), GML_OK);
        for (size_t i = 0; i < p.values.rows * p.values.cols; i++) {
            worst = fmax(worst, fabs(block_entry(&p, i) - block_entry(&q, i)));
        }
    }
    return worst;
}

#endif
