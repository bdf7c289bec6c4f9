/* tests/data/splits_refusal.c - splits that cannot be are refused with figures, and odd ones are noted in words. */
#include <math.h>
#include <string.h>

#include "splits_case.h"

/* ---- refusals ---- */

static void assert_split_refused(const gml_dataset *dataset, gml_split_options options, gml_status status,
                                 const char *first, const char *second)
{
    gml_split *split = NULL;
    assert_refused(context, gml_split_create(dataset, &options, &split), status, first, second, NULL);
    ck_assert_ptr_null(split);
}

TEST(too_few_samples_and_too_small_fractions_are_refused_with_figures)
{
    gml_dataset *dataset = counted(4, NULL), *one = counted(1, NULL);
    const struct {
        gml_split_options options;
        const char *first, *second;
    } cases[] = {
        {{.folds = 5}, "5 folds of 4 samples", "each fold needs at least one"},
        {{.folds = 1}, "1 fold:", "2 to 16777216"},
        {{.folds = SIZE_MAX}, "folds", "2 to 16777216"},
        {{.folds = 2, .fraction = 0.5}, "2 folds and a fraction of 0.5", "one of them must be 0"},
        {{.fraction = 0.1}, "0.1 of 4 samples has none", "both parts need one"},
        {{.fraction = 0.9}, "0.9 of 4 samples has all", "both parts need one"},
        {{.fraction = 1}, "a part of 1:", "between 0 and 1"},
        {{.fraction = -0.5}, "a part of -0.5:", "between 0 and 1"},
        {{.fraction = (double)NAN}, "a part of ", "between 0 and 1"},
        {{.kind = "order", .folds = 2, .repeats = 3}, "3 repeats", "would be equal"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_split_refused(dataset, cases[i].options, GML_ERROR_ARGUMENT, cases[i].first, cases[i].second);
    }
    assert_split_refused(one, (gml_split_options){.seed = 0}, GML_ERROR_ARGUMENT, "1 sample", "cut in two");
    assert_split_refused(dataset, (gml_split_options){.repeats = SIZE_MAX / 2}, GML_ERROR_MEMORY, "parts of a split",
                         NULL);
    gml_dataset_destroy(one);
    gml_dataset_destroy(dataset);
}

TEST(kinds_that_do_not_fit_the_data_are_refused)
{
    static const double x[4] = {1, 2, 3, 4};
    gml_dataset *values = counted(4, NULL), *bare = NULL;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, 4, 1), gml_matrix_none(), GML_TASK_AUTO, &bare));
    const gml_matrix groups = gml_matrix_f64(x, 4, 1);
    assert_split_refused(values, (gml_split_options){.kind = "stratfied"}, GML_ERROR_NAME, "stratfied", "stratified");
    assert_split_refused(values, (gml_split_options){.kind = "stratified"}, GML_ERROR_ARGUMENT, "needs classes",
                         "targets are values");
    assert_split_refused(bare, (gml_split_options){.kind = "stratified"}, GML_ERROR_ARGUMENT, "needs classes",
                         "there are no targets");
    assert_split_refused(values, (gml_split_options){.kind = "group"}, GML_ERROR_ARGUMENT, "\"group\"",
                         "the group of each sample");
    assert_split_refused(values, (gml_split_options){.kind = "random", .groups = groups}, GML_ERROR_ARGUMENT,
                         "\"random\"", "whole");
    gml_dataset_destroy(bare);
    gml_dataset_destroy(values);
}

TEST(bad_groups_are_refused_with_their_place)
{
    static const double x[8] = {1, 2, (double)NAN, 4, 1, 1, 1, 1};
    gml_dataset *dataset = counted(4, NULL);
    gml_matrix wrong = gml_matrix_f64(x, 4, 1);
    assert_split_refused(dataset, (gml_split_options){.groups = wrong}, GML_ERROR_DATA, "row 3", "nan");
    wrong.dtype = (gml_dtype)77;
    assert_split_refused(dataset, (gml_split_options){.groups = wrong}, GML_ERROR_SHAPE, "groups", "4 samples");
    assert_split_refused(dataset, (gml_split_options){.groups = gml_matrix_f64(x, 2, 2)}, GML_ERROR_SHAPE, "[2 x 2]",
                         "4 samples");
    assert_split_refused(dataset, (gml_split_options){.groups = gml_matrix_f64(x, 3, 1)}, GML_ERROR_SHAPE, "[3 x 1]",
                         "4 samples");
    assert_split_refused(dataset, (gml_split_options){.groups = gml_matrix_f64(x + 4, 4, 1)}, GML_ERROR_ARGUMENT,
                         "all 4 samples", "one group");
    gml_dataset_destroy(dataset);
    dataset = counted(4, NULL);
    static const uint8_t two[] = {8, 8, 9, 9};
    assert_split_refused(dataset, (gml_split_options){.folds = 3, .groups = gml_matrix_u8(two, 4, 1)},
                         GML_ERROR_ARGUMENT, "3 folds of 2 groups", "at least one");
    gml_dataset_destroy(dataset);
}

TEST(a_fold_that_is_not_there_is_refused)
{
    gml_dataset *dataset = counted(6, NULL), *train = NULL, *validation = NULL;
    gml_split *split = split_by(dataset, (gml_split_options){.folds = 3, .repeats = 2});
    assert_refused(context, gml_split_fold(split, 0, 3, &train, &validation), GML_ERROR_ARGUMENT, "fold 3 of repeat 0",
                   "2 repeats of 3 folds", NULL);
    assert_refused(context, gml_split_fold(split, 2, 0, &train, &validation), GML_ERROR_ARGUMENT, "fold 0 of repeat 2",
                   NULL);
    ck_assert_uint_eq(gml_split_fold_of(split, 2, 0), SIZE_MAX);
    ck_assert_uint_eq(gml_split_fold_of(split, 0, 6), SIZE_MAX);
    gml_split_destroy(split);
    gml_dataset_destroy(dataset);
}

/* ---- notes ---- */

/* The split has exactly these notes; null: no further one. Each is a part of the text. */
static void assert_notes(const gml_dataset *dataset, gml_split_options options, const char *first, const char *second)
{
    const char *const expected[] = {first, second, NULL};
    gml_split *split = split_by(dataset, options);
    for (size_t i = 0; i < 3; i++) {
        const char *note = gml_split_note(split, i);
        ck_assert_msg((note == NULL) == (expected[i] == NULL), "note %zu: %s", i, note != NULL ? note : "none");
        ck_assert_msg(note == NULL || strstr(note, expected[i]) != NULL, "'%s' is not '%s'", note, expected[i]);
        if (note == NULL) {
            break;
        }
    }
    gml_split_destroy(split);
}

TEST(classes_that_parts_lack_are_noted)
{
    uint8_t classes[20] = {[3] = 1, [7] = 2, [8] = 2, [9] = 2, [11] = 3, [12] = 3, [13] = 3, [14] = 3, [15] = 3};
    gml_dataset *dataset = counted(20, classes);
    assert_notes(dataset, (gml_split_options){.folds = 5, .repeats = 2},
                 "class 1 has 1 sample, all in one of the 5 folds: the training part of that fold does not have the "
                 "class",
                 "class 2 has 3 samples: 2 of the 5 folds have none of them");
    assert_notes(dataset, (gml_split_options){.folds = 4}, "class 1 has 1 sample",
                 "class 2 has 3 samples: 1 of the 4 folds has none");
    assert_notes(dataset, (gml_split_options){.folds = 3}, "class 1 has 1 sample", NULL);
    assert_notes(dataset, (gml_split_options){.kind = "order", .fraction = 0.5},
                 "class 3 has 5 samples, all in the validation part: the training part does not have the class",
                 "class 1 has 1 sample, all in the training part: the validation part does not have the class; 1 more "
                 "class is like it");
    assert_notes(dataset, (gml_split_options){.folds = 20}, "class 1 has 1 sample, all in one of the 20 folds", NULL);
    gml_dataset_destroy(dataset);
    dataset = counted(20, NULL);
    assert_notes(dataset, (gml_split_options){.folds = 5}, NULL, NULL);
    gml_dataset_destroy(dataset);
}

TEST(a_class_is_noted_by_its_name)
{
    gml_dataset *dataset = NULL;
    const char *path = put_text("a.csv", "x,kind\n1,cat\n2,dog\n3,cat\n4,cat\n5,dog\n6,cat\n7,cat\n");
    assert_ok(context, gml_dataset_open(context, path, NULL, &dataset));
    assert_notes(dataset, (gml_split_options){.folds = 3}, "class \"dog\" has 2 samples: 1 of the 3 folds has none",
                 NULL);
    gml_dataset_destroy(dataset);
}

TEST(uneven_parts_and_equal_repeats_of_groups_are_noted)
{
    uint8_t groups[100] = {0};
    for (size_t i = 60; i < 100; i++) {
        groups[i] = (uint8_t)(i < 80 ? 1 : i < 95 ? 2 : 3);
    }
    gml_dataset *dataset = counted(100, NULL);
    gml_split_options options = {.folds = 4, .repeats = 3, .groups = gml_matrix_u8(groups, 100, 1)};
    assert_notes(dataset, options, "the folds have 5 to 60 samples: groups are whole, and the largest has 60",
                 "all 3 repeats are equal");
    options = (gml_split_options){.fraction = 0.5, .groups = options.groups};
    assert_notes(dataset, options, "the validation part has 60 of the 100 samples in place of 50", NULL);
    options.fraction = 0.41;
    assert_notes(dataset, options, NULL, NULL);
    gml_dataset_destroy(dataset);
}

/* ---- memory ---- */

TEST(splits_survive_the_failure_of_each_allocation)
{
    gml_dataset *dataset = counted(MOST, four_classes());
    const gml_split_options options = {.folds = 3, .repeats = 2, .groups = gml_matrix_u8(small_groups(), MOST, 1)};
    size_t before = f.live_bytes, failures = 0;
    for (gml_status status = GML_ERROR_MEMORY; status != GML_OK; failures++) {
        gml_split *split = NULL;
        gml_dataset *train = NULL, *validation = NULL;
        reset_faults(&f);
        f.fail_at = failures + 1;
        status = gml_split_create(dataset, &options, &split);
        ck_assert_int_eq(status == GML_OK, split != NULL);
        if (status == GML_OK) {
            status = gml_split_fold(split, 1, 2, &train, &validation);
            ck_assert((status == GML_OK) == (train != NULL) && (train != NULL) == (validation != NULL));
        }
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        gml_dataset_destroy(train);
        gml_dataset_destroy(validation);
        gml_split_destroy(split);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_lt(failures, 40);
    }
    ck_assert_uint_gt(failures, 7);
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("splits_refusal", 60);
}
