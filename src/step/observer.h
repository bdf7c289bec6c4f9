/* step/observer.h - what looks at the batches of a trainer: the functions that it gives.
 *
 * An observer reads a batch that it wants, in phases of the step, and changes nothing of the training. A batch that is
 * observed takes the usual phases, which have the same bits as the calls of a tiny step. Without an observer a step
 * tests one pointer. */
#ifndef GML_STEP_OBSERVER_H
#define GML_STEP_OBSERVER_H

#include "engine/workspace.h"
#include "gemmule/train.h"

struct gml_observer {
    const gml_network *network; /* whose trainers it may serve */
    void *user;

    /* When a trainer is made. Errors: memory. */
    gml_status (*attach)(void *user, const gml_trainer *trainer);

    /* Before a batch: true if it is observed. */
    bool (*wants)(void *user);

    /* Tasks after the backward pass: values, slopes and d/dz of the batch are in the workspace, and the weights are
     * those before the update. */
    size_t value_tasks;
    void (*values)(void *user, const gml_trainer *trainer, gml_share share);

    /* On a task of weights, before its update. `task` is its index. */
    void (*gradient)(void *user, const gml_trainer *trainer, size_t task, const gml_weight_panel *panel);

    /* Tasks after an update. */
    size_t update_tasks;
    void (*updates)(void *user, const gml_trainer *trainer, gml_share share);

    /* After a batch was accepted, observed or not, on the calling thread. */
    void (*batch)(void *user, const gml_trainer *trainer);

    /* When an epoch of a fit begins, counted from 1, or training goes on in it. */
    void (*begin_epoch)(void *user, size_t number);

    /* At the end of an epoch, before on_epoch is called. */
    void (*epoch)(void *user, size_t number);
};

#endif
