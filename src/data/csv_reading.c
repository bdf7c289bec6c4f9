/* data/csv_reading.c - what the fields of a CSV stand for: names, inputs, the target, a weight. */
#include "data/csv_reading.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { MAX_COLUMNS = 1 << 20 };

/* ---- fields and rows ---- */

static gml_place place_of(const gml_csv_reading *reading, size_t column)
{
    const gml_csv_columns *columns = &reading->columns;
    const gml_schema *schema = &reading->schema;
    const char *name = NULL;
    if (columns->header && columns->inputs[column] != GML_CSV_NO_INPUT) {
        name = schema->feature_names[columns->inputs[column]];
    } else if (columns->header) {
        name = column == columns->target ? schema->target_name : schema->weights_name;
    }
    return (gml_place){.path = reading->source->path, .row = reading->row, .column = column + 1, .name = name};
}

/* Refuses what is not a finite number. */
static gml_status refuse_input(const gml_csv_reading *reading, size_t column, const char *text, size_t length)
{
    gml_place place = place_of(reading, column);
    double value;
    bool number = gml_text_to_double(text, length, &value);
    bool names = !reading->columns.header && reading->row == reading->first_rows[0].line && length > 0 && !number &&
                 reading->source->options->header == GML_CHOICE_AUTO;
    return gml_place_refuse(reading->context, &place, text, length,
                            length == 0 ? "should hold a number"
                            : number    ? "is not a finite number"
                            : names     ? "is not a number; if this row holds the names of the columns, say that there "
                                          "is a header"
                                        : "is not a number");
}

static gml_status take_weight(gml_csv_reading *reading, size_t column, const char *text, size_t length, double weight)
{
    gml_place place = place_of(reading, column);
    if (weight < 0) {
        return gml_place_refuse(reading->context, &place, text, length, "is a weight below 0");
    }
    return gml_pile_push(reading->context, &reading->weights, &weight, sizeof weight, "the weights of a CSV");
}

static gml_status take_field(gml_csv_reading *reading, size_t column, const char *text, size_t length)
{
    const gml_csv_columns *columns = &reading->columns;
    if (column >= columns->count) {
        return GML_OK; /* the end of the row tells how many there were */
    }
    if (columns->inputs[column] == GML_CSV_NO_INPUT && columns->inputs_alone) {
        return GML_OK;
    }
    if (column == columns->target) {
        gml_place place = place_of(reading, column);
        return gml_target_add(&reading->target, text, length, &place);
    }
    double value;
    bool finite = gml_text_to_double(text, length, &value) && isfinite(value);
    if (!finite && (column == columns->weights || !reading->source->options->bad_inputs)) {
        return refuse_input(reading, column, text, length);
    }
    if (column == columns->weights) {
        return take_weight(reading, column, text, length, value);
    }
    value = finite ? value : NAN;
    ((double *)reading->row_inputs.data)[columns->inputs[column]] = value;
    return GML_OK;
}

static gml_status finish_row(gml_csv_reading *reading)
{
    gml_status status = gml_pile_push(reading->context, &reading->inputs, reading->row_inputs.data,
                                      reading->columns.features * sizeof(double), "the inputs of a CSV");
    return status == GML_OK ? gml_origin_note(reading->context, &reading->origin, reading->samples++, reading->row)
                            : status;
}

static gml_status check_count(const gml_csv_reading *reading, size_t found, size_t expected)
{
    return found == expected ? GML_OK
                             : gml_fail(reading->context, GML_ERROR_DATA,
                                        "%s: line %zu has %zu column%s; the rows before "
                                        "it have %zu",
                                        reading->source->path, reading->row, found, found == 1 ? "" : "s", expected);
}

static gml_status take_row(gml_csv_reading *reading, const gml_csv_row *row)
{
    gml_csv_cursor cursor = {0};
    size_t length = 0;
    gml_status status = GML_OK;
    reading->row = row->line;
    for (const char *text; status == GML_OK && (text = gml_csv_row_next(row, &cursor, &length)) != NULL;) {
        status = take_field(reading, cursor.field - 1, text, length);
    }
    return status == GML_OK ? finish_row(reading) : status;
}

/* Decides what the columns are and takes the rows held for that. */
static gml_status decide(gml_csv_reading *reading)
{
    gml_context *context = reading->context;
    const gml_csv_row *rows = reading->first_rows;
    gml_status status =
        reading->held == GML_CSV_HELD_ROWS ? check_count(reading, rows[1].count, rows[0].count) : GML_OK;
    if (status == GML_OK) {
        status = gml_csv_columns_decide(context, reading->source->path, reading->source->options, &rows[0], &rows[1],
                                        &reading->columns);
    }
    if (status == GML_OK) {
        status = gml_csv_columns_name(context, reading->source->path, &reading->columns, &rows[0], &reading->schema);
    }
    if (status == GML_OK) {
        status = gml_pile_reserve(context, &reading->row_inputs, reading->columns.features * sizeof(double),
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
        return gml_fail(reading->context, GML_ERROR_DATA, "%s: line %zu has more than %d columns",
                        reading->source->path, reading->row, MAX_COLUMNS);
    }
    return gml_csv_row_push(reading->context, &reading->first_rows[reading->held], text, length);
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

/* ---- what libcsv finds ---- */

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
    *reading = (gml_csv_reading){.context = context, .source = source, .line = 1};
    gml_status status = gml_target_begin(context, source->options, &reading->target);
    if (status != GML_OK) {
        return status;
    }
    reading->origin.path = gml_copy_string(context, source->path);
    return reading->origin.path != NULL ? GML_OK : GML_ERROR_MEMORY;
}

void gml_csv_reading_clear(gml_csv_reading *reading)
{
    gml_context *context = reading->context;
    for (size_t i = 0; i < GML_CSV_HELD_ROWS; i++) {
        gml_csv_row_clear(context, &reading->first_rows[i]);
    }
    gml_csv_columns_clear(context, &reading->columns);
    gml_schema_clear(context, &reading->schema);
    gml_origin_clear(context, &reading->origin);
    gml_pile_clear(context, &reading->inputs);
    gml_pile_clear(context, &reading->row_inputs);
    gml_pile_clear(context, &reading->weights);
    gml_target_clear(&reading->target);
}

static gml_status make_matrices(gml_csv_reading *reading, gml_dataset *made)
{
    size_t features = reading->columns.features;
    size_t rows = reading->inputs.size / sizeof(double) / features;
    if (rows == 0) {
        return gml_fail(reading->context, GML_ERROR_DATA, "%s: has a header and no rows", reading->source->path);
    }
    const gml_csv_columns *columns = &reading->columns;
    gml_status status = GML_OK;
    if (columns->target < columns->count && !columns->inputs_alone) {
        status = gml_target_finish(&reading->target, reading->source->path, &reading->schema, &made->targets,
                                   &made->owned_targets);
    }
    if (status == GML_OK && columns->weights < columns->count && !columns->inputs_alone) {
        status = gml_weights_check(reading->context, gml_matrix_f64(reading->weights.data, rows, 1), rows);
        made->weights = reading->weights.data;
        made->owned_weights = reading->weights;
        reading->weights = (gml_pile){0};
    }
    made->masked = reading->source->options->missing_targets != 0;
    reading->schema.missing_targets = made->masked;
    made->size = rows;
    made->inputs = gml_matrix_f64(reading->inputs.data, rows, features);
    made->owned_inputs = reading->inputs;
    made->schema = reading->schema;
    made->origin = reading->origin;
    reading->inputs = (gml_pile){0};
    reading->schema = (gml_schema){0};
    reading->origin = (gml_origin){0};
    return status;
}

gml_status gml_csv_reading_finish(gml_csv_reading *reading, gml_dataset *made)
{
    if (reading->held == 0) {
        return gml_fail(reading->context, GML_ERROR_DATA, "%s: is empty", reading->source->path);
    }
    gml_status status = reading->decided ? GML_OK : decide(reading);
    return status == GML_OK ? make_matrices(reading, made) : status;
}
