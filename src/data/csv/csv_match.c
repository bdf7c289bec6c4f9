/* data/csv/csv_match.c - finding the columns that a network knows by name in the header of a CSV, in any order. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/csv/csv_columns.h"

void gml_csv_list_inputs(const gml_dataset_options *options, const char *prefix, char list[GML_CSV_LIST_SIZE])
{
    size_t count = options->feature_names != NULL ? options->features : 0, used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < count && i < GML_CSV_LISTED; i++) {
        char excerpt[GML_EXCERPT_SIZE];
        gml_excerpt(options->feature_names[i], strlen(options->feature_names[i]), excerpt);
        used += (size_t)snprintf(list + used, GML_CSV_LIST_SIZE - used, "%s%s", i > 0 ? ", " : prefix, excerpt);
    }
    snprintf(list + used, GML_CSV_LIST_SIZE - used, "%s", count > GML_CSV_LISTED ? ", ..." : "");
}

/* Refuses the header for a column of the file, or for the lack of one called `name` where `column` is count. Lists the
 * inputs in the network's order, the target, the weights and the groups. */
static gml_status refuse(const gml_csv_decision *decision, size_t column, const char *name, const char *complaint)
{
    const gml_dataset_options *options = decision->options;
    char what[40] = "the header has no column ", excerpt[GML_EXCERPT_SIZE], inputs[GML_CSV_LIST_SIZE];
    char target[GML_EXCERPT_SIZE] = "", weights[GML_EXCERPT_SIZE] = "", groups[GML_EXCERPT_SIZE] = "";
    size_t length = name != NULL ? strlen(name) : 0;
    if (column < decision->columns->count) {
        snprintf(what, sizeof what, "column %zu, ", column + 1);
        name = gml_csv_row_field(decision->first, column, &length);
    }
    gml_excerpt(name, length, excerpt);
    gml_csv_list_inputs(options, "", inputs);
    if (options->target != NULL) {
        gml_excerpt(options->target, strlen(options->target), target);
    }
    if (options->weights != NULL) {
        gml_excerpt(options->weights, strlen(options->weights), weights);
    }
    if (options->groups != NULL) {
        gml_excerpt(options->groups, strlen(options->groups), groups);
    }
    return gml_fail(decision->context, GML_ERROR_DATA, "%s: %s%s%s; the inputs are %s%s%s%s%s%s%s", decision->path,
                    what, excerpt, column < decision->columns->count ? complaint : "", inputs,
                    target[0] != '\0' ? ", the target is " : "", target, weights[0] != '\0' ? ", the weights are " : "",
                    weights, groups[0] != '\0' ? ", the groups are " : "", groups);
}

/* Finds a column by name, or else by index; `count` if there is none. */
static size_t find_column(const gml_csv_decision *decision, const char *name)
{
    size_t count = decision->columns->count, column = count;
    bool found = gml_csv_index_find(&decision->index, name, &column) || gml_csv_read_index(name, count, &column);
    return found ? column : count;
}

static gml_status match_inputs(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    size_t column = 0;
    for (size_t i = 0; i < options->features; i++) {
        if (!gml_csv_index_find(&decision->index, options->feature_names[i], &column)) {
            return refuse(decision, columns->count, options->feature_names[i], "");
        }
    }
    gml_status status = gml_csv_check_names(decision); /* a name then has one column */
    if (status != GML_OK) {
        return status;
    }
    for (size_t i = 0; i < columns->count; i++) {
        columns->inputs[i] = GML_CSV_NO_INPUT;
    }
    for (size_t i = 0; i < options->features; i++) {
        gml_csv_index_find(&decision->index, options->feature_names[i], &column);
        if (columns->inputs[column] != GML_CSV_NO_INPUT) {
            return gml_fail(
                decision->context, GML_ERROR_ARGUMENT,
                "%s: inputs %zu and %zu are both to be the column \"%.60s\"; without a header row inputs go by "
                "place",
                decision->path, columns->inputs[column] + 1, i + 1, options->feature_names[i]);
        }
        columns->inputs[column] = i;
    }
    columns->features = options->features;
    return GML_OK;
}

/* Finds the target, the weights or the groups among the columns that are no inputs; `count` if it is not there. */
static size_t match_other(const gml_csv_decision *decision, const char *name)
{
    const gml_csv_columns *columns = decision->columns;
    size_t found = find_column(decision, name);
    return found < columns->count && columns->inputs[found] == GML_CSV_NO_INPUT ? found : columns->count;
}

static gml_status match_target(const gml_csv_decision *decision, const char *name, size_t *column)
{
    *column = match_other(decision, name);
    return *column == decision->columns->count && decision->options->targets == GML_CHOICE_YES
               ? refuse(decision, find_column(decision, name), name,
                        ", is an input of the network and cannot be the target")
               : GML_OK;
}

/* Makes the only column without a role the target, if there is exactly one. */
static void take_left_over(gml_csv_columns *columns)
{
    size_t found = columns->count, others = 0;
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->inputs[i] == GML_CSV_NO_INPUT && !gml_csv_has_role(columns, i) &&
            !gml_csv_is_ignored(columns, i)) {
            found = i;
            others++;
        }
    }
    if (others == 1) {
        gml_csv_set_target(columns, found);
    }
}

/* Refuses an input that is to be ignored. */
static gml_status check_ignored(const gml_csv_decision *decision)
{
    const gml_csv_columns *columns = decision->columns;
    for (size_t i = 0; i < columns->count; i++) {
        if (columns->inputs[i] != GML_CSV_NO_INPUT && gml_csv_is_ignored(columns, i)) {
            return refuse(decision, i, NULL, ", is an input of the network and cannot be ignored");
        }
    }
    return GML_OK;
}

gml_status gml_csv_match_columns(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    gml_status status = match_inputs(decision);
    if (status != GML_OK) {
        return status;
    }
    if (options->weights != NULL) {
        columns->weights = match_other(decision, options->weights);
        if (columns->weights == columns->count && !options->weights_optional) {
            return refuse(decision, find_column(decision, options->weights), options->weights,
                          ", is an input of the network and cannot be the weights");
        }
    }
    if (options->groups != NULL) {
        columns->groups = match_other(decision, options->groups);
        if (columns->groups == columns->count && !options->groups_unread) {
            return refuse(decision, find_column(decision, options->groups), options->groups,
                          ", is an input of the network and cannot be the groups");
        }
    }
    if (options->target != NULL) {
        status = gml_csv_find_targets(decision, &decision->targets, match_target);
    } else {
        take_left_over(columns);
    }
    if (status == GML_OK) {
        status = gml_csv_check_roles(decision);
    }
    if (status != GML_OK) {
        return status;
    }
    if (columns->target_count == 0 && options->targets == GML_CHOICE_YES) {
        return gml_fail(decision->context, GML_ERROR_DATA, "%s: has the inputs and no target", decision->path);
    }
    return check_ignored(decision);
}

/* ---- by place ---- */

/* Reads "column 3" as 2. */
static bool read_place(const char *name, size_t *place)
{
    static const char before[] = "column ";
    const size_t length = sizeof before - 1;
    bool read = strncmp(name, before, length) == 0 && gml_text_to_size(name + length, strlen(name + length), place) &&
                *place > 0;
    *place -= read;
    return read;
}

bool gml_csv_named_by_place(const gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    size_t place = 0;
    bool named = options->feature_names != NULL && !decision->columns->header;
    for (size_t i = 0; named && i < options->features; i++) {
        named = read_place(options->feature_names[i], &place);
    }
    return named;
}

/* Returns the column at an index, if that is no input; else `count`. */
static size_t match_index(const gml_csv_columns *columns, const char *name, const char *index)
{
    size_t column = columns->count;
    const char *text = index != NULL ? index : name;
    bool found = text != NULL && gml_csv_read_index(text, columns->count, &column) && column < columns->count;
    return found && columns->inputs[column] == GML_CSV_NO_INPUT ? column : columns->count;
}

static gml_status match_target_index(const gml_csv_decision *decision, const char *name, size_t *column)
{
    *column = match_index(decision->columns, NULL, name);
    return GML_OK;
}

gml_status gml_csv_match_places(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    for (size_t i = 0; i < columns->count; i++) {
        columns->inputs[i] = GML_CSV_NO_INPUT;
    }
    for (size_t i = 0; i < options->features; i++) {
        size_t place = 0;
        read_place(options->feature_names[i], &place);
        if (place >= columns->count || columns->inputs[place] != GML_CSV_NO_INPUT) {
            return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu column%s; input %zu is \"%s\"%s",
                            decision->path, columns->count, columns->count == 1 ? "" : "s", i + 1,
                            options->feature_names[i], place < columns->count ? ", as another input is" : "");
        }
        columns->inputs[place] = i;
    }
    columns->features = options->features;
    columns->weights = match_index(columns, options->weights, options->weights_index);
    columns->groups = match_index(columns, options->groups, options->groups_index);
    gml_status status = gml_csv_find_targets(decision, gml_csv_targets_here(decision), match_target_index);
    if (status != GML_OK) {
        return status;
    }
    if (columns->target_count == 0 && options->targets == GML_CHOICE_YES) {
        return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu columns, and the target is none of them",
                        decision->path, columns->count);
    }
    if (columns->weights == columns->count && options->weights != NULL && !options->weights_optional) {
        return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu columns, and the weights are none of them",
                        decision->path, columns->count);
    }
    if (columns->groups == columns->count && options->groups != NULL && !options->groups_unread) {
        return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu columns, and the groups are none of them",
                        decision->path, columns->count);
    }
    status = gml_csv_check_roles(decision);
    return status == GML_OK ? check_ignored(decision) : status;
}
