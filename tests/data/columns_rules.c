/* tests/data/columns_rules.c - where the rules of kinds begin and end (gemmule/dataset.h, "Kinds of columns"): each
 * bound with a column on either side of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_case.h"

#include "gemmule/gemmule.h"

enum { MOST_ROWS = 22000, CELL = 64 };

/* A column whose row i has the value i % `values` in the form `format`; the first `words` rows are the word "few". */
typedef struct case_of {
    const char *name, *format;
    size_t rows, values, words;
    gml_column_kind kind;
} case_of;

static void describe(const char *name, const char *const *texts, size_t rows, gml_table **table,
                     gml_table_column_view *view)
{
    assert_ok(context, gml_table_create(context, table));
    assert_ok(context, gml_table_add_texts(*table, name, texts, rows));
    assert_ok(context, gml_table_column(*table, 0, view));
}

static void check_case(const case_of *of)
{
    static char cells[MOST_ROWS][CELL];
    static const char *texts[MOST_ROWS];
    gml_table *table = NULL;
    gml_table_column_view view;
    ck_assert_uint_le(of->rows, MOST_ROWS);
    for (size_t i = 0; i < of->rows; i++) {
        if (i < of->words) {
            strcpy(cells[i], "few");
        } else {
            snprintf(cells[i], CELL, of->format, i % of->values); /* NOLINT: the formats are below */
        }
        texts[i] = cells[i];
    }
    describe(of->name, texts, of->rows, &table, &view);
    ck_assert_msg(!view.refused && view.kind == of->kind, "%zu rows of %zu values like %s in column %s: kind %d: %s",
                  of->rows, of->values, of->format, of->name, (int)view.kind, view.reason);
    gml_table_destroy(table);
}

#define LONG_TEXT "a text that says %zu and is long"

TEST(each_bound_of_the_rules_is_where_the_header_says)
{
    static const case_of cases[] = {
        /* texts, k <= 20 */
        {"a", LONG_TEXT, 20, 20, 0, GML_COLUMN_CATEGORY},
        {"a", LONG_TEXT, 21, 21, 0, GML_COLUMN_TEXT},
        /* texts, 10 * k <= known */
        {"a", LONG_TEXT, 210, 21, 0, GML_COLUMN_CATEGORY},
        {"a", LONG_TEXT, 209, 21, 0, GML_COLUMN_TEXT},
        /* texts of up to 24 bytes, 2 * k <= known */
        {"a", "item %zu", 60, 30, 0, GML_COLUMN_CATEGORY},
        {"a", "item %zu", 59, 30, 0, GML_COLUMN_IDENTIFIER},
        {"a", LONG_TEXT, 60, 30, 0, GML_COLUMN_TEXT},
        /* texts, k <= 10000 */
        {"a", "item %zu", 20000, 10000, 0, GML_COLUMN_CATEGORY},
        {"a", "item %zu", 20002, 10001, 0, GML_COLUMN_IDENTIFIER},
        /* texts of 24 bytes, and of 25 */
        {"a", "four and twenty b. %05zu", 50, 25, 0, GML_COLUMN_CATEGORY},
        {"a", "five and twenty by. %05zu", 50, 25, 0, GML_COLUMN_TEXT},
        /* whole numbers, the name says id: k > 20, or all different, or k * k <= known */
        {"id", "%zu", 420, 21, 0, GML_COLUMN_IDENTIFIER},
        {"id", "%zu", 420, 20, 0, GML_COLUMN_CATEGORY},
        {"id", "%zu", 25, 5, 0, GML_COLUMN_CATEGORY},
        {"id", "%zu", 24, 5, 0, GML_COLUMN_NUMBER},
        {"id", "%zu", 3, 3, 0, GML_COLUMN_IDENTIFIER},
        {"id", "%zu", 2, 2, 0, GML_COLUMN_NUMBER},
        {"a", "%zu", 420, 21, 0, GML_COLUMN_NUMBER},
        /* dates in digits, from the year 1000 on, where the name says date */
        {"date", "2014010%zu", 30, 9, 0, GML_COLUMN_NUMBER}, /* there is no day 0 */
        {"date", "2014011%zu", 30, 9, 0, GML_COLUMN_DATE},
        {"date", "914011%zu", 30, 9, 0, GML_COLUMN_NUMBER},
        {"a", "2014011%zu", 30, 9, 0, GML_COLUMN_NUMBER},
        /* texts and whole numbers: one cell in 20 a text, k * k <= known; more than half of the cells */
        {"a", "%zu", 200, 4, 10, GML_COLUMN_CATEGORY},
        {"a", "%zu", 40, 4, 21, GML_COLUMN_CATEGORY},
        {"a", "%zu.5", 40, 4, 21, GML_COLUMN_CATEGORY},
        /* one value */
        {"a", "same%.0zu", 2, 1, 0, GML_COLUMN_CONSTANT},
        {"a", "same%.0zu", 1, 1, 0, GML_COLUMN_CATEGORY},
        {"a", "5%.0zu", 2, 1, 0, GML_COLUMN_CONSTANT},
        {"a", "5%.0zu", 1, 1, 0, GML_COLUMN_NUMBER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_case(&cases[i]);
    }
}

/* Describes a column of `count` texts. */
static void assert_described(const char *name, const char *const *texts, size_t count, gml_column_kind kind,
                             int refused)
{
    gml_table *table = NULL;
    gml_table_column_view view;
    describe(name, texts, count, &table, &view);
    ck_assert_msg(view.kind == kind && view.refused == refused, "%s, %s: kind %d, refused %d: %s", name, texts[0],
                  (int)view.kind, view.refused, view.reason);
    gml_table_destroy(table);
}

TEST(a_value_in_some_rows_and_gaps_in_others_are_no_constant)
{
    static const char *const words[] = {"same", "", "same"}, *const numbers[] = {"5", "5", "NA"};
    assert_described("a", words, 3, GML_COLUMN_CATEGORY, 0);
    assert_described("a", numbers, 3, GML_COLUMN_NUMBER, 0);
}

TEST(as_many_dates_as_other_texts_are_texts_and_one_more_makes_the_others_faults)
{
    static const char *const texts[] = {"2014-02-17", "soon", "2014-02-18", "2014-02-30", "2014-02-19"};
    assert_described("a", texts, 4, GML_COLUMN_CATEGORY, 0);
    assert_described("a", texts, 5, GML_COLUMN_DATE, 1);
}

TEST(dates_with_two_marks_are_written_in_two_ways)
{
    static const char *const texts[] = {"2014-02-17", "2014/02/18", "2014-02-19"};
    assert_described("a", texts, 3, GML_COLUMN_DATE, 1);
}

TEST(few_texts_among_numbers_are_faults_unless_they_are_a_category)
{
    const char *texts[210];
    for (size_t i = 0; i < 210; i++) {
        texts[i] = (const char *const[]){"1", "2", "3", "4"}[i % 4];
    }
    texts[100] = "other";
    assert_described("a", texts, 20, GML_COLUMN_NUMBER, 0);
    assert_described("a", texts + 90, 20, GML_COLUMN_NUMBER, 1); /* 5 values in 20 cells, k * k <= known fails */
    assert_described("a", texts + 90, 25, GML_COLUMN_NUMBER, 1); /* 1 text in 25 cells */
    texts[101] = "other";
    assert_described("a", texts + 90, 40, GML_COLUMN_CATEGORY, 0); /* 2 in 40 */
    assert_described("a", texts + 90, 41, GML_COLUMN_NUMBER, 1);
    texts[102] = "1.5";
    assert_described("a", texts + 90, 40, GML_COLUMN_NUMBER, 1); /* numbers that are not whole */
}

TEST(half_of_the_cells_as_texts_are_not_more_than_half)
{
    const char *texts[60];
    static char cells[60][8];
    for (size_t i = 0; i < 60; i++) {
        snprintf(cells[i], sizeof cells[i], i % 2 == 0 ? "t%zu" : "%zu", i / 2 % 15);
        texts[i] = cells[i];
    }
    assert_described("a", texts, 60, GML_COLUMN_NUMBER, 1);
    texts[1] = "t3";
    assert_described("a", texts, 60, GML_COLUMN_CATEGORY, 0);
}

TEST(codes_are_digits_alone)
{
    static const char *const codes[] = {"007", "008", "107"}, *const signs[] = {"+007", "+008", "107"};
    assert_described("a", codes, 3, GML_COLUMN_CATEGORY, 0);
    assert_described("a", signs, 3, GML_COLUMN_NUMBER, 0);
}

TEST(minus_zero_is_the_value_zero)
{
    static const char *const texts[] = {"0", "-0", "1", "0"};
    gml_table *table = NULL;
    gml_table_column_view view;
    describe("a", texts, 4, &table, &view);
    ck_assert_uint_eq(view.distinct, 2);
    assert_ok(context, gml_table_set_columns(table, "a=category", NULL));
    assert_ok(context, gml_table_column(table, 0, &view));
    ck_assert_uint_eq(view.level_count, 2);
    ck_assert_str_eq(view.levels[0], "0");
    gml_table_destroy(table);
}

/* The target of a row, or without targets its input. */
static double number_of(const gml_dataset *dataset, size_t row)
{
    double x = 0, y = 0;
    assert_ok(context,
              gml_dataset_gather(dataset, &row, 1, gml_matrix_f64(&x, 1, 1),
                                 gml_dataset_targets(dataset) > 0 ? gml_matrix_f64(&y, 1, 1) : gml_matrix_none()));
    return gml_dataset_targets(dataset) > 0 ? y : x;
}

TEST(minus_zero_is_the_class_zero)
{
    gml_dataset *dataset = open_text("1,-0\n2,1\n3,0\n4,0\n", NULL);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 2);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "0");
    ck_assert_double_eq(number_of(dataset, 0), number_of(dataset, 2));
    ck_assert(!signbit(number_of(dataset, 0)));
    ck_assert_double_eq(number_of(dataset, 1), 1);
    gml_dataset_destroy(dataset);
}

TEST(a_network_may_know_a_word_for_missing_cells_as_a_level)
{
    static const char *const levels[] = {"?", "NA", "red"}, *const inputs[] = {"color"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 3}};
    gml_dataset_options options = {.header = GML_CHOICE_YES,
                                   .features = 1,
                                   .feature_names = inputs,
                                   .column_kinds = kinds,
                                   .unseen_error = 1,
                                   .targets = GML_CHOICE_NO};
    gml_dataset *dataset = open_text("color\nNA\n?\nnull\nred\n", &options);
    ck_assert_double_eq(number_of(dataset, 0), 1);
    ck_assert_double_eq(number_of(dataset, 1), 0);
    ck_assert(isnan(number_of(dataset, 2)));
    ck_assert_double_eq(number_of(dataset, 3), 2);
    gml_dataset_destroy(dataset);
    options.bad_inputs = 1;
    dataset = open_text("color\nblack\n7\n", &options);
    ck_assert_double_eq(number_of(dataset, 0), 3); /* left to gml_network_check_samples */
    ck_assert_double_eq(number_of(dataset, 1), 3);
    gml_dataset_destroy(dataset);
}

TEST(names_that_end_in_id_say_identifier_and_words_that_do_not)
{
    static const char *const names[] = {"customer_id", "Order ID", "customerID", "user-id", "a.id", "ID", "id"};
    static const char *const others[] = {"paid", "PAID", "grid", "AID", "idea"};
    const char *texts[60];
    static char cells[60][8];
    for (size_t i = 0; i < 60; i++) {
        snprintf(cells[i], sizeof cells[i], "%zu", i * 37 % 101);
        texts[i] = cells[i];
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_described(names[i], texts, 60, GML_COLUMN_IDENTIFIER, 0);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_described(others[i], texts, 60, GML_COLUMN_NUMBER, 0);
    }
}

TEST(many_columns_that_are_no_inputs_share_a_note)
{
    char text[4096] = "x";
    size_t notes = 0;
    for (size_t i = 0; i < 30; i++) {
        sprintf(text + strlen(text), ",c%zu", i);
    }
    strcat(text, ",y\n");
    for (size_t row = 0; row < 3; row++) {
        sprintf(text + strlen(text), "%zu%s,%zu.5\n", row, ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", row);
    }
    gml_dataset *dataset = open_text(text, NULL);
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    while (gml_dataset_note(dataset, notes) != NULL) {
        notes++;
    }
    ck_assert_uint_eq(notes, 25);
    ck_assert_str_eq(gml_dataset_note(dataset, 23), "column 25 (\"c23\") is empty and no input: all cells are missing");
    ck_assert_str_eq(gml_dataset_note(dataset, 24), "6 further columns are no inputs");
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("columns_rules", 60);
}
