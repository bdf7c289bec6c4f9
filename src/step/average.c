/* step/average.c - a trainer's averaged weights: which they are, and how they take the place of those that are
 * trained. */
#include <string.h>

#include "step/trainer.h"

gml_status gml_trainer_bind_average(gml_trainer *trainer, const char *text)
{
    gml_context *context = trainer->network->context;
    gml_average *average = &trainer->average;
    if (text == NULL) {
        return GML_OK;
    }
    if (trainer->optimizer_row->average != 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "average: %s averages the weights by itself",
                        trainer->optimizer.entry->name);
    }
    gml_status status = gml_call_parse(context, "average", gml_average_entry, text, strlen(text), &average->call);
    if (status == GML_OK) {
        average->row = gml_average_row_at(average->call.row);
        average->start = gml_average_start(&average->call, 0);
    }
    return status;
}

double gml_trainer_average_share(const gml_trainer *trainer)
{
    const gml_average *average = &trainer->average;
    if (average->row == NULL || trainer->steps < average->start) {
        return 0;
    }
    return average->row->share(average->call.values, (double)(trainer->steps - average->start));
}

/* Statistics of the data are not averaged: both copies have those that training has seen. */
static void copy_statistics(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        for (size_t k = 0; k < layer->vector_count; k++) {
            const gml_vector *vector = &layer->vectors[k];
            size_t offset = (size_t)((const char *)vector->values - (const char *)network->parameters);
            if (vector->role == GML_ROLE_STATISTIC) {
                memcpy((char *)trainer->average.weights + offset, vector->values,
                       vector->count * network->kernels->size);
            }
        }
    }
}

static void exchange(void *a, void *b, size_t bytes)
{
    char kept[4096];
    for (size_t at = 0, piece; at < bytes; at += piece) {
        piece = bytes - at < sizeof kept ? bytes - at : sizeof kept;
        memcpy(kept, (char *)a + at, piece);
        memcpy((char *)a + at, (char *)b + at, piece);
        memcpy((char *)b + at, kept, piece);
    }
}

bool gml_trainer_averages(const gml_trainer *trainer)
{
    return trainer->average.weights != NULL;
}

gml_status gml_trainer_use_average(gml_trainer *trainer, int use)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"trainer", trainer}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_average *average = &trainer->average;
    gml_network *network = trainer->network;
    if (!gml_trainer_averages(trainer)) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "the trainer was made without an average of the weights");
    }
    if ((use != 0) == average->used) {
        return GML_OK;
    }
    average->used = use != 0;
    bool begun = average->row != NULL ? trainer->steps > average->start : trainer->steps > 0;
    if (begun) {
        copy_statistics(trainer);
        exchange(network->parameters, average->weights, network->parameter_bytes);
    }
    return GML_OK;
}
