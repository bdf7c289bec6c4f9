/* bench/lines.c - two threads, each bound to a processor, read and write the same lines in turns. */
#include "lines.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "machine.h"
#include "setup.h"
#include "team.h"

enum { LINE = 64, BYTES = 256 * 1024, LINES = BYTES / LINE, WORDS = LINE / sizeof(uint64_t), MOST_PROCESSORS = 8 };

/* The steps of an exchange. In the first ones a side passes over all lines; those of this side are timed. In the others
 * the sides hand over the line of the step's number, in turns, and do nothing else. */
enum {
    OTHER_WRITES,
    READ,
    READ_ALONE,
    OTHER_READS,
    WRITE,
    WRITE_ALONE,
    PASSES,
    HANDOVERS = 100,
    STEPS = PASSES + HANDOVERS
};

typedef struct lines_exchange {
    _Alignas(LINE) atomic_size_t step; /* counts over all exchanges */
    _Alignas(LINE) volatile uint64_t *words;
    size_t exchanges;
    int other;
    double *passes[PASSES]; /* seconds, for each exchange; null for the passes of the other */
    double *handovers;      /* seconds for one, for each exchange */
} lines_exchange;

/* Nanoseconds a line of 64 bytes, seen from `processor`. */
typedef struct line_costs {
    int processor, other; /* -1: the threads are not bound to processors */
    int shared_cache;     /* level of the nearest one that the system describes, 0: none. Virtual machines often err */
    double handover;      /* one line, until the other side sees it */
    double read, write;   /* in a stream of 256 KiB: lines that the other has just written, that it has just read */
    double read_alone, write_alone; /* the same of lines that this core has had last */
} line_costs;

/* ---- processors ---- */

#ifdef __linux__
typedef cpu_set_t processor_set;

static processor_set current_set(void)
{
    processor_set set;
    CPU_ZERO(&set);
    pthread_getaffinity_np(pthread_self(), sizeof set, &set);
    return set;
}

static void bind_to_set(processor_set set)
{
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static void bind_to(int processor)
{
    processor_set set;
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    bind_to_set(set);
}

/* Lists the processors that this process may use; returns their number, at most MOST_PROCESSORS. */
static size_t list_processors(int processors[MOST_PROCESSORS])
{
    processor_set set = current_set();
    size_t count = 0;
    for (int i = 0; i < CPU_SETSIZE && count < MOST_PROCESSORS; i++) {
        if (CPU_ISSET((size_t)i, &set)) {
            processors[count++] = i;
        }
    }
    return count;
}
#else
/* Elsewhere threads are not bound, and two are measured wherever they run. */
typedef int processor_set;

static processor_set current_set(void)
{
    return 0;
}

static void bind_to_set(processor_set set)
{
    (void)set;
}

static void bind_to(int processor)
{
    (void)processor;
}

static size_t list_processors(int processors[MOST_PROCESSORS])
{
    processors[0] = processors[1] = -1;
    return bench_processors() < 2 ? 1 : 2;
}
#endif

/* ---- the two sides ---- */

static void read_lines(volatile uint64_t *words)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < LINES; i++) {
        sum += words[i * WORDS];
    }
    volatile uint64_t used = sum;
    (void)used;
}

static void write_lines(volatile uint64_t *words, uint64_t value)
{
    for (size_t i = 0; i < LINES; i++) {
        words[i * WORDS] = value;
    }
}

static void pass(lines_exchange *exchange, size_t step, size_t number)
{
    if (step == OTHER_WRITES || step == WRITE || step == WRITE_ALONE) {
        write_lines(exchange->words, number);
    } else {
        read_lines(exchange->words);
    }
}

static bool is_others(size_t step)
{
    return step < PASSES ? step == OTHER_WRITES || step == OTHER_READS : (step - PASSES) % 2 == 1;
}

static void time_pass(lines_exchange *exchange, size_t step, size_t round)
{
    double start = bench_now();
    pass(exchange, step, round);
    if (exchange->passes[step] != NULL) {
        exchange->passes[step][round] = bench_now() - start;
    }
}

/* Does the steps of one side; waits in each for the side that goes before. */
static void take_part(lines_exchange *exchange, bool is_other)
{
    enum { FIRST = PASSES, LAST = STEPS - 2 }; /* hand-overs of this side */
    double start = 0;
    for (size_t i = 0; i < exchange->exchanges * STEPS; i++) {
        size_t step = i % STEPS, round = i / STEPS;
        if (is_other != is_others(step)) {
            continue;
        }
        while (atomic_load_explicit(&exchange->step, memory_order_acquire) != i) {
        }
        if (step < PASSES) {
            time_pass(exchange, step, round);
        } else if (step == FIRST) {
            start = bench_now();
        } else if (step == LAST) {
            exchange->handovers[round] = (bench_now() - start) / (LAST - FIRST);
        }
        atomic_store_explicit(&exchange->step, i + 1, memory_order_release);
    }
}

static void *run_other(void *argument)
{
    lines_exchange *exchange = argument;
    bind_to(exchange->other);
    take_part(exchange, true);
    return NULL;
}

/* Fills in the costs: medians of the exchanges, and the fastest hand-over, which is the least disturbed. */
static void summarize(const lines_exchange *exchange, line_costs *costs)
{
    double *const found[PASSES] = {
        [READ] = &costs->read,
        [READ_ALONE] = &costs->read_alone,
        [WRITE] = &costs->write,
        [WRITE_ALONE] = &costs->write_alone,
    };
    for (size_t p = 0; p < PASSES; p++) {
        if (found[p] != NULL) {
            *found[p] = bench_summarize(exchange->passes[p], exchange->exchanges).median / LINES * 1e9;
        }
    }
    costs->handover = bench_summarize(exchange->handovers, exchange->exchanges).minimum * 1e9;
}

/* Measures two processors; false if a second thread cannot be started. */
static bool measure(size_t exchanges, line_costs *costs)
{
    lines_exchange *exchange = bench_allocate(1, sizeof *exchange);
    uint64_t *words = bench_allocate(BYTES, 1);
    double *times = bench_allocate((PASSES + 1) * exchanges, sizeof *times);
    exchange->words = words;
    exchange->exchanges = exchanges;
    exchange->other = costs->other;
    exchange->handovers = times + PASSES * exchanges;
    for (size_t p = 0; p < PASSES; p++) {
        exchange->passes[p] = is_others(p) ? NULL : times + p * exchanges;
    }
    processor_set before = current_set();
    pthread_t other;
    bool started = pthread_create(&other, NULL, run_other, exchange) == 0;
    if (started) {
        bind_to(costs->processor);
        take_part(exchange, false);
        pthread_join(other, NULL);
        bind_to_set(before);
        summarize(exchange, costs);
    }
    free(times);
    free(words);
    free(exchange);
    return started;
}

/* ---- the run ---- */

static json_t *report(const line_costs *costs)
{
    bool near = costs->handover < BENCH_NEAR_NANOSECONDS;
    printf("  %4d %5d %10.1f %8.2f %8.2f %8.2f %8.2f   %-4s ", costs->processor, costs->other, costs->handover,
           costs->read, costs->write, costs->read_alone, costs->write_alone, near ? "yes" : "no");
    printf(costs->shared_cache > 0 ? "level %d\n" : "none\n", costs->shared_cache);
    fflush(stdout);
    return json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:b, s:i}", "processor", costs->processor, "other",
                     costs->other, "handover", costs->handover, "read", costs->read, "write", costs->write,
                     "read_alone", costs->read_alone, "write_alone", costs->write_alone, "near", near, "shared_cache",
                     costs->shared_cache);
}

void bench_lines_run(const bench_options *options, json_t *cases)
{
    const char *name = "lines between processors";
    int processors[MOST_PROCESSORS];
    size_t count = list_processors(processors), exchanges = options->quick ? 5 : BENCH_MOST_ROUNDS;
    if (count < 2 || !bench_wanted(options, name)) {
        return;
    }
    printf("\n%s: ns a line, one handed over and in a stream of %d KiB\n", name, BYTES / 1024);
    printf("  %10s %10s %17s %17s   %s\n", "processors", "handed", "the other's", "its own", "shared cache");
    printf("  %4s %5s %10s %8s %8s %8s %8s   %-4s %s\n", "", "other", "over", "read", "written", "read", "written",
           "near", "as described");
    json_t *rows = json_array();
    for (size_t i = 1; i < count; i++) {
        line_costs costs = {.processor = processors[0], .other = processors[i]};
        costs.shared_cache = bench_shared_cache(processors[0], processors[i]);
        if (measure(exchanges, &costs)) {
            json_array_append_new(rows, report(&costs));
        }
    }
    json_array_append_new(cases, json_pack("{s:s, s:s, s:o}", "sweep", name, "variable", "lines", "contenders", rows));
}
