/* data/split.c - splitting a dataset in two at random, class by class. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "base/random.h"
#include "data/dataset.h"
#include "kernel/random/shuffle.h"

/* Working memory for a split of n samples in `groups` classes; one group if there are no classes. */
typedef struct cut {
    const gml_dataset *dataset;
    size_t n, groups;
    size_t *shuffled; /* [n] samples in random order */
    size_t *grouped;  /* [n] the same, group after group */
    size_t *starts;   /* [groups + 1] where each group begins in `grouped` */
    uint8_t *chosen;  /* [n] true if the sample is in the second part */
} cut;

static size_t lay_out(cut *c, void *arena)
{
    gml_layout layout = {0};
    c->shuffled = gml_layout_take(&layout, arena, c->n, 1, sizeof *c->shuffled);
    c->grouped = gml_layout_take(&layout, arena, c->n, 1, sizeof *c->grouped);
    c->starts = gml_layout_take(&layout, arena, c->groups + 1, 1, sizeof *c->starts);
    c->chosen = gml_layout_take(&layout, arena, c->n, 1, sizeof *c->chosen);
    return layout.overflow ? SIZE_MAX : layout.size;
}

static size_t group_of(const cut *c, size_t sample)
{
    double number = c->groups > 1 ? gml_dataset_target_of(c->dataset, sample) : 0;
    return number > 0 ? (size_t)number : 0; /* an unknown class counts as class 0 */
}

/* Counting sort, which keeps the random order within a group. */
static void group_samples(cut *c)
{
    memset(c->starts, 0, (c->groups + 1) * sizeof *c->starts);
    for (size_t i = 0; i < c->n; i++) {
        c->starts[group_of(c, i) + 1]++;
    }
    for (size_t g = 0; g < c->groups; g++) {
        c->starts[g + 1] += c->starts[g];
    }
    for (size_t i = 0; i < c->n; i++) {
        size_t sample = c->shuffled[i];
        c->grouped[c->starts[group_of(c, sample)]++] = sample;
    }
}

/* Chooses `count` of the n samples at even distances along the groups: each group gives its share to within one. */
static void choose_evenly(cut *c, size_t count)
{
    size_t owed = 0;
    for (size_t i = 0; i < c->n; i++) {
        owed += count;
        bool chosen = owed >= c->n;
        owed -= chosen ? c->n : 0;
        c->chosen[c->grouped[i]] = chosen;
    }
}

/* Makes the part of the samples whose choice is `chosen`, in the order of the source, so that memory is read forwards.
 */
static gml_status make_part(const cut *c, bool chosen, size_t count, gml_dataset **part)
{
    const gml_dataset *whole = c->dataset;
    gml_context *context = whole->context;
    size_t *order = gml_allocate(context, count, sizeof *order, "the samples of a part");
    if (order == NULL) {
        return GML_ERROR_MEMORY;
    }
    size_t used = 0;
    for (size_t i = 0; i < c->n; i++) {
        if ((c->chosen[i] != 0) == chosen) {
            order[used++] = gml_dataset_row(whole, i);
        }
    }
    gml_dataset made = {.context = context,
                        .inputs = whole->inputs,
                        .targets = whole->targets,
                        .weights = whole->weights,
                        .masked = whole->masked,
                        .schema = whole->schema,
                        .origin = whole->origin,
                        .borrowed = true,
                        .order = order,
                        .owned_order = order,
                        .size = count};
    return gml_dataset_adopt(GML_OK, &made, part);
}

static gml_status make_parts(cut *c, size_t count, uint64_t seed, gml_dataset **first, gml_dataset **second)
{
    for (size_t i = 0; i < c->n; i++) {
        c->shuffled[i] = i;
    }
    gml_shuffle(c->shuffled, c->n, &(gml_stream){.seed = seed, .purpose = GML_RANDOM_SPLIT});
    group_samples(c);
    choose_evenly(c, count);

    gml_dataset *rest = NULL;
    gml_status status = make_part(c, false, c->n - count, &rest);
    if (status != GML_OK) {
        return status;
    }
    status = make_part(c, true, count, second);
    if (status != GML_OK) {
        gml_dataset_destroy(rest);
        return status;
    }
    *first = rest;
    return GML_OK;
}

gml_status gml_dataset_split(gml_dataset *dataset, double fraction, uint64_t seed, gml_dataset **first,
                             gml_dataset **second)
{
    gml_status status =
        gml_refuse_null(gml_dataset_context(dataset), __func__,
                        (gml_argument[]){{"dataset", dataset}, {"first", first}, {"second", second}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (!(fraction > 0.0 && fraction < 1.0)) {
        return gml_fail(dataset->context, GML_ERROR_ARGUMENT, "a part of %g: it must lie between 0 and 1", fraction);
    }
    size_t n = dataset->size;
    if (n < 2) {
        return gml_fail(dataset->context, GML_ERROR_ARGUMENT, "%zu sample cannot be cut in two", n);
    }
    size_t count = (size_t)floor(fraction * (double)n + 0.5);
    count = count < 1 ? 1 : count > n - 1 ? n - 1 : count;
    cut c = {.dataset = dataset, .n = n, .groups = dataset->schema.classes > 0 ? dataset->schema.classes : 1};
    size_t bytes = lay_out(&c, NULL);
    void *arena = gml_allocate(dataset->context, bytes, 1, "the order of a split");
    if (arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    lay_out(&c, arena);
    status = make_parts(&c, count, seed, first, second);
    gml_release(dataset->context, arena, bytes, 1);
    return status;
}
