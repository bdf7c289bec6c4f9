/* explain/attribution/occlusion.c - the change of the output if one column is replaced by its baseline. */
#include <string.h>

#include "explain/attribution/attribution.h"

size_t gml_occlusion_rows(const gml_attribution *job, size_t samples)
{
    return samples * job->features;
}

/* Row j is the sample with column j replaced. */
static void fill_occluded(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs)
{
    const size_t size = job->network->kernels->size;
    for (size_t i = 0; i < count; i++) {
        char *row = gml_attribution_inputs(job, inputs, i);
        const gml_column_inputs inputs_of = gml_attribution_inputs_of(job, first + i);
        memcpy(row, gml_attribution_inputs(job, job->x, sample), job->probe.inputs * size);
        for (size_t k = 0; k < 2; k++) {
            const size_t at = inputs_of.runs[k].first * size;
            memcpy(row + at, (const char *)job->base + at, inputs_of.runs[k].count * size);
        }
    }
}

static void take_changes(gml_attribution *job, const gml_attribution_piece *piece)
{
    double *values = gml_attribution_values(job, piece->sample);
    for (size_t i = 0; i < piece->count; i++) {
        const void *y = gml_probe_outputs(&job->probe, piece->at + i);
        values[piece->first + i] = job->reports[piece->sample].value - gml_attribution_value(job, piece->sample, y);
    }
}

gml_status gml_occlusion_run(gml_attribution *job)
{
    gml_attribution_sweep sweep = {.job = job, .rows = job->features, .fill = fill_occluded, .take = take_changes};
    gml_attribution_sweep_run(&sweep);
    for (size_t i = 0; i < job->count; i++) { /* 0 exactly, also where rounding differs by the row */
        for (size_t j = 0; j < job->features; j++) {
            if (!gml_attribution_differs(job, gml_attribution_inputs(job, job->x, i), job->base, j)) {
                gml_attribution_values(job, i)[j] = 0;
            }
        }
    }
    return GML_OK;
}
