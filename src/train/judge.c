/* train/judge.c - the score of an epoch: the weights of the best epoch are kept by it, and patience ends a fit that
 * does not improve. */
#include <math.h>
#include <string.h>

#include "train/fit.h"

/* ---- before the first step ---- */

static gml_status check_validation(const gml_fit_run *run)
{
    const gml_train_options *options = &run->settings.options;
    const struct {
        const char *name;
        bool given;
    } needing[] = {{"metric", options->metric != NULL},
                   {"keep_best", options->keep_best == GML_CHOICE_YES},
                   {"patience", options->patience > 0}};
    for (size_t i = 0; i < sizeof needing / sizeof needing[0] && run->settings.validation == NULL; i++) {
        if (needing[i].given) {
            return gml_fail(run->network->context, GML_ERROR_ARGUMENT,
                            "%s is given, and the fit has no validation data to score epochs on", needing[i].name);
        }
    }
    return GML_OK;
}

/* Refuses a metric that has a value neither for the network as it is nor for right predictions. Where the fit goes on,
 * the network may be about to diverge; inputs that are not finite are found after the first epoch. */
static gml_status check_defined(gml_network_scorer *scorer, const char *metric)
{
    gml_metric_value value;
    gml_status status = gml_network_scorer_run(scorer, &value, gml_matrix_none());
    if (status == GML_ERROR_DATA || (status == GML_OK && isnan(value.value))) {
        status = gml_network_scorer_run_right(scorer, &value);
    }
    return status != GML_OK || !isnan(value.value)
               ? status
               : gml_fail(scorer->network->context, GML_ERROR_DATA, "metric %s has no value on the validation data: %s",
                          metric, value.reason);
}

/* The validation loss is computed without a scorer. */
static gml_status create_scorer(gml_fit_run *run)
{
    const char *metric = run->settings.options.metric;
    gml_network_scorer *scorer = &run->scratch.scorer;
    if (metric == NULL || strcmp(metric, "loss") == 0) {
        return GML_OK;
    }
    gml_status status = gml_network_scorer_create(run->network, run->settings.validation, run->settings.options.loss,
                                                  &metric, 1, false, scorer);
    if (status == GML_OK) {
        run->settings.rises = scorer->scorer.metrics[0].row->higher_is_better;
        status = check_defined(scorer, metric);
    }
    return status;
}

gml_status gml_fit_judge_create(gml_fit_run *run)
{
    gml_status status = check_validation(run);
    if (status != GML_OK || run->settings.validation == NULL) {
        return status;
    }
    status = create_scorer(run);
    run->settings.schedule.rises = run->settings.rises;
    run->settings.keep = run->settings.options.keep_best != GML_CHOICE_NO;
    if (status == GML_OK && run->settings.keep) {
        run->state.best = gml_allocate(run->network->context, run->network->parameter_bytes, 1, "the best weights");
        status = run->state.best != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    if (status == GML_OK && run->settings.keep) {
        memcpy(run->state.best, run->network->parameters, run->network->parameter_bytes); /* no epoch is the best yet */
    }
    return status;
}

void gml_fit_judge_destroy(gml_fit_run *run)
{
    gml_release(run->network->context, run->state.best, run->network->parameter_bytes, 1);
    gml_network_scorer_destroy(&run->scratch.scorer);
}

const gml_call *gml_fit_metric(const gml_fit_run *run)
{
    return run->scratch.scorer.network != NULL ? &run->scratch.scorer.scorer.metrics[0].call : NULL;
}

/* ---- after an epoch ---- */

/* The validation loss is finite, so the data is; predictions that are scaled back may still overflow. */
static gml_status fail_diverged(gml_context *context, size_t epoch)
{
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(context, problem, sizeof problem);
    return gml_fail(context, GML_ERROR_DIVERGED, "epoch %zu: validation: %s", epoch, problem);
}

static gml_status score_epoch(gml_fit_run *run, gml_progress *progress)
{
    gml_network_scorer *scorer = &run->scratch.scorer;
    progress->score = progress->validation->loss;
    if (scorer->network == NULL) {
        return GML_OK;
    }
    gml_metric_value value;
    gml_status status = gml_network_scorer_run(scorer, &value, gml_matrix_none());
    if (status != GML_OK) {
        return status == GML_ERROR_DATA ? fail_diverged(run->network->context, progress->epoch) : status;
    }
    progress->score = value.value;
    if (isnan(value.value)) {
        gml_log(run->network->context, GML_LOG_WARNING, "epoch %zu: metric %s has no value: %s", progress->epoch,
                run->settings.options.metric, value.reason);
    }
    return GML_OK;
}

/* Counts the epoch as the best one, or as one without a better score. A score that is NaN is the worst. */
static void compare_scores(gml_fit_run *run, double score)
{
    gml_fit_state *state = &run->state;
    gml_fit_report *report = &state->report;
    const bool first = report->best_epoch == 0 && !isnan(score);
    const bool better = first || (run->settings.rises ? score > report->best_score : score < report->best_score);
    const bool best = better || score == report->best_score;
    state->waited = better ? 0 : state->waited + 1;
    if (best) {
        report->best_epoch = report->epochs;
        report->best_score = score;
    }
    if (best && run->settings.keep) {
        memcpy(state->best, run->network->parameters, run->network->parameter_bytes);
    }
    if (best || !gml_fit_has_best(run)) {
        report->validation = run->scratch.validation;
        state->validated = report->epochs;
    }
}

gml_status gml_fit_judge(gml_fit_run *run, gml_progress *progress)
{
    gml_fit_report *report = &run->state.report;
    gml_status status = score_epoch(run, progress);
    if (status == GML_OK) {
        compare_scores(run, progress->score);
        report->kept_epochs = gml_fit_has_best(run) ? report->best_epoch : report->epochs;
        progress->best_score = report->best_score;
        progress->best_epoch = report->best_epoch;
    }
    return status;
}

bool gml_fit_has_best(const gml_fit_run *run)
{
    return run->settings.keep && run->state.report.best_epoch > 0;
}

bool gml_fit_out_of_patience(const gml_fit_run *run)
{
    const gml_train_options *options = &run->settings.options;
    const size_t waited = run->state.waited, best = run->state.report.epochs - waited;
    return options->patience > 0 &&
           (double)waited >= (double)options->patience + options->patience_growth * (double)best;
}

/* ---- the weights ---- */

void gml_fit_use_best(gml_fit_run *run)
{
    if (gml_fit_has_best(run)) {
        memcpy(run->network->parameters, run->state.best, run->network->parameter_bytes);
        run->state.report.kept_epochs = run->state.report.best_epoch;
    }
}

void gml_fit_exchange_best(gml_fit_run *run)
{
    if (gml_fit_has_best(run)) {
        gml_network_exchange(run->network, run->state.best);
    }
}

void gml_fit_forget_best(gml_fit_run *run)
{
    gml_fit_state *state = &run->state;
    state->report.best_epoch = 0;
    state->report.best_score = NAN;
    state->report.kept_epochs = state->report.epochs;
    state->report.validation = (gml_metrics){.samples = 0};
    state->validated = state->waited = 0;
    state->schedule.best = gml_schedule_begin().best;
    state->schedule.worse = 0;
}
