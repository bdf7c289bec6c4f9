/* measure/evaluate.h - repeated evaluation of a network on one dataset, without allocating again. */
#ifndef GML_MEASURE_EVALUATE_H
#define GML_MEASURE_EVALUATE_H

#include "data/permuted.h"
#include "engine/objective.h"
#include "gemmule/metrics.h"
#include "measure/ensemble_input.h"

typedef struct gml_evaluator {
    const gml_network *network;
    const gml_dataset *dataset;
    gml_permuted *permuted; /* null, or set by the caller between runs: some columns are permuted */
    gml_objective objective;
    gml_workspace workspace;
    size_t batch;
    gml_ensemble_input mean; /* of an ensemble */
    gml_target_setup targets;
    gml_panel_result *panel_results;
    void *arena;
    size_t arena_size;
    size_t rows; /* of the current chunk */
    gml_batch_room room;
    gml_pace pace;
    bool follows; /* true if `pace` takes its thread count from other work, without trials of its own */
    gml_input input;
    gml_target target;
    double target_square; /* sum of squared deviations of the targets from their means, unscaled */
} gml_evaluator;

/* `what` names the dataset in messages, e.g. "validation". Errors: shape (the data does not fit), name, argument,
 * memory, data (a target is not finite; all weights are 0 or all targets missing). */
gml_status gml_evaluator_create(const gml_network *network, const gml_dataset *dataset, const char *what,
                                const char *loss, gml_evaluator *evaluator);
void gml_evaluator_destroy(gml_evaluator *evaluator);

/* Computes the metrics; allocates nothing after the first call. Errors: data (a class number out of range). */
gml_status gml_evaluator_run(gml_evaluator *evaluator, gml_metrics *metrics);

/* Checks all targets of a dataset before the first step: class numbers must be in range, and targets in the domain of
 * the loss. `batch` is the number of samples that `setup` has memory for. Errors: data, shape, argument. */
gml_status gml_check_targets(const gml_network *network, const gml_target_setup *setup, const gml_dataset *dataset,
                             size_t batch);

/* Makes the evaluator use the thread count measured for other work of `flops`, if there is one and a chunk takes no
 * more flops. Trials of its own would be rare, and slow beside busy programs. */
void gml_evaluator_follow(gml_evaluator *evaluator, const gml_pace *pace, double flops);

/* Fails because gml_evaluator_run returned a loss that is not finite; names the first sample and layer with a
 * non-finite value. `what` begins the message. Errors: data (an input is not finite), diverged. */
gml_status gml_evaluator_fail(gml_evaluator *evaluator, const char *what, double loss);

/* Checks that inputs and targets of the dataset fit the network and the loss. Errors: shape, argument (no targets),
 * data (a value overflows the network's type). */
gml_status gml_check_dataset(const gml_network *network, const gml_dataset *dataset, const gml_loss_row *loss);

#endif
