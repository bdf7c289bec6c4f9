/* data/csv_match.c - finding the columns that a network knows by name in the header of a CSV, in any order. */
#include <stdio.h>
#include <string.h>

#include "data/csv_columns.h"

void gml_csv_list_names(const char *const *names, size_t count, char list[GML_CSV_LIST_SIZE])
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < count && i < GML_CSV_LISTED; i++) {
        char excerpt[GML_EXCERPT_SIZE];
        gml_excerpt(names[i], strlen(names[i]), excerpt);
        used += (size_t)snprintf(list + used, GML_CSV_LIST_SIZE - used, "%s%s", i > 0 ? ", " : "", excerpt);
    }
    snprintf(list + used, GML_CSV_LIST_SIZE - used, "%s", count > GML_CSV_LISTED ? ", ..." : "");
}

/* Adds the inputs in the network's order, the target and the weights to a complaint about the header. */
static gml_status refuse(const gml_csv_decision *decision, const char *complaint)
{
    const gml_dataset_options *options = decision->options;
    char inputs[GML_CSV_LIST_SIZE], target[GML_EXCERPT_SIZE] = "", weights[GML_EXCERPT_SIZE] = "";
    gml_csv_list_names(options->feature_names, options->features, inputs);
    if (options->target != NULL) {
        gml_excerpt(options->target, strlen(options->target), target);
    }
    if (options->weights != NULL) {
        gml_excerpt(options->weights, strlen(options->weights), weights);
    }
    return gml_fail(decision->context, GML_ERROR_DATA, "%s: %s; the inputs are %s%s%s%s%s", decision->path, complaint,
                    inputs, target[0] != '\0' ? ", the target is " : "", target,
                    weights[0] != '\0' ? ", the weights are " : "", weights);
}

static gml_status refuse_missing(const gml_csv_decision *decision, const char *name)
{
    char complaint[GML_EXCERPT_SIZE + 40], excerpt[GML_EXCERPT_SIZE];
    gml_excerpt(name, strlen(name), excerpt);
    snprintf(complaint, sizeof complaint, "the header has no column %s", excerpt);
    return refuse(decision, complaint);
}

/* The column that is asked for as the target or the weights is an input, or is not there. */
static gml_status refuse_other(const gml_csv_decision *decision, const char *name, const char *role)
{
    char complaint[GML_EXCERPT_SIZE + 80], excerpt[GML_EXCERPT_SIZE];
    size_t column = decision->columns->count;
    if ((!gml_csv_index_find(&decision->index, name, &column) &&
         !gml_csv_read_index(name, decision->columns->count, &column)) ||
        column == decision->columns->count) {
        return refuse_missing(decision, name);
    }
    size_t length = 0;
    const char *header = gml_labels_key(&decision->index.fields, column, &length);
    gml_excerpt(header, length, excerpt);
    snprintf(complaint, sizeof complaint, "column %zu, %s, is an input of the network and cannot be the %s", column + 1,
             excerpt, role);
    return refuse(decision, complaint);
}

static gml_status refuse_unexpected(const gml_csv_decision *decision, size_t column)
{
    char complaint[GML_EXCERPT_SIZE + 60], excerpt[GML_EXCERPT_SIZE];
    size_t length = 0;
    const char *name = gml_labels_key(&decision->index.fields, column, &length);
    gml_excerpt(name, length, excerpt);
    snprintf(complaint, sizeof complaint, "column %zu, %s, is not expected", column + 1, excerpt);
    return refuse(decision, complaint);
}

static gml_status match_inputs(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    size_t column = 0;
    for (size_t i = 0; i < options->features; i++) {
        if (!gml_csv_index_find(&decision->index, options->feature_names[i], &column)) {
            return refuse_missing(decision, options->feature_names[i]);
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

/* Finds the target or the weights, by name or else by index, among the columns that are no inputs. */
static bool match_other(const gml_csv_decision *decision, const char *name, size_t *column)
{
    const gml_csv_columns *columns = decision->columns;
    size_t found = columns->count;
    if (!gml_csv_index_find(&decision->index, name, &found) && !gml_csv_read_index(name, columns->count, &found)) {
        return false;
    }
    bool free = found < columns->count && columns->inputs[found] == GML_CSV_NO_INPUT;
    *column = free ? found : *column;
    return free;
}

/* The first column that is nothing so far; `count` if there is none. */
static size_t find_left_over(const gml_csv_columns *columns)
{
    size_t i = 0;
    while (i < columns->count &&
           (columns->inputs[i] != GML_CSV_NO_INPUT || i == columns->target || i == columns->weights)) {
        i++;
    }
    return i;
}

gml_status gml_csv_match_columns(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    gml_status status = match_inputs(decision);
    if (status != GML_OK) {
        return status;
    }
    if (options->weights != NULL && !match_other(decision, options->weights, &columns->weights) &&
        !options->weights_optional) {
        return refuse_other(decision, options->weights, "weights");
    }
    if (options->target == NULL) {
        columns->target = find_left_over(columns);
    } else if (!match_other(decision, options->target, &columns->target) && options->targets == GML_CHOICE_YES) {
        return refuse_other(decision, options->target, "target");
    }
    if (columns->target == columns->weights && columns->target < columns->count) {
        return gml_fail(decision->context, GML_ERROR_ARGUMENT,
                        "%s: column %zu cannot be both the target and the weights", decision->path,
                        columns->target + 1);
    }
    if (columns->target == columns->count && options->targets == GML_CHOICE_YES) {
        return gml_fail(decision->context, GML_ERROR_DATA, "%s: has the inputs and no target", decision->path);
    }
    size_t unexpected = find_left_over(columns);
    return unexpected < columns->count ? refuse_unexpected(decision, unexpected) : GML_OK;
}
