/* explain/attribution/occlusion.c - the change of the output if one input is replaced by its baseline. */
#include <string.h>

#include "explain/attribution/attribution.h"

size_t gml_occlusion_rows(const gml_attribution *job, size_t samples)
{
    return samples * job->probe.inputs;
}

/* Row j is the sample with input j replaced. */
static void fill_occluded(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs)
{
    const size_t size = job->network->kernels->size;
    for (size_t i = 0; i < count; i++) {
        char *row = gml_attribution_inputs(job, inputs, i);
        const size_t at = (first + i) * size;
        memcpy(row, gml_attribution_inputs(job, job->x, sample), job->probe.inputs * size);
        memcpy(row + at, (const char *)job->base + at, size);
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
    gml_attribution_sweep sweep = {.job = job, .rows = job->probe.inputs, .fill = fill_occluded, .take = take_changes};
    gml_attribution_sweep_run(&sweep);
    for (size_t i = 0; i < job->count; i++) {
        for (size_t k = 0; k < job->constant_count; k++) {
            gml_attribution_values(job, i)[job->constants[k]] = 0; /* exactly, also where rounding differs by the row */
        }
    }
    return GML_OK;
}
