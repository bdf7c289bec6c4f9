/* data/csv/csv_reading.c - reading the fields of a CSV as names, inputs, targets, weights and groups. */
#include "data/csv/csv_reading.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/target/class_name.h"

enum { MAX_COLUMNS = 1 << 20 };

/* ---- fields and rows ---- */

static gml_field field_of(gml_csv_reading *reading, size_t column, const char *text, size_t length)
{
    const char *name =
        reading->columns.header ? *gml_csv_column_name(&reading->columns, &reading->made.schema, column) : NULL;
    return (gml_field){.path = reading->source->path,
                       .row = reading->row,
                       .column = column + 1,
                       .name = name,
                       .text = text,
                       .length = length};
}

/* Refuses an input or weight that is not a finite number. */
static gml_status refuse_number(const gml_csv_reading *reading, const gml_field *field)
{
    double value;
    bool number = gml_text_to_double(field->text, field->length, &value);
    bool names = !reading->columns.header && reading->row == reading->first_rows[0].line &&
                 reading->source->options->header == GML_CHOICE_AUTO;
    return gml_field_refuse(reading->source->context, field,
                            field->length == 0 ? "should hold a number"
                            : number           ? "is not a finite number"
                            : names ? "is not a number; if this row holds the names of the columns, say that there "
                                      "is a header"
                                    : "is not a number");
}

/* Numbers the group of a cell. Cells of equal value are one group, as for classes. */
static gml_status take_group(gml_csv_reading *reading, const gml_field *field)
{
    gml_context *context = reading->source->context;
    char buffer[GML_NUMBER_SIZE];
    double number = 0;
    size_t length = field->length, label = 0;
    gml_cell_kind kind = gml_cell_read(field->text, length, &number);
    if (kind == GML_CELL_MISSING) {
        return gml_field_refuse(context, field, length == 0 ? "should hold a group" : "is not a group");
    }
    const char *key = gml_class_key(kind, number, field->text, &length, buffer);
    gml_status status = gml_labels_add(context, &reading->groups, key, length, &label);
    const uint32_t group = (uint32_t)label;
    return status == GML_OK
               ? gml_pile_push(context, &reading->made.owned_groups, &group, sizeof group, "the groups of a CSV")
               : status;
}

static gml_status take_field(gml_csv_reading *reading, size_t column, const char *text, size_t length)
{
    const gml_csv_columns *columns = &reading->columns;
    if (column >= columns->count) {
        return GML_OK; /* end_row refuses the row */
    }
    bool is_input = columns->inputs[column] != GML_CSV_NO_INPUT, is_target = column == columns->target;
    bool is_group = column == columns->groups;
    if (!is_input && (columns->inputs_alone || (is_group && reading->source->options->groups_unread))) {
        return GML_OK;
    }
    double value = NAN;
    bool finite = !is_target && !is_group && gml_text_to_double(text, length, &value) && isfinite(value);
    if (is_input && (finite || reading->source->options->bad_inputs)) {
        ((double *)reading->row_inputs.data)[columns->inputs[column]] = finite ? value : NAN;
        return GML_OK;
    }
    gml_context *context = reading->source->context;
    gml_field field = field_of(reading, column, text, length);
    if (is_target) {
        return gml_target_add(&reading->target, &field);
    }
    if (is_group) {
        return take_group(reading, &field);
    }
    if (!finite) {
        return refuse_number(reading, &field);
    }
    return value < 0
               ? gml_field_refuse(context, &field, "is a weight below 0")
               : gml_pile_push(context, &reading->made.owned_weights, &value, sizeof value, "the weights of a CSV");
}

static gml_status finish_row(gml_csv_reading *reading)
{
    gml_dataset *made = &reading->made;
    gml_status status = gml_pile_push(made->context, &made->owned_inputs, reading->row_inputs.data,
                                      reading->columns.features * sizeof(double), "the inputs of a CSV");
    return status == GML_OK ? gml_origin_note(made->context, &made->origin, made->size++, reading->row) : status;
}

static gml_status check_count(const gml_csv_reading *reading, size_t found, size_t expected)
{
    return found == expected ? GML_OK
                             : gml_fail(reading->source->context, GML_ERROR_DATA,
                                        "%s: line %zu has %zu column%s; the rows before "
                                        "it have %zu",
                                        reading->source->path, reading->row, found, found == 1 ? "" : "s", expected);
}

static gml_status take_row(gml_csv_reading *reading, const gml_csv_row *row)
{
    gml_status status = GML_OK;
    reading->row = row->line;
    for (size_t i = 0; status == GML_OK && i < row->count; i++) {
        size_t length;
        const char *text = gml_csv_row_field(row, i, &length);
        status = take_field(reading, i, text, length);
    }
    return status == GML_OK ? finish_row(reading) : status;
}

/* Decides the columns and takes the held rows. */
static gml_status decide(gml_csv_reading *reading)
{
    const gml_source *source = reading->source;
    const gml_csv_row *rows = reading->first_rows;
    gml_csv_decision decision = {.context = source->context,
                                 .path = source->path,
                                 .options = source->options,
                                 .first = &rows[0],
                                 .second = &rows[1],
                                 .columns = &reading->columns};
    gml_status status =
        reading->held == GML_CSV_HELD_ROWS ? check_count(reading, rows[1].count, rows[0].count) : GML_OK;
    if (status == GML_OK) {
        status = gml_csv_columns_decide(&decision, &reading->made.schema);
    }
    if (status == GML_OK) {
        status = gml_pile_reserve(source->context, &reading->row_inputs, reading->columns.features * sizeof(double),
                                  "a row of a CSV");
    }
    for (size_t i = reading->columns.header; status == GML_OK && i < reading->held; i++) {
        status = take_row(reading, &rows[i]);
    }
    reading->decided = true;
    return status;
}

static gml_status hold_field(gml_csv_reading *reading, const char *text, size_t length)
{
    if (reading->column >= MAX_COLUMNS) {
        return gml_fail(reading->source->context, GML_ERROR_DATA, "%s: line %zu has more than %d columns",
                        reading->source->path, reading->row, MAX_COLUMNS);
    }
    return gml_csv_row_push(reading->source->context, &reading->first_rows[reading->held], text, length);
}

static gml_status end_row(gml_csv_reading *reading)
{
    if (reading->decided) {
        gml_status status = check_count(reading, reading->column, reading->columns.count);
        return status == GML_OK ? finish_row(reading) : status;
    }
    reading->first_rows[reading->held++].line = reading->row;
    return reading->held == GML_CSV_HELD_ROWS ? decide(reading) : GML_OK;
}

/* ---- callbacks of libcsv ---- */

void gml_csv_reading_field(void *text, size_t length, void *user)
{
    gml_csv_reading *reading = user;
    if (reading->status != GML_OK) {
        return;
    }
    reading->last_end = 0;
    reading->row = reading->column == 0 ? reading->line : reading->row;
    reading->status =
        reading->decided ? take_field(reading, reading->column, text, length) : hold_field(reading, text, length);
    reading->column++;
    for (const char *p = text, *end = p + length; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) {
        reading->line++;
    }
}

void gml_csv_reading_line_end(int end, void *user)
{
    gml_csv_reading *reading = user;
    if (reading->status != GML_OK) {
        return;
    }
    if (reading->column > 0) {
        reading->status = end_row(reading);
        reading->column = 0;
    }
    reading->line += !(end == '\n' && reading->last_end == '\r');
    reading->last_end = end;
}

/* ---- from beginning to end ---- */

gml_status gml_csv_reading_begin(const gml_source *source, gml_csv_reading *reading)
{
    gml_context *context = source->context;
    *reading = (gml_csv_reading){.source = source, .line = 1, .made = {.context = context}};
    gml_status status = gml_target_begin(context, source->options, &reading->target);
    if (status != GML_OK) {
        return status;
    }
    reading->made.origin.path = gml_copy_string(context, source->path);
    return reading->made.origin.path != NULL ? GML_OK : GML_ERROR_MEMORY;
}

void gml_csv_reading_clear(gml_csv_reading *reading)
{
    gml_context *context = reading->source->context;
    for (size_t i = 0; i < GML_CSV_HELD_ROWS; i++) {
        gml_csv_row_clear(context, &reading->first_rows[i]);
    }
    gml_release(context, reading->columns.inputs, reading->columns.count, sizeof *reading->columns.inputs);
    gml_pile_clear(context, &reading->row_inputs);
    gml_target_clear(&reading->target);
    gml_labels_clear(context, &reading->groups);
}

static gml_status make_matrices(gml_csv_reading *reading)
{
    const gml_csv_columns *columns = &reading->columns;
    const gml_source *source = reading->source;
    gml_dataset *made = &reading->made;
    gml_status status = GML_OK;
    if (made->size == 0) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: has a header and no rows", source->path);
    }
    made->inputs = gml_matrix_f64(made->owned_inputs.data, made->size, columns->features);
    made->masked = made->schema.missing_targets = source->options->missing_targets != 0;
    if (columns->target < columns->count && !columns->inputs_alone) {
        status = gml_target_finish(&reading->target, source->path, made);
    }
    made->groups = made->owned_groups.data;
    made->group_count = reading->groups.count;
    if (status == GML_OK && columns->weights < columns->count && !columns->inputs_alone) {
        made->weights = made->owned_weights.data;
        status = gml_weights_check(source->context, source->path,
                                   gml_matrix_f64(made->owned_weights.data, made->size, 1), made->size);
    }
    return status;
}

gml_status gml_csv_reading_finish(gml_csv_reading *reading)
{
    if (reading->held == 0) {
        return gml_fail(reading->source->context, GML_ERROR_DATA, "%s: is empty", reading->source->path);
    }
    gml_status status = reading->decided ? GML_OK : decide(reading);
    return status == GML_OK ? make_matrices(reading) : status;
}
