/* gemmule/health.h - the health of a network's layers and units: on a dataset, or while it trains.
 *
 * A gml_health counts, for each unit, the values and the derivative of its activation, and the gradients that reach it;
 * for each layer, the gradient, the updates and the singular values of its weights. From these it finds alarms: units
 * that are dead, saturated or duplicated, gradients that explode or vanish, updates that are too small or too large,
 * and spikes of the loss. An alarm names the layer, the units, the figure and a remedy.
 *
 *     on a dataset      gml_health_create, gml_health_measure
 *     while it trains   gml_health_create, options.observer = gml_health_observer(health), gml_fit or trainer steps,
 *                       gml_health_finish
 *
 * Values of the outputs are those that the loss reads: before a softmax or sigmoid that is fused with it.
 *
 * Both may follow each other with one gml_health. Sums run in a fixed order: the figures have the same bits for any
 * number of threads. Observing changes no bit of the training. */
#ifndef GEMMULE_HEALTH_H
#define GEMMULE_HEALTH_H

#include "gemmule/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- alarms ---- */

/* Returns row `index` of the table of alarms; null past the last. The rules and why the thresholds are as they are:
 *
 *     dead            f' is flat at all samples, for f not bounded on both sides. Flat: |f'| is at most 0.9 % of its
 *                     greatest value, searched for x from -8 to 8. Such a unit of relu, elu or gelu gets next to no
 *                     gradient from any sample
 *     saturated       f' is flat at 95 % of the samples, for f bounded on both sides. Units of sigmoid and tanh reach
 *                     0.9 % of the slope at |z| of 6 and 3; a useful unit is there for some samples, not for nearly all
 *     duplicated      the absolute correlation with an earlier unit of the layer is at least 1 - 1e-6, and both units
 *                     are not flat for at least 16 samples. Units that began equal stay equal up to rounding. In layers
 *                     of few inputs units are near each other by chance: two random directions in the plane correlate
 *                     above 0.999 in 3 % of the pairs, and above 1 - 1e-6 in 0.1 %
 *     exploding       the gradient that reaches the unit is above 1000 times that of the outputs, or its values have a
 *                     root mean square above 10000, or one is not finite. Between layers of a usual initialisation both
 *                     change by small factors
 *     vanishing       the gradient that reaches the unit is below 1e-6 of that of the outputs, and not because the unit
 *                     is dead or saturated. In float an update that small is lost beside weights near 1
 *     stalled         the mean update of the weights is below 1e-7 of their norm, which is the rounding of float
 *     unstable        the mean update of the weights is above 0.1 of their norm: ten steps replace what was learned.
 *                     1e-3 is usual; the healthy fits of the tests stay below 0.02
 *     loss_spike      a loss with a robust z-score above 10, and above half of the loss at the start
 *     gradient_spike  a gradient norm with a robust z-score above 10, and above 10 times the norm at the start
 *
 * The alarms dead, saturated, duplicated and vanishing need at least 10 % of a layer's units: a few such units are
 * usual, and cost little. "The gradient that reaches a unit" is the root mean square of d loss / d z over the samples;
 * that of the outputs is the root mean square over all outputs. Only hidden layers that apply an activation to each
 * unit, and dense layers without any, raise alarms about units. At least 64 samples are needed.
 *
 * The robust z-score of x is (x - median) / (1.4826 MAD) over the 64 values before x, with the median absolute
 * deviation MAD, at least 1 % of the median (Iglewicz and Hoaglin, How to detect and handle outliers, 1993; they take
 * 3.5 for normal values, but losses of small batches have long tails). A value of the loss is the mean over consecutive
 * batches of 128 samples or more. The start is the median of the first 16 values. */
GML_API const gml_entry *gml_alarm_entry(size_t index);

enum { GML_ALARM_TEXT = 320 };

typedef struct gml_alarm {
    const gml_entry *kind; /* a row of gml_alarm_entry */
    size_t layer;          /* from 1; 0: the whole network */
    const size_t *units;   /* [unit_count] indexes from 0, ascending; null: the alarm is about a whole layer */
    size_t unit_count;
    double figure; /* dead, saturated, duplicated, exploding, vanishing: share of the layer's units; stalled, unstable:
                      the update ratio; spikes: the z-score */
    size_t since;  /* the first epoch of the training, from 1, since which the alarm holds without a break; of a spike
                      its epoch; 0: not known */
    char text[GML_ALARM_TEXT]; /* for people, one line with a remedy: "layer 2: 37 of 256 units never fire since epoch
                                  3; try leaky_relu or prelu, ..." */
} gml_alarm;

/* ---- creation ---- */

typedef struct gml_health gml_health;

/* Zero-initialised means the default. */
typedef struct gml_health_options {
    const char *loss;   /* of gml_health_measure: a call; null: the network's fact "loss", else the default for its
                           last activation */
    size_t samples;     /* of gml_health_measure: at most so many samples, drawn at random; 0: 10000 */
    size_t batch;       /* of gml_health_measure: samples per batch; 0: 256, or an eighth of the samples */
    uint64_t seed;      /* of that draw */
    size_t every;       /* while training: one batch in so many is observed, and the first of each epoch; 0: chosen
                           from the shapes, about 2 % of the time of a step */
    size_t longest;     /* of the interval that `every` 0 chooses: at most so many batches, whatever that costs; 0: 1000
                         */
    gml_choice spectra; /* singular values of weights. auto: of matrices whose smaller side is at most 1024; yes; no */
    gml_choice duplicates; /* of gml_health_measure. auto: in layers of at most 2048 units; yes; no */
} gml_health_options;

/* Makes a health for a network, which must outlive it. One thread uses a health at a time, and none but the fit while
 * a fit observes with it. `options` may be null; they are copied, but not the text of the loss. Allocates everything
 * that observing needs but for the slots of a trainer's weights. Errors: argument, shape, memory. */
GML_API gml_status gml_health_create(const gml_network *network, const gml_health_options *options,
                                     gml_health **health);
GML_API void gml_health_destroy(gml_health *health);

/* ---- on a dataset ---- */

/* Counts on a dataset, one pass forward and backward, with dropout off and running statistics as in prediction. A
 * dataset without targets gives values alone: gradients are NaN, and nothing explodes or vanishes. Replaces the
 * figures of an earlier call or of training, except update ratios, spikes and the epochs since which alarms hold.
 * Allocates working memory for one batch and frees it. Sample weights and missing targets count in gradients, as in
 * training, and not in values. A failure leaves the earlier figures. Errors: shape, name, argument, data (an input
 * that is not finite, an invalid target), memory. */
GML_API gml_status gml_health_measure(gml_health *health, const gml_dataset *dataset);

/* ---- while training ---- */

/* Returns the observer to set in gml_train_options; null for null. It serves one trainer or fit at a time, and must
 * outlive it. In a fit, the figures are those of the last epoch, or of as many as have 256 observed samples; on_epoch
 * sees those of its epoch. A fit does not keep them in its checkpoints: in one that goes on, figures, spikes and the
 * epochs since which alarms hold start anew. */
GML_API gml_observer *gml_health_observer(gml_health *health);

/* Ends the observation: judges the samples that were observed since the last epoch's end, if there are 64, and finds
 * the singular values of the weights as they are. Errors: memory. */
GML_API gml_status gml_health_finish(gml_health *health);

/* ---- figures ---- */

/* Bins of histograms. Those of activations have equal widths in x / (1 + |x|): bin b is from gml_health_edge(b) to
 * gml_health_edge(b + 1), and the middle 32 bins are -1 to 1. Those of gradients are powers of two: bin b counts |g| in
 * [2^(b + GML_HEALTH_LEAST_EXPONENT), twice that), the first also all below it and the last all above. */
enum { GML_HEALTH_BINS = 64, GML_HEALTH_LEAST_EXPONENT = -48 };

/* Returns the lower edge of a bin: -infinity for 0, infinity for GML_HEALTH_BINS and above. */
GML_API double gml_health_edge(size_t bin);

/* The whole network. */
typedef struct gml_health_summary {
    size_t samples;       /* that the figures are from */
    size_t batches;       /* likewise */
    size_t epoch;         /* of a training: the last epoch that the figures are from, from 1; 0: gml_health_measure */
    size_t alarms;        /* number of alarms */
    double gradient_norm; /* root mean square over batches of the norm of the gradient of all weights; NaN: none */
    double noise_scale;   /* of the gradient, in samples; NaN: not known. The simple noise scale tr(S) / |G|^2
                             (McCandlish et al., An empirical model of large-batch training, 2018, appendix A.1), from
                             the mean |g|^2 over batches of b samples and |mean g|^2 over all B samples:
                             |G|^2 = (B |mean g|^2 - b mean |g|^2) / (B - b),
                             tr(S) = (mean |g|^2 - |mean g|^2) / (1/b - 1/B). Of gml_health_measure with at least 2 full
                             batches; infinity if the estimate of |G|^2 is not above 0 */
} gml_health_summary;

/* A layer. Figures that do not exist are NaN. */
typedef struct gml_layer_health {
    size_t units;
    size_t samples;
    size_t dead, saturated, duplicated, exploding, vanishing; /* units, whether or not they are enough for an alarm */
    double mean, deviation;                                   /* of all values of the layer */
    double zero;                                              /* fraction of values that are 0 */
    double flat;                                              /* fraction of values where f' is flat */
    uint64_t histogram[GML_HEALTH_BINS];                      /* of values */
    uint64_t nonfinite;                                       /* values that are not finite */
    double delta;         /* root mean square of d loss / d z over samples and units, loss of one sample */
    double gradient_norm; /* root mean square over batches of the norm of d loss / d weights */
    uint64_t gradient_histogram[GML_HEALTH_BINS]; /* of entries of d loss / d weights */
    double update_ratio;   /* mean over observed updates of |change of the weights| / |weights|; NaN unless training */
    double weight_norm;    /* Frobenius norm, at the end of an epoch of the weights that it is validated with */
    double spectral_norm;  /* the greatest singular value */
    double condition;      /* greatest over least; infinity if the least is 0 */
    double effective_rank; /* exp(entropy of the singular values over their sum) (Roy and Vetterli, The effective rank,
                              2007) */
    const double *singular_values; /* [singular_count], descending; owned by the health until its next figures */
    size_t singular_count;         /* 0: not computed */
} gml_layer_health;

/* A unit. Figures that do not exist are NaN. */
typedef struct gml_unit_health {
    double mean, deviation, zero, flat;  /* as of its layer */
    uint64_t histogram[GML_HEALTH_BINS]; /* of values */
    double delta;                        /* root mean square of d loss / d z over samples */
    double gradient_norm;                /* root mean square over batches of the norm of d loss / d weights into it */
    int dead, saturated, exploding, vanishing; /* 1 or 0 */
    size_t twin;                               /* the first unit that this one duplicates; SIZE_MAX: none */
} gml_unit_health;

/* Return the figures of the last gml_health_measure, gml_health_finish or end of an epoch. Layers are counted from 0 as
 * in gml_network_layer. Errors: argument (no such layer or unit, no figures yet). */
GML_API gml_status gml_health_summarize(const gml_health *health, gml_health_summary *summary);
GML_API gml_status gml_health_layer(const gml_health *health, size_t layer, gml_layer_health *view);
GML_API gml_status gml_health_unit(const gml_health *health, size_t layer, size_t unit, gml_unit_health *view);

/* Returns alarm `index`; null past the last. Layers come in order, the whole network last. The health owns it until
 * its next figures. */
GML_API const gml_alarm *gml_health_alarm(const gml_health *health, size_t index);

#ifdef __cplusplus
}
#endif
#endif
