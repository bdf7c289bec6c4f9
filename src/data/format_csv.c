/* data/format_csv.c - comma separated values: libcsv finds the fields, this file makes numbers and targets of them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/csv_columns.h"
#include "data/csv_parser.h"
#include "data/format.h"
#include "data/target.h"

enum {
    CHUNK_SIZE = 1 << 16,
    MAX_COLUMNS = 1 << 20,
    HELD_ROWS = 2 /* rows kept as text until it is known what the columns are */
};

/* A CSV as it is being read. Once `status` is not GML_OK, the rest is let pass. */
typedef struct csv_reading {
    gml_context *context;
    const gml_source *source;
    gml_status status;
    size_t line;   /* where the reading is, from 1 */
    size_t row;    /* the line at which the running row began */
    size_t column; /* fields of it so far */
    int last_end;  /* the last line end, if no field came after it: CR LF is one */
    size_t held;   /* rows in `first_rows` */
    bool decided;  /* `columns` is known */
    gml_csv_row first_rows[HELD_ROWS];
    gml_csv_columns columns;
    gml_schema schema;
    gml_origin origin;
    size_t samples;      /* rows taken, without the header */
    gml_pile inputs;     /* f64 [* x features] */
    gml_pile row_inputs; /* f64 [features] of the running row, in their order */
    gml_pile weights;    /* f64, of samples, if they have any */
    gml_target target;
} csv_reading;

/* ---- fields and rows ---- */

static gml_place place_of(const csv_reading *reading, size_t column)
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
static gml_status refuse_input(const csv_reading *reading, size_t column, const char *text, size_t length)
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

static gml_status take_weight(csv_reading *reading, size_t column, const char *text, size_t length, double weight)
{
    gml_place place = place_of(reading, column);
    if (weight < 0) {
        return gml_place_refuse(reading->context, &place, text, length, "is a weight below 0");
    }
    return gml_pile_push(reading->context, &reading->weights, &weight, sizeof weight, "the weights of a CSV");
}

static gml_status take_field(csv_reading *reading, size_t column, const char *text, size_t length)
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

static gml_status finish_row(csv_reading *reading)
{
    gml_status status = gml_pile_push(reading->context, &reading->inputs, reading->row_inputs.data,
                                      reading->columns.features * sizeof(double), "the inputs of a CSV");
    return status == GML_OK ? gml_origin_note(reading->context, &reading->origin, reading->samples++, reading->row)
                            : status;
}

static gml_status check_count(const csv_reading *reading, size_t found, size_t expected)
{
    return found == expected ? GML_OK
                             : gml_fail(reading->context, GML_ERROR_DATA,
                                        "%s: line %zu has %zu column%s; the rows before "
                                        "it have %zu",
                                        reading->source->path, reading->row, found, found == 1 ? "" : "s", expected);
}

static gml_status take_row(csv_reading *reading, const gml_csv_row *row)
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
static gml_status decide(csv_reading *reading)
{
    gml_context *context = reading->context;
    const gml_csv_row *rows = reading->first_rows;
    gml_status status = reading->held == HELD_ROWS ? check_count(reading, rows[1].count, rows[0].count) : GML_OK;
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

static gml_status hold_field(csv_reading *reading, const char *text, size_t length)
{
    if (reading->column >= MAX_COLUMNS) {
        return gml_fail(reading->context, GML_ERROR_DATA, "%s: line %zu has more than %d columns",
                        reading->source->path, reading->row, MAX_COLUMNS);
    }
    return gml_csv_row_push(reading->context, &reading->first_rows[reading->held], text, length);
}

static gml_status end_row(csv_reading *reading)
{
    if (reading->decided) {
        gml_status status = check_count(reading, reading->column, reading->columns.count);
        return status == GML_OK ? finish_row(reading) : status;
    }
    reading->first_rows[reading->held++].line = reading->row;
    return reading->held == HELD_ROWS ? decide(reading) : GML_OK;
}

/* libcsv found a field. */
static void on_field(void *text, size_t length, void *user)
{
    csv_reading *reading = user;
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

/* libcsv found the end of a line (or of the file: -1), perhaps of an empty one. */
static void on_line_end(int end, void *user)
{
    csv_reading *reading = user;
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

/* ---- the file ---- */

static gml_status refuse_syntax(const csv_reading *reading, struct csv_parser *parser, bool at_end)
{
    gml_context *context = reading->context;
    const char *path = reading->source->path;
    if (csv_error(parser) == CSV_EPARSE) {
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu, column %zu: %s", path, reading->line,
                        reading->column + 1,
                        at_end ? "the file ends within quotes"
                               : "a quote inside a field, or text after a closing quote; quotes go around the whole "
                                 "field and are doubled inside it");
    }
    if (csv_get_buffer_size(parser) >= GML_CSV_MAX_FIELD) {
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu, column %zu: a field of more than %d bytes", path,
                        reading->line, reading->column + 1, GML_CSV_MAX_FIELD);
    }
    return GML_ERROR_MEMORY;
}

static gml_status skip_byte_order_mark(gml_reader *reader)
{
    size_t size = 0;
    size_t got = 0;
    char mark[3];
    const uint8_t *bytes = gml_reader_peek(reader, &size);
    bool found = size >= sizeof mark && memcmp(bytes, "\xef\xbb\xbf", sizeof mark) == 0;
    return found ? gml_reader_read(reader, mark, sizeof mark, &got) : GML_OK;
}

static gml_status parse_all(csv_reading *reading, struct csv_parser *parser, char *chunk)
{
    gml_status status = skip_byte_order_mark(reading->source->reader);
    size_t got = CHUNK_SIZE;
    while (status == GML_OK && got == CHUNK_SIZE) {
        status = gml_reader_read(reading->source->reader, chunk, CHUNK_SIZE, &got);
        if (status != GML_OK) {
            return status;
        }
        size_t parsed = csv_parse(parser, chunk, got, on_field, on_line_end, reading);
        status = reading->status;
        if (status == GML_OK && parsed < got) {
            status = refuse_syntax(reading, parser, false);
        }
    }
    if (status == GML_OK) {
        int answer = csv_fini(parser, on_field, on_line_end, reading);
        status = reading->status;
        if (status == GML_OK && answer != 0) {
            status = refuse_syntax(reading, parser, true);
        }
    }
    return status;
}

static gml_status parse(csv_reading *reading)
{
    struct csv_parser parser;
    gml_status status = gml_csv_parser_begin(reading->context, &parser);
    if (status != GML_OK) {
        return status;
    }
    char *chunk = gml_allocate(reading->context, CHUNK_SIZE, 1, "a piece of a CSV");
    status = chunk != NULL ? parse_all(reading, &parser, chunk) : GML_ERROR_MEMORY;
    gml_release(reading->context, chunk, CHUNK_SIZE, 1);
    csv_free(&parser);
    if (status == GML_OK && reading->held == 0) {
        return gml_fail(reading->context, GML_ERROR_DATA, "%s: is empty", reading->source->path);
    }
    return status == GML_OK && !reading->decided ? decide(reading) : status;
}

/* Makes matrices of what was read; the dataset takes the memory over. */
static gml_status finish(csv_reading *reading, gml_dataset *made)
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

static gml_status open_csv(const gml_source *source, gml_dataset **dataset)
{
    gml_context *context = source->context;
    if (source->reader == NULL) {
        return gml_fail(context, GML_ERROR_DATA, "%s: is a folder; a CSV is a file", source->path);
    }
    csv_reading reading = {.context = context, .source = source, .line = 1};
    gml_dataset made = {.context = context};
    gml_status status = gml_target_begin(context, source->options, &reading.target);
    if (status == GML_OK) {
        reading.origin.path = gml_copy_string(context, source->path);
        status = reading.origin.path != NULL ? parse(&reading) : GML_ERROR_MEMORY;
    }
    if (status == GML_OK) {
        status = finish(&reading, &made);
    }
    for (size_t i = 0; i < HELD_ROWS; i++) {
        gml_csv_row_clear(context, &reading.first_rows[i]);
    }
    gml_csv_columns_clear(context, &reading.columns);
    gml_schema_clear(context, &reading.schema);
    gml_origin_clear(context, &reading.origin);
    gml_pile_clear(context, &reading.inputs);
    gml_pile_clear(context, &reading.row_inputs);
    gml_pile_clear(context, &reading.weights);
    gml_target_clear(&reading.target);
    if (status != GML_OK) {
        gml_dataset_clear(&made);
        return status;
    }
    return gml_dataset_adopt(context, &made, dataset);
}

/* Any text may be a CSV; a NUL byte does not stand in text. */
static bool recognizes(const gml_source *source)
{
    size_t size = 0;
    const uint8_t *bytes = source->reader != NULL ? gml_reader_peek(source->reader, &size) : NULL;
    return bytes != NULL && memchr(bytes, 0, size) == NULL;
}

const gml_format gml_format_csv = {
    .entry = {.name = "csv",
              .summary = "comma separated values, a sample a row, with or without names in the first row",
              .formula = "field, field, ... ; fields may be in double quotes, and a quote inside is doubled",
              .derivative = "",
              .pitfall = "Other separators than the comma are not read, and decimal points are points.",
              .source = "RFC 4180"},
    .recognizes = recognizes,
    .open = open_csv,
};
