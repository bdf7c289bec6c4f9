/* train/batches.c - splits an epoch into batches. */
#include "train/fit.h"

size_t gml_fit_batches(const gml_fit_run *run)
{
    if (run->settings.options.drop_last != 0) {
        return run->settings.dataset->size / run->settings.options.batch;
    }
    return (run->settings.dataset->size - 1) / run->settings.options.batch + 1 - run->settings.joined;
}

size_t gml_fit_rows(const gml_fit_run *run, size_t first)
{
    size_t left = run->settings.dataset->size - first;
    return left <= run->settings.options.batch + run->settings.joined ? left : run->settings.options.batch;
}

static bool has_batch_statistics(const gml_network *network)
{
    size_t i = 0;
    while (i < network->spec.layer_count && !network->layers[i].kind->batch_statistics) {
        i++;
    }
    return i < network->spec.layer_count;
}

void gml_fit_bind_batches(gml_fit_run *run, size_t most)
{
    size_t samples = run->settings.dataset->size;
    run->settings.options.batch = most < samples ? most : samples;
    run->settings.joined = run->settings.options.drop_last == 0 && has_batch_statistics(run->network) &&
                           samples > most && samples % most == 1;
}
