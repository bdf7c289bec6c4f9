/* tests/data/csv_blocks.c - large CSV files, which are cut into blocks (data/csv/scan.h, csv_text.h), and the cells and
 * dictionaries that come of them (data/cells.h). */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"
#include "data/csv/csv_reading.h"

static uint64_t state = 88172645463325252u;

static size_t below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % n);
}

/* A growing text. */
typedef struct text {
    char *bytes;
    size_t size, capacity;
} text;

static void put(text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(text *to, const char *format, ...)
{
    if (to->capacity - to->size < 4096) {
        to->capacity = 2 * to->capacity + 8192;
        to->bytes = realloc(to->bytes, to->capacity);
        ck_assert_ptr_nonnull(to->bytes);
    }
    va_list arguments;
    va_start(arguments, format);
    to->size += (size_t)vsnprintf(to->bytes + to->size, 4096, format, arguments);
    va_end(arguments);
}

/* Reads a file of these bytes to cells with a number of threads. */
static void read_cells(const text *from, size_t threads, const gml_dataset_options *options, gml_csv_reading *reading,
                       gml_context **owner)
{
    char message[GML_MESSAGE_SIZE];
    static char path[256];
    static gml_reader *reader;
    static gml_source source;
    strcpy(path, put_file("table.csv", from->bytes, from->size));
    ck_assert_int_eq(gml_context_create(&(gml_context_options){.threads = threads}, owner, message, sizeof message),
                     GML_OK);
    assert_ok(*owner, gml_reader_open(*owner, path, &reader));
    source = (gml_source){.context = *owner, .path = path, .reader = reader, .options = options};
    assert_ok(*owner, gml_csv_read(&source, reading));
    gml_reader_close(reader);
}

static void clear_cells(gml_csv_reading *reading, gml_context *owner)
{
    gml_csv_reading_clear(reading);
    gml_context_destroy(owner);
}

enum { ROWS = 60000, COLUMNS = 5 };

/* Rows of an integer, a fraction, a word of few, a word of many that may hold quotes, delimiters and line ends, and a
 * cell that is often missing or a code; every cell is kept in `expected`, the lines in `lines`. */
static text make_table(double (*numbers)[COLUMNS], char (*words)[32], size_t *lines)
{
    static const char *const few[] = {"red", "green", "blue", "NA"};
    text table_text = {0};
    size_t line = 2;
    put(&table_text, "i,f,few,many,\"g, h\"\r\n");
    for (size_t i = 0; i < ROWS; i++) {
        if (below(50) == 0) {
            bool after_cr = table_text.bytes[table_text.size - 1] == '\r'; /* LF would belong to it */
            put(&table_text, "%s", !after_cr && below(2) == 0 ? "\n" : "  \r\n");
            line++;
        }
        size_t kind = below(4), gap = below(6);
        lines[i] = line;
        numbers[i][0] = (double)below(1000000) - 500000;
        numbers[i][1] = (double)(long)below(2000000) / 1024 - 700;
        numbers[i][2] = (double)below(4);
        snprintf(words[i], sizeof words[i],
                 kind == 0   ? "w%zu\n\"%zu"
                 : kind == 1 ? "w%zu,\r\n%zu"
                             : "w%zu %zu",
                 below(300), below(300));
        numbers[i][4] = gap == 0 ? NAN : gap == 1 ? -1 : (double)below(100);
        put(&table_text, "%.0f, %.17g ,%s,\"", numbers[i][0], numbers[i][1], few[(size_t)numbers[i][2]]);
        for (const char *p = words[i]; *p != '\0'; p++) {
            put(&table_text, *p == '"' ? "\"\"" : "%c", *p);
            line += *p == '\n';
        }
        if (gap == 1) {
            put(&table_text, "\",00%zu%s", i % 7, below(3) == 0 ? "\r" : "\r\n");
        } else {
            put(&table_text, isnan(numbers[i][4]) ? "\",\n" : "\",%.0f\n", numbers[i][4]);
        }
        line++;
    }
    return table_text;
}

TEST(a_large_table_comes_back_cell_by_cell_with_any_number_of_threads)
{
    static double numbers[ROWS][COLUMNS];
    static char words[ROWS][32];
    static size_t lines[ROWS];
    static const char *const few[] = {"red", "green", "blue", "NA"};
    text from = make_table(numbers, words, lines);
    ck_assert_uint_gt(from.size, 2 << 20);
    for (size_t threads = 1; threads < 4; threads++) {
        gml_csv_reading reading;
        gml_context *owner = NULL;
        read_cells(&from, threads, &(gml_dataset_options){.header = GML_CHOICE_YES}, &reading, &owner);
        const gml_cells *cells = &reading.cells;
        ck_assert_uint_eq(cells->rows, ROWS);
        ck_assert_uint_eq(cells->columns, COLUMNS);
        ck_assert_str_eq(cells->column[4].name, "g, h");
        size_t empty = 0, codes = 0, absent = 0, length, labels = 0;
        for (size_t i = 0; i < ROWS; i++) {
            const double *row = gml_cells_row(cells, i);
            const char *path, *word = gml_cells_text(&cells->column[2], gml_cell_label(row[2]), &length);
            size_t line;
            bool same = row[0] == numbers[i][0] && row[1] == numbers[i][1] && gml_cell_is_text(row[2]) &&
                        length == strlen(few[(size_t)numbers[i][2]]) &&
                        memcmp(word, few[(size_t)numbers[i][2]], length) == 0;
            word = gml_cells_text(&cells->column[3], gml_cell_label(row[3]), &length);
            same =
                same && gml_cell_is_text(row[3]) && length == strlen(words[i]) && memcmp(word, words[i], length) == 0;
            gml_origin_find(&cells->origin, i, &path, &line);
            same = same && line == lines[i];
            same = same && gml_cell_label(row[3]) <= labels; /* labels are in the order of first occurrence */
            labels += gml_cell_label(row[3]) == labels;
            empty += isnan(numbers[i][4]) != 0;
            absent += numbers[i][2] == 3;
            if (numbers[i][4] == -1) {
                word = gml_cells_text(&cells->column[4], gml_cell_label(row[4]), &length);
                same = same && gml_cell_is_text(row[4]) && length == 3 && (size_t)(word[2] - '0') == i % 7;
                same = same && gml_cells_value(cells, 4, row[4]) == (double)(i % 7);
                codes++;
            } else {
                same = same && (isnan(numbers[i][4]) ? gml_cell_is_missing(row[4]) : row[4] == numbers[i][4]);
            }
            if (!same) {
                ck_abort_msg("row %zu, line %zu, with %zu threads", i, lines[i], threads);
            }
        }
        ck_assert_uint_eq(labels, cells->column[3].texts.count);
        ck_assert_uint_eq(cells->column[4].empty, empty);
        ck_assert_uint_eq(cells->column[4].uses[GML_TEXT_CODE], codes);
        ck_assert_uint_eq(cells->column[4].whole, ROWS - empty - codes);
        ck_assert_uint_eq(cells->column[4].fractions, 0);
        ck_assert_uint_eq(cells->column[2].uses[GML_TEXT_ABSENT], absent);
        ck_assert_uint_eq(cells->column[2].uses[GML_TEXT_WORD], ROWS - absent);
        ck_assert_uint_eq(cells->column[0].whole + cells->column[1].whole + cells->column[1].fractions, 2 * ROWS);
        ck_assert_uint_eq(cells->column[3].uses[GML_TEXT_WORD], ROWS);
        double least = INFINITY, greatest = -INFINITY;
        for (size_t i = 0; i < ROWS; i++) {
            least = numbers[i][1] < least ? numbers[i][1] : least;
            greatest = numbers[i][1] > greatest ? numbers[i][1] : greatest;
        }
        ck_assert_double_eq(cells->column[1].least, least);
        ck_assert_double_eq(cells->column[1].greatest, greatest);
        ck_assert(cells->column[4].gapped && !cells->column[0].gapped && cells->column[2].gapped);
        ck_assert(gml_cell_is_missing(gml_cells_row(cells, cells->column[4].gap.row)[4]));
        ck_assert_uint_eq(cells->column[2].shown, 3);
        clear_cells(&reading, owner);
    }
    free(from.bytes);
}

TEST(a_fault_far_into_a_file_is_refused_with_its_line)
{
    static const struct {
        const char *row, *message;
    } wrong[] = {{"1,2,3", "line 90001 has 3 columns"},
                 {"1", "line 90001 has 1 column;"},
                 {"1,2\"3", "line 90001, column 2: a quote inside a field"},
                 {"\"1\"2,3", "line 90001, column 1: a quote inside a field"},
                 {"1,\"3", "line 90001, column 2: "},
                 {"1,x", "\"x\" in line 90001"},
                 {"y,2.5", "line 90001, column 1: \"y\" is not a number"}};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        text from = {0};
        for (size_t i = 0; i < 200000; i++) {
            if (i == 90000) {
                put(&from, "%s\n", wrong[k].row);
            } else {
                put(&from, "%zu,2.5\n", i);
            }
        }
        assert_refused(context, open_bad(from.bytes, from.size, NULL), GML_ERROR_DATA, wrong[k].message, NULL);
        free(from.bytes);
    }
}

TEST(long_records_among_short_ones_lose_none)
{
    enum { LONG = 1000000, SHORT = 400000, FIELDS = 6 };
    static char field[LONG + 1];
    text from = {0};
    memset(field, 'z', LONG);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < FIELDS; i++) {
            from.bytes = realloc(from.bytes, from.capacity = from.size + LONG + 8192);
            memcpy(from.bytes + from.size, field, LONG);
            from.size += LONG;
            put(&from, "%zu%c", round * FIELDS + i, i + 1 < FIELDS ? ',' : '\n');
        }
        for (size_t i = 0; i < SHORT; i++) {
            put(&from, "%zu,2,3,4,5,6\n", i);
        }
    }
    for (int header = 0; header < 2; header++) {
        gml_csv_reading reading;
        gml_context *owner = NULL;
        read_cells(&from, 2, &(gml_dataset_options){.header = header ? GML_CHOICE_YES : GML_CHOICE_NO}, &reading,
                   &owner);
        const gml_cells *cells = &reading.cells;
        size_t first = header ? 0 : 1, length;
        ck_assert_uint_eq(cells->rows, 2 * SHORT + 1 + first);
        for (size_t i = 0; i < SHORT; i++) {
            if (gml_cells_row(cells, first + i)[0] != (double)i ||
                gml_cells_row(cells, first + SHORT + 1 + i)[0] != (double)i) {
                ck_abort_msg("row %zu", i);
            }
        }
        gml_cells_text(&cells->column[5], gml_cell_label(gml_cells_row(cells, first + SHORT)[5]), &length);
        ck_assert_uint_eq(length, LONG + 2);
        clear_cells(&reading, owner);
    }
    free(from.bytes);
}

TEST(a_million_columns_are_read_and_more_are_refused)
{
    enum { WIDE = 1 << 20 };
    text from = {0};
    for (size_t row = 0; row < 3; row++) {
        for (size_t i = 0; i < WIDE; i++) {
            put(&from, "%zu%c", (i + row) % 10, i + 1 < WIDE ? ',' : '\n');
        }
    }
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, put_file("table.csv", from.bytes, from.size),
                                        &(gml_dataset_options){.task = GML_TASK_REGRESSION}, &dataset));
    ck_assert_uint_eq(gml_dataset_features(dataset), WIDE - 1);
    ck_assert_uint_eq(gml_dataset_size(dataset), 3);
    gml_dataset_destroy(dataset);
    memmove(from.bytes + 2, from.bytes, from.size - 2);
    memcpy(from.bytes, "1,", 2);
    assert_refused(context, open_bad(from.bytes, from.size, NULL), GML_ERROR_DATA,
                   "line 1 has more than 1048576 columns", NULL);
    free(from.bytes);
}

TEST(a_column_of_a_million_texts_keeps_a_bounded_dictionary)
{
    enum { DISTINCT = (1 << 20) + 1000 };
    text from = {0};
    for (size_t i = 0; i < DISTINCT; i++) {
        put(&from, "%zu,id-%07zu,0%zu\n", i % 2, i, i);
    }
    put(&from, "1,id-%07d,NA\n0,id-0000000,nan\n", DISTINCT - 1);
    gml_csv_reading reading;
    gml_context *owner = NULL;
    read_cells(&from, 2, &(gml_dataset_options){.header = GML_CHOICE_NO, .target = "0"}, &reading, &owner);
    const gml_cells *cells = &reading.cells;
    ck_assert(cells->column[1].endless && cells->column[2].endless && !cells->column[0].endless);
    ck_assert_uint_eq(cells->column[1].texts.count, GML_CELLS_MOST_TEXTS);
    ck_assert_uint_eq(cells->column[1].uses[GML_TEXT_WORD], DISTINCT + 2);
    ck_assert_uint_eq(gml_cell_label(gml_cells_row(cells, DISTINCT)[1]), GML_CELLS_OTHER);
    ck_assert_uint_eq(gml_cell_label(gml_cells_row(cells, DISTINCT + 1)[1]), 0);
    ck_assert_double_eq(gml_cells_row(cells, DISTINCT - 1)[2], DISTINCT - 1); /* a code past the bound is its number */
    ck_assert(gml_cell_is_missing(gml_cells_row(cells, DISTINCT)[2]));
    ck_assert_uint_eq(cells->column[2].whole, 1000);
    clear_cells(&reading, owner);
    assert_refused(context,
                   open_bad(from.bytes, from.size, &(gml_dataset_options){.header = GML_CHOICE_NO, .target = "2"}),
                   GML_ERROR_DATA, NULL);
    free(from.bytes);
}

TEST(cells_are_added_row_by_row_from_memory)
{
    gml_cells cells;
    double row[3];
    assert_ok(context, gml_cells_begin(context, "memory", 3, &cells));
    assert_ok(context, gml_cells_name(&cells, 0, "a", 1));
    assert_ok(context, gml_cells_name(&cells, 1, "b", 1));
    assert_ok(context, gml_cells_name(&cells, 2, "t", 1));
    static const char *const words[] = {"x", "y", "x", "1.0"};
    for (size_t i = 0; i < 4; i++) {
        row[0] = (double)i + 0.5;
        row[1] = i == 1 ? -7 : 3;
        assert_ok(context, gml_cells_read(&cells, 2, words[i], strlen(words[i]), &row[2]));
        assert_ok(context, gml_cells_add_rows(&cells, row, 1, 0));
    }
    ck_assert_uint_eq(cells.column[0].fractions, 4);
    ck_assert_uint_eq(cells.column[1].whole, 4);
    ck_assert_double_eq(cells.column[1].least, -7);
    ck_assert_uint_eq(cells.column[2].uses[GML_TEXT_WORD], 3);
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_from_cells(&cells, &(gml_dataset_options){0}, &dataset));
    assert_holds(dataset, 4, 2, (double[]){0.5, 3, 1, 1.5, -7, 2, 2.5, 3, 1, 3.5, 3, 0});
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "1");
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "b");
    gml_dataset_destroy(dataset);
    assert_ok(context, gml_cells_begin(context, "memory", 2, &cells));
    row[1] = NAN;
    assert_ok(context, gml_cells_add_rows(&cells, row, 1, 0));
    row[1] = 2;
    row[0] = NAN;
    assert_ok(context, gml_cells_add_rows(&cells, row, 1, 0));
    const gml_dataset_options numbers = {.features = 1, .targets = GML_CHOICE_YES, .missing_targets = 1};
    assert_refused(context, gml_dataset_from_cells(&cells, &numbers, &dataset), GML_ERROR_DATA,
                   "memory: sample 2, column 1: empty field: it should hold a number", NULL);
}

int main(void)
{
    return run_file_tests("data_csv_blocks", 200);
}
