/* tests/data/dataset.c - matrices become datasets that state their sizes and give the samples asked for. */
#include <math.h>
#include <string.h>

#include "dataset_case.h"

TEST(matrices_become_a_dataset_that_tells_its_sizes)
{
    float x[6] = {1, 2, 3, 4, 5, 6};
    uint8_t y[3] = {0, 2, 1};
    gml_dataset *dataset = make(gml_matrix_f32(x, 3, 2), gml_matrix_u8(y, 3, 1), GML_TASK_AUTO);
    ck_assert_uint_eq(gml_dataset_size(dataset), 3);
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    ck_assert_uint_eq(gml_dataset_targets(dataset), 1);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 3);
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_CLASSIFICATION);
    ck_assert_ptr_null(gml_dataset_class_name(dataset, 0));
    ck_assert_ptr_null(gml_dataset_feature_name(dataset, 0));
    ck_assert_ptr_null(gml_dataset_target_name(dataset));
    gml_dataset_destroy(dataset);
    gml_dataset_destroy(NULL);
}

TEST(the_task_follows_from_the_targets_unless_it_is_given)
{
    double x[3] = {1, 2, 3};
    float y[6] = {0, 1, 2, 3, 4, 5};
    uint8_t u[3] = {1, 0, 1};
    const struct {
        gml_matrix targets;
        gml_task asked, found;
        size_t classes, columns;
    } cases[] = {
        {gml_matrix_f32(y, 3, 1), GML_TASK_AUTO, GML_TASK_REGRESSION, 0, 1},
        {gml_matrix_f32(y, 3, 1), GML_TASK_CLASSIFICATION, GML_TASK_CLASSIFICATION, 3, 1},
        {gml_matrix_f32(y, 3, 2), GML_TASK_AUTO, GML_TASK_REGRESSION, 0, 2},
        {gml_matrix_u8(u, 3, 1), GML_TASK_AUTO, GML_TASK_CLASSIFICATION, 2, 1},
        {gml_matrix_u8(u, 3, 1), GML_TASK_REGRESSION, GML_TASK_REGRESSION, 0, 1},
        {gml_matrix_none(), GML_TASK_AUTO, GML_TASK_AUTO, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = make(gml_matrix_f64(x, 3, 1), cases[i].targets, cases[i].asked);
        ck_assert_int_eq(gml_dataset_task(dataset), cases[i].found);
        ck_assert_uint_eq(gml_dataset_classes(dataset), cases[i].classes);
        ck_assert_uint_eq(gml_dataset_targets(dataset), cases[i].columns);
        gml_dataset_destroy(dataset);
    }
}

TEST(class_numbers_are_found_in_rows_that_lie_apart)
{
    double x[3] = {1, 2, 3};
    float table[9] = {0, 90, 90, 2, 90, 90, 1, 90, 90};
    gml_matrix targets = gml_matrix_f32(table, 3, 1);
    targets.stride = 3;
    gml_dataset *dataset = make(gml_matrix_f64(x, 3, 1), targets, GML_TASK_CLASSIFICATION);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 3);
    gml_dataset_destroy(dataset);
}

TEST(class_numbers_must_be_whole_and_not_negative)
{
    double x[3] = {1, 2, 3};
    const double bad[] = {0.5, -1.0, (double)NAN, (double)INFINITY, 1e300, 16777216.0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double y[3] = {0, 1, bad[i]};
        gml_dataset *dataset = NULL;
        assert_refused(context,
                       gml_dataset_from_matrices(context, gml_matrix_f64(x, 3, 1), gml_matrix_f64(y, 3, 1),
                                                 GML_TASK_CLASSIFICATION, &dataset),
                       GML_ERROR_DATA, "row 3", NULL);
        ck_assert_ptr_null(dataset);
    }
}

TEST(matrices_that_do_not_fit_are_refused)
{
    double x[6] = {0};
    gml_matrix good = gml_matrix_f64(x, 3, 2);
    gml_matrix narrow = good;
    gml_matrix huge = good;
    gml_matrix odd = good;
    narrow.stride = 1;
    huge.rows = SIZE_MAX / 4;
    odd.dtype = (gml_dtype)9;
    const struct {
        gml_matrix inputs, targets;
        gml_task task;
        gml_status status;
        const char *text;
    } cases[] = {
        {gml_matrix_none(), good, GML_TASK_AUTO, GML_ERROR_ARGUMENT, "inputs"},
        {odd, good, GML_TASK_AUTO, GML_ERROR_ARGUMENT, "dtype"},
        {gml_matrix_f64(x, 0, 2), good, GML_TASK_AUTO, GML_ERROR_SHAPE, "0 x 2"},
        {narrow, good, GML_TASK_AUTO, GML_ERROR_SHAPE, "1 entries apart"},
        {huge, good, GML_TASK_AUTO, GML_ERROR_SHAPE, "memory"},
        {good, gml_matrix_f64(x, 2, 1), GML_TASK_AUTO, GML_ERROR_SHAPE, "3 rows of inputs, but 2"},
        {good, good, GML_TASK_CLASSIFICATION, GML_ERROR_SHAPE, "2 columns"},
        {good, good, (gml_task)7, GML_ERROR_ARGUMENT, "7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = NULL;
        assert_refused(context,
                       gml_dataset_from_matrices(context, cases[i].inputs, cases[i].targets, cases[i].task, &dataset),
                       cases[i].status, cases[i].text, NULL);
        ck_assert_ptr_null(dataset);
    }
}

TEST(gathering_gives_the_samples_asked_for_from_every_type)
{
    size_t order[600];
    for (size_t i = 0; i < 600; i++) {
        order[i] = (i * 37 + 5) % N;
    }
    for (int dtype = GML_F32; dtype <= GML_U8; dtype++) {
        gml_dataset *dataset = numbered((gml_dtype)dtype);
        static double x[600][5];
        static float y[600];
        gml_matrix inputs = gml_matrix_f64(x[0], 600, 2);
        inputs.stride = 5;
        memset(x, 0xff, sizeof x);
        assert_ok(context, gml_dataset_gather(dataset, order, 600, inputs, gml_matrix_f32(y, 600, 1)));
        for (size_t i = 0; i < 600; i++) {
            ck_assert_uint_eq(sample_of(x[i]), order[i]);
            ck_assert(isnan(x[i][2]));
            ck_assert_float_eq(y[i], order[i] % 10 == 0 ? 1 : order[i] % 2 == 0 ? 0 : 2);
        }
        gml_dataset_destroy(dataset);
    }
}

TEST(gathering_without_an_order_takes_the_first_samples)
{
    gml_dataset *dataset = numbered(GML_U8);
    static double x[300][2];
    assert_ok(context, gml_dataset_gather(dataset, NULL, 300, gml_matrix_f64(x[0], 300, 2), gml_matrix_none()));
    for (size_t i = 0; i < 300; i++) {
        ck_assert_uint_eq(sample_of(x[i]), i);
    }
    gml_dataset_destroy(dataset);
}

TEST(gathering_refuses_what_does_not_fit_and_allocates_nothing)
{
    gml_dataset *dataset = numbered(GML_F32);
    double x[6];
    size_t order[3] = {0, 999, 1000};
    size_t before = f.allocations;
    gml_matrix none = gml_matrix_none();
    assert_refused(context, gml_dataset_gather(dataset, order, 3, gml_matrix_f64(x, 3, 2), none), GML_ERROR_ARGUMENT,
                   "sample 1000", "1000", NULL);
    assert_refused(context, gml_dataset_gather(dataset, NULL, 1001, none, none), GML_ERROR_ARGUMENT, "sample 1000",
                   NULL);
    assert_refused(context, gml_dataset_gather(dataset, order, 2, gml_matrix_f64(x, 3, 2), none), GML_ERROR_SHAPE,
                   "inputs", "3 x 2", NULL);
    assert_refused(context, gml_dataset_gather(dataset, order, 2, none, gml_matrix_f64(x, 2, 2)), GML_ERROR_SHAPE,
                   "targets", NULL);
    assert_refused(context, gml_dataset_gather(dataset, order, 2, gml_matrix_u8((uint8_t *)x, 2, 2), none),
                   GML_ERROR_ARGUMENT, "u8", NULL);
    assert_ok(context, gml_dataset_gather(dataset, order, 2, gml_matrix_f64(x, 2, 2), none));
    ck_assert_uint_eq(f.allocations, before);
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("data", 60);
}
