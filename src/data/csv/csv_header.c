/* data/csv/csv_header.c - whether the first row of a CSV is names, and what a schema keeps of it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "data/amount.h"
#include "data/column/date.h"
#include "data/csv/csv_columns.h"

/* ---- the decision ---- */

typedef enum cell_sort { CELL_WORD, CELL_NUMBER, CELL_DATE } cell_sort;

static cell_sort sort_of(const gml_csv_decision *decision, const char *text, size_t length)
{
    double value;
    gml_amount amount;
    gml_date date;
    if (gml_decimal_read(text, length, decision->style, &value) ||
        gml_amount_read(text, length, decision->style.mark, &amount)) {
        return CELL_NUMBER;
    }
    return gml_date_read(text, length, &date) ? CELL_DATE : CELL_WORD;
}

/* What the first row says. Cells that are empty or stand above a word say nothing. */
typedef struct evidence {
    size_t names; /* inputs that are neither a number nor of the sort of the cell below */
    size_t alike; /* inputs of the same sort as the cell below */
    bool target_named, target_alike;
    bool words; /* all cells of both rows are words, and differ from each other */
} evidence;

/* True if a network knows an input, found by its place, as a category or a date. */
static bool holds_texts(const gml_dataset_options *options, size_t input)
{
    return options->column_kinds != NULL && input < options->features &&
           options->column_kinds[input].kind != GML_COLUMN_NUMBER;
}

static void look_at_cell(const gml_csv_decision *decision, const gml_csv_columns *columns, size_t column,
                         evidence *seen)
{
    const bool alone = column >= decision->second->count, is_target = columns->is_target[column];
    size_t length = 0, under_length = 0;
    const char *text = gml_csv_row_field(decision->first, column, &length);
    const char *under = alone ? "" : gml_csv_row_field(decision->second, column, &under_length);
    const cell_sort sort = sort_of(decision, text, length);
    const cell_sort below = alone ? CELL_NUMBER : sort_of(decision, under, under_length);
    seen->words = seen->words && length > 0 && sort == CELL_WORD && below == CELL_WORD &&
                  !(length == under_length && memcmp(text, under, length) == 0);
    if (column == columns->weights || column == columns->groups || length == 0 || gml_missing_word(text, length) ||
        below == CELL_WORD) {
        return;
    }
    const bool alike = !alone && sort == below, name = !alike && sort != CELL_NUMBER;
    seen->names += name && !is_target;
    seen->alike += alike && !is_target;
    seen->target_named = seen->target_named || (name && is_target && !alone);
    seen->target_alike = seen->target_alike || (alike && is_target);
}

/* True if some input is a name above a number or a date, unless the first row looks like a sample: more inputs are of
 * one sort in both rows, or the target is. Text in the first sample, such as "n/a", is then an error and not a name. In
 * a file of one row, text is enough. Inputs that say nothing leave the decision to the target and, in a table of words
 * alone, to the words: names differ from each other and from what is below. Weights and groups decide nothing: they may
 * be anything. Data for a network without names must have text in all inputs, because the first row was a sample in
 * training. Inputs that a network knows as categories or dates have texts in samples as well, and decide nothing. */
static bool looks_like_header(const gml_csv_decision *decision, const gml_csv_columns *columns)
{
    evidence seen = {.words = !decision->index.doubled};
    for (size_t column = 0, input = 0; column < columns->count; column++) {
        if (gml_csv_has_role(columns, column) || !holds_texts(decision->options, input++)) {
            look_at_cell(decision, columns, column, &seen);
        }
    }
    if (seen.target_alike) {
        return false;
    }
    if (seen.names + seen.alike == 0 && decision->options->features == 0) {
        return seen.target_named || seen.words;
    }
    const bool all_needed = decision->options->features != 0 && decision->options->feature_names == NULL;
    return seen.names > 0 && seen.names >= seen.alike && (!all_needed || seen.alike == 0);
}

/* True if the first row holds one of the expected names that is not a number. If all names are numbers, they cannot be
 * told from data: then the first row is names, as it was in training. */
static bool has_known_name(const gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    size_t texts = 0, column = 0;
    for (size_t i = 0; i < options->features; i++) {
        const char *name = options->feature_names[i];
        if (sort_of(decision, name, strlen(name)) == CELL_NUMBER) {
            continue;
        }
        texts++;
        size_t length = 0;
        if (gml_csv_index_find(&decision->index, name, &column)) {
            gml_csv_row_field(decision->first, column, &length); /* a gap is called after its place, in a sample too */
        }
        if (length > 0) {
            return true;
        }
    }
    return texts == 0;
}

/* Returns the text if it is an index of one of `count` columns, else null. */
static const char *index_or_null(const char *text, size_t count)
{
    size_t column = 0;
    return text != NULL && gml_csv_read_index(text, count, &column) && column < count ? text : NULL;
}

/* True if all names of a list are indexes of columns. */
static bool are_indexes(const gml_csv_row *names, size_t count)
{
    size_t i = 0, column = 0;
    while (i < names->count && gml_csv_read_index(gml_csv_listed_name(names, i), count, &column)) {
        i++;
    }
    return i == names->count;
}

void gml_csv_decide_header(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    columns->header = options->header == GML_CHOICE_YES;
    if (options->header != GML_CHOICE_AUTO) {
        return;
    }
    if (options->feature_names != NULL) {
        columns->header = has_known_name(decision);
    } else if (decision->targets.count > 0 && !are_indexes(&decision->targets, columns->count)) {
        columns->header = gml_csv_has_names(decision, &decision->targets);
    }
    if (columns->header) {
        return;
    }
    /* Places target, weights and groups as in a file without a header. Its errors are ignored: they come again when the
     * columns are placed with the decision made. In data of a network a target is placed where none is read, too: one
     * file has a header for both or for none. */
    gml_dataset_options unnamed = *options;
    unnamed.targets = options->features != 0 ? GML_CHOICE_AUTO : options->targets;
    unnamed.features = columns->count == options->features ? options->features : 0;
    unnamed.weights = index_or_null(options->weights, columns->count);
    unnamed.groups = index_or_null(options->groups, columns->count);
    gml_csv_columns tried = {.count = columns->count,
                             .weights = columns->count,
                             .groups = columns->count,
                             .targets = columns->targets,
                             .is_target = columns->is_target};
    gml_csv_decision trial = *decision;
    trial.options = &unnamed;
    trial.columns = &tried;
    if (!are_indexes(&trial.targets, columns->count)) {
        trial.targets = (gml_csv_row){0};
    }
    gml_csv_place_columns(&trial);
    columns->header = looks_like_header(decision, &tried);
    gml_csv_clear_targets(&tried);
}

/* ---- names ---- */

gml_status gml_csv_check_names(const gml_csv_decision *decision)
{
    const gml_csv_index *index = &decision->index;
    if (!index->doubled) {
        return GML_OK;
    }
    char excerpt[GML_EXCERPT_SIZE];
    char buffer[GML_CSV_PLACE_SIZE];
    size_t length = 0;
    const char *name = gml_csv_row_name(decision->first, index->second, buffer, &length);
    gml_excerpt(name, length, excerpt);
    return gml_fail(decision->context, GML_ERROR_DATA,
                    "%s: columns %zu and %zu are both called %s; the names of columns must differ", decision->path,
                    index->first + 1, index->second + 1, excerpt);
}

/* Returns where the name of a target is kept: among those of several, or by itself. */
static char **target_name(const gml_csv_columns *columns, gml_schema *schema, size_t column)
{
    size_t i = 0;
    while (columns->targets[i] != column) {
        i++;
    }
    return columns->target_count == 1     ? &schema->target_name
           : schema->target_names != NULL ? &schema->target_names[i]
                                          : NULL;
}

char **gml_csv_column_name(const gml_csv_columns *columns, gml_schema *schema, size_t column)
{
    if (columns->inputs[column] != GML_CSV_NO_INPUT) {
        return &schema->feature_names[columns->inputs[column]];
    }
    return columns->is_target[column]   ? target_name(columns, schema, column)
           : column == columns->weights ? &schema->weights_name
           : column == columns->groups  ? &schema->groups_name
                                        : NULL;
}

static gml_status keep_header(const gml_csv_decision *decision, gml_schema *schema)
{
    const gml_csv_row *header = decision->first;
    const size_t targets = schema->targets > 1 ? schema->targets : 0;
    schema->feature_names = gml_schema_make_names(decision->context, schema->features);
    schema->target_names = targets > 0 ? gml_schema_make_names(decision->context, targets) : NULL;
    if (schema->feature_names == NULL || (targets > 0 && schema->target_names == NULL)) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < header->count; i++) {
        gml_field field = {.path = decision->path, .row = header->line, .column = i + 1};
        char buffer[GML_CSV_PLACE_SIZE];
        field.text = gml_csv_row_name(header, i, buffer, &field.length);
        if (!gml_utf8_is_name(field.text, field.length)) {
            return gml_field_refuse(decision->context, &field, GML_NOT_UTF8);
        }
        char **name = gml_csv_column_name(decision->columns, schema, i);
        if (name == NULL) {
            continue;
        }
        *name = gml_schema_copy_name(decision->context, field.text, field.length);
        if (*name == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}

/* Keeps a column's index beside its name, for files without a header row; or as its name if there is no header. */
static gml_status keep_index(const gml_csv_decision *decision, size_t column, char **name, char **index)
{
    char text[GML_NUMBER_SIZE];
    char **kept = decision->columns->header ? index : name;
    snprintf(text, sizeof text, "%zu", column);
    *kept = gml_copy_string(decision->context, text);
    return *kept != NULL ? GML_OK : GML_ERROR_MEMORY;
}

gml_status gml_csv_keep_names(const gml_csv_decision *decision, gml_schema *schema)
{
    const gml_csv_columns *columns = decision->columns;
    schema->features = columns->features;
    schema->targets = columns->inputs_alone ? 0 : columns->target_count;
    gml_status status = columns->header ? keep_header(decision, schema) : GML_OK;
    if (status == GML_OK) {
        status = gml_csv_keep_targets(decision, schema);
    }
    if (status == GML_OK && columns->weights < columns->count) {
        status = keep_index(decision, columns->weights, &schema->weights_name, &schema->weights_index);
    }
    if (status == GML_OK && columns->groups < columns->count) {
        status = keep_index(decision, columns->groups, &schema->groups_name, &schema->groups_index);
    }
    return status;
}
