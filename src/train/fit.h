/* train/fit.h - the inside of a fit. */
#ifndef GML_TRAIN_FIT_H
#define GML_TRAIN_FIT_H

#include "measure/evaluate.h"
#include "method/method.h"
#include "optimizer/schedule.h"

/* What was asked. */
typedef struct gml_fit_settings {
    const gml_dataset *dataset;
    gml_train_options options; /* complete; `batch` is at most the data set, and all of it for a full-batch optimizer */
    const gml_fit_callbacks *callbacks;
    size_t joined; /* 1: the last batch of an epoch takes one sample more, which would be a batch of its own; else 0 */
    gml_schedule schedule; /* of the learning rate */
} gml_fit_settings;

/* What a fit must keep to go on after a stop with the same bits, beside the network and the states of the trainer and
 * the method. The order of samples follows from the seed and the number of the epoch. */
typedef struct gml_fit_state {
    size_t epoch;                 /* under way, from 1 */
    size_t batches;               /* taken in it */
    double loss_sum, loss_weight; /* of the epoch so far: losses by what they count, and the sum of that */
    gml_schedule_state schedule;
    void *snapshots[2];        /* parameters as they were at the beginning of an epoch */
    size_t snapshot_epochs[2]; /* how many epochs each snapshot has behind it */
    size_t good;               /* the snapshot to go back to: it led to a finite loss, or is where the fit began */
    gml_fit_report report;     /* so far */
} gml_fit_state;

/* What is made anew where a fit goes on. */
typedef struct gml_fit_scratch {
    gml_evaluator evaluator; /* network null without validation data */
    gml_epoch order;         /* of the samples of the epoch; none for a full-batch optimizer */
    uint64_t start;          /* when the fit began */
} gml_fit_scratch;

typedef struct gml_fit_run {
    gml_network *network;
    gml_trainer *trainer;
    gml_method method; /* trainer null unless the optimizer is a full-batch one */
    gml_fit_settings settings;
    gml_fit_state state;
    gml_fit_scratch scratch;
} gml_fit_run;

/* Sets the bias of a fresh network's outputs to where the mean of the training targets puts it, where the loss has such
 * a place and the options want it. Errors: memory. */
gml_status gml_fit_start_outputs(const gml_fit_run *run);

/* ---- batches.c ---- */

/* Sets the size of a batch, of at most `most` samples. With batch statistics a last batch of one
 * sample is joined to the one before it. */
void gml_fit_bind_batches(gml_fit_run *run, size_t most);

/* How many batches an epoch has, and how many samples the one that begins with sample `first` of the epoch. */
size_t gml_fit_batches(const gml_fit_run *run);
size_t gml_fit_rows(const gml_fit_run *run, size_t first);

/* ---- facts.c ---- */

/* What the network says of its training from now on. */
gml_status gml_fit_set_facts(const gml_fit_run *run);

#endif
