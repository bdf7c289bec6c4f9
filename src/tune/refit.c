/* tune/refit.c - trains the winners of a search on all data. */
#include <string.h>

#include "gemmule/ensemble.h"
#include "tune/search.h"

/* The fits of the winners; each is a member of the ensemble. */
typedef struct winner_fits {
    const gml_trial *trials[GML_MOST_WINNERS]; /* null: the fit in place of trials */
    gml_assigned_recipe assigned[GML_MOST_WINNERS];
    gml_fit_job jobs[GML_MOST_WINNERS];
    gml_network *networks[GML_MOST_WINNERS];
    size_t count;
} winner_fits;

/* A fit in place of trials that did not end in time may take as long again, one where no trial is needed the whole
 * time; both have one epoch at least. */
static int on_last_batch(void *user, const gml_progress *progress)
{
    gml_search *search = user;
    const double seconds = search->options.seconds, limit = search->decided ? seconds : 2 * seconds;
    const int stop = search->options.on_batch != NULL ? search->options.on_batch(search->options.user) : 0;
    const bool late = search->winner_count == 0 && seconds > 0 && gml_search_seconds(search) >= limit;
    if (stop == 0 && late && progress->epoch > 1) {
        search->cut_last = true;
        return 1;
    }
    return stop;
}

/* Members of an ensemble have one loss. */
static bool has_loss_of_first(const winner_fits *fits, const gml_recipe *recipe)
{
    const char *first = fits->assigned[0].recipe.fit.loss, *loss = recipe->fit.loss;
    return first == loss || (first != NULL && loss != NULL && strcmp(first, loss) == 0);
}

/* Makes the network of a trial, or without one of the first assignment. Member k has k added to the seeds, as in an
 * ensemble of seeds. */
static gml_status add_fit(gml_search *search, winner_fits *fits, const gml_trial *trial)
{
    const char *assignment = trial != NULL ? trial->assignment : search->result.best.assignment;
    gml_fit_job *job = &fits->jobs[fits->count];
    gml_assigned_recipe *assigned = &fits->assigned[fits->count];
    gml_recipe *recipe = &assigned->recipe;
    gml_status status = gml_recipe_assign(search->context, &search->recipe, assignment, search->data, assigned);
    if (status != GML_OK || !has_loss_of_first(fits, recipe)) {
        return status;
    }
    gml_search_keep_last(&recipe->fit);
    fits->trials[fits->count] = trial;
    recipe->options.seed += fits->count;
    recipe->fit.seed += fits->count;
    *job = (gml_fit_job){
        .dataset = search->data, .options = recipe->fit, .callbacks = {.user = search, .on_batch = on_last_batch}};
    status = gml_recipe_network(recipe, search->data, &job->network);
    fits->count += status == GML_OK;
    return status;
}

/* Makes the network of the search from those that were trained; it takes over `networks`. */
static gml_status collect(gml_search *search, winner_fits *fits, gml_network **network)
{
    gml_search_result *result = &search->result;
    const gml_fit_job *first = &fits->jobs[0];
    size_t count = 0;
    for (size_t i = 0; i < fits->count; i++) {
        const gml_fit_job *job = &fits->jobs[i];
        if (job->report.stopped != 0 && !search->cut_last) {
            result->end = GML_SEARCH_STOPPED;
            result->stopped = job->report.stopped;
        } else if (job->status == GML_OK) {
            first = count == 0 ? job : first;
            fits->networks[count++] = job->network;
            fits->jobs[i].network = NULL;
            if (fits->trials[i] != NULL) {
                result->winners[result->winner_count++] = *fits->trials[i];
            }
        }
    }
    result->members = count;
    result->epochs = search->cut_last ? first->report.epochs : first->options.epochs;
    result->fit = first->report;
    if (result->end == GML_SEARCH_STOPPED || count == 0) {
        return result->end == GML_SEARCH_STOPPED
                   ? GML_OK
                   : gml_fail(search->context, fits->jobs[0].status, "%s", fits->jobs[0].message);
    }
    gml_network *made = fits->networks[0];
    const gml_status status = count > 1 ? gml_ensemble_create(fits->networks, count, &made) : GML_OK;
    if (status == GML_OK) {
        memset(fits->networks, 0, sizeof fits->networks);
        *network = made;
    }
    return status;
}

static gml_status fit_all(gml_search *search, winner_fits *fits, gml_network **network)
{
    gml_status status = GML_OK;
    if (search->winner_count == 0) {
        status = add_fit(search, fits, NULL);
    }
    for (size_t i = 0; i < search->winner_count && status == GML_OK; i++) {
        status = add_fit(search, fits, &search->winners[i].trial);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_fit_many(search->context, fits->jobs, fits->count); /* each job has its status */
    return collect(search, fits, network);
}

gml_status gml_winners_refit(gml_search *search, gml_network **network)
{
    winner_fits *fits = gml_allocate(search->context, 1, sizeof *fits, "the fits of the winners");
    if (fits == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(fits, 0, sizeof *fits);
    const gml_status status = fit_all(search, fits, network);
    for (size_t i = 0; i < GML_MOST_WINNERS; i++) {
        gml_network_destroy(fits->jobs[i].network);
        gml_network_destroy(fits->networks[i]);
    }
    gml_release(search->context, fits, 1, sizeof *fits);
    return status;
}
