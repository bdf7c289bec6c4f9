/* data/split/split_note.c - notes about a split: classes that parts lack, uneven parts, equal repeats. */
#include <stdio.h>
#include <string.h>

#include "data/field.h"
#include "data/split/split.h"

static char *next_note(gml_split *split)
{
    return split->note[split->notes++];
}

/* ---- classes ---- */

typedef struct class_spread {
    size_t class, size; /* size: number of its samples */
    size_t repeat;      /* where most folds lack it */
    size_t lacking;     /* validation parts without the class */
    bool untrained;     /* some training part is without it */
} class_spread;

/* Counts the parts that samples[0 .. size-1] of one class are in. Stops once every part has one: large classes are
 * spread after few samples. */
static void spread_in_repeat(const gml_split *split, const size_t *samples, size_t repeat, size_t *seen,
                             class_spread *spread)
{
    const gml_split_plan *plan = &split->plan;
    const uint32_t *part = split->part + repeat * plan->n;
    size_t parts = gml_split_parts(plan), distinct = 0;
    memset(seen, 0, parts * sizeof *seen);
    for (size_t i = 0; i < spread->size && distinct < parts; i++) {
        distinct += seen[part[samples[i]]]++ == 0;
    }
    size_t lacking = plan->folds > 1 ? parts - distinct : seen[0] == 0;
    bool untrained = distinct == 1 && (plan->folds > 1 || seen[0] > 0);
    if ((untrained && !spread->untrained) || lacking > spread->lacking) {
        spread->repeat = repeat;
    }
    spread->untrained |= untrained;
    spread->lacking = lacking > spread->lacking ? lacking : spread->lacking;
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
static void note_classes(gml_split *split, gml_split_work *work)
{
    class_spread least[2] = {{.size = SIZE_MAX}, {.size = SIZE_MAX}};
    size_t count[2] = {0, 0}, begin = 0;
    size_t classes = gml_split_classes(&split->plan, work);
    for (size_t i = 0; i < split->plan.n; i++) {
        work->order[i] = i;
    }
    gml_split_sort(work, split->plan.n, classes);
    for (size_t c = 0; c < classes; c++) {
        size_t end = work->starts[c];
        class_spread spread = {.class = c, .size = end - begin};
        for (size_t repeat = 0; end > begin && repeat < split->repeats; repeat++) {
            spread_in_repeat(split, work->sorted + begin, repeat, work->used, &spread);
        }
        begin = end;
        if (spread.untrained || (spread.lacking > 0 && split->plan.folds < split->plan.n)) {
            size_t which = spread.untrained ? 0 : 1;
            count[which]++;
            least[which] = spread.size < least[which].size ? spread : least[which];
        }
    }
    for (size_t which = 0; which < 2; which++) {
        if (count[which] > 0) {
            write_class(next_note(split), split, &least[which], count[which] - 1);
        }
    }
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
    for (size_t i = 0; i < plan->n; i++) {
        work->used[split->part[i]]++;
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
    size_t n = split->plan.n;
    for (size_t repeat = 1; repeat < split->repeats; repeat++) {
        if (memcmp(split->part, split->part + repeat * n, n * sizeof *split->part) != 0) {
            return;
        }
    }
    snprintf(next_note(split), GML_SPLIT_NOTE_SIZE, "all %zu repeats are equal: the sizes of the groups determine them",
             split->repeats);
}

void gml_split_write_notes(gml_split *split, gml_split_work *work)
{
    if (split->plan.dataset->schema.classes > 1) {
        note_classes(split, work);
    }
    if (split->row->grouped) {
        note_sizes(split, work);
    }
    if (split->row->grouped && split->repeats > 1) {
        note_repeats(split);
    }
}
