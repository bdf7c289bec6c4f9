/* tests/data/columns_extreme.c - tables with a million columns, a million levels, and columns without anything to learn
 * from: bounded memory, and times that grow with the size alone (the timeout of a test is far below a square of it). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"

#include "gemmule/gemmule.h"

/* A growing text, from functions that write at most 64 bytes a call. */
typedef struct text {
    char *bytes;
    size_t size, capacity;
} text;

static char *room(text *to)
{
    if (to->capacity - to->size < 64) {
        to->capacity = 2 * to->capacity + 4096;
        to->bytes = realloc(to->bytes, to->capacity);
        ck_assert_ptr_nonnull(to->bytes);
    }
    return to->bytes + to->size;
}

static void put_number(text *to, const char *before, size_t number, const char *after)
{
    char *place = room(to);
    to->size += (size_t)snprintf(place, 64, "%s%zu%s", before, number, after);
}

static const char *put_table(text *table)
{
    const char *path = put_file("table.csv", table->bytes, table->size);
    free(table->bytes);
    return path;
}

/* ---- many columns ---- */

enum { COLUMNS = 1000000, WIDE_ROWS = 3 };

/* c0, c1, ..., y; a column is 0, 1, 2 or constant, or "u", "v", "w" for every fourth. */
static const char *put_wide(void)
{
    text table = {0};
    for (size_t i = 0; i + 1 < COLUMNS; i++) {
        put_number(&table, "c", i, ",");
    }
    room(&table)[0] = 'y';
    table.size++;
    for (size_t row = 0; row < WIDE_ROWS; row++) {
        room(&table)[0] = '\n';
        table.size++;
        for (size_t i = 0; i + 1 < COLUMNS; i++) {
            char *place = room(&table);
            place[0] = i % 4 == 3 ? "uvw"[row] : i % 4 == 2 ? '7' : (char)('0' + row);
            place[1] = ',';
            table.size += 2;
        }
        put_number(&table, "", row, ".5");
    }
    return put_table(&table);
}

LARGE_TEST(a_million_columns_are_described_in_bounded_memory)
{
    gml_table *table = NULL;
    gml_table_column_view view;
    const char *path = put_wide();
    f.peak_bytes = f.live_bytes;
    const size_t before = f.live_bytes;
    assert_ok(context, gml_table_open(context, path, NULL, &table));
    ck_assert_uint_eq(gml_table_columns(table), COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_ok(context, gml_table_column(table, i, &view));
        const gml_column_kind expected = i + 1 == COLUMNS || i % 4 < 2 ? GML_COLUMN_NUMBER
                                         : i % 4 == 2                  ? GML_COLUMN_CONSTANT
                                                                       : GML_COLUMN_CATEGORY;
        ck_assert_int_eq(view.kind, expected);
    }
    ck_assert_uint_lt(f.peak_bytes - before, (size_t)1500 * COLUMNS);
    gml_table_destroy(table);
    ck_assert_uint_eq(f.live_bytes, before);
}

LARGE_TEST(a_million_columns_become_a_data_set_with_its_inputs_in_bounded_memory)
{
    gml_dataset *dataset = NULL;
    gml_preparation *preparation = NULL;
    gml_prepared_input input = {.column = 0};
    const char *path = put_wide();
    f.peak_bytes = f.live_bytes;
    const size_t before = f.live_bytes;
    assert_ok(context, gml_dataset_open(context, path, NULL, &dataset));
    ck_assert_uint_eq(gml_dataset_features(dataset), COLUMNS - 1);
    assert_ok(context, gml_preparation_fit(context, dataset, NULL, &preparation));
    ck_assert_uint_lt(f.peak_bytes - before, (size_t)3000 * COLUMNS);
    const size_t inputs = gml_preparation_inputs(preparation);
    ck_assert_uint_eq(inputs,
                      COLUMNS / 4 * 6 - 3); /* one each, three for each category; the last column is the target */
    const size_t numbers = gml_preparation_layout_of(preparation).numbers;
    for (size_t i = 0, column = 0, of_column = 0; i < inputs; i++) {
        assert_ok(context, gml_preparation_input(preparation, i, &input));
        of_column = input.column == column ? of_column + 1 : 1;
        ck_assert(i == numbers || (input.column >= column && input.column <= column + (i < numbers ? 2 : 4)));
        column = input.column;
        ck_assert((column % 4 == 3) == (i >= numbers));
        ck_assert_uint_le(of_column, column % 4 == 3 ? 3 : 1);
    }
    ck_assert_uint_eq(input.column, COLUMNS - 5); /* the last category */
    gml_preparation_destroy(preparation);
    gml_dataset_destroy(dataset);
    ck_assert_uint_eq(f.live_bytes, before);
}

/* ---- many levels ---- */

/* Rows of "user 0", "user 0", "user 1", ... and a number: two rows a level. */
static const char *put_users(size_t levels)
{
    text table = {0};
    memcpy(room(&table), "user,y\n", 7);
    table.size = 7;
    for (size_t i = 0; i < 2 * levels; i++) {
        put_number(&table, "user ", i / 2, "");
        put_number(&table, ",", i % 10, ".5\n");
    }
    return put_table(&table);
}

LARGE_TEST(a_category_of_a_million_levels_has_all_of_them)
{
    enum { LEVELS = 1000000 };
    gml_dataset *dataset = NULL;
    const gml_dataset_options as_category = {.header = GML_CHOICE_YES, .columns = "user=category"};
    gml_column column;
    double code = 0;
    const size_t row = 2 * 123456;
    const char *path = put_users(LEVELS);
    f.peak_bytes = f.live_bytes;
    const size_t before = f.live_bytes;
    assert_ok(context, gml_dataset_open(context, path, &as_category, &dataset));
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_uint_eq(column.level_count, LEVELS);
    assert_ok(context, gml_dataset_gather(dataset, &row, 1, gml_matrix_f64(&code, 1, 1), gml_matrix_none()));
    ck_assert_str_eq(column.levels[(size_t)code], "user 123456");
    ck_assert_uint_lt(f.peak_bytes - before, (size_t)512 << 20);
    gml_dataset_destroy(dataset);
    ck_assert_uint_eq(f.live_bytes, before);
}

LARGE_TEST(texts_beyond_the_most_levels_take_no_more_memory)
{
    const gml_dataset_options header = {.header = GML_CHOICE_YES},
                              as_category = {.header = GML_CHOICE_YES, .columns = "user=category"};
    size_t peaks[2];
    static const size_t levels[] = {1200000, 1600000};
    for (size_t i = 0; i < 2; i++) {
        gml_table *table = NULL;
        gml_table_column_view view;
        const char *path = put_users(levels[i]);
        f.peak_bytes = f.live_bytes;
        const size_t before = f.live_bytes;
        assert_ok(context, gml_table_open(context, path, &header, &table));
        assert_ok(context, gml_table_column(table, 0, &view));
        ck_assert_uint_eq(view.distinct, GML_MOST_LEVELS + 1);
        ck_assert_int_eq(view.kind, GML_COLUMN_TEXT);
        peaks[i] = f.peak_bytes - before;
        gml_table_destroy(table);
        ck_assert_uint_eq(f.live_bytes, before);
    }
    /* what grows are the cells, 16 bytes a row, and their memory while it doubles */
    ck_assert_uint_lt(peaks[1], peaks[0] + (size_t)3 * 16 * 2 * (levels[1] - levels[0]));
    gml_dataset *dataset = NULL;
    assert_refused(context, gml_dataset_open(context, put_users(levels[0]), &as_category, &dataset), GML_ERROR_DATA,
                   "column 1 (\"user\")", "too many different texts for a category", NULL);
}

LARGE_TEST(a_network_reads_more_texts_than_there_can_be_levels)
{
    enum { USERS = 1200000 };
    static const char *const levels[] = {"user 5", "user 7"}, *const inputs[] = {"user"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 2}};
    const gml_dataset_options options = {
        .features = 1, .feature_names = inputs, .column_kinds = kinds, .targets = GML_CHOICE_NO};
    static const size_t rows[] = {14, 15, 16, 2 * USERS - 1}; /* users 7, 7, 8 and the last, whose text is not kept */
    double codes[4];
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, put_users(USERS), &options, &dataset));
    assert_ok(context, gml_dataset_gather(dataset, rows, 4, gml_matrix_f64(codes, 4, 1), gml_matrix_none()));
    ck_assert(codes[0] == 1 && codes[1] == 1 && codes[2] == 2 && codes[3] == 2);
    gml_dataset_destroy(dataset);
}

/* ---- nothing to learn from ---- */

TEST(columns_without_a_value_or_with_one_are_left_out_with_a_note)
{
    gml_dataset *dataset = open_text("a,b,c,d,y\n,x,5,1,1.5\nNA,x,5,2,2.5\n?,x,5,4,0.5\n", NULL);
    double x[6];
    ck_assert_uint_eq(gml_dataset_features(dataset), 2); /* a constant number stays */
    ck_assert_str_eq(gml_dataset_note(dataset, 0), "column 1 (\"a\") is empty and no input: all cells are missing");
    ck_assert_str_eq(gml_dataset_note(dataset, 1), "column 2 (\"b\") is constant and no input: all cells are equal");
    assert_ok(context, gml_dataset_gather(dataset, NULL, 3, gml_matrix_f64(x, 3, 2), gml_matrix_none()));
    ck_assert_double_eq(x[2], 5);
    ck_assert_double_eq(x[3], 2);
    gml_dataset_destroy(dataset);
}

TEST(a_table_with_no_other_columns_is_refused)
{
    const gml_dataset_options header = {.header = GML_CHOICE_YES};
    assert_refused(context, open_bad_text("a,b,y\n,x,1.5\n,x,2.5\n,x,3.5\n", &header), GML_ERROR_DATA,
                   "no column can be an input", "column 1 (\"a\") is empty", NULL);
    assert_refused(context, open_bad_text("a,b,y\n,NA,1.5\nnull,-,2.5\n", &header), GML_ERROR_DATA,
                   "no column can be an input", NULL);
}

TEST(a_column_that_is_constant_or_missing_in_the_training_part_alone_gives_finite_inputs)
{
    text table = {0};
    memcpy(room(&table), "a,b,c,y\n", 8);
    table.size = 8;
    for (size_t row = 0; row < 40; row++) {
        put_number(&table, "", row < 20 ? 5 : row % 7, ",");
        put_number(&table, row < 20 ? "z" : "w", row < 20 ? 0 : row % 3, row < 20 ? ",," : ",9,");
        put_number(&table, "", row, ".5\n");
    }
    gml_dataset *dataset = NULL, *parts[2] = {NULL, NULL};
    gml_split *split = NULL;
    gml_preparation *preparation = NULL;
    assert_ok(context, gml_dataset_open(context, put_table(&table), NULL, &dataset));
    assert_ok(context, gml_split_create(dataset, &(gml_split_options){.kind = "order", .fraction = 0.5}, &split));
    assert_ok(context, gml_split_fold(split, 0, 0, &parts[0], &parts[1]));
    ck_assert_uint_eq(gml_dataset_size(parts[0]), 20);
    assert_ok(context, gml_preparation_fit(context, parts[0], NULL, &preparation));
    const size_t inputs = gml_preparation_inputs(preparation), columns = gml_dataset_features(dataset);
    double x[40 * 3], *made = malloc(40 * inputs * sizeof *made);
    ck_assert_ptr_nonnull(made);
    assert_ok(context, gml_dataset_gather(dataset, NULL, 40, gml_matrix_f64(x, 40, columns), gml_matrix_none()));
    assert_ok(context,
              gml_preparation_apply(preparation, gml_matrix_f64(x, 40, columns), gml_matrix_f64(made, 40, inputs)));
    for (size_t i = 0; i < 40 * inputs; i++) {
        ck_assert(isfinite(made[i]));
    }
    free(made);
    gml_preparation_destroy(preparation);
    gml_dataset_destroy(parts[1]);
    gml_dataset_destroy(parts[0]);
    gml_split_destroy(split);
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("columns_extreme", 200);
}
