/* gemmule/train.h - training: single steps, a whole fit, concurrent fits, and the gradient check.
 *
 * A batch is one pass over some samples; a step is one update of the weights, from one batch or, with `accumulate`,
 * from several. */
#ifndef GEMMULE_TRAIN_H
#define GEMMULE_TRAIN_H

#include "gemmule/loss.h"
#include "gemmule/metrics.h"
#include "gemmule/optimizer.h"
#include "gemmule/schedule.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Looks at batches while a trainer or a fit runs, and changes no bit of them (gemmule/health.h). */
typedef struct gml_observer gml_observer;

/* Zero-initialised means the default. */
typedef struct gml_train_options {
    const char *loss; /* a call; null: softmax_cross_entropy after softmax, binary_cross_entropy after sigmoid, poisson
                         after exponential, unless the targets are scaled values (gml_network_adapt);
                         softmax_cross_entropy or binary_cross_entropy after identity for classes; else
                         mean_squared_error */
    const char *optimizer; /* a call; null: "adam" */
    double learning_rate;  /* in the range of the optimizer's `lr`, above 0 and at most 1e6; 0: the call's `lr` */
    double l2;             /* L2 decay: adds l2 * w to the gradient of weights, not of biases; not below 0 */
    double l1;             /* L1 decay: each step moves weights by rate * l1 toward 0, not past it; not below 0 */
    double max_norm;       /* limit for the norm of the weights into each unit, applied after each step; 0: none */
    double clip_norm;      /* limit for the global norm of the gradient; 0: none */
    double clip_value;     /* clips each entry of the gradient to [-c, c], after clip_norm; 0: none */
    double gradient_noise; /* variance of normal noise added to the gradient after clip_norm, at the first step */
    double noise_decay;    /* the variance is multiplied by (1 + step)^-noise_decay; 0: 0.55 */
    const char *groups;    /* rates and decays for parameter groups: calls separated by ";", as in "weights(last=2,
                              rate=0.1); all(first=3, last=3, rate=0)"; null: none. A batchnorm with rate 0 still
                              updates its running statistics */
    size_t batch;          /* samples per batch; 0: 32. Full-batch optimizers use all samples. With batchnorm at least
                              2; a single sample left at the end of an epoch joins the last batch */
    size_t accumulate;     /* batches per step: their mean gradient makes one update, as for one large batch; 0: 1 */
    size_t epochs;         /* of a fit; 0: 10 */
    uint64_t seed;         /* of the order of samples */
    const char *schedule;  /* of the learning rate over a fit: a call; null: "constant" */
    const char *noise_schedule; /* over a fit, factor of the rates of dropout and alpha_dropout and of the deviations of
                                   gaussian_noise: a call of the table of schedules, without reduce_on_plateau; null:
                                   "constant" */
    const char *decay_schedule; /* likewise, factor of l2, l1 and the optimizer's weight_decay. A decay that moves
                                   weights by rate * decay falls with the rate as well, by its own schedule */
    const char *average; /* of the weights over the steps: a call; null: none. Validation and on_epoch use the averaged
                            weights; so does the network after the fit */
    const char *class_weights; /* for class targets: "balanced", n / (classes * count of the class) as in scikit-learn,
                                  or one number per class, not below 0, as in "1,2.5,1"; null: all 1. A sample's weight
                                  is multiplied by its class's. The loss of a batch is
                                  sum(weight * loss) / sum(weight) */
    int missing_targets;       /* not 0: targets that are NaN are missing and skipped; the mean is over the others. A
                                  missing class number, or one missing entry under a loss of whole rows (cosine, softmax
                                  losses, custom losses), skips the sample. Implied by a dataset that allows missing
                                  targets */
    int keep_gradients;        /* not 0: enables gml_trainer_gradient; costs memory and some time */
    gml_choice output_bias;    /* of a fit: initial bias of the outputs of a fresh network. auto: with a loss on the
                                  logarithm of a mean (poisson, gamma, tweedie), the logarithm of the weighted mean of
                                  the training targets; yes: also with a classification loss on logits, the logit or
                                  logarithm of each class's share; no: as initialized. A network is fresh if no step,
                                  fit or file has changed it and its output bias has its initial values. A frozen bias
                                  is not changed */
    const char *checkpoint;    /* of a fit: file for checkpoints (gemmule/checkpoint.h); null: none. One is written when
                                  the fit ends or a callback stops it, unless it diverged, and in between: */
    size_t checkpoint_epochs;  /* after every so many epochs; 0: after each, or if checkpoint_minutes is given never */
    double checkpoint_minutes; /* after the first batch that ends so many minutes after the last checkpoint; 0: never */
    const char *resume;        /* of a fit: go on from this checkpoint; null: from the network's parameters */
    int resume_override;       /* not 0: go on under another build or other options (gemmule/checkpoint.h) */
    const char *metric;        /* of a fit with validation: the metric that scores epochs, for keep_best, patience and
                                  reduce_on_plateau. A call of the table of metrics, or "loss", the validation loss;
                                  null: "loss" */
    gml_choice keep_best;   /* of a fit: auto, yes: with validation the network gets the weights of the epoch with the
                               best score, of equal scores the later; no: those of the last epoch */
    size_t patience;        /* of a fit: end it after so many epochs in a row without a better score; 0: never */
    double patience_growth; /* with `patience`: end the fit after patience + patience_growth * e such epochs, where e is
                               the first epoch with the best score; 0: after `patience`. With patience 21 and growth 1
                               it ends at the first epoch above 2 e + 20 */
    int drop_last;          /* of a fit, not 0: an epoch leaves out the samples after its last whole batch, which are
                               others in each epoch. Data of less than a batch are one batch. Full-batch optimizers take
                               all samples */
    size_t halvings;        /* of a fit: after divergence go back to the last good state and halve the learning rate,
                               at most so many times; 0: the fit fails */
    gml_observer *observer; /* null: none. It must outlive the trainer or the fit, and serves one at a time. Full-batch
                               optimizers show it nothing; gml_find_rate, gml_find_recipe and gml_cross_validate, which
                               train networks of their own, ignore it */
} gml_train_options;

/* ---- single steps on the caller's batches ---- */

/* Gradients and optimizer state for training one network. One thread may use a trainer at a time; during a step no
 * other thread may predict with the network. */
typedef struct gml_trainer gml_trainer;

/* Makes a trainer for batches of up to options->batch samples; `options` may be null. The network must outlive it.
 * Errors: name, argument, shape (a loss that does not fit the outputs), memory. */
GML_API gml_status gml_trainer_create(gml_network *network, const gml_train_options *options, gml_trainer **trainer);
GML_API void gml_trainer_destroy(gml_trainer *trainer);

/* Computes forward pass, loss and gradients of one batch, and updates the weights.
 *
 * x     [n x columns], any dtype, read; n at most the batch of the trainer
 * y     [n x outputs], or [n x 1] class numbers, any dtype, read, each in the `range` of the loss's entry
 * loss  written: mean loss of the batch before the update; may be null
 *
 * With `accumulate`, only every accumulate-th call updates the weights, with the mean gradient of the batches since the
 * last update. batchnorm treats each batch separately.
 *
 * A call that fails leaves all state unchanged: parameters and statistics of the network, averages, optimizer state,
 * accumulated batches and counters. The next call computes the same bits as without it. Returns diverged, with step and
 * layer in the message, if the loss, a statistic of batchnorm or the norm of the gradient is not finite. The norm is
 * computed only with clip_norm, and per matrix with muon. Otherwise an overflowing gradient with a finite loss reaches
 * the weights, and the next call fails; a fit then restores the weights it has saved.
 *
 * Allocates nothing after the first call, unless other threads compute with the context at the same time
 * (gemmule/context.h, "Stack"). Errors: shape (also a single sample with batchnorm), data (an invalid target: row,
 * column and value in the message), diverged, argument (averaged weights are in use; a full-batch optimizer). */
GML_API gml_status gml_trainer_step(gml_trainer *trainer, gml_matrix x, gml_matrix y, double *loss);

/* The same with sample weights: `weights` is [n x 1] f64, each finite and not below 0, not all 0. */
GML_API gml_status gml_trainer_step_weighted(gml_trainer *trainer, gml_matrix x, gml_matrix y, gml_matrix weights,
                                             double *loss);

/* Sets the learning rate from the next step on. A trainer does not apply options->schedule: see gml_schedule_rate.
 * Errors: argument (a rate outside the range of the optimizer's `lr`, or above 1e6 when multiplied by a group's). */
GML_API gml_status gml_trainer_set_learning_rate(gml_trainer *trainer, double rate);

/* Sets the factors of noise layers and of decays from the next step on, as options->noise_schedule and decay_schedule
 * do in a fit; a trainer does not apply those, and begins with 1. gml_schedule_rate with a base of 1 computes them. The
 * factor of noise is from 0 to 1, that of decays from 0 to 1e6. Errors: argument. */
GML_API gml_status gml_trainer_set_factors(gml_trainer *trainer, double noise, double decay);

/* Puts the averaged weights into the network (`use` not 0), or the trained weights back (0). Needs `average` or an
 * optimizer with an average of its own. Steps fail while the averaged weights are in use. Running statistics of
 * batchnorm are not averaged. A start of the average given as a fraction of a fit counts as 0 here. Has no effect
 * before the average has begun. Errors: argument (the trainer has no average). */
GML_API gml_status gml_trainer_use_average(gml_trainer *trainer, int use);

/* Returns the gradient of block `index` for the last batch, before clipping and decay and after gradient noise. The
 * trainer owns the memory. Errors: argument (no such block, or the trainer was made without keep_gradients). */
GML_API gml_status gml_trainer_gradient(const gml_trainer *trainer, size_t index, gml_block *gradient);

/* ---- a whole fit ---- */

typedef struct gml_progress {
    size_t epoch, epochs;          /* from 1 */
    size_t batch, batches;         /* within the epoch, from 1 */
    double loss;                   /* mean over the epoch so far */
    double seconds;                /* since the fit began */
    size_t samples;                /* processed since the fit began */
    const gml_metrics *validation; /* at the end of an epoch with validation data; else null */
    double rate;                   /* the learning rate of the last step */
    struct gml_fit_run *fit;       /* of gml_checkpoint_save_fit; valid during the callback */
    double score;                  /* at the end of an epoch: its score by the metric; else, without validation data and
                                      where the metric is not defined NaN */
    double best_score;             /* of the epochs so far; NaN: there is none */
    size_t best_epoch;             /* the epoch with this score, of equal scores the latest; 0: there is none */
    size_t steps;                  /* updates of the weights since the fit began */
    double batch_loss;             /* mean loss of the last batch, before its update; with a full-batch optimizer after
                                      it. NaN: no batch has been processed since the epoch began or the fit went on */
} gml_progress;

/* Callbacks, on the thread that runs the fit (for gml_fit, the calling thread). A nonzero return value stops the fit
 * after the current batch, with GML_OK. Either function may be null. */
typedef struct gml_fit_callbacks {
    void *user;
    int (*on_batch)(void *user, const gml_progress *progress);
    int (*on_epoch)(void *user, const gml_progress *progress);
} gml_fit_callbacks;

typedef struct gml_fit_report {
    size_t epochs;          /* finished */
    size_t steps;           /* updates of the weights; fewer than the batches processed with `accumulate` */
    size_t samples;         /* samples processed */
    double train_loss;      /* mean over the last epoch, each batch before its update */
    gml_metrics validation; /* of the network's weights: after the epoch that they come from. Its `samples` is 0 without
                               validation data, or if a divergence left weights that were not validated */
    double seconds;
    int stopped;           /* return value of the callback that stopped the fit; else 0 */
    size_t kept_epochs;    /* finished epochs that the network's weights come from: `best_epoch` if the best weights are
                              kept, else `epochs`, or fewer after a divergence; 0: no finished epoch */
    size_t checkpoints;    /* checkpoints written */
    gml_status checkpoint; /* status of the last one that was tried */
    size_t best_epoch;     /* the epoch with the best score, of equal scores the latest; 0: no epoch has a score */
    double best_score;     /* its score; NaN: there is none */
    size_t halvings;       /* of the learning rate after divergence */
    int out_of_patience;   /* not 0: the fit ended because of `patience` */
    int full_batch;        /* not 0: the optimizer takes the whole data set at each step */
    double validation_seconds; /* of this call: on evaluating and scoring the ends of epochs */
    double checkpoint_seconds; /* of this call: on checkpoints that training waited for. They are written beside the
                                  training, but for the last */
} gml_fit_report;

/* Trains a network on a dataset for options->epochs epochs. Each epoch shuffles the samples anew.
 *
 * Inputs of 1 GiB or more are shuffled by blocks, in memory and in a mapped file alike: samples that follow each other,
 * some 32 to 64 KiB of inputs, are a block. The blocks are in random order; each 64 MiB of successive ones are a
 * window, in which the samples are in random order. Samples sorted by class are mixed in each window, and a file larger
 * than memory is read once an epoch. Memory does not grow with the number of samples.
 *
 * validation  null, or a dataset evaluated after every epoch. It needs a weight above 0 and a known target (data). A
 *             validation loss that is not finite ends the fit: data if an input is not finite, else diverged. Without
 *             validation data `metric`, keep_best yes and `patience` are errors (argument)
 * callbacks   null, or functions called after batches and epochs; they can stop the fit
 * report      null, or written, also on diverged
 *
 * With `accumulate`, the last batches of an epoch make a step even if they are fewer. A network that was not adapted to
 * its data (gml_network_adapt) is trained on the unscaled data. The trained weights have the same bits for any number
 * of threads. Sets the facts "loss", "optimizer", "schedule", "epochs", "batch" and others.
 *
 * With validation data each epoch has a score: the value of `metric`, which sample weights apply to. Unless keep_best
 * is no, the network gets the weights of the epoch with the best score when the fit ends, also if a callback stops it;
 * with `average` these are averaged weights, and statistics of batchnorm belong to them. Before the end of the first
 * epoch there are none, and the network keeps the running weights. Keeping takes memory for one copy of the parameters
 * and a copy for each best epoch. A metric that has a value neither for the network at the start nor for predictions
 * that are right is refused before the first step (data). An epoch in which it has none is logged as a warning, and
 * counts as worse than all others.
 *
 * Full-batch optimizers (lbfgs, levenberg_marquardt) make one step per epoch, with as many passes over the data as it
 * needs, in the order of the data. They report the loss after the step; it never rises. The fit ends early if a further
 * step would change nothing. They minimise a loss that depends on weights and data only: layers with noise or batch
 * statistics, groups, an average, clipping, gradient noise and l1 are errors (argument). levenberg_marquardt requires
 * mean_squared_error and limits the number of parameters by its memory (argument). It computes in double, and reports
 * the loss of the weights before a float network rounds them.
 *
 * A fit that goes on from a checkpoint ends with the same bits as one that was not stopped, also from the middle of an
 * epoch and with another number of threads. Its report and progress count from the beginning of the first fit. An
 * epoch that the checkpoint has finished is not run again, so a finished fit returns at once.
 *
 * Checkpoints are written on a thread of their own while training goes on; file hooks are called there, one checkpoint
 * at a time. It needs memory for a copy of parameters and state. A checkpoint that cannot be written leaves the old
 * file as it is and does not end the fit: the failure is logged as a warning and is in the report. Only the failure of
 * the last one, written before gml_fit returns, is also the status of gml_fit, unless that is an error already.
 *
 * With `halvings` a divergence takes training back to the beginning of the last epoch that began well, with a loss of
 * at most 10 times that of the first batch of the fit, or to the start: weights, optimizer state, averages, counters
 * and the schedule, which takes memory for two copies of all these. The rates of the schedule are halved from then on,
 * and the epoch begins anew with the same order of samples. The best weights and the number of processed samples stay.
 * Each halving is logged as a warning. Full-batch optimizers have no rate to halve (argument). The rest of this comment
 * is about a fit that has no halving left.
 *
 * On diverged, the network goes back to the start of the last epoch that began with a finite loss. It has the best
 * weights if they are from an epoch before that, else the weights from there, not averaged. If memory is lacking, the
 * network is unchanged: nothing is allocated after the first step. Errors: name, argument, shape (also input names
 * other than the network's), data (also a value of f64 data, training or validation, that overflows in a float network:
 * place and column in the message, before the first step), memory, diverged. */
GML_API gml_status gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                           const gml_train_options *options, const gml_fit_callbacks *callbacks,
                           gml_fit_report *report);

/* ---- concurrent fits ---- */

/* Arguments and results of one fit. Zero-initialised means the default. */
typedef struct gml_fit_job {
    gml_network *network;          /* not shared with another job; may be null if `begin` sets it */
    const gml_dataset *dataset;    /* read only: jobs may share it; may be null likewise */
    const gml_dataset *validation; /* null, or read only like `dataset` */
    gml_train_options options;
    gml_fit_callbacks callbacks;
    gml_status status; /* written, like the next two: the status of gml_fit */
    gml_fit_report report;
    char message[GML_MESSAGE_SIZE]; /* message of the failure; "" if there was none */
    void *user;                     /* for the next two; not read */
    /* Null, or called right before the fit, on its thread. May set what is above `status`, as the network: then many
     * jobs need the memory of few networks. An error becomes the status of the job, and nothing is trained. */
    gml_status (*begin)(struct gml_fit_job *job);
    /* Null, or called after the fit, or after an error of `begin`, on the same thread, with status and report written.
     * May use the network and destroy it, and set `status`. */
    void (*end)(struct gml_fit_job *job);
} gml_fit_job;

/* Runs gml_fit for every job, for ensembles, cross-validation and searches. Jobs start in the order of the array, as
 * many at a time as the context has threads, each on one thread. With one thread or one job they run one after another,
 * each on all threads. The weights have the same bits as from single fits.
 *
 * jobs   [count]; all networks were made with `context`
 *
 * A job that fails or is stopped does not affect the others. Callbacks of different jobs run concurrently, each on its
 * job's thread, where gml_context_message is the message of the job. The context's allocator, log and clock must be
 * thread-safe.
 *
 * Returns GML_OK if every job did, else the status of the first job in the array that failed; the context's message has
 * its number. Errors before any training, set in every job: argument (a network or dataset is missing, belongs to
 * another context, or a network is in two jobs), memory. */
GML_API gml_status gml_fit_many(gml_context *context, gml_fit_job *jobs, size_t count);

/* ---- the gradient check ---- */

typedef struct gml_check_block {
    char name[48];        /* a block's name, or "inputs" */
    double worst;         /* greatest difference from the finite differences / largest entry of the block's gradient */
    double float_worst;   /* the same between the backward passes in float and in double */
    size_t checked;       /* entries compared */
    size_t kinks;         /* entries skipped because of a kink between the two points */
    int straight_through; /* not 0: not compared, since a straight-through estimator (step, sign) is no derivative */
} gml_check_block;

/* Compares a network's gradients with central finite differences of a naive reference in double.
 *
 * x, y      a batch as for gml_trainer_step; a few samples are enough. NaN in y is a missing target
 * loss      a call, or null as in gml_train_options
 * entries   the most entries to compare per block, evenly spread; 0: all
 * blocks    [capacity], written: one element per parameter block, then one for the inputs, those that a preparation
 *           makes if the network has one
 * count     written: number of elements, gml_network_block_count + 1
 *
 * Works on copies: the network may have either dtype and is not changed. Errors: shape, name, argument, memory. */
GML_API gml_status gml_gradient_check(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss,
                                      size_t entries, gml_check_block *blocks, size_t capacity, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
