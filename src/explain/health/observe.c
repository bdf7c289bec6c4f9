/* explain/health/observe.c - a health as the observer of a trainer: it samples batches, and ends windows with epochs.
 */
#include <math.h>
#include <string.h>

#include "explain/health/health.h"
#include "kernel/entry/entry.h"

static const double SPIKE = 10, LOSS_SHARE = 0.5, NORM_SHARE = 10;
enum { LOSS_SAMPLES = 128 };

static gml_window *counting(gml_health *health)
{
    return &health->windows[1 - health->shown];
}

/* Returns the interval, in batches, at which observing takes about SHARE of the training's time. The estimate adds up
 * nanoseconds on one core: for each observed value, each observed weight, the observation as a whole, and each
 * floating-point operation of the step. `options.longest` bounds it. */
static size_t choose_every(const gml_health *health, const gml_trainer *trainer)
{
    static const double VALUE = 6, WEIGHT = 2.5, WHOLE = 2e4, OPERATION = 0.013, SHARE = 0.0125;
    const size_t most = health->options.longest > 0 ? health->options.longest : 1000;
    size_t rows = trainer->settings.batch;
    double wide = trainer->network->kernels->dtype == GML_F64 ? 2 : 1;
    double step = OPERATION * wide * gml_trainer_flops(trainer, rows);
    double observed = VALUE * (double)rows * (double)health->unit_count + WHOLE;
    observed += WEIGHT * wide * (double)trainer->network->parameter_count;
    double every = ceil(observed / (SHARE * step));
    return every < 1 ? 1 : every > (double)most ? most : (size_t)every;
}

static gml_status attach(void *user, const gml_trainer *trainer)
{
    gml_health *health = user;
    gml_weight_slots_destroy(&health->slots);
    health->every = health->options.every > 0 ? health->options.every : choose_every(health, trainer);
    health->batch = 0;
    health->pending = false;
    gml_window_clear(counting(health));
    return gml_weight_slots_create(&trainer->scratch.workspace, &health->slots);
}

/* A batch that was observed but not accepted has left counts behind: the window starts anew. */
static bool wants(void *user)
{
    gml_health *health = user;
    if (health->pending) {
        gml_window_clear(counting(health));
    }
    health->pending = health->batch % health->every == 0;
    if (health->pending && counting(health)->samples == 0) {
        gml_health_find_slopes(health, true);
    }
    return health->pending;
}

/* ---- during an observed batch ---- */

static char *weights_of(const gml_health *health, const gml_piece *piece)
{
    return (char *)health->network->layers[piece->layer].weight + piece->first * health->network->kernels->size;
}

static char *before_of(const gml_health *health, const gml_piece *piece)
{
    return (char *)health->before + (weights_of(health, piece) - (char *)health->network->parameters);
}

/* Tasks: columns of values, then pieces of weights, which are copied. */
static void values(void *user, const gml_trainer *trainer, gml_share share)
{
    gml_health *health = user;
    const gml_step *step = &trainer->scratch.step;
    if (share.first < health->column_count) {
        gml_window_count(health, counting(health), &trainer->scratch.workspace, step->rows, step->divisor, share);
        return;
    }
    const gml_piece *piece = &health->pieces[share.first - health->column_count];
    memcpy(before_of(health, piece), weights_of(health, piece), piece->count * health->network->kernels->size);
}

static void gradient(void *user, const gml_trainer *trainer, size_t task, const gml_weight_panel *panel)
{
    const gml_health *health = user;
    (void)trainer;
    gml_weight_slots_fill(&health->slots, task, panel);
}

static void updates(void *user, const gml_trainer *trainer, gml_share share)
{
    const gml_health *health = user;
    const gml_piece *piece = &health->pieces[share.first];
    const gml_kernels *kernels = trainer->network->kernels;
    const void *now = weights_of(health, piece), *before = before_of(health, piece);
    health->piece_sums[2 * share.first] = kernels->observe->distance(piece->count, now, before);
    health->piece_sums[2 * share.first + 1] = kernels->entry->dot(piece->count, before, before);
}

/* ---- after a batch ---- */

/* Frozen weights have no update. Pieces of a layer follow each other. */
static void add_updates(gml_health *health, const gml_trainer *trainer)
{
    for (size_t i = 0; i < health->piece_count;) {
        size_t layer = health->pieces[i].layer;
        double change = 0, squares = 0;
        for (; i < health->piece_count && health->pieces[i].layer == layer; i++) {
            change += health->piece_sums[2 * i];
            squares += health->piece_sums[2 * i + 1];
        }
        if (!gml_group_frozen(&trainer->settings.groups, layer, GML_ROLE_WEIGHT) && squares > 0) {
            gml_layer_sums *sums = &counting(health)->layers[layer];
            sums->update_ratio += sqrt(change / squares);
            sums->updates++;
        }
    }
}

static void add_loss(gml_health *health, const gml_step *step)
{
    health->loss_sum += step->loss * (double)step->rows;
    health->loss_rows += step->rows;
    if (health->loss_rows >= LOSS_SAMPLES) {
        gml_spike_add(&health->loss, health->loss_sum / (double)health->loss_rows, SPIKE, LOSS_SHARE,
                      health->epoch + 1);
        health->loss_sum = 0;
        health->loss_rows = 0;
    }
}

static void batch(void *user, const gml_trainer *trainer)
{
    gml_health *health = user;
    const gml_step *step = &trainer->scratch.step;
    add_loss(health, step);
    health->batch++;
    health->pending = false;
    if (!step->observed) {
        return;
    }
    gml_window *window = counting(health);
    double squares = gml_window_add_slots(health, window, &health->slots);
    gml_spike_add(&health->norm, sqrt(squares), SPIKE, NORM_SHARE, health->epoch + 1);
    if (step->last) {
        add_updates(health, trainer);
    }
    window->samples += step->rows;
    window->batches++;
}

/* ---- windows ---- */

void gml_health_end_window(gml_health *health, size_t least, size_t epoch)
{
    gml_window *window = counting(health);
    if (window->samples < least) {
        return;
    }
    health->shown = 1 - health->shown;
    health->known = true;
    health->shown_epoch = epoch;
    health->noise_scale = NAN;
    for (size_t i = 0; i < health->unit_count; i++) {
        health->twins[i] = SIZE_MAX;
    }
    gml_health_find_norms(health);
    gml_health_judge(health);
    gml_health_list_alarms(health, epoch);
    gml_window_clear(counting(health));
}

static void begin_epoch(void *user, size_t number)
{
    gml_health *health = user;
    health->epoch = number - 1;
    health->batch = 0;
}

static void epoch(void *user, size_t number)
{
    gml_health *health = user;
    health->epoch = number;
    health->batch = 0;
    gml_health_end_window(health, GML_HEALTH_WINDOW, number);
}

void gml_health_bind_observer(gml_health *health)
{
    health->observer = (gml_observer){.network = health->network,
                                      .user = health,
                                      .attach = attach,
                                      .wants = wants,
                                      .value_tasks = health->column_count + health->piece_count,
                                      .values = values,
                                      .gradient = gradient,
                                      .update_tasks = health->piece_count,
                                      .updates = updates,
                                      .batch = batch,
                                      .begin_epoch = begin_epoch,
                                      .epoch = epoch};
}

gml_observer *gml_health_observer(gml_health *health)
{
    return health != NULL ? &health->observer : NULL;
}

gml_status gml_health_finish(gml_health *health)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"health", health}, {0}});
    if (status != GML_OK) {
        return status;
    }
    size_t number = health->epoch + (health->batch > 0 ? 1 : 0);
    gml_health_end_window(health, GML_HEALTH_LEAST, number);
    if (!health->known) {
        gml_health_end_window(health, 0, number);
    }
    gml_health_list_alarms(health, 0);
    return gml_health_find_spectra(health);
}
