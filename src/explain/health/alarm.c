/* explain/health/alarm.c - the table of alarms, and the list of those that hold. */
#include <math.h>
#include <stdio.h>

#include "explain/health/health.h"

static const gml_entry rows[GML_ALARM_KINDS] = {
    [GML_ALARM_DEAD] = {.name = "dead",
                        .summary = "units on the flat side of their activation for every sample",
                        .formula = "|f'(z)| <= 0.009 max |f'| at all samples; 10 % of a layer",
                        .derivative = "",
                        .pitfall = "A unit that fires for few samples looks dead on a small sample of the data.",
                        .source = "Lu, Shin, Su and Karniadakis, Dying ReLU and initialization, 2020"},
    [GML_ALARM_SATURATED] = {.name = "saturated",
                             .summary = "units at a bound of their activation for nearly all samples",
                             .formula = "|f'(z)| <= 0.009 max |f'| at 95 % of the samples; 10 % of a layer",
                             .derivative = "",
                             .pitfall = "Only activations that are bounded on both sides saturate.",
                             .source = "Glorot and Bengio, Understanding the difficulty of training deep feedforward "
                                       "neural networks, 2010"},
    [GML_ALARM_DUPLICATED] = {.name = "duplicated",
                              .summary = "units that compute the same as an earlier one of their layer",
                              .formula = "|correlation| >= 1 - 1e-6; 10 % of a layer",
                              .derivative = "",
                              .pitfall = "Found on a dataset alone, not while training.",
                              .source = "Goodfellow, Bengio and Courville, Deep Learning, 2016, section 8.4"},
    [GML_ALARM_EXPLODING] = {.name = "exploding",
                             .summary = "units with a gradient or values far above the usual",
                             .formula = "rms d/dz > 1000 times that of the outputs, rms y > 10000, or y is not finite",
                             .derivative = "",
                             .pitfall = "Inputs that are not scaled give great values as well.",
                             .source = "Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural "
                                       "networks, 2013"},
    [GML_ALARM_VANISHING] = {.name = "vanishing",
                             .summary = "units that next to no gradient reaches",
                             .formula = "rms d/dz < 1e-6 times that of the outputs; 10 % of a layer",
                             .derivative = "",
                             .pitfall = "Units that are dead or saturated are named as that alone.",
                             .source = "Bengio, Simard and Frasconi, Learning long-term dependencies with gradient "
                                       "descent is difficult, 1994"},
    [GML_ALARM_STALLED] = {.name = "stalled",
                           .summary = "weights that updates hardly change",
                           .formula = "mean |change of W| / |W| < 1e-7",
                           .derivative = "",
                           .pitfall = "A fit that has converged stalls as well. Frozen weights are not counted.",
                           .source = "Bottou, Stochastic gradient descent tricks, 2012"},
    [GML_ALARM_UNSTABLE] = {.name = "unstable",
                            .summary = "weights that updates replace rather than refine",
                            .formula = "mean |change of W| / |W| > 0.1",
                            .derivative = "",
                            .pitfall = "Weights that start at 0 change by more than their norm at first.",
                            .source = "Bottou, Stochastic gradient descent tricks, 2012"},
    [GML_ALARM_LOSS_SPIKE] = {.name = "loss_spike",
                              .summary = "a loss far above those before it",
                              .formula = "(x - median) / (1.4826 MAD) > 10, and x above half of the start",
                              .derivative = "",
                              .pitfall = "It is told of means over 128 samples or more, so one bad sample is no spike.",
                              .source = "Iglewicz and Hoaglin, How to detect and handle outliers, 1993"},
    [GML_ALARM_GRADIENT_SPIKE] = {.name = "gradient_spike",
                                  .summary = "a gradient far above those before it",
                                  .formula = "(x - median) / (1.4826 MAD) > 10, and x above 10 times the start",
                                  .derivative = "",
                                  .pitfall = "Only batches that are observed are seen.",
                                  .source = "Iglewicz and Hoaglin, How to detect and handle outliers, 1993"},
};

const gml_entry *gml_alarm_entry(size_t index)
{
    return index < GML_ALARM_KINDS ? &rows[index] : NULL;
}

static const double SHARE = 0.1;                    /* of a layer's units */
static const double STALLED = 1e-7, UNSTABLE = 0.1; /* update ratios */
enum { LEAST_UPDATES = 4 };

/* What the units of an alarm do, and what may help. */
static const struct {
    const char *what, *remedy;
} words[GML_ALARM_UNIT_KINDS] = {
    [GML_ALARM_DEAD] = {"never fire", "try leaky_relu or prelu, init=he_normal, a third of the rate"},
    [GML_ALARM_SATURATED] = {"are saturated",
                             "try scaled inputs, a smaller initialisation, a third of the rate, or batchnorm before "
                             "the activation"},
    [GML_ALARM_DUPLICATED] = {"duplicate another unit", "try a random initialisation, dropout, or fewer units"},
    [GML_ALARM_EXPLODING] = {"have values or gradients that explode",
                             "try clip_norm, scaled inputs, a smaller initialisation, or batchnorm"},
    [GML_ALARM_VANISHING] = {"get next to no gradient",
                             "try relu or gelu, init=he_normal, residual layers, or batchnorm"},
};

/* ---- alarms of layers ---- */

static gml_alarm *add(gml_health *health, gml_alarm_kind kind, size_t layer, double figure, size_t since)
{
    gml_alarm *alarm = &health->alarms[health->alarm_count++];
    *alarm = (gml_alarm){.kind = &rows[kind], .layer = layer, .figure = figure, .since = since};
    return alarm;
}

/* Notes whether an alarm holds at the end of an epoch, or on a dataset for 0; returns the epoch since which it does. */
static size_t keep_since(gml_health *health, size_t layer, gml_alarm_kind kind, bool holds, size_t epoch)
{
    size_t *since = &health->since[layer * GML_ALARM_LAYER_KINDS + kind];
    if (epoch > 0) {
        *since = !holds ? 0 : *since > 0 ? *since : epoch;
    }
    return *since;
}

static void write_since(size_t since, char text[40])
{
    text[0] = '\0';
    if (since > 0) {
        snprintf(text, 40, " since epoch %zu", since);
    }
}

/* Lists the units of a layer with a verdict in `units`; returns their number. */
static size_t list_units(const gml_health *health, size_t layer, gml_alarm_kind kind, size_t *units)
{
    const gml_watch *watch = &health->watches[layer];
    size_t count = 0;
    for (size_t i = 0; i < watch->units; i++) {
        if ((health->verdicts[watch->first + i] & 1U << kind) != 0) {
            units[count++] = i;
        }
    }
    return count;
}

static void list_unit_alarm(gml_health *health, size_t layer, gml_alarm_kind kind, size_t epoch)
{
    size_t *units = health->alarm_units + kind * health->unit_count + health->watches[layer].first;
    size_t all = health->watches[layer].units, count = list_units(health, layer, kind, units);
    double share = (double)count / (double)all;
    bool holds = count > 0 && (kind == GML_ALARM_EXPLODING || share >= SHARE);
    size_t since = keep_since(health, layer, kind, holds, epoch);
    if (holds) {
        gml_alarm *alarm = add(health, kind, layer + 1, share, since);
        char time[40];
        write_since(since, time);
        alarm->units = units;
        alarm->unit_count = count;
        snprintf(alarm->text, sizeof alarm->text, "layer %zu: %zu of %zu units %s%s; %s", layer + 1, count, all,
                 words[kind].what, time, words[kind].remedy);
    }
}

static void list_update_alarm(gml_health *health, size_t layer, gml_alarm_kind kind, size_t epoch)
{
    const gml_layer_sums *sums = &health->windows[health->shown].layers[layer];
    double ratio = sums->updates > 0 ? sums->update_ratio / (double)sums->updates : NAN;
    bool known = sums->updates >= LEAST_UPDATES;
    bool holds = known && (kind == GML_ALARM_STALLED ? ratio < STALLED : ratio > UNSTABLE);
    size_t since = keep_since(health, layer, kind, holds, epoch);
    if (holds) {
        gml_alarm *alarm = add(health, kind, layer + 1, ratio, since);
        char time[40];
        write_since(since, time);
        snprintf(alarm->text, sizeof alarm->text,
                 "layer %zu: an update changes the weights by %.2g of their norm%s; %s", layer + 1, ratio, time,
                 kind == GML_ALARM_STALLED ? "try ten times the rate, or adam"
                                           : "try a tenth of the rate, or clip_norm");
    }
}

/* ---- alarms of the whole network ---- */

static void list_spike(gml_health *health, gml_alarm_kind kind, const gml_spike *spike, const char *what)
{
    if (spike->spikes == 0) {
        return;
    }
    gml_alarm *alarm = add(health, kind, 0, spike->worst, spike->first);
    char times[48] = "";
    if (spike->spikes > 1) {
        snprintf(times, sizeof times, ", the worst of %zu", spike->spikes);
    }
    snprintf(alarm->text, sizeof alarm->text,
             "epoch %zu: the %s rose to %.3g, from a median of %.3g (robust z-score %.3g)%s; try clip_norm, a third of "
             "the rate, or a warmup",
             spike->at, what, spike->value, spike->median, spike->worst, times);
}

void gml_health_list_alarms(gml_health *health, size_t epoch)
{
    health->alarm_count = 0;
    for (size_t i = 0; i < health->layer_count; i++) {
        for (int kind = 0; kind < GML_ALARM_UNIT_KINDS; kind++) {
            list_unit_alarm(health, i, (gml_alarm_kind)kind, epoch);
        }
        list_update_alarm(health, i, GML_ALARM_STALLED, epoch);
        list_update_alarm(health, i, GML_ALARM_UNSTABLE, epoch);
    }
    list_spike(health, GML_ALARM_LOSS_SPIKE, &health->loss, "loss");
    list_spike(health, GML_ALARM_GRADIENT_SPIKE, &health->norm, "norm of the gradient");
}

const gml_alarm *gml_health_alarm(const gml_health *health, size_t index)
{
    return health != NULL && index < health->alarm_count ? &health->alarms[index] : NULL;
}
