/* tune/search_create.c - what a search begins with: its options completed, its space, its parts of the data. */
#include <string.h>

#include "data/dataset.h"
#include "network/ensemble.h"
#include "network/network.h"
#include "tune/search.h"

static gml_status check_options(gml_context *context, const gml_search_options *options)
{
    if (!(options->seconds >= 0)) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "a search of %g seconds; a number above 0 is expected, or 0: no "
                        "limit",
                        options->seconds);
    }
    if (options->ensemble > GML_MOST_WINNERS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "an ensemble of %zu trials; at most %d are averaged",
                        options->ensemble, GML_MOST_WINNERS);
    }
    if (options->finished == NULL && options->finished_count > 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "there are %zu finished trials, but no array of them",
                        options->finished_count);
    }
    return GML_OK;
}

/* After the choice, which may keep folds. */
static gml_status check_kept(const gml_search *search)
{
    const gml_search_options *options = &search->options;
    const size_t folds = gml_judge_folds(search->data, options->folds);
    const size_t repeats = options->repeats > 0 ? options->repeats : 1;
    if (search->keeps && options->finished_count > 0) {
        return gml_fail(search->context, GML_ERROR_ARGUMENT,
                        "finished trials have no networks: a search that keeps the networks of folds begins anew");
    }
    return search->keeps && folds > GML_MOST_MEMBERS / repeats
               ? gml_fail(search->context, GML_ERROR_ARGUMENT,
                          "%zu folds, %zu times: of at most %d networks an ensemble can be made", folds, repeats,
                          GML_MOST_MEMBERS)
               : GML_OK;
}

/* Finds the choice of the options; it has a space and a method of its own. */
static gml_status read_choice(gml_search *search)
{
    gml_search_options *options = &search->options;
    gml_status status = gml_recipe_find(search->context, "recipe", options->choice, &search->choice);
    if (status == GML_OK && (options->space != NULL || options->method != NULL)) {
        status = gml_fail(search->context, GML_ERROR_ARGUMENT, "the recipe \"%s\" has its own %s; leave one out",
                          options->choice, options->space != NULL ? "space" : "method");
    }
    if (status == GML_OK && search->choice->method == NULL) {
        status = gml_fail(search->context, GML_ERROR_ARGUMENT,
                          "\"%s\" is one recipe; a choice among recipes is expected, as auto", options->choice);
    }
    if (status == GML_OK) {
        const size_t folds = search->choice->folds;
        options->ensemble = options->ensemble > 0 ? options->ensemble : search->choice->winners;
        options->folds = options->folds > 0 ? options->folds : gml_judge_kept_folds(search->data, folds);
        search->keeps = options->keep_folds == GML_CHOICE_YES || (options->keep_folds == GML_CHOICE_AUTO && folds > 0);
        options->space = search->choice->entry.formula;
        options->method = search->choice->method;
    }
    return status;
}

/* Returns how many samples the search is judged by. */
static size_t judged_samples(const gml_search *search, const gml_dataset *validation)
{
    const gml_search_options *options = &search->options;
    const size_t samples = gml_dataset_size(search->data);
    const double fraction = options->fraction > 0 ? options->fraction : 0.2;
    return validation != NULL                                   ? gml_dataset_size(validation)
           : gml_judge_folds(search->data, options->folds) == 1 ? (size_t)(fraction * (double)samples)
                                                                : samples;
}

static gml_status read_space(gml_search *search, const gml_dataset *validation)
{
    const char *text = search->options.space;
    gml_data_facts facts = gml_data_facts_of(search->data);
    facts.judged = search->result.judge_samples = judged_samples(search, validation);
    search->default_space = text == NULL;
    if (text == NULL) {
        gml_space_default(search->context, &search->recipe, search->space_text, sizeof search->space_text);
        text = search->space_text;
    }
    if (text[0] == '\0') {
        return gml_fail(
            search->context, GML_ERROR_ARGUMENT,
            "nothing is left to vary: the recipe has a value of its own for all that the default space varies");
    }
    gml_status status = gml_space_parse(search->context, "space", text, &facts, &search->space);
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
    const bool timed = search->choice != NULL && options->seconds > 0;
    const size_t most = options->trials > 0 ? options->trials : grid || timed ? size : GML_DEFAULT_TRIALS;
    options->trials = most < size ? most : size;
    search->decided = search->choice != NULL && gml_space_grid_size(&search->space, 2) == 1;
    return GML_OK;
}

void gml_search_keep_last(gml_train_options *fit)
{
    fit->metric = NULL;
    fit->keep_best = GML_CHOICE_AUTO;
    fit->patience = 0;
}

/* With best epochs the Brier score decides for classes: log loss prefers epochs with less accurate, more cautious
 * probabilities, and accuracy alone is chance where one class is rare. */
static void settle_epochs(gml_search *search)
{
    gml_train_options *fit = &search->recipe.fit;
    const char **metric = &search->options.metric;
    const bool own_loss = fit->loss != NULL && gml_space_find(&search->space, "loss") == NULL;
    const bool classes = gml_dataset_task(search->data) == GML_TASK_CLASSIFICATION;
    if (!search->keeps) {
        gml_search_keep_last(fit);
        return;
    }
    *metric = *metric == NULL && classes && !own_loss ? "brier" : *metric;
    fit->metric = *metric != NULL && strcmp(*metric, "loss") != 0 ? *metric : NULL;
}

/* Copies the arguments. What belongs to one fit or one network is left out. */
static void take_arguments(gml_search *search, const gml_recipe *recipe, const gml_search_options *options)
{
    search->recipe = recipe != NULL ? *recipe : (gml_recipe){.network = NULL};
    search->recipe.fit.checkpoint = search->recipe.fit.resume = NULL;
    search->recipe.fit.observer = NULL;
    search->options = options != NULL ? *options : (gml_search_options){.space = NULL};
    search->options.metric = search->options.metric != NULL ? search->options.metric : search->recipe.fit.metric;
    search->keeps = search->options.keep_folds == GML_CHOICE_YES;
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
    take_arguments(search, recipe, options);
    gml_status status = check_options(context, &search->options);
    if (status == GML_OK && search->options.choice != NULL) {
        status = read_choice(search);
    }
    if (status == GML_OK) {
        status = check_kept(search);
    }
    search->options.ensemble = search->options.ensemble > 0 ? search->options.ensemble : 1;
    const char *method = search->options.method != NULL ? search->options.method : "random";
    if (status == GML_OK) {
        status = gml_call_parse(context, "method", gml_search_method_entry, method, strlen(method), &search->method);
    }
    if (status == GML_OK) {
        status = read_space(search, validation);
    }
    if (status == GML_OK) {
        status = settle_trials(search);
    }
    if (status == GML_OK) {
        const bool searches_loss = gml_space_find(&search->space, "loss") != NULL;
        settle_epochs(search);
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
        for (size_t i = 0; i < search->winner_count; i++) {
            gml_winner_clear(search, &search->winners[i]);
        }
        pthread_mutex_destroy(&search->lock);
        gml_judge_destroy(&search->judge);
        gml_release(search->context, search, 1, sizeof *search);
    }
}
