/* train/batches.c - how an epoch is cut into batches, and the order of its samples. */
#include "kernel/random/shuffle.h"
#include "train/fit.h"

/* Up to here an epoch's order is kept; a longer one is computed as it goes, so that memory does not grow with the data.
 */
enum { SHORT_EPOCH = 4096 };

static bool is_short(const gml_fit_run *run)
{
    return run->dataset->size <= SHORT_EPOCH;
}

size_t gml_fit_batches(const gml_fit_run *run)
{
    return (run->dataset->size - 1) / run->options.batch + 1 - run->joined;
}

size_t gml_fit_rows(const gml_fit_run *run, size_t first)
{
    size_t left = run->dataset->size - first;
    return left <= run->options.batch + run->joined ? left : run->options.batch;
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
    size_t samples = run->dataset->size;
    run->options.batch = most < samples ? most : samples;
    run->joined = has_batch_statistics(run->network) && samples > most && samples % most == 1;
    run->order_size = is_short(run) ? samples : run->options.batch + run->joined;
}

static void find_rows(const gml_dataset *dataset, size_t *order, size_t count)
{
    for (size_t i = 0; i < count && dataset->order != NULL; i++) {
        order[i] = dataset->order[order[i]];
    }
}

void gml_fit_draw_order(gml_fit_run *run, size_t epoch)
{
    gml_stream stream = {.seed = run->options.seed, .purpose = GML_RANDOM_ORDER, .step = epoch};
    if (!is_short(run)) {
        run->permutation = gml_permutation_draw(run->dataset->size, &stream);
        return;
    }
    for (size_t i = 0; i < run->dataset->size; i++) {
        run->order[i] = i;
    }
    gml_shuffle(run->order, run->dataset->size, &stream);
    find_rows(run->dataset, run->order, run->dataset->size);
}

/* The rows of the source that hold samples [first, first + count) of the epoch. */
static const size_t *step_order(gml_fit_run *run, size_t first, size_t count)
{
    if (is_short(run)) {
        return run->order + first;
    }
    run->network->kernels->fill_permutation(&run->permutation, first, count, run->order);
    find_rows(run->dataset, run->order, count);
    return run->order;
}

gml_batch gml_fit_batch(gml_fit_run *run, size_t first)
{
    const gml_dataset *dataset = run->dataset;
    size_t rows = gml_fit_rows(run, first);
    const size_t *order = step_order(run, first, rows);
    return (gml_batch){.x = dataset->inputs,
                       .y = dataset->targets,
                       .weights = dataset->weights,
                       .order = order,
                       .rows = rows,
                       .names = {&dataset->origin, order, 0}};
}
