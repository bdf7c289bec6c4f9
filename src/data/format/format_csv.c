/* data/format/format_csv.c - comma separated values: the file, through libcsv, strict and with the context's memory. */
#include <csv.h>
#include <string.h>

#include "data/csv/csv_reading.h"

enum {
    CHUNK_SIZE = 1 << 16,  /* bytes parsed at a time */
    FIELD_BLOCK = 1 << 16, /* bytes by which libcsv grows its buffer for a field */
    MAX_FIELD = 1 << 20    /* bytes in a field */
};

/* ---- the memory of libcsv ---- */

/* libcsv hands no context to its allocator, so the buffer for a field carries it in front. begin_parser makes the first
 * buffer, and libcsv grows it. */
typedef struct field_memory {
    gml_context *context;
    size_t size;
} field_memory;

static void *make_field_buffer(gml_context *context, size_t size)
{
    char *block = gml_allocate(context, size + GML_ALIGNMENT, 1, "the field of a CSV");
    if (block == NULL) {
        return NULL;
    }
    *(field_memory *)(void *)block = (field_memory){.context = context, .size = size};
    return block + GML_ALIGNMENT;
}

static field_memory *memory_of(void *buffer)
{
    return (field_memory *)(void *)((char *)buffer - GML_ALIGNMENT);
}

static void release_field_buffer(void *buffer)
{
    if (buffer != NULL) {
        field_memory *memory = memory_of(buffer);
        gml_release(memory->context, memory, memory->size + GML_ALIGNMENT, 1);
    }
}

static void *grow_field_buffer(void *buffer, size_t size)
{
    field_memory *memory = memory_of(buffer);
    void *grown = size <= MAX_FIELD ? make_field_buffer(memory->context, size) : NULL;
    if (grown != NULL) {
        memcpy(grown, buffer, memory->size < size ? memory->size : size);
        release_field_buffer(buffer);
    }
    return grown;
}

/* Begins a parser that reports every line end, of empty lines too. A field that is too long ends the parsing as a lack
 * of memory does, with the parser's buffer at its greatest size. On failure there is nothing to free. */
static gml_status begin_parser(gml_context *context, struct csv_parser *parser)
{
    if (csv_init(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        return gml_fail(context, GML_ERROR_MEMORY, "libcsv cannot begin");
    }
    parser->entry_buf = make_field_buffer(context, FIELD_BLOCK);
    parser->entry_size = FIELD_BLOCK;
    csv_set_blk_size(parser, FIELD_BLOCK);
    csv_set_realloc_func(parser, grow_field_buffer);
    csv_set_free_func(parser, release_field_buffer);
    return parser->entry_buf != NULL ? GML_OK : GML_ERROR_MEMORY;
}

/* ---- parsing ---- */

static gml_status refuse_syntax(const gml_csv_reading *reading, struct csv_parser *parser, bool at_end)
{
    gml_context *context = reading->source->context;
    const char *path = reading->source->path;
    if (csv_error(parser) == CSV_EPARSE) {
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu, column %zu: %s", path, reading->line,
                        reading->column + 1,
                        at_end ? "the file ends within quotes"
                               : "a quote inside a field, or text after a closing quote; quotes go around the whole "
                                 "field and are doubled inside it");
    }
    if (csv_get_buffer_size(parser) >= MAX_FIELD) {
        return gml_fail(context, GML_ERROR_DATA, "%s: line %zu, column %zu: a field of more than %d bytes", path,
                        reading->line, reading->column + 1, MAX_FIELD);
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
        bool parsed = csv_parse(parser, chunk, got, gml_csv_reading_field, gml_csv_reading_line_end, reading) == got;
        bool ended = !parsed || got == CHUNK_SIZE ||
                     csv_fini(parser, gml_csv_reading_field, gml_csv_reading_line_end, reading) == 0;
        status = reading->status;
        if (status == GML_OK && !(parsed && ended)) {
            status = refuse_syntax(reading, parser, !ended);
        }
    }
    return status;
}

static gml_status parse(gml_csv_reading *reading)
{
    struct csv_parser parser;
    gml_status status = begin_parser(reading->source->context, &parser);
    if (status != GML_OK) {
        return status;
    }
    char *chunk = gml_allocate(reading->source->context, CHUNK_SIZE, 1, "a piece of a CSV");
    status = chunk != NULL ? parse_all(reading, &parser, chunk) : GML_ERROR_MEMORY;
    gml_release(reading->source->context, chunk, CHUNK_SIZE, 1);
    csv_free(&parser);
    return status;
}

static gml_status open_csv(const gml_source *source, gml_dataset **dataset)
{
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; a CSV is a file", source->path);
    }
    gml_csv_reading reading;
    gml_status status = gml_csv_reading_begin(source, &reading);
    if (status == GML_OK) {
        status = parse(&reading);
    }
    if (status == GML_OK) {
        status = gml_csv_reading_finish(&reading);
    }
    gml_csv_reading_clear(&reading);
    return gml_dataset_adopt(status, &reading.made, dataset);
}

/* Any text may be a CSV; text has no NUL byte. */
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
