/* data/split/split_note.c - notes about a split: classes that parts lack, uneven parts, equal repeats. */
#include <stdio.h>
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "data/field.h"
#include "data/split/split.h"

static char *next_note(gml_split *split)
{
    return split->note[split->notes++];
}

/* ---- classes ---- */

typedef struct class_spread {
    size_t class, size; /* size: number of its samples */
    size_t lacking;     /* validation parts without the class, where most lack it */
    bool untrained;     /* some training part is without it */
} class_spread;

/* Some of the classes, counted in one pass over the samples for each repeat. */
typedef struct class_tally {
    size_t first, count;   /* classes */
    size_t parts;          /* of the split */
    class_spread *spreads; /* [count] */
    size_t *distinct;      /* [count] parts that the class is in, of a repeat */
    uint64_t *seen;        /* [count x parts] bits: the class is in the part */
} class_tally;

enum { TALLY_CLASSES = 1 << 16, TALLY_BITS = 1 << 25 }; /* of one pass, so that memory is bounded */

static void lay_out_tally(class_tally *tally, gml_layout *layout, void *arena)
{
    tally->spreads = gml_layout_take(layout, arena, tally->count, 1, sizeof *tally->spreads);
    tally->distinct = gml_layout_take(layout, arena, tally->count, 1, sizeof *tally->distinct);
    tally->seen = gml_layout_take(layout, arena, tally->count * tally->parts / 64 + 1, 1, sizeof *tally->seen);
}

static bool was_seen(const class_tally *tally, size_t class, size_t part)
{
    const size_t bit = class * tally->parts + part;
    return tally->seen[bit / 64] >> bit % 64 & 1;
}

/* Counts in how many parts each class of the tally is. */
static void count_repeat(const gml_split *split, size_t repeat, class_tally *tally)
{
    const gml_part_list parts = gml_split_part(split, repeat);
    memset(tally->distinct, 0, tally->count * sizeof *tally->distinct);
    memset(tally->seen, 0, (tally->count * tally->parts / 64 + 1) * sizeof *tally->seen);
    uint32_t piece[GML_SPLIT_PIECE];
    for (size_t i = 0; i < split->plan.n; i++) {
        if (i % GML_SPLIT_PIECE == 0) {
            gml_split_classes(&split->plan, i, gml_least(split->plan.n - i, GML_SPLIT_PIECE), piece);
        }
        const size_t class = piece[i % GML_SPLIT_PIECE] - tally->first;
        if (class >= tally->count) {
            continue;
        }
        tally->spreads[class].size += repeat == 0;
        const size_t part = gml_part_of(&parts, i), bit = class * tally->parts + part;
        tally->distinct[class] += !was_seen(tally, class, part);
        tally->seen[bit / 64] |= (uint64_t)1 << bit % 64;
    }
}

/* Finds how the classes of the tally are spread over the parts. */
static void spread_classes(const gml_split *split, class_tally *tally)
{
    const bool folds = split->plan.folds > 1;
    for (size_t c = 0; c < tally->count; c++) {
        tally->spreads[c] = (class_spread){.class = tally->first + c};
    }
    for (size_t repeat = 0; repeat < split->repeats; repeat++) {
        count_repeat(split, repeat, tally);
        for (size_t c = 0; c < tally->count; c++) {
            class_spread *spread = &tally->spreads[c];
            const bool validated = was_seen(tally, c, 0);
            const size_t lacking = folds ? tally->parts - tally->distinct[c] : !validated;
            spread->untrained |= tally->distinct[c] == 1 && (folds || validated);
            spread->lacking = gml_most(spread->lacking, lacking);
        }
    }
}

static void write_class(char *note, const gml_split *split, const class_spread *spread, size_t more)
{
    const gml_split_plan *plan = &split->plan;
    const char *name = gml_dataset_class_name(plan->dataset, spread->class), *plural = spread->size == 1 ? "" : "s";
    char excerpt[GML_EXCERPT_SIZE], others[64] = "";
    if (name != NULL) {
        gml_excerpt(name, strlen(name), excerpt);
    } else {
        snprintf(excerpt, sizeof excerpt, "%zu", spread->class);
    }
    if (more > 0) {
        snprintf(others, sizeof others, "; %zu more class%s like it", more, more == 1 ? " is" : "es are");
    }
    if (plan->folds > 1 && spread->untrained) {
        snprintf(note, GML_SPLIT_NOTE_SIZE,
                 "class %s has %zu sample%s, all in one of the %zu folds: the training part of that fold does not have "
                 "the class%s",
                 excerpt, spread->size, plural, plan->folds, others);
    } else if (plan->folds > 1) {
        snprintf(note, GML_SPLIT_NOTE_SIZE, "class %s has %zu sample%s: %zu of the %zu folds ha%s none of them%s",
                 excerpt, spread->size, plural, spread->lacking, plan->folds, spread->lacking == 1 ? "s" : "ve",
                 others);
    } else {
        const char *in = spread->untrained ? "validation" : "training",
                   *out = spread->untrained ? "training" : "validation";
        snprintf(note, GML_SPLIT_NOTE_SIZE,
                 "class %s has %zu sample%s, all in the %s part: the %s part does not have "
                 "the class%s",
                 excerpt, spread->size, plural, in, out, others);
    }
}

/* A note about the classes that some training part lacks, and one about other classes that some validation part lacks.
 * Each names the class with the fewest samples. Folds of one sample always lack classes, which is not worth a note. */
static gml_status note_classes(gml_split *split)
{
    const gml_split_plan *plan = &split->plan;
    const size_t classes = plan->dataset->schema.classes, parts = gml_split_parts(plan);
    const size_t most = gml_least(gml_least(classes, TALLY_CLASSES), gml_most(TALLY_BITS / parts, 1));
    class_tally tally = {.count = most, .parts = parts};
    gml_layout layout = {0};
    lay_out_tally(&tally, &layout, NULL);
    void *arena = gml_allocate(split->context, layout.size, 1, "the classes of a split");
    if (arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    lay_out_tally(&tally, &(gml_layout){0}, arena);
    class_spread least[2] = {{.size = SIZE_MAX}, {.size = SIZE_MAX}};
    size_t count[2] = {0, 0};
    for (; tally.first < classes; tally.first += most) {
        tally.count = gml_least(classes - tally.first, most);
        spread_classes(split, &tally);
        for (size_t c = 0; c < tally.count; c++) {
            const class_spread *spread = &tally.spreads[c];
            if (spread->size > 0 && (spread->untrained || (spread->lacking > 0 && plan->folds < plan->n))) {
                const size_t which = spread->untrained ? 0 : 1;
                count[which]++;
                least[which] = spread->size < least[which].size ? *spread : least[which];
            }
        }
    }
    gml_release(split->context, arena, layout.size, 1);
    for (size_t which = 0; which < 2; which++) {
        if (count[which] > 0) {
            write_class(next_note(split), split, &least[which], count[which] - 1);
        }
    }
    return GML_OK;
}

/* ---- groups ---- */

/* Parts are uneven if the validation part misses its size by more than a twentieth of the samples, or a fold has more
 * than 1.5 times its share. */
static void note_sizes(gml_split *split, gml_split_work *work)
{
    const gml_split_plan *plan = &split->plan;
    size_t parts = gml_split_parts(plan), least = SIZE_MAX, most = 0, largest = 0;
    memset(work->used, 0, parts * sizeof *work->used);
    memset(work->sizes, 0, plan->group_count * sizeof *work->sizes);
    const gml_part_list list = gml_split_part(split, 0);
    for (size_t i = 0; i < plan->n; i++) {
        work->used[gml_part_of(&list, i)]++;
        size_t size = ++work->sizes[plan->groups[i]];
        largest = size > largest ? size : largest;
    }
    for (size_t p = 0; p < parts; p++) {
        least = work->used[p] < least ? work->used[p] : least;
        most = work->used[p] > most ? work->used[p] : most;
    }
    size_t missed = work->used[0] > plan->count ? work->used[0] - plan->count : plan->count - work->used[0];
    if (plan->folds > 1 && (double)most > 1.5 * (double)plan->n / (double)plan->folds) {
        snprintf(next_note(split), GML_SPLIT_NOTE_SIZE,
                 "the folds have %zu to %zu samples: groups are whole, and the largest has %zu", least, most, largest);
    } else if (plan->folds == 1 && missed > plan->n / 20) {
        snprintf(
            next_note(split), GML_SPLIT_NOTE_SIZE,
            "the validation part has %zu of the %zu samples in place of %zu: groups are whole, and the largest has "
            "%zu",
            work->used[0], plan->n, plan->count, largest);
    }
}

static void note_repeats(gml_split *split)
{
    const size_t words = gml_part_words(split->width, split->plan.n);
    for (size_t repeat = 1; repeat < split->repeats; repeat++) {
        if (memcmp(split->parts, split->parts + repeat * words, words * sizeof *split->parts) != 0) {
            return;
        }
    }
    snprintf(next_note(split), GML_SPLIT_NOTE_SIZE, "all %zu repeats are equal: the sizes of the groups determine them",
             split->repeats);
}

gml_status gml_split_write_notes(gml_split *split, gml_split_work *work)
{
    gml_status status = split->plan.dataset->schema.classes > 1 ? note_classes(split) : GML_OK;
    if (status == GML_OK && split->row->grouped) {
        note_sizes(split, work);
    }
    if (status == GML_OK && split->row->grouped && split->repeats > 1) {
        note_repeats(split);
    }
    return status;
}
