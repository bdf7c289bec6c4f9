/* data/transform/scale.c - transforms of numbers: shifts and scales, quantiles, and fixed functions. */
#include <float.h>
#include <math.h>

#include "data/transform/transform.h"

enum { NUMBERS = 1 << GML_COLUMN_NUMBER | 1 << GML_COLUMN_DATE };

/* Relative differences up to this are rounding, as for scaled inputs (kernel/data/statistics.c). */
static const double rounding = 1e-14;

static gml_status push(const gml_fitting *fitting, double a, double b)
{
    const double pair[] = {a, b};
    return gml_pile_push(fitting->context, fitting->numbers, pair, sizeof pair, "a transform");
}

/* The scale 1 / width; 0 for a column without variation, so that it is removed (gml_network_adapt). */
static double scale_of(const gml_fitting *fitting, double width)
{
    const double low = fitting->known[0], high = fitting->known[fitting->known_count - 1];
    const double greatest = fmax(fabs(low), fabs(high));
    return high - low > rounding * greatest && isfinite(1 / width) ? 1 / width : 0;
}

/* Quantile `part` of `parts` of the known values, at least 1. */
static double quantile_of(const gml_fitting *fitting, size_t part, size_t parts)
{
    return gml_sample_quantile(fitting->known_count, fitting->known, part, parts);
}

static bool holds_line(const gml_call *call, const gml_column *column, const double *numbers, size_t count)
{
    (void)call, (void)column, (void)numbers;
    return count == 2;
}

static void apply_line(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes)
{
    (void)step;
    gml_map_line(lanes->rows, numbers[0], numbers[1], lanes->x[lane]);
}

static void slope_line(const gml_step *step, const double *numbers, size_t count, const double *x, double *slope)
{
    (void)step, (void)x;
    gml_slope_line(count, numbers[1], slope);
}

/* ---- standard ---- */

static gml_status fit_standard(const gml_fitting *fitting)
{
    if (fitting->known_count == 0) {
        return push(fitting, 0, 0);
    }
    double deviation;
    const double mean = gml_sample_mean(fitting->known_count, fitting->known, &deviation);
    return push(fitting, mean, scale_of(fitting, deviation));
}

const gml_transform gml_transform_standard = {
    .entry = {.name = "standard",
              .summary = "mean 0 and standard deviation 1",
              .formula = "(x - mean) / deviation, with the deviation of the population; 0 for a constant column",
              .derivative = "1 / deviation",
              .pitfall = "A few values far out make all others nearly equal; robust or quantile do not mind them.",
              .source = "scikit-learn: StandardScaler"},
    .kinds = NUMBERS,
    .spread = 1,
    .line = true,
    .fit = fit_standard,
    .holds = holds_line,
    .apply = apply_line,
    .slope = slope_line};

/* ---- robust ---- */

static gml_status fit_robust(const gml_fitting *fitting)
{
    if (fitting->known_count == 0) {
        return push(fitting, 0, 0);
    }
    const double low = quantile_of(fitting, 1, 4), high = quantile_of(fitting, 3, 4);
    double width = high - low;
    if (width <= rounding * fmax(fabs(low), fabs(high))) { /* more than half of the values are equal */
        width = (fitting->known[fitting->known_count - 1] - fitting->known[0]) / 2;
    }
    return push(fitting, quantile_of(fitting, 1, 2), scale_of(fitting, width));
}

const gml_transform gml_transform_robust = {
    .entry = {.name = "robust",
              .summary = "median 0 and interquartile range 1",
              .formula = "(x - median) / (third quartile - first quartile); where these are equal, half of the range "
                         "divides; 0 for a constant column",
              .derivative = "1 / the divisor",
              .pitfall = "Values far out stay far out; smooth_clip after it bounds them.",
              .source = "scikit-learn: RobustScaler, which divides by 1 where the quartiles are equal; Holzmüller et "
                        "al., Better by default, 2024"},
    .kinds = NUMBERS,
    .spread = 1,
    .line = true,
    .fit = fit_robust,
    .holds = holds_line,
    .apply = apply_line,
    .slope = slope_line};

/* ---- minmax ---- */

static gml_status fit_minmax(const gml_fitting *fitting)
{
    if (fitting->known_count == 0) {
        return push(fitting, 0, 0);
    }
    const double least = fitting->known[0];
    return push(fitting, least, scale_of(fitting, fitting->known[fitting->known_count - 1] - least));
}

const gml_transform gml_transform_minmax = {
    .entry = {.name = "minmax",
              .summary = "from 0 for the least to 1 for the greatest value of training",
              .formula = "(x - least) / (greatest - least); 0 for a constant column",
              .derivative = "1 / (greatest - least)",
              .pitfall = "Two values decide; later data may be below 0 and above 1.",
              .source = "scikit-learn: MinMaxScaler"},
    .kinds = NUMBERS,
    .spread = 1,
    .line = true,
    .fit = fit_minmax,
    .holds = holds_line,
    .apply = apply_line,
    .slope = slope_line};

/* ---- quantile ---- */

enum { QUANTILES, OUTPUT, NORMAL = 0 };

static const char *output_word(size_t index)
{
    static const char *const words[] = {"normal", "uniform"};
    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

/* Quantiles so far apart that every value is in the middle between them, which is 0. */
static double far_quantile(size_t index, size_t count)
{
    const double side = (double)(2 * index) - (double)(count - 1);
    return side == 0 ? 0 : copysign(DBL_MAX / 4, side);
}

static gml_status fit_quantile(const gml_fitting *fitting)
{
    const size_t wanted = (size_t)fitting->call->values[QUANTILES];
    const size_t count = fitting->count < wanted ? fitting->count : wanted;
    const bool varies = fitting->known_count > 0 && scale_of(fitting, 1) > 0;
    const bool removed = !varies && count > 1 && fitting->call->values[OUTPUT] == NORMAL;
    double greatest = -(double)INFINITY;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        const double value = removed                    ? far_quantile(i, count)
                             : fitting->known_count > 0 ? quantile_of(fitting, i, count > 1 ? count - 1 : 1)
                                                        : 0;
        greatest = value > greatest ? value : greatest; /* rounding must not make them descend */
        status = gml_pile_push(fitting->context, fitting->numbers, &greatest, sizeof greatest, "a transform");
    }
    return status;
}

static bool holds_quantiles(const gml_call *call, const gml_column *column, const double *numbers, size_t count)
{
    (void)column;
    bool ascend = count > 0 && count <= (size_t)call->values[QUANTILES];
    for (size_t i = 1; ascend && i < count; i++) {
        ascend = numbers[i] >= numbers[i - 1];
    }
    return ascend;
}

static gml_quantile_map map_of(const gml_step *step, const double *numbers)
{
    return (gml_quantile_map){.quantiles = numbers,
                              .quantile_count = step->numbers / step->lanes,
                              .normal = step->call.values[OUTPUT] == NORMAL};
}

static void apply_quantile(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes)
{
    const gml_quantile_map map = map_of(step, numbers);
    gml_map_quantiles(lanes->rows, &map, lanes->x[lane]);
}

static void slope_quantile(const gml_step *step, const double *numbers, size_t count, const double *x, double *slope)
{
    const gml_quantile_map map = map_of(step, numbers);
    gml_slope_quantiles(count, &map, x, slope);
}

const gml_transform gml_transform_quantile = {
    .entry = {.name = "quantile",
              .summary = "the share of training values below x, through the inverse of the normal distribution",
              .formula = "Phi^-1(F(x)), F a line between neighbouring quantiles of training; |y| <= 5.2",
              .derivative = "F'(x) / phi(y); 0 outside of the values of training",
              .pitfall = "Distances between values are lost: only their order stays. With normal output, a constant "
                         "column becomes 0, and in one with a range below 1e-7 all values become equal.",
              .source = "scikit-learn: QuantileTransformer",
              .parameters = {{"quantiles", 1000, 2, 100000, "quantiles that are kept, at most one for each value",
                              NULL},
                             {"output", NORMAL, 0, 1, "distribution of the results: normal, or uniform from 0 to 1",
                              output_word}},
              .parameter_count = 2},
    .kinds = NUMBERS,
    .spread = 1,
    .fit = fit_quantile,
    .holds = holds_quantiles,
    .apply = apply_quantile,
    .slope = slope_quantile};

/* ---- fixed functions ---- */

static gml_status fit_nothing(const gml_fitting *fitting)
{
    (void)fitting;
    return GML_OK;
}

static void apply_smooth_clip(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes)
{
    (void)numbers;
    gml_map_smooth_clip(lanes->rows, step->call.values[0], lanes->x[lane]);
}

static void slope_smooth_clip(const gml_step *step, const double *numbers, size_t count, const double *x, double *slope)
{
    (void)numbers;
    gml_slope_smooth_clip(count, step->call.values[0], x, slope);
}

const gml_transform gml_transform_smooth_clip = {
    .entry = {.name = "smooth_clip",
              .summary = "bounds values far out, and leaves those near 0 nearly as they are",
              .formula = "x / sqrt(1 + (x / bound)^2)",
              .derivative = "(1 + (x / bound)^2)^(-3/2)",
              .pitfall = "Values should be scaled before, as by robust: the bound is in their unit.",
              .source = "Holzmüller et al., Better by default, 2024",
              .parameters = {{"bound", 3, GML_ABOVE_0, 1e300, "greatest magnitude of the results", NULL}},
              .parameter_count = 1},
    .kinds = NUMBERS,
    .spread = 1,
    .fit = fit_nothing,
    .apply = apply_smooth_clip,
    .slope = slope_smooth_clip};

static void apply_log(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes)
{
    (void)step, (void)numbers;
    gml_map_log(lanes->rows, lanes->x[lane]);
}

static void slope_log(const gml_step *step, const double *numbers, size_t count, const double *x, double *slope)
{
    (void)step, (void)numbers;
    gml_slope_log(count, x, slope);
}

const gml_transform gml_transform_log = {
    .entry = {.name = "log",
              .summary = "logarithm of the magnitude plus 1, with the sign",
              .formula = "sign(x) log(1 + |x|)",
              .derivative = "1 / (1 + |x|)",
              .pitfall = "Magnitudes below 1 stay nearly as they are; scale the column first if it is in large units.",
              .source = "numpy: log1p, for x from 0 up"},
    .kinds = NUMBERS,
    .spread = 1,
    .fit = fit_nothing,
    .apply = apply_log,
    .slope = slope_log};
