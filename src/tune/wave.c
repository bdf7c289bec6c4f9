/* tune/wave.c - trains and judges trials side by side: a fit for each trial and part of the data. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "network/network.h"
#include "tune/search.h"

/* ---- one fit of a trial ---- */

/* A trial of the wave, and how far it is. */
typedef struct running_trial {
    gml_trial *trial;
    gml_assigned_recipe assigned;
    size_t left;            /* fits that have not ended */
    gml_network **networks; /* [parts]: of those that have, if the search keeps them */
    bool cut;
    atomic_bool begun;
} running_trial;

typedef struct trial_fit {
    gml_search *search;
    running_trial *running;
    const gml_judge_part *part;
    double values[2];
    char message[256];
} trial_fit;

enum { ENDS = 1 };

static int on_batch(void *user, const gml_progress *progress)
{
    const trial_fit *fit = user;
    (void)progress;
    return gml_search_is_over(fit->search) ? ENDS : 0;
}

/* Members of an ensemble differ; trials that are compared alone do not. */
static uint64_t member_seed(const trial_fit *fit)
{
    const gml_search *search = fit->search;
    return search->keeps ? (uint64_t)(fit->part - search->judge.parts) : 0;
}

static gml_status begin_fit(gml_fit_job *job)
{
    const trial_fit *fit = job->user;
    gml_recipe recipe = fit->running->assigned.recipe;
    if (gml_search_is_over(fit->search)) {
        job->report.stopped = ENDS;
        return GML_ERROR_ARGUMENT; /* trains nothing; end_fit sees why */
    }
    atomic_store(&fit->running->begun, true);
    recipe.options.seed += member_seed(fit);
    return gml_recipe_network(&recipe, fit->part->train, &job->network);
}

static void judge_fit(gml_fit_job *job, trial_fit *fit)
{
    const gml_judge *judge = &fit->search->judge;
    if (job->status == GML_OK) {
        job->status = gml_judge_score(judge, job->network, fit->part->validation, fit->values);
    }
    if (job->status == GML_OK && isnan(fit->values[0])) {
        job->status = GML_ERROR_DATA;
    }
    if (job->status != GML_OK) {
        snprintf(fit->message, sizeof fit->message, "%.255s", gml_context_message(judge->context));
    }
}

static void finish_trial(const gml_judge *judge, const gml_fit_job *jobs, gml_trial *trial);
static gml_fit_report add_up(const gml_judge *judge, const gml_fit_job *jobs);

/* Judges the fit. After the last one of its trial, the trial has ended. */
static void end_fit(gml_fit_job *job)
{
    trial_fit *fit = job->user;
    running_trial *running = fit->running;
    gml_search *search = fit->search;
    const bool cut = job->report.stopped != 0;
    if (!cut) {
        judge_fit(job, fit);
    }
    if (running->networks != NULL) {
        running->networks[fit->part - search->judge.parts] = job->network;
    } else {
        gml_network_destroy(job->network);
    }
    job->network = NULL;
    pthread_mutex_lock(&search->lock);
    running->cut = running->cut || cut;
    if (!cut && job->status == GML_ERROR_MEMORY) {
        atomic_store(&search->out_of_memory, true);
    }
    if (--running->left == 0 && (running->cut || atomic_load(&search->out_of_memory))) {
        search->result.cut += atomic_load(&running->begun);
    } else if (running->left == 0) {
        const gml_fit_job *jobs = job - (fit->part - search->judge.parts);
        finish_trial(&search->judge, jobs, running->trial);
        gml_winner ended = {*running->trial, add_up(&search->judge, jobs), running->networks};
        running->networks = NULL;
        gml_search_record(search, &ended);
    }
    pthread_mutex_unlock(&search->lock);
}

/* ---- a trial from its fits ---- */

static double mean_of(const gml_fit_job *jobs, size_t count, size_t which)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += ((const trial_fit *)jobs[i].user)->values[which];
    }
    return sum / (double)count;
}

static double deviation_of(const gml_fit_job *jobs, size_t count, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double difference = ((const trial_fit *)jobs[i].user)->values[0] - mean;
        sum += difference * difference;
    }
    return count > 1 ? sqrt(sum / (double)(count - 1)) : (double)NAN;
}

/* `jobs`: of the trial, one for each part. */
static void finish_trial(const gml_judge *judge, const gml_fit_job *jobs, gml_trial *trial)
{
    for (size_t i = judge->count; i-- > 0;) {
        trial->seconds += jobs[i].report.seconds;
        if (jobs[i].status != GML_OK) {
            trial->status = jobs[i].status;
            memcpy(trial->message, ((const trial_fit *)jobs[i].user)->message, sizeof trial->message);
        }
    }
    if (trial->status == GML_OK) {
        trial->score = mean_of(jobs, judge->count, 0);
        trial->deviation = deviation_of(jobs, judge->count, trial->score);
        trial->second = mean_of(jobs, judge->count, 1);
    }
}

/* The fits of a trial as one: epochs of the longest, the mean of the losses. */
static gml_fit_report add_up(const gml_judge *judge, const gml_fit_job *jobs)
{
    gml_fit_report all = {.best_score = (double)NAN};
    for (size_t i = 0; i < judge->count; i++) {
        const gml_fit_report *one = &jobs[i].report;
        all.epochs = one->epochs > all.epochs ? one->epochs : all.epochs;
        all.steps += one->steps;
        all.samples += one->samples;
        all.seconds += one->seconds;
        all.train_loss += one->train_loss / (double)judge->count;
    }
    return all;
}

/* ---- the wave ---- */

typedef struct trial_wave {
    running_trial *running; /* [count] */
    gml_fit_job *jobs;      /* [count * parts] */
    trial_fit *fits;        /* likewise */
    size_t count, job_count;
} trial_wave;

static const gml_trial *find_finished(const gml_search_options *options, const gml_trial *trial)
{
    for (size_t i = 0; i < options->finished_count; i++) {
        const gml_trial *finished = &options->finished[i];
        if (finished->number == trial->number && fabs(finished->horizon - trial->horizon) < 1e-9) {
            return finished;
        }
    }
    return NULL;
}

/* Takes over a finished trial, if there is one. */
static gml_status reuse(gml_search *search, gml_trial *trial, bool *reused)
{
    const gml_trial *finished = find_finished(&search->options, trial);
    *reused = finished != NULL;
    if (finished == NULL) {
        return GML_OK;
    }
    if (strcmp(finished->assignment, trial->assignment) != 0) {
        return gml_fail(search->context, GML_ERROR_ARGUMENT,
                        "the finished trial %zu is of another search: its values are %.200s, here they are %.200s",
                        trial->number, finished->assignment, trial->assignment);
    }
    const double horizon = trial->horizon;
    *trial = *finished;
    trial->horizon = horizon;
    trial->reused = 1;
    return GML_OK;
}

static bool make_room(gml_search *search, running_trial *running)
{
    const size_t parts = search->judge.count;
    running->networks = gml_allocate(search->context, parts, sizeof *running->networks, "the networks of a trial");
    if (running->networks != NULL) {
        memset(running->networks, 0, parts * sizeof *running->networks);
    }
    return running->networks != NULL;
}

/* Adds the jobs of a trial. A recipe that does not fit together ends the trial at once. Errors: memory. */
static gml_status add_trial(gml_search *search, trial_wave *wave, gml_trial *trial)
{
    running_trial *running = &wave->running[wave->count++];
    char message[GML_MESSAGE_SIZE];
    gml_message_scope scope;
    *running = (running_trial){.trial = trial, .left = search->judge.count};
    gml_message_open(search->context, &scope, message);
    trial->status =
        gml_recipe_assign(search->context, &search->recipe, trial->assignment, search->data, &running->assigned);
    gml_message_close(search->context, &scope);
    if (trial->status == GML_ERROR_MEMORY) {
        return gml_fail(search->context, GML_ERROR_MEMORY, "%s", message);
    }
    if (trial->status != GML_OK) {
        snprintf(trial->message, sizeof trial->message, "%.255s", message);
        gml_search_record(search, &(gml_winner){.trial = *trial});
        return GML_OK;
    }
    if (search->keeps && !make_room(search, running)) {
        return GML_ERROR_MEMORY;
    }
    gml_train_options options = running->assigned.recipe.fit;
    const double epochs = round(trial->horizon * (double)options.epochs);
    options.epochs = epochs < 1 ? 1 : (size_t)epochs;
    for (size_t i = 0; i < search->judge.count; i++) {
        gml_fit_job *job = &wave->jobs[wave->job_count];
        trial_fit *fit = &wave->fits[wave->job_count++];
        *fit = (trial_fit){.search = search, .running = running, .part = &search->judge.parts[i]};
        *job = (gml_fit_job){.dataset = fit->part->train,
                             .validation = search->keeps ? fit->part->validation : NULL,
                             .options = options,
                             .callbacks = {.user = fit, .on_batch = on_batch},
                             .user = fit,
                             .begin = begin_fit,
                             .end = end_fit};
        job->options.seed += member_seed(fit);
        job->options.batch =
            options.batch < gml_dataset_size(job->dataset) ? options.batch : gml_dataset_size(job->dataset);
    }
    return GML_OK;
}

static gml_status prepare(gml_search *search, trial_wave *wave, gml_trial *trials, size_t count)
{
    gml_status status = GML_OK;
    for (size_t i = 0; i < count && status == GML_OK; i++) {
        bool reused = false;
        trials[i].score = trials[i].deviation = trials[i].second = (double)NAN;
        trials[i].seconds = 0;
        trials[i].reused = 0;
        trials[i].status = GML_OK;
        trials[i].message[0] = '\0';
        status = reuse(search, &trials[i], &reused);
        if (status == GML_OK && reused) {
            gml_search_record(search, &(gml_winner){.trial = trials[i]});
        } else if (status == GML_OK) {
            status = add_trial(search, wave, &trials[i]);
        }
    }
    return status;
}

/* Failures of fits belong to their trials, unless no fit was begun. */
static gml_status run_jobs(gml_search *search, trial_wave *wave)
{
    char message[GML_MESSAGE_SIZE];
    gml_message_scope scope;
    gml_message_open(search->context, &scope, message);
    const gml_status status = gml_fit_many(search->context, wave->jobs, wave->job_count);
    gml_message_close(search->context, &scope);
    const trial_fit *first = wave->jobs[0].user;
    if (first->running->left > 0) {
        return gml_fail(search->context, status, "%s", message);
    }
    return atomic_load(&search->out_of_memory)
               ? gml_fail(search->context, GML_ERROR_MEMORY, "a trial of the search has not enough memory")
               : GML_OK;
}

gml_status gml_wave_run(gml_search *search, gml_trial *trials, size_t count)
{
    gml_context *context = search->context;
    const size_t jobs = count * search->judge.count;
    trial_wave wave = {.running = gml_allocate(context, count, sizeof *wave.running, "the trials"),
                       .jobs = gml_allocate(context, jobs, sizeof *wave.jobs, "the trials"),
                       .fits = gml_allocate(context, jobs, sizeof *wave.fits, "the trials")};
    gml_status status = wave.running != NULL && wave.jobs != NULL && wave.fits != NULL
                            ? prepare(search, &wave, trials, count)
                            : GML_ERROR_MEMORY;
    if (status == GML_OK && wave.job_count > 0) {
        status = run_jobs(search, &wave);
    }
    for (size_t i = 0; i < wave.count; i++) { /* of trials that were cut */
        gml_winner_clear(search, &(gml_winner){.networks = wave.running[i].networks});
    }
    gml_release(context, wave.fits, jobs, sizeof *wave.fits);
    gml_release(context, wave.jobs, jobs, sizeof *wave.jobs);
    gml_release(context, wave.running, count, sizeof *wave.running);
    return status;
}
