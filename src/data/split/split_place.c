/* data/split/split_place.c - the table of kinds of splits; assigns samples to parts by group and in their order. Random
 * and stratified splits are in split_deal.c. */
#include <string.h>

#include "base/layout.h"
#include "data/split/split.h"
#include "kernel/random/shuffle.h"

enum { SIZE_RANKS = 256 }; /* distinct values of size_rank */

size_t gml_split_lay_out(gml_split_work *work, const gml_split_plan *plan, void *arena)
{
    gml_layout layout = {0};
    const size_t classes = plan->dataset->schema.classes, parts = gml_split_parts(plan), groups = plan->group_count;
    const bool stored = gml_split_is_stored(plan);
    const size_t items = groups > 0 ? groups : stored ? plan->n : 0, dealt = groups == 0 && !stored ? classes + 1 : 0;
    work->order = gml_layout_take(&layout, arena, items, 1, sizeof *work->order);
    work->sorted = gml_layout_take(&layout, arena, groups, 1, sizeof *work->sorted);
    work->key = gml_layout_take(&layout, arena, groups, 1, sizeof *work->key);
    work->starts =
        gml_layout_take(&layout, arena, (classes > SIZE_RANKS ? classes : SIZE_RANKS) + 1, 1, sizeof *work->starts);
    work->taken = gml_layout_take(&layout, arena, dealt, 1, sizeof *work->taken);
    work->ahead = gml_layout_take(&layout, arena, dealt, gml_split_ahead(classes), sizeof *work->ahead);
    work->used = gml_layout_take(&layout, arena, parts, 1, sizeof *work->used);
    work->sizes = gml_layout_take(&layout, arena, groups, 1, sizeof *work->sizes);
    work->group_part = gml_layout_take(&layout, arena, groups, 1, sizeof *work->group_part);
    return layout.overflow ? SIZE_MAX : layout.size;
}

void gml_split_shuffle(const gml_stream *stream, size_t items, gml_split_work *work)
{
    for (size_t i = 0; i < items; i++) {
        work->order[i] = i;
    }
    gml_shuffle(work->order, items, stream);
}

/* ---- by group ---- */

/* Ranks sizes from the largest down. Sizes that agree in their first three binary digits are equal, so that their
 * random order varies the parts; sizes below 8 are exact. */
static uint32_t size_rank(size_t size)
{
    uint32_t bits = 63 - (uint32_t)__builtin_clzll((unsigned long long)size);
    uint32_t bucket = size < 4 ? (uint32_t)size : bits * 4 + (uint32_t)(size >> (bits - 2) & 3);
    return SIZE_RANKS - 1 - bucket;
}

/* Returns the part that lacks most of its share of the `placed` samples; the first of equal ones. */
static uint32_t neediest(const gml_split_plan *plan, const size_t *used, size_t placed)
{
    double share[2] = {(double)plan->count / (double)plan->n, 1 - (double)plan->count / (double)plan->n}, most = 0;
    uint32_t found = 0;
    for (uint32_t p = 0; p < gml_split_parts(plan); p++) {
        double due = plan->folds > 1 ? (double)placed / (double)plan->folds : share[p] * (double)placed;
        double lack = due - (double)used[p];
        if (p == 0 || lack > most) {
            most = lack;
            found = p;
        }
    }
    return found;
}

/* Moves the last and smallest group into a part that is empty, as one of the two parts without folds may be. */
static void fill_empty(const gml_split_plan *plan, gml_split_work *work)
{
    if (plan->folds == 1 && (work->used[0] == 0 || work->used[1] == 0)) {
        work->group_part[work->sorted[plan->group_count - 1]] = work->used[0] == 0 ? 0 : 1;
    }
}

/* Sorts the groups of work->order by work->key into work->sorted; equal keys keep their order. Counting sort. */
static void sort_groups(const gml_split_plan *plan, gml_split_work *work)
{
    memset(work->starts, 0, (SIZE_RANKS + 1) * sizeof *work->starts);
    for (size_t g = 0; g < plan->group_count; g++) {
        work->starts[work->key[g] + 1]++;
    }
    for (size_t k = 0; k < SIZE_RANKS; k++) {
        work->starts[k + 1] += work->starts[k];
    }
    for (size_t i = 0; i < plan->group_count; i++) {
        const size_t group = work->order[i];
        work->sorted[work->starts[work->key[group]]++] = group;
    }
}

/* Greedy: each group, the largest first, goes to the part that lacks most. */
static void place_groups(const gml_split_plan *plan, size_t repeat, gml_split_work *work, gml_part_list *parts)
{
    size_t groups = plan->group_count, placed = 0;
    memset(work->sizes, 0, groups * sizeof *work->sizes);
    memset(work->used, 0, gml_split_parts(plan) * sizeof *work->used);
    for (size_t i = 0; i < plan->n; i++) {
        work->sizes[plan->groups[i]]++;
    }
    for (size_t g = 0; g < groups; g++) {
        work->key[g] = size_rank(work->sizes[g]);
    }
    gml_split_shuffle(&(gml_stream){.seed = plan->seed, .purpose = GML_RANDOM_SPLIT, .step = repeat}, groups, work);
    sort_groups(plan, work);
    for (size_t i = 0; i < groups; i++) {
        size_t group = work->sorted[i];
        placed += work->sizes[group];
        uint32_t to = neediest(plan, work->used, placed);
        work->group_part[group] = to;
        work->used[to] += work->sizes[group];
    }
    fill_empty(plan, work);
    for (size_t i = 0; i < plan->n; i++) {
        gml_part_set(parts, i, work->group_part[plan->groups[i]]);
    }
}

/* ---- in order ---- */

/* The last samples are the validation part; folds are blocks, the first n % k of them longer by one sample. */
static void place_blocks(const gml_split_plan *plan, size_t repeat, gml_split_work *work, gml_part_list *parts)
{
    (void)repeat;
    (void)work;
    size_t block = plan->n / plan->folds, longer = plan->n % plan->folds, in_longer = longer * (block + 1);
    for (size_t i = 0; i < plan->n; i++) {
        size_t fold = i < in_longer ? i / (block + 1) : longer + (i - in_longer) / block;
        gml_part_set(parts, i, plan->folds > 1 ? (uint32_t)fold : i < plan->n - plan->count);
    }
}

/* ---- the table ---- */

static const gml_split_row rows[] = {
    {.entry = {.name = "auto",
               .summary = "group if there are groups, else stratified for classes, else random",
               .formula = "as the chosen kind",
               .derivative = "",
               .pitfall = "Samples that depend on each other, such as those of one patient, need groups.",
               .source = "scikit-learn's check_cv, with groups"}},
    {.entry = {.name = "random",
               .summary = "parts drawn from all samples alike",
               .formula = "sample number i of a random order is in fold i mod k",
               .derivative = "",
               .pitfall = "A rare class may be missing from a part.",
               .source = "Stone, Cross-Validatory Choice and Assessment of Statistical Predictions, 1974"},
     .place = gml_split_place_random},
    {.entry = {.name = "stratified",
               .summary = "each class gives each part its share, to within one sample",
               .formula = "sample number i of a random order, sorted by class, is in fold i mod k",
               .derivative = "",
               .pitfall = "Needs classes. A class with fewer samples than folds is missing from some folds.",
               .source = "Kohavi, A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model "
                         "Selection, 1995"},
     .stratified = true,
     .place = gml_split_place_stratified},
    {.entry = {.name = "group",
               .summary = "samples of a group are in one part",
               .formula = "from the largest group down, each goes to the part that lacks most of its share of the "
                          "samples; sizes that agree in three binary digits are in random order",
               .derivative = "",
               .pitfall = "Parts are uneven if groups are large. Few groups of unlike sizes give equal repeats.",
               .source = "as scikit-learn's GroupKFold; Graham, Bounds on Multiprocessing Timing Anomalies, 1969"},
     .grouped = true,
     .place = place_groups},
    {.entry = {.name = "order",
               .summary = "the last samples are the validation part; folds are blocks of adjacent samples",
               .formula = "folds of n / k samples one after another, the first n mod k of them longer by one",
               .derivative = "",
               .pitfall = "For samples in the order of time. With rows sorted by class, parts lack classes.",
               .source = "Bergmeir and Benitez, On the Use of Cross-Validation for Time Series Predictor Evaluation, "
                         "2012"},
     .unshuffled = true,
     .place = place_blocks},
};

enum { AUTO, RANDOM, STRATIFIED, GROUP };

const gml_entry *gml_split_entry(size_t index)
{
    return index < sizeof rows / sizeof *rows ? &rows[index].entry : NULL;
}

gml_status gml_split_choose(const gml_dataset *dataset, const char *name, bool groups, const gml_split_row **row)
{
    gml_context *context = dataset->context;
    const gml_schema *schema = &dataset->schema;
    gml_call call = {.row = AUTO};
    gml_status status =
        name != NULL ? gml_call_parse(context, "split", gml_split_entry, name, strlen(name), &call) : GML_OK;
    if (status != GML_OK) {
        return status;
    }
    if (call.row == AUTO) {
        call.row = groups || dataset->groups != NULL ? GROUP : schema->classes > 0 ? STRATIFIED : RANDOM;
    }
    *row = &rows[call.row];
    if ((*row)->stratified && schema->classes == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "the split \"%s\" needs classes; %s", (*row)->entry.name,
                        schema->targets > 0 ? "the targets are values" : "there are no targets");
    }
    if ((*row)->grouped && !groups && dataset->groups == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "the split \"%s\" needs the group of each sample",
                        (*row)->entry.name);
    }
    if (groups && !(*row)->grouped) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "groups are given, and the split \"%s\" does not keep them whole",
                        (*row)->entry.name);
    }
    return GML_OK;
}
