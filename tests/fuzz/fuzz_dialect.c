/* tests/fuzz/fuzz_dialect.c - CSV files of any dialect.
 *
 * The first two bytes choose options: of the first, bits 0 to 2 the delimiter, bits 3 and 4 the decimal mark, bits 5
 * and 6 the separator of thousands, bit 7 a comment character; of the second, bits 0 and 1 the words for missing cells,
 * bit 2 missing targets, bit 3 the task classification, bit 4 that the file is read twice, as two files. The rest is
 * the file.
 *
 * A data set that is read can be gathered, split and read again to the same numbers. The cells, texts, counts and the
 * first fault are the same however the text is cut into blocks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/csv/csv_reading.h"
#include "dataset_checks.h"

/* The cells of a text with blocks of at least `block` bytes, and what is wrong with it. */
typedef struct scanned {
    gml_csv_text text;
    gml_cells cells;
    gml_csv_scan scan;
    gml_csv_problem problem;
    gml_status status;
} scanned;

static void scan(const gml_csv_dialect *dialect, size_t columns, size_t block, scanned *made)
{
    gml_context *context = fuzz_context();
    gml_reader *reader = NULL;
    memset(made, 0, sizeof *made);
    made->status = gml_reader_open(context, "data.csv", &reader);
    if (made->status == GML_OK) {
        made->status = gml_csv_text_begin(context, reader, &made->text);
    }
    if (made->status == GML_OK) {
        made->status = gml_cells_begin(context, "data.csv", columns, &made->cells);
    }
    made->cells.style = dialect->style;
    made->scan = (gml_csv_scan){.dialect = dialect, .cells = &made->cells, .threads = 1, .block = block};
    if (made->status == GML_OK) {
        made->status = gml_csv_text_advance(&made->text, dialect, &made->problem);
    }
    if (made->status == GML_OK && made->problem.fault == GML_CSV_FINE) {
        made->status = gml_csv_scan_text(&made->scan, &made->text, &made->problem);
    }
    gml_reader_close(reader);
}

static void clear(scanned *made)
{
    gml_csv_scan_clear(&made->scan);
    gml_csv_text_clear(&made->text);
    gml_cells_clear(&made->cells);
}

static void compare_columns(const gml_cells_column *a, const gml_cells_column *b)
{
    fuzz_check(a->texts.count == b->texts.count && a->whole == b->whole && a->fractions == b->fractions &&
                   a->empty == b->empty && memcmp(a->uses, b->uses, sizeof a->uses) == 0 && a->broken == b->broken,
               "counts do not depend on blocks");
    fuzz_check(a->least == b->least && a->greatest == b->greatest, "ranges do not depend on blocks");
    fuzz_check(a->shown == b->shown && memcmp(a->words, b->words, a->shown * sizeof *a->words) == 0 &&
                   a->gapped == b->gapped && (!a->gapped || (a->gap.row == b->gap.row && a->gap.label == b->gap.label)),
               "places do not depend on blocks");
    fuzz_check(
        a->texts.bytes.size == b->texts.bytes.size &&
            (a->texts.bytes.size == 0 || memcmp(a->texts.bytes.data, b->texts.bytes.data, a->texts.bytes.size) == 0),
        "texts do not depend on blocks");
}

/* A scan with a fault keeps the rows before it. */
static void compare(const scanned *a, const scanned *b)
{
    fuzz_check(a->problem.fault == b->problem.fault && a->problem.line == b->problem.line &&
                   a->problem.column == b->problem.column,
               "the first fault does not depend on blocks");
    size_t size = a->cells.rows * a->cells.columns * sizeof(double);
    fuzz_check(a->cells.rows == b->cells.rows && a->text.line == b->text.line,
               "rows and lines do not depend on blocks");
    fuzz_check(size == 0 || memcmp(a->cells.values.data, b->cells.values.data, size) == 0,
               "cells do not depend on blocks");
    for (size_t i = 0; i < a->cells.columns; i++) {
        compare_columns(&a->cells.column[i], &b->cells.column[i]);
    }
    for (size_t row = 0; row < a->cells.rows; row++) {
        const char *path;
        size_t line, other;
        gml_origin_find(&a->cells.origin, row, &path, &line);
        gml_origin_find(&b->cells.origin, row, &path, &other);
        fuzz_check(line == other, "lines do not depend on blocks");
    }
}

/* Returns the fields of the first record; 0 if it cannot be read. */
static size_t count_columns(const gml_csv_dialect *dialect, gml_csv_text *text)
{
    gml_csv_cursor cursor = {.at = text->bytes, .end = text->bytes + text->size};
    gml_csv_field field = {0};
    size_t count = 0;
    for (bool found = gml_csv_find_record(dialect, &cursor); found && !field.last; count++) {
        if (gml_csv_take_field(dialect, cursor.at, cursor.end, &field) != GML_CSV_FINE) {
            return 0;
        }
        cursor.at = field.next;
    }
    return count;
}

static void check_blocks(const gml_dataset_options *options)
{
    gml_context *context = fuzz_context();
    gml_csv_dialect dialect;
    gml_csv_text text = {0};
    gml_reader *reader = NULL;
    gml_status status = gml_csv_dialect_begin(context, options, &dialect);
    if (status == GML_OK) {
        status = gml_reader_open(context, "data.csv", &reader);
    }
    if (status == GML_OK) {
        status = gml_csv_text_begin(context, reader, &text);
    }
    gml_reader_close(reader);
    if (status == GML_OK) {
        gml_csv_dialect_find(&dialect, text.bytes, text.size, text.ended);
    }
    size_t columns = status == GML_OK ? count_columns(&dialect, &text) : 0;
    gml_csv_text_clear(&text);
    if (columns > 0) {
        scanned whole, cut;
        scan(&dialect, columns, SIZE_MAX, &whole);
        scan(&dialect, columns, 1, &cut);
        if (whole.status == GML_OK && cut.status == GML_OK) {
            compare(&whole, &cut);
        }
        clear(&whole);
        clear(&cut);
    }
    gml_csv_dialect_clear(context, &dialect);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const delimiters[] = {NULL, ",", ";", "tab", "|", "space", NULL, "^"};
    static const char *const decimals[] = {NULL, ".", ",", NULL}, *const thousands[] = {NULL, ",", ".", "'"};
    static const char *const missing[] = {NULL, "NA,-1", "", "x,1.5,?"};
    static const char *const more[] = {"data.csv"};
    if (size < 2) {
        return 0;
    }
    unsigned first = data[0], second = data[1];
    const gml_dataset_options options = {
        .format = "csv",
        .delimiter = delimiters[first & 7],
        .decimal = decimals[first >> 3 & 3],
        .thousands = thousands[first >> 5 & 3],
        .comment = first >> 7 != 0 ? "#" : NULL,
        .missing = missing[second & 3],
        .missing_targets = (second >> 2 & 1) != 0,
        .task = (second >> 3 & 1) != 0 ? GML_TASK_CLASSIFICATION : GML_TASK_AUTO,
        .more = more,
        .more_count = second >> 4 & 1,
    };
    fuzz_begin(((size_t)1 << 20) + 2048 * size);
    fuzz_put("data.csv", data + 2, size - 2);
    check_reading("data.csv", &options);
    check_blocks(&options);
    fuzz_end();
    return 0;
}
