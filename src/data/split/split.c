/* data/split/split.c - makes splits of a dataset, and the datasets of their parts. */
#include "data/split/split.h"

#include <math.h>
#include <string.h>

#include "data/target/labels.h"
#include "kernel/data/entry.h"

enum { MOST_FOLDS = 1 << 24 };

/* ---- groups ---- */

/* Returns the number of a sample's group, from the matrix if there is one, else of the dataset. */
static double group_value(const gml_split_plan *plan, gml_matrix groups, size_t sample)
{
    if (groups.data == NULL) {
        return plan->dataset->groups[gml_dataset_row(plan->dataset, sample)];
    }
    return gml_entry_at(groups.dtype, groups.data, sample * groups.stride) + 0.0; /* -0 becomes 0 */
}

static gml_status number_groups(const gml_split_plan *plan, gml_matrix groups, gml_labels *labels)
{
    for (size_t i = 0; i < plan->n; i++) {
        double value = group_value(plan, groups, i);
        size_t label = 0;
        if (isnan(value)) {
            return gml_fail(plan->dataset->context, GML_ERROR_DATA, "groups: row %zu is nan; each sample needs a group",
                            i + 1);
        }
        gml_status status = gml_labels_add(plan->dataset->context, labels, &value, sizeof value, &label);
        if (status != GML_OK) {
            return status;
        }
        plan->groups[i] = (uint32_t)label;
    }
    return GML_OK;
}

/* Numbers the groups in the order of their first samples. The plan's groups must be released, on failure too. */
static gml_status read_groups(gml_split_plan *plan, gml_matrix groups)
{
    gml_context *context = plan->dataset->context;
    bool fits = gml_dtype_size(groups.dtype) != 0 && groups.rows == plan->n && groups.cols == 1 && groups.stride >= 1;
    if (groups.data != NULL && !fits) {
        return gml_fail(context, GML_ERROR_SHAPE, "groups: [%zu x %zu] was given, and there are %zu samples",
                        groups.rows, groups.cols, plan->n);
    }
    if ((uint64_t)plan->n > UINT32_MAX) {
        return gml_fail(context, GML_ERROR_SHAPE, "groups of %zu samples; at most %u are possible", plan->n,
                        UINT32_MAX);
    }
    gml_labels labels = {0};
    plan->groups = gml_allocate(context, plan->n, sizeof *plan->groups, "the groups of a split");
    gml_status status = plan->groups != NULL ? number_groups(plan, groups, &labels) : GML_ERROR_MEMORY;
    plan->group_count = labels.count;
    gml_labels_clear(context, &labels);
    return status;
}

/* ---- assigning ---- */

/* Makes the lists of parts of all repeats, zeros. Errors: memory. */
static gml_status make_lists(gml_split *split)
{
    while (((size_t)1 << (1u << split->width)) < gml_split_parts(&split->plan)) {
        split->width++;
    }
    size_t entries = 0;
    if (__builtin_mul_overflow(gml_part_words(split->width, split->plan.n), split->repeats, &entries)) {
        entries = SIZE_MAX;
    }
    split->parts = gml_allocate(split->context, entries, sizeof *split->parts, "the parts of a split");
    if (split->parts == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(split->parts, 0, entries * sizeof *split->parts);
    return GML_OK;
}

/* Assigns all samples, repeat by repeat, and writes the notes. */
static gml_status place(gml_split *split)
{
    gml_split_plan *plan = &split->plan;
    gml_context *context = split->context;
    gml_split_work work;
    gml_status status = make_lists(split);
    if (status != GML_OK) {
        return status;
    }
    size_t bytes = gml_split_lay_out(&work, plan, NULL);
    void *arena = gml_allocate(context, bytes, 1, "the order of a split");
    if (arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_split_lay_out(&work, plan, arena);
    for (size_t repeat = 0; repeat < split->repeats; repeat++) {
        gml_part_list parts = gml_split_part(split, repeat);
        split->row->place(plan, repeat, &work, &parts);
    }
    status = gml_split_write_notes(split, &work);
    gml_release(context, arena, bytes, 1);
    return status;
}

/* ---- the options ---- */

static gml_status check_folds(const gml_split_options *options, const gml_split *split)
{
    gml_context *context = split->context;
    const gml_split_plan *plan = &split->plan;
    size_t folds = options->folds;
    if (options->fraction != 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%zu folds and a fraction of %g: one of them must be 0", folds,
                        options->fraction);
    }
    if (folds == 1 || folds > MOST_FOLDS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%zu fold%s: 2 to %d are possible", folds, folds == 1 ? "" : "s",
                        MOST_FOLDS);
    }
    if (folds > plan->n) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%zu folds of %zu sample%s: each fold needs at least one", folds,
                        plan->n, plan->n == 1 ? "" : "s");
    }
    if (split->row->grouped && folds > plan->group_count) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%zu folds of %zu group%s: each fold needs at least one", folds,
                        plan->group_count, plan->group_count == 1 ? "" : "s");
    }
    return GML_OK;
}

static size_t count_of(double fraction, size_t n)
{
    return (size_t)floor(fraction * (double)n + 0.5);
}

static gml_status check_fraction(double fraction, const gml_split *split)
{
    gml_context *context = split->context;
    const gml_split_plan *plan = &split->plan;
    if (!(fraction > 0 && fraction < 1)) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "a part of %g: it must lie between 0 and 1", fraction);
    }
    if (plan->n < 2) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%zu sample cannot be cut in two", plan->n);
    }
    if (split->row->grouped && plan->group_count < 2) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "all %zu samples are in one group, which cannot be cut in two",
                        plan->n);
    }
    size_t count = count_of(fraction, plan->n);
    if (!split->row->grouped && (count == 0 || count == plan->n)) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "a part of %g of %zu samples has %s of them: both parts need one",
                        fraction, plan->n, count == 0 ? "none" : "all");
    }
    return GML_OK;
}

static gml_status check_options(const gml_split_options *options, double fraction, const gml_split *split)
{
    if (split->row->unshuffled && split->repeats > 1) {
        return gml_fail(split->context, GML_ERROR_ARGUMENT,
                        "%zu repeats of the split \"%s\": all of them would be equal", split->repeats,
                        split->row->entry.name);
    }
    return options->folds > 0 ? check_folds(options, split) : check_fraction(fraction, split);
}

/* Fills a split with the parts that the options describe. */
static gml_status fill(gml_split *split, const gml_split_options *options)
{
    gml_split_plan *plan = &split->plan;
    const double fraction = options->fraction == 0 ? 0.2 : options->fraction;
    gml_status status = gml_split_choose(plan->dataset, options->kind, options->groups.data != NULL, &split->row);
    if (status == GML_OK && split->row->grouped) {
        status = read_groups(plan, options->groups);
    }
    if (status == GML_OK) {
        status = check_options(options, fraction, split);
    }
    if (status == GML_OK) {
        plan->folds = options->folds > 0 ? options->folds : 1;
        plan->count = options->folds > 0 ? 0 : count_of(fraction, plan->n);
        status = place(split);
    }
    return status;
}

gml_status gml_split_create(const gml_dataset *dataset, const gml_split_options *options, gml_split **split)
{
    static const gml_split_options defaults = {.kind = NULL};
    gml_context *context = gml_dataset_context(dataset);
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"dataset", dataset}, {"split", split}, {0}});
    if (status != GML_OK) {
        return status;
    }
    options = options != NULL ? options : &defaults;
    gml_split *made = gml_allocate(context, 1, sizeof *made, "a split");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_split){.context = context,
                        .plan = {.dataset = dataset, .n = dataset->size, .seed = options->seed},
                        .repeats = options->repeats > 0 ? options->repeats : 1};
    status = fill(made, options);
    if (status != GML_OK) {
        gml_split_destroy(made);
        return status;
    }
    *split = made;
    return GML_OK;
}

void gml_split_destroy(gml_split *split)
{
    if (split != NULL) {
        gml_release(split->context, split->plan.groups, split->plan.n, sizeof *split->plan.groups);
        gml_release(split->context, split->parts, gml_part_words(split->width, split->plan.n) * split->repeats,
                    sizeof *split->parts);
        gml_release(split->context, split, 1, sizeof *split);
    }
}
