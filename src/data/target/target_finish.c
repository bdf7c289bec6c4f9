/* data/target/target_finish.c - interpreting a target column as values or classes. The rules are in
 * data/target/target.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "base/text.h"
#include "data/target/target.h"

/* True if a cell is a number stored as its value. */
static bool is_plain_number(const gml_target_reading *target, size_t cell)
{
    return !gml_target_is_label(target, cell) && !isnan(gml_target_column(target)[cell]);
}

/* Labels the distinct numbers by their eight bytes. Stops above `limit` of them: `few` is then false. */
static gml_status label_numbers(const gml_target_reading *target, size_t limit, gml_labels *numbers, bool *few)
{
    gml_status status = GML_OK;
    size_t label = 0;
    for (size_t i = 0; status == GML_OK && i < gml_target_count(target) && numbers->count <= limit; i++) {
        double number = gml_target_column(target)[i] + 0.0; /* -0 is 0 */
        if (is_plain_number(target, i)) {
            status = gml_labels_add(target->context, numbers, &number, sizeof number, &label);
        }
    }
    *few = numbers->count <= limit;
    return status;
}

/* Returns the greatest k <= GML_MAX_FOUND_CLASSES with k * k <= n. */
static size_t most_classes(size_t n)
{
    size_t k = GML_MAX_FOUND_CLASSES;
    while (k * k > n) {
        k--;
    }
    return k;
}

/* Decides whether the cells are classes, for the task auto. Words among too many numbers make it false. */
static gml_status look_like_classes(const gml_target_reading *target, size_t known, gml_labels *numbers, bool *classes)
{
    size_t limit = target->words > 0 ? GML_MAX_FOUND_CLASSES : target->codes > 0 ? known / 2 : most_classes(known);
    *classes = !target->valued && (target->words == 0 || 2 * target->words > known);
    if (!*classes) {
        return GML_OK;
    }
    gml_status status = label_numbers(target, limit, numbers, classes);
    *classes = *classes && (target->words > 0 || numbers->count + target->labels.count <= limit);
    return status;
}

/* ---- errors ---- */

/* Refuses a regression on words; the message lists the first words and their lines. */
static gml_status refuse_words(const gml_target_reading *target, size_t known, const char *path,
                               const gml_schema *schema)
{
    char list[GML_SHOWN_WORDS * (GML_EXCERPT_SIZE + 32)] = "", name[GML_EXCERPT_NAME_SIZE];
    size_t used = 0, shown = gml_least(target->words, GML_SHOWN_WORDS);
    for (size_t i = 0; i < shown; i++) {
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s in line %zu", i > 0 ? ", " : "",
                                 target->shown[i].excerpt, target->shown[i].row);
    }
    const char *more = target->words > shown ? ", ..." : "";
    bool header = schema->feature_names != NULL;
    gml_excerpt_name(header ? schema->target_name : NULL, name);
    if (target->words == known) {
        return gml_fail(target->context, GML_ERROR_DATA,
                        "%s: column %zu%s: no target is a number: %s%s; a regression needs numbers", path,
                        target->column, name, list, more);
    }
    bool first = !header && target->options->header == GML_CHOICE_AUTO && target->shown[0].row == target->first_row;
    bool open = target->options->task == GML_TASK_AUTO;
    return gml_fail(target->context, GML_ERROR_DATA,
                    "%s: column %zu%s: %zu of %zu targets %s: %s%s; leave the cell of a missing target empty and mask "
                    "missing targets%s%s",
                    path, target->column, name, target->words, known,
                    target->words == 1 ? "is not a finite number" : "are not finite numbers", list, more,
                    open ? ", or set the task to classification if all targets are names of classes" : "",
                    first ? "; if this row holds the names of the columns, say that there is a header" : "");
}

/* True if the cells are words that are all different, and too many to be classes. */
static bool identifies_rows(const gml_target_reading *target, size_t known)
{
    return target->words == known && target->labels.count == known && known > GML_MAX_FOUND_CLASSES;
}

static gml_status refuse_identifiers(const gml_target_reading *target, const char *path)
{
    return gml_fail(target->context, GML_ERROR_DATA,
                    "%s: column %zu: all %zu targets are different texts, which identify the rows and are not classes; "
                    "choose another column as the target, or set the task to classification",
                    path, target->column, target->words);
}

/* ---- values and classes ---- */

/* Converts codes to numbers. */
static void make_values(gml_target_reading *target)
{
    for (size_t i = 0; target->codes > 0 && i < gml_target_count(target); i++) {
        if (gml_target_is_label(target, i)) {
            size_t length = 0;
            double *value = &gml_target_column(target)[i];
            const char *text = gml_labels_key(&target->labels, (size_t)*value, &length);
            gml_text_to_double(text, length, value);
        }
    }
}

/* Returns the values as f64, or class numbers as u8 at the front of the same memory if all are known and below 256. */
static gml_matrix narrow(gml_target_reading *target, size_t classes, size_t known)
{
    size_t count = gml_target_count(target);
    if (classes > 256 || known < count) {
        return gml_matrix_f64(gml_target_column(target), count, 1);
    }
    uint8_t *bytes = target->values.data;
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)gml_target_column(target)[i];
    }
    return gml_matrix_u8(bytes, count, 1);
}

/* Decides between values and classes. The distinct numbers are labelled where they are classes. */
static gml_status decide(gml_target_reading *target, size_t known, const char *path, gml_labels *numbers,
                         gml_schema *schema)
{
    gml_task task = target->options->task;
    gml_status status = GML_OK;
    bool classes = task == GML_TASK_CLASSIFICATION || target->fixed;
    if (classes) {
        bool few = true;
        status = label_numbers(target, GML_MAX_CLASSES, numbers, &few);
        if (status == GML_OK && (!few || numbers->count + target->labels.count > GML_MAX_CLASSES)) {
            return gml_fail(target->context, GML_ERROR_DATA, "%s: more than %d classes", path, GML_MAX_CLASSES);
        }
    } else if (task == GML_TASK_AUTO) {
        status = look_like_classes(target, known, numbers, &classes);
    }
    if (status == GML_OK && task == GML_TASK_AUTO && classes && !target->fixed && identifies_rows(target, known)) {
        return refuse_identifiers(target, path);
    }
    if (status == GML_OK && !classes && target->words > 0) {
        return refuse_words(target, known, path, schema);
    }
    schema->task = classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION;
    return status;
}

gml_status gml_target_finish(gml_target_reading *target, const char *path, gml_dataset *made)
{
    gml_schema *schema = &made->schema;
    size_t count = gml_target_count(target), known = count - target->missing;
    gml_labels numbers = {0};
    schema->targets = 1;
    if (count > 0 && known == 0) {
        return gml_fail(target->context, GML_ERROR_DATA, "%s: not one target is known", path);
    }
    gml_status status = decide(target, known, path, &numbers, schema);
    bool classes = schema->task == GML_TASK_CLASSIFICATION;
    if (status == GML_OK && classes) {
        status = gml_target_rank(target, &numbers, path, schema);
    } else if (status == GML_OK) {
        make_values(target);
    }
    gml_labels_clear(target->context, &numbers);
    if (status == GML_OK) {
        made->targets = narrow(target, classes ? schema->classes : SIZE_MAX, known);
        made->owned_targets = target->values;
        target->values = (gml_pile){0};
    }
    return status;
}
