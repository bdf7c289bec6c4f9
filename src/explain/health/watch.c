/* explain/health/watch.c - what is watched of each layer: slopes, and which units may raise alarms. */
#include <math.h>

#include "explain/health/health.h"
#include "layer/activation.h"

/* f' is flat up to this share of its greatest magnitude for x in [-RANGE, RANGE]: less than the slope of leaky_relu
 * below 0, 0.01, whose units always learn. */
static const double FLAT = 0.009;
enum { RANGE = 8, POINTS = 257 };

static const gml_layer *layer_at(const gml_health *health, size_t index)
{
    return &health->network->layers[index];
}

static bool has_activation(const gml_layer *layer)
{
    return !layer->activation->identity;
}

/* True if a layer without weights between dense layer `index` and the next one applies an activation. Its units are
 * judged there. */
static bool is_activated_later(const gml_health *health, size_t index)
{
    for (size_t i = index + 1; i < health->layer_count && layer_at(health, i)->weight == NULL; i++) {
        if (has_activation(layer_at(health, i)) || layer_at(health, i)->gate != NULL) {
            return true;
        }
    }
    return false;
}

static bool is_judged(const gml_health *health, size_t index)
{
    const gml_layer *layer = layer_at(health, index);
    if (index >= health->output || layer->gate != NULL) {
        return false;
    }
    return has_activation(layer) || (layer->weight != NULL && !is_activated_later(health, index));
}

static size_t smaller_side(const gml_layer *layer)
{
    size_t least = layer->weight_rows < layer->weight_cols ? layer->weight_rows : layer->weight_cols;
    return layer->weight != NULL ? least : 0;
}

void gml_health_watch(gml_health *health)
{
    size_t units = 0, values = 0;
    for (size_t i = 0; i < health->layer_count; i++) {
        const gml_layer *layer = layer_at(health, i);
        const gml_activation_row *row = gml_call_row(&layer->spec->activation);
        gml_bounds bounds = gml_activation_bounds(row, layer->spec->activation.values);
        health->watches[i] = (gml_watch){
            .units = layer->out,
            .first = units,
            .sloped = has_activation(layer) && !layer->activation->whole_rows && layer->gate == NULL,
            .two_sided = isfinite(bounds.low) && isfinite(bounds.high) && !row->half_zero,
            .judged = is_judged(health, i),
            .spectrum = values,
        };
        units += layer->out;
        values += smaller_side(layer);
    }
}

/* The greatest |f'| over the grid. */
static double greatest_slope(const gml_health *health, size_t layer, size_t unit)
{
    const gml_kernels *kernels = health->network->kernels;
    double x[POINTS], y[POINTS], slopes[POINTS], wide[POINTS], greatest = 0; /* room for either type */
    for (size_t i = 0; i < POINTS; i++) {
        double at = 2.0 * RANGE * (double)i / (POINTS - 1) - RANGE;
        if (kernels->dtype == GML_F64) {
            x[i] = at;
        } else {
            ((float *)(void *)x)[i] = (float)at;
        }
    }
    /* The arguments are valid. */
    (void)gml_network_apply_activation(health->network, layer, unit, gml_matrix_view(x, kernels->dtype, 1, POINTS),
                                       gml_matrix_view(y, kernels->dtype, 1, POINTS),
                                       gml_matrix_view(slopes, kernels->dtype, 1, POINTS));
    kernels->observe->widen(1, POINTS, POINTS, slopes, NULL, wide);
    for (size_t i = 0; i < POINTS; i++) {
        double magnitude = fabs(wide[i]);
        greatest = isfinite(magnitude) && magnitude > greatest ? magnitude : greatest;
    }
    return greatest;
}

void gml_health_find_slopes(gml_health *health, bool learned)
{
    for (size_t i = 0; i < health->layer_count; i++) {
        const gml_watch *watch = &health->watches[i];
        const gml_theta *theta = &layer_at(health, i)->theta;
        double *least = health->least + watch->first;
        if (!watch->sloped || (learned && theta->count == 0)) {
            continue;
        }
        for (size_t unit = 0; unit < watch->units; unit++) {
            bool same = unit > 0 && theta->units <= 1;
            least[unit] = same ? least[0] : FLAT * greatest_slope(health, i, unit);
        }
    }
}
