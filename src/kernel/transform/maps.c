/* kernel/transform/maps.c - maps of numbers to numbers, and their slopes. */
#include <math.h>

#include "kernel/transform/transform.h"

void gml_map_line(size_t count, double shift, double scale, double *x)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = (x[i] - shift) * scale;
    }
}

void gml_slope_line(size_t count, double scale, double *slope)
{
    for (size_t i = 0; i < count; i++) {
        slope[i] *= scale;
    }
}

/* x / sqrt(1 + (x / bound)^2) where neither the square nor the quotient overflows: hypot(1, x / bound). */
void gml_map_smooth_clip(size_t count, double bound, double *x)
{
    for (size_t i = 0; i < count; i++) {
        const double share = x[i] / bound;
        x[i] = isinf(share) ? copysign(bound, share) : x[i] / hypot(1, share);
    }
}

/* (1 + (x / bound)^2)^(-3/2) */
void gml_slope_smooth_clip(size_t count, double bound, const double *x, double *slope)
{
    for (size_t i = 0; i < count; i++) {
        const double root = hypot(1, x[i] / bound);
        slope[i] *= 1 / root / root / root;
    }
}

void gml_map_log(size_t count, double *x)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = copysign(log1p(fabs(x[i])), x[i]);
    }
}

void gml_slope_log(size_t count, const double *x, double *slope)
{
    for (size_t i = 0; i < count; i++) {
        slope[i] /= 1 + fabs(x[i]);
    }
}

/* ---- quantiles ---- */

/* scikit-learn's bounds: values this near to the extreme quantiles have the shares 0 and 1, and shares stay this far
 * from 0 and 1 before the inverse of the normal distribution. */
static const double near_bound = 1e-7;

/* The number of quantiles that are below x, or below or equal to it. */
static size_t count_below(const gml_quantile_map *map, double x, bool equal)
{
    size_t low = 0, high = map->quantile_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const bool below = equal ? map->quantiles[middle] <= x : map->quantiles[middle] < x;
        low = below ? middle + 1 : low;
        high = below ? high : middle;
    }
    return low;
}

/* The share of x between the extreme quantiles: its place on the line between its neighbours, or the middle of the
 * quantiles that are equal to it. */
static double share_of(const gml_quantile_map *map, double x)
{
    const double intervals = (double)(map->quantile_count - 1);
    const size_t below = count_below(map, x, false), up_to = count_below(map, x, true);
    if (below < up_to) {
        return (double)(below + up_to - 1) / 2 / intervals;
    }
    const double left = map->quantiles[below - 1], right = map->quantiles[below];
    return ((double)(below - 1) + (x - left) / (right - left)) / intervals;
}

/* A quotient of polynomials of degree 7, coefficients from degree 0 up. */
typedef struct quotient {
    double top[8], bottom[8];
} quotient;

static double quotient_at(const quotient *of, double r)
{
    double top = of->top[7], bottom = of->bottom[7];
    for (int i = 6; i >= 0; i--) {
        top = top * r + of->top[i];
        bottom = bottom * r + of->bottom[i];
    }
    return top / bottom;
}

/* The quotients of the algorithm: for the middle, the tails, and far out. */
static const quotient middle_part = {
    {3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
     67265.770927008700853, 33430.575583588128105, 2509.0809287301226727},
    {1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
     28729.085735721942674, 5226.495278852545925}};
static const quotient tail_part = {
    {1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
     1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4},
    {1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
     0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9}};
static const quotient far_part = {
    {6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
     0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
     1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15}};

double gml_normal_quantile(double share)
{
    const double q = share - 0.5;
    if (fabs(q) <= 0.425) {
        return q * quotient_at(&middle_part, 0.180625 - q * q);
    }
    if (share == 0 || share == 1) {
        return copysign((double)INFINITY, q);
    }
    const double r = sqrt(-log(q < 0 ? share : 1 - share));
    return copysign(r <= 5 ? quotient_at(&tail_part, r - 1.6) : quotient_at(&far_part, r - 5), q);
}

static double normal_of(double share)
{
    const double least = near_bound - 0x1p-52;
    return gml_normal_quantile(share < least ? least : share > 1 - least ? 1 - least : share);
}

void gml_map_quantiles(size_t count, const gml_quantile_map *map, double *x)
{
    const double least = map->quantiles[0], greatest = map->quantiles[map->quantile_count - 1];
    const double margin = map->normal ? near_bound : 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i])) {
            continue;
        }
        const bool bottom = map->normal ? x[i] - margin < least : x[i] <= least;
        const bool top = map->normal ? x[i] + margin > greatest : x[i] >= greatest;
        const double share = bottom ? 0 : top ? 1 : share_of(map, x[i]);
        x[i] = map->normal ? normal_of(share) : share;
    }
}

/* d share / dx is the slope of the line between the neighbours, and of several equal quantiles that of the line on the
 * right; the slope of the normal quantile is 1 over the density. */
void gml_slope_quantiles(size_t count, const gml_quantile_map *map, const double *x, double *slope)
{
    static const double root_two_pi = 2.50662827463100050242;
    const double least = map->quantiles[0], greatest = map->quantiles[map->quantile_count - 1];
    const double margin = map->normal ? near_bound : 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]) || x[i] - margin < least || x[i] + margin > greatest || x[i] == greatest) {
            slope[i] = 0;
            continue;
        }
        const size_t right = count_below(map, x[i], true);
        double steep = 1 / ((map->quantiles[right] - map->quantiles[right - 1]) * (double)(map->quantile_count - 1));
        if (map->normal) {
            const double z = normal_of(share_of(map, x[i]));
            steep *= root_two_pi * exp(z * z / 2);
        }
        slope[i] *= steep;
    }
}
