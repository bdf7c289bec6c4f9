/* tests/data/splits.c - every kind of split: parts are complete and even, groups whole, seeds repeat. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "splits_case.h"

/* The options of row `row`; samples 0 .. n-1 have small_groups or four_classes where the kind needs them. */
static gml_split_options options_of(const gml_entry *row, size_t n)
{
    gml_split_options options = {.kind = row->name, .seed = 7};
    if (strcmp(row->name, "group") == 0) {
        options.groups = gml_matrix_u8(small_groups(), n, 1);
    }
    return options;
}

/* Samples of a part, which are in ascending order; each is counted in `seen`. */
static size_t count_part(gml_dataset *part, size_t *seen)
{
    double x[MOST];
    size_t n = gml_dataset_size(part);
    assert_ok(context, gml_dataset_gather(part, NULL, n, gml_matrix_f64(x, n, 1), gml_matrix_none()));
    for (size_t i = 0; i < n; i++) {
        ck_assert(i == 0 || x[i] > x[i - 1]);
        seen[(size_t)x[i]]++;
    }
    gml_dataset_destroy(part);
    return n;
}

/* Each fold's two parts have every sample once; returns the size of the validation part. */
static size_t check_fold(const gml_split *split, size_t n, size_t repeat, size_t fold)
{
    gml_dataset *train = NULL, *validation = NULL;
    size_t in_train[MOST] = {0}, in_validation[MOST] = {0};
    assert_ok(context, gml_split_fold(split, repeat, fold, &train, &validation));
    size_t rest = count_part(train, in_train), count = count_part(validation, in_validation);
    ck_assert_uint_gt(rest, 0);
    ck_assert_uint_gt(count, 0);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(in_train[i] + in_validation[i], 1);
        ck_assert_int_eq(gml_split_fold_of(split, repeat, i) == fold, in_validation[i] == 1);
    }
    return count;
}

TEST(parts_of_every_kind_are_disjoint_complete_and_even)
{
    static const size_t folds[] = {0, 2, 3, 5, 7};
    const size_t n = 160;
    gml_dataset *dataset = counted(n, four_classes());
    for (size_t row = 0; gml_split_entry(row) != NULL; row++) {
        for (size_t k = 0; k < sizeof folds / sizeof *folds; k++) {
            gml_split_options options = options_of(gml_split_entry(row), n);
            bool grouped = options.groups.data != NULL;
            options.folds = folds[k];
            options.repeats = strcmp(options.kind, "order") == 0 ? 1 : 3;
            gml_split *split = split_by(dataset, options);
            ck_assert_uint_eq(gml_split_folds(split), folds[k] > 0 ? folds[k] : 1);
            ck_assert_uint_eq(gml_split_repeats(split), options.repeats);
            for (size_t r = 0; r < options.repeats; r++) {
                size_t total = 0;
                for (size_t fold = 0; fold < gml_split_folds(split); fold++) {
                    size_t count = check_fold(split, n, r, fold), even = folds[k] > 0 ? n / folds[k] : n / 5;
                    ck_assert(grouped || count == even || (folds[k] > 0 && count == even + 1));
                    total += count;
                }
                ck_assert_uint_eq(total, folds[k] > 0 ? n : total);
            }
            gml_split_destroy(split);
        }
    }
    gml_dataset_destroy(dataset);
}

TEST(every_class_gives_each_stratified_part_its_share)
{
    const size_t n = 157;
    const uint8_t *classes = four_classes();
    static const double fractions[] = {0, 0, 0, 0.2, 0.5, 0.31};
    static const size_t folds[] = {2, 5, 10, 0, 0, 0};
    gml_dataset *dataset = counted(n, classes);
    for (size_t k = 0; k < 6; k++) {
        gml_split *split =
            split_by(dataset, (gml_split_options){.fraction = fractions[k], .folds = folds[k], .repeats = 2});
        double share = folds[k] > 0 ? 1 / (double)folds[k] : fractions[k];
        for (size_t r = 0; r < 2; r++) {
            for (size_t fold = 0; fold < gml_split_folds(split); fold++) {
                size_t all[4] = {0}, here[4] = {0};
                for (size_t i = 0; i < n; i++) {
                    all[classes[i]]++;
                    here[classes[i]] += gml_split_fold_of(split, r, i) == fold;
                }
                for (size_t c = 0; c < 4; c++) {
                    ck_assert_double_lt(fabs((double)here[c] - share * (double)all[c]), 1);
                }
            }
        }
        gml_split_destroy(split);
    }
    gml_dataset_destroy(dataset);
}

/* ---- groups ---- */

/* Sums of the folds by the greedy rule, from the textbook: the largest group left goes to the smallest fold. */
static void naive_sums(const uint8_t *groups, size_t n, size_t folds, size_t *sums)
{
    size_t sizes[256] = {0};
    for (size_t i = 0; i < n; i++) {
        sizes[groups[i]]++;
    }
    memset(sums, 0, folds * sizeof *sums);
    for (size_t size = n; size > 0; size--) {
        for (size_t g = 0; g < 256; g++) {
            size_t least = 0;
            for (size_t k = 1; k < folds; k++) {
                least = sums[k] < sums[least] ? k : least;
            }
            sums[least] += sizes[g] == size ? size : 0;
        }
    }
}

static int compare_sizes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static void assert_groups_whole(const gml_split *split, const uint8_t *groups, size_t n, size_t repeat)
{
    size_t first[256] = {0}; /* 1 + the first sample of each group */
    for (size_t i = 0; i < n; i++) {
        size_t *known = &first[groups[i]];
        *known = *known == 0 ? i + 1 : *known;
        ck_assert_uint_eq(gml_split_fold_of(split, repeat, i), gml_split_fold_of(split, repeat, *known - 1));
    }
}

TEST(groups_are_whole_and_folds_as_even_as_the_greedy_rule_makes_them)
{
    const uint8_t *groups = small_groups();
    for (size_t n = 20; n <= MOST; n += 45) {
        gml_dataset *dataset = counted(n, n % 2 == 0 ? four_classes() : NULL);
        for (size_t folds = 2; folds <= 8; folds++) {
            gml_split *split = split_by(
                dataset, (gml_split_options){.folds = folds, .repeats = 2, .groups = gml_matrix_u8(groups, n, 1)});
            for (size_t r = 0; r < 2; r++) {
                size_t sums[8] = {0}, expected[8];
                assert_groups_whole(split, groups, n, r);
                for (size_t i = 0; i < n; i++) {
                    sums[gml_split_fold_of(split, r, i)]++;
                }
                naive_sums(groups, n, folds, expected);
                qsort(sums, folds, sizeof *sums, compare_sizes);
                qsort(expected, folds, sizeof *expected, compare_sizes);
                ck_assert_mem_eq(sums, expected, folds * sizeof *sums);
            }
            gml_split_destroy(split);
        }
        gml_dataset_destroy(dataset);
    }
}

TEST(groups_of_less_than_eight_samples_are_taken_in_the_exact_order_of_their_sizes)
{
    static const uint8_t groups[22] = {4, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7};
    gml_dataset *dataset = counted(22, NULL);
    for (uint64_t seed = 0; seed < 20; seed++) {
        gml_split *split =
            split_by(dataset, (gml_split_options){.folds = 2, .seed = seed, .groups = gml_matrix_u8(groups, 22, 1)});
        ck_assert_uint_eq(check_fold(split, 22, 0, 0), 11); /* 7 + 4; 6 + 5 */
        gml_split_destroy(split);
    }
    gml_dataset_destroy(dataset);
}

TEST(a_validation_part_of_groups_is_near_its_share_and_never_empty)
{
    const uint8_t *groups = small_groups();
    static const double fractions[] = {0.1, 0.2, 0.5, 0.8};
    gml_dataset *dataset = counted(MOST, NULL);
    for (size_t k = 0; k < 4; k++) {
        gml_split *split = split_by(
            dataset,
            (gml_split_options){.fraction = fractions[k], .seed = k, .groups = gml_matrix_u8(groups, MOST, 1)});
        assert_groups_whole(split, groups, MOST, 0);
        ck_assert_double_le(fabs((double)check_fold(split, MOST, 0, 0) - fractions[k] * MOST), 1);
        gml_split_destroy(split);
    }
    gml_dataset_destroy(dataset);
    static const uint8_t two[] = {4, 4, 4, 4, 4, 4, 4, 4, 9, 9};
    dataset = counted(10, NULL);
    for (size_t k = 0; k < 4; k++) {
        gml_split *split = split_by(
            dataset, (gml_split_options){.fraction = k % 2 ? 0.01 : 0.99, .groups = gml_matrix_u8(two, 10, 1)});
        check_fold(split, 10, 0, 0);
        gml_split_destroy(split);
    }
    gml_dataset_destroy(dataset);
}

TEST(groups_are_numbers_of_any_type_and_zeros_of_both_signs_are_one)
{
    static const double d[] = {-0.0, 1e300, 0.0, -2.5, 1e300, -2.5};
    static const float s[] = {3, 1, 3, 2, 1, 2};
    static const uint8_t u[] = {255, 0, 255, 1, 0, 1};
    const gml_matrix groups[] = {gml_matrix_f64(d, 6, 1), gml_matrix_f32(s, 6, 1), gml_matrix_u8(u, 6, 1)};
    gml_dataset *dataset = counted(6, NULL);
    for (size_t k = 0; k < 3; k++) {
        gml_split *split = split_by(dataset, (gml_split_options){.kind = "group", .folds = 3, .groups = groups[k]});
        gml_split_options more = {.folds = 4, .groups = groups[k]};
        gml_split *none = NULL;
        assert_groups_whole(split, u, 6, 0);
        assert_refused(context, gml_split_create(dataset, &more, &none), GML_ERROR_ARGUMENT, "of 3 groups", NULL);
        gml_split_destroy(split);
    }
    gml_dataset_destroy(dataset);
}

/* ---- order ---- */

TEST(the_split_in_order_takes_the_last_samples_and_blocks)
{
    gml_dataset *dataset = counted(11, NULL);
    gml_split *split = split_by(dataset, (gml_split_options){.kind = "order", .fraction = 0.3});
    for (size_t i = 0; i < 11; i++) {
        ck_assert_uint_eq(gml_split_fold_of(split, 0, i), i >= 8 ? 0 : SIZE_MAX);
    }
    gml_split_destroy(split);
    static const size_t folds[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3};
    split = split_by(dataset, (gml_split_options){.kind = "order", .folds = 4});
    for (size_t i = 0; i < 11; i++) {
        ck_assert_uint_eq(gml_split_fold_of(split, 0, i), folds[i]);
    }
    gml_split_destroy(split);
    gml_dataset_destroy(dataset);
}

/* ---- seeds ---- */

static size_t count_unlike(const gml_split *a, size_t a_repeat, const gml_split *b, size_t b_repeat)
{
    size_t unlike = 0;
    for (size_t i = 0; i < MOST; i++) {
        unlike += gml_split_fold_of(a, a_repeat, i) != gml_split_fold_of(b, b_repeat, i);
    }
    return unlike;
}

TEST(a_seed_repeats_its_split_and_other_seeds_and_repeats_have_others)
{
    gml_dataset *dataset = counted(MOST, four_classes());
    for (size_t row = 0; gml_split_entry(row) != NULL; row++) {
        gml_split_options options = options_of(gml_split_entry(row), MOST);
        options.folds = 4;
        gml_split *first = split_by(dataset, options), *again = split_by(dataset, options);
        options.seed++;
        gml_split *other = split_by(dataset, options);
        ck_assert_uint_eq(count_unlike(first, 0, again, 0), 0);
        if (strcmp(options.kind, "order") == 0) {
            ck_assert_uint_eq(count_unlike(first, 0, other, 0), 0);
        } else {
            ck_assert_uint_gt(count_unlike(first, 0, other, 0), MOST / 4);
            options.repeats = 3;
            gml_split *repeated = split_by(dataset, options);
            ck_assert_uint_eq(count_unlike(other, 0, repeated, 0), 0);
            ck_assert_uint_gt(count_unlike(repeated, 0, repeated, 1), MOST / 4);
            ck_assert_uint_gt(count_unlike(repeated, 1, repeated, 2), MOST / 4);
            gml_split_destroy(repeated);
        }
        gml_split_destroy(other);
        gml_split_destroy(again);
        gml_split_destroy(first);
    }
    gml_dataset_destroy(dataset);
}

TEST(large_groups_of_like_sizes_vary_with_the_seed)
{
    uint8_t groups[MOST];
    for (size_t i = 0; i < MOST; i++) {
        groups[i] = (uint8_t)(i < 33 ? 0 : i < 67 ? 1 : i < 102 ? 2 : i < 138 ? 3 : i < 169 ? 4 : 5);
    }
    gml_dataset *dataset = counted(MOST, NULL);
    gml_split_options options = {.folds = 3, .repeats = 8, .groups = gml_matrix_u8(groups, MOST, 1)};
    gml_split *split = split_by(dataset, options);
    size_t unlike = 0;
    for (size_t r = 1; r < 8; r++) {
        unlike += count_unlike(split, 0, split, r) > 0;
    }
    ck_assert_uint_gt(unlike, 4);
    ck_assert_ptr_null(gml_split_note(split, 0));
    gml_split_destroy(split);
    gml_dataset_destroy(dataset);
}

TEST(a_split_is_the_same_on_any_number_of_threads)
{
    static const double x[MOST] = {0};
    gml_context *contexts[] = {context_with((gml_context_options){.threads = 1}),
                               context_with((gml_context_options){.threads = 5})};
    gml_dataset *datasets[2] = {NULL};
    gml_split *splits[2] = {NULL};
    const gml_split_options options = {.folds = 5, .repeats = 2};
    for (size_t k = 0; k < 2; k++) {
        const gml_matrix inputs = gml_matrix_f64(x, MOST, 1), targets = gml_matrix_u8(four_classes(), MOST, 1);
        assert_ok(contexts[k], gml_dataset_from_matrices(contexts[k], inputs, targets, GML_TASK_AUTO, &datasets[k]));
        assert_ok(contexts[k], gml_split_create(datasets[k], &options, &splits[k]));
    }
    ck_assert_uint_eq(count_unlike(splits[0], 1, splits[1], 1), 0);
    for (size_t k = 0; k < 2; k++) {
        gml_split_destroy(splits[k]);
        gml_dataset_destroy(datasets[k]);
        gml_context_destroy(contexts[k]);
    }
}

/* ---- with the rest of the library ---- */

TEST(the_default_kind_fits_the_data_and_is_that_of_gml_dataset_split)
{
    const uint8_t *classes[] = {four_classes(), NULL};
    for (size_t k = 0; k < 2; k++) {
        gml_dataset *dataset = counted(MOST, classes[k]), *first = NULL, *second = NULL;
        gml_split *automatic = NULL;
        gml_split *named = split_by(dataset, (gml_split_options){.kind = classes[k] ? "stratified" : "random"});
        assert_ok(context, gml_split_create(dataset, NULL, &automatic));
        assert_ok(context, gml_dataset_split(dataset, 0.2, 0, &first, &second));
        size_t in_second[MOST] = {0}, in_first[MOST] = {0};
        count_part(first, in_first);
        count_part(second, in_second);
        ck_assert_uint_eq(count_unlike(automatic, 0, named, 0), 0);
        ck_assert_str_eq(gml_split_kind(automatic), gml_split_kind(named));
        for (size_t i = 0; i < MOST; i++) {
            ck_assert_int_eq(in_second[i] == 1, gml_split_fold_of(named, 0, i) == 0);
        }
        gml_split_destroy(named);
        gml_split_destroy(automatic);
        gml_dataset_destroy(dataset);
    }
}

TEST(the_training_part_of_a_fold_is_split_again)
{
    gml_dataset *dataset = counted(MOST, four_classes()), *train = NULL, *validation = NULL;
    gml_split *outer = split_by(dataset, (gml_split_options){.folds = 5});
    size_t seen[MOST] = {0};
    assert_ok(context, gml_split_fold(outer, 0, 2, &train, &validation));
    gml_split_destroy(outer); /* the parts remain */
    gml_split *inner = split_by(train, (gml_split_options){.folds = 3});
    for (size_t fold = 0; fold < 3; fold++) {
        gml_dataset *rest = NULL, *part = NULL;
        assert_ok(context, gml_split_fold(inner, 0, fold, &rest, &part));
        gml_dataset_destroy(rest);
        count_part(part, seen);
    }
    count_part(validation, seen);
    for (size_t i = 0; i < MOST; i++) {
        ck_assert_uint_eq(seen[i], 1);
    }
    gml_split_destroy(inner);
    gml_dataset_destroy(train);
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("splits", 60);
}
