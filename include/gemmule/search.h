/* gemmule/search.h - searching for a recipe: networks and fits with other options are tried, and judged on samples that
 * they were not trained on.
 *
 * The space of a search says which values each dimension may have:
 *
 *     space:  item; item; ...          lr=log(1e-4, 0.3); hidden=choice(64, 128, 256x2); optimizer=adamw
 *     item:   dimension=values         each dimension once
 *           | [condition, ...] dimension=values      counts if all conditions hold, and no item before it does
 *                                                    that is for the same dimension: [samples<2800] batch=32
 *     condition: classes | values                    the targets are classes, or values
 *           | samples<N | samples>=N                 by the samples of the dataset
 *           | columns<N | columns>=N                 by its columns of inputs
 *           | judged<N | judged>=N                   by the samples that a search judges by
 *     values: log(a, b)                              a number from a to b, evenly on a logarithmic scale
 *           | uniform(a, b)                          a number from a to b
 *           | int(a, b)                              a whole number from a to b
 *           | choice(value, ...)                     one of these values
 *           | value                                  this value
 *
 * Numbers that are drawn are rounded to three significant digits. Values are numbers, calls such as "adam(beta2=0.99)",
 * the words yes and no, or layers: "64" is one hidden layer of 64 units, "256x2" are two layers of 256, "256x2-64"
 * these two and a layer of 64, "none" is no hidden layer. Descriptions of layers, preparations and groups are texts, in
 * braces where they have semicolons: "prepare={number -> robust; category -> one_hot}". The dimensions are the rows of
 * gml_space_entry.
 *
 * The values of one trial are an assignment: a text in the same grammar, "lr=0.00127; hidden=256x2; optimizer=adamw".
 *
 * Named recipes (gml_recipe_entry) are settings in this grammar. The dimension `recipe` takes one by its name. Values
 * beside it overrule its own, those about hidden layers its `layers`, another optimizer its rate and decay.
 */
#ifndef GEMMULE_SEARCH_H
#define GEMMULE_SEARCH_H

#include "gemmule/recipe.h"
#include "gemmule/split.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Return row `index` of the tables of dimensions, of distributions and of methods; null past the last row. The formula
 * of a dimension is its values in the default space, "" if it is not in it. */
GML_API const gml_entry *gml_space_entry(size_t index);
GML_API const gml_entry *gml_distribution_entry(size_t index);
GML_API const gml_entry *gml_search_method_entry(size_t index);

/* Returns how many recipes a choice among recipes averages at most, by its name; 0: there is no such choice. */
GML_API size_t gml_recipe_winners(const char *name);

/* Returns not 0 if the choice tries ever more trials, as long as there is time. */
GML_API int gml_recipe_takes_time(const char *name);

enum { GML_ASSIGNMENT_SIZE = 1024, GML_ASSIGNED_SIZE = 4096 };

/* A recipe with values put in. */
typedef struct gml_assigned_recipe {
    gml_recipe recipe;             /* refers to `texts`, and to the texts of the recipe it was made from */
    char texts[GML_ASSIGNED_SIZE]; /* do not copy the struct: its pointers would refer to the original */
} gml_assigned_recipe;

/* Puts the values of an assignment into a copy of a recipe. With values for the network, `hidden` is written anew. Of a
 * named recipe, the settings that `recipe` has as well are left out.
 *
 * recipe   may be null: the default recipe
 * dataset  that the recipe is for: its task and its samples decide conditions, and settle batch and epochs by
 *          gml_recipe_fit_options
 *
 * Thread-safe. Errors: name, argument (malformed; a value out of its range; values that do not go together, or not with
 * the recipe: the message has the dimension and its place). */
GML_API gml_status gml_recipe_assign(gml_context *context, const gml_recipe *recipe, const char *assignment,
                                     const gml_dataset *dataset, gml_assigned_recipe *assigned);

/* One trial: a recipe, trained on each fold and judged on its validation part. */
typedef struct gml_trial {
    size_t number;  /* of its assignment, from 1 */
    double horizon; /* share of the recipe's epochs that it was trained for; below 1 in the first rungs of halving */
    char assignment[GML_ASSIGNMENT_SIZE];
    gml_status status; /* the first failure of its folds, in their order; GML_OK: it was judged */
    double score;      /* mean of the metric over the folds; NaN: it was not judged */
    double deviation;  /* standard deviation over the folds; NaN with one */
    double second;     /* mean of the second metric; NaN where it is not defined */
    double seconds;    /* that its fits took, added up */
    int reused;        /* not 0: one of options->finished */
    char message[256]; /* why it was not judged; "" if it was */
} gml_trial;

/* What a search depends on, except for the number of trials and the time: searches with equal keys have equal trials.
 * `build` covers version, kernel set and products. */
typedef struct gml_search_key {
    uint64_t build, data, recipe, space, judgement;
} gml_search_key;

/* Zero-initialised means the default. */
typedef struct gml_search_options {
    const char *space; /* null: the default space, without the dimensions that the recipe sets. Its first trials are the
                          default and a few recipes that are known to be good */
    const char *method; /* a call of gml_search_method_entry; null: "random" */
    const char *choice; /* null, or a named recipe that is a choice among recipes, such as "auto", in place of space and
                           method. If it leaves one assignment, for lack of samples to judge by, no trial is made */
    size_t trials;      /* the most assignments to try; 0: 100; of a grid all */
    double seconds;     /* for the search, and with `network` the fit of the winner; 0: no limit */
    size_t folds;      /* each trial is trained so many times, without one fold, and judged on it; 1: judged on one part
                          of `fraction`; 0: 5 below 2000 samples, but no more than there are samples or groups, else 1 */
    size_t repeats;    /* of the folds, each split anew; 0: 1 */
    double fraction;   /* of the validation part without folds; 0: 0.2 */
    const char *split; /* kind of split, as in gml_split_options; null: "auto" */
    const char *metric;    /* that decides: a call of the table of metrics, or "loss"; null: the recipe's fit.metric; if
                              that is null, "loss" if the recipe has a loss and the space has none, else rmse for
                              values, and for classes log_loss, with keep_folds brier */
    gml_choice keep_folds; /* YES: a trial has the weights of its best epoch on each fold, by the metric, or for values
                              without one by the loss, and the network is an ensemble of the winner's networks for the
                              folds, which are at most 1024. NO: a trial has its last weights,
                              and the winner is trained anew on all data. AUTO: as the choice says; without one NO */
    size_t ensemble; /* the network is an ensemble of so many of the best trials, at most 16; with keep_folds of at most
                        so many, and of at most 1024 networks: the winner, and each further one with which the mean
                        predicts the folds better. 0: the number of the choice, else 1 */
    uint64_t seed;   /* of the values that are drawn, and of the split */
    const gml_trial *finished; /* [finished_count]: trials of an earlier search with the same key; not run again */
    size_t finished_count;
    void *user;
    /* Null, or called once a trial has been judged or has failed, in the order in which trials end; for one trial at a
     * time, on any thread that trains. Not 0 stops the search, with GML_OK. */
    int (*on_trial)(void *user, const gml_trial *trial);
    /* Null, or called after each batch of any fit, from several threads at once. Not 0 stops the search and the fit of
     * the winner, with GML_OK. */
    int (*on_batch)(void *user);
} gml_search_options;

typedef enum gml_search_end {
    GML_SEARCH_COMPLETE = 0, /* all trials have ended */
    GML_SEARCH_TIME,         /* the time is over; trials that had not ended are not judged */
    GML_SEARCH_STOPPED       /* by a callback */
} gml_search_end;

typedef struct gml_search_result {
    gml_trial best;       /* the winner; number 0: no trial was judged, and the assignment is the first one */
    size_t trials;        /* that ended, each rung of an assignment counted */
    size_t judged, cut;   /* with a score; begun but cut off by the end of the search */
    size_t reused;        /* of `finished` */
    size_t folds;         /* as used; 1: one validation part; 0: judged on the training data, for lack of samples */
    size_t repeats;       /* as used */
    size_t judge_samples; /* that trials are judged by, which conditions on `judged` were read with */
    char metric[256];     /* that decided */
    int higher_is_better; /* of the metric */
    char second[64];      /* the second metric: "accuracy" or "r2"; "" if there is none */
    gml_search_end end;
    int stopped;           /* return value of the callback that stopped the search; else 0 */
    double seconds;        /* of the search alone */
    gml_trial winners[16]; /* [winner_count]: of which the network is the mean, the best first */
    size_t winner_count;
    double mean_score, mean_second; /* of their mean over the folds with keep_folds, else those of `best` */
    size_t members;                 /* networks of the network: several are an ensemble; 0: it was not made */
    size_t epochs;                  /* of the winner's fit on all data; 0: none */
    gml_fit_report fit; /* of this fit; zeros if there was none. With keep_folds: epochs and training loss of the
                           winner's fits, steps, samples and seconds of all trials, and as `validation` the mean of the
                           winners on the folds: means weighted by samples, R2 of folds where it is defined */
} gml_search_result;

/* Searches for the recipe that is best for a dataset, and trains it on all of it, or keeps the networks of its folds.
 *
 * data        trained on: in parts for the trials, as a whole for the winner
 * validation  null, or data that trials are judged on, in place of folds; the winner is not trained on it
 * recipe      null, or the recipe that values are put into. Without keep_folds its keep_best and patience are ignored:
 *             a trial is judged by its last weights, because the fit of the winner has no validation data to choose by.
 *             Its observer is ignored
 * options     may be null
 * network     null: none is made; else written: the network of the winner. If a callback stopped the search or the
 *             fit, null, or with keep_folds that of the trials that had ended, if there are any
 *
 * The method says which assignments are tried: "random" draws each dimension by itself; "grid" takes all combinations;
 * "halving" draws like random, trains all for a part of the epochs, and only the best third for three times as many,
 * and so on (successive halving: Jamieson and Talwalkar, 2016). A trial trains its network for each fold, from the
 * start, by gml_fit_many: fits run side by side, each on one thread. The winner has the best mean score of the longest
 * trials; of equal ones the first. A trial that diverges or fails is not judged, and the search goes on.
 *
 * With `seconds`, fits that run at the end are stopped. The time that the fit of the winner will take is set aside. If
 * no trial was judged by then, the network is trained by the first assignment: by the default recipe with the default
 * space. Such a fit may take as long again, and is then cut; where a choice leaves one recipe, after `seconds`.
 *
 * The result has the same bits for any number of threads, and a trial depends on the key and its number alone; a limit
 * of time only decides how many trials end. Takes the memory of a network and a trainer for each thread. Errors: name,
 * argument (options, space or recipe; finished trials of another search), data, shape, memory; if every trial fails,
 * the status of the first one. */
GML_API gml_status gml_find_recipe(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                                   const gml_recipe *recipe, const gml_search_options *options, gml_network **network,
                                   gml_search_result *result);

/* Computes the key of a search with these arguments. Errors: as gml_find_recipe, before its first trial. */
GML_API gml_status gml_search_key_of(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                                     const gml_recipe *recipe, const gml_search_options *options, gml_search_key *key);

#ifdef __cplusplus
}
#endif
#endif
