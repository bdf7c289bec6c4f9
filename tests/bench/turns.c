/* tests/bench/turns.c - the statistics of the benches: medians, and intervals of the ratio of two contenders. */
#include "../../bench/harness.h"
#include "harness.h"

/* Makes two contenders with one turn for each ratio from 1 to `count`, in a mixed order and at different speeds. */
static void make(size_t count, bench_result *result, bench_result *base)
{
    double times[BENCH_MOST_ROUNDS], base_times[BENCH_MOST_ROUNDS];
    for (size_t i = 0; i < count; i++) {
        base_times[i] = 1 + (double)(i % 3);
        times[i] = base_times[i] * (double)(1 + (i * 2 + 1) % count);
    }
    *result = bench_summarize(times, count);
    *base = bench_summarize(base_times, count);
}

TEST(a_summary_has_the_median_and_keeps_the_order_of_the_rounds)
{
    const double times[] = {3, 1, 4, 2};
    bench_result result = bench_summarize(times, 4);
    ck_assert_double_eq(result.minimum, 1);
    ck_assert_double_eq(result.median, 2.5);
    ck_assert_uint_eq(result.rounds, 4);
    ck_assert_double_eq(result.times[0], 3);
    ck_assert_double_eq(result.times[3], 2);
}

/* The numbers of rounds to leave out are those of the sign test: P(X <= number) <= 5 %, X binomial(rounds, 1/2). */
TEST(the_interval_of_a_ratio_lies_between_the_order_statistics_of_the_sign_test)
{
    static const struct {
        size_t rounds, left_out;
    } cases[] = {{3, 0}, {5, 0}, {7, 0}, {9, 1}, {11, 2}, {15, 3}, {21, 6}, {101, 41}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench_result result, base;
        make(cases[i].rounds, &result, &base);
        bench_interval ratio = bench_ratio(&result, &base);
        double last = (double)cases[i].rounds, outer = (double)cases[i].left_out;
        ck_assert_double_eq_tol(ratio.median, (1 + last) / 2, 1e-12);
        ck_assert_double_eq_tol(ratio.low, 1 + outer, 1e-12);
        ck_assert_double_eq_tol(ratio.high, last - outer, 1e-12);
    }
}

TEST(a_ratio_uses_the_rounds_that_both_contenders_have)
{
    const double times[] = {2, 4, 6, 100, 100}, base_times[] = {1, 1, 1};
    bench_result result = bench_summarize(times, 5), base = bench_summarize(base_times, 3);
    bench_interval ratio = bench_ratio(&result, &base);
    ck_assert_double_eq(ratio.median, 4);
    ck_assert_double_eq(ratio.high, 6);
}

int main(void)
{
    return run_tests("bench_turns", 20);
}
