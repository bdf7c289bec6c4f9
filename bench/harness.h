/* bench/harness.h - the clock of all benches.
 *
 * Contenders run in turns, round after round, so that a machine whose speed drifts is the same for all of them. Each
 * round runs a contender as often as fills a slice of time. What is quoted is the median over the rounds; the minimum
 * and the spread (the distance between the quartiles over the median) stand beside it. */
#ifndef GML_BENCH_HARNESS_H
#define GML_BENCH_HARNESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct bench_options {
    double slice;     /* seconds a contender runs in a round */
    size_t rounds;    /* at least 3 */
    bool quick;       /* small cases and few rounds: to see that all works, not to learn a speed */
    const char *json; /* where to write results; null: nowhere */
    size_t threads;   /* 0: as many as there are processors */
    const char *only; /* run just the cases whose description has this in it; null: all */
    const char *data; /* the folder of a data set; null: the bench's own idea */
} bench_options;

typedef struct bench_contender {
    const char *name;
    void (*run)(void *argument); /* the thing that is timed, once */
    void *argument;
} bench_contender;

typedef struct bench_result {
    double minimum, median; /* seconds a run */
    double spread;
} bench_result;

/* Reads --quick, --rounds N, --slice SECONDS, --threads N, --only TEXT, --data FOLDER, --json FILE and --help; what
 * is wrong or asked for is printed, and the program ends. `about` is a sentence on the bench. */
bench_options bench_parse(int argc, char **argv, const char *about);

/* Is the case of that description to be run? */
bool bench_wanted(const bench_options *options, const char *description);

/* Seconds from some fixed start. */
double bench_now(void);

/* Warms every contender up, then times them in turns. One that is very slow gets fewer of them. */
void bench_compare(const bench_options *options, const bench_contender *contenders, size_t count,
                   bench_result *results);

/* Of `count` times; sorts them. */
bench_result bench_summarize(double *times, size_t count);

/* One result as an object of name, minimum, median and spread. */
json_t *bench_to_json(const char *name, const bench_result *result);

/* Writes the document to options->json, if one is wanted, with a word on the machine and the library; releases it.
 * Returns the program's exit code. */
int bench_finish(const bench_options *options, const char *bench, json_t *results);

/* Prints the message and ends the program: what was about to be timed is wrong. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
