/* tests/data/csv_header.c - whether the first row of a CSV is names, and columns without one (data/csv/csv_header.c).
 */
#include "csv_case.h"

TEST(dates_amounts_and_words_tell_a_header)
{
    static const struct {
        const char *text;
        size_t rows;
        bool named;
    } cases[] = {
        {"when,t\n2014-02-17,a\n2014-02-18,b\n", 2, true},
        {"2014-02-16,c\n2014-02-17,a\n2014-02-18,b\n", 3, false},
        {"price,t\n$5,a\n$6,b\n", 2, true},
        {"$4,c\n$5,a\n$6,b\n", 3, false},
        {"2014-02-17,2014-02-18,t\n1,2,a\n3,4,b\n", 2, true}, /* dates as names */
        {"shop,t\na,1.5\nb,2.5\n", 2, true},                  /* the target alone tells */
        {"shop,0.5\na,1.5\nb,2.5\n", 3, false},
        {"color,size,kind\nred,small,a\nblue,large,b\n", 2, true},
        {"red,small,a\nred,large,b\nblue,large,a\n", 3, false},    /* a cell is that below */
        {"red,red,kind\nblue,small,a\ngreen,large,b\n", 3, false}, /* two columns of one name */
        {"color,,kind\nred,small,a\nblue,large,b\n", 3, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = open_text(cases[i].text, NULL);
        ck_assert_msg(gml_dataset_size(dataset) == cases[i].rows, "case %zu: %zu rows", i, gml_dataset_size(dataset));
        ck_assert_msg((gml_dataset_feature_name(dataset, 0) != NULL &&
                       strncmp(gml_dataset_feature_name(dataset, 0), "column", 6) != 0) == cases[i].named,
                      "case %zu", i);
        gml_dataset_destroy(dataset);
    }
}

/* A network that was trained without names has levels of texts; its data has no header. */
TEST(words_tell_no_header_in_data_of_a_network)
{
    static const char *const levels[] = {"blue", "red"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 2},
                                {.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 2}};
    const gml_dataset_options options = {.features = 2, .column_kinds = kinds, .targets = GML_CHOICE_NO};
    gml_dataset *dataset = open_text("red,blue\nblue,red\n", &options);
    assert_holds(dataset, 2, 2, (double[]){1, 0, 0, 1});
    gml_dataset_destroy(dataset);
    dataset = open_text("red,blue\n", &options); /* one row */
    assert_holds(dataset, 1, 2, (double[]){1, 0});
    gml_dataset_destroy(dataset);
}

TEST(columns_without_a_name_are_called_after_their_places)
{
    gml_dataset *dataset =
        open_text(",a,,t,,\n1,2,3.5,4.5,,\n7,3,5.5,6.5,,\n9,4,7.5,8.5,,\n", &(gml_dataset_options){.target = "t"});
    ck_assert_uint_eq(gml_dataset_features(dataset), 2); /* the first counts rows, the last are empty */
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "a");
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "column 3");
    ck_assert_str_eq(gml_dataset_note(dataset, 0),
                     "column 1 is an identifier and no input: 3 whole numbers, all different, and the name says row");
    gml_dataset_destroy(dataset);
    dataset = open_text("a,t,\n1,2.5,\n2,3.5,\n", NULL); /* the target is the last with a name */
    ck_assert_str_eq(gml_dataset_target_name(dataset), "t");
    gml_dataset_destroy(dataset);
    dataset = open_text(",a,t\n1,2,3.5\n2,3,4.5\n", &(gml_dataset_options){.columns = "column 1=number"});
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "column 1");
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text("column 2,,t\n1,2,3.5\n", NULL), GML_ERROR_DATA, "both called", NULL);
}

/* Networks of earlier versions have inputs of the name "". */
TEST(an_input_without_a_name_is_the_first_such_column)
{
    static const char *const names[] = {"a", ""};
    const gml_dataset_options options = {.features = 2, .feature_names = names, .targets = GML_CHOICE_NO};
    gml_dataset *dataset = open_text("a,,\n1,2,3\n", &options);
    assert_holds(dataset, 1, 2, (double[]){1, 2});
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text("a,b,c\n1,2,3\n", &options), GML_ERROR_DATA, "the header has no column \"\"",
                   NULL);
}

TEST(a_first_line_names_the_delimiter)
{
    static const char *const texts[] = {"sep=;\na;b;t\n1,5;2;x\n3;4;y\n", "SEP=;\r\na;b;t\r\n1,5;2;x\r\n3;4;y\r\n",
                                        "sep=|\ra|b|t\r1.5|2|x\r3|4|y\r"};
    for (size_t i = 0; i < 3; i++) {
        gml_dataset *dataset = open_text(texts[i], NULL);
        assert_holds(dataset, 2, 2, (double[]){1.5, 2, 0, 3, 4, 1});
        gml_dataset_destroy(dataset);
    }
    assert_refused(context, open_bad_text("sep=;\na;t\n1;2\n3;4;5\n", NULL), GML_ERROR_DATA, "line 4 has 3 columns",
                   NULL);
    gml_dataset *dataset = open_text("sep=x,t\n1,2.5\n3,4.5\n", NULL); /* a name */
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "sep=x");
    gml_dataset_destroy(dataset);
}

TEST(errors_of_spreadsheets_are_missing_cells)
{
    gml_dataset *dataset = open_text("a,t\n1,2.5\n#DIV/0!,3.5\n#n/a,4.5\n2,5.5\n", NULL);
    ck_assert_str_eq(gml_dataset_note(dataset, 0),
                     "2 cells are missing in 1 column of inputs, the first column 1 (\"a\")");
    gml_dataset_destroy(dataset);
}

TEST(a_gap_in_the_first_sample_is_no_name_of_a_network_that_knows_places)
{
    static const char *const names[] = {"column 1", "column 2"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_NUMBER}, {.kind = GML_COLUMN_NUMBER}};
    const gml_dataset_options options = {
        .features = 2, .feature_names = names, .column_kinds = kinds, .target = "3", .targets = GML_CHOICE_YES};
    gml_dataset *dataset = open_text("1.5,,x,2\n2.5,3,y,4\n", &options);
    ck_assert_uint_eq(gml_dataset_size(dataset), 2);
    gml_dataset_destroy(dataset);
}

TEST(data_of_a_network_has_a_header_whether_or_not_its_target_is_read)
{
    static const char *const names[] = {"when", "color"}, *const colors[] = {"blue", "red"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_DATE, .date_order = GML_DATE_DAY_FIRST},
                                {.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 2}};
    gml_dataset_options options = {
        .features = 2, .feature_names = names, .column_kinds = kinds, .task = GML_TASK_CLASSIFICATION};
    for (gml_choice targets = GML_CHOICE_AUTO; targets <= GML_CHOICE_NO; targets++) {
        options.targets = targets;
        gml_dataset *dataset = open_text("1.2.2014,red,low\n2.2.2014,blue,991\n", &options);
        ck_assert_uint_eq(gml_dataset_size(dataset), 2);
        gml_dataset_destroy(dataset);
    }
}

int main(void)
{
    return run_file_tests("data_csv_header", 10);
}
