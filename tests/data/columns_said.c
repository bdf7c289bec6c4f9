/* tests/data/columns_said.c - columns that the user's rules or a network's inputs name (data/column). */
#include <math.h>

#include "csv_case.h"

/* ---- what the user says ---- */

TEST(rules_name_columns_in_quotes_or_by_index)
{
    const char *text = "'a;b','c=d','it''s',t\n1,2,x,1.5\n1,4,y,2.5\n3,5,x,3.5\n";
    const gml_dataset_options options = {.columns = " '''a;b'''=category ;'''c=d''' = ignore; 2=category;",
                                         .task = GML_TASK_REGRESSION};
    gml_dataset *dataset = open_text(text, &options);
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    assert_holds(dataset, 3, 2, (double[]){0, 0, 1.5, 0, 1, 2.5, 1, 0, 3.5});
    gml_dataset_destroy(dataset);
    dataset = open_text("id,when made,t\n1,2,3.5\n2,3,4.5\n", &(gml_dataset_options){.ignore = "id, "});
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "when made");
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    gml_dataset_destroy(dataset);
    dataset = open_text("id,when made,t\n1,2,3.5\n2,3,4.5\n", &(gml_dataset_options){.ignore = "t"});
    ck_assert_str_eq(gml_dataset_target_name(dataset), "when made"); /* the last that is left */
    gml_dataset_destroy(dataset);
}

TEST(rules_that_cannot_be_are_refused)
{
    static const struct {
        gml_dataset_options options;
        gml_status status;
        const char *part;
    } cases[] = {
        {{.columns = "a"}, GML_ERROR_ARGUMENT, "columns, character 2"},
        {{.columns = "a="}, GML_ERROR_ARGUMENT, "expected one of number"},
        {{.columns = "a=numbers"}, GML_ERROR_ARGUMENT, "character 3, at \"numbers\""},
        {{.columns = "=number"}, GML_ERROR_ARGUMENT, "the name of a column is missing"},
        {{.columns = "'a=number"}, GML_ERROR_ARGUMENT, "the quote is not closed"},
        {{.columns = "a=number; a=date"}, GML_ERROR_ARGUMENT, "has a rule already"},
        {{.columns = "a=number", .ignore = "a"}, GML_ERROR_ARGUMENT, "has a rule already"},
        {{.columns = "aa=number"}, GML_ERROR_NAME, "no column \"aa\"; the nearest is \"a\""},
        {{.ignore = "9"}, GML_ERROR_NAME, "no column \"9\""},
        {{.ignore = "'a' b"}, GML_ERROR_ARGUMENT, "expected a comma"},
        {{.ignore = "t", .target = "t"}, GML_ERROR_ARGUMENT, "cannot be the target and ignored"},
        {{.ignore = "a,b"}, GML_ERROR_DATA, "leaves no inputs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(context, open_bad_text("a,b,t\n1,2,3.5\n4,5,6.5\n", &cases[i].options), cases[i].status,
                       cases[i].part, NULL);
    }
    assert_refused(context, open_bad_text("1,2,3.5\n4,5,6.5\n", &(gml_dataset_options){.columns = "a=number"}),
                   GML_ERROR_NAME, "have no names, and indexes from 0 to 2", NULL);
}

/* ---- a network's columns ---- */

static double cell_of(const gml_dataset *dataset, size_t row, size_t column)
{
    double x[8];
    const size_t features = gml_dataset_features(dataset);
    assert_ok(context, gml_dataset_gather(dataset, &row, 1, gml_matrix_f64(x, 1, features), gml_matrix_none()));
    return x[column];
}

TEST(a_network_reads_its_kinds_again)
{
    static const char *const levels[] = {"blue", "red"}, *const inputs[] = {"color", "when", "size"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 2},
                                {.kind = GML_COLUMN_DATE, .date_order = GML_DATE_MONTH_FIRST},
                                {.kind = GML_COLUMN_NUMBER}};
    gml_dataset_options options = {
        .features = 3, .feature_names = inputs, .column_kinds = kinds, .targets = GML_CHOICE_NO};
    gml_column column;
    gml_dataset *dataset =
        open_text("size,note,color,when\n1.5,x,red,2/3/2014\n,y,green,\n3,z,NA,2014-02-03\n", &options);
    ck_assert_uint_eq(gml_dataset_features(dataset), 3);
    ck_assert_double_eq(cell_of(dataset, 0, 0), 1);
    ck_assert_double_eq(cell_of(dataset, 0, 1), 16104);
    ck_assert_double_eq(cell_of(dataset, 1, 0), 2); /* a level that is not known */
    ck_assert(isnan(cell_of(dataset, 1, 1)) && isnan(cell_of(dataset, 1, 2)) && isnan(cell_of(dataset, 2, 0)));
    ck_assert_double_eq(cell_of(dataset, 2, 1), 16104);
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_uint_eq(column.level_count, 2);
    ck_assert_str_eq(gml_dataset_note(dataset, 0),
                     "1 value is not among the categories that the network knows: \"green\" in column 3 (\"color\")");
    gml_dataset_destroy(dataset);
    dataset = open_text("size,color,when\n1,red,\n1,7,\n2,8,\n", &options);
    ck_assert_str_eq(gml_dataset_note(dataset, 0), "2 values are not among the categories that the network knows: "
                                                   "\"7\", ... in column 2 (\"color\")");
    gml_dataset_destroy(dataset);
    options.unseen_error = 1;
    assert_refused(context, open_bad_text("size,color,when\n1.5,red,\n2,green,\n", &options), GML_ERROR_DATA,
                   "line 3, column 2 (\"color\"): \"green\" is none of the 2 levels that are known: \"blue\", \"red\"",
                   NULL);
    assert_refused(context, open_bad_text("size,color,when\n1.5,red,\n2,7,\n", &options), GML_ERROR_DATA,
                   "line 3, column 2 (\"color\"): \"7\" is none", NULL);
    assert_refused(context, open_bad_text("size,color,when\n1.5,red,17.2.2014\n", &options), GML_ERROR_DATA,
                   "the month first", NULL);
    assert_refused(context, open_bad_text("size,color\n1.5,red\n", &options), GML_ERROR_DATA, "no column \"when\"",
                   NULL);
}

TEST(columns_without_names_are_found_by_their_places)
{
    const char *text = "a1,5,x,1,0.5\nb2,6,y,2,1.5\nc3,7,x,3,2.5\n";
    gml_dataset *dataset = open_text(text, &(gml_dataset_options){.ignore = "0,3", .task = GML_TASK_REGRESSION});
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "column 2");
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "column 3");
    ck_assert_str_eq(gml_dataset_target_name(dataset), "4");
    gml_dataset_destroy(dataset);
    static const char *const inputs[] = {"column 4", "column 2"};
    gml_dataset_options options = {.features = 2, .feature_names = inputs, .target = "4", .task = GML_TASK_REGRESSION};
    dataset = open_text(text, &options);
    assert_holds(dataset, 3, 2, (double[]){1, 5, 0.5, 2, 6, 1.5, 3, 7, 2.5});
    gml_dataset_destroy(dataset);
    options.targets = GML_CHOICE_NO;
    dataset = open_text("a1,5,x,1\nb2,6,y,2\n", &options);
    assert_holds(dataset, 2, 2, (double[]){1, 5, 2, 6});
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text("1,2\n3,4\n", &options), GML_ERROR_SHAPE, "has 2 columns; input 1 is", NULL);
}

int main(void)
{
    return run_file_tests("columns_said", 60);
}
