/* data/split/split_part.c - the datasets of the parts of a split. */
#include <math.h>

#include "data/split/split.h"

/* Makes the part of the samples that are in the validation part of a fold, or of all others. Samples keep the order of
 * the source, so that memory is read forwards. */
static gml_status make_part(const gml_split *split, const uint32_t *part, size_t fold, bool validation,
                            gml_dataset **made)
{
    const gml_dataset *whole = split->plan.dataset;
    gml_context *context = whole->context;
    size_t count = 0, used = 0;
    for (size_t i = 0; i < split->plan.n; i++) {
        count += (part[i] == fold) == validation;
    }
    size_t *order = gml_allocate(context, count, sizeof *order, "the samples of a part");
    if (order == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < split->plan.n; i++) {
        if ((part[i] == fold) == validation) {
            order[used++] = gml_dataset_row(whole, i);
        }
    }
    gml_dataset contents = {.context = context,
                            .inputs = whole->inputs,
                            .targets = whole->targets,
                            .weights = whole->weights,
                            .groups = whole->groups,
                            .group_count = whole->group_count,
                            .masked = whole->masked,
                            .schema = whole->schema,
                            .origin = whole->origin,
                            .borrowed = true,
                            .order = order,
                            .owned_order = order,
                            .size = count};
    return gml_dataset_adopt(GML_OK, &contents, made);
}

gml_status gml_split_fold(const gml_split *split, size_t repeat, size_t fold, gml_dataset **train,
                          gml_dataset **validation)
{
    gml_status status =
        gml_refuse_null(split != NULL ? split->context : NULL, __func__,
                        (gml_argument[]){{"split", split}, {"train", train}, {"validation", validation}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (repeat >= split->repeats || fold >= split->plan.folds) {
        return gml_fail(split->context, GML_ERROR_ARGUMENT,
                        "fold %zu of repeat %zu, counted from 0; the split has %zu repeat%s of %zu fold%s", fold,
                        repeat, split->repeats, split->repeats == 1 ? "" : "s", split->plan.folds,
                        split->plan.folds == 1 ? "" : "s");
    }
    const uint32_t *part = split->part + repeat * split->plan.n;
    gml_dataset *rest = NULL;
    status = make_part(split, part, fold, false, &rest);
    if (status == GML_OK) {
        status = make_part(split, part, fold, true, validation);
    }
    if (status != GML_OK) {
        gml_dataset_destroy(rest);
        return status;
    }
    *train = rest;
    return GML_OK;
}

/* ---- accessors ---- */

const char *gml_split_kind(const gml_split *split)
{
    return split != NULL ? split->row->entry.name : NULL;
}

size_t gml_split_folds(const gml_split *split)
{
    return split != NULL ? split->plan.folds : 0;
}

size_t gml_split_repeats(const gml_split *split)
{
    return split != NULL ? split->repeats : 0;
}

size_t gml_split_fold_of(const gml_split *split, size_t repeat, size_t sample)
{
    if (split == NULL || repeat >= split->repeats || sample >= split->plan.n) {
        return SIZE_MAX;
    }
    size_t part = split->part[repeat * split->plan.n + sample];
    return part < split->plan.folds ? part : SIZE_MAX;
}

const char *gml_split_note(const gml_split *split, size_t index)
{
    return split != NULL && index < split->notes ? split->note[index] : NULL;
}

/* ---- one cut ---- */

/* Rounds the fraction to whole samples, at least one on each side. */
static double nearest_fraction(double fraction, size_t n)
{
    double count = floor(fraction * (double)n + 0.5), most = (double)n - 1;
    return (count < 1 ? 1 : count > most ? most : count) / (double)n;
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
    gml_split *split = NULL;
    const gml_split_options options = {
        .fraction = dataset->size > 1 ? nearest_fraction(fraction, dataset->size) : fraction, .seed = seed};
    status = gml_split_create(dataset, &options, &split);
    if (status == GML_OK) {
        status = gml_split_fold(split, 0, 0, first, second);
    }
    gml_split_destroy(split);
    return status;
}
