/* explain/effects/importance.c - permutation importance: how much worse predictions get without the information of a
 * column. */
#include <math.h>
#include <string.h>

#include "base/view.h"
#include "explain/effects/column_judge.h"
#include "explain/effects/team.h"
#include "gemmule/effects.h"
#include "tune/student.h"

enum { REPEATS = 5, MOST_REPEATS = 65535 };

static const double common_level = 0.95;

typedef struct importance_run {
    const gml_network *network;
    const gml_dataset *dataset;
    gml_importance_options options; /* complete */
    size_t groups;
    double base;
    double *drops;            /* [groups x repeats] */
    gml_column_judge *judges; /* [judge_count]: of each thread */
    size_t judge_count;
} importance_run;

/* ---- options ---- */

static gml_status check_group(gml_context *context, const gml_column_group *group, size_t index, size_t inputs)
{
    if (group->columns == NULL || group->count == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "group %zu has no columns", index + 1);
    }
    for (size_t i = 0; i < group->count; i++) {
        if (group->columns[i] >= inputs) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "group %zu: there is no input %zu; the network has %zu",
                            index + 1, group->columns[i], inputs);
        }
        for (size_t j = 0; j < i; j++) {
            if (group->columns[j] == group->columns[i]) {
                return gml_fail(context, GML_ERROR_ARGUMENT, "group %zu has input %zu twice", index + 1,
                                group->columns[i]);
            }
        }
    }
    return GML_OK;
}

/* Replaces zeros by the defaults. */
static gml_status complete_options(importance_run *run)
{
    gml_importance_options *options = &run->options;
    gml_context *context = run->network->context;
    const bool classes = gml_dataset_task(run->dataset) == GML_TASK_CLASSIFICATION;
    options->metric = options->metric != NULL ? options->metric : classes ? "accuracy" : "r2";
    options->repeats = options->repeats != 0 ? options->repeats : REPEATS;
    options->level = options->level != 0 ? options->level : common_level;
    if (options->repeats > MOST_REPEATS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%zu repeats; at most %d are possible", options->repeats,
                        MOST_REPEATS);
    }
    if (!(options->level > 0 && options->level < 1)) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "the level of an interval is %g; it must be between 0 and 1",
                        options->level);
    }
    run->groups = options->groups != NULL ? options->group_count : gml_network_columns(run->network);
    gml_status status = GML_OK;
    for (size_t i = 0; options->groups != NULL && i < run->groups && status == GML_OK; i++) {
        status = check_group(context, &options->groups[i], i, gml_network_columns(run->network));
    }
    return status;
}

/* ---- scores ---- */

/* Computes one repeat of one group: by how much the score gets worse. */
static gml_status permute(void *argument, size_t task, size_t worker)
{
    const importance_run *run = argument;
    const gml_importance_options *options = &run->options;
    gml_context *context = run->network->context;
    gml_column_judge *judge = &run->judges[worker];
    const size_t group = task / options->repeats, repeat = task % options->repeats;
    const gml_column_group own = {&group, 1};
    const gml_column_group *columns = options->groups != NULL ? &options->groups[group] : &own;
    const gml_stream stream = {.seed = options->seed,
                               .purpose = GML_RANDOM_COLUMNS,
                               .step = (uint64_t)columns->columns[0] * (MOST_REPEATS + 1) + repeat};
    double score;
    gml_status status = gml_column_judge_run(judge, &stream, columns->columns, columns->count, &score);
    if (status != GML_OK) {
        char reason[GML_MESSAGE_SIZE];
        gml_context_copy_message(context, reason, sizeof reason);
        return gml_fail(context, status, "with the values of input %zu permuted: %s", columns->columns[0], reason);
    }
    run->drops[task] = judge->higher_is_better ? run->base - score : score - run->base;
    return GML_OK;
}

static gml_status make_judges(importance_run *run)
{
    gml_context *context = run->network->context;
    run->judge_count = gml_team_size(context, run->groups * run->options.repeats);
    run->judges = gml_allocate(context, run->judge_count, sizeof *run->judges, "permutation importance");
    if (run->judges == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(run->judges, 0, run->judge_count * sizeof *run->judges);
    gml_status status = GML_OK;
    for (size_t i = 0; i < run->judge_count && status == GML_OK; i++) {
        status = gml_column_judge_create(run->network, run->dataset, run->options.metric, &run->judges[i]);
    }
    return status;
}

static void free_judges(importance_run *run)
{
    for (size_t i = 0; run->judges != NULL && i < run->judge_count; i++) {
        gml_column_judge_destroy(&run->judges[i]);
    }
    gml_release(run->network->context, run->judges, run->judge_count, sizeof *run->judges);
}

static gml_status run_tasks(importance_run *run)
{
    gml_status status = make_judges(run);
    if (status == GML_OK) {
        status = gml_column_judge_run(&run->judges[0], NULL, NULL, 0, &run->base);
    }
    if (status == GML_OK) {
        status = gml_team_run(run->network->context, run->groups * run->options.repeats, permute, run);
    }
    free_judges(run);
    return status;
}

/* ---- results ---- */

static gml_importance summarize(const double *drops, size_t repeats, double level)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < repeats; i++) {
        sum += drops[i];
    }
    const double n = (double)repeats, mean = sum / n;
    for (size_t i = 0; i < repeats; i++) {
        squares += (drops[i] - mean) * (drops[i] - mean);
    }
    gml_importance made = {.mean = mean, .deviation = sqrt(squares / n), .low = NAN, .high = NAN};
    if (repeats > 1) {
        const double half = gml_student_bound(level, repeats - 1) * sqrt(squares / (n - 1) / n);
        made.low = mean - half;
        made.high = mean + half;
    }
    return made;
}

static void write_results(const importance_run *run, double *base, gml_importance *importances, gml_matrix drops)
{
    const size_t repeats = run->options.repeats;
    for (size_t i = 0; i < run->groups; i++) {
        importances[i] = summarize(run->drops + i * repeats, repeats, run->options.level);
        for (size_t j = 0; drops.data != NULL && j < repeats; j++) {
            ((double *)gml_view_row(drops, i))[j] = run->drops[i * repeats + j];
        }
    }
    if (base != NULL) {
        *base = run->base;
    }
}

static gml_status check_arguments(importance_run *run, gml_matrix drops)
{
    gml_context *context = run->network->context;
    gml_status status = complete_options(run);
    if (status == GML_OK && drops.data != NULL) {
        status = gml_view_check(context, "drops", drops, GML_F64, run->groups, run->options.repeats);
    }
    return status == GML_OK ? gml_network_check_samples(run->network, run->dataset, 0, gml_dataset_size(run->dataset),
                                                        gml_matrix_none(), NULL)
                            : status;
}

gml_status gml_permutation_importance(const gml_network *network, const gml_dataset *dataset,
                                      const gml_importance_options *options, double *base, gml_importance *importances,
                                      gml_matrix drops)
{
    gml_context *context = network != NULL ? network->context : gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"network", network}, {"dataset", dataset}, {"importances", importances}, {0}});
    if (status != GML_OK) {
        return status;
    }
    importance_run run = {.network = network, .dataset = dataset};
    run.options = options != NULL ? *options : (gml_importance_options){0};
    status = check_arguments(&run, drops);
    size_t count;
    if (status == GML_OK && __builtin_mul_overflow(run.groups, run.options.repeats, &count)) {
        status = gml_fail(context, GML_ERROR_SHAPE, "%zu groups and %zu repeats exceed the address space", run.groups,
                          run.options.repeats);
    }
    if (status != GML_OK) {
        return status;
    }
    run.drops = gml_allocate(context, count, sizeof *run.drops, "permutation importance");
    if (run.drops == NULL) {
        return GML_ERROR_MEMORY;
    }
    status = run_tasks(&run);
    if (status == GML_OK) {
        write_results(&run, base, importances, drops);
    }
    gml_release(context, run.drops, count, sizeof *run.drops);
    return status;
}
