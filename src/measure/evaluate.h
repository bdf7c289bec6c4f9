/* measure/evaluate.h - measuring a network again and again on one dataset, in memory made once. */
#ifndef GML_MEASURE_EVALUATE_H
#define GML_MEASURE_EVALUATE_H

#include "data/dataset.h"
#include "engine/objective.h"
#include "gemmule/metrics.h"

typedef struct gml_evaluator {
    const gml_network *network;
    const gml_dataset *dataset;
    gml_objective objective;
    gml_workspace workspace;
    size_t batch;
    gml_target_setup targets;
    gml_panel_result *panel_results;
    void *arena;
    size_t arena_size;
    size_t rows; /* of the chunk under way */
    gml_pace pace;
    bool follows; /* the pace's answer is that of other work, and it makes no trials */
    gml_input input;
    gml_target target;
    double target_square; /* sum of squared deviations of the targets from their means, in their own unit */
} gml_evaluator;

/* `what` names the dataset in messages: "validation". Errors: shape (data that does not fit), name, argument, memory,
 * data (targets that are not finite; all weights are 0 or no target is known, so that there is nothing to measure). */
gml_status gml_evaluator_create(const gml_network *network, const gml_dataset *dataset, const char *what,
                                const char *loss, gml_evaluator *evaluator);
void gml_evaluator_destroy(gml_evaluator *evaluator);

/* Measures; allocates nothing after the first time. Errors: data (a class number that is none, or nothing counts). */
gml_status gml_evaluator_run(gml_evaluator *evaluator, gml_metrics *metrics);

/* Looks at all targets of a dataset before any step, and refuses a class number that is none and a target outside of
 * the loss's domain. Uses the memory of a batch of so many samples. Errors: data, shape, argument. */
gml_status gml_check_targets(const gml_network *network, const gml_target_setup *setup, const gml_dataset *dataset,
                             size_t batch);

/* Lets the evaluator run at the pace of other work of so many flops, once that has been tried and if a chunk of the
 * evaluator is no more: trials of its own would be rare and take long beside busy programs. */
void gml_evaluator_follow(gml_evaluator *evaluator, const gml_pace *pace, double flops);

/* Fails for a loss that gml_evaluator_run has found and that is not finite: finds the sample and the layer where
 * numbers stop being finite. `what` begins the message. Errors: data (an input is not finite), diverged. */
gml_status gml_evaluator_fail(gml_evaluator *evaluator, const char *what, double loss);

/* Checks that the dataset's inputs and targets fit the network and the loss. Errors: shape, argument (no targets), data
 * (a value that the network's numbers cannot hold). */
gml_status gml_check_dataset(const gml_network *network, const gml_dataset *dataset, const gml_loss_row *loss);

#endif
