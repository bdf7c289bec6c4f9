/* reference/losses.c - losses: mean value and gradient. */
#include "reference/functions.h"

#include <math.h>
#include <string.h>

/* sum of (y - t)^2 / (n k); gradient 2 (y - t) / (n k) */
static double mean_squared_error(const gml_reference_loss_call *call)
{
    size_t count = call->rows * call->cols;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = call->outputs[i] - call->targets[i];
        sum += difference * difference;
        if (call->gradient != NULL) {
            call->gradient[i] = 2 * difference / (double)count;
        }
    }
    return sum / (double)count;
}

/* The target of class j in a row of targets: its own column, or 1 for the class that is named. */
static double class_target(const gml_reference_loss_call *call, size_t row, size_t j)
{
    const double *targets = call->targets + row * call->target_cols;
    if (call->target_cols == call->cols) {
        return targets[j];
    }
    return targets[0] == (double)j;
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

/* sum of t[j] (lse(z) - z[j]) over all rows / n; gradient (p[j] sum of t - t[j]) / n with p = softmax(z) */
static double softmax_cross_entropy(const gml_reference_loss_call *call)
{
    double n = (double)call->rows, sum = 0;
    for (size_t i = 0; i < call->rows; i++) {
        const double *z = call->outputs + i * call->cols;
        double lse = log_sum_exp(call->cols, z), weight = 0;
        for (size_t j = 0; j < call->cols; j++) {
            double t = class_target(call, i, j);
            weight += t;
            sum += t == 0 ? 0 : t * (lse - z[j]); /* z may be -inf where t is 0 */
        }
        for (size_t j = 0; call->gradient != NULL && j < call->cols; j++) {
            call->gradient[i * call->cols + j] = (exp(z[j] - lse) * weight - class_target(call, i, j)) / n;
        }
    }
    return sum / n;
}

/* sum of max(z, 0) - z t + log(1 + exp(-|z|)) over all entries / (n k); gradient (sigmoid(z) - t) / (n k) */
static double binary_cross_entropy(const gml_reference_loss_call *call)
{
    size_t count = call->rows * call->cols;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double z = call->outputs[i], t = call->targets[i];
        sum += (z > 0 ? z : 0) - z * t + log1p(exp(-fabs(z)));
        if (call->gradient != NULL) {
            call->gradient[i] = (1 / (1 + exp(-z)) - t) / (double)count;
        }
    }
    return sum / (double)count;
}

static const gml_reference_loss losses[] = {
    {"mean_squared_error", NULL, mean_squared_error},
    {"softmax_cross_entropy", "softmax", softmax_cross_entropy},
    {"binary_cross_entropy", "sigmoid", binary_cross_entropy},
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
