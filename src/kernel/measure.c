/* kernel/measure.c - one number from many: norms, a look for what is not finite, metrics. */
#include "kernel/variant.h"

double GML_VARIANT(gml_sum_of_squares)(size_t count, const void *values)
{
    const real *x = values;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)x[i];
    }
    return sum;
}

/* x - x is 0 for finite x alone. */
static bool all_finite(size_t count, const real *x)
{
    real_bits bad = 0;
#pragma omp simd reduction(| : bad)
    for (size_t i = 0; i < count; i++) {
        bad |= x[i] - x[i] == 0 ? (real_bits)0 : (real_bits)1;
    }
    return bad == 0;
}

size_t GML_VARIANT(gml_first_nonfinite)(size_t count, const void *values)
{
    enum { SPAN = 1024 };
    const real *x = values;
    size_t i = 0;
    while (i < count && all_finite(count - i < SPAN ? count - i : SPAN, x + i)) {
        i += SPAN;
    }
    while (i < count && isfinite(x[i])) {
        i++;
    }
    return i < count ? i : count;
}

void GML_VARIANT(gml_fill_unknown)(size_t rows, size_t cols, size_t from_stride, const void *from, void *values)
{
    for (size_t i = 0; i < rows; i++) {
        const real *other = from != NULL ? (const real *)from + i * from_stride : NULL;
        real *x = (real *)values + i * cols;
        for (size_t j = 0; j < cols; j++) {
            real instead = other != NULL ? other[j] : 0;
            x[j] = x[j] == x[j] ? x[j] : instead;
        }
    }
}

size_t GML_VARIANT(gml_first_negative)(size_t count, const void *values, bool or_zero)
{
    const real *x = values;
    size_t found = count;
#pragma omp simd reduction(min : found)
    for (size_t i = 0; i < count; i++) {
        size_t here = x[i] < 0 || (or_zero && x[i] == 0) ? i : count;
        found = here < found ? here : found;
    }
    return found;
}

size_t GML_VARIANT(gml_first_bad_class)(size_t rows, size_t classes, const void *numbers)
{
    const real *number = numbers;
    for (size_t i = 0; i < rows; i++) {
        bool within = number[i] >= 0 && (double)number[i] < (double)classes;
        if (!within || (real)(size_t)number[i] != number[i]) {
            return i;
        }
    }
    return rows;
}

/* The index of the first greatest entry; count where NaN makes the question void. */
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

size_t GML_VARIANT(gml_count_correct)(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                                      size_t target_cols, double threshold)
{
    const real *row = outputs, *target = targets;
    size_t correct = 0;
    for (size_t i = 0; i < rows; i++, row += stride, target += target_cols) {
        correct += row_is_correct(cols, row, target, target_cols, threshold);
    }
    return correct;
}

double GML_VARIANT(gml_sum_squared_error)(size_t rows, size_t cols, size_t stride, const void *outputs,
                                          const void *targets, const double *unit)
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
