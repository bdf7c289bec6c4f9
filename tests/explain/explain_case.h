/* tests/explain/explain_case.h - networks to explain, and the naive reference over them. */
#ifndef GML_TESTS_EXPLAIN_CASE_H
#define GML_TESTS_EXPLAIN_CASE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "network/network.h"
#include "numbers.h"
#include "oracle.h"
#include "reference/attributions.h"

/* Fills running statistics and gains with numbers that are not their initial values. */
static inline void disturb(gml_network *network)
{
    for (size_t k = 0; k < gml_network_block_count(network); k++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block(network, k, &block), GML_OK);
        for (size_t i = 0; i < block.values.cols; i++) {
            const bool positive = block.role == GML_ROLE_SCALE || strstr(block.name, "variance") != NULL;
            const double value = positive ? 1 + 0.5 * scattered(7 * i + k) : 0.4 * scattered(5 * i + k);
            if (block.role != GML_ROLE_SCALE && block.role != GML_ROLE_STATISTIC) {
                continue;
            }
            if (block.values.dtype == GML_F64) {
                ((double *)block.values.data)[i] = value;
            } else {
                ((float *)block.values.data)[i] = (float)value;
            }
        }
    }
}

/* A network with input and, for regression, output scaling. The scale of input 1 is `second`. */
static inline gml_network *network_to_explain(gml_context *context, const char *description, gml_dtype dtype,
                                              gml_task task, double second)
{
    gml_network *network = new_network(context, description, dtype, 5);
    const size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    double *shift = random_doubles(inputs, 31), *scale = random_doubles(inputs, 32);
    double *output_shift = random_doubles(outputs, 33), *output_scale = random_doubles(outputs, 34);
    for (size_t j = 0; j < inputs; j++) {
        scale[j] = 1.2 + 0.5 * scale[j];
    }
    for (size_t k = 0; k < outputs; k++) {
        output_scale[k] = 2 + output_scale[k];
    }
    scale[1] = second;
    disturb(network);
    assert_ok(context, gml_network_set_input_scaling(network, shift, scale));
    if (task == GML_TASK_REGRESSION) {
        assert_ok(context, gml_network_set_output_scaling(network, output_shift, output_scale));
    }
    network->schema.task = task;
    free(shift);
    free(scale);
    free(output_shift);
    free(output_scale);
    return network;
}

/* The reference over a network, as in prediction, with memory for one sample. */
static inline oracle *reference_of(const gml_network *network)
{
    oracle *made = oracle_create(network, NULL);
    for (size_t l = 0; l < made->network.layer_count; l++) {
        made->layers[l].predicts = true;
    }
    double *x = calloc(gml_network_inputs(network), sizeof *x);
    const gml_reference_batch batch = {.rows = 1, .x = x};
    oracle_run(made, &batch);
    free(x);
    return made;
}

/* The quantity that a report is about. */
static inline gml_reference_explained explained_by(const gml_network *network, oracle *naive,
                                                   const gml_attribution_report *report)
{
    const gml_scaling_view scaling = gml_network_output_scaling(network);
    gml_reference_explained of = {.network = &naive->network,
                                  .memory = naive->memory,
                                  .inputs = gml_network_inputs(network),
                                  .column = report->output,
                                  .score = report->which == GML_EXPLAINED_SCORE,
                                  .factor = 1};
    if (gml_network_task(network) == GML_TASK_CLASSIFICATION && gml_network_outputs(network) == 1) {
        of.column = 0;
        of.factor = report->output == 0 ? -1 : 1;
        of.shift = report->output == 0 && !of.score ? 1 : 0;
    } else if (!of.score && scaling.scale != NULL) {
        of.factor = scaling.scale[of.column];
        of.shift = scaling.shift[of.column];
    }
    return of;
}

/* The greatest magnitude of some numbers. */
static inline double greatest(const double *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        most = fmax(most, fabs(values[i]));
    }
    return most;
}

#endif
