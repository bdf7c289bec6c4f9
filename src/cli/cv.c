/* cli/cv.c - `gemmule cv`: cross-validation. */
#include "cli/cv/cv.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/shell/output.h"

enum { MOST_FOLDS = 1 << 24, MOST_REPEATS = 100000 };

/* The usual metrics. */
static const char *const of_classes[] = {"accuracy", "balanced_accuracy", "f1(average=macro)", "log_loss"};
static const char *const of_values[] = {"rmse", "mae", "r2"};
enum { OF_CLASSES = sizeof of_classes / sizeof of_classes[0], OF_VALUES = sizeof of_values / sizeof of_values[0] };

/* ---- flags ---- */

static void refuse_file(const flag *row, const char *text, void *field)
{
    (void)text, (void)field;
    refuse_value(row, "the networks of all folds would share it; `gemmule train' takes it");
}

static void refuse_validation(const flag *row, const char *text, void *field)
{
    (void)text, (void)field;
    refuse_value(row, "each fold is the validation part once; DATA is all that is read");
}

/* 0 would stand for the default. */
static void read_confidence(const flag *row, const char *text, void *field)
{
    read_share(row, text, field);
    if (*(double *)field == 0) {
        refuse_value(row, "expected a number above 0 and below 1, got '%s'", text);
    }
}

static const flag arguments[] = {
    {"DATA", .help = "a file of CSV, ARFF, NPY, NPZ, safetensors, LIBSVM or IDX data, or the word digits",
     .read = read_data, .field = offsetof(cv_run, run.flags.data)},
    {0}};

/* Comes before the tables of `gemmule train': of two flags with one name the first counts. */
static const flag cv_table[] = {
    {"folds", "K", "parts that the data is cut into (5)", GROUP_DATA | MAIN, read_whole,
     .field = offsetof(cv_run, folds), 2, MOST_FOLDS},
    {"repeats", "R", "how often it is cut anew (1)", MAIN, read_whole, .field = offsetof(cv_run, repeats), 1,
     MOST_REPEATS},
    {"val", "FRACTION",
     "share of each training part held back for the validation of its fit (none; 0.2 if a flag needs validation)", 0,
     read_share, .field = offsetof(cv_run, run.flags.validation)},
    {"metric", "CALL,CALL...", "metrics to report (those of the task); see `gemmule list metrics'", GROUP_REPORT | MAIN,
     read_metrics, .field = offsetof(cv_run, metrics)},
    {"predictions", "FILE", "write predictions of unseen samples: CSV or .npy", MAIN, read_file,
     .field = offsetof(cv_run, predictions)},
    {"confidence", "P", "of the intervals, above 0 and below 1 (0.95)", 0, read_confidence,
     .field = offsetof(cv_run, confidence)},
    {"json", NULL, "report as one JSON object, with the values of each fold", 0, read_switch,
     .field = offsetof(cv_run, json)},
    {"quiet", NULL, "show no progress", 0, read_switch, .field = offsetof(cv_run, quiet)},
    {"lr", "RATE", "learning rate (the optimizer's)", GROUP_TRAINING | MAIN, read_positive,
     .field = offsetof(cv_run, run.flags.fit.learning_rate)},
    {"checkpoint", "FILE", NULL, 0, .read = refuse_file},
    {"every", "N", NULL, 0, .read = refuse_file},
    {"resume", "FILE", NULL, 0, .read = refuse_file},
    {"override", NULL, NULL, 0, .read = refuse_file},
    {"val-data", "FILE", NULL, 0, .read = refuse_validation},
    {"test", "FILE", NULL, 0, .read = refuse_validation},
    {0}};

static void check(const void *read)
{
    const cv_run *cv = read;
    if (cv->run.flags.validation == 0) {
        refuse("--val 0 holds nothing back; leave it out, or give a share above 0");
    }
    train_flags_check(&cv->run.flags);
    if (train_chooses(&cv->run.flags)) {
        refuse("--recipe %s is a choice among recipes, and cv measures one; see `gemmule list recipes'",
               cv->run.flags.recipe);
    }
}

/* ---- progress ---- */

static int on_batch(void *user, size_t index, const gml_progress *progress)
{
    (void)user, (void)index, (void)progress;
    return interrupt();
}

/* True if the terminal shows one line that is overwritten. */
static bool overwrites(const cv_run *cv)
{
    return !cv->quiet && progress_overwrites();
}

enum { LINE_SIZE = 256 };

/* Adds a part to a line if the line stays within `limit` columns. */
static void add_part(char line[LINE_SIZE], size_t limit, const char *format, ...)
{
    const size_t used = strlen(line);
    va_list values;
    va_start(values, format);
    const int length = vsnprintf(line + used, LINE_SIZE - used, format, values);
    va_end(values);
    if (length < 0 || used + (size_t)length > limit) {
        line[used] = '\0';
    }
}

/* One line: the networks so far, and the mean of the first metric. */
static int on_fold(void *user, const gml_cv_result *so_far, size_t index)
{
    const cv_run *cv = user;
    const gml_cv_fold *fold = &so_far->fold[index];
    const size_t done = so_far->finished + so_far->diverged, all = so_far->folds * so_far->repeats;
    const size_t limit = overwrites(cv) ? progress_width() : LINE_SIZE - 1;
    char line[LINE_SIZE] = "";
    if (cv->quiet) {
        return interrupt();
    }
    add_part(line, limit, "fold %zu of %zu", done, all);
    if (fold->finished == 0) {
        add_part(line, limit, "  diverged");
    } else if (!isnan(fold->values[0].value)) {
        add_part(line, limit, "  %s %.5g", cv->calls[0], fold->values[0].value);
        add_part(line, limit, "  mean so far %.5g", so_far->metric[0].mean);
    }
    fprintf(stderr, overwrites(cv) ? "\r%s\x1b[K" : "%s\n", line);
    return interrupt();
}

/* ---- the command ---- */

/* Sets the metrics, after checking those given. */
static int choose_metrics(cv_run *cv)
{
    const gml_dataset *data = cv->run.data.all;
    const bool classes = gml_dataset_task(data) == GML_TASK_CLASSIFICATION;
    int code = 0;
    for (size_t i = 0; i < cv->metrics.count && code == 0; i++) {
        code = check_call(cv->run.context, "--metric", "metric", cv->metrics.calls[i]);
    }
    cv->calls = classes ? of_classes : of_values;
    cv->count = classes ? OF_CLASSES : OF_VALUES;
    if (cv->metrics.count > 0) {
        cv->calls = cv->metrics.calls;
        cv->count = cv->metrics.count;
    }
    return code;
}

static int open_data(cv_run *cv)
{
    train_run *run = &cv->run;
    int code = open_context(run->flags.file.threads, &run->context);
    if (code == 0) {
        code = train_check_calls(run->context, &run->flags);
    }
    if (code == 0) {
        code = train_open_all(run->context, &run->flags, run->path, &run->data);
    }
    if (code == 0) {
        code = choose_metrics(cv);
    }
    if (code == 0) {
        code = train_settle_recipe(run);
    }
    if (code == 0) {
        code = train_make_network(run, run->data.all);
    }
    return code == 0 ? train_check_groups(run->network, &run->flags) : code;
}

static int split(cv_run *cv)
{
    const gml_split_options options = {
        .kind = cv->run.flags.split, .folds = cv->folds, .repeats = cv->repeats, .seed = cv->run.flags.fit.seed};
    const gml_status status = gml_split_create(cv->run.data.all, &options, &cv->split);
    return status == GML_OK ? 0 : complain_status(cv->run.context, status);
}

static gml_status train_networks(cv_run *cv, const gml_recipe *recipe)
{
    const double validation = cv->run.flags.validation; /* below 0: not given */
    const gml_cv_options options = {.confidence = cv->confidence,
                                    .validation = validation > 0 ? validation : 0,
                                    .user = cv,
                                    .on_batch = on_batch,
                                    .on_fold = on_fold};
    catch_interrupts();
    if (overwrites(cv)) {
        fprintf(stderr, "fold 0 of %zu", gml_split_folds(cv->split) * gml_split_repeats(cv->split));
    }
    const gml_status status =
        gml_cross_validate(recipe, cv->run.data.all, cv->split, cv->calls, cv->count, &options, &cv->result);
    fputs(overwrites(cv) ? "\r\x1b[K" : "", stderr);
    return status;
}

/* Trains and measures. A result exists if the code is 0, or EXIT_DIVERGED after some networks have diverged. */
static int measure(cv_run *cv)
{
    const gml_context *context = cv->run.context;
    gml_recipe recipe = *cv->run.recipe.used;
    gml_train_options *fit = &recipe.fit;
    const bool validates = cv->run.flags.validation > 0 || fit->patience > 0 || fit->keep_best == GML_CHOICE_YES;
    fit->metric = validates && cv->metrics.count > 0 ? cv->calls[0] : NULL;
    const gml_status status = train_networks(cv, &recipe);
    const bool about_metric = strncmp(gml_context_message(context), "metric", strlen("metric")) == 0;
    return status == GML_OK ? 0
           : about_metric   ? complain_of_flag(context, status, "metric", "--metric")
                            : complain_of_options(context, status);
}

static int report(const cv_run *cv)
{
    const bool predicts = cv->predictions != NULL && cv->result->finished > 0;
    int code = predicts ? cv_write_predictions(cv) : 0;
    if (cv->json) {
        const int failure = cv_report_json(cv);
        return code != 0 ? code : failure;
    }
    cv_report_text(cv);
    return code;
}

static int cross_validate(cv_run *cv)
{
    train_run *run = &cv->run;
    run->path = find_data(run->flags.data);
    if (run->path == NULL) {
        return EXIT_NO_INPUT;
    }
    const char *const inputs[] = {run->path, run->flags.net.file, NULL};
    if (cv->predictions != NULL && !output_path_is_usable(cv->predictions, inputs)) {
        return EXIT_CREATE;
    }
    int code = open_data(cv);
    if (code == 0) {
        code = split(cv);
    }
    if (code == 0) {
        code = measure(cv);
    }
    if (cv->result == NULL) {
        return code;
    }
    const size_t finished = cv->result->finished, all = cv->result->folds * cv->result->repeats;
    if (cv->result->stopped != 0) {
        code = complain(EXIT_SIGNAL + cv->result->stopped, "interrupted: %zu of %zu networks have finished%s", finished,
                        all, finished > 0 ? "; the figures are of these" : "");
    }
    const int failure = finished > 0 || cv->json ? report(cv) : 0;
    return code != 0 ? code : failure;
}

int run_cv(int argc, char **argv)
{
    static const command_line line = {
        "DATA",
        "Cross-validates a network: trains on all parts of DATA but one, for each part.\v"
        "Defaults are in parentheses. The other flags are those of `gemmule train'. Each network is made, scaled and "
        "trained without the samples that it is measured on. The interval of a mean accounts for the training data "
        "that the networks share (Nadeau and Bengio, 2003). Where fits have validation, the first metric of --metric "
        "chooses the epoch.",
        arguments,
        {{cv_table, 0},
         {recipe_table, offsetof(cv_run, run.flags)},
         {fit_table, offsetof(cv_run, run.flags)},
         {data_table, offsetof(cv_run, run.flags.file)},
         {broken_table, offsetof(cv_run, run.flags.file)},
         {network_table, offsetof(cv_run, run.flags)}},
        check};
    static cv_run cv; /* too large for the stack: it has the list of hidden layers */
    memset(&cv, 0, sizeof cv);
    train_flags_clear(&cv.run.flags);
    cv.folds = 5;
    cv.repeats = 1;
    parse_flags(&line, argc, argv, &cv);
    const int code = cross_validate(&cv);
    gml_cv_destroy(cv.result);
    gml_split_destroy(cv.split);
    train_clear(&cv.run);
    clear_metrics(&cv.metrics);
    return code;
}
