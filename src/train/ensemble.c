/* train/ensemble.c - trains the members of an ensemble side by side, each with seeds or a fold of its own. */
#include "gemmule/ensemble.h"

#include <stdatomic.h>
#include <stdio.h>

#include "data/split/split.h"
#include "network/ensemble.h"
#include "network/network.h"

enum { DEFAULT_MEMBERS = 5 };

typedef struct ensemble_run ensemble_run;

/* One member and its fit. */
typedef struct ensemble_work {
    ensemble_run *run;
    size_t index;
    gml_dataset *train, *rest; /* the parts of its fold; null without folds */
    bool skipped;              /* not begun, since a callback has stopped all or an earlier member has failed */
} ensemble_work;

struct ensemble_run {
    gml_context *context;
    gml_recipe recipe;
    const gml_dataset *dataset, *validation;
    gml_ensemble_options options;
    size_t count;
    gml_fit_job *jobs;    /* [count] */
    ensemble_work *works; /* [count] */
    gml_network **made;   /* [count]: the networks of the ensemble */
    bool ready;           /* jobs, works and made are set */
    atomic_int stopped;   /* return value of a callback, or 0 */
    atomic_size_t failed; /* index of the first member that has failed; SIZE_MAX: none */
};

size_t gml_ensemble_size(const gml_ensemble_options *options)
{
    const gml_ensemble_options defaults = {0};
    options = options != NULL ? options : &defaults;
    return options->split != NULL  ? gml_split_folds(options->split) * gml_split_repeats(options->split)
           : options->members != 0 ? options->members
                                   : DEFAULT_MEMBERS;
}

static gml_status check_arguments(const ensemble_run *run)
{
    const gml_ensemble_options *options = &run->options;
    const gml_train_options *fit = &run->recipe.fit;
    if (fit->checkpoint != NULL || fit->resume != NULL) {
        return gml_fail(run->context, GML_ERROR_ARGUMENT,
                        "the recipe of an ensemble has a file to %s: all members would share it",
                        fit->checkpoint != NULL ? "write checkpoints to" : "resume from");
    }
    if (options->split != NULL && options->split->plan.dataset != run->dataset) {
        return gml_fail(run->context, GML_ERROR_ARGUMENT, "the split is of another dataset");
    }
    if (options->split != NULL && (options->members != 0 || run->validation != NULL)) {
        return gml_fail(run->context, GML_ERROR_ARGUMENT,
                        "an ensemble by folds has a member for each fold, validated on its own part: no %s beside them",
                        options->members != 0 ? "number of members" : "validation data");
    }
    return run->count <= GML_MOST_MEMBERS
               ? GML_OK
               : gml_fail(run->context, GML_ERROR_ARGUMENT, "an ensemble of %zu members; at most %d are allowed",
                          run->count, GML_MOST_MEMBERS);
}

/* ---- one member ---- */

enum { MEMBER_ENDS = 1 };

/* After a failure only the members before the failed one matter: the first failure is reported, whatever the number of
 * threads. */
static bool goes_on(const ensemble_work *work)
{
    return atomic_load(&work->run->stopped) == 0 && atomic_load(&work->run->failed) > work->index;
}

static int watch(const ensemble_work *work, int (*callback)(void *, size_t, const gml_progress *),
                 const gml_progress *progress)
{
    ensemble_run *run = work->run;
    const int stop = callback != NULL ? callback(run->options.user, work->index, progress) : 0;
    if (stop != 0) {
        atomic_store(&run->stopped, stop);
    }
    return goes_on(work) ? 0 : MEMBER_ENDS;
}

static int on_batch(void *user, const gml_progress *progress)
{
    const ensemble_work *work = user;
    return watch(work, work->run->options.on_batch, progress);
}

static int on_epoch(void *user, const gml_progress *progress)
{
    const ensemble_work *work = user;
    return watch(work, work->run->options.on_epoch, progress);
}

/* Makes the parts and the network of a member, on the thread of its fit. */
static gml_status begin(gml_fit_job *job)
{
    ensemble_work *work = job->user;
    ensemble_run *run = work->run;
    const gml_split *split = run->options.split;
    gml_recipe recipe = run->recipe;
    gml_status status = GML_OK;
    work->skipped = !goes_on(work);
    if (work->skipped) {
        return GML_ERROR_ARGUMENT;
    }
    job->dataset = run->dataset;
    job->validation = run->validation;
    if (split != NULL) {
        const size_t folds = gml_split_folds(split);
        status = gml_split_fold(split, work->index / folds, work->index % folds, &work->train, &work->rest);
        job->dataset = work->train;
        job->validation = work->rest;
    }
    recipe.options.seed += work->index;
    recipe.fit.seed += work->index;
    if (status == GML_OK) {
        job->options = gml_recipe_fit_options(&recipe, gml_dataset_size(job->dataset));
        status = gml_recipe_network(&recipe, job->dataset, &job->network);
    }
    return status;
}

static void end(gml_fit_job *job)
{
    ensemble_work *work = job->user;
    size_t first = atomic_load(&work->run->failed);
    gml_dataset_destroy(work->train);
    gml_dataset_destroy(work->rest);
    while (job->status != GML_OK && !work->skipped && work->index < first &&
           !atomic_compare_exchange_weak(&work->run->failed, &first, work->index)) {
    }
}

/* ---- all members ---- */

static gml_status allocate(ensemble_run *run)
{
    run->jobs = gml_allocate(run->context, run->count, sizeof *run->jobs, "the fits of an ensemble");
    run->works = gml_allocate(run->context, run->count, sizeof *run->works, "the fits of an ensemble");
    run->made = gml_allocate(run->context, run->count, sizeof(gml_network *), "the members of an ensemble");
    if (run->jobs == NULL || run->works == NULL || run->made == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < run->count; i++) {
        run->works[i] = (ensemble_work){.run = run, .index = i};
        run->jobs[i] = (gml_fit_job){.user = &run->works[i], .begin = begin, .end = end};
        run->jobs[i].callbacks = (gml_fit_callbacks){&run->works[i], on_batch, on_epoch};
    }
    run->ready = true;
    return GML_OK;
}

/* Returns the failure of the first member that has failed; members that were skipped have not. */
static gml_status find_failure(const ensemble_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const gml_fit_job *job = &run->jobs[i];
        if (job->status != GML_OK && !run->works[i].skipped) {
            return gml_fail(run->context, job->status, "member %zu of %zu: %s", i + 1, run->count, job->message);
        }
    }
    return GML_OK;
}

static gml_status set_fact(const ensemble_run *run, gml_network *network)
{
    char text[80];
    snprintf(text, sizeof text, "folds (%s)", gml_split_kind(run->options.split));
    return gml_network_set_fact(network, "ensemble", run->options.split != NULL ? text : "seeds");
}

/* Makes an ensemble of the members whose fit has ended; null if there is none. */
static gml_status assemble(ensemble_run *run, gml_network **network)
{
    size_t count = 0;
    gml_network *made = NULL;
    for (size_t i = 0; i < run->count; i++) {
        if (run->jobs[i].network != NULL && run->jobs[i].report.stopped == 0) {
            run->made[count++] = run->jobs[i].network;
        }
    }
    gml_status status = count > 0 ? gml_ensemble_create(run->made, count, &made) : GML_OK;
    if (status != GML_OK) {
        return status;
    }
    for (size_t i = 0; i < run->count; i++) {
        run->jobs[i].network = run->jobs[i].report.stopped == 0 ? NULL : run->jobs[i].network;
    }
    status = made != NULL ? set_fact(run, made) : GML_OK;
    if (status != GML_OK) {
        gml_network_destroy(made);
        return status;
    }
    *network = made;
    return GML_OK;
}

static gml_status fit(ensemble_run *run, gml_network **network, gml_fit_report *reports)
{
    gml_status status = gml_fit_many(run->context, run->jobs, run->count);
    for (size_t i = 0; reports != NULL && i < run->count; i++) {
        reports[i] = run->jobs[i].report;
    }
    status = status == GML_OK ? GML_OK : find_failure(run);
    return status == GML_OK ? assemble(run, network) : status;
}

static void clear(ensemble_run *run)
{
    for (size_t i = 0; run->ready && i < run->count; i++) {
        gml_network_destroy(run->jobs[i].network);
    }
    gml_release(run->context, run->made, run->count, sizeof(gml_network *));
    gml_release(run->context, run->works, run->count, sizeof *run->works);
    gml_release(run->context, run->jobs, run->count, sizeof *run->jobs);
}

gml_status gml_ensemble_fit(const gml_recipe *recipe, const gml_dataset *dataset, const gml_dataset *validation,
                            const gml_ensemble_options *options, gml_network **network, gml_fit_report *reports)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"dataset", dataset}, {"network", network}, {0}});
    if (status != GML_OK) {
        return status;
    }
    ensemble_run run = {.context = context, .dataset = dataset, .validation = validation};
    run.recipe = recipe != NULL ? *recipe : (gml_recipe){0};
    run.recipe.fit.observer = NULL; /* of one network, not of many */
    run.options = options != NULL ? *options : (gml_ensemble_options){0};
    run.count = gml_ensemble_size(options);
    atomic_init(&run.stopped, 0);
    atomic_init(&run.failed, SIZE_MAX);
    status = check_arguments(&run);
    if (status != GML_OK) {
        return status;
    }
    status = allocate(&run);
    if (status == GML_OK) {
        status = fit(&run, network, reports);
    }
    clear(&run);
    return status;
}
