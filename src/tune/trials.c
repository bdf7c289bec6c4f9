/* tune/trials.c - short fits at candidate rates, halved until one is left. */
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "network/network.h"
#include "tune/rate.h"

/* One trial of a round, and what its callbacks see. */
typedef struct rate_watch {
    const gml_rate_search *search;
    atomic_int *stopped;       /* of all trials */
    size_t batches;            /* so far */
    size_t most;               /* batches of the trial */
    gml_rate_score best, last; /* of the epochs so far */
    double rate;
} rate_watch;

enum { TRIAL_ENDS = 1 };

static int on_batch(void *user, const gml_progress *progress)
{
    rate_watch *watch = user;
    const gml_rate_options *options = &watch->search->options;
    (void)progress;
    if (options->on_batch != NULL && atomic_load(watch->stopped) == 0) {
        const int stop = options->on_batch(options->user, watch->rate);
        if (stop != 0) {
            atomic_store(watch->stopped, stop);
        }
    }
    return ++watch->batches >= watch->most || atomic_load(watch->stopped) != 0 ? TRIAL_ENDS : 0;
}

static int on_epoch(void *user, const gml_progress *progress)
{
    rate_watch *watch = user;
    watch->last = (gml_rate_score){progress->score, progress->validation->loss};
    watch->best = gml_rate_is_better(watch->search, watch->last, watch->best) ? watch->last : watch->best;
    return 0;
}

/* ---- a round ---- */

typedef struct rate_round {
    gml_fit_job jobs[GML_RATE_TRIALS];
    rate_watch watches[GML_RATE_TRIALS];
    atomic_int stopped;
} rate_round;

static gml_status prepare(rate_round *round, const gml_rate_search *search, const size_t *chosen, size_t count,
                          size_t batches)
{
    gml_status status = GML_OK;
    for (size_t i = 0; i < count && status == GML_OK; i++) {
        const double rate = search->result->trial[chosen[i]].rate;
        gml_fit_job *job = &round->jobs[i];
        round->watches[i] = (rate_watch){.search = search,
                                         .stopped = &round->stopped,
                                         .most = batches,
                                         .best = {(double)NAN, (double)INFINITY},
                                         .rate = rate};
        *job = (gml_fit_job){.dataset = search->part,
                             .validation = search->validation,
                             .options = search->train_options,
                             .callbacks = {&round->watches[i], on_batch, on_epoch}};
        job->options.learning_rate = rate;
        job->options.keep_best = GML_CHOICE_NO; /* the weights at the end are scored here */
        status = gml_network_copy(search->network, gml_network_dtype(search->network), &job->network);
    }
    return status;
}

/* The score of a trial that has ended: of its epochs, or after its last batch. */
static gml_status finish(const gml_rate_search *search, const gml_fit_job *job, const rate_watch *watch,
                         gml_rate_trial *trial)
{
    const bool last = search->train_options.keep_best == GML_CHOICE_NO;
    gml_rate_score end = watch->last;
    trial->steps = job->report.steps;
    trial->loss = (double)INFINITY;
    trial->score = (double)NAN;
    if (job->status != GML_OK) {
        return job->status == GML_ERROR_DIVERGED ? GML_OK
                                                 : gml_fail(search->network->context, job->status, "%s", job->message);
    }
    gml_status status = GML_OK;
    if (job->report.validation.samples == 0 || job->report.stopped != 0) {
        status = gml_rate_score_network(search, job->network, NULL, &end);
    }
    if (status == GML_OK) {
        const gml_rate_score found = !last && !gml_rate_is_better(search, end, watch->best) ? watch->best : end;
        trial->score = found.score;
        trial->loss = found.loss;
    }
    return status;
}

/* Trains each chosen candidate from the beginning for `batches` batches. */
static gml_status run_round(const gml_rate_search *search, const size_t *chosen, size_t count, double batches)
{
    gml_context *context = search->network->context;
    rate_round *round = gml_allocate(context, 1, sizeof *round, "the trials");
    if (round == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(round, 0, sizeof *round);
    gml_status status = prepare(round, search, chosen, count, batches < 1e15 ? (size_t)batches : SIZE_MAX);
    if (status == GML_OK) {
        gml_fit_many(context, round->jobs, count); /* each job has its status */
        search->result->stopped = atomic_load(&round->stopped);
    }
    for (size_t i = 0; i < count && status == GML_OK; i++) {
        status = finish(search, &round->jobs[i], &round->watches[i], &search->result->trial[chosen[i]]);
        search->result->steps += round->jobs[i].report.steps;
    }
    for (size_t i = 0; i < count; i++) {
        gml_network_destroy(round->jobs[i].network);
    }
    gml_release(context, round, 1, sizeof *round);
    return status;
}

/* ---- halving ---- */

/* 10^(k/2) to four digits, as the number that is nearest to the decimal: 0.03162. */
static double candidate_rate(long k)
{
    const long decade = (k - (k & 1)) / 2 - 3;
    const double digits = (k & 1) != 0 ? 3162 : 1000;
    return decade < 0 ? digits / pow(10, (double)-decade) : digits * pow(10, (double)decade);
}

/* The rates 10^k and 3.162 10^k of the range: the greatest of them up to half a decade above the limit, ascending.
 * Steps at growing rates may diverge a little earlier than a fit does. */
static void choose_candidates(const gml_rate_search *search)
{
    gml_rate_result *result = search->result;
    const double slack = 1e-4,
                 most = result->limit > 0 ? fmin(sqrt(10) * result->limit, search->options.most) : search->options.most;
    const long top = (long)floor(2 * log10(most) + slack), least = (long)ceil(2 * log10(search->options.least) - slack);
    const long bottom = top - GML_RATE_TRIALS + 1 > least ? top - GML_RATE_TRIALS + 1 : least;
    result->trials = 0;
    for (long k = bottom; k <= top; k++) {
        result->trial[result->trials++] =
            (gml_rate_trial){.rate = candidate_rate(k), .loss = (double)INFINITY, .score = (double)NAN};
    }
}

/* Moves the better half of the chosen trials, rounded up, to the front, the best first. */
static size_t keep_better_half(const gml_rate_search *search, size_t *chosen, size_t count)
{
    const gml_rate_trial *trials = search->result->trial;
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0; j--) {
            const gml_rate_trial *a = &trials[chosen[j - 1]], *b = &trials[chosen[j]];
            const gml_rate_score x = {a->score, a->loss}, y = {b->score, b->loss};
            if (gml_rate_is_better(search, x, y) || (!gml_rate_is_better(search, y, x) && a->rate < b->rate)) {
                break;
            }
            const size_t moved = chosen[j];
            chosen[j] = chosen[j - 1];
            chosen[j - 1] = moved;
        }
    }
    return (count + 1) / 2;
}

/* Adds the rates next to the best one, which early steps may have put below it. */
static size_t add_neighbours(const gml_rate_result *result, size_t *chosen)
{
    const size_t best = chosen[0];
    size_t count = 1;
    if (best > 0) {
        chosen[count++] = best - 1;
    }
    if (best + 1 < result->trials) {
        chosen[count++] = best + 1;
    }
    return count;
}

/* Batches of the fit: the steps of trials count in batches, so that `accumulate` makes them longer. */
static double fit_batches(const gml_rate_search *search)
{
    const double size = (double)gml_dataset_size(search->part), batch = (double)search->train_options.batch;
    return ceil(size / batch) * (double)search->train_options.epochs;
}

static void explain(const gml_rate_search *search, const gml_rate_trial *best)
{
    gml_rate_result *result = search->result;
    const char *metric = search->metric != NULL ? search->metric : "loss";
    if (!isfinite(best->loss)) {
        snprintf(result->reason, sizeof result->reason, "no clear answer: training diverges at every rate from %.3g",
                 result->trial[0].rate);
    } else if (!gml_rate_improves(search, best)) {
        snprintf(result->reason, sizeof result->reason,
                 "no clear answer: no rate %s the validation %.60s%s (%.4g before training, %.4g at best)",
                 search->metric != NULL ? "improves" : "lowers", metric, search->metric != NULL ? "" : " by 1 %",
                 result->start_score, best->score);
    } else {
        result->rate = best->rate;
        snprintf(result->reason, sizeof result->reason,
                 "the best of %zu rates from %.3g to %.3g: a validation %.60s of %.4g after %zu step%s", result->trials,
                 result->trial[0].rate, result->trial[result->trials - 1].rate, metric, best->score, best->steps,
                 best->steps == 1 ? "" : "s");
    }
}

gml_status gml_rate_run_trials(gml_rate_search *search)
{
    gml_rate_result *result = search->result;
    size_t chosen[GML_RATE_TRIALS];
    const double first = (double)search->options.trial_steps * (double)search->train_options.accumulate;
    const double most = (double)search->options.final_steps * (double)search->train_options.accumulate;
    const double longest = fmin(most, fit_batches(search));
    gml_status status = gml_rate_begin_scores(search);
    if (status != GML_OK) {
        return status;
    }
    choose_candidates(search);
    for (size_t i = 0; i < result->trials; i++) {
        chosen[i] = i;
    }
    size_t count = result->trials;
    if (count == 0) {
        snprintf(result->reason, sizeof result->reason,
                 "no clear answer: no rate 10^k or 3.162 10^k is from %.3g to %.3g", search->options.least,
                 result->limit > 0 ? result->limit : search->options.most);
        return GML_OK;
    }
    for (double batches = first; count > 1 && batches < longest && status == GML_OK && result->stopped == 0;
         batches *= 2) {
        status = run_round(search, chosen, count, batches);
        count = keep_better_half(search, chosen, count);
    }
    if (status == GML_OK && result->stopped == 0) {
        count = count > 1 ? count : add_neighbours(result, chosen);
        status = run_round(search, chosen, count, longest);
        keep_better_half(search, chosen, count);
    }
    if (status == GML_OK && result->stopped == 0) {
        explain(search, &result->trial[chosen[0]]);
    }
    return status;
}
