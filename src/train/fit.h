/* train/fit.h - the private interface of a fit. */
#ifndef GML_TRAIN_FIT_H
#define GML_TRAIN_FIT_H

#include <jansson.h>

#include "base/beside.h"
#include "measure/evaluate.h"
#include "measure/network_scorer.h"
#include "method/method.h"
#include "optimizer/schedule.h"
#include "store/checkpoint.h"

typedef struct gml_fit_run gml_fit_run;

/* The options of a fit. */
typedef struct gml_fit_settings {
    const gml_dataset *dataset, *validation; /* validation may be null */
    gml_train_options options;               /* completed; `batch` <= samples, = samples for full-batch optimizers */
    const gml_fit_callbacks *callbacks;
    size_t joined; /* 1: the last batch of an epoch includes a sample that would be a batch of its own; else 0 */
    gml_schedule schedule; /* of the learning rate */
    gml_schedule noise;    /* factor of the rates of noise layers */
    gml_schedule decay;    /* factor of every decay */
    bool rises;            /* a greater score of an epoch is better */
    bool keep;             /* the network gets the weights of the best epoch */
} gml_fit_settings;

/* The beginning of an epoch. With `halvings` it has all that training goes on from; else the parameters alone. */
typedef struct gml_fit_snapshot {
    void *parameters;
    size_t epochs;          /* finished before it */
    gml_step_state trainer; /* with arrays of its own */
    gml_schedule_state schedule;
    size_t waited;
    void *arena;
    size_t arena_size;
    const gml_fit_run *run;
} gml_fit_snapshot;

/* The state of a fit: together with the network and the states of trainer and method it determines all further steps
 * bit by bit. The order of samples follows from the seed and the number of the epoch. */
typedef struct gml_fit_state {
    size_t epoch;                 /* current epoch, from 1 */
    size_t batches;               /* batches finished in it */
    double loss_sum, loss_weight; /* of the epoch so far: sum of loss * weight, and sum of weights */
    gml_schedule_state schedule;
    gml_fit_snapshot snapshots[2];
    size_t good;           /* the snapshot to restore: its next loss was good, or it is the start of the fit */
    double first_loss;     /* of the first batch of the fit */
    void *best;            /* parameters of the epoch with the best score, if they are kept; else null */
    size_t waited;         /* epochs in a row without a better score */
    size_t validated;      /* the epoch that report.validation is of */
    gml_fit_report report; /* so far */
    double seconds;        /* of the fit when the last checkpoint was taken */
} gml_fit_state;

/* The checkpoints of a fit: one at a time is written beside the training. */
typedef struct gml_fit_saver {
    json_t *conditions;            /* of the run, once they are needed */
    uint64_t taken;                /* when the last checkpoint was taken; at first, when the fit began */
    size_t steps, epochs, batches; /* its position: updates, finished epochs, batches of the epoch */
    size_t halvings;               /* of the learning rate before it */
    gml_copy copy;                 /* its bytes while it is written */
    bool pending;                  /* it is being written, or its result is not in the report yet */
    gml_beside beside;
    gml_status status; /* of its writing */
    char message[GML_MESSAGE_SIZE];
} gml_fit_saver;

/* Working memory of a fit. */
typedef struct gml_fit_scratch {
    gml_evaluator evaluator;   /* its network is null without validation data */
    gml_network_scorer scorer; /* its network is null if the validation loss is the score */
    gml_metrics validation;    /* of the last epoch */
    gml_epoch order;           /* order of samples; empty for a full-batch optimizer */
    uint64_t start;            /* when the fit began */
    gml_fit_saver saver;
} gml_fit_scratch;

struct gml_fit_run {
    gml_network *network;
    gml_trainer *trainer;
    gml_method method; /* its trainer is null unless the optimizer is a full-batch one */
    gml_fit_settings settings;
    gml_fit_state state;
    gml_fit_scratch scratch;
};

/* True if the optimizer is a full-batch one. */
static inline bool gml_fit_is_full_batch(const gml_fit_run *run)
{
    return run->method.trainer != NULL;
}

/* ---- create.c ---- */

/* Creates everything a run needs, and starts or resumes the network. On failure the network is unchanged, and the
 * caller still destroys the run. Errors: those of gml_fit. */
gml_status gml_fit_create_run(gml_fit_run *run);
void gml_fit_destroy_run(gml_fit_run *run);

/* Creates the trainer of a run with network, dataset and completed options, and checks the data. With a full-batch
 * optimizer creates its method too. On failure the caller still destroys both. Errors: those of gml_fit. */
gml_status gml_fit_create_trainer(gml_fit_run *run);

/* ---- epoch.c ---- */

/* Runs the next epoch, or the rest of the one in which a checkpoint was taken. Errors: diverged, data. */
gml_status gml_fit_run_epoch(gml_fit_run *run);

/* Computes the loss of a batch with the present weights. Errors: diverged. */
gml_status gml_fit_probe(gml_fit_run *run);

/* Gives the network the averaged weights, if there are any, or the trained ones. */
gml_status gml_fit_use_average(gml_fit_run *run, bool use);

/* ---- judge.c ---- */

/* Prepares for the scores of epochs. Errors: argument (no validation data; another task), name, data (the metric has no
 * value on the validation data), memory. */
gml_status gml_fit_judge_create(gml_fit_run *run);
void gml_fit_judge_destroy(gml_fit_run *run);

/* Returns the metric; null: the validation loss, or no validation. */
const gml_call *gml_fit_metric(const gml_fit_run *run);

/* Scores a validated epoch, keeps its weights if it is the best, and completes its progress. Errors: data. */
gml_status gml_fit_judge(gml_fit_run *run, gml_progress *progress);

/* True if there are weights of a best epoch that the network is to get. */
bool gml_fit_has_best(const gml_fit_run *run);

/* True if too many epochs in a row had no better score. */
bool gml_fit_out_of_patience(const gml_fit_run *run);

/* Gives the network the weights of the best epoch, if there are any. */
void gml_fit_use_best(gml_fit_run *run);

/* Exchanges them with the network's. A checkpoint holds the best weights as its network, and those that training goes
 * on with as an array. */
void gml_fit_exchange_best(gml_fit_run *run);

/* Forgets scores that were of another metric. */
void gml_fit_forget_best(gml_fit_run *run);

/* ---- snapshot.c ---- */

/* Make the memory of both snapshots, and release it. Errors: memory, shape. */
gml_status gml_fit_snapshots_create(gml_fit_run *run);
void gml_fit_snapshots_destroy(gml_fit_run *run);

/* Copies the state at the beginning of an epoch. */
void gml_fit_take_snapshot(gml_fit_run *run, size_t index);

/* Makes the snapshot of this epoch the valid one if the loss of its first batch, which is finite, is good. */
void gml_fit_judge_snapshot(gml_fit_run *run, double loss);

/* Adds the valid snapshot to the list of a checkpoint. The other is replaced before it becomes valid. */
void gml_fit_list_snapshot(gml_fit_run *run, gml_saved *saved);

/* After divergence: goes back to the last valid snapshot and halves the rate, if that is allowed once more. Else
 * returns false. */
bool gml_fit_halve(gml_fit_run *run);

/* True if the fit is stopped within an epoch, and may halve the rate once more. Then the checkpoint at its end has the
 * state as it is: where it goes on, it diverges as a fit that was not stopped. */
bool gml_fit_may_halve_later(const gml_fit_run *run);

/* After divergence: restores the last valid snapshot, or the best weights if they are not from a later epoch. Clears
 * the validation metrics if they are of another epoch. */
void gml_fit_restore_snapshot(gml_fit_run *run);

/* ---- output_bias.c ---- */

/* Initialises the output bias of a fresh network from the mean of the training targets, if the loss and the options
 * provide for it. Errors: memory. */
gml_status gml_fit_start_outputs(const gml_fit_run *run);

/* ---- batches.c ---- */

/* Sets the batch size to at most `most` samples. With batch statistics a last batch of one sample is merged into the
 * one before it. */
void gml_fit_bind_batches(gml_fit_run *run, size_t most);

/* Return the number of batches in an epoch, and the size of the batch that starts at sample `first` of the epoch. */
size_t gml_fit_batches(const gml_fit_run *run);
size_t gml_fit_rows(const gml_fit_run *run, size_t first);

/* ---- facts.c ---- */

/* Writes the facts of the fit into the network. Errors: memory. */
gml_status gml_fit_set_facts(const gml_fit_run *run);

/* ---- checkpoint.c ---- */

/* Returns the seconds since the fit began, those before a stop included. */
double gml_fit_seconds(const gml_fit_run *run);

/* Adds the seconds since `began`, a reading of gml_now, to a sum of the report. */
void gml_fit_count_seconds(const gml_fit_run *run, uint64_t began, double *sum);

/* Lists the whole state of a fit: its own, its trainer's and its method's. */
void gml_fit_list(gml_fit_run *run, gml_saved *saved);

/* Returns the conditions of the run, which the fit owns, in `conditions`. Errors: memory. */
gml_status gml_fit_conditions_of(gml_fit_run *run, json_t **conditions);

/* Copies network and state as they are for a checkpoint at `path`. Errors: memory, data. */
gml_status gml_fit_copy(gml_fit_run *run, const char *path, gml_copy *copy);

/* ---- resume.c ---- */

/* Sets network and state from the checkpoint options->resume. On failure nothing is changed. Errors: those of
 * gml_checkpoint_load. */
gml_status gml_fit_resume(gml_fit_run *run);

/* ---- saver.c ---- */

/* Prepares for checkpoints, if the options ask for them. Errors: memory, argument. */
gml_status gml_fit_saver_create(gml_fit_run *run);
void gml_fit_saver_destroy(gml_fit_run *run);

/* Write a checkpoint if one is due after a batch, after an epoch, and at the end of a fit, which may fail. Errors:
 * create, write, memory. */
void gml_fit_save_after_batch(gml_fit_run *run);
void gml_fit_save_after_epoch(gml_fit_run *run);
gml_status gml_fit_save_at_end(gml_fit_run *run);

#endif
