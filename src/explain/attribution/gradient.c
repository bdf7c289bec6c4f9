/* explain/attribution/gradient.c - methods that sum gradients at points near a sample: gradient, gradient_x_input,
 * smooth_gradient.
 *
 * Each sums weight[i] d output / d x' over its points; x' are the prepared inputs. The sum is then multiplied by
 * x' - base', or by the scale of x' for the derivative with respect to the inputs themselves. */
#include <string.h>

#include "base/view.h"
#include "explain/attribution/attribution.h"
#include "kernel/explain/explain.h"
#include "kernel/matrix/matrix.h"
#include "kernel/random/random.h"

size_t gml_gradient_rows(const gml_attribution *job, size_t samples)
{
    return samples * job->path_rows;
}

static void take_gradients(gml_attribution *job, const gml_attribution_piece *piece)
{
    job->network->kernels->explain->add_rows(piece->count, job->probe.inputs, job->path + piece->first,
                                             gml_probe_gradient(&job->probe, piece->at),
                                             gml_attribution_values(job, piece->sample));
}

/* Sums the weighted gradients at the points that `fill` writes. */
static void sum_gradients(gml_attribution *job,
                          void (*fill)(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs))
{
    for (size_t i = 0; i < job->count; i++) {
        memset(gml_attribution_values(job, i), 0, job->probe.inputs * sizeof(double));
    }
    gml_attribution_sweep sweep = {
        .job = job, .rows = job->path_rows, .fill = fill, .back = gml_probe_differentiate, .take = take_gradients};
    gml_attribution_sweep_run(&sweep);
}

/* Turns sums of d output / d x' into derivatives of the explained quantity by the caller's inputs, or by the inputs
 * that a preparation makes; its slopes follow (attribution.c). */
static void scale_to_inputs(gml_attribution *job)
{
    const gml_network *network = job->network;
    const gml_kernels *wide = network->context->kernels[GML_F64];
    for (size_t i = 0; i < job->count; i++) {
        double *values = gml_attribution_values(job, i);
        wide->matrix->scale_columns(job->probe.inputs, 1, 1, &job->explained[i].factor, values);
        if (network->input.scale != NULL) {
            wide->matrix->scale_columns(1, job->probe.inputs, job->probe.inputs, network->input.scale, values);
        }
    }
}

void gml_attribution_multiply_by_change(gml_attribution *job)
{
    for (size_t i = 0; i < job->count; i++) {
        job->network->kernels->explain->multiply_by_difference(job->probe.inputs, job->explained[i].factor,
                                                               gml_attribution_inputs(job, job->x, i), job->base,
                                                               gml_attribution_values(job, i));
    }
}

/* ---- at the sample ---- */

static void fill_sample(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs)
{
    (void)first, (void)count; /* one row */
    memcpy(inputs, gml_attribution_inputs(job, job->x, sample), job->probe.inputs * job->network->kernels->size);
}

gml_status gml_gradient_run(gml_attribution *job)
{
    sum_gradients(job, fill_sample);
    scale_to_inputs(job);
    return GML_OK;
}

gml_status gml_gradient_input_run(gml_attribution *job)
{
    sum_gradients(job, fill_sample);
    gml_attribution_multiply_by_change(job);
    return GML_OK;
}

/* ---- around the sample ---- */

enum { SAMPLES, DEVIATION, SEED }; /* arguments of smooth_gradient */

gml_status gml_smooth_gradient_prepare(gml_attribution *job)
{
    for (size_t i = 0; i < job->path_rows; i++) {
        job->path[i] = 1 / (double)job->path_rows;
    }
    return GML_OK;
}

/* All samples get the same noise: a sample's attributions do not depend on its place. Inputs with a scale or a slope of
 * 0 get none. */
static void fill_noisy(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs)
{
    const size_t columns = job->probe.inputs, size = job->network->kernels->size;
    const char *x = gml_attribution_inputs(job, job->x, sample);
    const double *slopes = job->slopes.data != NULL ? gml_view_row(job->slopes, sample) : NULL;
    for (size_t i = 0; i < count; i++) {
        char *row = gml_attribution_inputs(job, inputs, i);
        job->network->kernels->random->add_noise(
            &(gml_noise_call){.count = columns,
                              .x = x,
                              .y = row,
                              .stream = {(uint64_t)job->call.values[SEED], GML_RANDOM_EXPLAIN, first + i, 0},
                              .deviation = job->call.values[DEVIATION]});
        for (size_t k = 0; k < job->constant_count; k++) {
            memcpy(row + job->constants[k] * size, x + job->constants[k] * size, size);
        }
        for (size_t j = 0; slopes != NULL && j < columns; j++) {
            if (slopes[j] == 0) {
                memcpy(row + j * size, x + j * size, size);
            }
        }
    }
}

gml_status gml_smooth_gradient_run(gml_attribution *job)
{
    sum_gradients(job, fill_noisy);
    scale_to_inputs(job);
    return GML_OK;
}
