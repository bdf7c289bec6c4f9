/* step/average.c - averaged weights: a step's share in them, and their exchange with the trained weights. */
#include <string.h>

#include "step/update.h"

double gml_trainer_average_share(const gml_trainer *trainer)
{
    const gml_average *average = &trainer->settings.average;
    size_t steps = trainer->state.steps;
    return average->row == NULL || steps < average->start
               ? 0
               : average->row->share(average->call.values, (double)(steps - average->start));
}

/* Statistics (batchnorm's running mean and variance) are not averaged: both copies hold the latest. */
static void copy_statistics(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        for (size_t k = 0; k < layer->vector_count; k++) {
            const gml_vector *vector = &layer->vectors[k];
            size_t offset = (size_t)((const char *)vector->values - (const char *)network->parameters);
            if (vector->role == GML_ROLE_STATISTIC) {
                memcpy((char *)trainer->state.average + offset, vector->values, vector->count * network->kernels->size);
            }
        }
    }
}

bool gml_trainer_averages(const gml_trainer *trainer)
{
    return trainer->state.average != NULL;
}

gml_status gml_trainer_use_average(gml_trainer *trainer, int use)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"trainer", trainer}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_network *network = trainer->network;
    gml_step_state *state = &trainer->state;
    const gml_average *average = &trainer->settings.average;
    if (!gml_trainer_averages(trainer)) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "the trainer was made without an average of the weights");
    }
    if ((use != 0) == state->average_used) {
        return GML_OK;
    }
    state->average_used = use != 0;
    bool begun = average->row != NULL ? state->steps > average->start : state->steps > 0;
    if (begun) {
        copy_statistics(trainer);
        gml_network_exchange(network, state->average);
    }
    return GML_OK;
}
