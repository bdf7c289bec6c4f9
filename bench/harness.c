/* bench/harness.c - options, and results as JSON. */
#include "harness.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gemmule/gemmule.h"
#include "machine.h"

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
           "  --quick          small cases and few rounds: a functional test only\n"
           "  --rounds N       rounds in which each contender is timed (default 9)\n"
           "  --slice SECONDS  duration of a turn (default 0.05)\n"
           "  --threads N      threads to use (default: one per processor)\n"
           "  --only TEXT      run only cases whose description contains TEXT\n"
           "  --data FOLDER    folder of the data set, for benchmarks that read one\n"
           "  --json FILE      also write the results to FILE\n",
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
        {"quick", no_argument, NULL, 'q'},
        {"rounds", required_argument, NULL, 'r'},
        {"slice", required_argument, NULL, 's'},
        {"threads", required_argument, NULL, 't'},
        {"json", required_argument, NULL, 'j'},
        {"only", required_argument, NULL, 'o'},
        {"data", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},
        {0},
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
            options.rounds = (size_t)positive_number("rounds", optarg, BENCH_MOST_ROUNDS);
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
        case 'd':
            options.data = optarg;
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
    options.rounds = options.rounds < BENCH_FEWEST_ROUNDS ? BENCH_FEWEST_ROUNDS : options.rounds;
    return options;
}

bool bench_wanted(const bench_options *options, const char *description)
{
    return options->only == NULL || strstr(description, options->only) != NULL;
}

/* ---- results ---- */

json_t *bench_to_json(const char *name, const bench_result *result)
{
    return json_pack("{s:s, s:f, s:f, s:f}", "name", name, "minimum", result->minimum, "median", result->median,
                     "spread", result->spread);
}

json_t *bench_interval_to_json(bench_interval interval)
{
    return json_pack("{s:f, s:f, s:f}", "median", interval.median, "low", interval.low, "high", interval.high);
}

int bench_finish(const bench_options *options, const char *bench, json_t *results)
{
    if (options->json == NULL) {
        json_decref(results);
        return EXIT_SUCCESS;
    }
    json_t *document = json_pack("{s:s, s:s, s:b, s:i, s:f, s:o, s:o}", "bench", bench, "version", gml_version(),
                                 "quick", options->quick, "rounds", (int)options->rounds, "slice", options->slice,
                                 "machine", bench_machine(), "results", results);
    int failed = document == NULL || json_dump_file(document, options->json, JSON_INDENT(1)) != 0;
    json_decref(document);
    if (failed) {
        fprintf(stderr, "%s: the results cannot be written there\n", options->json);
        return 73;
    }
    return EXIT_SUCCESS;
}
