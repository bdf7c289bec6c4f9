/* cli/train/train.h - the parts of `gemmule train`: flags, network, warnings, report. */
#ifndef GML_CLI_TRAIN_H
#define GML_CLI_TRAIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "cli/input/load.h"
#include "cli/report/intervals.h"
#include "cli/report/report.h"
#include "cli/shell/progress.h"
#include "cli/train/phases.h"
#include "cli/train/train_recipe.h"

enum { MOST_HIDDEN = 1000, MOST_GROUPS = 64 };

typedef struct train_run train_run;
typedef struct train_result train_result;

/* How the members of an ensemble differ. */
typedef enum ensemble_way { ENSEMBLE_SEEDS, ENSEMBLE_FOLDS } ensemble_way;

typedef struct train_flags {
    const char *data;   /* as given */
    const char *output; /* the model's path */
    data_flags file;
    gml_task task;
    net_flag net; /* --net; without a text the next three are used */
    size_t hidden[MOST_HIDDEN], hidden_count;
    const char *activation, *initializer; /* or null */
    const char *recipe;                   /* --recipe: a name or settings; or null */
    double seconds;                       /* --time; 0: not given */
    bool recipe_default;                  /* without --recipe a default by data and flags is taken */
    bool hidden_given;
    const char *data_init; /* --data-init, or null */
    gml_network_options network;
    gml_scaling_kind scaling;
    const char *preparation;         /* --prepare, or null */
    const char *target_preparation;  /* --prepare-target, or null */
    bool clamp;                      /* --clamp */
    gml_train_options fit;           /* epochs 0: not given */
    bool rate_auto;                  /* --lr auto */
    size_t ensemble;                 /* --ensemble: the number of networks; 0: one, which is none */
    ensemble_way ensemble_by;        /* --ensemble-by */
    double validation;               /* below 0: not given */
    const char *split;               /* --split, or null */
    const char *groups_column;       /* --split-by, or null */
    const char *validation_data;     /* --val-data, or null */
    const char *test_data;           /* --test, or null */
    char groups[2048];               /* of --group and --freeze, joined */
    const char *group[MOST_GROUPS];  /* the values of --group */
    size_t group_count, last_frozen; /* last_frozen: the highest layer of --freeze */
    bool calibrate, health, json, quiet;
    double interval;    /* --interval; 0: not given */
    const char *log;    /* --log, or null */
    bool plot;          /* --plot */
    const char *report; /* --report, or null; then health is on */
} train_flags;

/* Of a train_flags: for the optimizer, the loss and the steps; the learning rate; for the task, the split and the
 * network. */
extern const flag fit_table[], rate_table[], network_table[];

/* Of a train_flags: --recipe. */
extern const flag recipe_table[];

/* The defaults of `gemmule train`. */
void train_flags_clear(train_flags *flags);

/* Refuses flags that exclude each other. */
void train_flags_check(const train_flags *flags);

/* Reads the command line, or ends the program. */
void train_flags_parse(int argc, char **argv, train_flags *flags);

/* Checks the flags that are calls. On failure prints a message that names the flag. Returns the exit code. */
int train_check_calls(gml_context *context, const train_flags *flags);

/* The same for --group and --freeze, which refer to layers of the network. */
int train_check_groups(gml_network *network, const train_flags *flags);

/* The data of a run, released together. */
typedef struct train_data {
    gml_dataset *all, *train; /* train: a part of all; null: all samples are trained on */
    gml_dataset *validation;  /* the other part of all, or a file of its own; or null */
    gml_dataset *test;        /* or null */
    gml_split *split;         /* that made the parts, or null */
    double fraction;          /* of the samples, for validation, as the split was asked; 0: no split */
} train_data;

/* Opens the data at `path`, all of it. On failure prints a message. Returns the exit code. */
int train_open_all(gml_context *context, const train_flags *flags, const char *path, train_data *data);

/* Splits off the validation part. Likewise. */
int train_split_data(gml_context *context, const train_flags *flags, const char *path, train_data *data);

/* Opens the files of --val-data and --test, or the test part of DATA, with the columns and the classes of the network.
 * Likewise. */
int train_open_others(const gml_network *network, const train_flags *flags, const char *path, train_data *data);

const gml_dataset *train_part(const train_data *data);

void train_data_clear(train_data *data);

/* Makes the recipe of the flags alone; on failure prints a message. Returns the exit code. The caller clears it in any
 * case. */
int train_recipe_create(const train_flags *flags, train_recipe *made);

/* Puts an assignment into it, for a dataset. Likewise. */
int train_recipe_assign(gml_context *context, const char *assignment, const gml_dataset *data, train_recipe *made);

void train_recipe_clear(train_recipe *made);

/* True if the recipe of the flags is a choice among recipes. */
bool train_chooses(const train_flags *flags);

/* Refuses flags that do not go with a choice among recipes. */
void train_check_recipe_flags(const train_flags *flags);

/* Returns the name of the recipe that a run without --recipe has, and why. */
const char *train_default_recipe(const train_flags *flags, const gml_dataset *data, const char **reason);

/* Settles the recipe of the run: by its name, by default, or, where flags need one network, by a choice, which trains
 * the candidates on parts of the data. On failure prints a message. Returns the exit code. */
int train_settle_recipe(train_run *run);

/* Settles a choice among recipes: if flags need one network, chooses its recipe; else sets choice.averages, and
 * train_fit_choice chooses later. On failure prints a message. Returns the exit code. */
int train_settle_choice(train_run *run);

/* Chooses, and averages the networks of the best. The network of the run is replaced. Errors: those of gml_find_recipe.
 */
gml_status train_fit_choice(train_run *run, train_result *result);

/* Prints the context's message about making the network of a recipe, and names the flag. Returns the exit code. */
int complain_of_network(const gml_context *context, gml_status status);

/* Makes the recipe of the run for the data, and the network, adapted to it. On failure prints a message. Returns the
 * exit code. */
int train_make_network(train_run *run, const gml_dataset *data);

/* The file of --log (run_log.h). */
typedef struct run_log {
    bool begun;                       /* the configuration was written */
    bool failed;                      /* a line could not be written */
    int file;                         /* once it has begun; -1: none */
    off_t length;                     /* bytes of whole lines */
    size_t every;                     /* steps from one line to the next */
    size_t epoch;                     /* the last that has begun; 0: none */
    size_t health_every, health_next; /* epochs from one line of health to the next, and the first that may have it */
    size_t health_epoch;              /* the last that figures in a line were from */
} run_log;

/* What the callbacks and the log of a fit share. */
typedef struct train_watch {
    const train_flags *flags;
    progress_bar bar;
    double start_loss;
    run_log log;
    struct run_story *story; /* of --plot and --report, or null */
} train_watch;

/* The objects of a run, released together. */
struct train_run {
    train_flags flags;
    const char *const *words; /* the command line after the name of the command; ends with null */
    const char *path;         /* of the data */
    gml_context *context;
    train_data data;
    train_choice choice;
    train_recipe recipe;
    gml_network *network;
    gml_health *health; /* of --health; else null */
    train_watch watch;
};

/* Makes everything a fit needs, from the flags and the path: context, parts of the data, network, settled options. On
 * failure prints a message. Returns the exit code. */
int train_prepare(train_run *run);
void train_clear(train_run *run);

/* Searches a learning rate for the run; SIGINT ends the search. `points` may be null. Returns the exit code; on failure
 * prints a message. */
int train_find_rate(const train_run *run, gml_rate_point *points, gml_rate_result *result);

enum { DISTINCT_TARGETS = 1000 }; /* distinct numbers are counted up to this */

/* The detected kind of target. */
typedef struct train_target {
    gml_task task;
    const char *name; /* of its column, owned by the dataset; null without a header */
    size_t count;     /* columns of targets */
    size_t distinct;  /* classes, or distinct numbers of one target; DISTINCT_TARGETS + 1: more, or not counted */
} train_target;

train_target train_target_of(const gml_dataset *data);

/* Calls `visit` with each known target, until it returns false. Errors: those of gml_dataset_gather. */
gml_status visit_targets(const gml_dataset *data, bool (*visit)(double target, void *user), void *user);

/* Prints a line such as `task        regression (price: 57 distinct numbers)`. */
void print_train_target(FILE *stream, const train_target *target);

enum { MOST_WARNINGS = 8, WARNING_SIZE = 320 };

/* The result of training. */
struct train_result {
    train_target target;
    gml_status status;
    gml_fit_report report;   /* of an ensemble: of all members together */
    gml_fit_report *members; /* [member_count] of an ensemble, freed by `gemmule train`; null: none */
    size_t member_count;
    gml_metrics test; /* samples 0: no test part */
    size_t train_samples;
    gml_calibration calibration; /* samples 0: none */
    interval_report intervals;   /* of the test part */
    gml_rate_result rate;        /* of --lr auto; reason "": no search */
    const train_choice *choice;  /* of the run */
    double start_loss;           /* of the first batch, before the first step; infinite without a step */
    size_t warnings;
    char warning[MOST_WARNINGS][WARNING_SIZE]; /* notes of the split; that the fit is useless, and why */
    const char *split;                         /* kind of the split, or null */
    int signal;                                /* that interrupted training, or 0 */
    bool saved;                                /* false: no epoch has finished, and nothing was written */
    const gml_health *health;                  /* of the run, or null */
    bool resumable;                            /* the state at the end is in the checkpoint */
    gml_status checkpoint;                     /* of the checkpoint at the end */
    const char *page;                          /* that was written, or null */
    phase_times phases;                        /* from the start of the command until the model is saved */
};

/* ---- train_calibrate.c ---- */

/* With --calibrate: checks before training that the network can be calibrated. On failure prints a message. Returns the
 * exit code. */
int train_check_calibration(const train_run *run);

/* With --calibrate, after a fit that ended by itself: calibrates the network and measures the validation part again.
 * Errors: those of gml_calibrate. */
gml_status train_calibrate(const train_run *run, train_result *result);

/* Print the result as text, if there is any, and as JSON. */
void print_calibration(FILE *stream, const gml_calibration *calibration);
json_t *calibration_json(const gml_calibration *calibration);

/* ---- train_interval.c ---- */

/* With --interval: checks before training that the targets and the validation part allow prediction intervals. On
 * failure prints a message. Returns the exit code. */
int train_check_intervals(const train_run *run);

/* With --interval, after a fit that ended by itself: finds the intervals, and measures them on the test part. Errors:
 * those of gml_fit_intervals. */
gml_status train_find_intervals(const train_run *run, train_result *result);

/* ---- train_checkpoint.c ---- */

/* Checks that the checkpoint can be written: `inputs` and the model are other files. On failure prints a message.
 * Returns the exit code. */
int train_check_checkpoint(const train_flags *flags, const char *const *inputs);

/* A log function of a context; `user` is the train_watch. Prints warnings about checkpoints and halved rates. */
void train_log(void *user, gml_log_level level, const char *message);

/* Separates the checkpoint at the end from the fit: if only that failed, prints its message and sets the status of the
 * fit to GML_OK. */
void train_split_checkpoint(const train_flags *flags, const gml_context *context, train_result *result);

/* The parts of the data; validation and test may be null. */
typedef struct train_parts {
    const gml_dataset *train, *validation, *test;
} train_parts;

/* Adds the notes of a split to the warnings, and its kind to the result; null is allowed. */
void train_warn_of_split(const gml_split *split, train_result *result);

/* Returns the name of the metric that epochs are compared by. */
const char *train_metric(const train_flags *flags);

/* Adds warnings to the result of a fit without errors: a metric without any value, R2 below 0, accuracy below the share
 * of the most frequent class, or a loss far above its start. Errors: memory, data. */
gml_status train_warn(const gml_network *network, const train_flags *flags, const train_parts *parts,
                      train_result *result);

/* Prints what a search for a learning rate has chosen, as `rate        0.01: the best of ...`. */
void print_rate_choice(FILE *stream, const gml_rate_result *rate);

/* The report as an object. Null: out of memory. */
json_t *train_report_object(const train_flags *flags, const gml_network *network, const train_result *result);

/* Prints the report as text. */
void train_report_text(FILE *stream, const train_flags *flags, const gml_network *network, const train_result *result);

#endif
