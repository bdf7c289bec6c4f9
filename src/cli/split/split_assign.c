/* cli/split/split_assign.c - the part of each sample. */
#include <stdlib.h>
#include <string.h>

#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/split/split.h"

static void print_notes(const gml_split *split)
{
    const char *note;
    for (size_t i = 0; (note = gml_split_note(split, i)) != NULL; i++) {
        complain(0, "note: %s", note);
    }
}

static gml_status assign_folds(split_run *run)
{
    const gml_split_options options = {.kind = run->kind, .folds = run->folds, .seed = run->seed};
    gml_split *split = NULL;
    gml_status status = gml_split_create(run->dataset, &options, &split);
    for (size_t i = 0; status == GML_OK && i < gml_dataset_size(run->dataset); i++) {
        run->part_of[i] = (uint8_t)gml_split_fold_of(split, 0, i);
    }
    print_notes(split);
    gml_split_destroy(split);
    return status;
}

/* Moves the validation part of `from`, whose samples are those in `order`, to part `part`. The rest stays in `order`,
 * and becomes the dataset `rest`. */
static gml_status take_part(split_run *run, gml_dataset *from, size_t *order, size_t part, double share,
                            gml_dataset **rest)
{
    const gml_split_options options = {.kind = run->kind, .fraction = share, .seed = run->seed + part - 1};
    const size_t size = gml_dataset_size(from);
    gml_dataset *taken = NULL;
    gml_split *split = NULL;
    size_t left = 0;
    gml_status status = gml_split_create(from, &options, &split);
    if (status == GML_OK) {
        status = gml_split_fold(split, 0, 0, rest, &taken);
    }
    for (size_t i = 0; status == GML_OK && i < size; i++) {
        if (gml_split_fold_of(split, 0, i) == 0) {
            run->part_of[order[i]] = (uint8_t)part;
        } else {
            order[left++] = order[i];
        }
    }
    print_notes(split);
    gml_dataset_destroy(taken);
    gml_split_destroy(split);
    return status;
}

/* Takes the parts out of the data one after another, the last first; the first part is what stays. */
static gml_status assign_shares(split_run *run, size_t *order)
{
    gml_dataset *rests[MOST_PARTS] = {run->dataset};
    gml_status status = GML_OK;
    size_t cuts = 0;
    double left = 1;
    for (size_t part = run->part_count - 1; status == GML_OK && part > 0; part--, cuts++) {
        status = take_part(run, rests[cuts], order, part, run->parts[part].share / left, &rests[cuts + 1]);
        left -= run->parts[part].share;
    }
    for (size_t i = cuts; i > 0; i--) { /* a part refers to the dataset before it */
        gml_dataset_destroy(rests[i]);
    }
    return status;
}

int split_assign(split_run *run)
{
    const size_t size = gml_dataset_size(run->dataset);
    run->part_of = calloc(size, sizeof *run->part_of);
    size_t *order = calloc(size, sizeof *order);
    if (run->part_of == NULL || order == NULL) {
        free(order);
        return complain(EXIT_MEMORY, "not enough memory for the parts of %zu samples", size);
    }
    for (size_t i = 0; i < size; i++) {
        order[i] = i;
    }
    const gml_status status = run->folds > 0 ? assign_folds(run) : assign_shares(run, order);
    free(order);
    if (status != GML_OK) {
        return complain_status(run->context, status);
    }
    for (size_t i = 0; i < size; i++) {
        run->parts[run->part_of[i]].size++;
    }
    return 0;
}
