/* kernel/data/measure.c - one number from many: norms, a look for what is not finite, metrics. */
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

/* NaN is inside of every domain. */
GML_INLINE bool is_outside(gml_domain domain, real x)
{
    switch (domain) {
    case GML_DOMAIN_NOT_NEGATIVE:
        return x < 0;
    case GML_DOMAIN_POSITIVE:
        return x <= 0;
    case GML_DOMAIN_UNIT:
    case GML_DOMAIN_SHARES:
        return x < 0 || x > 1;
    case GML_DOMAIN_BINARY:
        return x < 0 || x > 1 || (x > 0 && x < 1);
    default:
        return false;
    }
}

/* The domain is a constant where this is called, so that the loop has no switch in it. */
GML_INLINE size_t first_outside(gml_domain domain, size_t count, const real *x)
{
    enum { SPAN = 1024 };
    size_t i = 0;
    real_bits bad = 0;
    while (i < count && bad == 0) {
        size_t end = count - i < SPAN ? count : i + SPAN;
#pragma omp simd reduction(| : bad)
        for (size_t j = i; j < end; j++) {
            bad |= is_outside(domain, x[j]) ? (real_bits)1 : (real_bits)0;
        }
        i = bad == 0 ? end : i;
    }
    while (i < count && !is_outside(domain, x[i])) {
        i++;
    }
    return i;
}

size_t GML_VARIANT(gml_first_outside)(gml_domain domain, size_t count, const void *values)
{
    switch (domain) {
    case GML_DOMAIN_NOT_NEGATIVE:
        return first_outside(GML_DOMAIN_NOT_NEGATIVE, count, values);
    case GML_DOMAIN_POSITIVE:
        return first_outside(GML_DOMAIN_POSITIVE, count, values);
    case GML_DOMAIN_BINARY:
        return first_outside(GML_DOMAIN_BINARY, count, values);
    case GML_DOMAIN_UNIT:
    case GML_DOMAIN_SHARES:
        return first_outside(GML_DOMAIN_UNIT, count, values);
    default:
        return count;
    }
}

size_t GML_VARIANT(gml_first_bad_sum)(size_t rows, size_t cols, const void *values, double *found)
{
    const real *x = values;
    for (size_t i = 0; i < rows; i++, x += cols) {
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < cols; j++) {
            sum += (double)x[j];
        }
        if (sum > 1 + GML_SHARES_TOLERANCE || sum < 1 - GML_SHARES_TOLERANCE) {
            *found = sum;
            return i;
        }
    }
    return rows;
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
