/* tests/data/csv_kept.c - a network keeps how its CSV was written (data/csv/sniff.c, store/metadata.c). */
#include <math.h>

#include "csv_case.h"
#include "gemmule/gemmule.h"

/* The options for data of a network that was adapted to a file, saved and loaded. */
static gml_network *learn(const char *text, const gml_dataset_options *options)
{
    gml_network *network = NULL, *again = NULL;
    gml_dataset *data = open_text(text, options);
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    gml_dataset_destroy(data);
    assert_ok(context, gml_model_save(network, in_folder("model")));
    gml_network_destroy(network);
    assert_ok(context, gml_model_load(context, in_folder("model"), &again));
    return again;
}

static void assert_reads(const gml_dataset_options *options, const char *text, const double *x)
{
    double inputs[4];
    gml_dataset *dataset = open_text(text, options);
    ck_assert_uint_eq(gml_dataset_size(dataset), 2);
    assert_ok(context, gml_dataset_gather(dataset, NULL, 2, gml_matrix_f64(inputs, 2, 2), gml_matrix_none()));
    for (size_t i = 0; i < 4; i++) {
        ck_assert_msg(inputs[i] == x[i], "input %zu is %g, not %g: %s", i, inputs[i], x[i], text);
    }
    gml_dataset_destroy(dataset);
}

TEST(marks_and_words_that_were_given_come_back_with_the_model)
{
    const gml_dataset_options given = {
        .delimiter = ";", .decimal = ",", .thousands = ".", .comment = "#", .missing = "-999", .missing_targets = 1};
    gml_network *network = learn("# made by hand\na;b;t\n1,5;1.234,5;2,5\n2,5;2;-999\n3;1;1,5\n", &given);
    gml_dataset_options known = gml_network_data_options(network);
    ck_assert_str_eq(known.delimiter, ";");
    ck_assert_str_eq(known.decimal, ",");
    ck_assert_str_eq(known.thousands, ".");
    ck_assert_str_eq(known.comment, "#");
    ck_assert_str_eq(known.missing, "-999");
    ck_assert_int_eq(known.marks_optional, 1);
    assert_reads(&known, "a;b\n1.234;7\n# no row\n1.234,5;8\n", (double[]){1234, 7, 1234.5, 8});
    assert_reads(&known, "a,b\n1.25,7\n2.5,8\n", (double[]){1.25, 7, 2.5, 8});
    gml_network_destroy(network);
}

TEST(without_such_options_a_model_keeps_nothing)
{
    gml_network *network = learn("a;b;t\n1,5;2;2,5\n2,5;2;1,5\n", NULL);
    gml_dataset_options known = gml_network_data_options(network);
    ck_assert(known.delimiter == NULL && known.decimal == NULL && known.thousands == NULL && known.missing == NULL);
    gml_network_destroy(network);
}

TEST(optional_marks_count_where_the_file_fits_them)
{
    static const char *const names[] = {"a", "b"};
    static const struct {
        const char *delimiter, *decimal, *thousands, *text;
        double x[4];
    } cases[] = {
        {";", ",", ".", "a;b\n1.234;7\n2.345;8\n", {1234, 7, 2345, 8}},
        {";", ",", ".", "a;b\n1.25;7\n2.5;8\n", {1.25, 7, 2.5, 8}},
        {";", ",", NULL, "a;b\n1,234;7\n2,345;8\n", {1.234, 7, 2.345, 8}},
        {";", ",", NULL, "a,b\n1,7\n2,8\n", {1, 7, 2, 8}},
        {",", ".", NULL, "a;b\n1,5;7\n2,5;8\n", {1.5, 7, 2.5, 8}},
        {",", NULL, ",", "a,b\n\"1,234\",7\n2,8\n", {1234, 7, 2, 8}},
        {"|", NULL, NULL, "a\tb\n1.5\t7\n2\t8\n", {1.5, 7, 2, 8}},
        {NULL, NULL, ".", "a;b\n1.234;7\n2.345,5;8\n", {1234, 7, 2345.5, 8}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const gml_dataset_options options = {.delimiter = cases[i].delimiter,
                                             .decimal = cases[i].decimal,
                                             .thousands = cases[i].thousands,
                                             .marks_optional = 1,
                                             .features = 2,
                                             .feature_names = names,
                                             .targets = GML_CHOICE_NO};
        assert_reads(&options, cases[i].text, cases[i].x);
    }
    const gml_dataset_options strict = {.delimiter = "|", .features = 2, .feature_names = names};
    assert_refused(context, open_bad_text("a\tb\n1.5\t7\n2\t8\n", &strict), GML_ERROR_SHAPE, "has 1 column", NULL);
}

int main(void)
{
    return run_file_tests("data_csv_kept", 60);
}
