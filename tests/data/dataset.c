/* tests/data/dataset.c - datasets over matrices: what they say, gathering, splitting (data/dataset.c, data/split.c). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

static gml_dataset *make(gml_matrix inputs, gml_matrix targets, gml_task task)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, inputs, targets, task, &dataset));
    return dataset;
}

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

/* ---- gathering ---- */

enum { N = 1000 };

/* A dataset whose sample i has the inputs i and i % 256 + 0.5 ... as u8: i / 4, i % 256. */
static gml_dataset *numbered(gml_dtype dtype)
{
    static uint8_t u[N][3];
    static float s[N][3];
    static double d[N][3];
    static uint8_t y[N];
    for (size_t i = 0; i < N; i++) {
        u[i][0] = (uint8_t)(i / 4);
        u[i][1] = (uint8_t)(i % 256);
        d[i][0] = u[i][0];
        s[i][0] = u[i][0];
        d[i][1] = u[i][1];
        s[i][1] = u[i][1];
        u[i][2] = 77; /* beyond the columns */
        d[i][2] = 77;
        s[i][2] = 77;
        y[i] = (uint8_t)(i % 10 == 0 ? 1 : i % 2 == 0 ? 0 : 2);
    }
    const void *data = dtype == GML_U8 ? (void *)u : dtype == GML_F32 ? (void *)s : (void *)d;
    gml_matrix inputs = gml_matrix_view(data, dtype, N, 2);
    inputs.stride = 3;
    return make(inputs, gml_matrix_u8(y, N, 1), GML_TASK_AUTO);
}

static size_t sample_of(const double *row)
{
    size_t quarter = (size_t)row[0];
    return quarter * 4 + ((size_t)row[1] - quarter * 4 % 256);
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

/* ---- splitting ---- */

/* Marks the samples of a part of `numbered`; each may be marked once. */
static void mark(gml_dataset *part, size_t *seen, size_t *per_class)
{
    static double x[N][2];
    static double y[N];
    size_t n = gml_dataset_size(part);
    assert_ok(context, gml_dataset_gather(part, NULL, n, gml_matrix_f64(x[0], n, 2), gml_matrix_f64(y, n, 1)));
    for (size_t i = 0; i < n; i++) {
        size_t sample = sample_of(x[i]);
        ck_assert_uint_lt(sample, N);
        ck_assert_uint_eq(seen[sample]++, 0);
        per_class[(size_t)y[i]]++;
    }
}

TEST(a_split_has_every_sample_once_and_each_class_gives_its_share)
{
    gml_dataset *dataset = numbered(GML_U8);
    const double fractions[] = {0.5, 0.2, 0.1, 0.333, 0.9};
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) {
        size_t seen[N] = {0};
        size_t first_classes[3] = {0};
        size_t second_classes[3] = {0};
        gml_dataset *first = NULL;
        gml_dataset *second = NULL;
        assert_ok(context, gml_dataset_split(dataset, fractions[i], i, &first, &second));
        ck_assert_uint_eq(gml_dataset_size(second), (size_t)floor(fractions[i] * N + 0.5));
        ck_assert_uint_eq(gml_dataset_size(first) + gml_dataset_size(second), N);
        mark(first, seen, first_classes);
        mark(second, seen, second_classes);
        for (size_t c = 0; c < 3; c++) {
            double share = fractions[i] * (double)(first_classes[c] + second_classes[c]);
            ck_assert_double_le(fabs((double)second_classes[c] - share), 1.0);
        }
        gml_dataset_destroy(first);
        gml_dataset_destroy(second);
    }
    gml_dataset_destroy(dataset);
}

static double first_input(gml_dataset *dataset, size_t sample)
{
    double x[2];
    assert_ok(context, gml_dataset_gather(dataset, &sample, 1, gml_matrix_f64(x, 1, 2), gml_matrix_none()));
    return (double)sample_of(x);
}

TEST(the_same_seed_cuts_the_same_and_another_seed_another)
{
    gml_dataset *dataset = numbered(GML_F64);
    gml_dataset *parts[3][2];
    const uint64_t seeds[3] = {5, 5, 6};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(context, gml_dataset_split(dataset, 0.3, seeds[i], &parts[i][0], &parts[i][1]));
    }
    size_t same = 0;
    for (size_t k = 0; k < 300; k++) {
        ck_assert_double_eq(first_input(parts[0][1], k), first_input(parts[1][1], k));
        same += first_input(parts[0][1], k) == first_input(parts[2][1], k);
    }
    ck_assert_uint_lt(same, 100);
    for (size_t i = 0; i < 3; i++) {
        gml_dataset_destroy(parts[i][0]);
        gml_dataset_destroy(parts[i][1]);
    }
    gml_dataset_destroy(dataset);
}

TEST(a_part_can_be_cut_again)
{
    gml_dataset *dataset = numbered(GML_F32);
    gml_dataset *first = NULL;
    gml_dataset *second = NULL;
    gml_dataset *third = NULL;
    gml_dataset *fourth = NULL;
    size_t seen[N] = {0};
    size_t classes[3] = {0};
    assert_ok(context, gml_dataset_split(dataset, 0.4, 1, &first, &second));
    assert_ok(context, gml_dataset_split(first, 0.5, 2, &third, &fourth));
    mark(second, seen, classes);
    mark(third, seen, classes);
    mark(fourth, seen, classes);
    ck_assert_uint_eq(classes[0] + classes[1] + classes[2], N);
    gml_dataset_destroy(third);
    gml_dataset_destroy(fourth);
    gml_dataset_destroy(first);
    gml_dataset_destroy(second);
    gml_dataset_destroy(dataset);
}

TEST(both_parts_have_at_least_one_sample)
{
    double x[2] = {1, 2};
    gml_dataset *dataset = make(gml_matrix_f64(x, 2, 1), gml_matrix_f64(x, 2, 1), GML_TASK_AUTO);
    const double fractions[] = {1e-9, 0.999999};
    for (size_t i = 0; i < 2; i++) {
        gml_dataset *first = NULL;
        gml_dataset *second = NULL;
        assert_ok(context, gml_dataset_split(dataset, fractions[i], 0, &first, &second));
        ck_assert_uint_eq(gml_dataset_size(first), 1);
        ck_assert_uint_eq(gml_dataset_size(second), 1);
        gml_dataset_destroy(first);
        gml_dataset_destroy(second);
    }
    gml_dataset_destroy(dataset);
}

TEST(a_split_that_cannot_be_is_refused)
{
    double x[2] = {1, 2};
    gml_dataset *first = NULL;
    gml_dataset *second = NULL;
    gml_dataset *dataset = make(gml_matrix_f64(x, 2, 1), gml_matrix_none(), GML_TASK_AUTO);
    const double fractions[] = {0.0, 1.0, -0.5, 1.5, (double)NAN};
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) {
        assert_refused(context, gml_dataset_split(dataset, fractions[i], 0, &first, &second), GML_ERROR_ARGUMENT,
                       "between 0 and 1", NULL);
    }
    gml_dataset_destroy(dataset);
    dataset = make(gml_matrix_f64(x, 1, 1), gml_matrix_none(), GML_TASK_AUTO);
    assert_refused(context, gml_dataset_split(dataset, 0.5, 0, &first, &second), GML_ERROR_ARGUMENT, "1 sample", NULL);
    gml_dataset_destroy(dataset);
}

TEST(splitting_survives_the_failure_of_each_allocation)
{
    gml_dataset *dataset = numbered(GML_U8);
    size_t before = f.live_bytes;
    gml_status status = GML_ERROR_MEMORY;
    for (size_t n = 1; status != GML_OK; n++) {
        gml_dataset *first = NULL;
        gml_dataset *second = NULL;
        reset_faults(&f);
        f.fail_at = n;
        status = gml_dataset_split(dataset, 0.5, 1, &first, &second);
        ck_assert(status == GML_OK || (status == GML_ERROR_MEMORY && first == NULL && second == NULL));
        gml_dataset_destroy(first);
        gml_dataset_destroy(second);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_lt(n, 20);
    }
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("data", 60);
}
