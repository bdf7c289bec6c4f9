/* measure/network_scorer.h - metrics of a network on one dataset, again and again, in memory that is made once. */
#ifndef GML_MEASURE_NETWORK_SCORER_H
#define GML_MEASURE_NETWORK_SCORER_H

#include "data/permuted.h"
#include "data/rows.h"
#include "engine/objective.h"
#include "measure/scorer.h"
#include "network/network.h"

typedef struct gml_network_scorer {
    const gml_network *network;
    const gml_dataset *dataset;
    gml_permuted *permuted; /* null, or set by the caller between runs: some columns are permuted */
    gml_scorer scorer;
    size_t chunk;                                             /* samples that are predicted at once */
    gml_dtype dtype;                                          /* of gathered inputs */
    void *inputs;                                             /* [chunk x features], if samples are gathered */
    void *outputs;                                            /* [chunk x outputs] of the network's dtype */
    gml_status (*on_outputs)(void *user, gml_matrix outputs); /* null, or called with the predictions of each chunk, in
                                                                 their order: [rows x outputs] of the network's dtype */
    void *user;
    void *arena;
    size_t arena_size;
} gml_network_scorer;

/* How predictions of a network for a dataset are read, by the loss that it is trained with. */
gml_scorer_setup gml_network_scorer_setup(const gml_network *network, const gml_dataset *dataset,
                                          const gml_objective *objective);

/* Makes a scorer of `count` metrics. `loss` is a call, or null: the default for the last activation. `confusion` as in
 * gml_scorer_create. Errors: as gml_score_network. */
gml_status gml_network_scorer_create(const gml_network *network, const gml_dataset *dataset, const char *loss,
                                     const char *const *metrics, size_t count, bool confusion,
                                     gml_network_scorer *scorer);
void gml_network_scorer_destroy(gml_network_scorer *scorer);

/* Predicts all samples and computes the metrics, [count]; allocates nothing after the first call. Errors: data. */
gml_status gml_network_scorer_run(gml_network_scorer *scorer, gml_metric_value *values, gml_matrix confusion);

/* The same for predictions that are right in place of the network's: a metric without a value has none for these
 * targets. Allocates. Errors: data, memory. */
gml_status gml_network_scorer_run_right(gml_network_scorer *scorer, gml_metric_value *values);

#endif
