/* explain/health/noise.c - the simple noise scale of the gradient (gemmule/health.h has the formula and its source). */
#include "explain/health/noise.h"

#include <math.h>

#include "kernel/entry/entry.h"

static size_t count_entries(const gml_network *network)
{
    return network->parameter_bytes / network->kernels->size;
}

void gml_noise_add(gml_noise *noise, const gml_workspace *workspace, size_t rows)
{
    const gml_entry_kernels *entry = workspace->network->kernels->entry;
    size_t count = count_entries(workspace->network);
    if (rows == noise->batch) {
        noise->small += entry->dot(count, workspace->gradients, workspace->gradients);
        entry->combine(count, 1, workspace->gradients, 1, noise->sum);
        noise->full++;
    }
}

double gml_noise_scale(const gml_noise *noise, const gml_network *network)
{
    if (noise->full < 2) {
        return NAN;
    }
    double full = (double)noise->full, b = (double)noise->batch, all = b * full;
    double small = noise->small / full;
    double big = network->kernels->entry->dot(count_entries(network), noise->sum, noise->sum) / (full * full);
    double signal = (all * big - b * small) / (all - b), spread = (small - big) / (1 / b - 1 / all);
    return signal > 0 ? spread / signal : INFINITY;
}
