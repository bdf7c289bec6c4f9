/* explain/attribution/integrated.c - integrated gradients: the integral of the gradients on the path from the baseline
 * to a sample.
 *
 * The points are t = u^2 for evenly spaced u from 0 to 1: they are denser near the baseline, where the most units of a
 * typical network change their sign. With g the gradient, d = x' - base' and s = g d, the output changes by the
 * integral of s over an interval [a, b] of length h. The rule takes wa g(a) + wb g(b) for the integral of g, wa + wb =
 * h, and chooses the weights so that wa s(a) + wb s(b) is the change of the output, as far as 0 <= wb <= h allows; the
 * next intervals take what is left. It is exact where g is piecewise constant with one jump in the interval, as in a
 * network of relu; where s(a) and s(b) hardly differ, it becomes the trapezoid rule. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "explain/attribution/attribution.h"
#include "kernel/entry/entry.h"
#include "kernel/explain/explain.h"
#include "network/code_inputs.h"

/* The state of a path at its last point. */
typedef struct path_end {
    double value, slope; /* of the output along the path */
    double rest;         /* change of the output that the intervals so far have not taken */
} path_end;

typedef struct gml_integrated {
    size_t chunk, block, inputs, size;
    void *change;     /* [chunk x inputs]: d */
    double *weights;  /* [block]: of each row of the block */
    path_end *ends;   /* [chunk] */
    void *carried[2]; /* [inputs] each: the last gradient of a block whose last path is not complete; by turns */
    void *arena;
    size_t arena_size;
} gml_integrated;

/* ---- memory ---- */

static void lay_out(void *owner, gml_layout *layout)
{
    gml_integrated *own = owner;
    own->change = gml_layout_take(layout, own->arena, own->chunk, own->inputs, own->size);
    own->weights = gml_layout_take(layout, own->arena, own->block, 1, sizeof(double));
    own->ends = gml_layout_take(layout, own->arena, own->chunk, 1, sizeof(path_end));
    for (size_t i = 0; i < 2; i++) {
        own->carried[i] = gml_layout_take(layout, own->arena, own->inputs, 1, own->size);
    }
}

gml_status gml_integrated_prepare(gml_attribution *job)
{
    const gml_network *network = job->network;
    if (gml_network_code_inputs(network).columns > 0) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "integrated_gradients is not defined for a network with embeddings of categories: nothing is "
                        "between two levels; occlusion and shapley have no such limit");
    }
    gml_integrated *own = gml_allocate(network->context, 1, sizeof *own, "integrated gradients");
    if (own == NULL) {
        return GML_ERROR_MEMORY;
    }
    *own = (gml_integrated){.chunk = job->chunk,
                            .block = gml_probe_block(&job->probe),
                            .inputs = job->probe.inputs,
                            .size = network->kernels->size};
    job->own = own;
    for (size_t i = 0; i < job->path_rows; i++) {
        const double u = (double)i / (double)(job->path_rows - 1);
        job->path[i] = u * u;
    }
    return gml_layout_make(network->context, lay_out, own, "integrated gradients", network->description, &own->arena,
                           &own->arena_size);
}

void gml_integrated_finish(gml_attribution *job)
{
    gml_integrated *own = job->own;
    gml_release(job->network->context, own->arena, own->arena_size, 1);
    gml_release(job->network->context, own, 1, sizeof *own);
}

/* ---- paths ---- */

static void fill_path(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs)
{
    job->network->kernels->explain->path(&(gml_path_call){.rows = count,
                                                          .cols = job->probe.inputs,
                                                          .from = job->base,
                                                          .to = gml_attribution_inputs(job, job->x, sample),
                                                          .at = job->path + first,
                                                          .out = inputs});
}

/* The weight of the end of an interval of length h. `noise` is the relative rounding error of values: where the slopes
 * differ by less than a thousandth, or by what rounding can make, the weight goes to h / 2. */
static double end_weight(path_end a, path_end b, double h, double noise)
{
    const double difference = b.slope - a.slope, trapezoid = h * (a.slope + b.slope) / 2;
    const double least = 1e-3 * (fabs(a.slope) + fabs(b.slope)) + 10 * noise * fabs(b.value) / h;
    const double square = difference * difference + least * least;
    if (!(square > 0)) {
        return h / 2;
    }
    return fmin(fmax(h / 2 + (b.value - a.value + a.rest - trapezoid) * difference / square, 0), h);
}

/* Adds the part of a path that a block has. */
static void take_path(gml_attribution *job, const gml_attribution_piece *piece)
{
    const gml_kernels *kernels = job->network->kernels;
    gml_integrated *own = job->own;
    const size_t inputs = job->probe.inputs;
    const void *change = gml_attribution_inputs(job, own->change, piece->sample);
    const double noise = kernels->dtype == GML_F64 ? DBL_EPSILON : FLT_EPSILON;
    double *weights = own->weights + piece->at, carried = 0;
    path_end last = own->ends[piece->sample];
    for (size_t i = 0; i < piece->count; i++) {
        const size_t point = piece->first + i;
        path_end here = {.value =
                             gml_attribution_value(job, piece->sample, gml_probe_outputs(&job->probe, piece->at + i)),
                         .slope = job->explained[piece->sample].factor *
                                  kernels->entry->dot(inputs, gml_probe_gradient(&job->probe, piece->at + i), change)};
        weights[i] = 0;
        if (point > 0) {
            const double h = job->path[point] - job->path[point - 1];
            weights[i] = end_weight(last, here, h, noise);
            *(i > 0 ? &weights[i - 1] : &carried) += h - weights[i];
            here.rest = here.value - last.value + last.rest - (h - weights[i]) * last.slope - weights[i] * here.slope;
        }
        last = here;
    }
    own->ends[piece->sample] = last;
    double *values = gml_attribution_values(job, piece->sample);
    if (carried != 0) {
        kernels->explain->add_rows(1, inputs, &carried, own->carried[piece->block % 2], values);
    }
    kernels->explain->add_rows(piece->count, inputs, weights, gml_probe_gradient(&job->probe, piece->at), values);
    if (piece->first + piece->count < job->path_rows) {
        memcpy(own->carried[(piece->block + 1) % 2], gml_probe_gradient(&job->probe, piece->at + piece->count - 1),
               inputs * own->size);
    }
}

gml_status gml_integrated_run(gml_attribution *job)
{
    const gml_kernels *kernels = job->network->kernels;
    gml_integrated *own = job->own;
    for (size_t i = 0; i < job->count; i++) {
        void *change = gml_attribution_inputs(job, own->change, i);
        memcpy(change, gml_attribution_inputs(job, job->x, i), own->inputs * own->size);
        kernels->entry->combine(own->inputs, -1, job->base, 1, change);
        memset(gml_attribution_values(job, i), 0, own->inputs * sizeof(double));
    }
    gml_attribution_sweep sweep = {
        .job = job, .rows = job->path_rows, .fill = fill_path, .back = gml_probe_differentiate, .take = take_path};
    gml_attribution_sweep_run(&sweep);
    gml_attribution_multiply_by_change(job);
    return GML_OK;
}
