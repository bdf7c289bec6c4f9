/* data/csv_columns.c - which columns of a CSV are the inputs, the target and the weights, and what they are called. */
#include "data/csv_columns.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

/* ---- a column by name or index ---- */

bool gml_csv_read_index(const char *text, size_t count, size_t *column)
{
    bool from_end = text[0] == '-';
    size_t index = 0;
    if (!gml_text_to_size(text + from_end, strlen(text + from_end), &index)) {
        return false;
    }
    if (from_end) {
        *column = index >= 1 && index <= count ? count - index : count;
    } else {
        *column = index < count ? index : count;
    }
    return true;
}

/* Lists the columns whose names are nearest to the one that was asked for. */
static gml_status refuse_name(const gml_csv_decision *decision, const char *name)
{
    enum { NEAREST = 8 };
    struct {
        const char *text;
        size_t length, distance;
    } nearest[NEAREST + 1];
    const gml_csv_row *header = decision->first;
    size_t kept = 0;
    gml_csv_cursor cursor = {0};
    size_t length = 0;
    for (const char *text; (text = gml_csv_row_next(header, &cursor, &length)) != NULL;) {
        size_t distance = gml_text_distance(text, length, name);
        size_t i = kept;
        for (; i > 0 && nearest[i - 1].distance > distance; i--) {
            nearest[i] = nearest[i - 1];
        }
        nearest[i].text = text;
        nearest[i].length = length;
        nearest[i].distance = distance;
        kept += kept < NEAREST;
    }
    char list[NEAREST * (GML_EXCERPT_SIZE + 2) + 1] = "";
    size_t used = 0;
    for (size_t i = 0; i < kept; i++) {
        char excerpt[GML_EXCERPT_SIZE];
        gml_excerpt(nearest[i].text, nearest[i].length, excerpt);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", excerpt);
    }
    return gml_fail(decision->context, GML_ERROR_NAME, "%s: there is no column \"%.60s\"; %s %s%s", decision->path,
                    name, header->count > kept ? "the nearest are" : "there are", list,
                    header->count > kept ? ", ..." : "");
}

gml_status gml_csv_find_column(const gml_csv_decision *decision, const char *name, size_t *column)
{
    const gml_csv_columns *columns = decision->columns;
    if (columns->header && gml_csv_index_find(&decision->index, name, column)) {
        return GML_OK;
    }
    if (!gml_csv_read_index(name, columns->count, column)) {
        return columns->header ? refuse_name(decision, name)
                               : gml_fail(decision->context, GML_ERROR_NAME,
                                          "%s: there is no column \"%.60s\": the file has no header row, so columns "
                                          "have indexes, 0 to %zu",
                                          decision->path, name, columns->count - 1);
    }
    if (*column == columns->count) {
        return gml_fail(decision->context, GML_ERROR_NAME,
                        "%s: there is no column %.60s; indexes go from 0 to %zu, or from -1 back to -%zu",
                        decision->path, name, columns->count - 1, columns->count);
    }
    return GML_OK;
}

/* ---- columns by place ---- */

/* How a file tells the column: by index where it has no header row. */
static const char *name_here(const gml_csv_columns *columns, const char *name, const char *index)
{
    return !columns->header && index != NULL ? index : name;
}

/* True if the file has the inputs and nothing else. */
static bool has_inputs_alone(const gml_csv_decision *decision, const char *target, const char *weights)
{
    const gml_dataset_options *options = decision->options;
    const gml_csv_columns *columns = decision->columns;
    size_t column = 0;
    bool named = target != NULL && columns->header && gml_csv_index_find(&decision->index, target, &column);
    if (options->targets == GML_CHOICE_YES || named) {
        return false;
    }
    size_t others = columns->count - (weights != NULL && !options->weights_optional);
    return options->features == 0 ? options->targets == GML_CHOICE_NO : options->features == others;
}

static gml_status check_features(const gml_csv_decision *decision)
{
    const gml_csv_columns *columns = decision->columns;
    bool target = columns->target < columns->count, weights = columns->weights < columns->count;
    const gml_dataset_options *options = decision->options;
    char names[GML_CSV_LIST_SIZE] = "";
    if (columns->features == 0) {
        return gml_fail(decision->context, GML_ERROR_DATA,
                        "%s: has %s, which leaves no inputs beside the target; columns are separated by commas",
                        decision->path, columns->count == 1 ? "one column" : "two columns, one of them weights");
    }
    if (options->features != 0 && options->features != columns->features) {
        if (options->feature_names != NULL) {
            gml_csv_list_names(options->feature_names, options->features, names);
        }
        return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu input%s (%zu columns%s); %zu are expected%s%s",
                        decision->path, columns->features, columns->features == 1 ? "" : "s", columns->count,
                        target && weights ? ", two of them the target and the weights"
                        : target          ? ", one of them the target"
                        : weights         ? ", one of them the weights"
                                          : "",
                        options->features, names[0] != '\0' ? ": " : "", names);
    }
    return GML_OK;
}

/* True if the file has no column at the index that the network remembers. */
static bool lacks_index(const gml_csv_columns *columns, const char *index)
{
    size_t column = 0;
    return !columns->header && index != NULL && gml_csv_read_index(index, columns->count, &column) &&
           column == columns->count;
}

static gml_status refuse_count(const gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    const char *others = options->targets == GML_CHOICE_YES ? " and the target"
                         : options->weights != NULL         ? ", alone or with the target and the weights"
                                                            : ", alone or with the target";
    char names[GML_CSV_LIST_SIZE] = "";
    if (options->feature_names != NULL) {
        gml_csv_list_names(options->feature_names, options->features, names);
    }
    return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu column%s; it needs %zu input%s%s%s%s",
                    decision->path, decision->columns->count, decision->columns->count == 1 ? "" : "s",
                    options->features, options->features == 1 ? "" : "s", others, names[0] != '\0' ? ": " : "", names);
}

gml_status gml_csv_place_columns(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    const char *target = name_here(columns, options->target, options->target_index);
    const char *weights = name_here(columns, options->weights, options->weights_index);
    bool alone = has_inputs_alone(decision, target, weights);
    gml_status status = GML_OK;
    if (options->features != 0 && !alone &&
        (columns->count < options->features + (options->targets == GML_CHOICE_YES) ||
         lacks_index(columns, options->target_index) || lacks_index(columns, options->weights_index))) {
        return refuse_count(decision);
    }
    if (weights != NULL && !(alone && options->weights_optional)) {
        status = gml_csv_find_column(decision, weights, &columns->weights);
    }
    if (status == GML_OK && !alone && target != NULL) {
        status = gml_csv_find_column(decision, target, &columns->target);
    } else if (status == GML_OK && !alone) {
        size_t last = columns->count - 1;
        columns->target = last - (columns->weights == last && last > 0);
    }
    if (status != GML_OK) {
        return status;
    }
    if (columns->target == columns->weights && columns->target < columns->count) {
        return gml_fail(decision->context, GML_ERROR_ARGUMENT,
                        "%s: column %zu cannot be both the target and the weights", decision->path,
                        columns->target + 1);
    }
    columns->features = columns->count - (columns->target < columns->count) - (columns->weights < columns->count);
    return check_features(decision);
}

/* Inputs in the order of the file. */
static void number_inputs(gml_csv_columns *columns)
{
    size_t input = 0;
    for (size_t i = 0; i < columns->count; i++) {
        columns->inputs[i] = i == columns->target || i == columns->weights ? GML_CSV_NO_INPUT : input++;
    }
}

/* ---- all ---- */

static gml_status decide(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    columns->target = columns->weights = columns->count;
    columns->inputs_alone = options->targets == GML_CHOICE_NO && options->features != 0;
    columns->inputs = gml_allocate(decision->context, columns->count, sizeof *columns->inputs, "columns of a CSV");
    if (columns->inputs == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = gml_csv_index_row(decision->context, decision->first, &decision->index);
    if (status != GML_OK) {
        return status;
    }
    gml_csv_decide_header(decision);
    if (columns->header && options->feature_names != NULL) {
        return gml_csv_match_columns(decision);
    }
    status = columns->header ? gml_csv_check_names(decision) : GML_OK;
    if (status == GML_OK) {
        status = gml_csv_place_columns(decision);
    }
    number_inputs(columns);
    return status;
}

gml_status gml_csv_columns_decide(gml_context *context, const char *path, const gml_dataset_options *options,
                                  const gml_csv_row *first, const gml_csv_row *second, gml_csv_columns *columns)
{
    *columns = (gml_csv_columns){.count = first->count};
    gml_csv_decision decision = {
        .context = context, .path = path, .options = options, .first = first, .second = second, .columns = columns};
    gml_status status = decide(&decision);
    gml_csv_index_clear(context, &decision.index);
    if (status != GML_OK) {
        gml_csv_columns_clear(context, columns);
    }
    return status;
}

void gml_csv_columns_clear(gml_context *context, gml_csv_columns *columns)
{
    gml_release(context, columns->inputs, columns->count, sizeof *columns->inputs);
    columns->inputs = NULL;
}
