/* bench/turns.c - timing in turns, and statistics of the rounds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"

/* A run longer than SLOW slices gets BENCH_FEWEST_ROUNDS rounds; longer than ENDLESS slices, one round. */
enum { SLOW = 8, ENDLESS = 100, SETTLE_MILLISECONDS = 50 };

double bench_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- turns ---- */

static double time_runs(const bench_contender *contender, size_t runs)
{
    double start = bench_now();
    for (size_t i = 0; i < runs; i++) {
        contender->run(contender->argument);
    }
    return bench_now() - start;
}

typedef struct bench_turns {
    size_t runs, rounds; /* runs per round */
} bench_turns;

/* Finds the number of runs that fill a slice; this also warms up. */
static bench_turns plan_turns(const bench_options *options, const bench_contender *contender)
{
    double slice = options->slice;
    size_t runs = 1;
    double seconds = time_runs(contender, runs);
    while (seconds < slice / 2) {
        runs *= 2;
        seconds = time_runs(contender, runs);
    }
    double wanted = (double)runs * slice / seconds;
    bench_turns turns = {.runs = wanted < 1 ? 1 : (size_t)wanted, .rounds = options->rounds};
    if (wanted * SLOW < 1) {
        turns.rounds = wanted * ENDLESS < 1 ? 1 : BENCH_FEWEST_ROUNDS;
    }
    return turns;
}

/* Idle worker threads of a contender spin for some milliseconds and would slow down the next contender. Waits until
 * they sleep, then wakes those of this contender. */
static void settle(const bench_options *options, const bench_contender *contender, size_t runs)
{
    if (!options->quick && !options->one_thread) {
        nanosleep(&(struct timespec){.tv_nsec = SETTLE_MILLISECONDS * 1000000}, NULL);
        time_runs(contender, runs / 16);
    }
}

void bench_compare(const bench_options *options, const bench_contender *contenders, size_t count, bench_result *results)
{
    double(*times)[BENCH_MOST_ROUNDS] = calloc(count, sizeof *times);
    bench_turns *turns = calloc(count, sizeof *turns);
    if (times == NULL || turns == NULL) {
        bench_fail("no memory for %zu contenders", count);
    }
    for (size_t i = 0; i < count; i++) {
        turns[i] = plan_turns(options, &contenders[i]);
    }
    for (size_t round = 0; round < options->rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            if (round < turns[i].rounds) {
                settle(options, &contenders[i], turns[i].runs);
                times[i][round] = time_runs(&contenders[i], turns[i].runs) / (double)turns[i].runs;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        results[i] = bench_summarize(times[i], turns[i].rounds);
    }
    free(times);
    free(turns);
}

/* ---- statistics ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *sorted, size_t count)
{
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

bench_result bench_summarize(const double *times, size_t count)
{
    bench_result result = {.rounds = count};
    double sorted[BENCH_MOST_ROUNDS];
    memcpy(result.times, times, count * sizeof *times);
    memcpy(sorted, times, count * sizeof *times);
    qsort(sorted, count, sizeof *sorted, compare_doubles);
    result.minimum = sorted[0];
    result.median = median(sorted, count);
    result.spread = (sorted[(3 * count) / 4] - sorted[count / 4]) / result.median;
    return result;
}

/* Returns the greatest number with P(X <= number) <= 5 %, for X binomial(count, 1/2); at least 0. So many values may be
 * left out at each end of an interval that contains the median with a probability of 90 %. */
static size_t left_out(size_t count)
{
    double term = ldexp(1, -(int)count), tail = term; /* P(X = number), P(X <= number) */
    for (size_t number = 0;; number++) {
        term *= (double)(count - number) / (double)(number + 1);
        tail += term;
        if (tail > 0.05) {
            return number;
        }
    }
}

bench_interval bench_ratio(const bench_result *result, const bench_result *base)
{
    double ratios[BENCH_MOST_ROUNDS];
    size_t count = result->rounds < base->rounds ? result->rounds : base->rounds;
    for (size_t i = 0; i < count; i++) {
        ratios[i] = result->times[i] / base->times[i];
    }
    qsort(ratios, count, sizeof *ratios, compare_doubles);
    size_t outer = left_out(count);
    return (bench_interval){.median = median(ratios, count), .low = ratios[outer], .high = ratios[count - 1 - outer]};
}
