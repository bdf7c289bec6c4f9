/* explain/health/view.c - the figures of a health, as callers see them. */
#include <math.h>
#include <string.h>

#include "explain/health/health.h"

double gml_health_edge(size_t bin)
{
    if (bin == 0 || bin >= GML_HEALTH_BINS) {
        return bin == 0 ? -INFINITY : INFINITY;
    }
    double share = (double)bin / (GML_HEALTH_BINS / 2) - 1;
    return share / (1 - fabs(share));
}

static const gml_window *window_of(const gml_health *health)
{
    return &health->windows[health->shown];
}

static gml_status check_known(const gml_health *health)
{
    return health->known ? GML_OK
                         : gml_fail(health->context, GML_ERROR_ARGUMENT,
                                    "this health has no figures yet: it needs gml_health_measure, or the end of an "
                                    "epoch with its observer, or gml_health_finish");
}

static gml_status check_layer(const gml_health *health, size_t layer)
{
    return layer < health->layer_count
               ? check_known(health)
               : gml_fail(health->context, GML_ERROR_ARGUMENT,
                          "there is no layer at index %zu: the network has %zu, and indexes begin at 0", layer,
                          health->layer_count);
}

/* ---- the network ---- */

gml_status gml_health_summarize(const gml_health *health, gml_health_summary *summary)
{
    gml_status status = gml_refuse_null(health != NULL ? health->context : NULL, __func__,
                                        (gml_argument[]){{"health", health}, {"summary", summary}, {0}});
    if (status == GML_OK) {
        status = check_known(health);
    }
    if (status != GML_OK) {
        return status;
    }
    const gml_window *window = window_of(health);
    double squares = 0;
    for (size_t i = 0; i < health->layer_count; i++) {
        squares += window->layers[i].gradient;
    }
    *summary = (gml_health_summary){
        .samples = window->samples,
        .batches = window->batches,
        .epoch = health->shown_epoch,
        .alarms = health->alarm_count,
        .gradient_norm = window->gradients ? sqrt(squares / (double)window->batches) : NAN,
        .noise_scale = health->noise_scale,
    };
    return GML_OK;
}

/* ---- a unit ---- */

static double fraction(uint64_t count, const gml_window *window)
{
    return window->samples > 0 ? (double)count / (double)window->samples : NAN;
}

static double root_mean(double squares, size_t count, bool known)
{
    return known && count > 0 ? sqrt(squares / (double)count) : NAN;
}

static int has_verdict(const gml_health *health, size_t unit, gml_alarm_kind kind)
{
    return (health->verdicts[unit] & 1U << kind) != 0;
}

/* `at`: index among the units of all layers. */
static gml_unit_health unit_of(const gml_health *health, const gml_watch *watch, const gml_layer *layer, size_t at)
{
    const gml_window *window = window_of(health);
    double shift = window->sum[at] / (double)window->samples;
    gml_unit_health view = {.twin = health->twins[at]};
    view.mean = window->center[at] + shift;
    view.deviation = sqrt(fmax(window->squares[at] / (double)window->samples - shift * shift, 0));
    view.deviation = isnan(view.mean) ? NAN : view.deviation;
    view.zero = fraction(window->zeros[at], window);
    view.flat = watch->sloped ? fraction(window->flat[at], window) : NAN;
    memcpy(view.histogram, window->bins + at * GML_OBSERVE_SLOTS, sizeof view.histogram);
    view.delta = root_mean(window->delta[at], window->samples, window->gradients);
    view.gradient_norm = root_mean(window->gradient[at], window->batches, window->gradients && layer->weight != NULL);
    view.dead = has_verdict(health, at, GML_ALARM_DEAD);
    view.saturated = has_verdict(health, at, GML_ALARM_SATURATED);
    view.exploding = has_verdict(health, at, GML_ALARM_EXPLODING);
    view.vanishing = has_verdict(health, at, GML_ALARM_VANISHING);
    return view;
}

gml_status gml_health_unit(const gml_health *health, size_t layer, size_t unit, gml_unit_health *view)
{
    gml_status status = gml_refuse_null(health != NULL ? health->context : NULL, __func__,
                                        (gml_argument[]){{"health", health}, {"view", view}, {0}});
    if (status == GML_OK) {
        status = check_layer(health, layer);
    }
    if (status == GML_OK && unit >= health->watches[layer].units) {
        status = gml_fail(health->context, GML_ERROR_ARGUMENT,
                          "there is no unit at index %zu: layer %zu has %zu, and indexes begin at 0", unit, layer + 1,
                          health->watches[layer].units);
    }
    if (status == GML_OK) {
        const gml_watch *watch = &health->watches[layer];
        *view = unit_of(health, watch, &health->network->layers[layer], watch->first + unit);
    }
    return status;
}

/* ---- a layer ---- */

/* Adds up what its units have. Means of equal numbers of samples: the variance is that within units and between them.
 */
static void add_units(const gml_health *health, const gml_watch *watch, const gml_layer *layer, gml_layer_health *view)
{
    double units = (double)watch->units, mean_square = 0, delta = 0;
    for (size_t i = 0; i < watch->units; i++) {
        const gml_unit_health unit = unit_of(health, watch, layer, watch->first + i);
        view->mean += unit.mean / units;
        view->zero += unit.zero / units;
        view->flat += unit.flat / units;
        delta += unit.delta * unit.delta / units;
        view->dead += (size_t)unit.dead;
        view->saturated += (size_t)unit.saturated;
        view->duplicated += unit.twin != SIZE_MAX;
        view->exploding += (size_t)unit.exploding;
        view->vanishing += (size_t)unit.vanishing;
        for (size_t b = 0; b < GML_HEALTH_BINS; b++) {
            view->histogram[b] += unit.histogram[b];
        }
        view->nonfinite += window_of(health)->bins[(watch->first + i) * GML_OBSERVE_SLOTS + GML_OBSERVE_BINS];
    }
    for (size_t i = 0; i < watch->units; i++) {
        const gml_unit_health unit = unit_of(health, watch, layer, watch->first + i);
        double off = unit.mean - view->mean;
        mean_square += (unit.deviation * unit.deviation + off * off) / units;
    }
    view->deviation = sqrt(mean_square);
    view->delta = sqrt(delta);
}

static void add_spectrum(const gml_spectrum *spectrum, const double *values, gml_layer_health *view)
{
    view->weight_norm = spectrum->norm;
    view->spectral_norm = view->condition = view->effective_rank = NAN;
    view->singular_values = values;
    view->singular_count = spectrum->count;
    if (spectrum->count == 0) {
        return;
    }
    double sum = 0, entropy = 0, least = values[spectrum->count - 1];
    for (size_t i = 0; i < spectrum->count; i++) {
        sum += values[i];
    }
    for (size_t i = 0; i < spectrum->count; i++) {
        double share = values[i] / sum;
        entropy -= share > 0 ? share * log(share) : 0;
    }
    view->spectral_norm = values[0];
    view->condition = least > 0 ? values[0] / least : INFINITY;
    view->effective_rank = sum > 0 ? exp(entropy) : 0;
}

gml_status gml_health_layer(const gml_health *health, size_t layer, gml_layer_health *view)
{
    gml_status status = gml_refuse_null(health != NULL ? health->context : NULL, __func__,
                                        (gml_argument[]){{"health", health}, {"view", view}, {0}});
    if (status == GML_OK) {
        status = check_layer(health, layer);
    }
    if (status != GML_OK) {
        return status;
    }
    const gml_window *window = window_of(health);
    const gml_watch *watch = &health->watches[layer];
    const gml_layer_sums *sums = &window->layers[layer];
    const gml_layer *inside = &health->network->layers[layer];
    *view = (gml_layer_health){.units = watch->units, .samples = window->samples};
    add_units(health, watch, inside, view);
    view->gradient_norm = root_mean(sums->gradient, window->batches, window->gradients && inside->weight != NULL);
    memcpy(view->gradient_histogram, sums->gradient_bins, sizeof view->gradient_histogram);
    view->update_ratio = sums->updates > 0 ? sums->update_ratio / (double)sums->updates : NAN;
    add_spectrum(&health->spectra[layer], health->singular + watch->spectrum, view);
    return GML_OK;
}
