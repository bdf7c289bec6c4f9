/* tune/search.h - the parts of the search for a recipe. */
#ifndef GML_TUNE_SEARCH_H
#define GML_TUNE_SEARCH_H

#include <pthread.h>
#include <stdatomic.h>

#include "tune/space.h"

enum { GML_WAVE = 64, GML_SPACE_SIZE = 1024, GML_DEFAULT_TRIALS = 100, GML_MOST_WINNERS = 16 };

/* The number of assignments of a method that can draw ever more. */
#define GML_UNLIMITED SIZE_MAX

/* ---- judge.c ---- */

/* What a trial is trained and judged on. */
typedef struct gml_judge_part {
    const gml_dataset *train, *validation;
} gml_judge_part;

typedef struct gml_judge {
    gml_context *context;
    gml_split *split;             /* null: none */
    gml_dataset **owned;          /* [2 * count], if there is a split */
    gml_judge_part *parts;        /* [count] */
    size_t count, folds, repeats; /* folds as in gml_search_result */
    double share;                 /* mean size of a training part over the size of the data */
    const char *metrics[2];       /* what gml_score_network computes */
    size_t metric_count;
    bool by_loss;       /* the loss decides; metrics[0] is the second metric */
    bool higher;        /* a higher score is better */
    const char *metric; /* that decides, as text */
    const char *second; /* or null */
} gml_judge;

/* Makes the parts and settles the metrics. `searches_loss`: the loss varies from trial to trial. Errors: of
 * gml_split_create and of gml_metric_facts_of; argument (a metric for the other task). */
gml_status gml_judge_create(const gml_dataset *data, const gml_dataset *validation, const gml_recipe *recipe,
                            const gml_search_options *options, bool searches_loss, gml_judge *judge);
void gml_judge_destroy(gml_judge *judge);

/* Returns the most folds that the data can be split into; 0: it cannot be split. */
size_t gml_judge_most_folds(const gml_dataset *data);

/* Returns the number of folds of a choice that keeps their networks, `folds` in the table of recipes. */
size_t gml_judge_kept_folds(const gml_dataset *data, size_t folds);

/* Returns the number of folds, if 0 are given by the number of samples; 1: one part; 0: the data cannot be split. */
size_t gml_judge_folds(const gml_dataset *data, size_t folds);

/* Computes the deciding metric and the second one of a trained network; NaN: not defined, with the reason as the
 * context's message for the first. Errors: of gml_score_network. */
gml_status gml_judge_score(const gml_judge *judge, const gml_network *network, const gml_dataset *validation,
                           double values[2]);

/* True if trial a is better than b. A trial that was not judged is worse than any other; of longer horizon is better.
 */
bool gml_judge_prefers(const gml_judge *judge, const gml_trial *a, const gml_trial *b);

/* ---- find_recipe.c, search_create.c ---- */

typedef struct gml_search gml_search;

/* A trial, and its networks. */
typedef struct gml_winner {
    gml_trial trial;
    gml_fit_report fit;     /* of its fits together */
    gml_network **networks; /* [judge.count], owned; null: they are not kept */
} gml_winner;

/* Runs trials: fills in all that follows the assignment. */
typedef gml_status gml_search_run(gml_search *search, gml_trial *trials, size_t count);

struct gml_search {
    gml_context *context;
    const gml_dataset *data;
    gml_recipe recipe;
    gml_search_options options; /* completed; `trials` 0: no limit but the method's */
    char space_text[GML_SPACE_SIZE];
    gml_space space;
    bool default_space;
    const gml_recipe_row *choice; /* of options.choice; null: none */
    bool decided;                 /* a choice with one value: no trial is needed */
    bool cut_last;                /* the fit in place of trials was cut by the time */
    bool keeps;                   /* trials have the weights of their best epochs, and winners their networks */
    bool refits;                  /* the winners are trained on all data */
    gml_call method;
    gml_judge judge;
    gml_search_run *run;
    gml_trial wave[GML_WAVE]; /* the last one */
    size_t wave_count;
    size_t started;                           /* assignments so far */
    uint64_t start;                           /* time */
    atomic_uint_fast64_t reserve;             /* nanoseconds for the fit of the winner */
    atomic_int stopped;                       /* return value of a callback */
    atomic_bool late;                         /* the time is over */
    pthread_mutex_t lock;                     /* of all that follows, while trials run */
    gml_winner winners[GML_MOST_WINNERS + 1]; /* [winner_count]: the best so far, the best first; one for a change */
    size_t winner_count;                      /* at most options.ensemble */
    gml_fit_report spent;                     /* steps and samples of all trials */
    gml_search_result result;
    gml_trial failure;         /* the first trial that failed; number 0: none */
    atomic_bool out_of_memory; /* a trial failed for lack of memory, which ends the search */
};

/* Makes a search: reads space and method, splits the data, settles the metric. Errors: as gml_find_recipe. */
gml_status gml_search_create(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                             const gml_recipe *recipe, const gml_search_options *options, gml_search **made);
void gml_search_destroy(gml_search *search);

/* Sets the options of a fit that has no validation data to choose an epoch by. */
void gml_search_keep_last(gml_train_options *fit);

/* Runs all trials and sets the result, without a fit of the winner. */
gml_status gml_search_run_all(gml_search *search);

/* Seconds since the search began. */
double gml_search_seconds(const gml_search *search);

/* True if fits must end. Calls the callback for batches. */
bool gml_search_is_over(gml_search *search);

/* Enters a trial that has ended into the result, and calls the callback for trials. The lock is held. Takes over
 * ended->networks. */
void gml_search_record(gml_search *search, gml_winner *ended);

/* ---- winners.c ---- */

/* Enters a judged trial into the winners, if it is among the best; of an assignment the longest trial. Takes over
 * its networks. */
void gml_winners_add(gml_search *search, gml_winner *added);

/* Frees the networks of a trial. */
void gml_winner_clear(gml_search *search, gml_winner *winner);

/* Makes an ensemble of the networks of the winner, and of further ones as far as it predicts better with them. Errors:
 * as gml_judge_score, memory. */
gml_status gml_winners_average(gml_search *search, gml_network **network);

/* ---- refit.c ---- */

/* Trains the winners, or without one the first assignment, on all data, and makes an ensemble of several. `network` is
 * not written if a callback stops them. Errors: as gml_find_recipe. */
gml_status gml_winners_refit(gml_search *search, gml_network **network);

/* ---- method.c ---- */

typedef struct gml_search_method {
    gml_entry entry;
    /* Writes the assignment of a number from 1. */
    gml_status (*assign)(const gml_search *search, size_t number, char assignment[GML_ASSIGNMENT_SIZE]);
    /* Writes the next wave over the last one; of 0 trials if the search is complete. */
    gml_status (*next)(gml_search *search);
    /* Returns the number of assignments there are, or GML_UNLIMITED. */
    size_t (*size)(const gml_search *search);
} gml_search_method;

static inline const gml_search_method *gml_search_method_of(const gml_search *search)
{
    return gml_call_row(&search->method);
}

/* ---- anchor.c ---- */

/* Returns the number of assignments that come first: known recipes in the default space, in that of a choice each of
 * its recipes; of another space none. */
size_t gml_anchors(const gml_search *search);

/* Writes assignment `index` of them. Errors: of gml_space_restrict. */
gml_status gml_anchor(const gml_search *search, size_t index, char assignment[GML_ASSIGNMENT_SIZE]);

/* ---- wave.c ---- */

/* Trains and judges trials side by side. Errors: memory; argument (a finished trial of another search). */
gml_search_run gml_wave_run;

#endif
