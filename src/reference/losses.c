/* reference/losses.c - losses: mean and gradient over a batch, with sample weights and missing targets. */
#include "reference/loss_entries.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* ---- losses of a whole row: return the value, and write the gradient unless it is null ---- */

/* 1 - y.t / (|y| |t|); 1 where a length is 0. d/dy = (y y.t / |y|^2 - t) / (|y| |t|) */
static double cosine(const gml_reference_row *row)
{
    const double *y = row->y, *t = row->t;
    double product = 0, yy = 0, tt = 0;
    for (size_t j = 0; j < row->cols; j++) {
        product += y[j] * t[j];
        yy += y[j] * y[j];
        tt += t[j] * t[j];
    }
    double lengths = sqrt(yy) * sqrt(tt);
    for (size_t j = 0; row->gradient != NULL && j < row->cols; j++) {
        row->gradient[j] = lengths > 0 ? (y[j] * product / yy - t[j]) / lengths : 0;
    }
    return lengths > 0 ? 1 - product / lengths : 1;
}

/* Returns the target of class j: its column, or one-hot from the class number. */
static double class_target(const gml_reference_row *row, size_t j)
{
    return row->target_cols == row->cols ? row->t[j] : row->t[0] == (double)j;
}

/* log of the sum of exp(z) over a row */
static double log_sum_exp(size_t cols, const double *z)
{
    double greatest = z[0];
    for (size_t j = 1; j < cols; j++) {
        greatest = fmax(greatest, z[j]);
    }
    double sum = exp(z[0] - greatest);
    for (size_t j = 1; j < cols; j++) {
        sum += exp(z[j] - greatest);
    }
    return greatest + log(sum);
}

/* sum of u[j] (lse(z) - z[j]), u = (1 - s) t + s / k; gradient p[j] sum of u - u[j] with p = softmax(z) */
static double smoothed_cross_entropy(const gml_reference_row *row, double s)
{
    const double *z = row->y;
    double lse = log_sum_exp(row->cols, z), weight = 0, sum = 0;
    for (size_t j = 0; j < row->cols; j++) {
        weight += (1 - s) * class_target(row, j) + s / (double)row->cols;
    }
    for (size_t j = 0; j < row->cols; j++) {
        double u = (1 - s) * class_target(row, j) + s / (double)row->cols;
        sum += u == 0 ? 0 : u * (lse - z[j]); /* z may be -inf where u is 0 */
        if (row->gradient != NULL) {
            row->gradient[j] = exp(z[j] - lse) * weight - u;
        }
    }
    return sum;
}

static double softmax_cross_entropy(const gml_reference_row *row)
{
    return smoothed_cross_entropy(row, row->k);
}

/* sum of t[j] log(t[j] / p[j]) */
static double kl_divergence(const gml_reference_row *row)
{
    double entropy = 0;
    for (size_t j = 0; j < row->cols; j++) {
        double t = class_target(row, j);
        entropy += t > 0 ? t * log(t) : 0;
    }
    return smoothed_cross_entropy(row, 0) + entropy;
}

/* ---- the table ---- */

static double at_target(double y, double t)
{
    return y - t;
}

static double at_margin(double y, double t)
{
    return 1 - (2 * t - 1) * y;
}

static const gml_reference_loss losses[] = {
    {.name = "mean_squared_error", .entry = gml_reference_squared_error},
    {.name = "mean_absolute_error", .entry = gml_reference_absolute_error, .bend = at_target},
    {.name = "huber", .entry = gml_reference_huber, .initial = 1},
    {.name = "smooth_l1", .entry = gml_reference_smooth_l1, .initial = 1},
    {.name = "log_cosh", .entry = gml_reference_log_cosh},
    {.name = "quantile", .entry = gml_reference_quantile, .initial = 0.5, .bend = at_target},
    {.name = "poisson", .link = "exponential", .entry = gml_reference_poisson},
    {.name = "gamma", .link = "exponential", .entry = gml_reference_gamma},
    {.name = "tweedie", .link = "exponential", .entry = gml_reference_tweedie, .initial = 1.5},
    {.name = "gaussian_nll", .pair = gml_reference_gaussian_nll, .initial = 1e-06},
    {.name = "cosine", .row = cosine},
    {.name = "softmax_cross_entropy", .link = "softmax", .row = softmax_cross_entropy},
    {.name = "kl_divergence", .link = "softmax", .row = kl_divergence},
    {.name = "binary_cross_entropy", .link = "sigmoid", .entry = gml_reference_binary_cross_entropy, .initial = 1},
    {.name = "focal", .link = "sigmoid", .entry = gml_reference_focal, .initial = 2},
    {.name = "hinge", .entry = gml_reference_hinge, .bend = at_margin},
    {.name = "squared_hinge", .entry = gml_reference_squared_hinge},
};

const gml_reference_loss *gml_reference_find_loss(const char *name)
{
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        if (strcmp(losses[i].name, name) == 0) {
            return &losses[i];
        }
    }
    return NULL;
}

/* ---- the mean over a batch ---- */

typedef struct totals {
    double value, divisor;
} totals;

static void add_target(const gml_reference_loss *loss, const gml_reference_row *row, size_t j, double weight,
                       totals *sums)
{
    size_t second = j + row->target_cols; /* of a pair */
    gml_reference_pair at = {0, 0, 0};
    if (loss->pair != NULL) {
        at = loss->pair(row->y[j], row->y[second], row->t[j], row->k);
    } else {
        gml_reference_entry entry = loss->entry(row->y[j], row->t[j], row->k);
        at.value = entry.value;
        at.slope = entry.slope;
    }
    bool known = !row->masked || !isnan(row->t[j]);
    sums->value += known ? weight * at.value : 0;
    sums->divisor += known ? weight : 0;
    if (row->gradient != NULL) {
        row->gradient[j] = known ? weight * at.slope : 0;
    }
    if (row->gradient != NULL && loss->pair != NULL) {
        row->gradient[second] = known ? weight * at.second : 0;
    }
}

static double row_value(const gml_reference_loss *loss, const gml_reference_row *row)
{
    const gml_custom_loss *custom = loss->custom;
    return custom != NULL ? custom->function(custom->user, row->parameters, row->cols, row->y, row->target_cols, row->t,
                                             row->gradient)
                          : loss->row(row);
}

/* Adds the loss of a row. Skips a row with weight 0 or a missing target. */
static void add_row(const gml_reference_loss *loss, const gml_reference_row *row, double weight, totals *sums)
{
    bool known = weight > 0;
    for (size_t j = 0; row->masked && j < row->target_cols; j++) {
        known = known && !isnan(row->t[j]);
    }
    double value = row_value(loss, row);
    sums->value += known ? weight * value : 0;
    sums->divisor += known ? weight : 0;
    for (size_t j = 0; row->gradient != NULL && j < row->cols; j++) {
        row->gradient[j] = known ? weight * row->gradient[j] : 0;
    }
}

double gml_reference_run_loss(const gml_reference_loss *loss, const gml_reference_loss_call *call)
{
    const size_t stride = call->stride > 0 ? call->stride : call->cols;
    totals sums = {0, 0};
    for (size_t i = 0; i < call->rows; i++) {
        gml_reference_row row = {.cols = call->cols,
                                 .target_cols = call->target_cols,
                                 .y = call->outputs + i * stride,
                                 .t = call->targets + i * call->target_cols,
                                 .parameters = call->parameters,
                                 .k = call->parameters != NULL ? call->parameters[0] : loss->initial,
                                 .gradient = call->gradient != NULL ? call->gradient + i * stride : NULL,
                                 .masked = call->masked};
        double weight = call->weights != NULL ? call->weights[i] : 1;
        bool whole = loss->row != NULL || loss->custom != NULL;
        for (size_t j = 0; !whole && j < call->target_cols; j++) {
            add_target(loss, &row, j, weight, &sums);
        }
        if (whole) {
            add_row(loss, &row, weight, &sums);
        }
    }
    double share = sums.divisor > 0 ? 1 / sums.divisor : 0;
    for (size_t i = 0; call->gradient != NULL && i < call->rows * call->cols; i++) {
        call->gradient[i / call->cols * stride + i % call->cols] *= share;
    }
    return sums.value * share;
}
