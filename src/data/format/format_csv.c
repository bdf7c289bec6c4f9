/* data/format/format_csv.c - delimited text. */
#include "data/cache/cache.h"
#include "data/csv/csv_reading.h"

/* Reads the file, and makes a cache of it if one is wanted. */
static gml_status read_dataset(const gml_source *source, gml_table_cache *cache, gml_dataset **made)
{
    gml_source cached = *source;
    gml_csv_reading reading;
    gml_reader *again = NULL;
    cached.cache = cache;
    gml_table_cache_begin(cache);
    if (cache->making) { /* the other reader has bytes that are older than the stamp of the file */
        gml_status status = gml_reader_open(source->context, source->path, &again);
        if (status != GML_OK) {
            return status;
        }
        cached.reader = again;
    }
    gml_status status = gml_csv_read(&cached, &reading);
    gml_csv_scan_clear(&reading.scan);
    if (status == GML_OK) {
        status = gml_dataset_from_columns(&reading.cells, &reading.columns, source->options, &reading.schema, made);
    }
    gml_csv_reading_clear(&reading);
    gml_reader_close(again);
    return status == GML_OK ? gml_table_cache_tell(cache, *made) : status;
}

static gml_status open_csv(const gml_source *source, gml_dataset **dataset)
{
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; a CSV is a file", source->path);
    }
    gml_table_cache cache;
    gml_dataset *made = NULL;
    gml_status status = gml_table_cache_open(source, &cache, &made);
    if (status == GML_OK && made == NULL) {
        status = read_dataset(source, &cache, &made);
    }
    gml_table_cache_close(&cache);
    if (status != GML_OK) {
        gml_dataset_destroy(made);
        return status;
    }
    *dataset = made;
    return GML_OK;
}

static gml_status read_csv(const gml_source *source, gml_cells *cells)
{
    gml_csv_reading reading;
    gml_status status = gml_csv_read(source, &reading);
    gml_csv_scan_clear(&reading.scan);
    *cells = reading.cells;
    reading.cells = (gml_cells){0};
    gml_csv_reading_clear(&reading);
    return status;
}

/* Any text may be a CSV. Text has no NUL byte, unless it is UTF-16. */
static bool recognizes(const gml_source *source)
{
    size_t size = 0, mark = 0;
    const uint8_t *bytes = source->reader != NULL ? gml_reader_peek(source->reader, &size) : NULL;
    return bytes != NULL && (memchr(bytes, 0, size) == NULL || gml_encoding_of(bytes, size, &mark) != GML_UTF8);
}

const gml_format gml_format_csv = {
    .entry = {.name = "csv",
              .summary = "delimited text, a sample a row, with or without names in the first row",
              .formula = "field, field, ... ; fields may be in double quotes, and a quote inside is doubled",
              .derivative = "",
              .pitfall = "The delimiter and the decimal mark are found from the first 64 KiB unless they are given.",
              .source = "RFC 4180"},
    .recognizes = recognizes,
    .open = open_csv,
    .rows = &gml_csv_row_format,
    .read = read_csv,
};
