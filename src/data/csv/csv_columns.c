/* data/csv/csv_columns.c - which columns of a CSV are the inputs, the target, the weights and the groups. */
#include "data/csv/csv_columns.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- a column by name or index ---- */

bool gml_csv_read_index(const char *text, size_t count, size_t *column)
{
    bool from_end = text[0] == '-';
    size_t index = 0;
    if (!gml_text_to_size(text + from_end, strlen(text + from_end), &index)) {
        return false;
    }
    size_t found = from_end ? count - index : index;
    *column = index <= count && found < count ? found : count;
    return true;
}

/* Lists the columns with the names nearest to `name`. */
static gml_status refuse_name(const gml_csv_decision *decision, const char *name)
{
    enum { NEAREST = 8 };
    struct {
        size_t column, distance;
    } nearest[NEAREST + 1];
    const gml_csv_row *header = decision->first;
    size_t kept = 0, length = 0, used = 0;
    for (size_t column = 0; column < header->count; column++) {
        const char *text = gml_csv_row_field(header, column, &length);
        size_t distance = gml_text_distance(text, length, name);
        size_t i = kept;
        for (; i > 0 && nearest[i - 1].distance > distance; i--) {
            nearest[i] = nearest[i - 1];
        }
        nearest[i].column = column;
        nearest[i].distance = distance;
        kept += kept < NEAREST;
    }
    char list[NEAREST * (GML_EXCERPT_SIZE + 2) + 1] = "", excerpt[GML_EXCERPT_SIZE];
    for (size_t i = 0; i < kept; i++) {
        const char *text = gml_csv_row_field(header, nearest[i].column, &length);
        gml_excerpt(text, length, excerpt);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", excerpt);
    }
    return gml_fail(decision->context, GML_ERROR_NAME, "%s: there is no column \"%.60s\"; %s %s%s", decision->path,
                    name, header->count > kept ? "the nearest are" : "there are", list,
                    header->count > kept ? ", ..." : "");
}

/* Finds the column with a name or an index. */
static gml_status find_column(const gml_csv_decision *decision, const char *name, size_t *column)
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

/* ---- roles ---- */

bool gml_csv_has_role(const gml_csv_columns *columns, size_t column)
{
    const bool target = columns->is_target != NULL && columns->is_target[column];
    return target || column == columns->weights || column == columns->groups;
}

static gml_status refuse_both(const gml_csv_decision *decision, size_t column, const char *one, const char *other)
{
    return gml_fail(decision->context, GML_ERROR_ARGUMENT, "%s: column %zu cannot be both the %s and the %s",
                    decision->path, column + 1, one, other);
}

static gml_status check_read(const gml_csv_decision *decision, size_t column, const char *role)
{
    return column < decision->columns->count && gml_csv_is_ignored(decision->columns, column)
               ? gml_fail(decision->context, GML_ERROR_ARGUMENT, "%s: column %zu cannot be the %s and ignored",
                          decision->path, column + 1, role)
               : GML_OK;
}

gml_status gml_csv_check_roles(const gml_csv_decision *decision)
{
    const gml_csv_columns *columns = decision->columns;
    const size_t count = columns->count, weights = columns->weights, groups = columns->groups;
    if (weights < count && columns->is_target[weights]) {
        return refuse_both(decision, weights, "target", "weights");
    }
    if (groups < count && columns->is_target[groups]) {
        return refuse_both(decision, groups, "target", "groups");
    }
    if (groups < count && groups == weights) {
        return refuse_both(decision, groups, "weights", "groups");
    }
    gml_status status = check_read(decision, weights, "weights");
    if (status == GML_OK) {
        status = check_read(decision, groups, "groups");
    }
    for (size_t i = 0; status == GML_OK && i < columns->target_count; i++) {
        status = check_read(decision, columns->targets[i], "target");
    }
    return status;
}

/* ---- columns by place ---- */

/* Returns the index of a column in a file without a header, where the options have one; else its name. */
static const char *name_here(const gml_csv_columns *columns, const char *name, const char *index)
{
    return !columns->header && index != NULL ? index : name;
}

size_t gml_csv_default_target(const gml_csv_columns *columns)
{
    size_t last = columns->count - 1;
    while (last > 0 && (last == columns->weights || last == columns->groups || gml_csv_is_ignored(columns, last))) {
        last--;
    }
    return last;
}

static size_t count_ignored(const gml_csv_columns *columns)
{
    size_t count = 0;
    for (size_t i = 0; i < columns->count; i++) {
        count += gml_csv_is_ignored(columns, i);
    }
    return count;
}

/* True if the file has the inputs and no other column. */
static bool has_inputs_alone(const gml_csv_decision *decision, const gml_csv_row *targets, const char *weights)
{
    const gml_dataset_options *options = decision->options;
    const gml_csv_columns *columns = decision->columns;
    bool named = columns->header && gml_csv_has_names(decision, targets);
    if (options->targets == GML_CHOICE_YES || named) {
        return false;
    }
    size_t others = columns->count - count_ignored(columns) - (weights != NULL && !options->weights_optional) -
                    (options->groups != NULL && !options->groups_unread);
    return options->features == 0 ? options->targets == GML_CHOICE_NO : options->features == others;
}

enum { ROLES_SIZE = 96 };

/* Writes which columns are no inputs: ", two of them the target and the weights". */
static void list_roles(const gml_csv_columns *columns, char text[ROLES_SIZE])
{
    static const char *const numbers[] = {"", "one", "two", "three"};
    const size_t targets = columns->target_count, few = sizeof numbers / sizeof *numbers;
    const bool weights = columns->weights < columns->count, groups = columns->groups < columns->count;
    const size_t total = targets + weights + groups;
    char number[GML_NUMBER_SIZE];
    snprintf(number, sizeof number, "%zu", total);
    if (total == 0) {
        text[0] = '\0';
        return;
    }
    const char *and_weights = targets == 0 ? " the weights" : groups ? ", the weights" : " and the weights";
    snprintf(text, ROLES_SIZE, ", %s of them%s%s%s", total < few ? numbers[total] : number,
             targets == 0   ? ""
             : targets == 1 ? " the target"
                            : " the targets",
             weights ? and_weights : "",
             !groups                  ? ""
             : targets > 0 || weights ? " and the groups"
                                      : " the groups");
}

static gml_status check_features(const gml_csv_decision *decision)
{
    const gml_csv_columns *columns = decision->columns;
    const gml_dataset_options *options = decision->options;
    char roles[ROLES_SIZE], names[GML_CSV_LIST_SIZE];
    list_roles(columns, roles);
    if (columns->count == 1 && columns->features == 0) {
        return gml_fail(
            decision->context, GML_ERROR_DATA,
            "%s: has one column, which leaves no inputs beside the target; no comma, semicolon, tab, | or blank "
            "separates its lines into equally many fields",
            decision->path);
    }
    if (columns->features == 0) {
        return gml_fail(decision->context, GML_ERROR_DATA, "%s: has %zu columns%s, which leaves no inputs",
                        decision->path, columns->count, roles);
    }
    if (options->features == 0 || options->features == columns->features) {
        return GML_OK;
    }
    gml_csv_list_inputs(options, ": ", names);
    return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu input%s (%zu columns%s); %zu are expected%s",
                    decision->path, columns->features, columns->features == 1 ? "" : "s", columns->count, roles,
                    options->features, names);
}

/* True if the file has no column at the index that the network keeps. */
static bool lacks_index(const gml_csv_columns *columns, const char *index)
{
    size_t column = 0;
    return !columns->header && index != NULL && gml_csv_read_index(index, columns->count, &column) &&
           column == columns->count;
}

static bool lacks_target(const gml_csv_decision *decision)
{
    bool lacks = false;
    for (size_t i = 0; !lacks && i < decision->target_indexes.count; i++) {
        lacks = lacks_index(decision->columns, gml_csv_listed_name(&decision->target_indexes, i));
    }
    return lacks;
}

static gml_status refuse_count(const gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    const char *others = options->targets == GML_CHOICE_YES ? " and the target"
                         : options->weights != NULL         ? ", alone or with the target and the weights"
                                                            : ", alone or with the target";
    char names[GML_CSV_LIST_SIZE];
    gml_csv_list_inputs(options, ": ", names);
    return gml_fail(decision->context, GML_ERROR_SHAPE, "%s: has %zu column%s; it needs %zu input%s%s%s",
                    decision->path, decision->columns->count, decision->columns->count == 1 ? "" : "s",
                    options->features, options->features == 1 ? "" : "s", others, names);
}

/* Returns the target where no option names it. Columns without a name in the header are none: they are an index, or
 * what delimiters at the ends of lines leave. */
static size_t default_target(const gml_csv_decision *decision)
{
    const gml_csv_columns *columns = decision->columns;
    for (size_t i = columns->header ? columns->count : 0; i > 0; i--) {
        size_t length;
        gml_csv_row_field(decision->first, i - 1, &length);
        if (length > 0 && !gml_csv_has_role(columns, i - 1) && !gml_csv_is_ignored(columns, i - 1)) {
            return i - 1;
        }
    }
    return gml_csv_default_target(columns);
}

gml_status gml_csv_place_columns(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    const gml_csv_row *targets = gml_csv_targets_here(decision);
    const char *weights = name_here(columns, options->weights, options->weights_index);
    const char *groups = name_here(columns, options->groups, options->groups_index);
    bool alone = has_inputs_alone(decision, targets, weights);
    gml_status status = GML_OK;
    if (options->features != 0 && !alone &&
        (columns->count < options->features + (options->targets == GML_CHOICE_YES) || lacks_target(decision) ||
         lacks_index(columns, options->weights_index) || lacks_index(columns, options->groups_index))) {
        return refuse_count(decision);
    }
    if (weights != NULL && !(alone && options->weights_optional)) {
        status = find_column(decision, weights, &columns->weights);
    }
    if (status == GML_OK && groups != NULL && !(alone && options->groups_unread)) {
        status = find_column(decision, groups, &columns->groups);
    }
    if (status == GML_OK && !alone && targets->count > 0) {
        status = gml_csv_find_targets(decision, targets, find_column);
    } else if (status == GML_OK && !alone) {
        gml_csv_set_target(columns, default_target(decision));
    }
    if (status != GML_OK) {
        return status;
    }
    status = gml_csv_check_roles(decision);
    if (status != GML_OK) {
        return status;
    }
    columns->features = columns->count;
    for (size_t i = 0; i < columns->count; i++) {
        columns->features -= gml_csv_has_role(columns, i) || gml_csv_is_ignored(columns, i);
    }
    return check_features(decision);
}

/* ---- all columns ---- */

static gml_status allocate(const gml_csv_decision *decision)
{
    gml_csv_columns *columns = decision->columns;
    columns->inputs = gml_allocate(decision->context, columns->count, sizeof *columns->inputs, "columns of a CSV");
    columns->wishes = gml_allocate(decision->context, columns->count, sizeof *columns->wishes, "columns of a CSV");
    columns->targets = gml_allocate(decision->context, columns->count, sizeof *columns->targets, "columns of a CSV");
    columns->is_target =
        gml_allocate(decision->context, columns->count, sizeof *columns->is_target, "columns of a CSV");
    if (columns->inputs == NULL || columns->wishes == NULL || columns->targets == NULL || columns->is_target == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(columns->wishes, 0, columns->count * sizeof *columns->wishes);
    memset(columns->is_target, 0, columns->count * sizeof *columns->is_target);
    return GML_OK;
}

gml_status gml_csv_decision_begin(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    const size_t count = decision->first->count;
    *decision->columns = (gml_csv_columns){.count = count,
                                           .weights = count,
                                           .groups = count,
                                           .inputs_alone = options->targets == GML_CHOICE_NO && options->features != 0};
    gml_status status = allocate(decision);
    if (status == GML_OK) {
        status = gml_csv_index_row(decision->context, decision->first, &decision->index);
    }
    if (status == GML_OK) {
        status = gml_csv_list_names(decision, options->target, &decision->targets);
    }
    if (status == GML_OK) {
        status = gml_csv_list_names(decision, options->target_index, &decision->target_indexes);
    }
    if (status == GML_OK) {
        gml_csv_decide_header(decision);
    }
    return status;
}

void gml_csv_decision_end(gml_csv_decision *decision)
{
    gml_labels_clear(decision->context, &decision->index.fields);
    gml_csv_row_clear(decision->context, &decision->targets);
    gml_csv_row_clear(decision->context, &decision->target_indexes);
}

/* Gives each column its role. */
static gml_status place(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    gml_status status = GML_OK;
    if (columns->header && (options->feature_names == NULL || options->columns != NULL || options->ignore != NULL)) {
        status = gml_csv_check_names(decision);
    }
    if (status == GML_OK) {
        status = gml_wishes_read(decision->context, decision->path, options->columns, options->ignore,
                                 columns->header ? &decision->index.fields : NULL, columns->count, columns->wishes);
    }
    if (status == GML_OK && options->feature_names != NULL && columns->header) {
        return gml_csv_match_columns(decision);
    }
    if (status == GML_OK && gml_csv_named_by_place(decision)) {
        return gml_csv_match_places(decision);
    }
    if (status == GML_OK) {
        status = gml_csv_place_columns(decision);
    }
    size_t input = 0;
    for (size_t i = 0; i < columns->count; i++) {
        columns->inputs[i] =
            gml_csv_has_role(columns, i) || gml_csv_is_ignored(columns, i) ? GML_CSV_NO_INPUT : input++;
    }
    return status;
}

gml_status gml_csv_columns_decide(gml_csv_decision *decision, gml_schema *schema)
{
    gml_status status = gml_csv_decision_begin(decision);
    if (status == GML_OK) {
        status = place(decision);
    }
    gml_csv_decision_end(decision);
    return status == GML_OK ? gml_csv_keep_names(decision, schema) : status;
}

void gml_csv_columns_clear(gml_context *context, gml_csv_columns *columns)
{
    gml_release(context, columns->inputs, columns->count, sizeof *columns->inputs);
    gml_release(context, columns->wishes, columns->count, sizeof *columns->wishes);
    gml_release(context, columns->targets, columns->count, sizeof *columns->targets);
    gml_release(context, columns->is_target, columns->count, sizeof *columns->is_target);
    columns->inputs = columns->targets = NULL;
    columns->wishes = NULL;
    columns->is_target = NULL;
}
