/* tests/data/split.c - a split has every sample once, by seed and by class, and can be split again. */
#include <math.h>

#include "dataset_case.h"

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

/* A digest (FNV-1a) of the samples of a part of `numbered`, in their order. */
static uint64_t digest(gml_dataset *part)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < gml_dataset_size(part); i++) {
        hash = (hash ^ (uint64_t)first_input(part, i)) * 0x100000001b3u;
    }
    return hash;
}

/* Published results depend on the validation part that a seed chooses. */
TEST(the_parts_of_a_seed_are_those_of_version_0_4)
{
    static const struct {
        double fraction;
        uint64_t seed, of_classes, of_values;
    } parts[] = {{0.2, 1, 0xcd11c23ed69187ab, 0xba5878af4f0feb84},
                 {0.2, 42, 0xfee5f7673bf6430b, 0x085510a530ee8c9b},
                 {0.333, 0, 0xb90cd2945106de06, 0x0765e63921d92435},
                 {0.9, UINT64_MAX, 0x98a5bc79543c2785, 0x056d25e5bfc1335a},
                 {1e-9, 3, 0xaf60f64c85fcffba, 0xaf62094c85fed303}};
    gml_dataset *classes = numbered(GML_F64), *values = numbered_as(GML_F64, GML_TASK_REGRESSION);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        gml_dataset *first = NULL, *second = NULL;
        assert_ok(context, gml_dataset_split(classes, parts[i].fraction, parts[i].seed, &first, &second));
        ck_assert_uint_eq(digest(second), parts[i].of_classes);
        gml_dataset_destroy(first);
        gml_dataset_destroy(second);
        assert_ok(context, gml_dataset_split(values, parts[i].fraction, parts[i].seed, &first, &second));
        ck_assert_uint_eq(digest(second), parts[i].of_values);
        gml_dataset_destroy(first);
        gml_dataset_destroy(second);
    }
    gml_dataset_destroy(values);
    gml_dataset_destroy(classes);
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
