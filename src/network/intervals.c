/* network/intervals.c - setting prediction intervals and asking for them; the bounds of predictions. */
#include "network/intervals.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/view.h"
#include "gemmule/ensemble.h"

/* ---- scores ---- */

static const struct {
    const char *name;
    bool log, scaled;
} scores[] = {{"residual", false, false}, {"log_residual", true, false}, {"scaled_residual", false, true}};

enum { SCORES = sizeof scores / sizeof scores[0] };

/* Returns SCORES for an unknown name. */
static size_t find_score(const char *name)
{
    size_t i = 0;
    while (i < SCORES && strcmp(scores[i].name, name) != 0) {
        i++;
    }
    return i;
}

const char *gml_network_interval_score(const gml_network *network, size_t targets)
{
    const bool scaled = gml_network_outputs(network) > targets, log = network->log_targets && !scaled;
    size_t i = 0;
    while (scores[i].log != log || scores[i].scaled != scaled) {
        i++;
    }
    return scores[i].name;
}

/* Narrows a rule to the limits of predictions: of an ensemble, where all members have limits, to the means of these, as
 * predictions are means. Equal limits have exactly themselves as the mean. */
static void set_limits(const gml_network *network, gml_interval_rule *rule)
{
    const gml_limits first = gml_network_of_layers(network)->limits;
    const size_t count = gml_network_members(network);
    bool limited = first.least != NULL;
    double low = 0, high = 0;
    for (size_t i = 1; limited && i < count; i++) {
        const gml_limits *limits = &gml_network_member(network, i)->limits;
        limited = limits->least != NULL;
        low += limited ? limits->least[rule->target] - first.least[rule->target] : 0;
        high += limited ? limits->greatest[rule->target] - first.greatest[rule->target] : 0;
    }
    const double members = count > 0 ? (double)count : 1;
    rule->least = limited ? first.least[rule->target] + low / members : -(double)INFINITY;
    rule->greatest = limited ? first.greatest[rule->target] + high / members : (double)INFINITY;
}

gml_interval_rule gml_network_interval_rule(const gml_network *network, const gml_intervals *intervals, size_t target)
{
    const size_t score = find_score(intervals->score);
    gml_interval_rule rule = {
        .target = target, .targets = intervals->targets, .log = scores[score].log, .scaled = scores[score].scaled};
    rule.quantile = intervals->quantiles != NULL ? intervals->quantiles[target] : 0;
    set_limits(network, &rule);
    return rule;
}

/* ---- setting and asking ---- */

gml_status gml_interval_check_level(gml_context *context, double level)
{
    char text[GML_NUMBER_SIZE];
    gml_text_from_double(level, text);
    return level > 0 && level < 1
               ? GML_OK
               : gml_fail(context, GML_ERROR_ARGUMENT,
                          "prediction intervals: level %s; a number above 0 and below 1 is needed", text);
}

static gml_status check(const gml_network *network, const gml_intervals *intervals)
{
    gml_context *context = network->context;
    gml_status status =
        gml_refuse_null(context, "gml_network_set_intervals",
                        (gml_argument[]){{"score", intervals->score}, {"quantiles", intervals->quantiles}, {0}});
    if (status == GML_OK) {
        status = gml_interval_check_level(context, intervals->level);
    }
    if (status != GML_OK) {
        return status;
    }
    const size_t score = find_score(intervals->score), outputs = gml_network_outputs(network);
    if (score == SCORES) {
        return gml_fail(context, GML_ERROR_NAME,
                        "prediction intervals: the score \"%.60s\" is unknown; residual, log_residual or "
                        "scaled_residual is needed",
                        intervals->score);
    }
    const size_t each = scores[score].scaled ? 2 : 1;
    if (intervals->targets != outputs / each || outputs % each != 0) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "prediction intervals: %zu targets with the score %s, and the network has %zu outputs, %zu for "
                        "each target",
                        intervals->targets, scores[score].name, outputs, each);
    }
    for (size_t i = 0; i < intervals->targets; i++) {
        if (!isfinite(intervals->quantiles[i]) || intervals->quantiles[i] < 0) {
            return gml_fail(context, GML_ERROR_DATA,
                            "prediction intervals: the quantile of target %zu is %g; a finite number from 0 is needed",
                            i + 1, intervals->quantiles[i]);
        }
    }
    return GML_OK;
}

/* Makes a copy of valid intervals. Errors: memory. */
static gml_status copy_intervals(gml_context *context, const gml_intervals *intervals, gml_intervals *copy)
{
    double *quantiles = gml_allocate(context, intervals->targets, sizeof *intervals->quantiles, "prediction intervals");
    if (quantiles == NULL) {
        return GML_ERROR_MEMORY;
    }
    memcpy(quantiles, intervals->quantiles, intervals->targets * sizeof *quantiles);
    *copy = *intervals;
    copy->score = scores[find_score(intervals->score)].name;
    copy->quantiles = quantiles;
    return GML_OK;
}

gml_status gml_network_set_intervals(gml_network *network, const gml_intervals *intervals)
{
    gml_intervals made = {0};
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK && intervals != NULL) {
        status = check(network, intervals);
    }
    if (status == GML_OK && intervals != NULL) {
        status = copy_intervals(network->context, intervals, &made);
    }
    if (status == GML_OK) {
        gml_release(network->context, (double *)network->intervals.quantiles, network->intervals.targets,
                    sizeof(double));
        network->intervals = made;
    }
    return status;
}

gml_intervals gml_network_intervals(const gml_network *network)
{
    return network != NULL ? network->intervals : (gml_intervals){0};
}

gml_status gml_network_copy_intervals(const gml_network *network, gml_network *copy)
{
    return gml_network_set_intervals(copy, network->intervals.level > 0 ? &network->intervals : NULL);
}

/* ---- bounds ---- */

gml_status gml_network_need_intervals(const gml_network *network, const char *function)
{
    return network->intervals.level > 0
               ? GML_OK
               : gml_fail(network->context, GML_ERROR_ARGUMENT,
                          "%s: the network has no prediction intervals; gml_fit_intervals finds them", function);
}

static gml_status check_matrix(const gml_network *network, const char *what, gml_matrix m, size_t rows, size_t cols)
{
    return m.dtype != GML_F32 && m.dtype != GML_F64
               ? gml_fail(network->context, GML_ERROR_ARGUMENT, "%s: f32 or f64, not %s", what, gml_dtype_name(m.dtype))
               : gml_view_check(network->context, what, m, m.dtype, rows, cols);
}

gml_status gml_network_bounds(const gml_network *network, gml_matrix predictions, gml_matrix lower, gml_matrix upper)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_network_need_intervals(network, __func__);
    }
    if (status == GML_OK) {
        status = check_matrix(network, "predictions", predictions, predictions.rows, gml_network_outputs(network));
    }
    if (status == GML_OK) {
        status = check_matrix(network, "lower bounds", lower, predictions.rows, network->intervals.targets);
    }
    if (status == GML_OK) {
        status = check_matrix(network, "upper bounds", upper, predictions.rows, network->intervals.targets);
    }
    for (size_t i = 0; status == GML_OK && i < network->intervals.targets; i++) {
        const gml_interval_rule rule = gml_network_interval_rule(network, &network->intervals, i);
        gml_interval_bounds(&rule, predictions, lower, upper);
    }
    return status;
}
