/* tests/explain/spike.c - robust z-scores equal those of a sorted copy, and only spikes are spikes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "explain/health/spike.h"
#include "harness.h"
#include "numbers.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* Over the values before index `at`, at most 64. */
static double naive_score(const double *series, size_t at, double value)
{
    double kept[GML_SPIKE_VALUES];
    size_t count = at < GML_SPIKE_VALUES ? at : GML_SPIKE_VALUES;
    memcpy(kept, series + at - count, count * sizeof *kept);
    double median = median_of(kept, count);
    for (size_t i = 0; i < count; i++) {
        kept[i] = fabs(kept[i] - median);
    }
    return (value - median) / fmax(1.4826 * median_of(kept, count), 0.01 * fabs(median));
}

TEST(scores_equal_those_of_sorted_values)
{
    enum { COUNT = 300 };
    double *series = random_doubles(COUNT, 3);
    gml_spike spike;
    gml_spike_begin(&spike);
    for (size_t i = 0; i < COUNT; i++) {
        series[i] = i % 7 == 0 ? 0.25 : 2 + series[i]; /* some are equal */
        double score = gml_spike_score(&spike, series[i]);
        if (i < GML_SPIKE_START) {
            ck_assert(isnan(score));
        } else {
            ck_assert_double_eq_tol(score, naive_score(series, i, series[i]), 1e-12 * (1 + fabs(score)));
        }
        gml_spike_add(&spike, series[i], 1e9, 1, 1);
    }
    free(series);
}

TEST(a_value_far_above_the_others_is_a_spike_and_its_epoch_is_kept)
{
    gml_spike spike;
    gml_spike_begin(&spike);
    for (size_t i = 0; i < 200; i++) {
        gml_spike_add(&spike, i == 150 ? 9 : i == 170 ? 30 : 1 + 0.1 * scattered(i), 10, 0.5, 1 + i / 100);
    }
    ck_assert_uint_eq(spike.spikes, 2);
    ck_assert_uint_eq(spike.first, 2);
    ck_assert_double_eq(spike.value, 30);
    ck_assert_double_gt(spike.worst, 10);
}

TEST(a_falling_loss_and_rises_below_half_of_its_start_are_no_spikes)
{
    gml_spike spike;
    gml_spike_begin(&spike);
    for (size_t i = 0; i < 500; i++) {
        double loss = 2.3 * exp(-(double)i / 50);
        gml_spike_add(&spike, i % 97 == 96 ? loss + 0.9 : loss, 10, 0.5, 1);
    }
    ck_assert_uint_eq(spike.spikes, 0);
}

TEST(values_that_are_not_finite_are_left_out)
{
    gml_spike spike;
    gml_spike_begin(&spike);
    for (size_t i = 0; i < 100; i++) {
        gml_spike_add(&spike, i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : 1, 10, 0.5, 1);
    }
    ck_assert_uint_eq(spike.count, 33);
    ck_assert_uint_eq(spike.spikes, 0);
}
