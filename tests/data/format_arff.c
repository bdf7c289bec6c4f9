/* tests/data/format_arff.c - ARFF (data/format/format_arff.c): attributes, values, rows and what becomes of them. */
#include "data/dataset.h"
#include "format_case.h"

static const gml_dataset_options none = {0};

static const char *put_lines(const char *text)
{
    return put_file("data.arff", text, strlen(text));
}

/* Opens a file whose header is @relation r and `attributes`. */
static gml_dataset *open_rows(const char *attributes, const char *rows, const gml_dataset_options *options)
{
    char text[4000];
    snprintf(text, sizeof text, "@relation r\n%s@data\n%s", attributes, rows);
    return open_well(put_lines(text), options);
}

/* Compares the inputs, and the targets unless `y` is null; NaN equals NaN. */
static void assert_numbers(const gml_dataset *dataset, const double *x, const double *y)
{
    double inputs[256], targets[64];
    const size_t rows = gml_dataset_size(dataset), features = gml_dataset_features(dataset);
    assert_ok(context, gml_dataset_gather(dataset, NULL, rows, gml_matrix_f64(inputs, rows, features),
                                          y != NULL ? gml_matrix_f64(targets, rows, 1) : gml_matrix_none()));
    for (size_t i = 0; i < rows * features; i++) {
        ck_assert_msg(isnan(x[i]) ? isnan(inputs[i]) : inputs[i] == x[i], "input %zu is %g, not %g", i, inputs[i],
                      x[i]);
    }
    for (size_t i = 0; y != NULL && i < rows; i++) {
        ck_assert_msg(isnan(y[i]) ? isnan(targets[i]) : targets[i] == y[i], "target %zu is %g", i, targets[i]);
    }
}

static gml_column column_of(const gml_dataset *dataset, size_t index)
{
    gml_column column;
    assert_ok(context, gml_dataset_column(dataset, index, &column));
    return column;
}

TEST(nominal_attributes_have_their_values_in_the_declared_order)
{
    gml_dataset *dataset = open_rows("@attribute size {small, medium, 'very large', unused}\n@attribute y real\n",
                                     "medium,1.5\n'very large',2\nsmall,3\n?,4\n", &none);
    const gml_column size = column_of(dataset, 0);
    ck_assert_int_eq(size.kind, GML_COLUMN_CATEGORY);
    ck_assert_uint_eq(size.level_count, 4);
    ck_assert_str_eq(size.levels[0], "small");
    ck_assert_str_eq(size.levels[2], "very large");
    ck_assert_str_eq(size.levels[3], "unused");
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "size");
    assert_numbers(dataset, (double[]){1, 2, 0, NAN}, (double[]){1.5, 2, 3, 4});
    gml_dataset_destroy(dataset);
}

TEST(a_nominal_target_has_all_declared_classes_and_a_numeric_one_has_values)
{
    static const char attributes[] = "@attribute x real\n@attribute n integer\n@attribute c {yes, no, maybe}\n";
    static const char rows[] = "1,0,no\n2,1,yes\n3,0,no\n4,1,no\n5,0,yes\n6,1,no\n";
    gml_dataset *dataset = open_rows(attributes, rows, &none);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 3);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "yes");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 2), "maybe");
    ck_assert_str_eq(gml_dataset_target_name(dataset), "c");
    ck_assert_str_eq(gml_dataset_task_reason(dataset), "the file lists its values");
    assert_numbers(dataset, (double[]){1, 0, 2, 1, 3, 0, 4, 1, 5, 0, 6, 1}, (double[]){1, 0, 1, 1, 0, 1});
    gml_dataset_destroy(dataset);
    dataset = open_rows(attributes, rows, &(gml_dataset_options){.target = "n"});
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_REGRESSION);
    ck_assert_str_eq(gml_dataset_task_reason(dataset), "the file declares numbers");
    gml_dataset_destroy(dataset);
    dataset = open_rows(attributes, rows, &(gml_dataset_options){.target = "1", .task = GML_TASK_CLASSIFICATION});
    ck_assert_uint_eq(gml_dataset_classes(dataset), 2);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 1), "1");
    gml_dataset_destroy(dataset);
}

TEST(what_the_user_says_of_a_column_counts_before_its_declaration)
{
    gml_dataset *dataset =
        open_rows("@attribute grade {1, 2, 3}\n@attribute zip numeric\n@attribute y real\n",
                  "3,10115,1.5\n1,10117,2.5\n", &(gml_dataset_options){.columns = "grade=number; zip=category"});
    ck_assert_int_eq(column_of(dataset, 0).kind, GML_COLUMN_NUMBER);
    ck_assert_int_eq(column_of(dataset, 1).kind, GML_COLUMN_CATEGORY);
    assert_numbers(dataset, (double[]){3, 0, 1, 1}, NULL);
    gml_dataset_destroy(dataset);
}

TEST(numbers_and_strings_are_judged_like_columns_of_a_csv)
{
    gml_dataset *dataset = open_rows("@attribute id numeric\n@attribute town string\n@attribute x real\n@attribute y "
                                     "real\n",
                                     "1,Rome,1,1.5\n2,Oslo,2,2\n3,Rome,?,3\n", &none);
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    ck_assert_int_eq(column_of(dataset, 0).kind, GML_COLUMN_CATEGORY);
    ck_assert_str_eq(column_of(dataset, 0).levels[0], "Oslo");
    assert_numbers(dataset, (double[]){1, 1, 0, 2, 1, NAN}, NULL);
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 0), "\"id\""));
    gml_dataset_destroy(dataset);
}

TEST(numbers_in_a_string_attribute_are_texts_unless_the_user_says_otherwise)
{
    static const char attributes[] = "@attribute ticket string\n@attribute boat string\n@attribute y real\n";
    static const char rows[] = "24160,2,1.5\n24160,A,2\n113781,2,3\n113781,7,4\n24160,7,5\n";
    gml_dataset *dataset = open_rows(attributes, rows, &none);
    ck_assert_int_eq(column_of(dataset, 0).kind, GML_COLUMN_CATEGORY);
    ck_assert_int_eq(column_of(dataset, 1).kind, GML_COLUMN_CATEGORY);
    ck_assert_uint_eq(column_of(dataset, 1).level_count, 3);
    gml_dataset_destroy(dataset);
    dataset = open_rows(attributes, rows, &(gml_dataset_options){.columns = "ticket=number"});
    ck_assert_int_eq(column_of(dataset, 0).kind, GML_COLUMN_NUMBER);
    gml_dataset_destroy(dataset);
}

TEST(nominal_columns_of_one_value_or_none_are_no_inputs)
{
    gml_dataset *dataset = open_rows("@attribute a {u, v}\n@attribute b {u, v}\n@attribute c {}\n@attribute x real\n"
                                     "@attribute y real\n",
                                     "u,?,?,1,1.5\nu,?,?,2,2\n", &none);
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "x");
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 0), "constant"));
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 1), "empty"));
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 2), "empty"));
    gml_dataset_destroy(dataset);
}

TEST(words_for_missing_cells_are_values_of_a_nominal_attribute)
{
    gml_dataset *dataset = open_rows("@attribute a {none, NA, nan, '?', -}\n@attribute y real\n",
                                     "NA,1.5\nnone,2\nnan,3\n'?',4\n?,5\n-,6\n", &none);
    assert_numbers(dataset, (double[]){1, 0, 2, 3, NAN, 4}, NULL);
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 0), "1 cell is missing"));
    gml_dataset_destroy(dataset);
}

TEST(nominal_numbers_of_equal_value_are_one_value)
{
    gml_dataset *dataset =
        open_rows("@attribute a {2, 1.0, 007}\n@attribute y {0, 1}\n", "2.0,1\n1,0\n007,0\n1.00,1.0\n", &none);
    const gml_column a = column_of(dataset, 0);
    ck_assert_str_eq(a.levels[1], "1");
    ck_assert_str_eq(a.levels[2], "007");
    assert_numbers(dataset, (double[]){0, 1, 2, 1}, (double[]){1, 0, 0, 1});
    gml_dataset_destroy(dataset);
}

TEST(dates_are_read_by_their_formats)
{
    static const struct {
        const char *format, *date;
        double days;
    } rows[] = {
        {"", "1970-01-02T12:00:00", 1.5},
        {"yyyy-MM-dd", "1970-02-01", 31},
        {"\"yyyy-MM-dd HH:mm:ss\"", "\"1970-01-01 06:00:00\"", 0.25},
        {"dd.MM.yy", "03.01.70", 2},
        {"yyyyMMdd", "19700103", 2},
        {"\"d MMM yyyy\"", "'3 Jan 1970'", 2},
        {"\"EEE, d MMMM yyyy h:mm a\"", "'Sat, 3 January 1970 6:00 PM'", 2.75},
        {"\"yyyy-MM-dd'T'HH:mm:ss.SSSZ\"", "1970-01-02T01:00:00.000+0100", 1},
        {"\"yyyy-MM-dd'T'HHX\"", "1970-01-02T00Z", 1},
        {"\"yyyy 'o''clock'\"", "\"1971 o'clock\"", 365},
        {"HH:mm", "12:00", 0.5},
        {"M/d/yyyy", "2/1/1970", 31},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char attributes[200], data[200];
        snprintf(attributes, sizeof attributes, "@attribute when date %s\n@attribute y real\n", rows[i].format);
        snprintf(data, sizeof data, "%s,1.5\n?,2\n", rows[i].date);
        gml_dataset *dataset = open_rows(attributes, data, &none);
        ck_assert_int_eq(column_of(dataset, 0).kind, GML_COLUMN_DATE);
        assert_numbers(dataset, (double[]){rows[i].days, NAN}, NULL);
        gml_dataset_destroy(dataset);
    }
}

TEST(words_may_be_quoted_and_are_separated_by_commas_or_blanks)
{
    gml_dataset *dataset =
        open_rows("@attribute 'a name, with \\'quotes\\'' {\"x y\",'it\\'s', 'tab\\t', 50%}\n"
                  "@ATTRIBUTE b{u,v}{0.5}\r\n@attribute c REAL % a comment\n@Attribute y real\n\n",
                  "% a comment\n'it\\'s',u,1,1.5\r\n  \"x y\" , v ,2,2\n'x y' u 3\t3 % more\n\n\"it's\",v,,4\n"
                  "'tab\t',u,5,5\n50%,u,6,6\n",
                  &none);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "a name, with 'quotes'");
    assert_numbers(dataset, (double[]){1, 0, 1, 0, 1, 2, 0, 0, 3, 1, 1, NAN, 2, 0, 5, 3, 0, 6},
                   (double[]){1.5, 2, 3, 4, 5, 6});
    gml_dataset_destroy(dataset);
}

TEST(entries_of_sparse_rows_that_are_not_listed_are_zero_or_the_first_value)
{
    gml_dataset *dataset = open_rows("@attribute a real\n@attribute b {u, v}\n@attribute c date yyyy\n@attribute d "
                                     "string\n@attribute e real\n@attribute y real\n",
                                     "{0 5, 3 x, 4 1}\n{1 v,2 1971,3 w,5 2.5}\n{ }\n1,v,1970,x,0,3\n{4 ?}\n", &none);
    assert_numbers(dataset,
                   (double[]){5, 0, 0, 1, 1, 0, 1, 365, 0, 0, 0, 0, 0, NAN, 0, 1, 1, 0, 1, 0, 0, 0, 0, NAN, NAN},
                   (double[]){0, 2.5, 0, 3, 0});
    gml_dataset_destroy(dataset);
}

TEST(weights_in_braces_are_the_sample_weights)
{
    static const char attributes[] = "@attribute x real\n@attribute w real\n@attribute y real\n";
    static const char rows[] = "1,7,0.5\n2,8,2, {0.5}\n{0 3, 1 9, 2 1}, {2e0}\n4,1,1\n";
    const double *weights;
    gml_dataset *dataset = open_rows(attributes, rows, &none);
    weights = dataset->weights;
    ck_assert_mem_eq(weights, ((double[]){1, 0.5, 2, 1}), 4 * sizeof *weights);
    gml_dataset_destroy(dataset);
    dataset = open_rows(attributes, rows, &(gml_dataset_options){.weights = "w"});
    weights = dataset->weights;
    ck_assert_mem_eq(weights, ((double[]){7, 8, 9, 1}), 4 * sizeof *weights);
    gml_dataset_destroy(dataset);
    dataset = open_rows(attributes, "1,7,0.5\n2,8,2\n", &none);
    ck_assert_ptr_null(dataset->weights);
    gml_dataset_destroy(dataset);
}

TEST(a_network_finds_its_levels_in_other_declarations)
{
    const gml_column kinds[] = {
        {.kind = GML_COLUMN_CATEGORY, .levels = (const char *const[]){"a", "1"}, .level_count = 2},
        {.kind = GML_COLUMN_NUMBER}};
    const gml_dataset_options options = {.features = 2,
                                         .feature_names = (const char *const[]){"c", "x"},
                                         .column_kinds = kinds,
                                         .targets = GML_CHOICE_NO};
    gml_dataset *dataset = open_rows("@attribute x real\n@attribute c {1.0, b, a}\n", "1,a\n2,1\n3,b\n4,?\n", &options);
    assert_numbers(dataset, (double[]){0, 1, 1, 2, 2, 3, NAN, 4}, NULL);
    gml_dataset_destroy(dataset);
}

TEST(an_arff_is_recognised_by_its_first_line_or_long_comments)
{
    static const char header[] = "@relation r\n@attribute x real\n@attribute y real\n@data\n1,2.5\n2,3\n";
    char text[2000] = "";
    gml_dataset_destroy(
        open_well(put_lines("  \r\n@RELATION 'a b'\n@attribute x real\n@attribute y real\n@DATA\n1,2\n2,3"), &none));
    gml_dataset_destroy(
        open_well(put_lines("\xef\xbb\xbf@relation r\n@attribute x real\n@attribute y real\n@data\n1,2"), &none));
    for (size_t i = 0; i < 30; i++) {
        strcat(text, "% a line of a comment, with words\n");
    }
    strcat(text, header);
    gml_dataset_destroy(open_well(put_lines(text), &none));
    gml_dataset_destroy(open_well(put_lines(text), &(gml_dataset_options){.comment = "#"}));
    gml_dataset *csv = open_well(put_lines("%x\n%y\n1,2.5\n2,3\n"), &(gml_dataset_options){.comment = "%"});
    ck_assert_uint_eq(gml_dataset_size(csv), 2);
    gml_dataset_destroy(csv);
    csv = open_well(put_lines("@handle,likes\na,1\nb,2\n"), &(gml_dataset_options){.header = GML_CHOICE_YES});
    ck_assert_uint_eq(gml_dataset_size(csv), 2);
    gml_dataset_destroy(csv);
}

TEST(bad_values_are_missing_or_unseen_where_predictions_allow_them)
{
    const gml_column kinds[] = {
        {.kind = GML_COLUMN_CATEGORY, .levels = (const char *const[]){"u", "v"}, .level_count = 2},
        {.kind = GML_COLUMN_NUMBER},
        {.kind = GML_COLUMN_DATE}};
    const gml_dataset_options options = {.features = 3,
                                         .feature_names = (const char *const[]){"c", "x", "when"},
                                         .column_kinds = kinds,
                                         .bad_inputs = 1,
                                         .targets = GML_CHOICE_NO};
    gml_dataset *dataset = open_rows("@attribute x real\n@attribute c {u, v}\n@attribute when date yyyy\n",
                                     "1,w,1970\nabc,v,x\n", &options);
    assert_numbers(dataset, (double[]){2, 1, 0, 1, NAN, NAN}, NULL);
    gml_dataset_destroy(dataset);
}

TEST(long_lines_and_many_rows_are_read_across_pieces)
{
    enum { ROWS = 300, COLUMNS = 900 };
    char *text = malloc(ROWS * COLUMNS * 4 + COLUMNS * 32);
    double *x = malloc(ROWS * COLUMNS * sizeof *x);
    size_t used = (size_t)sprintf(text, "@relation r\n");
    for (size_t j = 0; j < COLUMNS; j++) {
        used += (size_t)sprintf(text + used, "@attribute a%zu real\n", j);
    }
    used += (size_t)sprintf(text + used, "@data\n");
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            used += (size_t)sprintf(text + used, "%zu%c", (i + j) % 100, j + 1 < COLUMNS ? ',' : '\n');
        }
    }
    gml_dataset *dataset =
        open_well(put_file("long.arff", text, used), &(gml_dataset_options){.targets = GML_CHOICE_NO});
    ck_assert_uint_eq(gml_dataset_size(dataset), ROWS);
    assert_ok(context, gml_dataset_gather(dataset, NULL, ROWS, gml_matrix_f64(x, ROWS, COLUMNS), gml_matrix_none()));
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        ck_assert_double_eq(x[i], (double)((i / COLUMNS + i % COLUMNS) % 100));
    }
    gml_dataset_destroy(dataset);
    free(text);
    free(x);
}

int main(void)
{
    return run_file_tests("data_format_arff", 60);
}
