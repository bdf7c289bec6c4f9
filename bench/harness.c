/* bench/harness.c - options, rounds, medians, JSON. */
#include "harness.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gemmule/gemmule.h"

enum { MOST_ROUNDS = 201 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

_Noreturn void bench_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

/* ---- options ---- */

static void print_help(const char *program, const char *about)
{
    printf("Usage: %s [options]\n%s\n\n"
           "  --quick          small cases, few rounds: shows that it runs, not how fast\n"
           "  --rounds N       turns each contender gets (default 9)\n"
           "  --slice SECONDS  how long a turn lasts (default 0.05)\n"
           "  --threads N      threads to use (default: one a processor)\n"
           "  --only TEXT      run only the cases whose description has TEXT in it\n"
           "  --json FILE      write the results there as well\n",
           program, about);
}

static double positive_number(const char *option, const char *text, double most)
{
    char *end;
    double value = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || !(value > 0) || value > most) {
        fprintf(stderr, "--%s %s: a number above 0 and up to %g is needed\n", option, text, most);
        exit(64);
    }
    return value;
}

bench_options bench_parse(int argc, char **argv, const char *about)
{
    static const struct option flags[] = {
        {"quick", no_argument, NULL, 'q'},       {"rounds", required_argument, NULL, 'r'},
        {"slice", required_argument, NULL, 's'}, {"threads", required_argument, NULL, 't'},
        {"json", required_argument, NULL, 'j'},  {"only", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},        {0},
    };
    bench_options options = {.slice = 0.05, .rounds = 9};
    for (int flag; (flag = getopt_long(argc, argv, "", flags, NULL)) != -1;) {
        switch (flag) {
        case 'q':
            options.quick = true;
            options.slice = 0.002;
            options.rounds = 3;
            break;
        case 'r':
            options.rounds = (size_t)positive_number("rounds", optarg, MOST_ROUNDS);
            break;
        case 's':
            options.slice = positive_number("slice", optarg, 60);
            break;
        case 't':
            options.threads = (size_t)positive_number("threads", optarg, 1024);
            break;
        case 'j':
            options.json = optarg;
            break;
        case 'o':
            options.only = optarg;
            break;
        case 'h':
            print_help(argv[0], about);
            exit(EXIT_SUCCESS);
        default:
            exit(64);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "%s: no argument is expected, and there is %s\n", argv[0], argv[optind]);
        exit(64);
    }
    options.rounds = options.rounds < 3 ? 3 : options.rounds;
    return options;
}

bool bench_wanted(const bench_options *options, const char *description)
{
    return options->only == NULL || strstr(description, options->only) != NULL;
}

/* ---- timing ---- */

static double time_runs(const bench_contender *contender, size_t runs)
{
    double start = now();
    for (size_t i = 0; i < runs; i++) {
        contender->run(contender->argument);
    }
    return now() - start;
}

/* Runs that fill a slice; finding out is the warm-up. */
static size_t runs_in_slice(const bench_contender *contender, double slice)
{
    size_t runs = 1;
    double seconds = time_runs(contender, runs);
    while (seconds < slice / 2) {
        runs *= 2;
        seconds = time_runs(contender, runs);
    }
    double wanted = (double)runs * slice / seconds;
    return wanted < 1 ? 1 : (size_t)wanted;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static bench_result summarize(double *times, size_t count)
{
    qsort(times, count, sizeof *times, compare_doubles);
    double median = count % 2 ? times[count / 2] : (times[count / 2 - 1] + times[count / 2]) / 2;
    return (bench_result){
        .minimum = times[0],
        .median = median,
        .spread = (times[(3 * count) / 4] - times[count / 4]) / median,
    };
}

void bench_compare(const bench_options *options, const bench_contender *contenders, size_t count, bench_result *results)
{
    double(*times)[MOST_ROUNDS] = calloc(count, sizeof *times);
    size_t *runs = calloc(count, sizeof *runs);
    if (times == NULL || runs == NULL) {
        bench_fail("no memory for %zu contenders", count);
    }
    for (size_t i = 0; i < count; i++) {
        runs[i] = runs_in_slice(&contenders[i], options->slice);
    }
    for (size_t round = 0; round < options->rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            times[i][round] = time_runs(&contenders[i], runs[i]) / (double)runs[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        results[i] = summarize(times[i], options->rounds);
    }
    free(times);
    free(runs);
}

/* ---- results ---- */

json_t *bench_to_json(const char *name, const bench_result *result)
{
    return json_pack("{s:s, s:f, s:f, s:f}", "name", name, "minimum", result->minimum, "median", result->median,
                     "spread", result->spread);
}

int bench_finish(const bench_options *options, const char *bench, json_t *results)
{
    if (options->json == NULL) {
        json_decref(results);
        return EXIT_SUCCESS;
    }
    json_t *features = json_array();
    for (size_t i = 0; gml_build_feature(i) != NULL; i++) {
        json_array_append_new(features, json_string(gml_build_feature(i)));
    }
    json_t *document = json_pack("{s:s, s:s, s:b, s:i, s:f, s:o, s:o}", "bench", bench, "version", gml_version(),
                                 "quick", options->quick, "rounds", (int)options->rounds, "slice", options->slice,
                                 "build", features, "results", results);
    int failed = document == NULL || json_dump_file(document, options->json, JSON_INDENT(1)) != 0;
    json_decref(document);
    if (failed) {
        fprintf(stderr, "%s: the results cannot be written there\n", options->json);
        return 73;
    }
    return EXIT_SUCCESS;
}
