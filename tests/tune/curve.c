/* tests/tune/curve.c - the rule for the curve of a range test, on curves that are written down. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"
#include "tune/rate.h"

enum { POINTS = 200 };

/* Rates from 1e-6 to 10, a factor of 1.084 from step to step. */
static double rate_at(size_t i)
{
    return 1e-6 * pow(1e7, (double)i / (POINTS - 1));
}

/* A loss of 2 that falls to 0.5 around 1e-3 and rises without bound above 0.1. */
static double valley(double rate)
{
    return 0.5 + 1.5 / (1 + pow(rate / 1e-3, 2)) + 50 * fmax(0, log10(rate / 0.1));
}

/* Draws a curve until it diverges, with noise of this amplitude from number `start` of a sequence on; returns the
 * number of its points. */
static size_t draw_seeded(uint64_t seed, double (*loss)(double), double noise, gml_rate_point *points, double *limit)
{
    double *random = random_doubles(POINTS, seed);
    size_t count = 0;
    *limit = 0;
    for (size_t i = 0; i < POINTS && *limit == 0; i++) {
        points[i] = (gml_rate_point){.rate = rate_at(i), .loss = loss(rate_at(i)) + noise * random[i]};
        gml_rate_smooth(points, i);
        count = i + 1;
        *limit = gml_rate_diverged(points, count) ? points[i].rate : 0;
    }
    free(random);
    return count;
}

static size_t draw(double (*loss)(double), double noise, gml_rate_point *points, double *limit)
{
    return draw_seeded(1, loss, noise, points, limit);
}

TEST(a_clear_valley_suggests_a_tenth_of_the_rate_with_the_lowest_average)
{
    gml_rate_point points[POINTS];
    gml_rate_result result = {0};
    const size_t count = draw(valley, 0, points, &result.limit);
    gml_rate_judge_curve(points, count, &result);
    ck_assert_double_gt(result.limit, 0.1);
    ck_assert_double_lt(result.limit, 0.3);
    ck_assert_double_gt(result.curve_rate, 0.005);
    ck_assert_double_lt(result.curve_rate, 0.02);
    ck_assert_ptr_nonnull(strstr(result.reason, "a tenth of the rate"));
}

/* A third of the fall. */
TEST(noise_moves_the_suggestion_by_less_than_a_factor_of_3)
{
    gml_rate_point points[POINTS];
    gml_rate_result result = {0};
    const size_t count = draw(valley, 0.5, points, &result.limit);
    gml_rate_judge_curve(points, count, &result);
    ck_assert_double_gt(result.curve_rate, 0.01 / 3);
    ck_assert_double_lt(result.curve_rate, 0.01 * 3);
}

static double flat(double rate)
{
    (void)rate;
    return 0.7;
}

TEST(a_flat_curve_has_no_clear_answer)
{
    gml_rate_point points[POINTS];
    gml_rate_result result = {.curve_rate = 1};
    gml_rate_judge_curve(points, draw(flat, 0, points, &result.limit), &result);
    ck_assert_double_eq(result.limit, 0);
    ck_assert_double_eq(result.curve_rate, 0);
    ck_assert_ptr_nonnull(strstr(result.reason, "does not fall"));
}

TEST(noise_alone_has_no_clear_answer)
{
    size_t unclear = 0;
    for (size_t round = 0; round < 100; round++) {
        gml_rate_point points[POINTS];
        gml_rate_result result = {.curve_rate = 1};
        const size_t count = draw_seeded(round, flat, 0.3, points, &result.limit);
        gml_rate_judge_curve(points, count, &result);
        unclear += result.curve_rate == 0 && strstr(result.reason, "no clear answer") != NULL;
    }
    ck_assert_uint_ge(unclear, 95);
}

static double rising(double rate)
{
    return 1 + 1e6 * rate;
}

TEST(a_curve_that_rises_from_its_start_diverges_and_has_no_clear_answer)
{
    gml_rate_point points[POINTS];
    gml_rate_result result = {.curve_rate = 1};
    const size_t count = draw(rising, 0, points, &result.limit);
    ck_assert_uint_lt(count, 40);
    gml_rate_judge_curve(points, count, &result);
    ck_assert_double_eq(result.curve_rate, 0);
    ck_assert_ptr_nonnull(strstr(result.reason, "does not fall"));
}

TEST(a_curve_of_a_few_points_has_no_clear_answer)
{
    gml_rate_point points[POINTS];
    gml_rate_result result = {.limit = 1e-5, .curve_rate = 1};
    draw(valley, 0, points, &(double){0});
    gml_rate_judge_curve(points, 3, &result);
    ck_assert_double_eq(result.curve_rate, 0);
    ck_assert_ptr_nonnull(strstr(result.reason, "diverges at a rate of 1e-05"));
}

static double negative(double rate)
{
    return valley(rate) - 1;
}

TEST(the_rule_holds_for_losses_below_0)
{
    gml_rate_point points[POINTS];
    gml_rate_result result = {0};
    const size_t count = draw(negative, 0, points, &result.limit);
    gml_rate_judge_curve(points, count, &result);
    ck_assert_double_gt(result.limit, 0.1);
    ck_assert_double_lt(result.limit, 0.3);
    ck_assert_double_gt(result.curve_rate, 0.005);
    ck_assert_double_lt(result.curve_rate, 0.02);
}

/* a_i = sum_j 0.9^(i-j) loss_j / sum_j 0.9^(i-j), as written down in the header. */
TEST(the_average_is_a_weighted_mean_of_all_losses_so_far)
{
    gml_rate_point points[POINTS];
    double limit;
    const size_t count = draw(valley, 0.5, points, &limit);
    for (size_t i = 0; i < count; i++) {
        double sum = 0, weights = 0;
        for (size_t j = 0; j <= i; j++) {
            sum += pow(0.9, (double)(i - j)) * points[j].loss;
            weights += pow(0.9, (double)(i - j));
        }
        ck_assert_double_eq_tol(points[i].smoothed, sum / weights, 1e-12);
    }
}
