/* bench/harness.c - options, rounds, medians, JSON. */
#include "harness.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gemmule/gemmule.h"
#include "team.h"

/* A run longer than SLOW slices gets FEWEST_ROUNDS rounds; longer than ENDLESS slices, one round. */
enum { FEWEST_ROUNDS = 3, MOST_ROUNDS = 201, SLOW = 8, ENDLESS = 100, SETTLE_MILLISECONDS = 50 };

double bench_now(void)
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
    options.rounds = options.rounds < FEWEST_ROUNDS ? FEWEST_ROUNDS : options.rounds;
    return options;
}

bool bench_wanted(const bench_options *options, const char *description)
{
    return options->only == NULL || strstr(description, options->only) != NULL;
}

/* ---- timing ---- */

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
        turns.rounds = wanted * ENDLESS < 1 ? 1 : FEWEST_ROUNDS;
    }
    return turns;
}

/* Idle worker threads of a contender spin for some milliseconds and would slow down the next contender. Waits until
 * they sleep, then wakes those of this contender. */
static void settle(const bench_options *options, const bench_contender *contender, size_t runs)
{
    if (!options->quick) {
        nanosleep(&(struct timespec){.tv_nsec = SETTLE_MILLISECONDS * 1000000}, NULL);
        time_runs(contender, runs / 16);
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

bench_result bench_summarize(double *times, size_t count)
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

/* ---- results ---- */

json_t *bench_to_json(const char *name, const bench_result *result)
{
    return json_pack("{s:s, s:f, s:f, s:f}", "name", name, "minimum", result->minimum, "median", result->median,
                     "spread", result->spread);
}

/* Finds the processor's name, on Linux. */
static void find_processor(char *name, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(name, size, "unknown processor");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *value = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && value != NULL) {
            snprintf(name, size, "%.*s", (int)strcspn(value + 2, "\n"), value + 2);
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

/* Describes the machine and the library. */
static json_t *describe_machine(void)
{
    char processor[128], date[32];
    find_processor(processor, sizeof processor);
    time_t seconds = time(NULL);
    struct tm calendar;
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&seconds, &calendar));
    json_t *features = json_array();
    for (size_t i = 0; gml_build_feature(i) != NULL; i++) {
        json_array_append_new(features, json_string(gml_build_feature(i)));
    }
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:o}", "processor", processor, "processors", (int)bench_processors(),
                     "kernels", gml_kernel_set_name(0), "compiler", BENCH_COMPILER, "date", date, "build", features);
}

int bench_finish(const bench_options *options, const char *bench, json_t *results)
{
    if (options->json == NULL) {
        json_decref(results);
        return EXIT_SUCCESS;
    }
    json_t *document = json_pack("{s:s, s:s, s:b, s:i, s:f, s:o, s:o}", "bench", bench, "version", gml_version(),
                                 "quick", options->quick, "rounds", (int)options->rounds, "slice", options->slice,
                                 "machine", describe_machine(), "results", results);
    int failed = document == NULL || json_dump_file(document, options->json, JSON_INDENT(1)) != 0;
    json_decref(document);
    if (failed) {
        fprintf(stderr, "%s: the results cannot be written there\n", options->json);
        return 73;
    }
    return EXIT_SUCCESS;
}
