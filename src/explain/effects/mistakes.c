/* explain/effects/mistakes.c - the samples that a network gets wrong, the most confident first. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "explain/effects/outputs.h"
#include "explain/effects/targets.h"
#include "gemmule/diagnosis.h"
#include "kernel/effect/effect.h"

enum { BLOCK = 1024 };

typedef struct mistakes_run {
    gml_outputs outputs;
    size_t classes;
    double *pairs;            /* [block x 2] of a single score */
    double *actual, *weights; /* [block] */
    gml_mistake *heap;        /* [most], the least one first */
    size_t most, count, errors;
    void *arena;
    size_t arena_size;
} mistakes_run;

/* ---- a heap of the greatest ---- */

/* True if a comes after b in the result. */
static bool is_less(const gml_mistake *a, const gml_mistake *b)
{
    return a->predicted_score != b->predicted_score ? a->predicted_score < b->predicted_score : a->sample > b->sample;
}

static void swap(gml_mistake *a, gml_mistake *b)
{
    const gml_mistake kept = *a;
    *a = *b;
    *b = kept;
}

/* Moves the root of a heap down to its place. */
static void sink(gml_mistake *heap, size_t count)
{
    for (size_t at = 0, child = 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && is_less(&heap[child + 1], &heap[child]);
        if (!is_less(&heap[child], &heap[at])) {
            return;
        }
        swap(&heap[at], &heap[child]);
        at = child;
    }
}

static void add_mistake(mistakes_run *run, const gml_mistake *found)
{
    run->errors++;
    if (run->count < run->most) {
        size_t at = run->count++;
        run->heap[at] = *found;
        for (; at > 0 && is_less(&run->heap[at], &run->heap[(at - 1) / 2]); at = (at - 1) / 2) {
            swap(&run->heap[at], &run->heap[(at - 1) / 2]);
        }
    } else if (run->most > 0 && is_less(&run->heap[0], found)) {
        run->heap[0] = *found;
        sink(run->heap, run->count);
    }
}

/* Sorts a heap: the least one goes to the end, again and again. */
static void sort(mistakes_run *run)
{
    for (size_t left = run->count; left > 1; left--) {
        swap(&run->heap[0], &run->heap[left - 1]);
        sink(run->heap, left - 1);
    }
}

/* ---- blocks ---- */

static void lay_out(void *owner, gml_layout *layout)
{
    mistakes_run *run = owner;
    const size_t block = run->outputs.most;
    run->pairs = gml_layout_take(layout, run->arena, block, 2, sizeof(double));
    run->actual = gml_layout_take(layout, run->arena, block, 1, sizeof(double));
    run->weights = gml_layout_take(layout, run->arena, block, 1, sizeof(double));
}

static gml_status add_block(mistakes_run *run, size_t first)
{
    gml_outputs *outputs = &run->outputs;
    gml_batch_room room;
    const gml_batch batch = gml_dataset_batch(outputs->dataset, first, outputs->most, &room);
    gml_outputs_read(outputs, first);
    gml_status status = gml_targets_read_classes(outputs->dataset, &batch, run->actual, run->weights);
    status = status == GML_OK ? gml_outputs_predict(outputs, first) : status;
    if (status != GML_OK) {
        return status;
    }
    const bool single = gml_network_outputs(outputs->network) == 1;
    if (single) {
        gml_pair_scores(outputs->rows, outputs->values, outputs->signed_scores ? 0 : 1, run->pairs);
    }
    for (size_t i = 0; i < outputs->rows; i++) {
        const double *scores = single ? run->pairs + 2 * i : outputs->values + i * run->classes;
        const size_t predicted = gml_greatest_score(run->classes, scores);
        if (isnan(run->actual[i]) || run->weights[i] == 0 || (size_t)run->actual[i] == predicted) {
            continue;
        }
        const size_t actual = (size_t)run->actual[i];
        add_mistake(run, &(gml_mistake){.sample = first + i,
                                        .actual = actual,
                                        .predicted = predicted,
                                        .predicted_score = scores[predicted],
                                        .actual_score = scores[actual]});
    }
    return GML_OK;
}

static gml_status run_blocks(mistakes_run *run)
{
    gml_context *context = run->outputs.network->context;
    gml_status status = gml_layout_make(context, lay_out, run, "a list of mistakes", run->outputs.network->description,
                                        &run->arena, &run->arena_size);
    for (size_t first = 0; first < run->outputs.dataset->size && status == GML_OK; first += run->outputs.rows) {
        status = add_block(run, first);
    }
    gml_release(context, run->arena, run->arena_size, 1);
    return status;
}

gml_status gml_find_mistakes(const gml_network *network, const gml_dataset *dataset, gml_mistake *mistakes, size_t most,
                             size_t *count, size_t *errors)
{
    gml_context *context = network != NULL ? network->context : gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"network", network}, {"dataset", dataset}, {"mistakes", mistakes}, {"count", count}, {0}});
    status = status == GML_OK ? gml_targets_check_classes(network, dataset) : status;
    mistakes_run run = {.heap = mistakes, .most = most};
    status = status == GML_OK ? gml_outputs_create(network, dataset, BLOCK, &run.outputs) : status;
    if (status != GML_OK) {
        return status;
    }
    run.classes = gml_network_outputs(network) == 1 ? 2 : gml_network_outputs(network);
    status = run_blocks(&run);
    gml_outputs_destroy(&run.outputs);
    if (status == GML_OK) {
        sort(&run);
        *count = run.count;
        if (errors != NULL) {
            *errors = run.errors;
        }
    }
    return status;
}
