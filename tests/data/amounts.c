/* tests/data/amounts.c - numbers as tables show them to people (data/amount.h), and the columns that have them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"
#include "data/amount.h"

#define EURO     "\xe2\x82\xac"
#define MINUS    "\xe2\x88\x92"
#define NO_BREAK "\xc2\xa0"

TEST(amounts_are_read_with_either_decimal_mark)
{
    static const struct {
        const char *text;
        char mark;
        double value;
    } cases[] = {
        {"$1,234.50", '.', 1234.5},
        {"$ 5", '.', 5},
        {"5 $", '.', 5},
        {"-$3.25", '.', -3.25},
        {"$-3.25", '.', -3.25},
        {"+4%", '.', 4},
        {"12.5 %", '.', 12.5},
        {".5%", '.', 0.5},
        {"1,234", '.', 1234},
        {"1,234,567.891", '.', 1234567.891},
        {"1.234,50 EUR", ',', 1234.5},
        {"1.234,50 " EURO, ',', 1234.5},
        {"EUR 0,99", ',', 0.99},
        {"CHF 4'238.69", '.', 4238.69},
        {"4 238,69", ',', 4238.69},
        {"4" NO_BREAK "238,69" NO_BREAK EURO, ',', 4238.69},
        {"(35.00)", '.', -35},
        {"($1,000)", '.', -1000},
        {MINUS "5", '.', -5},
        {MINUS "1.234,5", ',', -1234.5},
        {"1.234", ',', 1234},
        {"0,5 %", ',', 0.5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_amount amount;
        ck_assert_msg(gml_amount_read(cases[i].text, strlen(cases[i].text), cases[i].mark, &amount), "%s",
                      cases[i].text);
        ck_assert_msg(amount.value == cases[i].value, "%s: %.17g", cases[i].text, amount.value);
    }
}

TEST(other_texts_and_plain_numbers_are_no_amounts)
{
    static const char *const texts[] = {
        "",       "5",   "1234.5", "-5",     "1,23",     "1,2345",     "12,34,567", "0,123", "1,234 5", "1,234'567",
        "$",      "%",   "()",     "(5",     "5)",       "$5 EUR",     "5 kg",      "--5%",  "(-5)",    "1e3%",
        "1,,234", "$$5", "5%%",    "1.2.3%", "10.0.0.1", "2014-02-17", "nan%",      "inf%"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        gml_amount amount;
        ck_assert_msg(!gml_amount_read(texts[i], strlen(texts[i]), '.', &amount), "%s", texts[i]);
    }
    char long_text[80];
    gml_amount amount;
    memset(long_text, '1', sizeof long_text);
    long_text[63] = '%';
    ck_assert(!gml_amount_read(long_text, 64, '.', &amount));
    ck_assert(gml_amount_read(long_text + 40, 24, '.', &amount));
}

TEST(columns_and_targets_of_amounts_are_numbers)
{
    gml_dataset *dataset =
        open_text("when;share;price\n01.02.2014;12,5 %;1.234,50 EUR\n02.02.2014;-3 %;7,25 EUR\n", NULL);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "share");
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_REGRESSION);
    assert_holds(dataset, 2, 2, (double[]){16102, 12.5, 1234.5, 16103, -3, 7.25});
    gml_dataset_destroy(dataset);
    dataset = open_text("a,b,t\n\"$1,000\",1,1.5\n,2,2.5\n5,3,3.5\n", NULL); /* with plain numbers and gaps */
    double x[6];
    assert_ok(context, gml_dataset_gather(dataset, NULL, 3, gml_matrix_f64(x, 3, 2), gml_matrix_none()));
    ck_assert(x[0] == 1000 && isnan(x[2]) && x[4] == 5);
    gml_dataset_destroy(dataset);
}

/* A table of 100 rows, every third with the first cell, the others with the second or third in turn. */
static const char *table_of(const char *first, const char *second, const char *third)
{
    static char text[8192];
    size_t used = (size_t)sprintf(text, "a;b;t\n");
    for (size_t i = 0; i < 100; i++) {
        used += (size_t)sprintf(text + used, "%s;%zu;%zu.5\n", i % 3 == 0 ? first : i % 2 == 0 ? second : third, i, i);
    }
    return text;
}

static gml_column column_of(gml_dataset *dataset)
{
    gml_column column;
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    return column;
}

TEST(amounts_beside_words_are_levels)
{
    gml_dataset *dataset = open_text(table_of("1 - 10%", "0%", "100%"), NULL);
    ck_assert_int_eq(column_of(dataset).kind, GML_COLUMN_CATEGORY);
    ck_assert_uint_eq(column_of(dataset).level_count, 3);
    ck_assert_str_eq(column_of(dataset).levels[0], "0%");
    const gml_column kinds[] = {column_of(dataset), {.kind = GML_COLUMN_NUMBER}};
    gml_dataset *again = NULL; /* a network's levels are found also where all cells are amounts */
    const gml_dataset_options options = {.features = 2, .column_kinds = kinds};
    assert_ok(context, gml_dataset_open(context, put_text("again.csv", "a;b;t\n0%;1;1.5\n100%;2;2.5\n7%;3;3.5\n"),
                                        &options, &again));
    assert_holds(again, 3, 2, (double[]){0, 1, 1.5, 2, 2, 2.5, 3, 3, 3.5});
    gml_dataset_destroy(again);
    gml_dataset_destroy(dataset);
    dataset = open_text(table_of("$5", "$5", "7" EURO), NULL); /* few values of two units */
    ck_assert_int_eq(column_of(dataset).kind, GML_COLUMN_CATEGORY);
    gml_dataset_destroy(dataset);
    dataset = open_text(table_of("5%", "6%", "7%"), NULL);
    ck_assert_int_eq(column_of(dataset).kind, GML_COLUMN_NUMBER);
    gml_dataset_destroy(dataset);
}

TEST(amounts_of_several_units_and_faulty_ones_are_refused)
{
    char text[4096];
    size_t used = (size_t)sprintf(text, "a;t\n");
    for (size_t i = 0; i < 40; i++) {
        used += (size_t)sprintf(text + used, "%s%zu;%zu.5\n", i == 30 ? "$" : "EUR ", i, i);
    }
    assert_refused(context, open_bad_text(text, NULL), GML_ERROR_DATA, "line 32, column 1 (\"a\"): \"$30\"",
                   "another unit", NULL);
    text[strcspn(text, "$")] = 'x';
    assert_refused(context, open_bad_text(text, NULL), GML_ERROR_DATA, "\"x30\" is not a number", "39 of the 40 cells",
                   NULL);
}

TEST(amounts_tell_the_decimal_mark)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"a;t\n1.307;0.5\n2.5;1\n", 1.307},  {"a;t\n1.307;0,5\n2.500;1\n", 1307},
        {"a;t\n1,307;0.5\n2,500;1\n", 1307}, {"a;t\n1.307,5;1\n2;3\n", 1307.5},
        {"a;t\n1,307.5;1\n2;3\n", 1307.5},   {"a;t\n1.307 EUR;2,5\n3 EUR;3\n", 1307},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset =
            open_text(cases[i].text, &(gml_dataset_options){.targets = GML_CHOICE_NO, .header = GML_CHOICE_YES});
        double x[4];
        assert_ok(context, gml_dataset_gather(dataset, NULL, 2, gml_matrix_f64(x, 2, gml_dataset_features(dataset)),
                                              gml_matrix_none()));
        ck_assert_msg(x[0] == cases[i].value, "case %zu: %.17g", i, x[0]);
        gml_dataset_destroy(dataset);
    }
}

int main(void)
{
    return run_file_tests("amounts", 10);
}
