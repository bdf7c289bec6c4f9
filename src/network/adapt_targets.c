/* network/adapt_targets.c - what a network learns of its targets: logarithms, limits, and a scaling into the range of
 * the last activation.
 *
 *     unbounded:              mean 0 and standard deviation 1
 *     bounded on one side:    the same, then shifted until no target exceeds the bound
 *     bounded on both sides:  the minimum and the maximum of the targets lie at the bounds
 *     step and sign:          the activation's bounds are one standard deviation from the mean
 *
 * Targets keep a margin from a bound that the activation approaches but never reaches, such as sigmoid's: targets at
 * the bound would drive weights to infinity. */
#include <math.h>
#include <string.h>

#include "data/range.h"
#include "kernel/transform/transform.h"
#include "layer/activation.h"
#include "network/network.h"

static const double RANGE_MARGIN = 0.05; /* fraction of the range between two bounds */
static const double SIDE_MARGIN = 0.1;   /* standard deviations, if bounded on one side */

/* The minimum and the maximum of each column of targets. */
typedef struct target_columns {
    size_t count;
    bool log;                 /* of the logarithms */
    double *least, *greatest; /* [count] */
} target_columns;

static gml_bounds output_bounds(const gml_network *network)
{
    const gml_call *call = gml_network_last_activation(network);
    return gml_activation_bounds(gml_call_row(call), call->values);
}

static bool all_within(const target_columns *targets, double low, double high, size_t *outside)
{
    size_t j = 0;
    while (j < targets->count && targets->least[j] >= low && targets->greatest[j] <= high) {
        j++;
    }
    *outside = j;
    return j == targets->count;
}

/* An activation that couples columns: no scaling of columns maps other targets into its range. */
static gml_status check_coupled(const gml_network *network, const target_columns *targets)
{
    gml_bounds bounds = output_bounds(network);
    const char *name = gml_network_last_activation(network)->entry->name;
    size_t j;
    if (all_within(targets, bounds.low, bounds.high, &j)) {
        return GML_OK;
    }
    return gml_fail(network->context, GML_ERROR_DATA,
                    "targets: column %zu goes from %g to %g, and the network ends in %s, whose range is: %s. For "
                    "values, end it without activation; for classes, read the targets as classes",
                    j + 1, targets->least[j], targets->greatest[j], name,
                    gml_network_last_activation(network)->entry->range);
}

/* Maps minimum and maximum to the bounds, or to a margin from them. */
static void fit_between(gml_bounds bounds, const target_columns *targets, double *shift, double *scale)
{
    double range = bounds.high - bounds.low;
    double low = bounds.low + (bounds.open_low ? RANGE_MARGIN * range : 0);
    double high = bounds.high - (bounds.open_high ? RANGE_MARGIN * range : 0);
    for (size_t j = 0; j < targets->count; j++) {
        double spread = targets->greatest[j] - targets->least[j];
        bool constant = !(spread > 0 && isfinite(1 / spread));
        scale[j] = constant ? 1 : (high - low) / spread;
        shift[j] = constant ? targets->least[j] - (low + high) / 2 : targets->least[j] - low / scale[j];
    }
}

/* Maps one standard deviation below and above the mean to the bounds of step and sign. */
static void fit_steps(gml_bounds bounds, size_t count, double *shift, double *scale)
{
    double middle = (bounds.low + bounds.high) / 2;
    for (size_t j = 0; j < count; j++) {
        scale[j] *= (bounds.high - bounds.low) / 2;
        shift[j] -= middle / scale[j];
    }
}

/* Shifts standardised targets that exceed a bound until they lie within it. */
static void fit_beside(gml_bounds bounds, const target_columns *targets, double *shift, const double *scale)
{
    double low = bounds.low + (bounds.open_low ? SIDE_MARGIN : 0);
    double high = bounds.high - (bounds.open_high ? SIDE_MARGIN : 0);
    for (size_t j = 0; j < targets->count; j++) {
        if ((targets->least[j] - shift[j]) * scale[j] < low) {
            shift[j] = targets->least[j] - low / scale[j];
        }
        if ((targets->greatest[j] - shift[j]) * scale[j] > high) {
            shift[j] = targets->greatest[j] - high / scale[j];
        }
    }
}

/* A constant column is only shifted. */
static void keep_constant(size_t count, double *scale)
{
    for (size_t j = 0; j < count; j++) {
        scale[j] = scale[j] == 0 ? 1 : scale[j];
    }
}

static gml_status fit(const gml_network *network, const gml_dataset *dataset, const target_columns *targets,
                      const gml_scaling *scaling, bool *scaled)
{
    double *shift = scaling->shift, *scale = scaling->scale;
    gml_column_scan scan = gml_dataset_targets_scan(dataset);
    scan.map = targets->log ? gml_map_log : NULL;
    const gml_loss_row *loss = gml_loss_linked(gml_network_last_activation(network)->entry->name);
    const gml_activation_row *last = gml_call_row(gml_network_last_activation(network));
    gml_bounds bounds = output_bounds(network);
    gml_bad_entry bad;
    size_t outside;
    *scaled = true;
    if (!gml_scan_standard(&scan, shift, scale, &bad) ||
        !gml_scan_extremes(&scan, targets->least, targets->greatest, &bad)) {
        return gml_dataset_refuse_entry(dataset, true, &bad, "the variance of its column");
    }
    keep_constant(targets->count, scale);
    if (last->couples_columns) {
        *scaled = false;
        return check_coupled(network, targets);
    }
    if (loss != NULL && loss->domain == GML_DOMAIN_UNIT && all_within(targets, 0, 1, &outside)) {
        *scaled = false;
    } else if (gml_network_outputs(network) != targets->count) {
        return GML_OK; /* means and variances: keep the standardisation */
    } else if (last->straight_through) {
        fit_steps(bounds, targets->count, shift, scale);
    } else if (isfinite(bounds.low) && isfinite(bounds.high)) {
        fit_between(bounds, targets, shift, scale);
    } else {
        fit_beside(bounds, targets, shift, scale);
    }
    return GML_OK;
}

/* Finds a scaling, [targets], that brings the dataset's values, or their logarithms, into what the last activation
 * gives: (t - shift) * scale. `scaled` is false where they stay as they are. Errors: data (a target that is not finite,
 * or that no scaling brings there), memory. */
static gml_status fit_line(const gml_network *network, const gml_dataset *dataset, bool log, const gml_scaling *scaling,
                           bool *scaled)
{
    gml_context *context = network->context;
    target_columns targets = {.count = dataset->targets.cols, .log = log};
    targets.least = gml_allocate(context, targets.count, 2 * sizeof(double), "the ranges of targets");
    if (targets.least == NULL) {
        return GML_ERROR_MEMORY;
    }
    targets.greatest = targets.least + targets.count;
    gml_status status = fit(network, dataset, &targets, scaling, scaled);
    gml_release(context, targets.least, targets.count, 2 * sizeof(double));
    return status;
}

/* ---- what a network learns of targets ---- */

void gml_learned_targets_clear(gml_context *context, gml_learned_targets *learned, size_t outputs)
{
    gml_scaling_clear(context, &learned->output, outputs);
    gml_scaling_clear(context, &learned->target, outputs);
    gml_limits_clear(context, &learned->limits, outputs);
}

/* Outputs are scaled by the inverse of the targets' scaling. A second output per target is the logarithm of a variance:
 * the logarithm of the squared scale is added to it. */
static gml_status scale_outputs(const gml_network *network, const gml_scaling *fitted, size_t targets,
                                gml_learned_targets *learned)
{
    gml_context *context = network->context;
    size_t outputs = gml_network_outputs(network);
    gml_scaling *output = &learned->output;
    gml_status status = gml_scaling_create(context, outputs, output);
    if (status != GML_OK) {
        return status;
    }
    for (size_t i = 0; i < outputs; i++) {
        bool mean = i < targets;
        output->shift[i] = mean ? fitted->shift[i] : -2 * log(fitted->scale[i - targets]);
        output->scale[i] = mean ? 1 / fitted->scale[i] : 1;
    }
    status = gml_scaling_check(context, "outputs", output, outputs, false);
    return status == GML_OK ? gml_scaling_invert(context, output, outputs, &learned->target) : status;
}

/* What becomes of the targets by the options, or by the kind of scaling and the last activation. */
static gml_status choose_chain(const gml_network *network, const gml_adapt_options *options, gml_target_chain *chain)
{
    if (options->target_preparation != NULL) {
        return gml_target_chain_read(network->context, options->target_preparation, chain);
    }
    const gml_loss_row *loss = gml_loss_linked(gml_network_last_activation(network)->entry->name);
    const bool raw = loss != NULL && (loss->domain == GML_DOMAIN_NOT_NEGATIVE || loss->domain == GML_DOMAIN_POSITIVE);
    const bool scaled = options->scaling == GML_SCALING_AUTO || options->scaling == GML_SCALING_STANDARD;
    *chain = (gml_target_chain){.standard = scaled && !raw};
    return GML_OK;
}

/* Refuses a preparation of targets and limits where outputs are no values. */
static gml_status check_map(const gml_network *network, const gml_dataset *dataset, const gml_adapt_options *options,
                            const gml_target_chain *chain)
{
    const char *what = options->target_preparation != NULL ? "target preparation" : "limits of predictions";
    const bool asked = options->target_preparation != NULL || options->clamp;
    if (asked && dataset->schema.task != GML_TASK_REGRESSION) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "%s: targets that are values are needed, and %s", what,
                        dataset->targets.data != NULL ? "these are classes" : "there are none");
    }
    return (chain->log || options->clamp) && gml_network_outputs(network) != dataset->targets.cols
               ? gml_fail(network->context, GML_ERROR_SHAPE,
                          "%s: outputs that are values are needed, and these are means and variances",
                          chain->log ? what : "limits of predictions")
               : GML_OK;
}

static gml_status fit_limits(const gml_network *network, const gml_dataset *dataset, gml_limits *limits)
{
    const gml_column_scan scan = gml_dataset_targets_scan(dataset);
    gml_bad_entry bad;
    gml_status status = gml_limits_create(network->context, dataset->targets.cols, limits);
    return status == GML_OK && !gml_scan_extremes(&scan, limits->least, limits->greatest, &bad)
               ? gml_dataset_refuse_entry(dataset, true, &bad, "the range of predictions")
               : status;
}

static gml_status fit_scaling(const gml_network *network, const gml_dataset *dataset, bool log,
                              gml_learned_targets *learned)
{
    bool scaled = true;
    gml_scaling fitted = {0};
    gml_status status = gml_scaling_create(network->context, dataset->targets.cols, &fitted);
    if (status == GML_OK) {
        status = fit_line(network, dataset, log, &fitted, &scaled);
    }
    if (status == GML_OK && scaled) {
        status = scale_outputs(network, &fitted, dataset->targets.cols, learned);
    }
    gml_scaling_clear(network->context, &fitted, dataset->targets.cols);
    return status;
}

gml_status gml_network_learn_targets(const gml_network *network, const gml_dataset *dataset,
                                     const gml_adapt_options *options, gml_learned_targets *learned)
{
    gml_target_chain chain = {0};
    gml_status status = choose_chain(network, options, &chain);
    if (status == GML_OK) {
        status = check_map(network, dataset, options, &chain);
    }
    if (status != GML_OK || dataset->targets.data == NULL || dataset->schema.task != GML_TASK_REGRESSION) {
        return status;
    }
    learned->log = chain.log;
    if (options->clamp) {
        status = fit_limits(network, dataset, &learned->limits);
    }
    return status == GML_OK && chain.standard ? fit_scaling(network, dataset, chain.log, learned) : status;
}
