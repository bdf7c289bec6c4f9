/* tests/support/custom_case.h - for tests of custom activations, losses and optimizers: contexts that know them, data
 * to train on, the gradient check, and how far apart two networks are. */
#ifndef GML_TESTS_CUSTOM_CASE_H
#define GML_TESTS_CUSTOM_CASE_H

#include <math.h>
#include <stdbool.h>

#include "harness.h"

enum { SAMPLES = 300, INPUTS = 5, OUTPUTS = 3 };

/* Registers the records that the tests of a room share; each room defines it. */
void register_all(gml_context *context);

static inline gml_context *custom_context(gml_context_options options)
{
    gml_context *context = context_with(options);
    register_all(context);
    return context;
}

static inline gml_context *context_of(size_t threads)
{
    return custom_context((gml_context_options){.threads = threads});
}

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

/* The greatest relative difference that the gradient check finds over 7 samples; with `unknown`, one target
 * of row 0 and one of row 2 are not known. */
static inline double worst_gradient(gml_context *context, const char *description, const char *loss, bool unknown)
{
    float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS];
    gml_network *network = NULL;
    gml_check_block blocks[16];
    size_t count = 0;
    double worst = 0;
    fill_data(x, y);
    for (size_t i = 0; unknown && i < 2; i++) {
        y[5 * i + 1] = NAN;
    }
    assert_ok(context, gml_network_create(context, description, NULL, &network));
    assert_ok(context, gml_gradient_check(network, gml_matrix_f32(x, 7, INPUTS), gml_matrix_f32(y, 7, OUTPUTS), loss, 0,
                                          blocks, 16, &count));
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_gt(blocks[i].checked, 0);
        worst = fmax(worst, blocks[i].worst);
    }
    gml_network_destroy(network);
    return worst;
}

#endif
