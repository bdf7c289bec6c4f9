/* data/split/split_deal.c - random and stratified splits: samples in random order, sorted by class, are dealt out to
 * the parts at even distances, so that each class gives each part its share to within one sample. Without classes all
 * samples are in one.
 *
 * Up to GML_SPLIT_STORED samples are shuffled, and taken in that order. More are taken in the order of the dataset: the
 * place of a sample in the random order of its class is computed. So memory is read and written forwards; taken at
 * random, each sample of a large dataset would wait for memory twice. */
#include <string.h>

#include "base/least.h"
#include "data/split/split.h"
#include "kernel/data/data.h"
#include "kernel/kernel.h"
#include "kernel/random/permutation.h"

/* Returns the part that gets the sample at a place of the sorted order. */
static uint32_t dealt(const gml_split_plan *plan, size_t place)
{
    __extension__ typedef unsigned __int128 wide;
    if (plan->folds > 1) {
        return (uint32_t)(place % plan->folds);
    }
    const wide owed = (wide)place * plan->count;
    const size_t left = owed <= SIZE_MAX ? (size_t)owed % plan->n : (size_t)(owed % plan->n);
    return plan->n - left <= plan->count ? 0 : 1;
}

/* ---- classes ---- */

static bool has_classes(const gml_split_plan *plan)
{
    return plan->dataset->schema.classes > 1;
}

/* Finds the classes of the samples in these rows, or in rows first, first + 1, ... if `rows` is null. The targets are
 * gathered, so that memory in any order is fetched ahead. */
static void gather_classes(const gml_dataset *dataset, const size_t *rows, size_t first, size_t count,
                           uint32_t *classes)
{
    const gml_matrix targets = dataset->targets;
    const size_t start = rows == NULL ? first * targets.stride : 0;
    double gathered[GML_SPLIT_PIECE];
    dataset->context->kernels[GML_F64]->data->gather(
        &(gml_gather_call){.rows = count,
                           .cols = 1,
                           .source = (const char *)targets.data + start * gml_dtype_size(targets.dtype),
                           .source_dtype = targets.dtype,
                           .source_stride = targets.stride,
                           .order = rows,
                           .target = gathered,
                           .target_stride = 1});
    for (size_t i = 0; i < count; i++) {
        classes[i] = gathered[i] > 0 ? (uint32_t)gathered[i] : 0;
    }
}

void gml_split_classes(const gml_split_plan *plan, size_t first, size_t count, uint32_t *classes)
{
    size_t room[GML_SPLIT_PIECE];
    if (has_classes(plan)) {
        const size_t *rows = gml_selection_rows(&plan->dataset->chosen, first, count, room);
        gather_classes(plan->dataset, rows, first, count, classes);
    } else {
        memset(classes, 0, count * sizeof *classes);
    }
}

/* Sets work->starts to the places of the classes among samples sorted by class. */
static void find_starts(const gml_split_plan *plan, gml_split_work *work)
{
    const size_t classes = plan->dataset->schema.classes;
    uint32_t piece[GML_SPLIT_PIECE];
    memset(work->starts, 0, (classes + 1) * sizeof *work->starts);
    for (size_t first = 0, count = 0; has_classes(plan) && first < plan->n; first += count) {
        count = gml_least(plan->n - first, GML_SPLIT_PIECE);
        gml_split_classes(plan, first, count, piece);
        for (size_t i = 0; i < count; i++) {
            work->starts[piece[i] + 1]++;
        }
    }
    for (size_t c = 0; c < classes; c++) {
        work->starts[c + 1] += work->starts[c];
    }
}

/* ---- a stored order ---- */

/* Takes the samples in random order: a counting sort whose result is not stored. */
static void deal_shuffled(const gml_split_plan *plan, const gml_stream *stream, bool by_class, gml_split_work *work,
                          gml_part_list *parts)
{
    uint32_t classes[GML_SPLIT_PIECE] = {0};
    size_t rows[GML_SPLIT_PIECE];
    gml_split_shuffle(stream, plan->n, work);
    for (size_t first = 0, count = 0; first < plan->n; first += count) {
        count = gml_least(plan->n - first, GML_SPLIT_PIECE);
        const size_t *samples = work->order + first;
        for (size_t i = 0; by_class && i < count; i++) {
            rows[i] = gml_dataset_row(plan->dataset, samples[i]);
        }
        if (by_class) {
            gather_classes(plan->dataset, rows, 0, count, classes);
        }
        for (size_t i = 0; i < count; i++) {
            gml_part_set(parts, samples[i], dealt(plan, work->starts[classes[i]]++));
        }
    }
}

/* ---- a computed order ---- */

/* The random orders of all classes, each from its first sample on. */
typedef struct class_orders {
    const gml_order_kernels *kernels;
    const gml_stream *stream;
    size_t ahead;  /* entries that are computed together */
    size_t *taken; /* [classes] samples so far */
    size_t *next;  /* [classes x ahead] */
} class_orders;

/* Returns the place of the next sample of a class of `size` samples in the random order of the class. */
static size_t next_place(const class_orders *orders, uint32_t class, size_t size)
{
    const size_t number = orders->taken[class]++, at = number & (orders->ahead - 1);
    size_t *next = orders->next + class * orders->ahead;
    if (at == 0) {
        const gml_permutation order = gml_permutation_draw_from(size, orders->stream, class * GML_PERMUTATION_DRAWS);
        orders->kernels->fill(&order, number, gml_least(size - number, orders->ahead), next);
    }
    return next[at];
}

/* Takes the samples in their own order. */
static void deal_computed(const gml_split_plan *plan, const gml_stream *stream, bool by_class, gml_split_work *work,
                          gml_part_list *parts)
{
    const size_t all = plan->dataset->schema.classes;
    const class_orders orders = {.kernels = plan->dataset->context->kernels[GML_F32]->order,
                                 .stream = stream,
                                 .ahead = gml_split_ahead(all),
                                 .taken = work->taken,
                                 .next = work->ahead};
    uint32_t classes[GML_SPLIT_PIECE] = {0};
    memset(work->taken, 0, (all + 1) * sizeof *work->taken);
    for (size_t first = 0, count = 0; first < plan->n; first += count) {
        count = gml_least(plan->n - first, GML_SPLIT_PIECE);
        if (by_class) {
            gml_split_classes(plan, first, count, classes);
        }
        for (size_t i = 0; i < count; i++) {
            const size_t start = by_class ? work->starts[classes[i]] : 0;
            const size_t size = by_class ? work->starts[classes[i] + 1] - start : plan->n;
            gml_part_set(parts, first + i, dealt(plan, start + next_place(&orders, classes[i], size)));
        }
    }
}

/* ---- both kinds ---- */

static void deal(const gml_split_plan *plan, size_t repeat, bool by_class, gml_split_work *work, gml_part_list *parts)
{
    const gml_stream stream = {.seed = plan->seed, .purpose = GML_RANDOM_SPLIT, .step = repeat};
    work->starts[0] = 0;
    if (by_class) {
        find_starts(plan, work);
    }
    if (gml_split_is_stored(plan)) {
        deal_shuffled(plan, &stream, by_class, work, parts);
    } else {
        deal_computed(plan, &stream, by_class, work, parts);
    }
}

void gml_split_place_random(const gml_split_plan *plan, size_t repeat, gml_split_work *work, gml_part_list *parts)
{
    deal(plan, repeat, false, work, parts);
}

void gml_split_place_stratified(const gml_split_plan *plan, size_t repeat, gml_split_work *work, gml_part_list *parts)
{
    deal(plan, repeat, plan->dataset->schema.classes > 1, work, parts);
}
