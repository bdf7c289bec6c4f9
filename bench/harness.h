/* bench/harness.h - timing for all benchmarks.
 *
 * Contenders run in turns, round after round, so that changes of the machine's speed affect all alike. In a round a
 * contender runs repeatedly for a slice of time. Results are the median over the rounds, the minimum, and the spread:
 * the interquartile range over the median; and intervals of the ratio of two contenders, round by round. */
#ifndef GML_BENCH_HARNESS_H
#define GML_BENCH_HARNESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { BENCH_FEWEST_ROUNDS = 3, BENCH_MOST_ROUNDS = 201 };

typedef struct bench_options {
    double slice;     /* seconds a contender runs in a round */
    size_t rounds;    /* from BENCH_FEWEST_ROUNDS to BENCH_MOST_ROUNDS */
    bool quick;       /* small cases and few rounds: a functional test, without meaningful times */
    bool one_thread;  /* set by a benchmark whose contenders use one thread: no pause between turns is needed */
    const char *json; /* file for the results; null: none */
    size_t threads;   /* 0: as many as there are processors */
    const char *only; /* run only cases whose description contains this text; null: all */
    const char *data; /* folder of a data set; null: the benchmark's default */
} bench_options;

typedef struct bench_contender {
    const char *name;
    void (*run)(void *argument); /* one run, which is timed */
    void *argument;
} bench_contender;

typedef struct bench_result {
    double minimum, median; /* seconds per run */
    double spread;
    size_t rounds;
    double times[BENCH_MOST_ROUNDS]; /* seconds per run, of each round */
} bench_result;

/* A median, and an interval that contains the true median with a probability of at least 90 % where there are 5 rounds
 * or more: between two order statistics. With fewer rounds, from the least to the greatest. */
typedef struct bench_interval {
    double median, low, high;
} bench_interval;

/* Parses --quick, --rounds N, --slice SECONDS, --threads N, --only TEXT, --data FOLDER, --json FILE and --help. On
 * --help or an error, prints a text and ends the program. `about` is a sentence about the benchmark. */
bench_options bench_parse(int argc, char **argv, const char *about);

/* True if the case with this description is to be run. */
bool bench_wanted(const bench_options *options, const char *description);

/* Returns the seconds since a fixed time. */
double bench_now(void);

/* Warms up every contender, then times them in turns. Very slow contenders get fewer rounds. */
void bench_compare(const bench_options *options, const bench_contender *contenders, size_t count,
                   bench_result *results);

/* Computes the result of the times of `count` rounds. */
bench_result bench_summarize(const double *times, size_t count);

/* Returns the ratio of the times of two contenders, from the ratios of the rounds that both have. */
bench_interval bench_ratio(const bench_result *result, const bench_result *base);

/* Returns a result as an object with name, minimum, median and spread. */
json_t *bench_to_json(const char *name, const bench_result *result);

/* Returns an interval as an object with median, low and high. */
json_t *bench_interval_to_json(bench_interval interval);

/* Writes the results to options->json, if given, with a description of the machine and the library; frees them. Returns
 * the program's exit code. */
int bench_finish(const bench_options *options, const char *bench, json_t *results);

/* Prints the message and ends the program, because a contender is wrong. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
