/* tune/find_rate.c - the search for a learning rate: options, range test, trials. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "method/method.h"
#include "network/network.h"
#include "optimizer/optimizer.h"
#include "tune/rate.h"

enum { LEAST_STEPS = 10, FEW_SAMPLES = 10 };

static const double least_rate = 1e-6, most_rate = 10, held_back = 0.2;

/* Replaces zeros by the defaults, in the range of the optimizer's rate. Refuses a full-batch optimizer. */
static gml_status complete_options(gml_context *context, const char *optimizer, gml_rate_options *options)
{
    gml_call call;
    gml_status status = gml_call_parse(context, "optimizer", gml_optimizer_entry, optimizer, strlen(optimizer), &call);
    if (status != GML_OK) {
        return status;
    }
    const gml_optimizer_row *row = gml_call_row(&call);
    if (row->full_batch) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "%s chooses the lengths of its steps itself; there is no learning rate to find",
                        row->entry.name);
    }
    const gml_parameter *lr = &row->entry.parameters[0];
    options->least = options->least != 0 ? options->least : fmax(least_rate, lr->minimum);
    options->most = options->most != 0 ? options->most : fmin(most_rate, lr->maximum);
    options->steps = options->steps != 0 ? options->steps : GML_RATE_STEPS;
    options->trial_steps = options->trial_steps != 0 ? options->trial_steps : GML_RATE_TRIAL_STEPS;
    options->final_steps = options->final_steps != 0 ? options->final_steps : GML_RATE_FINAL_STEPS;
    if (!(options->least >= lr->minimum) || !(options->most <= lr->maximum) || !(options->least < options->most)) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "the range test goes from %g to %g; two ascending rates from %g to %g are needed",
                        options->least, options->most, lr->minimum, lr->maximum);
    }
    return GML_OK;
}

static gml_status check_options(gml_context *context, const gml_rate_options *options)
{
    if (options->steps < LEAST_STEPS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "a range test of %zu steps; at least %d are needed",
                        options->steps, LEAST_STEPS);
    }
    if ((unsigned)options->trials > GML_CHOICE_NO) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "trials is %d; GML_CHOICE_AUTO, _YES or _NO is needed",
                        (int)options->trials);
    }
    return GML_OK;
}

/* The trials, with a part of the data held back for them where the caller has none. */
static gml_status run_trials(gml_rate_search *search)
{
    gml_dataset *part = NULL, *held = NULL;
    search->part = search->train;
    if (search->validation == NULL && gml_dataset_size(search->train) < FEW_SAMPLES) {
        search->validation = search->train;
    } else if (search->validation == NULL) {
        /* A split only reads the whole; both parts end here. */
        gml_status status =
            gml_dataset_split((gml_dataset *)search->train, held_back, search->train_options.seed, &part, &held);
        if (status != GML_OK) {
            return status;
        }
        search->part = part;
        search->validation = held;
    }
    const gml_status status = gml_rate_run_trials(search);
    gml_dataset_destroy(held);
    gml_dataset_destroy(part);
    return status;
}

static gml_status run_search(gml_rate_search *search)
{
    gml_rate_result *result = search->result;
    gml_status status = gml_rate_run_range(search);
    if (status != GML_OK || result->stopped != 0) {
        return status;
    }
    gml_rate_judge_curve(search->points, result->points, result);
    if (search->options.trials == GML_CHOICE_NO) {
        result->rate = result->curve_rate;
        return GML_OK;
    }
    return run_trials(search);
}

gml_status gml_find_rate(const gml_network *network, const gml_dataset *train, const gml_dataset *validation,
                         const gml_train_options *train_options, const gml_rate_options *options,
                         gml_rate_point *points, gml_rate_result *result)
{
    gml_context *context = network != NULL ? network->context : gml_dataset_context(train);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"network", network}, {"train", train}, {"result", result}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_rate_result found = {.start_loss = (double)NAN, .start_score = (double)NAN};
    gml_rate_search search = {.network = network, .train = train, .validation = validation, .result = &found};
    search.train_options = train_options != NULL ? *train_options : (gml_train_options){0};
    search.train_options.checkpoint = search.train_options.resume = NULL; /* those of the fit that follows */
    search.train_options.observer = NULL;
    search.train_options.checkpoint_epochs = 0;
    search.train_options.checkpoint_minutes = 0;
    search.train_options.patience = search.train_options.halvings = 0; /* trials end by their number of steps */
    search.options = options != NULL ? *options : (gml_rate_options){0};
    status = gml_train_options_complete(context, &search.train_options);
    if (status == GML_OK) {
        status = complete_options(context, search.train_options.optimizer, &search.options);
    }
    if (status == GML_OK) {
        status = check_options(context, &search.options);
    }
    if (status != GML_OK) {
        return status;
    }
    const size_t capacity = search.options.steps;
    search.points = points != NULL ? points : gml_allocate(context, capacity, sizeof *points, "the curve of rates");
    status = search.points != NULL ? run_search(&search) : GML_ERROR_MEMORY;
    if (points == NULL) {
        gml_release(context, search.points, capacity, sizeof *points);
    }
    if (status == GML_OK && found.stopped != 0) {
        snprintf(found.reason, sizeof found.reason, "the callback stopped the search");
    }
    if (status == GML_OK) {
        *result = found;
    }
    return status;
}
