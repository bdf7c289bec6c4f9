/* data/csv/csv_reading.c - from the files of a CSV to its cells. */
#include "data/csv/csv_reading.h"

#include <stdio.h>

#include "data/cache/cache.h"

/* Leaves out the record with a problem, where broken ones are. */
static void leave_out(gml_csv_reading *reading, gml_csv_problem *problem)
{
    if (problem->fault == GML_CSV_FINE || !reading->recovers) {
        return;
    }
    gml_message_scope scope;
    char message[GML_MESSAGE_SIZE];
    const bool first = reading->broken++ == 0;
    reading->first_at = first ? reading->cells.rows : reading->first_at;
    gml_message_open(reading->source->context, &scope, first ? reading->first_broken : message);
    gml_csv_refuse(reading, problem);
    gml_message_close(reading->source->context, &scope);
    gml_csv_text_skip(&reading->text, &reading->dialect, problem);
    *problem = (gml_csv_problem){0};
}

/* Scans the records of the text. */
static gml_status scan_text(gml_csv_reading *reading, gml_csv_problem *problem)
{
    gml_status status = gml_csv_scan_text(&reading->scan, &reading->text, problem);
    leave_out(reading, problem);
    return status == GML_OK && problem->fault == GML_CSV_FINE ? gml_table_cache_move_out(&reading->cells) : status;
}

/* Scans all records of a file that follow its header. */
static gml_status scan_file(gml_csv_reading *reading)
{
    gml_csv_text *text = &reading->text;
    gml_csv_problem problem = {0};
    gml_status status = scan_text(reading, &problem);
    while (status == GML_OK && problem.fault == GML_CSV_FINE && !(text->ended && text->begin == text->size)) {
        status = gml_csv_text_advance(text, &reading->dialect, &problem);
        if (status == GML_OK && problem.fault == GML_CSV_FINE) {
            status = scan_text(reading, &problem);
        }
    }
    return status == GML_OK ? gml_csv_refuse(reading, &problem) : status;
}

gml_status gml_csv_read(const gml_source *source, gml_csv_reading *reading)
{
    const gml_dataset_options *options = source->options;
    *reading = (gml_csv_reading){.source = source, .path = source->path, .recovers = options->broken_rows != 0};
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; a CSV is a file", source->path);
    }
    gml_status status = gml_csv_dialect_begin(source->context, options, &reading->dialect);
    if (status == GML_OK) {
        status = gml_csv_begin_first(reading);
    }
    if (status == GML_OK) {
        status = scan_file(reading);
    }
    for (size_t i = 0; status == GML_OK && i < options->more_count; i++) {
        gml_reader *reader = NULL;
        status = gml_reader_open(source->context, options->more[i], &reader);
        if (status == GML_OK) {
            status = gml_csv_begin_further(reading, reader, options->more[i]);
        }
        if (status == GML_OK) {
            status = scan_file(reading);
        }
        gml_reader_close(reader);
    }
    if (status == GML_OK && reading->cells.rows > 0) {
        status = gml_table_cache_map_rows(&reading->cells);
    }
    if (status == GML_OK && reading->recovers) {
        status = gml_csv_drop_rows(reading);
    }
    if (status == GML_OK && reading->cells.rows == 0) {
        status = reading->broken == 0
                     ? gml_fail(source->context, GML_ERROR_DATA, "%s: has a header and no rows", source->path)
                     : gml_fail(source->context, GML_ERROR_DATA, "%s: all %zu rows are broken; the first: %s",
                                source->path, reading->broken, reading->first_broken);
    }
    if (status == GML_OK && reading->broken > 0) {
        snprintf(reading->remark, sizeof reading->remark, "%zu row%s broken and left out; the first: %.600s",
                 reading->broken, reading->broken == 1 ? " is" : "s are", reading->first_broken);
        reading->cells.remark = reading->remark;
    }
    return status;
}

void gml_csv_reading_clear(gml_csv_reading *reading)
{
    gml_context *context = reading->source->context;
    gml_csv_scan_clear(&reading->scan);
    gml_csv_text_clear(&reading->text);
    gml_csv_dialect_clear(context, &reading->dialect);
    gml_csv_clear_rows(reading);
    gml_csv_columns_clear(context, &reading->columns);
    gml_schema_clear(context, &reading->schema);
    gml_cells_clear(&reading->cells);
}
