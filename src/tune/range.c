/* tune/range.c - the range test: trains a copy of the network; each step multiplies the rate by a constant. */
#include <math.h>

#include "kernel/product/gemm.h"
#include "train/fit.h"
#include "tune/rate.h"

/* The batches of a fit that goes on from epoch to epoch. */
static gml_batch next_batch(gml_fit_run *run)
{
    gml_fit_state *state = &run->state;
    if (state->epoch == 0 || state->batches == gml_fit_batches(run)) {
        state->batches = 0;
        gml_epoch_draw(&run->scratch.order, run->settings.options.seed, ++state->epoch);
    }
    const size_t first = state->batches++ * run->settings.options.batch;
    run->trainer->scratch.flush = state->batches == gml_fit_batches(run);
    return gml_epoch_batch(&run->scratch.order, first, gml_fit_rows(run, first));
}

/* Makes one update, of one batch or several. `loss` is the mean over its batches; NaN: none of their samples counts. */
static gml_status take_step(gml_fit_run *run, const gml_rate_search *search, double *loss)
{
    gml_trainer *trainer = run->trainer;
    const size_t steps = trainer->state.steps;
    const double rate = trainer->state.rate;
    double sum = 0, weight = 0;
    gml_status status = GML_OK;
    while (status == GML_OK && trainer->state.steps == steps && search->result->stopped == 0) {
        const gml_batch batch = next_batch(run);
        double one;
        status = gml_trainer_run(trainer, &batch, &one);
        if (status == GML_OK) {
            const double share = trainer->scratch.step.divisor;
            sum += share > 0 ? one * share : 0;
            weight += share;
            search->result->stopped =
                search->options.on_batch != NULL ? search->options.on_batch(search->options.user, rate) : 0;
        }
    }
    *loss = weight > 0 ? sum / weight : NAN;
    return status;
}

/* Adds a point to the curve. A batch in which all samples have weight 0 adds none. */
static void add_point(const gml_rate_search *search, double rate, double loss)
{
    gml_rate_result *result = search->result;
    if (!isnan(loss)) {
        search->points[result->points] = (gml_rate_point){.rate = rate, .loss = loss};
        gml_rate_smooth(search->points, result->points++);
    }
}

static gml_status run_steps(gml_fit_run *run, const gml_rate_search *search)
{
    const gml_rate_options *options = &search->options;
    gml_rate_result *result = search->result;
    const double growth = log(options->most / options->least) / (double)(options->steps - 1);
    gml_status status = GML_OK;
    for (size_t i = 0; i < options->steps && status == GML_OK && result->limit == 0 && result->stopped == 0; i++) {
        const double rate = fmin(options->least * exp(growth * (double)i), options->most);
        double loss;
        status = gml_trainer_set_learning_rate(run->trainer, rate);
        if (status == GML_OK) {
            status = take_step(run, search, &loss);
        }
        if (status == GML_ERROR_DIVERGED && i > 0) {
            result->limit = rate;
            status = GML_OK;
        } else if (status == GML_OK) {
            add_point(search, rate, loss);
            result->steps++;
            result->limit = result->points > 0 && gml_rate_diverged(search->points, result->points) ? rate : 0;
        }
    }
    if (status == GML_OK && result->points == 0 && result->stopped == 0) {
        status = gml_fail(run->network->context, GML_ERROR_DATA,
                          "no sample of the data counts: all weights are 0, or no target is known");
    }
    return status;
}

static gml_status start_run(gml_fit_run *run)
{
    gml_status status = gml_fit_create_trainer(run);
    if (status == GML_OK) {
        status = gml_epoch_create(run->network->context, run->settings.dataset,
                                  run->settings.options.batch + run->settings.joined, &run->scratch.order);
    }
    return status == GML_OK ? gml_fit_start_outputs(run) : status;
}

gml_status gml_rate_run_range(const gml_rate_search *search)
{
    gml_network *copy = NULL;
    gml_status status = gml_network_copy(search->network, gml_network_dtype(search->network), &copy);
    if (status != GML_OK) {
        return status;
    }
    gml_fit_run run = {.network = copy, .settings = {.dataset = search->train, .options = search->train_options}};
    status = start_run(&run);
    if (status == GML_OK) {
        gml_gemm_open();
        status = run_steps(&run, search);
        gml_gemm_close();
    }
    gml_epoch_destroy(&run.scratch.order);
    gml_trainer_destroy(run.trainer);
    gml_network_destroy(copy);
    return status;
}
