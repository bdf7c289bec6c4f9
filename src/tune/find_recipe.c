/* tune/find_recipe.c - the search for a recipe: options, waves of trials, the fit of the winner. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/dataset.h"
#include "network/network.h"
#include "tune/search.h"

/* ---- time, callbacks, results ---- */

static double seconds_since(const gml_search *search)
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
        atomic_store(&search->late, seconds_since(search) + reserve >= options->seconds);
    }
    return atomic_load(&search->stopped) != 0 || atomic_load(&search->late) || atomic_load(&search->out_of_memory);
}

/* The fit on all data takes as long as that of a trial, and longer by the samples that this does not see. */
static double fit_seconds(const gml_search *search, const gml_trial *trial)
{
    const gml_judge *judge = &search->judge;
    return trial->seconds / (double)judge->count / trial->horizon / judge->share;
}

void gml_search_record(gml_search *search, const gml_trial *trial)
{
    gml_search_result *result = &search->result;
    const gml_judge *judge = &search->judge;
    const gml_trial *best = &result->best;
    result->trials++;
    result->judged += trial->status == GML_OK;
    result->reused += trial->reused != 0;
    if (trial->status == GML_OK && (best->number == 0 || gml_judge_prefers(judge, trial, best) ||
                                    (!gml_judge_prefers(judge, best, trial) && trial->number < best->number))) {
        result->best = *trial;
        atomic_store(&search->reserve, (uint64_t)(1e9 * fmin(fit_seconds(search, trial), 1e9)));
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

/* ---- options ---- */

static gml_status check_options(gml_context *context, const gml_search_options *options)
{
    if (!(options->seconds >= 0)) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "a search of %g seconds; a number above 0 is expected, or 0: no "
                        "limit",
                        options->seconds);
    }
    if (options->finished == NULL && options->finished_count > 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "there are %zu finished trials, but no array of them",
                        options->finished_count);
    }
    return GML_OK;
}

static gml_status read_space(gml_search *search)
{
    const char *text = search->options.space;
    search->default_space = text == NULL;
    if (text == NULL) {
        gml_space_default(search->context, &search->recipe, search->space_text, sizeof search->space_text);
        text = search->space_text;
    }
    gml_status status = gml_space_parse(search->context, "space", text, &search->space);
    return status == GML_OK ? gml_space_check(search->context, "space", &search->space, &search->recipe) : status;
}

/* Settles how many assignments are tried. */
static gml_status settle_trials(gml_search *search)
{
    enum { LARGEST_GRID = 1000000 };
    gml_search_options *options = &search->options;
    const size_t size = gml_search_method_of(search)->size(search);
    const bool grid = size != GML_UNLIMITED;
    if (grid && options->trials == 0 && options->seconds == 0 && size > LARGEST_GRID) {
        return gml_fail(search->context, GML_ERROR_ARGUMENT,
                        "the grid has more than %d points; a limit of trials or of time is needed", LARGEST_GRID);
    }
    const size_t most = options->trials > 0 ? options->trials : grid ? size : GML_DEFAULT_TRIALS;
    options->trials = most < size ? most : size;
    return GML_OK;
}

gml_status gml_search_create(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                             const gml_recipe *recipe, const gml_search_options *options, gml_search **made)
{
    gml_search *search = gml_allocate(context, 1, sizeof *search, "a search");
    if (search == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(search, 0, sizeof *search);
    search->context = context;
    search->data = data;
    search->run = gml_wave_run;
    search->start = gml_now(context);
    search->recipe = recipe != NULL ? *recipe : (gml_recipe){.network = NULL};
    search->recipe.fit.checkpoint = search->recipe.fit.resume = NULL; /* of one fit, not of many */
    search->recipe.fit.observer = NULL;                               /* of one network, not of many */
    search->options = options != NULL ? *options : (gml_search_options){.space = NULL};
    search->options.metric = search->options.metric != NULL ? search->options.metric : search->recipe.fit.metric;
    search->recipe.fit.metric = NULL; /* fits of a search have no validation: they keep their last weights */
    search->recipe.fit.keep_best = GML_CHOICE_AUTO;
    search->recipe.fit.patience = 0;
    const char *method = search->options.method != NULL ? search->options.method : "random";
    gml_status status = check_options(context, &search->options);
    if (status == GML_OK) {
        status = gml_call_parse(context, "method", gml_search_method_entry, method, strlen(method), &search->method);
    }
    if (status == GML_OK) {
        status = read_space(search);
    }
    if (status == GML_OK) {
        status = settle_trials(search);
    }
    if (status == GML_OK) {
        const bool searches_loss = gml_space_find(&search->space, "loss") != NULL;
        status = gml_judge_create(data, validation, &search->recipe, &search->options, searches_loss, &search->judge);
    }
    if (status != GML_OK) {
        gml_release(context, search, 1, sizeof *search);
        return status;
    }
    pthread_mutex_init(&search->lock, NULL);
    *made = search;
    return GML_OK;
}

void gml_search_destroy(gml_search *search)
{
    if (search != NULL) {
        pthread_mutex_destroy(&search->lock);
        gml_judge_destroy(&search->judge);
        gml_release(search->context, search, 1, sizeof *search);
    }
}

/* ---- the search ---- */

static gml_status run_waves(gml_search *search)
{
    gml_status status = GML_OK;
    do {
        status = gml_search_method_of(search)->next(search);
        if (status == GML_OK && search->wave_count > 0) {
            status = search->run(search, search->wave, search->wave_count);
        }
    } while (status == GML_OK && search->wave_count > 0 && !gml_search_is_over(search));
    return status;
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
    result->seconds = seconds_since(search);
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
    return status == GML_OK && result->judged == 0 && result->trials > 0 && result->cut == 0 ? fail_all(search)
                                                                                             : status;
}

/* ---- the winner ---- */

static int on_last_batch(void *user, const gml_progress *progress)
{
    const gml_search *search = user;
    (void)progress;
    return search->options.on_batch != NULL ? search->options.on_batch(search->options.user) : 0;
}

/* Trains the winner, or without one the first assignment, on all data. */
static gml_status fit_winner(gml_search *search, gml_network **network)
{
    gml_search_result *result = &search->result;
    char first[GML_ASSIGNMENT_SIZE];
    const char *assignment = result->best.number > 0 ? result->best.assignment : first;
    gml_assigned_recipe assigned;
    gml_network *made = NULL;
    gml_status status = result->best.number > 0 ? GML_OK : gml_search_method_of(search)->assign(search, 1, first);
    if (status == GML_OK) {
        status =
            gml_recipe_assign(search->context, &search->recipe, assignment, gml_dataset_size(search->data), &assigned);
    }
    if (status == GML_OK) {
        status = gml_recipe_network(&assigned.recipe, search->data, &made);
    }
    if (status == GML_OK) {
        const gml_fit_callbacks callbacks = {.user = search, .on_batch = on_last_batch};
        result->epochs = assigned.recipe.fit.epochs;
        status = gml_fit(made, search->data, NULL, &assigned.recipe.fit, &callbacks, &result->fit);
    }
    if (status == GML_OK && result->fit.stopped == 0) {
        *network = made;
        return GML_OK;
    }
    if (status == GML_OK) {
        result->end = GML_SEARCH_STOPPED;
        result->stopped = result->fit.stopped;
    }
    gml_network_destroy(made);
    return status;
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
        status = gml_search_run_all(search);
    }
    if (status == GML_OK && network != NULL && search->result.end != GML_SEARCH_STOPPED) {
        status = fit_winner(search, &made);
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
