/* tune/find_recipe.c - the search for a recipe: its time, its waves of trials, its result. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset.h"
#include "network/network.h"
#include "tune/search.h"

/* ---- time, callbacks, results ---- */

double gml_search_seconds(const gml_search *search)
{
    return (double)(gml_now(search->context) - search->start) * 1e-9;
}

bool gml_search_is_over(gml_search *search)
{
    const gml_search_options *options = &search->options;
    if (options->on_batch != NULL && atomic_load(&search->stopped) == 0) {
        const int stop = options->on_batch(options->user);
        if (stop != 0) {
            atomic_store(&search->stopped, stop);
        }
    }
    if (options->seconds > 0 && !atomic_load(&search->late)) {
        const double reserve = (double)atomic_load(&search->reserve) * 1e-9;
        atomic_store(&search->late, gml_search_seconds(search) + reserve >= options->seconds);
    }
    return atomic_load(&search->stopped) != 0 || atomic_load(&search->late) || atomic_load(&search->out_of_memory);
}

/* A fit on all data takes as long as that of a trial, and longer by the samples that this does not see. */
static double fit_seconds(const gml_search *search, const gml_trial *trial)
{
    const gml_judge *judge = &search->judge;
    return trial->seconds / (double)judge->count / trial->horizon / judge->share;
}

/* The time to set aside for the fits of the winners, which run side by side. */
static double winner_seconds(const gml_search *search)
{
    const double threads = (double)gml_context_threads(search->context);
    double sum = 0, longest = 0;
    for (size_t i = 0; i < search->winner_count && search->refits; i++) {
        const double seconds = fit_seconds(search, &search->winners[i].trial);
        sum += seconds;
        longest = fmax(longest, seconds);
    }
    return fmax(longest, sum / threads);
}

void gml_search_record(gml_search *search, gml_winner *ended)
{
    const gml_trial *trial = &ended->trial;
    gml_search_result *result = &search->result;
    result->trials++;
    search->spent.samples += ended->fit.samples;
    search->spent.steps += ended->fit.steps;
    result->judged += trial->status == GML_OK;
    result->reused += trial->reused != 0;
    if (trial->status == GML_OK) {
        gml_winners_add(search, ended);
        result->best = search->winners[0].trial;
        atomic_store(&search->reserve, (uint64_t)(1e9 * fmin(winner_seconds(search), 1e9)));
    } else {
        gml_winner_clear(search, ended);
    }
    if (trial->status != GML_OK && (search->failure.number == 0 || trial->number < search->failure.number)) {
        search->failure = *trial;
    }
    if (search->options.on_trial != NULL && atomic_load(&search->stopped) == 0) {
        const int stop = search->options.on_trial(search->options.user, trial);
        if (stop != 0) {
            atomic_store(&search->stopped, stop);
        }
    }
}

/* ---- the search ---- */

static gml_status run_waves(gml_search *search)
{
    gml_status status = GML_OK;
    while (status == GML_OK && !search->decided) {
        status = gml_search_method_of(search)->next(search);
        if (status != GML_OK || search->wave_count == 0) {
            break;
        }
        status = search->run(search, search->wave, search->wave_count);
        if (gml_search_is_over(search)) {
            break;
        }
    }
    return status;
}

/* Without a judged trial the first assignment is taken. */
static gml_status take_first(gml_search *search)
{
    gml_trial *best = &search->result.best;
    return best->number > 0 ? GML_OK : gml_search_method_of(search)->assign(search, 1, best->assignment);
}

static void describe_result(gml_search *search)
{
    const gml_judge *judge = &search->judge;
    gml_search_result *result = &search->result;
    result->folds = judge->folds;
    result->repeats = judge->repeats;
    result->higher_is_better = judge->higher;
    snprintf(result->metric, sizeof result->metric, "%s", judge->metric);
    snprintf(result->second, sizeof result->second, "%s", judge->second != NULL ? judge->second : "");
    result->stopped = atomic_load(&search->stopped);
    result->end = result->stopped != 0                                   ? GML_SEARCH_STOPPED
                  : search->wave_count > 0 && atomic_load(&search->late) ? GML_SEARCH_TIME
                                                                         : GML_SEARCH_COMPLETE;
    result->mean_score = result->best.number > 0 ? result->best.score : (double)NAN;
    result->mean_second = result->best.number > 0 ? result->best.second : (double)NAN;
    result->seconds = gml_search_seconds(search);
}

/* Every trial has failed: the status and the message of the first. */
static gml_status fail_all(const gml_search *search)
{
    const gml_trial *first = &search->failure;
    return gml_fail(search->context, first->status, "none of %zu trials could be judged: trial %zu (%.200s): %s",
                    search->result.trials, first->number, first->assignment, first->message);
}

gml_status gml_search_run_all(gml_search *search)
{
    gml_status status = run_waves(search);
    describe_result(search);
    const gml_search_result *result = &search->result;
    if (status == GML_OK && result->judged == 0 && result->trials > 0 && result->cut == 0) {
        return fail_all(search);
    }
    return status == GML_OK ? take_first(search) : status;
}

gml_status gml_find_recipe(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                           const gml_recipe *recipe, const gml_search_options *options, gml_network **network,
                           gml_search_result *result)
{
    gml_search *search = NULL;
    gml_network *made = NULL;
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"context", context}, {"data", data}, {"result", result}, {0}});
    if (status == GML_OK) {
        status = gml_search_create(context, data, validation, recipe, options, &search);
    }
    if (status == GML_OK) {
        search->refits = network != NULL && !search->keeps;
        status = gml_search_run_all(search);
    }
    if (status == GML_OK && network != NULL && search->keeps && search->winner_count > 0) {
        status = gml_winners_average(search, &made);
    } else if (status == GML_OK && network != NULL && search->result.end != GML_SEARCH_STOPPED) {
        status = gml_winners_refit(search, &made);
    }
    if (status == GML_OK) {
        *result = search->result;
    }
    if (status == GML_OK && network != NULL) {
        *network = made;
    }
    gml_search_destroy(search);
    return status;
}
