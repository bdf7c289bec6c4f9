/* explain/health/health.c - makes and frees a health: its tasks and its arena. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "explain/health/health.h"

/* ---- tasks ---- */

/* Columns of a task: all of a trainable activation, which keeps its parameters unit by unit. */
static size_t columns_at_once(const gml_layer *layer)
{
    return layer->theta.count > 0 || layer->out < GML_HEALTH_COLUMNS ? layer->out : GML_HEALTH_COLUMNS;
}

static size_t count_pieces(size_t entries, size_t most)
{
    return entries / most + (entries % most > 0);
}

static size_t weights_of(const gml_layer *layer)
{
    return layer->weight != NULL ? layer->weight_rows * layer->weight_cols : 0;
}

/* Sizes that the arena needs. */
static void count_tasks(gml_health *health)
{
    for (size_t i = 0; i < health->layer_count; i++) {
        const gml_layer *layer = &health->network->layers[i];
        health->unit_count += layer->out;
        health->value_count += layer->weight != NULL ? gml_least(layer->weight_rows, layer->weight_cols) : 0;
        health->column_count += count_pieces(layer->out, columns_at_once(layer));
        health->piece_count += count_pieces(weights_of(layer), GML_HEALTH_PIECE);
        health->output = layer->weight != NULL ? i : health->output;
    }
}

static void list_tasks(gml_health *health)
{
    gml_columns *columns = health->columns;
    gml_piece *piece = health->pieces;
    for (size_t i = 0; i < health->layer_count; i++) {
        const gml_layer *layer = &health->network->layers[i];
        size_t at_once = columns_at_once(layer), entries = weights_of(layer);
        for (size_t first = 0; first < layer->out; first += at_once) {
            *columns++ = (gml_columns){i, first, gml_least(at_once, layer->out - first)};
        }
        for (size_t first = 0; first < entries; first += GML_HEALTH_PIECE) {
            *piece++ = (gml_piece){i, first, gml_least(GML_HEALTH_PIECE, entries - first)};
        }
    }
}

/* ---- the arena ---- */

/* Entries of slopes that are computed at once, for the widest task. */
static size_t entries_at_once(const gml_health *health)
{
    size_t widest = health->network->widest;
    return widest > GML_HEALTH_ENTRIES ? widest : GML_HEALTH_ENTRIES;
}

/* center | sum | squares | delta | gradient | zeros | flat | bins | layers */
static void lay_out_window(const gml_health *health, gml_window *window, gml_layout *layout)
{
    size_t units = health->unit_count, begin = layout->size;
    char *arena = health->arena;
    double **sums[] = {&window->center, &window->sum, &window->squares, &window->delta, &window->gradient};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        *sums[i] = gml_layout_take(layout, arena, units, 1, sizeof(double));
    }
    window->zeros = gml_layout_take(layout, arena, units, 1, sizeof(uint64_t));
    window->flat = gml_layout_take(layout, arena, units, 1, sizeof(uint64_t));
    window->bins = gml_layout_take(layout, arena, units, GML_OBSERVE_SLOTS, sizeof(uint64_t));
    window->layers = gml_layout_take(layout, arena, health->layer_count, 1, sizeof(gml_layer_sums));
    window->begin = window->center;
    window->bytes = layout->size - begin;
}

static void lay_out_tasks(gml_health *health, gml_layout *layout)
{
    char *arena = health->arena;
    size_t size = health->network->kernels->size, at_once = entries_at_once(health);
    health->columns = gml_layout_take(layout, arena, health->column_count, 1, sizeof *health->columns);
    health->pieces = gml_layout_take(layout, arena, health->piece_count, 1, sizeof *health->pieces);
    health->piece_sums = gml_layout_take(layout, arena, health->piece_count, 2, sizeof(double));
    health->before = gml_layout_take(layout, arena, health->network->parameter_bytes, 1, 1);
    health->ones = gml_layout_take(layout, arena, at_once, 1, size);
    gml_layout one = {0};
    gml_layout_add(&one, at_once, 1, size);
    health->scratch_size = 2 * one.size;
    health->scratch = gml_layout_take(layout, arena, health->context->threads, health->scratch_size, 1);
}

static void lay_out_verdicts(gml_health *health, gml_layout *layout)
{
    char *arena = health->arena;
    size_t units = health->unit_count, layers = health->layer_count;
    health->verdicts = gml_layout_take(layout, arena, units, 1, 1);
    health->twins = gml_layout_take(layout, arena, units, 1, sizeof *health->twins);
    health->spectra = gml_layout_take(layout, arena, layers, 1, sizeof *health->spectra);
    health->singular = gml_layout_take(layout, arena, health->value_count, 1, sizeof(double));
    health->since = gml_layout_take(layout, arena, layers, GML_ALARM_LAYER_KINDS, sizeof *health->since);
    health->alarms =
        gml_layout_take(layout, arena, layers * GML_ALARM_LAYER_KINDS + GML_ALARM_KINDS, 1, sizeof *health->alarms);
    health->alarm_units = gml_layout_take(layout, arena, units, GML_ALARM_UNIT_KINDS, sizeof *health->alarm_units);
}

/* The arena: watches | flat slopes | tasks and their memory | verdicts | two windows */
static void lay_out(void *owner, gml_layout *layout)
{
    gml_health *health = owner;
    health->watches = gml_layout_take(layout, health->arena, health->layer_count, 1, sizeof *health->watches);
    health->least = gml_layout_take(layout, health->arena, health->unit_count, 1, sizeof *health->least);
    lay_out_tasks(health, layout);
    lay_out_verdicts(health, layout);
    lay_out_window(health, &health->windows[0], layout);
    lay_out_window(health, &health->windows[1], layout);
}

/* ---- creation ---- */

static gml_status check_options(gml_context *context, const gml_health_options *options)
{
    const gml_choice choices[] = {options->spectra, options->duplicates};
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if ((unsigned)choices[i] > GML_CHOICE_NO) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "%s: there is no choice %d; auto, yes and no are",
                            i == 0 ? "spectra" : "duplicates", (int)choices[i]);
        }
    }
    return GML_OK;
}

static void fill_ones(const gml_health *health)
{
    for (size_t i = 0; i < entries_at_once(health); i++) {
        if (health->network->kernels->dtype == GML_F64) {
            ((double *)health->ones)[i] = 1;
        } else {
            ((float *)health->ones)[i] = 1;
        }
    }
}

static void begin(gml_health *health)
{
    memset(health->arena, 0, health->arena_size);
    gml_health_watch(health);
    list_tasks(health);
    fill_ones(health);
    gml_health_find_slopes(health, false);
    gml_spike_begin(&health->loss);
    gml_spike_begin(&health->norm);
    health->noise_scale = NAN;
    gml_health_bind_observer(health);
}

gml_status gml_health_create(const gml_network *network, const gml_health_options *options, gml_health **health)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"health", health}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status == GML_OK && options != NULL) {
        status = check_options(network->context, options);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_health *made = gml_allocate(network->context, 1, sizeof *made, "a health");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_health){.context = network->context, .network = network, .layer_count = network->spec.layer_count};
    made->options = options != NULL ? *options : (gml_health_options){0};
    count_tasks(made);
    status = gml_layout_make(network->context, lay_out, made, "a health", network->description, &made->arena,
                             &made->arena_size);
    if (status != GML_OK) {
        gml_health_destroy(made);
        return status;
    }
    begin(made);
    *health = made;
    return GML_OK;
}

void gml_health_destroy(gml_health *health)
{
    if (health != NULL) {
        gml_context *context = health->context;
        gml_weight_slots_destroy(&health->slots);
        gml_release(context, health->arena, health->arena_size, 1);
        gml_release(context, health, 1, sizeof *health);
    }
}
