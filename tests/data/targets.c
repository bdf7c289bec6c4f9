/* tests/data/targets.c - several target columns of a table: how they are named, what they are, and what a network keeps
 * of them (data/csv/csv_targets.c, data/target/targets.c). */
#include <math.h>

#include "csv_case.h"

#include "gemmule/gemmule.h"

/* Reads two rows of inputs and targets, and compares them. */
static void assert_targets(const char *text, const char *target, size_t features, size_t targets, const double *x,
                           const double *y)
{
    const gml_dataset_options options = {.target = target};
    gml_dataset *dataset = open_text(text, &options);
    double inputs[16], values[16];
    ck_assert_uint_eq(gml_dataset_size(dataset), 2);
    ck_assert_uint_eq(gml_dataset_features(dataset), features);
    ck_assert_uint_eq(gml_dataset_targets(dataset), targets);
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_REGRESSION);
    assert_ok(context, gml_dataset_gather(dataset, NULL, 2, gml_matrix_f64(inputs, 2, features),
                                          gml_matrix_f64(values, 2, targets)));
    ck_assert_mem_eq(inputs, x, 2 * features * sizeof *x);
    ck_assert_mem_eq(values, y, 2 * targets * sizeof *y);
    gml_dataset_destroy(dataset);
}

TEST(targets_are_columns_in_the_order_of_their_list)
{
    const double x[] = {1, 2, 5, 6}, y[] = {4, 3, 8, 7};
    assert_targets("p,q,s,t\n1,2,3,4\n5,6,7,8\n", "t,s", 2, 2, x, y);
    assert_targets("p,q,s,t\n1,2,3,4\n5,6,7,8\n", " t , 's' ", 2, 2, x, y);
    assert_targets("p,q,s,t\n1,2,3,4\n5,6,7,8\n", "3,-2", 2, 2, x, y);
    assert_targets("p,q,s,t\n1,2,3,4\n5,6,7,8\n", "t,2", 2, 2, x, y);
    assert_targets("1,2,3,4\n5,6,7,8\n", "3,2", 2, 2, x, y);
    assert_targets("1,2,3,4\n5,6,7,8\n", "-1,-2", 2, 2, x, y);
}

TEST(a_name_with_commas_or_quotes_goes_in_quotes)
{
    const double x[] = {1, 5}, y[] = {2, 4, 6, 8};
    const char *text = "p,\"a,b\",\"it's\",t\n1,2,3,4\n5,6,7,8\n";
    const double x2[] = {1, 3, 5, 7};
    assert_targets(text, "'a,b',t", 2, 2, x2, y);
    assert_targets("p,\"\",t\n1,2,4\n5,6,8\n", "'',t", 1, 2, x, y);
    const double three[] = {3, 2, 4, 7, 6, 8};
    assert_targets(text, "'it''s','a,b',t", 1, 3, x, three);
}

TEST(the_whole_name_of_a_column_is_one_target)
{
    const double x[] = {1, 2, 4, 5}, y[] = {3, 6};
    const char *texts[] = {"a,b,\"a,b\"\n1,2,3\n4,5,6\n", "a,b,'b\n1,2,3\n4,5,6\n"};
    const char *names[] = {"a,b", "'b"};
    for (size_t i = 0; i < 2; i++) {
        assert_targets(texts[i], names[i], 2, 1, x, y);
    }
}

TEST(several_targets_are_values_whatever_numbers_they_hold)
{
    const gml_dataset_options options = {.target = "s,t"};
    gml_dataset *dataset = open_text("p,s,t\n1,0,1\n2,1,0\n3,0,1\n4,1,0\n", &options);
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_REGRESSION);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 0);
    ck_assert_str_eq(gml_dataset_task_reason(dataset), "several targets are values");
    gml_dataset_destroy(dataset);
}

TEST(lists_that_name_no_columns_are_refused)
{
    const char *text = "p,s,t,k\n1,2,3,a\n4,5,6,b\n";
    const struct {
        gml_dataset_options options;
        gml_status status;
        const char *says;
    } cases[] = {{{.target = "s,u"}, GML_ERROR_NAME, "no column \"u\""},
                 {{.target = "s,9"}, GML_ERROR_NAME, "no column 9"},
                 {{.target = "s,1"}, GML_ERROR_ARGUMENT, "column 2 is named twice"},
                 {{.target = "s,,t"}, GML_ERROR_ARGUMENT, "a name is missing"},
                 {{.target = "s,"}, GML_ERROR_ARGUMENT, "a name is missing"},
                 {{.target = "'s,t"}, GML_ERROR_ARGUMENT, "the quote is not closed"},
                 {{.target = "'s' t"}, GML_ERROR_ARGUMENT, "a comma is expected"},
                 {{.target = "s,t", .weights = "t"}, GML_ERROR_ARGUMENT, "both the target and the weights"},
                 {{.target = "s,t", .groups = "s"}, GML_ERROR_ARGUMENT, "both the target and the groups"},
                 {{.target = "s,t", .ignore = "t"}, GML_ERROR_ARGUMENT, "cannot be the target and ignored"},
                 {{.target = "p,s,t,k"}, GML_ERROR_DATA, "4 of them the targets, which leaves no inputs"},
                 {{.target = "s,t", .task = GML_TASK_CLASSIFICATION}, GML_ERROR_ARGUMENT, "can only be values"},
                 {{.target = "s,k"}, GML_ERROR_DATA, "column 4 (\"k\"): no target is a number"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(context, open_bad_text(text, &cases[i].options), cases[i].status, cases[i].says, NULL);
    }
}

TEST(each_target_of_a_sample_may_be_missing)
{
    const gml_dataset_options options = {.target = "s,t", .missing_targets = 1}, strict = {.target = "s,t"};
    const char *text = "p,s,t\n1,,1\n2,3,NA\n3,,\n4,7,8\n";
    double y[8];
    gml_dataset *dataset = open_text(text, &options);
    assert_ok(context, gml_dataset_gather(dataset, NULL, 4, gml_matrix_none(), gml_matrix_f64(y, 4, 2)));
    const bool missing[] = {true, false, false, true, true, true, false, false};
    for (size_t i = 0; i < 8; i++) {
        ck_assert_int_eq(isnan(y[i]), missing[i]);
    }
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text(text, &strict), GML_ERROR_DATA, "line 2, column 2 (\"s\")", NULL);
    assert_refused(context, open_bad_text("p,s,t\n1,2,\n2,3,\n", &options), GML_ERROR_DATA, "not one target is known",
                   NULL);
}

/* A network that was adapted to the data, and the same read from its file. */
static gml_network *learned(const gml_dataset *dataset)
{
    gml_network *network = NULL, *loaded = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 2", NULL, &network));
    assert_ok(context, gml_network_adapt(network, dataset, GML_SCALING_AUTO));
    const char *path = put_text("model", "");
    assert_ok(context, gml_model_save(network, path));
    assert_ok(context, gml_model_load(context, path, &loaded));
    gml_network_destroy(network);
    return loaded;
}

static void assert_reads(const gml_network *network, gml_choice targets, const char *text, size_t count,
                         const double *expected)
{
    gml_dataset_options options = gml_network_data_options(network);
    double y[4];
    options.targets = targets;
    gml_dataset *dataset = open_text(text, &options);
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    ck_assert_uint_eq(gml_dataset_targets(dataset), count);
    if (count > 0) {
        assert_ok(context, gml_dataset_gather(dataset, NULL, 2, gml_matrix_none(), gml_matrix_f64(y, 2, 2)));
        ck_assert_mem_eq(y, expected, sizeof y);
    }
    gml_dataset_destroy(dataset);
}

TEST(a_network_keeps_the_names_and_finds_its_targets_by_them)
{
    const gml_dataset_options options = {.target = "t,'a,b'"};
    const double y[] = {2, 3, 6, 7};
    gml_dataset *dataset = open_text("p,t,\"a,b\",q\n1,2,3,4\n5,6,7,8\n", &options);
    gml_network *network = learned(dataset);
    ck_assert_str_eq(gml_network_target_name(network), "t,'a,b'");
    ck_assert_str_eq(gml_network_target_name_at(network, 0), "t");
    ck_assert_str_eq(gml_network_target_name_at(network, 1), "a,b");
    ck_assert_ptr_null(gml_network_target_name_at(network, 2));
    ck_assert_str_eq(gml_dataset_target_name_at(dataset, 1), "a,b");
    ck_assert_ptr_null(gml_dataset_target_name_at(dataset, 2));
    assert_reads(network, GML_CHOICE_YES, "\"a,b\",q,p,t\n3,4,1,2\n7,8,5,6\n", 2, y);
    assert_reads(network, GML_CHOICE_AUTO, "q,p\n4,1\n8,5\n", 0, NULL);
    assert_reads(network, GML_CHOICE_AUTO, "q,p,t\n4,1,2\n8,5,6\n", 0, NULL); /* not all targets are there */
    assert_reads(network, GML_CHOICE_NO, "\"a,b\",q,p,t\nx,4,1,\n,8,5,y\n", 0, NULL);
    assert_reads(network, GML_CHOICE_YES, "1,2,3,4\n5,6,7,8\n", 2, y); /* no header row: by place */
    assert_reads(network, GML_CHOICE_AUTO, "1,4\n5,8\n", 0, NULL);
    gml_dataset_options again = gml_network_data_options(network);
    again.targets = GML_CHOICE_YES;
    assert_refused(context, open_bad_text("q,p,t\n4,1,2\n", &again), GML_ERROR_DATA, "has no column \"a,b\"", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(dataset);
}

TEST(names_that_a_list_would_read_otherwise_are_kept_in_quotes)
{
    const gml_dataset_options options = {.target = "'', ' b ','it''s','a,b'"};
    gml_dataset *dataset = open_text("p,\"\",\" b \",it's,\"a,b\"\n1,2,3,4,5\n6,7,8,9,0\n", &options);
    ck_assert_str_eq(gml_dataset_target_name(dataset), "column 2,' b ','it''s','a,b'");
    const gml_dataset_options again = {.target = gml_dataset_target_name(dataset)};
    gml_dataset *same = open_text("p,\"\",\" b \",it's,\"a,b\"\n1,2,3,4,5\n6,7,8,9,0\n", &again);
    ck_assert_uint_eq(gml_dataset_targets(same), 4);
    gml_dataset_destroy(same);
    gml_dataset_destroy(dataset);
}

TEST(a_network_of_a_file_without_names_finds_its_targets_by_place)
{
    const gml_dataset_options options = {.target = "0,2"};
    const double y[] = {1, 3, 5, 7};
    gml_dataset *dataset = open_text("1,2,3,4\n5,6,7,8\n", &options);
    gml_network *network = learned(dataset);
    ck_assert_str_eq(gml_network_target_name(network), "0,2");
    ck_assert_ptr_null(gml_network_target_name_at(network, 0));
    assert_reads(network, GML_CHOICE_YES, "1,2,3,4\n5,6,7,8\n", 2, y);
    assert_reads(network, GML_CHOICE_AUTO, "2,4\n6,8\n", 0, NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("targets", 60);
}
