/* data/csv/csv_rows.c - a CSV row by row.
 *
 * The columns are those of a network, so that each row can be judged alone. A piece of the text becomes cells, and the
 * cells a dataset. If that is refused, half of the rows are tried, and so on, until a dataset can be made or one row is
 * left, which is the broken one. */
#include "data/csv/csv_reading.h"

typedef struct csv_rows {
    const gml_source *source;
    gml_csv_reading reading;
    gml_reader *reader;      /* of a further file, or null */
    size_t further;          /* further files that were begun */
    gml_csv_problem problem; /* of the record after the cells */
    gml_dataset *dataset;    /* the latest */
    size_t taken;            /* rows of the cells that were used */
    size_t tried;            /* rows for the next dataset, at most */
    bool some;               /* a row was there */
} csv_rows;

static void end(gml_row_stream *stream)
{
    csv_rows *of = stream->state;
    gml_dataset_destroy(of->dataset);
    gml_csv_reading_clear(&of->reading);
    gml_reader_close(of->reader);
    gml_release(of->source->context, of, 1, sizeof *of);
}

static gml_status begin(const gml_source *source, gml_row_stream *stream)
{
    gml_context *context = source->context;
    csv_rows *of = gml_allocate(context, 1, sizeof *of, "rows of a CSV");
    if (of == NULL) {
        return GML_ERROR_MEMORY;
    }
    *of = (csv_rows){
        .source = source, .tried = SIZE_MAX, .reading = {.source = source, .path = source->path, .recovers = true}};
    stream->state = of;
    if (source->reader == NULL) {
        return gml_fail(context, GML_ERROR_DATA, "%s: is a folder; a CSV is a file", source->path);
    }
    gml_status status = gml_csv_dialect_begin(context, source->options, &of->reading.dialect);
    if (status == GML_OK) {
        status = gml_csv_begin_first(&of->reading);
    }
    of->reading.cells.kept = of->reading.cells.partial = true;
    return status;
}

/* ---- from cells to datasets ---- */

static gml_status make_dataset(csv_rows *of, gml_cells *cells)
{
    gml_schema schema = {0};
    gml_status status = gml_schema_copy(of->source->context, &of->reading.schema, &schema);
    return status == GML_OK
               ? gml_dataset_from_columns(cells, &of->reading.columns, of->source->options, &schema, &of->dataset)
               : status;
}

/* Makes a dataset of the first `count` rows that are not used. */
static gml_status make_part(csv_rows *of, size_t count)
{
    gml_cells *cells = &of->reading.cells, part = {0};
    if (of->taken == 0 && count == cells->rows) {
        return make_dataset(of, cells);
    }
    gml_status status = gml_cells_copy_rows(cells, of->taken, count, &part);
    if (status == GML_OK) {
        status = make_dataset(of, &part);
    }
    gml_cells_clear(&part);
    return status;
}

/* Uses as many rows as can be used together; a single one that cannot is an error. */
static gml_status use_rows(csv_rows *of, bool *broken)
{
    const size_t left = of->reading.cells.rows - of->taken;
    size_t count = of->tried < left ? of->tried : left;
    gml_status status = make_part(of, count);
    while (status == GML_ERROR_DATA && count > 1) {
        count /= 2;
        status = make_part(of, count);
    }
    of->taken += count;
    of->tried = status == GML_OK && count <= SIZE_MAX / 2 ? 2 * count : 1;
    *broken = status == GML_ERROR_DATA;
    return status;
}

/* ---- from text to cells ---- */

static gml_status begin_further(csv_rows *of)
{
    const char *path = of->source->options->more[of->further++];
    gml_reader_close(of->reader);
    of->reader = NULL;
    gml_status status = gml_reader_open_eager(of->source->context, path, &of->reader);
    return status == GML_OK ? gml_csv_begin_further(&of->reading, of->reader, path) : status;
}

/* Scans the next records; none at the end of a file, or if the first is broken. */
static gml_status scan(csv_rows *of)
{
    gml_csv_reading *reading = &of->reading;
    gml_status status = gml_cells_restart(&reading->cells, reading->path);
    of->taken = 0;
    of->tried = SIZE_MAX;
    if (status == GML_OK) {
        status = gml_csv_text_advance(&reading->text, &reading->dialect, &of->problem);
    }
    if (status == GML_OK && of->problem.fault != GML_CSV_FINE) {
        return gml_csv_refuse(reading, &of->problem); /* a record without an end: nothing can follow it */
    }
    if (status == GML_OK) {
        status = gml_csv_scan_text(&reading->scan, &reading->text, &of->problem);
    }
    of->some = of->some || reading->cells.rows > 0 || of->problem.fault != GML_CSV_FINE;
    return status;
}

/* Refuses the record after the cells, and moves past it. */
static gml_status refuse_record(csv_rows *of)
{
    gml_csv_reading *reading = &of->reading;
    gml_status status = gml_csv_refuse(reading, &of->problem);
    gml_csv_text_skip(&reading->text, &reading->dialect, &of->problem);
    of->problem = (gml_csv_problem){0};
    return status;
}

static gml_status next(gml_row_stream *stream, size_t most, const gml_dataset **dataset)
{
    csv_rows *of = stream->state;
    gml_csv_reading *reading = &of->reading;
    gml_status status = GML_OK;
    (void)most;
    gml_dataset_destroy(of->dataset);
    of->dataset = NULL;
    while (status == GML_OK && of->taken == reading->cells.rows && of->problem.fault == GML_CSV_FINE) {
        const bool ended = reading->text.ended && reading->text.begin == reading->text.size;
        if (ended && of->further == of->source->options->more_count) {
            return of->some ? GML_OK
                            : gml_fail(of->source->context, GML_ERROR_DATA, "%s: has a header and no rows",
                                       of->source->path);
        }
        status = ended ? begin_further(of) : scan(of);
    }
    if (status == GML_OK && of->taken < reading->cells.rows) {
        status = use_rows(of, &stream->broken);
        *dataset = of->dataset;
        return status;
    }
    if (status == GML_OK) {
        status = refuse_record(of);
        stream->broken = true;
    }
    return status;
}

const gml_row_format gml_csv_row_format = {.begin = begin, .next = next, .end = end};
