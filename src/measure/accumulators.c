/* measure/accumulators.c - what metrics are computed from: sizes of states, and the kernels that add to them. */
#include "kernel/measure/ranking.h"
#include "measure/metric.h"

static size_t margins_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)arguments;
    return GML_MARGINS * shape->outputs;
}

static size_t chances_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)shape;
    (void)arguments;
    return GML_CHANCES;
}

static size_t top_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)shape;
    (void)arguments;
    return GML_TOPS;
}

static size_t bins_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)shape;
    return GML_BINS * (size_t)arguments[0];
}

static size_t scores_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)arguments;
    return gml_scores_size(shape);
}

static size_t errors_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)arguments;
    return GML_ERRORS * shape->outputs;
}

static size_t absolute_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)arguments;
    return gml_absolute_size(shape);
}

static size_t terms_size(const gml_metric_shape *shape, const double *arguments)
{
    (void)arguments;
    return GML_TERMS * shape->outputs;
}

const gml_accumulator gml_margins_accumulator = {.size = margins_size, .add = gml_add_margins};
const gml_accumulator gml_chances_accumulator = {.size = chances_size, .add = gml_add_chances};
const gml_accumulator gml_top_accumulator = {.size = top_size, .add = gml_add_top, .by_arguments = true};
const gml_accumulator gml_bins_accumulator = {.size = bins_size, .add = gml_add_bins, .by_arguments = true};
const gml_accumulator gml_scores_accumulator = {.size = scores_size, .add = gml_add_scores, .keeps_samples = true};
const gml_accumulator gml_errors_accumulator = {.size = errors_size, .add = gml_add_errors};
const gml_accumulator gml_absolute_accumulator = {
    .size = absolute_size, .add = gml_add_absolute, .keeps_samples = true};
const gml_accumulator gml_pinball_accumulator = {.size = terms_size, .add = gml_add_pinball, .by_arguments = true};
const gml_accumulator gml_poisson_accumulator = {.size = terms_size, .add = gml_add_poisson};
const gml_accumulator gml_gamma_accumulator = {.size = terms_size, .add = gml_add_gamma};
const gml_accumulator gml_tweedie_accumulator = {.size = terms_size, .add = gml_add_tweedie, .by_arguments = true};
