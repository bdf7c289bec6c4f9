/* data/csv/csv_front.c - the beginning of the files of a CSV: dialect, first rows, header and columns. */
#include "data/csv/csv_reading.h"

#include <strings.h>

#include "data/cache/cache.h"

/* ---- errors ---- */

gml_status gml_csv_refuse(const gml_csv_reading *reading, const gml_csv_problem *problem)
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

static gml_status refuse_count(const gml_csv_reading *reading, const gml_csv_row *row)
{
    return gml_csv_refuse(reading, &(gml_csv_problem){.fault = GML_CSV_RAGGED, .line = row->line, .found = row->count});
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

void gml_csv_clear_rows(gml_csv_reading *reading)
{
    for (size_t i = 0; i < GML_CSV_HELD_ROWS; i++) {
        gml_csv_row_clear(reading->source->context, &reading->first_rows[i]);
        reading->first_rows[i] = (gml_csv_row){0};
    }
    reading->held = 0;
}

/* Takes up to `most` rows of the text, and waits for the first alone; `after` becomes the place after it. */
static gml_status take_rows(gml_csv_reading *reading, size_t most, gml_csv_cursor *after)
{
    gml_csv_text *text = &reading->text;
    gml_status status = GML_OK;
    gml_csv_problem problem = {0};
    while (status == GML_OK && problem.fault == GML_CSV_FINE) {
        size_t end = text->ended ? text->size : text->whole;
        gml_csv_cursor cursor = {.at = text->bytes + text->begin, .end = text->bytes + end, .line = text->line};
        gml_csv_clear_rows(reading);
        while (status == GML_OK && problem.fault == GML_CSV_FINE && reading->held < most &&
               gml_csv_find_record(&reading->dialect, &cursor)) {
            gml_csv_row *row = &reading->first_rows[reading->held];
            status = take_row(reading, &cursor, row, &problem);
            if (reading->recovers && reading->held > 0 && problem.fault != GML_CSV_FINE) {
                gml_csv_row_clear(reading->source->context, row); /* it tells nothing of the first */
                *row = (gml_csv_row){0};
                problem.fault = GML_CSV_FINE;
            }
            *after = reading->held++ == 0 ? cursor : *after;
        }
        if (reading->held == most || text->ended || (reading->held > 0 && gml_reader_may_wait(text->reader))) {
            break;
        }
        if (status == GML_OK && problem.fault == GML_CSV_FINE) {
            status = gml_csv_text_extend(text, &reading->dialect, &problem);
        }
    }
    return status == GML_OK ? gml_csv_refuse(reading, &problem) : status;
}

/* Uses the record before a place: it is the header. */
static void skip_header(gml_csv_text *text, const gml_csv_cursor *after)
{
    text->begin = (size_t)(after->at - text->bytes);
    text->whole = text->whole > text->begin ? text->whole : text->begin;
    text->line = after->line;
}

/* ---- the columns ---- */

static gml_csv_decision decision_of(const gml_csv_reading *reading, gml_csv_columns *columns)
{
    return (gml_csv_decision){.context = reading->source->context,
                              .path = reading->path,
                              .options = reading->source->options,
                              .first = &reading->first_rows[0],
                              .second = &reading->first_rows[1],
                              .style = reading->dialect.style,
                              .columns = columns};
}

/* Keeps what the options say of the dialect. */
static gml_status keep_dialect(const gml_source *source, gml_schema *schema)
{
    const gml_dataset_options *options = source->options;
    const struct {
        const char *from;
        char **to;
    } texts[] = {{options->delimiter, &schema->delimiter},
                 {options->decimal, &schema->decimal},
                 {options->thousands, &schema->thousands},
                 {options->comment, &schema->comment},
                 {options->missing, &schema->missing}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i].to = texts[i].from != NULL ? gml_copy_string(source->context, texts[i].from) : NULL;
        if (texts[i].from != NULL && *texts[i].to == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}

static gml_status decide(gml_csv_reading *reading)
{
    const gml_csv_row *rows = reading->first_rows;
    gml_csv_decision decision = decision_of(reading, &reading->columns);
    if (reading->held == GML_CSV_HELD_ROWS && rows[1].count != rows[0].count && !reading->recovers) {
        reading->cells.columns = rows[0].count;
        gml_status status = refuse_count(reading, &rows[1]);
        reading->cells.columns = 0;
        return status;
    }
    gml_status status = gml_csv_columns_decide(&decision, &reading->schema);
    return status == GML_OK ? keep_dialect(reading->source, &reading->schema) : status;
}

/* True if the first row, the only one so far, is a sample whatever follows it. */
static bool is_sample(const gml_csv_reading *reading)
{
    gml_csv_columns columns;
    gml_csv_decision decision = decision_of(reading, &columns);
    if (reading->held == 0) {
        return false;
    }
    const bool sample = gml_csv_decision_begin(&decision) == GML_OK && !columns.header;
    gml_csv_decision_end(&decision);
    gml_csv_columns_clear(decision.context, &columns);
    return sample;
}

/* Begins the cells of the decided columns. */
static gml_status begin_cells(gml_csv_reading *reading)
{
    const gml_csv_columns *columns = &reading->columns;
    const gml_source *source = reading->source;
    gml_cells *cells = &reading->cells;
    gml_status status = gml_cells_begin(source->context, reading->path, columns->count, cells);
    cells->style = reading->dialect.style;
    cells->cache = source->cache;
    cells->folder = source->cache != NULL && source->cache->making ? source->cache->folder : NULL;
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

/* Takes a first line such as "sep=;", which Excel writes and reads: it is the delimiter, and no record. */
static void take_separator(gml_csv_text *text, gml_csv_dialect *dialect)
{
    const char *bytes = text->bytes;
    if (text->size < 7 || strncasecmp(bytes, "sep=", 4) != 0 || (bytes[5] != '\n' && bytes[5] != '\r')) {
        return;
    }
    dialect->delimiter = dialect->delimiter == 0 ? bytes[4] : dialect->delimiter;
    text->begin = text->whole = bytes[5] == '\r' && bytes[6] == '\n' ? 7 : 6;
    text->line++;
}

/* Begins a file: reads its first bytes. */
static gml_status begin_file(gml_csv_reading *reading, gml_reader *reader, const char *path)
{
    reading->path = path;
    gml_csv_text_clear(&reading->text);
    gml_status status = gml_csv_text_begin(reading->source->context, reader, &reading->text);
    reading->text.recovers = reading->recovers;
    if (status == GML_OK) {
        take_separator(&reading->text, &reading->dialect);
    }
    return status;
}

/* Finds the first records of a text. */
static gml_status find_records(gml_csv_reading *reading)
{
    gml_csv_problem problem = {0};
    gml_status status = gml_csv_text_advance(&reading->text, &reading->dialect, &problem);
    return status == GML_OK ? gml_csv_refuse(reading, &problem) : status;
}

/* Finds the dialect and the first rows of the first file. They are in its first bytes, unless the file is read as it
 * comes: then the second row is waited for only if it has begun or the first may hold names. */
static gml_status take_first_rows(gml_csv_reading *reading, gml_csv_cursor *after)
{
    const gml_csv_dialect given = reading->dialect;
    gml_csv_text *text = &reading->text;
    gml_csv_problem problem = {0};
    bool enough = false;
    gml_status status = GML_OK;
    while (status == GML_OK && !enough) {
        if (text->size <= GML_CSV_LOOKED_AT) {
            reading->dialect = given;
            gml_csv_dialect_find(&reading->dialect, text->bytes + text->begin, text->size - text->begin, text->ended);
        }
        status = find_records(reading);
        if (status == GML_OK) {
            status = take_rows(reading, GML_CSV_HELD_ROWS, after);
        }
        const bool begun = text->whole < text->size; /* a second row, which will end */
        enough =
            status != GML_OK || reading->held == GML_CSV_HELD_ROWS || text->ended || (!begun && is_sample(reading));
        if (!enough) {
            status = gml_csv_text_extend(text, &reading->dialect, &problem);
            status = status == GML_OK ? gml_csv_refuse(reading, &problem) : status;
        }
    }
    return status;
}

gml_status gml_csv_begin_first(gml_csv_reading *reading)
{
    const gml_source *source = reading->source;
    gml_csv_cursor after = {0};
    gml_status status = begin_file(reading, source->reader, source->path);
    if (status == GML_OK) {
        status = take_first_rows(reading, &after);
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
    return status;
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
    return header->count == cells->columns ? GML_OK : refuse_count(reading, header);
}

gml_status gml_csv_begin_further(gml_csv_reading *reading, gml_reader *reader, const char *path)
{
    gml_csv_cursor after = {0};
    gml_status status = begin_file(reading, reader, path);
    if (status == GML_OK) {
        status = find_records(reading);
    }
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
    return status;
}
