/* train/fit.c - epochs: an order drawn anew for each, steps over it, validation, callbacks, facts. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "kernel/gemm.h"
#include "kernel/permutation.h"
#include "kernel/shuffle.h"
#include "train/evaluate.h"
#include "train/trainer.h"

typedef struct gml_fit_run {
    gml_network *network;
    const gml_dataset *dataset;
    gml_train_options options;
    const gml_fit_callbacks *callbacks;
    gml_trainer *trainer;
    gml_evaluator evaluator;     /* network null without validation data */
    gml_permutation permutation; /* of a long epoch's samples */
    size_t *order;               /* rows of the dataset's matrices: of the epoch if that is short, else of a step */
    size_t order_size;
    void *snapshots[2]; /* parameters as they were at the beginning of an epoch */
    size_t good;        /* the snapshot to go back to: it led to a finite loss, or is where the fit began */
    uint64_t start;
    gml_fit_report report;
} gml_fit_run;

/* Up to here an epoch's order is kept; a longer one is computed as it goes, so that memory does not grow with the data.
 */
enum { SHORT_EPOCH = 4096 };

static bool is_short(const gml_fit_run *run)
{
    return run->dataset->size <= SHORT_EPOCH;
}

static void take_snapshot(gml_fit_run *run, size_t index)
{
    memcpy(run->snapshots[index], run->network->parameters, run->network->parameter_bytes);
}

static gml_status create_run(gml_fit_run *run, const gml_dataset *validation)
{
    gml_context *context = run->network->context;
    gml_status status = gml_train_options_complete(context, &run->options);
    if (status == GML_OK) {
        status = gml_check_dataset(run->network, run->dataset);
    }
    if (status != GML_OK) {
        return status;
    }
    if (run->options.batch > run->dataset->size) {
        run->options.batch = run->dataset->size;
    }
    status = gml_trainer_create(run->network, &run->options, &run->trainer);
    if (status == GML_OK && validation != NULL) {
        status = gml_evaluator_create(run->network, validation, run->options.loss, &run->evaluator);
    }
    if (status != GML_OK) {
        return status;
    }
    run->order_size = is_short(run) ? run->dataset->size : run->options.batch;
    run->order = gml_allocate(context, run->order_size, sizeof *run->order, "the order of samples");
    for (size_t i = 0; i < 2; i++) {
        run->snapshots[i] = gml_allocate(context, run->network->parameter_bytes, 1, "a copy of the weights");
    }
    if (run->order == NULL || run->snapshots[0] == NULL || run->snapshots[1] == NULL) {
        return GML_ERROR_MEMORY;
    }
    take_snapshot(run, run->good);
    return GML_OK;
}

static void destroy_run(gml_fit_run *run)
{
    gml_context *context = run->network->context;
    gml_release(context, run->order, run->order_size, sizeof *run->order);
    for (size_t i = 0; i < 2; i++) {
        gml_release(context, run->snapshots[i], run->network->parameter_bytes, 1);
    }
    gml_evaluator_destroy(&run->evaluator);
    gml_trainer_destroy(run->trainer);
}

static void find_rows(const gml_dataset *dataset, size_t *order, size_t count)
{
    for (size_t i = 0; i < count && dataset->order != NULL; i++) {
        order[i] = dataset->order[order[i]];
    }
}

static void draw_order(gml_fit_run *run, size_t epoch)
{
    gml_stream stream = {.seed = run->options.seed, .purpose = GML_RANDOM_ORDER, .step = epoch};
    if (!is_short(run)) {
        run->permutation = gml_permutation_draw(run->dataset->size, &stream);
        return;
    }
    for (size_t i = 0; i < run->dataset->size; i++) {
        run->order[i] = i;
    }
    gml_shuffle(run->order, run->dataset->size, &stream);
    find_rows(run->dataset, run->order, run->dataset->size);
}

/* The rows of samples [first, first + count) of the epoch. */
static const size_t *step_order(gml_fit_run *run, size_t first, size_t count)
{
    if (is_short(run)) {
        return run->order + first;
    }
    gml_permutation_fill(&run->permutation, first, count, run->order);
    find_rows(run->dataset, run->order, count);
    return run->order;
}

static double seconds_since(const gml_fit_run *run)
{
    return (double)(gml_now(run->network->context) - run->start) * 1e-9;
}

static void tell(gml_fit_run *run, int (*callback)(void *, const gml_progress *), const gml_progress *progress)
{
    if (callback != NULL && run->report.stopped == 0) {
        run->report.stopped = callback(run->callbacks->user, progress);
    }
}

static gml_status run_steps(gml_fit_run *run, gml_progress *progress)
{
    size_t samples = run->dataset->size;
    size_t batch = run->options.batch;
    double sum = 0;
    for (size_t first = 0; first < samples && run->report.stopped == 0; first += batch) {
        size_t rows = samples - first < batch ? samples - first : batch;
        double loss;
        gml_status status = gml_trainer_run(run->trainer, run->dataset->inputs, run->dataset->targets,
                                            step_order(run, first, rows), rows, &loss);
        if (status != GML_OK) {
            return status;
        }
        if (first == 0) {
            run->good = 1 - run->good;
        }
        sum += loss * (double)rows;
        run->report.steps++;
        run->report.samples += rows;
        progress->step++;
        progress->samples = run->report.samples;
        progress->loss = run->report.train_loss = sum / (double)(first + rows);
        if (run->callbacks != NULL && run->callbacks->on_step != NULL) {
            progress->seconds = seconds_since(run);
            tell(run, run->callbacks->on_step, progress);
        }
    }
    return GML_OK;
}

/* A step looks at the loss before its update, so what the last update did shows only here. */
static gml_status probe(gml_fit_run *run)
{
    size_t last = (run->dataset->size - 1) / run->options.batch * run->options.batch;
    size_t rows = run->dataset->size - last;
    return gml_trainer_probe(run->trainer, run->dataset->inputs, run->dataset->targets, step_order(run, last, rows),
                             rows);
}

static gml_status finish_epoch(gml_fit_run *run, gml_progress *progress)
{
    gml_context *context = run->network->context;
    run->report.epochs++;
    gml_log(context, GML_LOG_INFO, "epoch %zu of %zu: loss %g", progress->epoch, progress->epochs, progress->loss);
    gml_status status = GML_OK;
    if (run->evaluator.network != NULL) {
        status = gml_evaluator_run(&run->evaluator, &run->report.validation);
        progress->validation = &run->report.validation;
    }
    if (status == GML_OK && run->callbacks != NULL) {
        progress->seconds = seconds_since(run);
        tell(run, run->callbacks->on_epoch, progress);
    }
    return status;
}

static gml_status run_epoch(gml_fit_run *run, size_t epoch)
{
    gml_progress progress = {
        .epoch = epoch,
        .epochs = run->options.epochs,
        .steps = (run->dataset->size - 1) / run->options.batch + 1,
    };
    draw_order(run, epoch);
    take_snapshot(run, 1 - run->good);
    gml_status status = run_steps(run, &progress);
    if (status == GML_OK) {
        status = probe(run);
    }
    if (status == GML_ERROR_DIVERGED) {
        gml_log(run->network->context, GML_LOG_WARNING, "%s", gml_context_message(run->network->context));
        memcpy(run->network->parameters, run->snapshots[run->good], run->network->parameter_bytes);
    }
    return status == GML_OK && progress.step == progress.steps ? finish_epoch(run, &progress) : status;
}

static gml_status set_number(gml_network *network, const char *name, double value)
{
    char text[GML_NUMBER_SIZE];
    gml_text_from_double(value, text);
    return gml_network_set_fact(network, name, text);
}

static gml_status set_call(gml_network *network, const char *name, const gml_call *call)
{
    char text[GML_CALL_SIZE];
    gml_call_print(call, text);
    return gml_network_set_fact(network, name, text);
}

/* What the network says of its training from now on. */
static gml_status set_facts(gml_fit_run *run)
{
    gml_network *network = run->network;
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"batch", (double)run->options.batch},  {"epochs", (double)run->report.epochs},
        {"steps", (double)run->report.steps},   {"train_samples", (double)run->dataset->size},
        {"train_loss", run->report.train_loss}, {"l2", run->options.l2},
        {"clip_norm", run->options.clip_norm},  {"clip_value", run->options.clip_value},
    };
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, run->options.seed);
    gml_status status = gml_network_set_fact(network, "seed", seed);
    if (status == GML_OK) {
        status = set_call(network, "loss", &run->trainer->objective.call);
    }
    if (status == GML_OK) {
        status = set_call(network, "optimizer", &run->trainer->optimizer);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && status == GML_OK; i++) {
        status = set_number(network, numbers[i].name, numbers[i].value);
    }
    return status;
}

static gml_status run_epochs(gml_fit_run *run)
{
    gml_status status = GML_OK;
    gml_gemm_door door = gml_gemm_open();
    for (size_t epoch = 1; epoch <= run->options.epochs && status == GML_OK && run->report.stopped == 0; epoch++) {
        status = run_epoch(run, epoch);
    }
    gml_gemm_close(door);
    run->report.seconds = seconds_since(run);
    gml_status facts = set_facts(run);
    return status == GML_OK ? facts : status;
}

gml_status gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                   const gml_train_options *options, const gml_fit_callbacks *callbacks, gml_fit_report *report)
{
    gml_fit_run run = {.network = network, .dataset = dataset, .callbacks = callbacks};
    run.options = options != NULL ? *options : (gml_train_options){0};
    run.report.train_loss = NAN;
    run.start = gml_now(network->context);
    gml_status status = create_run(&run, validation);
    if (status == GML_OK) {
        status = run_epochs(&run);
    }
    destroy_run(&run);
    if (report != NULL) {
        *report = run.report;
    }
    return status;
}
