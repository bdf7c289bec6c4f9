/* bench/bench_end_to_end.c - load, train and evaluate as whole processes: gemmule, and PyTorch and scikit-learn by the
 * scripts in peers/, if a python3 has them.
 *
 * n-512-256-10 ReLU, Adam 1e-3, batch 128. Processes run in turns. Each prints the seconds of its phases and the
 * accuracy on test data. A process with too low an accuracy is an error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "process.h"
#include "setup.h"
#include "team.h"
#include "whole_fit.h"

/* A quick run uses the digits in the source tree. */
static const char digits[] = BENCH_SOURCE_ROOT "/data/digits";
static const char fashion[] = "/usr/share/datasets/fashion-mnist";

enum { MOST_RUNNERS = 6, MOST_RUNS = 16, MOST_ARGUMENTS = 8, PHASES = 3 };

static const char *const phases[PHASES] = {"load", "train", "evaluate"};

typedef struct bench_runner {
    char name[48];
    const char *arguments[MOST_ARGUMENTS];
    const char *library_path;
    double seconds[MOST_RUNS], phase[PHASES][MOST_RUNS]; /* by round */
    double resident, accuracy;                           /* greatest over the rounds; of the last round */
    char version[32];
} bench_runner;

/* The task of every process. */
typedef struct bench_task {
    const char *folder;
    char threads[16], epochs[16];
    double enough; /* accuracy */
    size_t rounds;
} bench_task;

/* ---- the available runners ---- */

static const char *const pythons[] = {"python3", "/usr/bin/python3"};

/* Returns the python3 that has a module; null if there is none. */
static const char *find_python(const char *module)
{
    char program[64];
    snprintf(program, sizeof program, "import %s", module);
    for (size_t i = 0; i < sizeof pythons / sizeof pythons[0]; i++) {
        bench_process process;
        const char *const arguments[] = {pythons[i], "-c", program, NULL};
        if (bench_process_run(arguments, NULL, true, &process)) {
            return pythons[i];
        }
    }
    return NULL;
}

static bench_runner *add_runner(bench_runner *runners, size_t *count, const char *name, const char *program,
                                const char *second)
{
    bench_runner *runner = &runners[(*count)++];
    snprintf(runner->name, sizeof runner->name, "%s", name);
    runner->arguments[0] = program;
    runner->arguments[1] = second;
    return runner;
}

static void finish_runner(bench_runner *runner, const bench_task *task, const char *threads)
{
    runner->arguments[2] = task->folder;
    runner->arguments[3] = threads;
    runner->arguments[4] = task->epochs;
}

/* Adds PyTorch with one thread, whose BLAS uses threads itself; and with all threads, if Debian's OpenBLAS for OpenMP
 * is installed, which shares them with PyTorch. */
static void add_torch(bench_runner *runners, size_t *count, const bench_task *task)
{
    static const char script[] = BENCH_SOURCE_ROOT "/bench/peers/torch_fit.py";
    const char *python = find_python("torch");
    if (python == NULL) {
        printf("PyTorch is skipped: no python3 here has it\n");
        return;
    }
    finish_runner(add_runner(runners, count, "PyTorch, 1 thread over BLAS", python, script), task, "1");
    if (BENCH_OPENMP_BLAS[0] != '\0') {
        bench_runner *runner = add_runner(runners, count, "PyTorch, OpenMP", python, script);
        runner->library_path = BENCH_OPENMP_BLAS;
        finish_runner(runner, task, task->threads);
    }
}

static void add_sklearn(bench_runner *runners, size_t *count, const bench_task *task)
{
    static const char script[] = BENCH_SOURCE_ROOT "/bench/peers/sklearn_fit.py";
    const char *python = find_python("sklearn");
    if (python == NULL) {
        printf("scikit-learn is skipped: no python3 here has it\n");
        return;
    }
    finish_runner(add_runner(runners, count, "scikit-learn", python, script), task, task->threads);
}

/* ---- a run ---- */

/* Stores the result that the process printed; ends the program if there is none. */
static void take_answer(bench_runner *runner, const bench_task *task, const bench_process *process, size_t round)
{
    json_t *answer = json_loads(process->output, 0, NULL);
    const char *version = json_string_value(json_object_get(answer, "version"));
    runner->accuracy = json_number_value(json_object_get(answer, "accuracy"));
    if (answer == NULL || version == NULL || !(runner->accuracy >= task->enough)) {
        bench_fail("%s: the accuracy is %g, at least %g is expected; its output: %s", runner->name, runner->accuracy,
                   task->enough, process->output);
    }
    snprintf(runner->version, sizeof runner->version, "%s", version);
    for (size_t i = 0; i < PHASES; i++) {
        runner->phase[i][round] = json_number_value(json_object_get(answer, phases[i]));
    }
    runner->seconds[round] = process->seconds;
    runner->resident = process->resident > runner->resident ? process->resident : runner->resident;
    json_decref(answer);
}

static void run_rounds(bench_runner *runners, size_t count, const bench_task *task)
{
    for (size_t round = 0; round < task->rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            bench_process process;
            if (!bench_process_run(runners[i].arguments, runners[i].library_path, false, &process)) {
                bench_fail("%s failed", runners[i].name);
            }
            take_answer(&runners[i], task, &process, round);
        }
    }
}

static json_t *report(bench_runner *runners, size_t count, const bench_task *task)
{
    json_t *rows = json_array();
    double first = 0;
    printf("%s, %s epochs, %s threads, %zu round%s\n", task->folder, task->epochs, task->threads, task->rounds,
           task->rounds == 1 ? "" : "s");
    printf("  %-28s %9s %9s %7s %8s %8s %9s %9s %8s %10s\n", "median seconds", "process", "minimum", "spread", "load",
           "train", "evaluate", "accuracy", "MB", "/ gemmule");
    for (size_t i = 0; i < count; i++) {
        bench_runner *runner = &runners[i];
        bench_result whole = bench_summarize(runner->seconds, task->rounds);
        json_t *row = bench_to_json(runner->name, &whole);
        double medians[PHASES];
        for (size_t p = 0; p < PHASES; p++) {
            medians[p] = bench_summarize(runner->phase[p], task->rounds).median;
            json_object_set_new(row, phases[p], json_real(medians[p]));
        }
        json_object_set_new(row, "accuracy", json_real(runner->accuracy));
        json_object_set_new(row, "resident", json_real(runner->resident));
        json_object_set_new(row, "version", json_string(runner->version));
        json_array_append_new(rows, row);
        first = i == 0 ? whole.median : first;
        printf("  %-28s %9.2f %9.2f %6.1f%% %8.2f %8.2f %9.3f %9.4f %8.0f %10.2f\n", runner->name, whole.median,
               whole.minimum, whole.spread * 100, medians[0], medians[1], medians[2], runner->accuracy,
               runner->resident * 1e-6, whole.median / first);
    }
    return rows;
}

/* Returns the task: Fashion-MNIST, unless another folder is given or it is not installed. */
static bench_task choose_task(const bench_options *options)
{
    gml_context *context = bench_context(1);
    bench_task task = {.folder = options->data != NULL ? options->data : options->quick ? digits : fashion};
    if (options->data == NULL && !gml_dataset_part_exists(context, task.folder, "train")) {
        printf("%s is not there: the digits of the source tree instead\n", task.folder);
        task.folder = digits;
    }
    gml_context_destroy(context);
    size_t threads = options->threads != 0 ? options->threads : bench_processors();
    snprintf(task.threads, sizeof task.threads, "%zu", threads);
    snprintf(task.epochs, sizeof task.epochs, "%d", options->quick ? 3 : 10);
    task.enough = options->quick ? 0.5 : 0.85;
    task.rounds = options->quick || options->rounds < 6 ? 1 : options->rounds < 9 ? 2 : 3;
    return task;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "--once") == 0) {
        return bench_whole_fit(argv + 2);
    }
    bench_options options = bench_parse(
        argc, argv, "Times load, train and evaluate as whole processes, in a third of the rounds and at most 3.");
    bench_task task = choose_task(&options);
    bench_runner *runners = bench_allocate(MOST_RUNNERS, sizeof *runners);
    size_t count = 0;
    finish_runner(add_runner(runners, &count, "gemmule", argv[0], "--once"), &task, task.threads);
    add_torch(runners, &count, &task);
    add_sklearn(runners, &count, &task);
    run_rounds(runners, count, &task);
    json_t *cases = json_array();
    json_array_append_new(cases, json_pack("{s:s, s:s, s:s, s:o}", "data", task.folder, "epochs", task.epochs,
                                           "threads", task.threads, "contenders", report(runners, count, &task)));
    free(runners);
    return bench_finish(&options, "bench_end_to_end", cases);
}
