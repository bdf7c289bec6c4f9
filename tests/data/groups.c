/* tests/data/groups.c - the column of groups of a CSV: it is no input, splits keep its groups whole, and a network that
 * learned beside it reads files with and without it. */
#include "csv_case.h"

#include "gemmule/gemmule.h"

static const char patients[] = "x,patient,y\n1,ann,2.5\n2,bo,3\n3,ann,4\n4,7,5\n5,7.0,6\n6,bo,7\n7,\"a,b\",8\n8,+7,9\n";
static const size_t groups[] = {0, 1, 0, 2, 2, 1, 3, 2}; /* of its rows; numbers of equal value are one group */

static void assert_groups_whole(const gml_dataset *dataset, const size_t *group, size_t folds)
{
    gml_split *split = NULL;
    const gml_split_options options = {.folds = folds};
    assert_ok(context, gml_split_create(dataset, &options, &split));
    ck_assert_str_eq(gml_split_kind(split), "group");
    for (size_t i = 0; i < gml_dataset_size(dataset); i++) {
        for (size_t j = 0; j < i; j++) {
            ck_assert(group[i] != group[j] || gml_split_fold_of(split, 0, i) == gml_split_fold_of(split, 0, j));
        }
    }
    gml_split_destroy(split);
}

TEST(texts_and_numbers_of_a_column_are_groups_and_no_input)
{
    const double expected[] = {1, 2.5, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9};
    const char *const columns[] = {"patient", "1", "-2"};
    for (size_t k = 0; k < 3; k++) {
        const gml_dataset_options options = {.groups = columns[k]};
        gml_dataset *dataset = open_text(patients, &options);
        assert_holds(dataset, 8, 1, expected);
        ck_assert_uint_eq(gml_dataset_groups(dataset), 4);
        assert_groups_whole(dataset, groups, 4);
        assert_groups_whole(dataset, groups, 2);
        gml_dataset_destroy(dataset);
    }
    gml_dataset *dataset = open_text("1,2,5\n3,4,6\n", NULL);
    ck_assert_uint_eq(gml_dataset_groups(dataset), 0);
    gml_dataset_destroy(dataset);
}

TEST(without_a_target_option_the_target_is_the_last_column_that_is_not_the_groups)
{
    const double expected[] = {1, 2, 3, 4}, weighed[] = {1, 2, 5, 6};
    const gml_dataset_options options = {.groups = "2"}, both = {.groups = "3", .weights = "2"};
    gml_dataset *dataset = open_text("1,2,a\n3,4,b\n", &options);
    assert_holds(dataset, 2, 1, expected);
    gml_dataset_destroy(dataset);
    dataset = open_text("1,2,1,a\n5,6,2,b\n", &both);
    assert_holds(dataset, 2, 1, weighed);
    gml_dataset_destroy(dataset);
}

TEST(a_group_does_not_decide_whether_the_first_row_is_names)
{
    const double expected[] = {1, 0, 3, 1};
    const gml_dataset_options options = {.groups = "0"};
    gml_dataset *dataset = open_text("ann,1,a\n7,3,b\n", &options);
    assert_holds(dataset, 2, 1, expected);
    gml_dataset_destroy(dataset);
}

TEST(parts_keep_their_groups)
{
    const gml_dataset_options options = {.groups = "patient"};
    gml_dataset *dataset = open_text(patients, &options), *train = NULL, *validation = NULL;
    gml_split *split = NULL;
    assert_ok(context, gml_split_create(dataset, &(gml_split_options){.fraction = 0.3}, &split));
    assert_ok(context, gml_split_fold(split, 0, 0, &train, &validation));
    size_t left[8], count = 0;
    for (size_t i = 0; i < 8; i++) {
        if (gml_split_fold_of(split, 0, i) != 0) {
            left[count++] = groups[i];
        }
    }
    ck_assert_uint_eq(count, gml_dataset_size(train));
    assert_groups_whole(train, left, 2);
    gml_split_destroy(split);
    gml_dataset_destroy(train);
    gml_dataset_destroy(validation);
    gml_dataset_destroy(dataset);
}

TEST(a_network_reads_files_with_and_without_the_groups_it_learned_beside)
{
    const double expected[] = {1, 2.5, 2, 3};
    const gml_dataset_options options = {.groups = "patient"}, by_place = {.groups = "1", .header = GML_CHOICE_NO};
    const char *const bare = strchr(patients, '\n') + 1;
    for (size_t k = 0; k < 2; k++) {
        gml_dataset *dataset = open_text(k == 0 ? patients : bare, k == 0 ? &options : &by_place);
        gml_network *network = NULL;
        assert_ok(context, gml_network_create(context, "1 -> 1", NULL, &network));
        assert_ok(context, gml_network_adapt(network, dataset, GML_SCALING_AUTO));
        gml_dataset_destroy(dataset);
        gml_dataset_options known = gml_network_data_options(network);
        ck_assert_str_eq(known.groups, k == 0 ? "patient" : "1");
        static const char *const texts[] = {"x,patient,y\n1,ann,2.5\n2,,3\n", "patient,y,x\nann,2.5,1\n,3,2\n",
                                            "y,x\n2.5,1\n3,2\n", "1,ann,2.5\n2,,3\n"};
        for (size_t i = k == 0 ? 0 : 3; i < 4; i++) {
            dataset = open_text(texts[i], &known);
            assert_holds(dataset, 2, 1, expected);
            ck_assert_uint_eq(gml_dataset_groups(dataset), 0);
            gml_dataset_destroy(dataset);
        }
        known.targets = GML_CHOICE_NO;
        dataset = open_text(k == 0 ? "patient,x\n,1\n,2\n" : "1\n2\n", &known);
        assert_holds(dataset, 2, 1, (const double[]){1, 2});
        gml_dataset_destroy(dataset);
        gml_network_destroy(network);
    }
}

TEST(a_column_that_cannot_be_the_groups_is_refused)
{
    const gml_dataset_options by_name = {.groups = "patient"}, other = {.groups = "pateint"}, far = {.groups = "3"};
    const gml_dataset_options as_target = {.groups = "y", .target = "y"}, weighed = {.groups = "x", .weights = "x"};
    const gml_dataset_options headed = {.groups = "patient", .header = GML_CHOICE_YES};
    static const char *const inputs[] = {"x"};
    const gml_dataset_options matched = {.features = 1, .feature_names = inputs, .groups = "patient"};
    gml_dataset *named = open_text("x,patient,y\n1,ann,2\n1,nan,2\n1,NA,3\n", &by_name); /* three names */
    ck_assert_uint_eq(gml_dataset_groups(named), 3);
    gml_dataset_destroy(named);
    assert_refused(context, open_bad_text("x,patient,y\n1,a,2\n2,,3\n", &by_name), GML_ERROR_DATA,
                   "line 3, column 2 (\"patient\")", "should hold a group", NULL);
    assert_refused(context, open_bad_text("x,patient,y\n1,7,2\n1,nan,2\n", &by_name), GML_ERROR_DATA,
                   "\"nan\" is not a group", NULL);
    assert_refused(context, open_bad_text("patient,y\na,2\n", &headed), GML_ERROR_DATA,
                   "2 columns, two of them the target and the groups", "leaves no inputs", NULL);
    assert_refused(context, open_bad_text(patients, &other), GML_ERROR_NAME, "pateint", "patient", NULL);
    assert_refused(context, open_bad_text(patients, &far), GML_ERROR_NAME, "no column 3", NULL);
    assert_refused(context, open_bad_text(patients, &as_target), GML_ERROR_ARGUMENT,
                   "column 3 cannot be both the target and the groups", NULL);
    assert_refused(context, open_bad_text("x,z,y\n1,2,3\n", &weighed), GML_ERROR_ARGUMENT,
                   "column 1 cannot be both the weights and the groups", NULL);
    assert_refused(context, open_bad_text("x,y\n1,2\n", &matched), GML_ERROR_DATA, "no column \"patient\"",
                   "the groups are \"patient\"", NULL);
}

TEST(reading_groups_survives_the_failure_of_each_allocation)
{
    const gml_dataset_options options = {.groups = "patient"};
    const char *path = put_text("table.csv", patients);
    size_t before = f.live_bytes, failures = 0;
    for (gml_status status = GML_ERROR_MEMORY; status != GML_OK; failures++) {
        gml_dataset *dataset = NULL;
        reset_faults(&f);
        f.fail_at = failures + 1;
        status = gml_dataset_open(context, path, &options, &dataset);
        ck_assert((status == GML_OK && dataset != NULL) || (status == GML_ERROR_MEMORY && dataset == NULL));
        gml_dataset_destroy(dataset);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_lt(failures, 100);
    }
    ck_assert_uint_gt(failures, 12);
}

int main(void)
{
    return run_file_tests("groups", 60);
}
