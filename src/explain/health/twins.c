/* explain/health/twins.c - units that duplicate an earlier one of their layer: their values correlate to rounding. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "explain/health/health.h"

enum { MOST_UNITS = 2048, LEAST_SLOPED = 16 };
static const double TOGETHER = 1 - 1e-6;

static bool is_looked_at(const gml_health *health, size_t layer)
{
    const gml_watch *watch = &health->watches[layer];
    gml_choice choice = health->options.duplicates;
    bool small = choice == GML_CHOICE_YES || (choice == GML_CHOICE_AUTO && watch->units <= MOST_UNITS);
    return watch->judged && watch->sloped && small;
}

static void lay_out(void *owner, gml_layout *layout)
{
    gml_twins *twins = owner;
    const gml_health *health = twins->health;
    void *arena = twins->arena;
    twins->layers = gml_layout_take(layout, arena, health->layer_count, 1, sizeof *twins->layers);
    twins->sums = gml_layout_take(layout, arena, health->layer_count, 1, sizeof *twins->sums);
    twins->count = twins->widest = 0;
    for (size_t i = 0; i < health->layer_count; i++) {
        size_t units = health->watches[i].units;
        if (!is_looked_at(health, i)) {
            continue;
        }
        double *sums = gml_layout_take(layout, arena, units, units, sizeof(double));
        if (arena != NULL) {
            twins->layers[twins->count] = i;
            twins->sums[twins->count] = sums;
            memset(sums, 0, units * units * sizeof *sums);
        }
        twins->count++;
        twins->widest = units > twins->widest ? units : twins->widest;
    }
    size_t rows;
    layout->overflow = layout->overflow || __builtin_mul_overflow(twins->batch, health->context->threads, &rows);
    twins->rows = gml_layout_take(layout, arena, layout->overflow ? 0 : rows, twins->widest, sizeof(double));
}

gml_status gml_twins_create(const gml_health *health, size_t batch, gml_twins *twins)
{
    *twins = (gml_twins){.health = health, .batch = batch};
    return gml_layout_make(health->context, lay_out, twins, "the correlations of units", health->network->description,
                           &twins->arena, &twins->arena_size);
}

void gml_twins_destroy(gml_twins *twins)
{
    if (twins->arena != NULL) {
        gml_release(twins->health->context, twins->arena, twins->arena_size, 1);
    }
    *twins = (gml_twins){0};
}

/* G [units x units] += D'D with D [rows x units] = Y - center */
void gml_twins_count(const gml_twins *twins, const gml_window *window, const gml_workspace *workspace, size_t rows,
                     gml_share share)
{
    size_t layer = twins->layers[share.first];
    const gml_watch *watch = &twins->health->watches[layer];
    const gml_layer_memory *memory = &workspace->layers[layer];
    double *centered = twins->rows + share.worker * twins->batch * twins->widest;
    workspace->network->kernels->observe->widen(rows, watch->units, memory->stride, memory->y,
                                                window->center + watch->first, centered);
    gml_gemm_square(&(gml_square){.n = watch->units,
                                  .k = rows,
                                  .a = centered,
                                  .c = twins->sums[share.first],
                                  .a_stride = watch->units,
                                  .c_stride = watch->units,
                                  .accumulate = true});
}

/* The covariance times n, from the sums about the centers. */
static double covariance(const gml_window *window, const double *sums, const gml_watch *watch, size_t i, size_t j)
{
    const double *sum = window->sum + watch->first;
    return sums[i * watch->units + j] - sum[i] * sum[j] / (double)window->samples;
}

/* True if the unit's slope is not flat for enough samples, so that a correlation means something. */
static bool moves(const gml_window *window, size_t unit)
{
    return window->samples - window->flat[unit] >= LEAST_SLOPED;
}

static size_t twin_of(const gml_window *window, const double *sums, const gml_watch *watch, size_t unit)
{
    double own = covariance(window, sums, watch, unit, unit);
    for (size_t j = 0; j < unit && moves(window, watch->first + unit); j++) {
        double other = covariance(window, sums, watch, j, j), both = covariance(window, sums, watch, unit, j);
        if (own > 0 && other > 0 && fabs(both) >= TOGETHER * sqrt(own) * sqrt(other) &&
            moves(window, watch->first + j)) {
            return j;
        }
    }
    return SIZE_MAX;
}

void gml_twins_find(const gml_twins *twins, const gml_window *window, size_t *found)
{
    for (size_t i = 0; i < twins->health->unit_count; i++) {
        found[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < twins->count; i++) {
        const gml_watch *watch = &twins->health->watches[twins->layers[i]];
        for (size_t unit = 0; unit < watch->units; unit++) {
            found[watch->first + unit] = twin_of(window, twins->sums[i], watch, unit);
        }
    }
}
