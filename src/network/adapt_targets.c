/* network/adapt_targets.c - scaling of targets into the range of the last activation.
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
#include "layer/activation.h"
#include "network/network.h"

static const double RANGE_MARGIN = 0.05; /* fraction of the range between two bounds */
static const double SIDE_MARGIN = 0.1;   /* standard deviations, if bounded on one side */

/* The minimum and the maximum of each column of targets. */
typedef struct target_columns {
    size_t count;
    double *least, *greatest; /* [count] */
} target_columns;

static const gml_call *last_activation(const gml_network *network)
{
    return &network->spec.layers[network->spec.layer_count - 1].activation;
}

static gml_bounds output_bounds(const gml_network *network)
{
    const gml_call *call = last_activation(network);
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
    const char *name = last_activation(network)->entry->name;
    size_t j;
    if (all_within(targets, bounds.low, bounds.high, &j)) {
        return GML_OK;
    }
    return gml_fail(network->context, GML_ERROR_DATA,
                    "targets: column %zu goes from %g to %g, and the network ends in %s, whose range is: %s. For "
                    "values, end it without activation; for classes, read the targets as classes",
                    j + 1, targets->least[j], targets->greatest[j], name, last_activation(network)->entry->range);
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
                      double *shift, double *scale, bool *scaled)
{
    const gml_column_scan scan = gml_dataset_targets_scan(dataset);
    const gml_loss_row *loss = gml_loss_linked(last_activation(network)->entry->name);
    const gml_activation_row *last = gml_call_row(last_activation(network));
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

gml_status gml_network_fit_targets(const gml_network *network, const gml_dataset *dataset, const gml_scaling *scaling,
                                   bool *scaled)
{
    gml_context *context = network->context;
    target_columns targets = {.count = dataset->targets.cols};
    targets.least = gml_allocate(context, targets.count, 2 * sizeof(double), "the ranges of targets");
    if (targets.least == NULL) {
        return GML_ERROR_MEMORY;
    }
    targets.greatest = targets.least + targets.count;
    gml_status status = fit(network, dataset, &targets, scaling->shift, scaling->scale, scaled);
    gml_release(context, targets.least, targets.count, 2 * sizeof(double));
    return status;
}
