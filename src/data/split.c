/* data/split.c - cutting a dataset in two at random, class by class. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "data/dataset.h"
#include "kernel/random/shuffle.h"

/* Working memory for a cut of n samples into `classes` groups; one group where there are no classes. */
typedef struct cut {
    const gml_dataset *dataset;
    size_t n, groups;
    size_t *shuffled; /* [n] samples in random order */
    size_t *grouped;  /* [n] the same, group after group */
    size_t *starts;   /* [groups + 1] where each group begins in `grouped` */
    uint8_t *chosen;  /* [n] is the sample in the second part? */
} cut;

static void release_cut(cut *c)
{
    gml_context *context = c->dataset->context;
    gml_release(context, c->shuffled, c->n, sizeof *c->shuffled);
    gml_release(context, c->grouped, c->n, sizeof *c->grouped);
    gml_release(context, c->starts, c->groups + 1, sizeof *c->starts);
    gml_release(context, c->chosen, c->n, sizeof *c->chosen);
}

static gml_status allocate_cut(cut *c)
{
    gml_context *context = c->dataset->context;
    c->shuffled = gml_allocate(context, c->n, sizeof *c->shuffled, "the order of a split");
    c->grouped = c->shuffled != NULL ? gml_allocate(context, c->n, sizeof *c->grouped, "the groups of a split") : NULL;
    c->starts =
        c->grouped != NULL ? gml_allocate(context, c->groups + 1, sizeof *c->starts, "the groups of a split") : NULL;
    c->chosen = c->starts != NULL ? gml_allocate(context, c->n, sizeof *c->chosen, "the choice of a split") : NULL;
    return c->chosen != NULL ? GML_OK : GML_ERROR_MEMORY;
}

static size_t group_of(const cut *c, size_t sample)
{
    double number = c->groups > 1 ? gml_dataset_target_of(c->dataset, sample) : 0;
    return number > 0 ? (size_t)number : 0; /* one that is not known may stand anywhere */
}

/* Counting sort: within a group the random order stays. */
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

/* Takes `count` of the n samples at even distances along the groups, so that each group gives its share to within one
 * sample. */
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

/* The samples whose choice is `chosen`, in the order of the source, which reads memory forwards. */
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
    return gml_dataset_adopt(context, &made, part);
}

static gml_status make_parts(cut *c, size_t count, uint64_t seed, gml_dataset **first, gml_dataset **second)
{
    gml_status status = allocate_cut(c);
    if (status != GML_OK) {
        return status;
    }
    for (size_t i = 0; i < c->n; i++) {
        c->shuffled[i] = i;
    }
    gml_shuffle(c->shuffled, c->n, &(gml_stream){.seed = seed, .purpose = GML_RANDOM_SPLIT});
    group_samples(c);
    choose_evenly(c, count);

    gml_dataset *rest = NULL;
    status = make_part(c, false, c->n - count, &rest);
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
    status = make_parts(&c, count, seed, first, second);
    release_cut(&c);
    return status;
}
