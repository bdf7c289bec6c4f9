/* data/format_csv.c - comma separated values: the file, through libcsv. */
#include <string.h>

#include "data/csv_parser.h"
#include "data/csv_reading.h"

enum { CHUNK_SIZE = 1 << 16 };

static gml_status refuse_syntax(const gml_csv_reading *reading, struct csv_parser *parser, bool at_end)
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

static gml_status parse_all(gml_csv_reading *reading, struct csv_parser *parser, char *chunk)
{
    gml_status status = skip_byte_order_mark(reading->source->reader);
    size_t got = CHUNK_SIZE;
    while (status == GML_OK && got == CHUNK_SIZE) {
        status = gml_reader_read(reading->source->reader, chunk, CHUNK_SIZE, &got);
        if (status != GML_OK) {
            return status;
        }
        size_t parsed = csv_parse(parser, chunk, got, gml_csv_reading_field, gml_csv_reading_line_end, reading);
        status = reading->status;
        if (status == GML_OK && parsed < got) {
            status = refuse_syntax(reading, parser, false);
        }
    }
    if (status == GML_OK) {
        int answer = csv_fini(parser, gml_csv_reading_field, gml_csv_reading_line_end, reading);
        status = reading->status;
        if (status == GML_OK && answer != 0) {
            status = refuse_syntax(reading, parser, true);
        }
    }
    return status;
}

static gml_status parse(gml_csv_reading *reading)
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
    return status;
}

static gml_status open_csv(const gml_source *source, gml_dataset **dataset)
{
    gml_context *context = source->context;
    if (source->reader == NULL) {
        return gml_fail(context, GML_ERROR_DATA, "%s: is a folder; a CSV is a file", source->path);
    }
    gml_csv_reading reading;
    gml_dataset made = {.context = context};
    gml_status status = gml_csv_reading_begin(source, &reading);
    if (status == GML_OK) {
        status = parse(&reading);
    }
    if (status == GML_OK) {
        status = gml_csv_reading_finish(&reading, &made);
    }
    gml_csv_reading_clear(&reading);
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
