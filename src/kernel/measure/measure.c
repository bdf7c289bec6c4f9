/* kernel/measure/measure.c - metrics. */
#include "kernel/measure/measure.h"

#include <float.h>

#include "kernel/variant.h"

/* Returns the index of the first maximum; count if there is a NaN. */
static size_t greatest_index(size_t count, const real *x)
{
    size_t best = 0;
    for (size_t j = 0; j < count; j++) {
        if (isnan(x[j])) {
            return count;
        }
        if (x[j] > x[best]) {
            best = j;
        }
    }
    return best;
}

static bool row_is_correct(size_t cols, const real *outputs, const real *targets, size_t target_cols, double threshold)
{
    if (cols == 1) {
        return !isnan(outputs[0]) && ((double)outputs[0] > threshold) == (targets[0] > (real)0.5);
    }
    size_t found = greatest_index(cols, outputs);
    size_t wanted = target_cols == 1 ? (size_t)targets[0] : greatest_index(cols, targets);
    return found < cols && found == wanted;
}

static size_t count_correct(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                            size_t target_cols, double threshold)
{
    const real *row = outputs, *target = targets;
    size_t correct = 0;
    for (size_t i = 0; i < rows; i++, row += stride, target += target_cols) {
        correct += row_is_correct(cols, row, target, target_cols, threshold);
    }
    return correct;
}

static double sum_squared_error(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                                const double *unit)
{
    const real *row = outputs, *target = targets;
    double sum = 0;
    for (size_t i = 0; i < rows; i++, row += stride, target += cols) {
        double row_sum = 0;
#pragma omp simd reduction(+ : row_sum)
        for (size_t j = 0; j < cols; j++) {
            double difference = ((double)row[j] - (double)target[j]) * (unit != NULL ? unit[j] : 1);
            row_sum += difference * difference;
        }
        sum += row_sum;
    }
    return sum;
}

static double logarithm(double x)
{
#ifdef GML_DOUBLE
    const double least = DBL_MIN;
#else
    const double least = (double)FLT_MIN;
#endif
    return log(x < least ? least : x);
}

static void to_logits(size_t count, bool sigmoid, void *y)
{
    real *entries = y;
    for (size_t i = 0; i < count; i++) {
        const double x = (double)entries[i];
        entries[i] = (real)(sigmoid ? logarithm(x) - logarithm(1 - x) : logarithm(x));
    }
}

const gml_measure_kernels GML_VARIANT(gml_measure_kernels) = {
    .count_correct = count_correct,
    .sum_squared_error = sum_squared_error,
    .to_logits = to_logits,
};
