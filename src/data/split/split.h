/* data/split/split.h - the inside of a split, and the assignment of samples to parts.
 *
 * A split assigns each sample a part. With k folds, part f is the validation part of fold f. Without folds, part 0 is
 * the validation part and part 1 the training part. */
#ifndef GML_DATA_SPLIT_H
#define GML_DATA_SPLIT_H

#include "base/call.h"
#include "data/dataset.h"
#include "gemmule/split.h"

typedef struct gml_split_plan {
    const gml_dataset *dataset;
    size_t n;         /* samples */
    size_t folds;     /* k; 1: one validation part */
    size_t count;     /* samples of the validation part, without folds */
    uint64_t seed;    /* each repeat has a stream of its own */
    uint32_t *groups; /* [n] group of each sample, below group_count; null: none */
    size_t group_count;
} gml_split_plan;

static inline size_t gml_split_parts(const gml_split_plan *plan)
{
    return plan->folds > 1 ? plan->folds : 2;
}

/* Working memory of an assignment. An item is a sample or a group. */
typedef struct gml_split_work {
    size_t *order;        /* [n] items, in random order for an assignment */
    size_t *sorted;       /* [n] the same, key after key */
    uint32_t *key;        /* [n] of each item: its class, or the rank of its size */
    size_t *starts;       /* [keys + 1] places of the keys in `sorted` */
    size_t *used;         /* [parts] samples in each part */
    size_t *sizes;        /* [groups] samples of each group */
    uint32_t *group_part; /* [groups] */
} gml_split_work;

/* Returns the bytes of the arena of `work`, SIZE_MAX if they overflow; with an arena also sets the arrays. */
size_t gml_split_lay_out(gml_split_work *work, const gml_split_plan *plan, void *arena);

typedef struct gml_split_row {
    gml_entry entry;
    bool grouped, stratified, unshuffled; /* needs groups; needs classes; has no random numbers */
    /* Sets part[0 .. n-1] for one repeat. */
    void (*place)(const gml_split_plan *plan, size_t repeat, gml_split_work *work, uint32_t *part);
} gml_split_row;

/* Returns the row of the kind of `name`, which may be null; "auto" is resolved. Errors: name, argument (no classes, no
 * groups, or groups that the kind does not keep whole). */
gml_status gml_split_choose(const gml_dataset *dataset, const char *name, bool groups, const gml_split_row **row);

/* Sorts the items of work->order by work->key, below `keys`, into work->sorted; equal keys keep their order. Then
 * work->starts[k] is the end of key k. */
void gml_split_sort(gml_split_work *work, size_t items, size_t keys);

/* Sets work->key to the class of each sample, 0 if it is missing or there are no classes. Returns the number of keys.
 */
size_t gml_split_classes(const gml_split_plan *plan, gml_split_work *work);

enum { GML_SPLIT_NOTES = 4, GML_SPLIT_NOTE_SIZE = 320 };

struct gml_split {
    gml_split_plan plan;
    gml_context *context;
    const gml_split_row *row;
    size_t repeats;
    uint32_t *part; /* [repeats x n] */
    size_t notes;
    char note[GML_SPLIT_NOTES][GML_SPLIT_NOTE_SIZE];
};

/* Writes the notes of a split after its parts are set. `work` is overwritten. */
void gml_split_write_notes(gml_split *split, gml_split_work *work);

#endif
