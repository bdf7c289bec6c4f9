/* tune/method.c - the methods of a search: which assignments are tried, and for how long. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tune/search.h"

/* ---- assignments ---- */

/* The anchors come first. */
static gml_status assign_random(const gml_search *search, size_t number, char assignment[GML_ASSIGNMENT_SIZE])
{
    return number <= gml_anchors(search)
               ? gml_anchor(search, number - 1, assignment)
               : gml_space_draw(search->context, &search->space, search->options.seed, number, assignment);
}

static size_t grid_points(const gml_search *search)
{
    return (size_t)gml_call_value(&search->method, "points", 3);
}

static gml_status assign_grid(const gml_search *search, size_t number, char assignment[GML_ASSIGNMENT_SIZE])
{
    return gml_space_grid_point(search->context, &search->space, grid_points(search), number - 1, assignment);
}

static size_t random_size(const gml_search *search)
{
    (void)search;
    return GML_UNLIMITED;
}

static size_t grid_size(const gml_search *search)
{
    const size_t size = gml_space_grid_size(&search->space, grid_points(search));
    return size < GML_UNLIMITED ? size : GML_UNLIMITED - 1;
}

/* ---- waves ---- */

static size_t left(const gml_search *search)
{
    return search->options.trials - search->started;
}

/* Begins the next `count` assignments. */
static gml_status begin_trials(gml_search *search, size_t count, double horizon)
{
    const gml_search_method *method = gml_search_method_of(search);
    gml_status status = GML_OK;
    for (size_t i = 0; i < count && status == GML_OK; i++) {
        search->wave[i] = (gml_trial){.number = ++search->started, .horizon = horizon};
        status = method->assign(search, search->wave[i].number, search->wave[i].assignment);
    }
    search->wave_count = count;
    return status;
}

static gml_status next_whole(gml_search *search)
{
    return begin_trials(search, left(search) < GML_WAVE ? left(search) : GML_WAVE, 1);
}

/* True if fewer than `most` trials of the wave are better; of equal ones the first is. */
static bool is_among(const gml_search *search, size_t index, size_t most)
{
    const gml_trial *trial = &search->wave[index];
    size_t better = 0;
    for (size_t i = 0; i < search->wave_count; i++) {
        const gml_trial *other = &search->wave[i];
        better += gml_judge_prefers(&search->judge, other, trial) ||
                  (i < index && !gml_judge_prefers(&search->judge, trial, other));
    }
    return better < most && !isnan(trial->score);
}

/* Keeps the best of the wave, one of `eta` rounded up, in the order of their numbers, for the next rung. */
static void promote(gml_search *search, double eta, double horizon)
{
    bool chosen[GML_WAVE];
    size_t kept = 0;
    for (size_t i = 0; i < search->wave_count; i++) {
        chosen[i] = is_among(search, i, (size_t)ceil((double)search->wave_count / eta));
    }
    for (size_t i = 0; i < search->wave_count; i++) {
        if (chosen[i]) {
            gml_trial *next = &search->wave[kept++];
            const size_t number = search->wave[i].number;
            memmove(next->assignment, search->wave[i].assignment, sizeof next->assignment);
            next->number = number;
            next->horizon = horizon;
        }
    }
    search->wave_count = kept;
}

/* Brackets of trials: each begins with a part of the epochs, and ends with all of them. */
static gml_status next_halving(gml_search *search)
{
    const double eta = gml_call_value(&search->method, "eta", 3);
    const long rungs = (long)gml_call_value(&search->method, "rungs", 3);
    const size_t bracket = (size_t)gml_call_value(&search->method, "bracket", 27);
    const double done = search->wave_count > 0 ? search->wave[0].horizon : 1;
    if (done < 1) {
        const long above = lround(log(done) / log(eta)) + 1; /* rungs below the last, as a negative number */
        promote(search, eta, pow(eta, (double)above));
        if (search->wave_count > 0) {
            return GML_OK;
        }
    }
    return begin_trials(search, left(search) < bracket ? left(search) : bracket, pow(eta, (double)(1 - rungs)));
}

/* ---- the table ---- */

static const gml_search_method methods[] = {
    {{.name = "random",
      .summary = "draws the value of each dimension by itself",
      .formula = "each value depends on the seed, the number of the trial and its dimension",
      .derivative = "",
      .pitfall = "Many trials on few samples choose by chance: a trial that is better by less than its deviation may "
                 "not be.",
      .source = "Bergstra and Bengio, Random search for hyper-parameter optimization, 2012"},
     assign_random,
     next_whole,
     random_size},
    {{.name = "grid",
      .summary = "tries all combinations, the last dimension of the space changing fastest",
      .formula = "all choices; of a range `points` values from end to end, or all whole numbers if they are fewer",
      .derivative = "",
      .pitfall = "The combinations multiply: a limit of trials leaves out those that come last.",
      .source = "Bergstra and Bengio, Random search for hyper-parameter optimization, 2012",
      .parameters = {{"points", 3, 1, 1000, "values of a range"}},
      .parameter_count = 1},
     assign_grid,
     next_whole,
     grid_size},
    {{.name = "halving",
      .summary = "trains many trials for a part of their epochs, and the best of them for longer",
      .formula = "brackets of trials, in `rungs` rungs: trained for eta^(1 - rungs) of the epochs; the best of eta, "
                 "rounded up, again from the start for eta times as many, until all",
      .derivative = "",
      .pitfall = "Favours recipes that are good after few epochs.",
      .source = "Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter optimization, 2016",
      .parameters = {{"eta", 3, 1.5, 10, "the trials of a rung over those of the next"},
                     {"rungs", 3, 1, 6, "rungs of a bracket"},
                     {"bracket", 27, 1, GML_WAVE, "trials of a bracket"}},
      .parameter_count = 3},
     assign_random,
     next_halving,
     random_size},
};

const gml_entry *gml_search_method_entry(size_t index)
{
    return index < sizeof methods / sizeof methods[0] ? &methods[index].entry : NULL;
}
