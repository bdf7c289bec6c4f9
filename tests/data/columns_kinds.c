/* tests/data/columns_kinds.c - what the columns of a table are, found out from their cells and names (data/column). */
#include "kind_case.h"

static void many_words(char cell[64], size_t row)
{
    sprintf(cell, "word%zu", row % 50);
}

static void names(char cell[64], size_t row)
{
    sprintf(cell, "name%zu", row);
}

static void sentences(char cell[64], size_t row)
{
    sprintf(cell, "this is the long text of row %zu", row);
}

static void repeated(char cell[64], size_t row)
{
    sprintf(cell, "%zu", row % 7);
}

static void flags(char cell[64], size_t row)
{
    sprintf(cell, "%zu", row % 2);
}

static void unique_codes(char cell[64], size_t row)
{
    sprintf(cell, "%06zu", row * 7);
}

static void padded_fractions(char cell[64], size_t row)
{
    sprintf(cell, "%04zu.5", row);
}

static void large_fractions(char cell[64], size_t row)
{
    sprintf(cell, "%zue18", row + 1);
}

static void same_word(char cell[64], size_t row)
{
    (void)row;
    strcpy(cell, "same");
}

static void same_number(char cell[64], size_t row)
{
    (void)row;
    strcpy(cell, "4.0");
}

static void day_first(char cell[64], size_t row)
{
    sprintf(cell, "%02zu.%02zu.2014", row % 28 + 1, row % 12 + 1);
}

static void graded(char cell[64], size_t row)
{
    static const char *const grades[] = {"0", "1", "2", "3+"};
    strcpy(cell, grades[row % 4]);
}

static void mostly_words(char cell[64], size_t row)
{
    sprintf(cell, row % 3 == 0 ? "%zu" : "A%zu", row % 9);
}

static gml_table_column_view view_of(gml_table *table, size_t index)
{
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, index, &view));
    return view;
}

TEST(each_column_has_the_kind_that_the_rules_say)
{
    static const struct {
        const char *name;
        cell_writer write;
        gml_column_kind kind;
        bool used, refused;
        size_t distinct, missing;
    } cases[] = {
        {"a", words, GML_COLUMN_CATEGORY, true, false, 3, 0},
        {"a", many_words, GML_COLUMN_CATEGORY, true, false, 50, 0},
        {"a", names, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"a", sentences, GML_COLUMN_TEXT, false, false, 100, 0},
        {"a", counted, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"index", counted, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"\"\"", counted, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"index", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"Invoice No", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"Invoice No", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"no_shows", shuffled, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"mobile", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"Customer Name", many_words, GML_COLUMN_IDENTIFIER, false, false, 50, 0},
        {"id", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"customerID", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"paid", shuffled, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"store_id", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"Order ID", many_words, GML_COLUMN_IDENTIFIER, false, false, 50, 0},
        {"a", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"husband_occupation", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"storeType", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"type_count", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"typed", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"type", flags, GML_COLUMN_NUMBER, true, false, 2, 0},
        {"type", shuffled, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", zipped, GML_COLUMN_CATEGORY, true, false, 25, 0},
        {"Zip Code", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"customer_zip_code", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"a", unique_codes, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"a", padded_fractions, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", large_fractions, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", gapped, GML_COLUMN_NUMBER, true, false, 96, 4},
        {"a", empty, GML_COLUMN_EMPTY, false, false, 0, 100},
        {"a", same_word, GML_COLUMN_CONSTANT, false, false, 1, 0},
        {"a", same_number, GML_COLUMN_CONSTANT, true, false, 1, 0},
        {"a", iso, GML_COLUMN_DATE, true, false, 84, 0},
        {"a", month_first, GML_COLUMN_DATE, true, false, 84, 0},
        {"a", eight_digits, GML_COLUMN_NUMBER, true, false, 84, 0},
        {"Date", eight_digits, GML_COLUMN_DATE, true, false, 84, 0},
        {"order_date", eight_digits, GML_COLUMN_DATE, true, false, 84, 0},
        {"Date", counted, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", day_first, GML_COLUMN_DATE, true, false, 84, 0},
        {"a", either_first, GML_COLUMN_DATE, false, true, 60, 0},
        {"a", neither_first, GML_COLUMN_DATE, false, true, 2, 0},
        {"a", broken_date, GML_COLUMN_DATE, false, true, 84, 0},
        {"a", mixed_dates, GML_COLUMN_DATE, false, true, 84, 0},
        {"a", faulty_numbers, GML_COLUMN_NUMBER, false, true, 100, 0},
        {"a", graded, GML_COLUMN_CATEGORY, true, false, 4, 0},
        {"a", mostly_words, GML_COLUMN_CATEGORY, true, false, 9, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_table *table = NULL;
        assert_ok(context, gml_table_open(context, table_of(cases[i].name, 100, cases[i].write), NULL, &table));
        ck_assert_uint_eq(gml_table_columns(table), 3);
        ck_assert_uint_eq(gml_table_rows(table), 100);
        gml_table_column_view view = view_of(table, 0);
        ck_assert_msg(view.kind == cases[i].kind && !view.used == !cases[i].used && !view.refused == !cases[i].refused,
                      "case %zu: kind %d, used %d, refused %d: %s", i, (int)view.kind, view.used, view.refused,
                      view.reason);
        ck_assert_msg(view.missing == cases[i].missing, "case %zu: %zu missing", i, view.missing);
        if (!cases[i].refused) {
            ck_assert_msg(view.distinct == cases[i].distinct, "case %zu: %zu distinct", i, view.distinct);
        }
        gml_table_destroy(table);
    }
}

TEST(a_column_of_a_million_texts_is_bounded)
{
    const size_t rows = 1200000;
    char *text = malloc(rows * 32);
    ck_assert_ptr_nonnull(text);
    size_t used = (size_t)sprintf(text, "a,x,t\n");
    for (size_t i = 0; i < rows; i++) {
        used += (size_t)sprintf(text + used, "n%zu,%zu,%zu.5\n", i, i % 3, i % 5);
    }
    gml_table *table = NULL;
    const char *path = put_text("long.csv", text);
    free(text);
    assert_ok(context, gml_table_open(context, path, NULL, &table));
    gml_table_column_view view = view_of(table, 0);
    ck_assert_int_eq(view.kind, GML_COLUMN_TEXT);
    ck_assert_uint_eq(view.distinct, (1 << 20) + 1);
    ck_assert_int_eq(view.used, 0);
    gml_dataset *dataset = NULL;
    assert_refused(context, gml_dataset_from_table(table, &(gml_dataset_options){.columns = "a=category"}, &dataset),
                   GML_ERROR_DATA, "too many different texts for a category", NULL);
    assert_ok(context, gml_dataset_from_table(table, NULL, &dataset));
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    gml_dataset_destroy(dataset);
    gml_table_destroy(table);
}

int main(void)
{
    return run_file_tests("columns_kinds", 120);
}
