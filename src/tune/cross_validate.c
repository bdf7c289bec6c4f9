/* tune/cross_validate.c - cross-validation: its arguments, and the networks side by side. */
#include <stdio.h>
#include <string.h>

#include "base/parallel.h"
#include "measure/evaluate.h"
#include "measure/network_scorer.h"
#include "tune/cv.h"

enum { DEFAULT_FOLDS = 5 };

static const double default_confidence = 0.95, default_validation = 0.2;

/* ---- the arguments ---- */

/* True if the fit of a recipe cannot do without validation data. */
static bool needs_validation(const gml_train_options *fit)
{
    return fit->metric != NULL || fit->patience > 0 || fit->keep_best == GML_CHOICE_YES;
}

/* Replaces zeros by the defaults. Errors: argument. */
static gml_status complete_options(gml_cv_run *run)
{
    gml_cv_options *options = &run->options;
    const gml_train_options *fit = &run->recipe.fit;
    options->confidence = options->confidence != 0 ? options->confidence : default_confidence;
    if (options->validation == 0 && needs_validation(fit)) {
        options->validation = default_validation;
    }
    if (!(options->confidence > 0 && options->confidence < 1)) {
        return gml_fail(run->context, GML_ERROR_ARGUMENT, "a confidence of %g: it must lie between 0 and 1",
                        options->confidence);
    }
    if (!(options->validation >= 0 && options->validation < 1)) {
        return gml_fail(run->context, GML_ERROR_ARGUMENT,
                        "a validation share of %g of each training part: it must lie between 0 and 1",
                        options->validation);
    }
    if (fit->checkpoint != NULL || fit->resume != NULL) {
        return gml_fail(run->context, GML_ERROR_ARGUMENT,
                        "the recipe of a cross-validation has a file to %s: the networks of all folds would share it",
                        fit->checkpoint != NULL ? "write checkpoints to" : "resume from");
    }
    return GML_OK;
}

static gml_status check_metrics(const gml_cv_run *run)
{
    gml_task task = run->dataset->schema.task;
    if (run->count > 0 && run->calls == NULL) {
        return gml_fail(run->context, GML_ERROR_ARGUMENT, "there are %zu metrics, but no array of them", run->count);
    }
    gml_scored *parsed = gml_allocate(run->context, run->count, sizeof *parsed, "a list of metrics");
    if (parsed == NULL) {
        return GML_ERROR_MEMORY;
    }
    const gml_status status = gml_metrics_parse(run->context, run->calls, run->count, &task, parsed);
    gml_release(run->context, parsed, run->count, sizeof *parsed);
    return status;
}

static gml_status check_split(const gml_cv_run *run)
{
    return run->split->plan.dataset == run->dataset
               ? GML_OK
               : gml_fail(run->context, GML_ERROR_ARGUMENT, "the split is of another dataset");
}

/* ---- the first network ---- */

/* Sets how predictions are read, from a network made for a training part; it also shows that the recipe can be made. */
static gml_status read_recipe(gml_cv_run *run, const gml_dataset *training)
{
    gml_network *network = NULL;
    gml_objective objective;
    gml_status status = gml_recipe_network(&run->recipe, training, &network);
    if (status != GML_OK) {
        return status;
    }
    const size_t outputs = gml_network_outputs(network);
    status = gml_objective_bind(network, run->recipe.fit.loss, &objective);
    if (status == GML_OK) {
        status = gml_check_dataset(network, run->dataset, objective.row);
    }
    if (status == GML_OK) {
        const char *last = gml_network_output_activation(network);
        run->scores = gml_network_scorer_setup(network, run->dataset, &objective);
        const bool chances = strcmp(last, "softmax") == 0 || strcmp(last, "sigmoid") == 0;
        const bool classes = run->scores.task == GML_TASK_CLASSIFICATION;
        status = gml_cv_make_result(run, outputs, classes && (chances || run->scores.link != GML_LINK_NONE));
    }
    gml_network_destroy(network);
    return status;
}

static gml_status prepare(gml_cv_run *run)
{
    gml_dataset *training = NULL, *validation = NULL;
    gml_status status = gml_split_fold(run->split, 0, 0, &training, &validation);
    if (status == GML_OK) {
        status = read_recipe(run, training);
    }
    gml_dataset_destroy(training);
    gml_dataset_destroy(validation);
    return status;
}

/* ---- the networks ---- */

static void note_failure(gml_cv_failure *failure, size_t index, gml_status status, const char *message)
{
    if (index < failure->index) {
        failure->index = index;
        failure->status = status;
        snprintf(failure->message, sizeof failure->message, "%s", message);
    }
}

/* Enters what network `index` has come to. The lock is held. */
static void enter_fold(gml_cv_run *run, size_t index, const gml_cv_fold *fold, const char *message)
{
    gml_cv_result *result = &run->made->result;
    run->made->folds[index] = *fold;
    if (fold->status == GML_ERROR_DIVERGED) {
        result->diverged++;
        note_failure(&run->divergence, index, fold->status, message);
    } else if (fold->status != GML_OK) {
        note_failure(&run->error, index, fold->status, message);
        atomic_store(&run->failed, run->error.index);
        return;
    }
    result->finished += fold->finished != 0;
    if (run->options.on_fold != NULL && (fold->finished != 0 || fold->status != GML_OK) &&
        atomic_load(&run->stopped) == 0) {
        gml_cv_summarize(run->made);
        const int stop = run->options.on_fold(run->options.user, result, index);
        if (stop != 0) {
            atomic_store(&run->stopped, stop);
        }
    }
}

/* Networks begin in order. After an error only those before the failed one matter: the first error is reported,
 * whatever the number of threads. */
static void run_network(void *argument, gml_share share)
{
    gml_cv_run *run = argument;
    const size_t index = share.first;
    if (atomic_load(&run->stopped) != 0 || atomic_load(&run->failed) < index) {
        return;
    }
    char message[GML_MESSAGE_SIZE];
    gml_message_scope scope;
    gml_cv_fold fold = run->made->folds[index];
    gml_message_open(run->context, &scope, message);
    fold.status = gml_cv_run_fold(run, index, &fold);
    gml_message_close(run->context, &scope);
    fold.finished = fold.status == GML_OK && fold.report.stopped == 0;
    pthread_mutex_lock(&run->lock);
    enter_fold(run, index, &fold, message);
    pthread_mutex_unlock(&run->lock);
}

static gml_status fail(const gml_cv_run *run, const gml_cv_failure *failure)
{
    const size_t folds = run->made->result.folds, repeats = run->made->result.repeats;
    char place[64] = "";
    if (repeats > 1) {
        snprintf(place, sizeof place, " of repeat %zu of %zu", failure->index / folds + 1, repeats);
    }
    return gml_fail(run->context, failure->status, "fold %zu of %zu%s: %s", failure->index % folds + 1, folds, place,
                    failure->message);
}

static gml_status run_networks(gml_cv_run *run)
{
    gml_cv_result *result = &run->made->result;
    const gml_phase phase = {.count = result->folds * result->repeats, .jobs = true, .task = run_network};
    if (pthread_mutex_init(&run->lock, NULL) != 0) {
        return gml_fail(run->context, GML_ERROR_MEMORY, "there is no memory for a lock");
    }
    gml_parallel_run(run->context->threads, &phase, 1, run);
    pthread_mutex_destroy(&run->lock);
    if (run->error.index != SIZE_MAX) {
        return fail(run, &run->error);
    }
    result->stopped = atomic_load(&run->stopped);
    gml_cv_summarize(run->made);
    const gml_status status = gml_cv_pool(run);
    return status == GML_OK && run->divergence.index != SIZE_MAX ? fail(run, &run->divergence) : status;
}

/* ---- all of it ---- */

static gml_status cross_validate(gml_cv_run *run)
{
    gml_status status = complete_options(run);
    if (status == GML_OK) {
        status = check_metrics(run);
    }
    if (status == GML_OK) {
        status = check_split(run);
    }
    if (status == GML_OK) {
        status = prepare(run);
    }
    return status == GML_OK ? run_networks(run) : status;
}

gml_status gml_cross_validate(const gml_recipe *recipe, const gml_dataset *dataset, const gml_split *split,
                              const char *const *metrics, size_t count, const gml_cv_options *options,
                              gml_cv_result **result)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_split *folds = NULL;
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"dataset", dataset}, {"result", result}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_cv_run *run = gml_allocate(context, 1, sizeof *run, "a cross-validation");
    if (run == NULL) {
        return GML_ERROR_MEMORY;
    }
    *run = (gml_cv_run){.context = context, .dataset = dataset, .split = split, .calls = metrics, .count = count};
    run->recipe = recipe != NULL ? *recipe : (gml_recipe){0};
    run->recipe.fit.observer = NULL; /* of one network, not of many */
    run->options = options != NULL ? *options : (gml_cv_options){0};
    atomic_init(&run->failed, SIZE_MAX);
    run->error.index = run->divergence.index = SIZE_MAX;
    if (split == NULL) {
        const gml_split_options five = {.folds = DEFAULT_FOLDS, .seed = run->recipe.fit.seed};
        status = gml_split_create(dataset, &five, &folds);
        run->split = folds;
    }
    if (status == GML_OK) {
        status = cross_validate(run);
    }
    gml_split_destroy(folds);
    gml_cv_owned *made = run->made;
    gml_release(context, run, 1, sizeof *run);
    if (status == GML_OK || (status == GML_ERROR_DIVERGED && made != NULL)) {
        *result = &made->result;
        return status;
    }
    gml_cv_destroy(made != NULL ? &made->result : NULL);
    return status;
}
