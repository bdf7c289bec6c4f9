/* gemmule/train.h - training: one step, a whole fit, many fits side by side, and the proof that the gradients are
 * right. */
#ifndef GEMMULE_TRAIN_H
#define GEMMULE_TRAIN_H

#include "gemmule/loss.h"
#include "gemmule/metrics.h"
#include "gemmule/optimizer.h"
#include "gemmule/schedule.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Zero-initialised means the default. */
typedef struct gml_train_options {
    const char *loss; /* a call; null: softmax_cross_entropy after softmax, binary_cross_entropy after sigmoid, poisson
                         after exponential, unless the targets are scaled values (gml_network_adapt);
                         softmax_cross_entropy or binary_cross_entropy after identity for classes; else
                         mean_squared_error */
    const char *optimizer; /* a call; null: "adam" */
    double learning_rate;  /* in the range of the optimizer's `lr`, which is above 0 and at most 1e6; 0: its `lr` */
    double l2;             /* L2 decay: adds l2 * w to the gradient of every weight, not of biases; not below 0 */
    double l1;         /* L1 decay: each step draws every weight by rate * l1 toward 0, where it stays; not below 0 */
    double max_norm;   /* the norm of the weights into each unit is cut to this after a step; 0: not */
    double clip_norm;  /* the gradient's global norm is cut to this; 0: not */
    double clip_value; /* after that, each entry of it is cut to [-c, c]; 0: not */
    double
        gradient_noise;   /* variance of normal noise on the gradient at the first step, after clipping by norm; then */
    double noise_decay;   /* it falls as (1 + step)^-noise_decay; 0: 0.55 */
    const char *groups;   /* rates and decays of some parameters: calls parted by ";", as in "weights(last=2, rate=0.1);
                             all(first=3, last=3, rate=0)"; null: all as the options say. A frozen batchnorm still
                             follows its data */
    size_t batch;         /* samples a batch; 0: 32. Of lbfgs and the like it is all samples. With batchnorm at least 2,
                             and where one sample is left at the end of an epoch, the last batch takes it as well */
    size_t accumulate;    /* batches whose mean gradient makes one step, as one large batch would; 0: 1 */
    size_t epochs;        /* of a fit; 0: 10 */
    uint64_t seed;        /* of the order of samples */
    const char *schedule; /* of the learning rate over a fit: a call; null: "constant" */
    const char *average;  /* of the weights over the steps: a call; null: none. The fit's network has the averaged
                             weights, and validation and on_epoch see them */
    const char *class_weights; /* for targets that are class numbers: "balanced", n / (classes * count of the class) as
                                  scikit-learn has it, or a number for each class as in "1,2.5,1", not below 0; null:
                                  all the same. A sample counts by its own weight times that of its class, and a loss is
                                  the sum of weight times loss over the sum of weights, in each batch */
    int missing_targets;       /* not 0: targets that are NaN are not known. One counts for nothing, in losses that take
                                  whole rows (cosine, those of softmax, the user's own) or class numbers with all of its
                                  sample; the mean is over what is known. A dataset that allows them need not be told
                                  again */
    int keep_gradients;        /* not 0: gml_trainer_gradient can tell them, which costs memory and some time */
    gml_choice output_bias; /* of a fit: where the bias of a fresh network's outputs begins. auto: under a loss on the
                               logarithm of a mean (poisson, gamma, tweedie) at the logarithm of the mean of the
                               training targets, by their weights; yes: also under a loss of classes on logits, at
                               the logit or logarithm of each class's share; no: as it was drawn. Fresh is a network
                               that no step, fit or file has changed since its parameters were drawn, with the
                               output bias as it was drawn. A frozen bias stays as it is */
} gml_train_options;

/* ---- one step on the caller's own batch ---- */

/* A network being trained: gradients and the optimizer's state. One thread uses it at a time, and nobody may predict
 * with the network meanwhile. */
typedef struct gml_trainer gml_trainer;

/* Makes a trainer for batches of up to options->batch samples; `options` may be null. Errors: name, argument, shape (a
 * loss that does not fit the outputs), memory. */
GML_API gml_status gml_trainer_create(gml_network *network, const gml_train_options *options, gml_trainer **trainer);
GML_API void gml_trainer_destroy(gml_trainer *trainer);

/* Forward, loss, backward and update on one batch.
 *
 * x     [n x inputs], any dtype, read; n at most the batch of the trainer
 * y     [n x outputs], or [n x 1] class numbers, any dtype, read; targets that the loss does not take (the `range` of
 *       its entry) are refused (data) with row, column and value, before any weight changes
 * loss  the batch's mean loss before the update; may be null
 *
 * With `accumulate` a batch is collected, and the last of so many updates the weights. batchnorm sees each by itself.
 * A step that is refused changes nothing that is kept: parameters and statistics of the network, averages, the
 * optimizer's memory, collected batches and counters. The next step has the bits that it would have had without it.
 * The answer is diverged, with the step and the layer in the message, if the loss is not finite, if a statistic of
 * batchnorm is not, or if the gradient's norm is not. That norm is found only where it is needed: with clip_norm, and
 * by muon matrix by matrix. Without, a gradient that overflows although the loss is finite does reach the weights, and
 * the next step is refused; a fit then goes back to the weights that it kept. Allocates nothing after the first call,
 * unless other threads compute with the context at the same time (gemmule/context.h, "Stack").
 * Errors: shape (also one sample, where batchnorm needs two), data, diverged, argument (the average is in use; the
 * optimizer takes the whole data set at each step). */
GML_API gml_status gml_trainer_step(gml_trainer *trainer, gml_matrix x, gml_matrix y, double *loss);

/* The same where samples count differently: `weights` is [n x 1] f64, each finite and not below 0, not all of them 0.
 */
GML_API gml_status gml_trainer_step_weighted(gml_trainer *trainer, gml_matrix x, gml_matrix y, gml_matrix weights,
                                             double *loss);

/* Changes the learning rate from the next step on; schedules are for fits alone, or for the caller to follow.
 * Errors: argument (a rate outside the range of the optimizer's `lr`, or one that a group multiplies beyond 1e6). */
GML_API gml_status gml_trainer_set_learning_rate(gml_trainer *trainer, double rate);

/* With an average, or an optimizer that averages by itself: puts the averaged weights into the network (`use` not 0),
 * or those that are being trained back. Meanwhile steps are refused. Statistics of batchnorm are not averaged: they are
 * those that training has seen. A share of a fit at which the average begins counts as 0 here. Before it has begun,
 * nothing changes. Errors: argument (the trainer has no average). */
GML_API gml_status gml_trainer_use_average(gml_trainer *trainer, int use);

/* The gradient of block `index` as the last batch had it, before clipping and decay, but with noise if that is added;
 * the trainer's memory. Errors: argument (no such block, or the trainer was made without keep_gradients). */
GML_API gml_status gml_trainer_gradient(const gml_trainer *trainer, size_t index, gml_block *gradient);

/* ---- a whole fit ---- */

typedef struct gml_progress {
    size_t epoch, epochs;          /* from 1 */
    size_t step, steps;            /* batches within the epoch, from 1 */
    double loss;                   /* mean over the epoch so far */
    double seconds;                /* since the fit began */
    size_t samples;                /* seen since the fit began */
    const gml_metrics *validation; /* at the end of an epoch with validation data, else null */
    double rate;                   /* the learning rate of the last step */
} gml_progress;

/* Called on the thread that runs the fit: for gml_fit the one that called it. A value other than 0 ends the fit well
 * after the running step. Either may be null. */
typedef struct gml_fit_callbacks {
    void *user;
    int (*on_step)(void *user, const gml_progress *progress);
    int (*on_epoch)(void *user, const gml_progress *progress);
} gml_fit_callbacks;

typedef struct gml_fit_report {
    size_t epochs;          /* finished */
    size_t steps;           /* batches taken */
    size_t samples;         /* seen */
    double train_loss;      /* mean over the last epoch, as seen while it ran */
    gml_metrics validation; /* after the last epoch; samples 0 without validation data, or where the fit diverged and
                               went back to the weights of an epoch before that */
    double seconds;
    int stopped;        /* what the callback that ended the fit returned; 0 if none did */
    size_t kept_epochs; /* the finished epochs that the network's weights have behind them: `epochs`, or fewer after a
                           divergence; 0: the weights of no finished epoch */
} gml_fit_report;

/* Trains a network on a dataset for options->epochs epochs, in an order drawn anew for each.
 *
 * validation  null or a dataset measured after every epoch. Of its weights one must be above 0, and a target known
 *             (data). A loss of it that is not finite ends the fit: data, if an input is not finite, else diverged
 * With `accumulate` the last batches of an epoch make a step of their own, however few they are.
 *
 * Optimizers that take the whole data set at each step (lbfgs, levenberg_marquardt) make one an epoch, which passes
 * over the data as often as it must, in the order the data have. The loss they tell is that after the step; it never
 * rises. The fit ends with fewer epochs where another step would change nothing. They follow the loss of weights and
 * data alone: with layers that draw noise or look at the batch, with groups, an average, a changed gradient or l1 they
 * are refused (argument). levenberg_marquardt takes mean_squared_error and as many parameters as its memory has room
 * for (argument); it computes in double, and tells the loss of the weights before a network in float rounds them.
 *
 * callbacks   null or functions to be told, and to stop by
 * report      null or filled, also when the answer is diverged
 *
 * On diverged, the network has the weights from the beginning of the last epoch that began with a finite loss, not
 * averaged. A
 * network that was not adapted to its data (gml_network_adapt) takes it as it is. Sets the facts "loss", "optimizer",
 * "schedule", "epochs", "batch" and others. The weights afterwards are the same bits for any number of threads. Data of
 * f64 for a network in f32, that of `validation` too, is looked through before the first step: a value that f32 cannot
 * hold is refused with its place and column (data). Data whose inputs have other names than those the network has
 * learned is refused (shape). Where memory is lacking, the network stays as it was: after the first step none is
 * needed. Errors: name, argument, shape, data, memory, diverged. */
GML_API gml_status gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                           const gml_train_options *options, const gml_fit_callbacks *callbacks,
                           gml_fit_report *report);

/* ---- many fits side by side ---- */

/* One network to be trained, as for gml_fit, and what came of it. Zero-initialised means the default. */
typedef struct gml_fit_job {
    gml_network *network;          /* of its own: no two jobs share one */
    const gml_dataset *dataset;    /* only read: jobs may share it */
    const gml_dataset *validation; /* or null; likewise */
    gml_train_options options;
    gml_fit_callbacks callbacks;
    gml_status status; /* from here on filled: what gml_fit would have answered */
    gml_fit_report report;
    char message[GML_MESSAGE_SIZE]; /* why the job failed; "" if it did not */
} gml_fit_job;

/* Runs gml_fit for every job, for ensembles, folds and searches: as many at a time as the context has threads, each on
 * one of them, in the order of the array. With a single thread or a single job they run one after another, each on all
 * threads. The weights are the same bits as if each had been trained alone.
 *
 * jobs   [count]; all networks were made with `context`
 *
 * A job that fails or is stopped does not disturb the others. Callbacks are called on the threads of the jobs, those of
 * different jobs at the same time; there gml_context_message is about the job. The context's allocator, log and clock
 * must bear being called from several threads at once.
 *
 * Answers GML_OK if every job ended so, else the status of the first in the array that did not, with its number in the
 * context's message. Errors before anything is trained, then of every job: argument (a network or dataset is missing,
 * is of another context, or is named by two jobs), memory. */
GML_API gml_status gml_fit_many(gml_context *context, gml_fit_job *jobs, size_t count);

/* ---- the gradient check ---- */

typedef struct gml_check_block {
    char name[48];        /* a block's name, or "inputs" */
    double worst;         /* greatest difference over the block's largest entry: backward pass against differences */
    double float_worst;   /* the same for the backward pass in float against the one in double */
    size_t checked;       /* entries compared */
    size_t kinks;         /* entries skipped because a kink lay between the two points */
    int straight_through; /* behind a step activation: its estimator is no derivative, so nothing was compared */
} gml_check_block;

/* Holds the backward pass of a network against central differences of a naive reference in double.
 *
 * x, y      a batch as for gml_trainer_step; a few samples do
 *           y; what is NaN in y is taken for not known, as with missing_targets
 * loss      a call, or null as in gml_train_options
 * blocks    capacity `capacity`, filled with one entry a parameter block and one for the inputs, in that order
 * count     how many were filled: gml_network_block_count + 1
 *
 * At most `entries` entries of a block are tried, evenly spread; 0 means all. Works on copies: the network may be of
 * either dtype and is not changed. Errors: shape, name, argument, memory. */
GML_API gml_status gml_gradient_check(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss,
                                      size_t entries, gml_check_block *blocks, size_t capacity, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
