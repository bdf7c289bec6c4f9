/* tests/library/null_data.c - null pointers for each function of datasets. */
#include "null_case.h"

static void dataset_from_matrices(const objects *o)
{
    gml_dataset *made = NULL;
    refused(gml_dataset_from_matrices(NULL, o->x, o->y, GML_TASK_AUTO, &made));
    refused_as(o, "dataset", gml_dataset_from_matrices(o->context, o->x, o->y, GML_TASK_AUTO, NULL));
    refused_view(o, gml_dataset_from_matrices(o->context, o->none, o->y, GML_TASK_AUTO, &made));
    refused_view(o, gml_dataset_from_matrices(o->context, o->wild, o->y, GML_TASK_AUTO, &made));
    refused_view(o, gml_dataset_from_matrices(o->context, o->x, o->y, (gml_task)77, &made));
}

static void dataset_create(const objects *o)
{
    gml_dataset *made = NULL;
    const gml_dataset_parts good = {.inputs = o->x, .targets = o->y}, empty = {.targets = o->y};
    refused(gml_dataset_create(NULL, &good, &made));
    refused_as(o, "parts", gml_dataset_create(o->context, NULL, &made));
    refused_as(o, "dataset", gml_dataset_create(o->context, &good, NULL));
    refused_view(o, gml_dataset_create(o->context, &empty, &made));
}

static void dataset_open(const objects *o)
{
    gml_dataset *made = NULL;
    const char *const names[] = {"a", NULL};
    const gml_dataset_options unnamed = {.classes = 2}, half = {.classes = 2, .class_names = names},
                              inputs_half = {.features = 2, .feature_names = names},
                              uncounted = {.feature_names = names};
    refused(gml_dataset_open(NULL, "data.csv", NULL, &made));
    refused_as(o, "path", gml_dataset_open(o->context, NULL, NULL, &made));
    refused_as(o, "dataset", gml_dataset_open(o->context, "data.csv", NULL, NULL));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &unnamed, &made));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &half, &made));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &inputs_half, &made));
    refused_view(o, gml_dataset_open(o->context, "data.csv", &uncounted, &made));
}

static void dataset_part_exists(const objects *o)
{
    ck_assert_int_eq(gml_dataset_part_exists(NULL, "/tmp", "train"), 0);
    ck_assert_int_eq(gml_dataset_part_exists(o->context, NULL, "train"), 0);
    ck_assert_int_eq(gml_dataset_part_exists(o->context, "/tmp", NULL), 0);
}

static void dataset_split(const objects *o)
{
    gml_dataset *first = NULL, *second = NULL;
    refused(gml_dataset_split(NULL, 0.5, 1, &first, &second));
    refused_as(o, "first", gml_dataset_split(o->dataset, 0.5, 1, NULL, &second));
    refused_as(o, "second", gml_dataset_split(o->dataset, 0.5, 1, &first, NULL));
}

static void split_create(const objects *o)
{
    gml_split *split = NULL;
    refused(gml_split_create(NULL, NULL, &split));
    refused_as(o, "split", gml_split_create(o->dataset, NULL, NULL));
    assert_ok(o->context, gml_split_create(o->dataset, NULL, &split));
    gml_split_destroy(split);
}

static void split_fold(const objects *o)
{
    gml_split *split = NULL;
    gml_dataset *train = NULL, *validation = NULL;
    assert_ok(o->context, gml_split_create(o->dataset, NULL, &split));
    refused(gml_split_fold(NULL, 0, 0, &train, &validation));
    refused_as(o, "train", gml_split_fold(split, 0, 0, NULL, &validation));
    refused_as(o, "validation", gml_split_fold(split, 0, 0, &train, NULL));
    gml_split_destroy(split);
}

static void split_destroy(const objects *o)
{
    (void)o;
    gml_split_destroy(NULL);
}

static void split_kind(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_split_kind(NULL));
}

static void split_folds(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_split_folds(NULL), 0);
}

static void split_repeats(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_split_repeats(NULL), 0);
}

static void split_fold_of(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_split_fold_of(NULL, 0, 0), SIZE_MAX);
}

static void split_note(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_split_note(NULL, 0));
}

static void dataset_destroy(const objects *o)
{
    (void)o;
    gml_dataset_destroy(NULL);
}

static void dataset_size(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_size(NULL), 0);
}

static void dataset_dtype(const objects *o)
{
    (void)o;
    ck_assert_int_eq(gml_dataset_dtype(NULL), GML_F32);
}

static void dataset_features(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_features(NULL), 0);
}

static void dataset_targets(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_targets(NULL), 0);
}

static void dataset_classes(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_classes(NULL), 0);
}

static void dataset_groups(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_dataset_groups(NULL), 0);
}

static void dataset_task(const objects *o)
{
    (void)o;
    ck_assert_int_eq(gml_dataset_task(NULL), GML_TASK_AUTO);
}

static void dataset_feature_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_dataset_feature_name(NULL, 0));
}

static void dataset_class_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_dataset_class_name(NULL, 0));
}

static void dataset_target_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_dataset_target_name(NULL));
}

static void dataset_target_name_at(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_dataset_target_name_at(NULL, 0));
}

static void dataset_gather(const objects *o)
{
    refused(gml_dataset_gather(NULL, NULL, ROWS, o->x, o->y));
    refused_view(
        o, gml_dataset_gather(o->dataset, NULL, ROWS, gml_matrix_view(o->x.data, (gml_dtype)77, ROWS, INPUTS), o->y));
    assert_ok(o->context, gml_dataset_gather(o->dataset, NULL, ROWS, o->none, o->none));
}

const null_case null_cases_data[] = {
    {"dataset_from_matrices", dataset_from_matrices},
    {"dataset_create", dataset_create},
    {"dataset_open", dataset_open},
    {"dataset_part_exists", dataset_part_exists},
    {"dataset_split", dataset_split},
    {"split_create", split_create},
    {"split_fold", split_fold},
    {"split_destroy", split_destroy},
    {"split_kind", split_kind},
    {"split_folds", split_folds},
    {"split_repeats", split_repeats},
    {"split_fold_of", split_fold_of},
    {"split_note", split_note},
    {"dataset_destroy", dataset_destroy},
    {"dataset_size", dataset_size},
    {"dataset_dtype", dataset_dtype},
    {"dataset_features", dataset_features},
    {"dataset_targets", dataset_targets},
    {"dataset_classes", dataset_classes},
    {"dataset_groups", dataset_groups},
    {"dataset_task", dataset_task},
    {"dataset_feature_name", dataset_feature_name},
    {"dataset_class_name", dataset_class_name},
    {"dataset_target_name", dataset_target_name},
    {"dataset_target_name_at", dataset_target_name_at},
    {"dataset_gather", dataset_gather},
    {NULL, NULL},
};
