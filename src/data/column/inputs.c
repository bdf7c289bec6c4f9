/* data/column/inputs.c - from the columns of a table to the inputs of a dataset. */
#include "data/column/inputs.h"

#include <stdio.h>
#include <string.h>

enum { MOST_NOTES = 24, LISTED = 8 };

/* A choice under way. */
typedef struct choice {
    const gml_cells *cells;
    const gml_csv_columns *columns;
    const gml_dataset_options *options;
    gml_dataset *made;
    gml_inputs *inputs;
    gml_column *kinds; /* [columns->features]: of the inputs; levels are owned */
    size_t missing;    /* cells of inputs */
    size_t gapped;     /* inputs with missing cells */
    size_t first_gapped, left_out, unknown;
    size_t unseen, first_unseen;                /* values that are no levels; the first input that has some */
    char list[LISTED * (GML_EXCERPT_SIZE + 2)]; /* the first unknown columns */
} choice;

const char *gml_column_kind_word(gml_column_kind kind)
{
    static const char *const words[] = {
        [GML_COLUMN_NUMBER] = "number",         [GML_COLUMN_CATEGORY] = "category", [GML_COLUMN_DATE] = "date",
        [GML_COLUMN_IDENTIFIER] = "identifier", [GML_COLUMN_TEXT] = "text",         [GML_COLUMN_CONSTANT] = "constant",
        [GML_COLUMN_EMPTY] = "empty",
    };
    return (unsigned)kind < sizeof words / sizeof *words ? words[kind] : "";
}

static void name_of(const gml_cells *cells, size_t column, char text[GML_EXCERPT_NAME_SIZE])
{
    gml_excerpt_name(cells->column[column].name, text);
}

/* ---- a network's columns without kinds: numbers, none missing ---- */

/* Returns the first row of a column with a cell that is not a number; SIZE_MAX if there is none. */
static size_t first_bad_row(const gml_cells_column *column)
{
    size_t word = column->shown > 0 ? column->words[0].row : SIZE_MAX;
    return column->gapped && column->gap.row < word ? column->gap.row : word;
}

/* Refuses the first input that is not a number. */
static gml_status check_numbers(const choice *of)
{
    size_t row = SIZE_MAX, column = 0;
    for (size_t i = 0; i < of->cells->columns; i++) {
        size_t bad = of->columns->inputs[i] != GML_CSV_NO_INPUT ? first_bad_row(&of->cells->column[i]) : SIZE_MAX;
        if (bad < row) {
            row = bad;
            column = i;
        }
    }
    return row == SIZE_MAX || of->options->bad_inputs ? GML_OK : gml_inputs_refuse(of->cells, of->options, column, row);
}

/* ---- one column ---- */

/* True if the data is that of a network, which knows its inputs. */
static bool are_known(const choice *of)
{
    return of->options->features != 0;
}

static gml_column_wish wish_of(const choice *of, size_t column)
{
    const gml_dataset_options *options = of->options;
    if (!are_known(of)) {
        return gml_column_wish_of(&of->cells->column[column], &of->columns->wishes[column]);
    }
    gml_column_wish wish = {.given = true, .known = {.kind = GML_COLUMN_NUMBER}};
    if (options->column_kinds != NULL) {
        wish.known = options->column_kinds[of->columns->inputs[column]];
        wish.fixed = wish.ordered = true;
        wish.unseen_error = options->unseen_error != 0;
    }
    return wish;
}

/* Refuses a column that cannot be an input. */
static gml_status refuse(const choice *of, size_t column, const gml_column_finding *found)
{
    const gml_cells_column *cells = &of->cells->column[column];
    const bool word = cells->shown > 0 && cells->words[0].label == found->culprit;
    return word && found->kind == GML_COLUMN_NUMBER && cells->words[0].row == 0 && cells->name == NULL &&
                   of->options->header == GML_CHOICE_AUTO
               ? gml_inputs_refuse(of->cells, of->options, column, 0)
               : gml_column_refuse(of->cells, column, found->culprit, found->reason + found->complaint);
}

static gml_status leave_out(choice *of, size_t column, const gml_column_finding *found)
{
    char name[GML_EXCERPT_NAME_SIZE];
    name_of(of->cells, column, name);
    if (++of->left_out > MOST_NOTES) {
        return GML_OK;
    }
    const char *article = found->kind == GML_COLUMN_IDENTIFIER ? "an " : found->kind == GML_COLUMN_TEXT ? "a " : "";
    return gml_dataset_add_note(of->made, "column %zu%s is %s%s and no input: %s", column + 1, name, article,
                                gml_column_kind_word(found->kind), found->reason);
}

static gml_status add_input(choice *of, size_t column, const gml_column_wish *wish, const gml_column_finding *found)
{
    gml_inputs *inputs = of->inputs;
    const size_t input = are_known(of) ? of->columns->inputs[column] : inputs->count;
    inputs->column[input] = column;
    inputs->count++;
    if (found->missing > 0) {
        of->first_gapped = of->gapped++ == 0 ? column : of->first_gapped;
        of->missing += found->missing;
    }
    gml_column_coding *coding = &inputs->coding[input];
    gml_status status =
        gml_column_code(of->cells, column, wish, found, of->options->bad_inputs != 0, coding, &of->kinds[input]);
    of->first_unseen = of->unseen == 0 ? input : of->first_unseen;
    of->unseen += coding->unseen;
    return status;
}

static gml_status choose_column(choice *of, size_t column)
{
    const gml_column_wish wish = wish_of(of, column);
    gml_column_finding found;
    gml_status status = gml_column_find(of->cells, column, &wish, &found);
    if (status != GML_OK) {
        return status;
    }
    if (found.refused && !of->options->bad_inputs) {
        return refuse(of, column, &found);
    }
    return found.used || found.refused ? add_input(of, column, &wish, &found) : leave_out(of, column, &found);
}

/* ---- all columns ---- */

/* Lists a column that the network does not know. */
static void list_unknown(choice *of, size_t column)
{
    const char *name = of->cells->column[column].name;
    char excerpt[GML_EXCERPT_SIZE];
    const size_t used = strlen(of->list);
    if (name != NULL && name[0] != '\0') {
        gml_excerpt(name, strlen(name), excerpt);
    } else {
        snprintf(excerpt, sizeof excerpt, "column %zu", column + 1);
    }
    if (++of->unknown <= LISTED) {
        snprintf(of->list + used, sizeof of->list - used, "%s%s", used > 0 ? ", " : "", excerpt);
    }
}

static gml_status choose_columns(choice *of)
{
    gml_status status = GML_OK;
    const gml_csv_columns *columns = of->columns;
    for (size_t i = 0; status == GML_OK && i < of->cells->columns; i++) {
        if (columns->inputs[i] != GML_CSV_NO_INPUT) {
            status = choose_column(of, i);
        } else if (are_known(of) && !gml_csv_has_role(columns, i) && !gml_csv_is_ignored(columns, i)) {
            list_unknown(of, i);
        }
    }
    return status;
}

static gml_status note_unseen(const choice *of)
{
    const size_t column = of->inputs->column[of->first_unseen];
    char name[GML_EXCERPT_NAME_SIZE], excerpt[GML_EXCERPT_SIZE], buffer[GML_NUMBER_SIZE];
    const gml_field field =
        gml_cells_field(of->cells, column, 0, of->inputs->coding[of->first_unseen].first_unseen, buffer);
    name_of(of->cells, column, name);
    gml_excerpt(field.text, field.length, excerpt);
    return gml_dataset_add_note(
        of->made, "%zu value%s not among the categories that the network knows: %s%s in column %zu%s", of->unseen,
        of->unseen == 1 ? " is" : "s are", excerpt, of->unseen > 1 ? ", ..." : "", column + 1, name);
}

static gml_status write_notes(const choice *of)
{
    gml_status status = GML_OK;
    const size_t more = of->left_out > MOST_NOTES ? of->left_out - MOST_NOTES : 0;
    if (of->unknown > 0) {
        status = gml_dataset_add_note(of->made, "%zu column%s not known to the network and %s ignored: %s%s",
                                      of->unknown, of->unknown == 1 ? " is" : "s are", of->unknown == 1 ? "is" : "are",
                                      of->list, of->unknown > LISTED ? ", ..." : "");
    }
    if (status == GML_OK && of->unseen > 0) {
        status = note_unseen(of);
    }
    if (status == GML_OK && more > 0) {
        status = gml_dataset_add_note(of->made, "%zu further columns are no inputs", more);
    }
    if (status == GML_OK && of->gapped > 0 && !of->cells->partial) {
        char name[GML_EXCERPT_NAME_SIZE];
        name_of(of->cells, of->first_gapped, name);
        status = gml_dataset_add_note(of->made, "%zu cell%s missing in %zu column%s of inputs, the first column %zu%s",
                                      of->missing, of->missing == 1 ? " is" : "s are", of->gapped,
                                      of->gapped == 1 ? "" : "s", of->first_gapped + 1, name);
    }
    return status;
}

static gml_status refuse_none(const choice *of)
{
    const char *note = gml_dataset_note(of->made, of->cells->remark != NULL); /* that about the first column */
    return gml_fail(of->cells->context, GML_ERROR_DATA, "%s: no column can be an input: %s%s", of->cells->origin.path,
                    note != NULL ? note : "", of->left_out > 1 ? "; ..." : "");
}

/* Keeps the names of the inputs, where some columns are none. */
static gml_status keep_names(const choice *of)
{
    gml_schema *schema = &of->made->schema;
    gml_context *context = of->cells->context;
    const size_t count = of->inputs->count;
    char **names = gml_schema_make_names(context, count);
    gml_status status = names != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        const size_t column = of->inputs->column[i];
        char place[GML_NUMBER_SIZE + 8];
        snprintf(place, sizeof place, "column %zu", column + 1);
        names[i] = gml_copy_string(
            context, schema->feature_names != NULL ? schema->feature_names[of->columns->inputs[column]] : place);
        status = names[i] != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    if (status == GML_OK && schema->feature_names == NULL && schema->target_name == NULL &&
        of->columns->target_count == 1) { /* the last column counts no longer */
        char place[GML_NUMBER_SIZE];
        snprintf(place, sizeof place, "%zu", of->columns->targets[0]);
        schema->target_name = gml_copy_string(context, place);
        status = schema->target_name != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    if (status != GML_OK) {
        gml_schema_clear_names(context, names, names != NULL ? count : 0);
        return status;
    }
    gml_schema_clear_names(context, schema->feature_names, schema->features);
    schema->feature_names = names;
    schema->features = count;
    return GML_OK;
}

/* True if all inputs are numbers and none is missing. */
static bool are_plain(const choice *of)
{
    bool plain = of->gapped == 0 && of->options->column_kinds == NULL;
    for (size_t i = 0; plain && i < of->inputs->count; i++) {
        plain = of->kinds[i].kind == GML_COLUMN_NUMBER;
    }
    return plain || (are_known(of) && of->options->column_kinds == NULL);
}

static gml_status finish(choice *of)
{
    const gml_csv_columns *columns = of->columns;
    gml_status status = of->inputs->count > 0 ? write_notes(of) : refuse_none(of);
    bool some = of->inputs->count < columns->features;
    for (size_t i = 0; i < columns->count; i++) {
        some = some || gml_csv_is_ignored(columns, i);
    }
    if (status == GML_OK && some && !are_known(of)) {
        status = keep_names(of);
    }
    if (status == GML_OK && !are_plain(of)) {
        status = gml_columns_copy(of->cells->context, of->kinds, of->inputs->count, &of->made->schema.columns);
    }
    return status;
}

gml_status gml_inputs_choose(const gml_cells *cells, const gml_csv_columns *columns, const gml_dataset_options *options,
                             gml_dataset *made, gml_inputs *inputs)
{
    choice of = {.cells = cells, .columns = columns, .options = options, .made = made, .inputs = inputs};
    const size_t room = columns->features;
    *inputs = (gml_inputs){.room = room};
    inputs->column = gml_allocate(cells->context, room, sizeof *inputs->column, "the inputs of a table");
    inputs->coding = gml_allocate(cells->context, room, sizeof *inputs->coding, "the inputs of a table");
    of.kinds = gml_allocate(cells->context, room, sizeof *of.kinds, "the inputs of a table");
    if (inputs->coding != NULL) {
        memset(inputs->coding, 0, room * sizeof *inputs->coding);
    }
    if (of.kinds != NULL) {
        memset(of.kinds, 0, room * sizeof *of.kinds);
    }
    gml_status status =
        inputs->column != NULL && inputs->coding != NULL && of.kinds != NULL ? GML_OK : GML_ERROR_MEMORY;
    if (status == GML_OK && are_known(&of) && options->column_kinds == NULL) {
        status = check_numbers(&of);
    }
    if (status == GML_OK) {
        status = choose_columns(&of);
    }
    if (status == GML_OK) {
        status = finish(&of);
    }
    gml_columns_clear(cells->context, of.kinds, room);
    return status;
}

void gml_inputs_clear(gml_context *context, gml_inputs *inputs)
{
    for (size_t i = 0; inputs->coding != NULL && i < inputs->room; i++) {
        gml_column_coding_clear(context, &inputs->coding[i]);
    }
    gml_release(context, inputs->coding, inputs->room, sizeof *inputs->coding);
    gml_release(context, inputs->column, inputs->room, sizeof *inputs->column);
    *inputs = (gml_inputs){0};
}
