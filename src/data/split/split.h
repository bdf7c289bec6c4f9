/* data/split/split.h - the inside of a split, and the assignment of samples to parts.
 *
 * A split assigns each sample a part. With k folds, part f is the validation part of fold f. Without folds, part 0 is
 * the validation part and part 1 the training part. */
#ifndef GML_DATA_SPLIT_H
#define GML_DATA_SPLIT_H

#include "base/call.h"
#include "base/random.h"
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

/* The part of each sample, packed: in as many bits as hold any part, a power of two. */
typedef struct gml_part_list {
    uint64_t *words;
    unsigned width; /* log2 of the bits of a part: 0 to 5 */
} gml_part_list;

static inline uint32_t gml_part_of(const gml_part_list *list, size_t sample)
{
    const unsigned shift = 6 - list->width, bits = 1u << list->width;
    const unsigned at = (unsigned)(sample & (((size_t)1 << shift) - 1)) * bits;
    return (uint32_t)(list->words[sample >> shift] >> at & (((uint64_t)1 << bits) - 1));
}

/* Sets the part of a sample, which is 0 before. */
static inline void gml_part_set(const gml_part_list *list, size_t sample, uint32_t part)
{
    const unsigned shift = 6 - list->width, bits = 1u << list->width;
    const unsigned at = (unsigned)(sample & (((size_t)1 << shift) - 1)) * bits;
    list->words[sample >> shift] |= (uint64_t)part << at;
}

/* Words of a list of `samples` parts. */
static inline size_t gml_part_words(unsigned width, size_t samples)
{
    return samples / ((size_t)64 >> width) + 1;
}

enum { GML_SPLIT_STORED = 1 << 20 }; /* the random order of more samples is computed, not stored */

static inline bool gml_split_is_stored(const gml_split_plan *plan)
{
    return plan->n <= GML_SPLIT_STORED;
}

/* Places of each class that are computed ahead, a power of two: 1024 of few classes, fewer of many. */
static inline size_t gml_split_ahead(size_t classes)
{
    size_t ahead = 1024;
    while (ahead > 1 && ahead * classes > (size_t)1 << 18) {
        ahead /= 2;
    }
    return ahead;
}

/* Working memory of an assignment. An item is a group or, of a split that is not by group, a sample. */
typedef struct gml_split_work {
    size_t *order;        /* [items] in random order for an assignment; none for more than GML_SPLIT_STORED samples */
    size_t *sorted;       /* [groups] the same, key after key */
    uint32_t *key;        /* [groups] the rank of the size of each group */
    size_t *starts;       /* [keys + 1] places of the keys in `sorted`, of the classes among samples sorted by class */
    size_t *taken;        /* [classes] samples of each class so far, of more than GML_SPLIT_STORED samples */
    size_t *ahead;        /* [classes x gml_split_ahead] the next entries of the random order of each class */
    size_t *used;         /* [parts] samples in each part */
    size_t *sizes;        /* [groups] samples of each group */
    uint32_t *group_part; /* [groups] */
} gml_split_work;

/* Returns the bytes of the arena of `work`, SIZE_MAX if they overflow; with an arena also sets the arrays. */
size_t gml_split_lay_out(gml_split_work *work, const gml_split_plan *plan, void *arena);

/* Writes items 0 .. items - 1 to work->order in random order. */
void gml_split_shuffle(const gml_stream *stream, size_t items, gml_split_work *work);

/* Random and stratified splits (split_deal.c): gml_split_row.place. */
void gml_split_place_random(const gml_split_plan *plan, size_t repeat, gml_split_work *work, gml_part_list *parts);
void gml_split_place_stratified(const gml_split_plan *plan, size_t repeat, gml_split_work *work, gml_part_list *parts);

typedef struct gml_split_row {
    gml_entry entry;
    bool grouped, stratified, unshuffled; /* needs groups; needs classes; has no random numbers */
    /* Sets the parts of all samples, zeros at first, for one repeat. */
    void (*place)(const gml_split_plan *plan, size_t repeat, gml_split_work *work, gml_part_list *parts);
} gml_split_row;

/* Returns the row of the kind of `name`, which may be null; "auto" is resolved. Errors: name, argument (no classes, no
 * groups, or groups that the kind does not keep whole). */
gml_status gml_split_choose(const gml_dataset *dataset, const char *name, bool groups, const gml_split_row **row);

enum { GML_SPLIT_PIECE = 1024 }; /* samples whose classes are found together */

/* Finds the classes of at most GML_SPLIT_PIECE samples from `first` on: 0 if the target is missing or there are no
 * classes. */
void gml_split_classes(const gml_split_plan *plan, size_t first, size_t count, uint32_t *classes);

enum { GML_SPLIT_NOTES = 4, GML_SPLIT_NOTE_SIZE = 320 };

struct gml_split {
    gml_split_plan plan;
    gml_context *context;
    const gml_split_row *row;
    size_t repeats;
    unsigned width;  /* of the lists of parts */
    uint64_t *parts; /* [repeats x gml_part_words] */
    size_t notes;
    char note[GML_SPLIT_NOTES][GML_SPLIT_NOTE_SIZE];
};

/* Returns the parts of a repeat. */
static inline gml_part_list gml_split_part(const gml_split *split, size_t repeat)
{
    return (gml_part_list){split->parts + repeat * gml_part_words(split->width, split->plan.n), split->width};
}

/* Writes the notes of a split after its parts are set. `work` is overwritten. Errors: memory. */
gml_status gml_split_write_notes(gml_split *split, gml_split_work *work);

#endif
