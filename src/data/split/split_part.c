/* data/split/split_part.c - the datasets of the parts of a split. */
#include <math.h>
#include <string.h>

#include "data/split/split.h"

/* A list of rows takes less memory than a set of bits for few samples, and no time to find one. Longer ones are sets of
 * bits if these are smaller. */
enum { SHORT_LIST = 1 << 16 };

/* The rows of a part on their way: a list, or bits and marks. */
typedef struct part_rows {
    void *memory;
    size_t size; /* bytes */
    size_t *list;
    uint64_t *bits;
    size_t *marks;
} part_rows;

/* Begins the rows of `count` samples out of `all` rows. Errors: memory. */
static gml_status begin_rows(gml_context *context, size_t count, size_t all, part_rows *rows)
{
    const bool listed = count <= SHORT_LIST || count < gml_selection_words(all);
    const size_t words = listed ? 0 : gml_selection_words(all), marks = listed ? 0 : gml_selection_marks(count);
    *rows = (part_rows){.size = words * sizeof *rows->bits + (listed ? count : marks) * sizeof *rows->list};
    rows->memory = gml_allocate(context, rows->size, 1, "the samples of a part");
    if (rows->memory == NULL) {
        return GML_ERROR_MEMORY;
    }
    rows->list = listed ? rows->memory : NULL;
    rows->bits = listed ? NULL : rows->memory;
    rows->marks = listed ? NULL : (void *)(rows->bits + words);
    memset(rows->memory, 0, words * sizeof *rows->bits);
    return GML_OK;
}

/* Adds the row of sample number `used`; rows ascend. */
static void add_row(part_rows *rows, size_t used, size_t row)
{
    if (rows->list != NULL) {
        rows->list[used] = row;
    } else {
        gml_selection_add(rows->bits, rows->marks, used, row);
    }
}

/* The samples of a split that are in the validation part of a fold, or all others. */
typedef struct members {
    gml_part_list parts;
    size_t n; /* samples of the split */
    uint32_t fold;
    bool validation;
} members;

/* Returns the members among samples first .. first + 63 as bits; `first` is a multiple of 64. */
static uint64_t members_from(const members *of, size_t first)
{
    const size_t count = of->n - first < 64 ? of->n - first : 64;
    uint64_t found = 0;
    if (of->parts.width == 0) { /* a part is a bit */
        found = of->fold == 0 ? ~of->parts.words[first / 64] : of->parts.words[first / 64];
    } else {
        for (size_t i = 0; i < count; i++) {
            found |= (uint64_t)(gml_part_of(&of->parts, first + i) == of->fold) << i;
        }
    }
    return (of->validation ? found : ~found) & ~(uint64_t)0 >> (64 - count);
}

/* Adds samples whose numbers are the numbers of their rows: `found` is a word of the set of bits. */
static void add_word(part_rows *rows, size_t used, size_t first, uint64_t found)
{
    const size_t end = used + (size_t)__builtin_popcountll(found);
    rows->bits[first / 64] = found;
    for (; used < end; used++, found &= found - 1) {
        if (used % GML_SELECTION_MARK == 0) {
            rows->marks[used / GML_SELECTION_MARK] = first + (size_t)__builtin_ctzll(found);
        }
    }
}

static void add_samples(const gml_dataset *whole, size_t used, size_t first, uint64_t found, part_rows *rows)
{
    if (rows->bits != NULL && gml_selects_all(&whole->chosen)) {
        add_word(rows, used, first, found);
        return;
    }
    for (; found != 0; found &= found - 1) {
        add_row(rows, used++, gml_dataset_row(whole, first + (size_t)__builtin_ctzll(found)));
    }
}

/* Makes the dataset of some samples. They keep the order of the source, so that memory is read forwards. */
static gml_status make_part(const gml_dataset *whole, const members *of, gml_dataset **made)
{
    gml_context *context = whole->context;
    part_rows rows;
    size_t count = 0, used = 0;
    for (size_t first = 0; first < of->n; first += 64) {
        count += (size_t)__builtin_popcountll(members_from(of, first));
    }
    if (begin_rows(context, count, whole->inputs.rows, &rows) != GML_OK) {
        return GML_ERROR_MEMORY;
    }
    for (size_t first = 0; first < of->n; first += 64) {
        const uint64_t found = members_from(of, first);
        add_samples(whole, used, first, found, &rows);
        used += (size_t)__builtin_popcountll(found);
    }
    gml_dataset contents = {.context = context,
                            .inputs = whole->inputs,
                            .greatest = whole->greatest,
                            .targets = whole->targets,
                            .weights = whole->weights,
                            .groups = whole->groups,
                            .group_count = whole->group_count,
                            .masked = whole->masked,
                            .schema = whole->schema,
                            .origin = whole->origin,
                            .borrowed = true,
                            .chosen = {.rows = rows.list, .bits = rows.bits, .marks = rows.marks},
                            .owned_chosen = rows.memory,
                            .owned_chosen_size = rows.size,
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
    members of = {gml_split_part(split, repeat), split->plan.n, (uint32_t)fold, false};
    gml_dataset *rest = NULL;
    status = make_part(split->plan.dataset, &of, &rest);
    if (status == GML_OK) {
        of.validation = true;
        status = make_part(split->plan.dataset, &of, validation);
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
    const gml_part_list list = gml_split_part(split, repeat);
    const size_t part = gml_part_of(&list, sample);
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
