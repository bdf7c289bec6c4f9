/* data/csv/csv_reading.c - from the files of a CSV to its cells. */
#include "data/csv/csv_reading.h"

/* ---- errors ---- */

/* Describes a record that cannot be read. */
static gml_status refuse(const gml_csv_reading *reading, const gml_csv_problem *problem)
{
    gml_context *context = reading->source->context;
    const char *path = reading->path;
    size_t line = problem->line, column = problem->column, expected = reading->cells.columns;
    switch (problem->fault) {
    case GML_CSV_FINE:
        return GML_OK;
    case GML_CSV_STRAY_QUOTE:
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: line %zu, column %zu: a quote inside a field, or text after a closing quote; quotes go "
                        "around the whole field and are doubled inside it",
                        path, line, column);
    case GML_CSV_OPEN_QUOTE:
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu, column %zu: the file ends within quotes", path, line,
                        column);
    case GML_CSV_LONG_FIELD:
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu, column %zu: a field of more than %d bytes", path, line,
                        column, GML_CSV_MOST_FIELD);
    case GML_CSV_LONG_RECORD:
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu: a row of more than %d bytes", path, line,
                        GML_CSV_MOST_RECORD);
    case GML_CSV_MANY_COLUMNS:
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu has more than %d columns", path, line,
                        GML_CSV_MOST_COLUMNS);
    case GML_CSV_RAGGED:
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu has %zu column%s; the rows before it have %zu", path,
                        line, problem->found, problem->found == 1 ? "" : "s", expected);
    default: {
        const char *name = column <= expected ? reading->cells.column[column - 1].name : NULL;
        return gml_field_refuse(context,
                                &(gml_field){.path = path,
                                             .row = line,
                                             .column = column,
                                             .name = name,
                                             .text = problem->text,
                                             .length = problem->length},
                                "is not text: it holds a NUL byte");
    }
    }
}

/* ---- the first rows ---- */

/* Appends a field to a row, with single quotes for doubled ones. */
static gml_status push_field(gml_csv_reading *reading, gml_csv_row *row, const gml_csv_field *field)
{
    size_t begin = row->bytes.size;
    gml_status status = gml_csv_row_push(reading->source->context, row, field->text, field->length);
    if (status == GML_OK && field->doubled) {
        gml_csv_field copy = *field;
        copy.text = (char *)row->bytes.data + begin;
        row->bytes.size = begin + gml_csv_undouble(&copy, reading->dialect.quote, copy.text);
        ((size_t *)row->ends.data)[row->count - 1] = row->bytes.size;
    }
    return status;
}

/* Takes the record at the cursor as text. */
static gml_status take_row(gml_csv_reading *reading, gml_csv_cursor *cursor, gml_csv_row *row, gml_csv_problem *problem)
{
    gml_csv_field field = {0};
    gml_status status = GML_OK;
    row->line = problem->line = cursor->line;
    while (status == GML_OK && !field.last) {
        problem->column = row->count + 1;
        problem->fault = gml_csv_take_field(&reading->dialect, cursor->at, cursor->end, &field);
        if (problem->fault == GML_CSV_FINE && row->count == GML_CSV_MOST_COLUMNS) {
            problem->fault = GML_CSV_MANY_COLUMNS;
        }
        if (problem->fault != GML_CSV_FINE) {
            return GML_OK;
        }
        status = push_field(reading, row, &field);
        cursor->at = field.next;
        cursor->line += gml_csv_count_lines(&field);
    }
    gml_csv_end_record(cursor);
    return status;
}

static void clear_rows(gml_csv_reading *reading)
{
    for (size_t i = 0; i < GML_CSV_HELD_ROWS; i++) {
        gml_csv_row_clear(reading->source->context, &reading->first_rows[i]);
        reading->first_rows[i] = (gml_csv_row){0};
    }
    reading->held = 0;
}

/* Takes up to `most` rows of the text; `after` becomes the place after the first. */
static gml_status take_rows(gml_csv_reading *reading, size_t most, gml_csv_cursor *after)
{
    gml_csv_text *text = &reading->text;
    gml_status status = GML_OK;
    gml_csv_problem problem = {0};
    while (status == GML_OK && problem.fault == GML_CSV_FINE) {
        size_t end = text->ended ? text->size : text->whole;
        gml_csv_cursor cursor = {.at = text->bytes + text->begin, .end = text->bytes + end, .line = text->line};
        clear_rows(reading);
        while (status == GML_OK && problem.fault == GML_CSV_FINE && reading->held < most &&
               gml_csv_find_record(&reading->dialect, &cursor)) {
            status = take_row(reading, &cursor, &reading->first_rows[reading->held], &problem);
            *after = reading->held++ == 0 ? cursor : *after;
        }
        if (reading->held == most || text->ended) {
            break;
        }
        if (status == GML_OK && problem.fault == GML_CSV_FINE) {
            status = gml_csv_text_extend(text, &reading->dialect, &problem);
        }
    }
    return status == GML_OK ? refuse(reading, &problem) : status;
}

/* Uses the record before a place: it is the header. */
static void skip_header(gml_csv_text *text, const gml_csv_cursor *after)
{
    text->begin = (size_t)(after->at - text->bytes);
    text->whole = text->whole > text->begin ? text->whole : text->begin;
    text->line = after->line;
}

/* ---- the columns ---- */

static gml_status decide(gml_csv_reading *reading)
{
    const gml_source *source = reading->source;
    const gml_csv_row *rows = reading->first_rows;
    gml_csv_decision decision = {.context = source->context,
                                 .path = reading->path,
                                 .options = source->options,
                                 .first = &rows[0],
                                 .second = &rows[1],
                                 .style = reading->dialect.style,
                                 .columns = &reading->columns};
    if (reading->held == GML_CSV_HELD_ROWS && rows[1].count != rows[0].count) {
        reading->cells.columns = rows[0].count;
        gml_status status = refuse(reading, &(gml_csv_problem){GML_CSV_RAGGED, rows[1].line, 1, rows[1].count, "", 0});
        reading->cells.columns = 0;
        return status;
    }
    return gml_csv_columns_decide(&decision, &reading->schema);
}

/* Begins the cells of the decided columns. */
static gml_status begin_cells(gml_csv_reading *reading)
{
    const gml_csv_columns *columns = &reading->columns;
    const gml_source *source = reading->source;
    gml_cells *cells = &reading->cells;
    gml_status status = gml_cells_begin(source->context, reading->path, columns->count, cells);
    cells->style = reading->dialect.style;
    for (size_t i = 0; status == GML_OK && i < columns->count; i++) {
        size_t length;
        const char *name = gml_csv_row_field(&reading->first_rows[0], i, &length);
        cells->column[i].skipped =
            columns->inputs[i] == GML_CSV_NO_INPUT && (columns->inputs_alone || !gml_csv_has_role(columns, i) ||
                                                       (i == columns->groups && source->options->groups_unread));
        status = columns->header ? gml_cells_name(cells, i, name, length) : GML_OK;
    }
    reading->scan = (gml_csv_scan){.dialect = &reading->dialect,
                                   .cells = cells,
                                   .threads = gml_context_threads(source->context),
                                   .block = GML_CSV_BLOCK};
    return status;
}

/* ---- files ---- */

/* Begins a file: reads its first bytes and finds its first records. */
static gml_status begin_file(gml_csv_reading *reading, gml_reader *reader, const char *path)
{
    gml_csv_text *text = &reading->text;
    gml_csv_problem problem = {0};
    reading->path = path;
    gml_csv_text_clear(text);
    gml_status status = gml_csv_text_begin(reading->source->context, reader, text);
    if (status == GML_OK && reading->cells.columns == 0) {
        gml_csv_dialect_find(&reading->dialect, text->bytes, text->size, text->ended);
    }
    if (status == GML_OK) {
        status = gml_csv_text_advance(text, &reading->dialect, &problem);
    }
    return status == GML_OK ? refuse(reading, &problem) : status;
}

/* Scans all records of a file that follow its header. */
static gml_status scan_file(gml_csv_reading *reading)
{
    gml_csv_text *text = &reading->text;
    gml_csv_problem problem = {0};
    gml_status status = gml_csv_scan_text(&reading->scan, text, &problem);
    while (status == GML_OK && problem.fault == GML_CSV_FINE && !(text->ended && text->begin == text->size)) {
        status = gml_csv_text_advance(text, &reading->dialect, &problem);
        if (status == GML_OK && problem.fault == GML_CSV_FINE) {
            status = gml_csv_scan_text(&reading->scan, text, &problem);
        }
    }
    return status == GML_OK ? refuse(reading, &problem) : status;
}

static gml_status read_first_file(gml_csv_reading *reading)
{
    const gml_source *source = reading->source;
    gml_csv_cursor after = {0};
    gml_status status = begin_file(reading, source->reader, source->path);
    if (status == GML_OK) {
        status = take_rows(reading, GML_CSV_HELD_ROWS, &after);
    }
    if (status == GML_OK && reading->held == 0) {
        status = gml_fail(source->context, GML_ERROR_DATA, "%s: is empty", source->path);
    }
    if (status == GML_OK) {
        status = decide(reading);
    }
    if (status == GML_OK) {
        status = begin_cells(reading);
    }
    if (status == GML_OK && reading->columns.header) {
        skip_header(&reading->text, &after);
    }
    return status == GML_OK ? scan_file(reading) : status;
}

/* Refuses a further file whose header is not that of the first. */
static gml_status check_header(gml_csv_reading *reading)
{
    const gml_csv_row *header = &reading->first_rows[0];
    const gml_cells *cells = &reading->cells;
    for (size_t i = 0; i < header->count && i < cells->columns; i++) {
        size_t length;
        const char *name = gml_csv_row_field(header, i, &length), *expected = cells->column[i].name;
        if (strlen(expected) != length || memcmp(name, expected, length) != 0) {
            char found[GML_EXCERPT_SIZE], wanted[GML_EXCERPT_SIZE];
            gml_excerpt(name, length, found);
            gml_excerpt(expected, strlen(expected), wanted);
            return gml_fail(cells->context, GML_ERROR_DATA,
                            "%s: line %zu, column %zu: %s, where %s has %s; all files must have the same header",
                            reading->path, header->line, i + 1, found, cells->origin.path, wanted);
        }
    }
    return header->count == cells->columns
               ? GML_OK
               : refuse(reading, &(gml_csv_problem){GML_CSV_RAGGED, header->line, 1, header->count, "", 0});
}

/* Reads a further file, with the dialect and the columns of the first. */
static gml_status read_further_file(gml_csv_reading *reading, gml_reader *reader, const char *path)
{
    gml_csv_cursor after = {0};
    gml_status status = begin_file(reading, reader, path);
    if (status == GML_OK) {
        status = gml_origin_add_file(reading->cells.context, &reading->cells.origin, reading->cells.rows, path);
    }
    if (status == GML_OK && reading->columns.header) {
        status = take_rows(reading, 1, &after);
        if (status == GML_OK && reading->held == 0) {
            status = gml_fail(reading->cells.context, GML_ERROR_DATA, "%s: is empty", path);
        }
        if (status == GML_OK) {
            status = check_header(reading);
        }
        if (status == GML_OK) {
            skip_header(&reading->text, &after);
        }
    }
    return status == GML_OK ? scan_file(reading) : status;
}

gml_status gml_csv_read(const gml_source *source, gml_csv_reading *reading)
{
    const gml_dataset_options *options = source->options;
    *reading = (gml_csv_reading){.source = source, .path = source->path};
    gml_status status = gml_csv_dialect_begin(source->context, options, &reading->dialect);
    if (status == GML_OK) {
        status = read_first_file(reading);
    }
    for (size_t i = 0; status == GML_OK && i < options->more_count; i++) {
        gml_reader *reader = NULL;
        status = gml_reader_open(source->context, options->more[i], &reader);
        if (status == GML_OK) {
            status = read_further_file(reading, reader, options->more[i]);
        }
        gml_reader_close(reader);
    }
    if (status == GML_OK && reading->cells.rows == 0) {
        status = gml_fail(source->context, GML_ERROR_DATA, "%s: has a header and no rows", source->path);
    }
    return status;
}

void gml_csv_reading_clear(gml_csv_reading *reading)
{
    gml_context *context = reading->source->context;
    gml_csv_scan_clear(&reading->scan);
    gml_csv_text_clear(&reading->text);
    gml_csv_dialect_clear(context, &reading->dialect);
    clear_rows(reading);
    gml_csv_columns_clear(context, &reading->columns);
    gml_schema_clear(context, &reading->schema);
    gml_cells_clear(&reading->cells);
}
