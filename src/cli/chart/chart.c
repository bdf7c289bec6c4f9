/* cli/chart/chart.c - the axes of charts: what they cover, their scale and their ticks. */
#include "cli/chart/chart.h"

#include <math.h>

/* The ratio of the ends above which an axis is logarithmic. */
static const double wide = 20;

/* Greater values are not shown: differences of values must not overflow. */
static const double greatest = 1e300;

chart_axis chart_axis_of(const char *name)
{
    return (chart_axis){.name = name, .low = INFINITY, .high = -INFINITY};
}

void chart_cover(chart_axis *axis, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fabs(values[i]) <= greatest) {
            axis->low = fmin(axis->low, values[i]);
            axis->high = fmax(axis->high, values[i]);
        }
    }
}

void chart_settle(chart_axis *axis, bool may_log, double margin)
{
    if (!(axis->low <= axis->high)) {
        axis->low = 0;
        axis->high = 1;
    }
    axis->log = may_log && axis->low > 0 && axis->high / axis->low > wide;
    if (axis->log) {
        const double factor = pow(axis->high / axis->low, margin);
        axis->low = fmax(axis->low / factor, 1e-320);
        axis->high = fmin(axis->high * factor, 1e307); /* finite, with a finite power of ten above it */
        return;
    }
    double length = axis->high - axis->low;
    const double size = fmax(fabs(axis->high), fabs(axis->low));
    const double space = length > 1e-6 * size ? margin * length : size > 1e-300 ? 0.05 * size : 1;
    axis->low = axis->low >= 0 ? fmax(axis->low - space, 0) : axis->low - space;
    axis->high += space;
}

double chart_place(const chart_axis *axis, double value)
{
    if (!axis->log) {
        return (value - axis->low) / (axis->high - axis->low);
    }
    return value > 0 ? (log10(value) - log10(axis->low)) / (log10(axis->high) - log10(axis->low)) : (double)NAN;
}

/* Adds a tick if it is on the axis. */
static void add_tick(const chart_axis *axis, double value, double ticks[MOST_TICKS], size_t *count)
{
    const double place = chart_place(axis, value);
    if (place >= -1e-9 && place <= 1 + 1e-9 && *count < MOST_TICKS) {
        ticks[(*count)++] = value;
    }
}

/* Powers of ten; with few of them also their multiples by 2 and 5. */
static size_t log_ticks(const chart_axis *axis, size_t most, double ticks[MOST_TICKS])
{
    const double low = log10(axis->low), high = log10(axis->high);
    const int step = (int)fmax(1, ceil((high - low) / (double)most));
    const bool fine = high - low <= 2 && most > 3;
    size_t count = 0;
    for (int power = (int)floor(low); power <= high + 1e-9; power++) {
        if (power % step != 0) {
            continue;
        }
        add_tick(axis, pow(10, power), ticks, &count);
        for (int i = 0; fine && i < 2; i++) {
            add_tick(axis, (i == 0 ? 2 : 5) * pow(10, power), ticks, &count);
        }
    }
    return count;
}

size_t chart_ticks(const chart_axis *axis, size_t most, double ticks[MOST_TICKS])
{
    static const double steps[] = {1, 2, 5, 10};
    if (axis->log) {
        return log_ticks(axis, most, ticks);
    }
    const double rough = (axis->high - axis->low) / (double)most, unit = pow(10, floor(log10(rough)));
    size_t choice = 0, count = 0;
    while (choice + 1 < sizeof steps / sizeof steps[0] && steps[choice] * unit < rough) {
        choice++;
    }
    const double step = axis->whole ? fmax(1, steps[choice] * unit) : steps[choice] * unit,
                 first = ceil(axis->low / step - 1e-9);
    for (int i = 0; i < MOST_TICKS; i++) {
        add_tick(axis, (first + i) * step, ticks, &count);
    }
    return count;
}

void chart_label(const chart_axis *axis, double tick, char label[16])
{
    const bool is_zero = !axis->log && fabs(tick) < 1e-9 * (axis->high - axis->low); /* but for rounding */
    snprintf(label, 16, "%.4g", is_zero ? 0 : tick);
}
