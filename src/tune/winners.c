/* tune/winners.c - the best trials of a search, and the networks of their folds. */
#include <math.h>
#include <string.h>

#include "gemmule/ensemble.h"
#include "network/ensemble.h"
#include "tune/search.h"

/* ---- the list ---- */

void gml_winner_clear(gml_search *search, gml_winner *winner)
{
    for (size_t i = 0; winner->networks != NULL && i < search->judge.count; i++) {
        gml_network_destroy(winner->networks[i]);
    }
    gml_release(search->context, winner->networks, search->judge.count, sizeof *winner->networks);
    winner->networks = NULL;
}

/* True if a comes before b: of equal trials the one with the lower number. */
static bool comes_before(const gml_search *search, const gml_trial *a, const gml_trial *b)
{
    return gml_judge_prefers(&search->judge, a, b) ||
           (!gml_judge_prefers(&search->judge, b, a) && a->number < b->number);
}

static void remove_winner(gml_search *search, size_t index)
{
    const size_t after = --search->winner_count - index;
    gml_winner_clear(search, &search->winners[index]);
    memmove(&search->winners[index], &search->winners[index + 1], after * sizeof *search->winners);
}

/* Removes an earlier, shorter trial of the same assignment. */
static void remove_number(gml_search *search, size_t number)
{
    for (size_t i = 0; i < search->winner_count; i++) {
        if (search->winners[i].trial.number == number) {
            remove_winner(search, i);
            return;
        }
    }
}

/* True if both begin with the same value: in a choice, the recipe. */
static bool have_one_recipe(const char *a, const char *b)
{
    const size_t length = strcspn(a, ";");
    return length == strcspn(b, ";") && strncmp(a, b, length) == 0;
}

/* Removes the last of a recipe that a choice keeps as many trials of as it may: the others have room, which are worse
 * alone and better beside it. */
static void remove_surplus(gml_search *search, const char *assignment)
{
    enum { MOST_OF_ONE = 3 };
    size_t count = 0, last = 0;
    for (size_t i = 0; i < search->winner_count && search->choice != NULL; i++) {
        if (have_one_recipe(search->winners[i].trial.assignment, assignment)) {
            count++;
            last = i;
        }
    }
    if (count > MOST_OF_ONE) {
        remove_winner(search, last);
    }
}

void gml_winners_add(gml_search *search, gml_winner *added)
{
    const gml_trial *trial = &added->trial;
    const size_t most = search->options.ensemble;
    size_t place = 0;
    remove_number(search, trial->number);
    while (place < search->winner_count && !comes_before(search, trial, &search->winners[place].trial)) {
        place++;
    }
    memmove(&search->winners[place + 1], &search->winners[place],
            (search->winner_count - place) * sizeof *search->winners);
    search->winners[place] = *added;
    search->winner_count++;
    remove_surplus(search, trial->assignment);
    if (search->winner_count > most) {
        remove_winner(search, most);
    }
}

/* ---- the mean of several ---- */

/* Makes the mean of the chosen winners for one part; gml_ensemble_dissolve frees it. */
static gml_status make_mean(const gml_search *search, const bool *chosen, size_t part, gml_network **mean)
{
    gml_network *networks[GML_MOST_WINNERS];
    size_t count = 0;
    for (size_t i = 0; i < search->winner_count; i++) {
        if (chosen[i]) {
            networks[count++] = search->winners[i].networks[part];
        }
    }
    return gml_ensemble_create(networks, count, mean);
}

/* Adds the metrics of one part to means over all samples. */
static void add_metrics(gml_metrics *all, const gml_metrics *part)
{
    const double samples = (double)part->samples, share = samples / (samples + (double)all->samples);
    const bool defined = !isnan(part->r2); /* not for equal targets */
    all->samples += part->samples;
    all->loss += share * (part->loss - all->loss);
    all->accuracy += share * (part->accuracy - all->accuracy);
    all->rmse = sqrt(all->rmse * all->rmse + share * (part->rmse * part->rmse - all->rmse * all->rmse));
    all->r2 = !defined ? all->r2 : isnan(all->r2) ? part->r2 : all->r2 + share * (part->r2 - all->r2);
}

/* Judges the mean of the chosen winners on the samples that they were not trained on. `all`: null, or its metrics. */
static gml_status judge_mean(const gml_search *search, const bool *chosen, gml_trial *mean, gml_metrics *all)
{
    const gml_judge *judge = &search->judge;
    gml_status status = GML_OK;
    double sums[2] = {0};
    for (size_t part = 0; part < judge->count && status == GML_OK; part++) {
        const gml_dataset *held_back = judge->parts[part].validation;
        gml_network *network = NULL;
        gml_metrics metrics = {0};
        double values[2] = {0};
        status = make_mean(search, chosen, part, &network);
        if (status != GML_OK) {
            return status;
        }
        status = gml_judge_score(judge, network, held_back, values);
        if (status == GML_OK && all != NULL) {
            status = gml_evaluate(network, held_back, NULL, &metrics);
            add_metrics(all, &metrics);
        }
        gml_ensemble_dissolve(network);
        sums[0] += values[0];
        sums[1] += values[1];
    }
    mean->score = sums[0] / (double)judge->count; /* rounded as the score of a trial is */
    mean->second = sums[1] / (double)judge->count;
    return status;
}

/* The same with winner `index` too, which may have another loss, and then can be no member. */
static gml_status try_member(const gml_search *search, bool *chosen, size_t index, gml_trial *mean)
{
    char message[GML_MESSAGE_SIZE];
    gml_message_scope scope;
    chosen[index] = true;
    gml_message_open(search->context, &scope, message);
    const gml_status status = judge_mean(search, chosen, mean, NULL);
    gml_message_close(search->context, &scope);
    chosen[index] = status == GML_OK;
    return status == GML_OK || status == GML_ERROR_SHAPE ? GML_OK : gml_fail(search->context, status, "%s", message);
}

/* Chooses the winner, and each further one with which the mean is better, in their order, while an ensemble has room.
 */
static gml_status choose(const gml_search *search, bool *chosen)
{
    gml_trial best = search->winners[0].trial, mean = best;
    gml_status status = GML_OK;
    size_t room = GML_MOST_MEMBERS / search->judge.count - 1;
    chosen[0] = true;
    for (size_t i = 1; i < search->winner_count && room > 0 && status == GML_OK; i++) {
        status = try_member(search, chosen, i, &mean);
        chosen[i] = chosen[i] && gml_judge_prefers(&search->judge, &mean, &best);
        best = chosen[i] ? mean : best;
        room -= chosen[i];
    }
    return status;
}

/* Makes the network of those that were chosen; it takes them over. */
static gml_status average(gml_search *search, const bool *chosen, gml_network **network)
{
    const size_t parts = search->judge.count, most = search->winner_count * parts;
    gml_network **members = gml_allocate(search->context, most, sizeof *members, "the members of an ensemble");
    gml_network *made = NULL;
    size_t count = 0;
    gml_status status = members != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t i = 0; i < search->winner_count && status == GML_OK; i++) {
        if (chosen[i]) {
            memcpy(members + count, search->winners[i].networks, parts * sizeof *members);
            count += parts;
        }
    }
    if (status == GML_OK && count > 1) {
        status = gml_ensemble_create(members, count, &made);
    } else if (status == GML_OK) {
        made = members[0];
    }
    if (status == GML_OK) {
        search->result.members = count;
        *network = made;
    }
    for (size_t i = 0; i < search->winner_count && status == GML_OK; i++) {
        if (chosen[i]) {
            memset(search->winners[i].networks, 0, parts * sizeof *members);
        }
    }
    gml_release(search->context, members, most, sizeof *members);
    return status;
}

gml_status gml_winners_average(gml_search *search, gml_network **network)
{
    bool chosen[GML_MOST_WINNERS] = {false};
    gml_search_result *result = &search->result;
    gml_trial mean = search->winners[0].trial;
    result->fit = search->winners[0].fit;
    result->fit.samples = search->spent.samples;
    result->fit.steps = search->spent.steps;
    result->fit.seconds = result->seconds;
    result->fit.validation = (gml_metrics){.r2 = (double)NAN};
    gml_status status = choose(search, chosen);
    if (status == GML_OK) {
        status = judge_mean(search, chosen, &mean, &result->fit.validation);
    }
    for (size_t i = 0; i < search->winner_count && status == GML_OK; i++) {
        if (chosen[i]) {
            result->winners[result->winner_count++] = search->winners[i].trial;
        }
    }
    result->mean_score = mean.score;
    result->mean_second = mean.second;
    return status == GML_OK ? average(search, chosen, network) : status;
}
