/* kernel/transform/encode.c - missing values, categories and dates as numbers, and columns of inputs. */
#include <math.h>

#include "kernel/transform/transform.h"

void gml_mark_missing(size_t count, const double *x, double *mark)
{
    for (size_t i = 0; i < count; i++) {
        mark[i] = isnan(x[i]) ? 1 : 0;
    }
}

void gml_fill_missing(size_t count, double value, double *x)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = isnan(x[i]) ? value : x[i];
    }
}

void gml_slope_fill(size_t count, const double *x, double *slope)
{
    for (size_t i = 0; i < count; i++) {
        slope[i] = isnan(x[i]) ? 0 : slope[i];
    }
}

/* ---- dates ---- */

double gml_days_of_date(long year, unsigned month, unsigned day)
{
    const long y = month <= 2 ? year - 1 : year; /* years begin in March, so that the leap day is the last */
    const long era = (y >= 0 ? y : y - 399) / 400;
    const long year_of_era = y - era * 400;
    const long day_of_year = (153 * (long)(month > 2 ? month - 3 : month + 9) + 2) / 5 + (long)day - 1;
    const long day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (double)(era * 146097 + day_of_era - 719468);
}

/* Year, month and day of whole days since 1970-01-01. */
static void date_of_days(double days, double *year, double *month, double *day)
{
    const double shifted = days + 719468;
    const double era = floor(shifted / 146097);
    const long day_of_era = (long)(shifted - era * 146097);
    const long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const long day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const long shifted_month = (5 * day_of_year + 2) / 153;
    *day = (double)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (double)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = (double)year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

void gml_split_dates(size_t count, size_t stride, const double *days, double *parts)
{
    for (size_t i = 0; i < count; i++) {
        const double date = days[i], whole = floor(date);
        double part[GML_DATE_PARTS] = {date, NAN, NAN, NAN, NAN, NAN};
        if (fabs(date) < 1e9) { /* about 2.7 million years; NaN is left out too */
            date_of_days(whole, &part[1], &part[2], &part[3]);
            part[4] = whole + 3 - 7 * floor((whole + 3) / 7); /* 1970-01-01 was a Thursday */
            part[5] = (date - whole) * 24;
        }
        for (size_t j = 0; j < GML_DATE_PARTS; j++) {
            parts[j * stride + i] = part[j];
        }
    }
}

/* ---- inputs ---- */

void gml_write_column(size_t count, const double *x, gml_dtype dtype, void *target, size_t stride)
{
    if (dtype == GML_F32) {
        float *out = target;
        for (size_t i = 0; i < count; i++) {
            out[i * stride] = (float)x[i];
        }
    } else {
        double *out = target;
        for (size_t i = 0; i < count; i++) {
            out[i * stride] = x[i];
        }
    }
}

/* The place of a code; `width` and above: none. */
static size_t place_of(const gml_one_hot *map, double code)
{
    if (!(code >= 0)) {
        return map->width;
    }
    if (!(code < (double)map->levels)) {
        return map->otherwise;
    }
    return map->places != NULL ? (size_t)map->places[(size_t)code] : (size_t)code;
}

void gml_write_one_hot(size_t count, const double *codes, const gml_one_hot *map, gml_dtype dtype, void *target,
                       size_t stride)
{
    for (size_t i = 0; i < count; i++) {
        const size_t place = place_of(map, codes[i]);
        if (dtype == GML_F32) {
            float *row = (float *)target + i * stride;
            for (size_t j = 0; j < map->width; j++) {
                row[j] = j == place ? 1 : 0;
            }
        } else {
            double *row = (double *)target + i * stride;
            for (size_t j = 0; j < map->width; j++) {
                row[j] = j == place ? 1 : 0;
            }
        }
    }
}

void gml_map_places(size_t count, const gml_one_hot *map, size_t first, double *x)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = (double)(first + place_of(map, x[i]));
    }
}

void gml_map_signs(size_t count, double *x)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = x[i] == 0 ? -1 : x[i] == 1 ? 1 : 0;
    }
}

static double entry_of(gml_dtype dtype, const void *values, size_t at)
{
    return dtype == GML_F32 ? (double)((const float *)values)[at] : ((const double *)values)[at];
}

static double fold_run(const gml_fold_call *call, size_t row, gml_input_run run, double sum)
{
    for (size_t j = run.first; j < run.first + run.count; j++) {
        const size_t at = row * call->stride + j;
        const double factor = call->factors != NULL ? entry_of(call->dtype, call->factors, at) : 1;
        sum += factor != 0 ? factor * entry_of(call->dtype, call->values, at) : 0;
    }
    return sum;
}

void gml_fold_inputs(const gml_fold_call *call)
{
    for (size_t i = 0; i < call->rows; i++) {
        const double sum = fold_run(call, i, call->inputs.runs[0], 0);
        const double all = fold_run(call, i, call->inputs.runs[1], sum);
        if (call->target_dtype == GML_F32) {
            ((float *)call->target)[i * call->target_stride] = (float)all;
        } else {
            ((double *)call->target)[i * call->target_stride] = all;
        }
    }
}
