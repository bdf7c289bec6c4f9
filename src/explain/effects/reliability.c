/* explain/effects/reliability.c - calibration curves, from the sums of the metric "ece". */
#include <math.h>
#include <stdio.h>

#include "gemmule/diagnosis.h"
#include "measure/network_scorer.h"

static void write_bins(const double *state, gml_reliability_bin *bins, size_t count)
{
    for (size_t i = 0; i < count; i++, state += GML_BINS) {
        const double weight = state[GML_BIN_WEIGHT];
        bins[i] = (gml_reliability_bin){
            .confidence = weight > 0 ? state[GML_BIN_PROBABILITY] / weight : (double)NAN,
            .accuracy = weight > 0 ? state[GML_BIN_RIGHT] / weight : (double)NAN,
            .weight = weight,
        };
    }
}

gml_status gml_reliability(const gml_network *network, const gml_dataset *dataset, gml_reliability_bin *bins,
                           size_t count, double *error)
{
    gml_context *context = network != NULL ? network->context : gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"network", network}, {"dataset", dataset}, {"bins", bins}, {0}});
    if (status != GML_OK) {
        return status;
    }
    char call[64];
    snprintf(call, sizeof call, "ece(bins=%zu)", count);
    const char *metric = call;
    gml_network_scorer scorer;
    gml_metric_value value;
    status = gml_network_scorer_create(network, dataset, gml_network_fact(network, "loss"), &metric, 1, false, &scorer);
    if (status != GML_OK) {
        return status;
    }
    status = gml_network_scorer_run(&scorer, &value, gml_matrix_none());
    if (status == GML_OK && isnan(value.value)) {
        status = gml_fail(context, GML_ERROR_DATA, "a calibration curve is not defined: %s", value.reason);
    }
    if (status == GML_OK) {
        write_bins(scorer.scorer.metrics[0].state, bins, count);
        if (error != NULL) {
            *error = value.value;
        }
    }
    gml_network_scorer_destroy(&scorer);
    return status;
}
