/* measure/intervals.c - finding the prediction intervals of a network on a dataset, and measuring them. */
#include "network/intervals.h"

#include <math.h>

#include "base/layout.h"
#include "measure/network_scorer.h"

/* A pass over the predictions for a dataset. To find intervals it keeps the scores of all samples; else it adds up how
 * the network's intervals hold. */
typedef struct interval_pass {
    const gml_network *network;
    const gml_dataset *dataset;
    gml_intervals intervals;
    bool finds;
    size_t first;               /* the sample of the dataset that the next predictions begin with */
    gml_weighted_score *scores; /* [targets x samples]; null unless it finds, like: */
    size_t *counts;             /* [targets]: scores so far */
    double *quantiles;          /* [targets] */
    gml_interval_sums *sums;    /* [targets]; null if it finds */
    void *arena;
    size_t arena_size;
} interval_pass;

static void lay_out(void *owner, gml_layout *layout)
{
    interval_pass *pass = owner;
    const size_t targets = pass->intervals.targets, found = pass->finds ? targets : 0;
    pass->scores = gml_layout_take(layout, pass->arena, found, pass->dataset->size, sizeof *pass->scores);
    pass->counts = gml_layout_take(layout, pass->arena, found, 1, sizeof *pass->counts);
    pass->quantiles = gml_layout_take(layout, pass->arena, found, 1, sizeof *pass->quantiles);
    pass->sums = gml_layout_take(layout, pass->arena, targets - found, 1, sizeof *pass->sums);
}

static void add_batch(interval_pass *pass, const gml_batch *batch, gml_matrix outputs)
{
    const gml_interval_samples samples = {
        .predictions = outputs, .targets = batch->y, .order = batch->order, .weights = batch->weights};
    for (size_t i = 0; i < pass->intervals.targets; i++) {
        const gml_interval_rule rule = gml_network_interval_rule(pass->network, &pass->intervals, i);
        if (pass->finds) {
            gml_weighted_score *scores = pass->scores + i * pass->dataset->size;
            pass->counts[i] += gml_interval_scores(&rule, &samples, scores + pass->counts[i]);
        } else {
            gml_interval_add(&rule, &samples, &pass->sums[i]);
        }
    }
}

static gml_status add_outputs(void *user, gml_matrix outputs)
{
    interval_pass *pass = user;
    gml_batch_room room;
    for (size_t done = 0, rows = 0; done < outputs.rows; done += rows) {
        const gml_batch batch = gml_dataset_batch(pass->dataset, pass->first, outputs.rows - done, &room);
        rows = batch.rows;
        add_batch(pass, &batch, gml_matrix_rows(outputs, done, rows));
        pass->first += rows;
    }
    return GML_OK;
}

static gml_status allocate(interval_pass *pass)
{
    gml_status status = gml_layout_make(pass->network->context, lay_out, pass, "prediction intervals",
                                        pass->network->description, &pass->arena, &pass->arena_size);
    for (size_t i = 0; status == GML_OK && i < pass->intervals.targets; i++) {
        if (pass->finds) {
            pass->counts[i] = 0;
        } else {
            pass->sums[i] = (gml_interval_sums){0};
        }
    }
    return status;
}

/* Runs the pass behind the checks of data that metrics have. */
static gml_status run(interval_pass *pass)
{
    static const char *const metrics[] = {"mae"};
    const gml_network *network = pass->network;
    gml_metric_value value;
    gml_network_scorer scorer;
    gml_status status = gml_network_scorer_create(network, pass->dataset, gml_network_fact(network, "loss"), metrics, 1,
                                                  false, &scorer);
    if (status == GML_OK) {
        status = allocate(pass);
    }
    if (status == GML_OK) {
        scorer.on_outputs = add_outputs;
        scorer.user = pass;
        status = gml_network_scorer_run(&scorer, &value, gml_matrix_none());
    }
    gml_network_scorer_destroy(&scorer);
    return status;
}

static void clear(interval_pass *pass)
{
    gml_release(pass->network->context, pass->arena, pass->arena_size, 1);
}

static gml_status check_values(const gml_network *network, const gml_dataset *dataset)
{
    return dataset->schema.task == GML_TASK_CLASSIFICATION || gml_network_task(network) == GML_TASK_CLASSIFICATION
               ? gml_fail(network->context, GML_ERROR_ARGUMENT,
                          "prediction intervals: targets that are values are needed, and these are classes")
               : GML_OK;
}

/* ---- finding ---- */

static gml_status find_quantile(interval_pass *pass, size_t target)
{
    gml_context *context = pass->network->context;
    const double level = pass->intervals.level;
    const double needed = ceil(level / (1 - level) * (1 - 1e-12)); /* so that ceil((n + 1) level) is at most n */
    const size_t count = pass->counts[target];
    if ((double)count < needed) {
        return gml_fail(context, GML_ERROR_DATA,
                        "prediction intervals: level %g needs at least %.0f samples, and target %zu has %zu known "
                        "value%s; more samples or a lower level are needed",
                        level, needed, target + 1, count, count == 1 ? "" : "s");
    }
    pass->quantiles[target] = gml_interval_quantile(count, pass->scores + target * pass->dataset->size, level);
    if (!isfinite(pass->quantiles[target])) {
        return gml_fail(context, GML_ERROR_DATA,
                        "prediction intervals: those of target %zu would be infinite, as are the scores of too many "
                        "samples (%s)",
                        target + 1, pass->intervals.score);
    }
    pass->intervals.samples = target == 0 || count < pass->intervals.samples ? count : pass->intervals.samples;
    return GML_OK;
}

gml_status gml_fit_intervals(gml_network *network, const gml_dataset *dataset, double level)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status == GML_OK) {
        status = gml_interval_check_level(network->context, level);
    }
    if (status == GML_OK) {
        status = check_values(network, dataset);
    }
    if (status != GML_OK) {
        return status;
    }
    interval_pass pass = {.network = network, .dataset = dataset, .finds = true};
    pass.intervals = (gml_intervals){.level = level, .targets = dataset->targets.cols};
    pass.intervals.score = gml_network_interval_score(network, dataset->targets.cols);
    status = run(&pass);
    for (size_t i = 0; status == GML_OK && i < pass.intervals.targets; i++) {
        status = find_quantile(&pass, i);
    }
    if (status == GML_OK) {
        pass.intervals.quantiles = pass.quantiles;
        status = gml_network_set_intervals(network, &pass.intervals);
    }
    clear(&pass);
    return status;
}

/* ---- measuring ---- */

gml_status gml_score_intervals(const gml_network *network, const gml_dataset *dataset, gml_interval_score *scores)
{
    gml_status status =
        gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {"scores", scores}, {0}});
    if (status == GML_OK) {
        status = gml_network_need_intervals(network, __func__);
    }
    if (status == GML_OK) {
        status = check_values(network, dataset);
    }
    if (status == GML_OK && dataset->targets.cols != network->intervals.targets) {
        status = gml_fail(network->context, GML_ERROR_SHAPE,
                          "the data has %zu targets, and the network has prediction intervals of %zu",
                          dataset->targets.cols, network->intervals.targets);
    }
    if (status != GML_OK) {
        return status;
    }
    interval_pass pass = {.network = network, .dataset = dataset, .intervals = network->intervals};
    status = run(&pass);
    for (size_t i = 0; status == GML_OK && i < pass.intervals.targets; i++) {
        const gml_interval_sums *sums = &pass.sums[i];
        scores[i] = (gml_interval_score){sums->samples, sums->inside / sums->weight, sums->width / sums->weight};
    }
    clear(&pass);
    return status;
}
