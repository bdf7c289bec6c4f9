/* data/transform/impute.c - transforms of missing cells and dates. */
#include "data/transform/transform.h"

static gml_status push(const gml_fitting *fitting, double number)
{
    return gml_pile_push(fitting->context, fitting->numbers, &number, sizeof number, "a transform");
}

/* ---- impute ---- */

enum { VALUE, CONSTANT, INDICATOR };
enum { MEAN, MEDIAN, FREQUENT, GIVEN };
enum { AUTO, YES };

static const char *value_word(size_t index)
{
    static const char *const words[] = {"mean", "median", "most_frequent", "constant"};
    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

static const char *indicator_word(size_t index)
{
    static const char *const words[] = {"auto", "yes", "no"};
    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

/* For categories a mean or median of codes has no meaning: the most frequent level is taken. */
static double fill_of(const gml_fitting *fitting)
{
    int kind = (int)fitting->call->values[VALUE];
    if (kind == GIVEN || fitting->known_count == 0) {
        return kind == GIVEN ? fitting->call->values[CONSTANT] : 0;
    }
    if (kind == FREQUENT || fitting->column->kind == GML_COLUMN_CATEGORY) {
        return gml_sample_mode(fitting->known_count, fitting->known);
    }
    const size_t count = fitting->known_count;
    return kind == MEAN ? gml_sample_mean(count, fitting->known, NULL)
                        : fitting->known[(count - 1) / 2] / 2 + fitting->known[count / 2] / 2;
}

/* The numbers of a lane: the value, and 1 where missing cells are marked. */
static gml_status fit_impute(const gml_fitting *fitting)
{
    const int indicator = (int)fitting->call->values[INDICATOR];
    const bool marked = indicator == YES || (indicator == AUTO && fitting->known_count < fitting->count);
    gml_status status = push(fitting, fill_of(fitting));
    return status == GML_OK ? push(fitting, marked ? 1 : 0) : status;
}

static bool holds_impute(const gml_call *call, const gml_column *column, const double *numbers, size_t count)
{
    (void)call, (void)column;
    return count == 2 && (numbers[1] == 0 || numbers[1] == 1);
}

static void apply_impute(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes)
{
    (void)step;
    if (lane == 0 && numbers[1] != 0 && !lanes->marked) {
        gml_mark_missing(lanes->rows, lanes->x[0], lanes->mark);
        lanes->marked = true;
    }
    gml_fill_missing(lanes->rows, numbers[0], lanes->x[lane]);
}

static void slope_impute(const gml_step *step, const double *numbers, size_t count, const double *x, double *slope)
{
    (void)step, (void)numbers;
    gml_slope_fill(count, x, slope);
}

const gml_transform gml_transform_impute = {
    .entry = {.name = "impute",
              .summary = "a value in place of missing cells, and an input that marks them",
              .formula = "x, or the value where x is missing; the mark is 1 where x is missing, else 0",
              .derivative = "1 where x is known, else 0",
              .pitfall =
                  "With indicator=auto cells are marked if some were missing in training; transforms that follow "
                  "leave the mark as it is.",
              .source = "scikit-learn: SimpleImputer with add_indicator",
              .parameters = {{"value", MEAN, 0, 3,
                              "mean, median, most_frequent (the least of equally frequent ones) or constant; a "
                              "category takes most_frequent for mean and median",
                              value_word},
                             {"constant", 0, -1e300, 1e300, "the value of value=constant", NULL},
                             {"indicator", AUTO, 0, 2, "whether missing cells are marked: auto, yes or no",
                              indicator_word}},
              .parameter_count = 3},
    .kinds = 1 << GML_COLUMN_NUMBER | 1 << GML_COLUMN_DATE | 1 << GML_COLUMN_CATEGORY,
    .keeps_kind = true,
    .spread = 1,
    .fit = fit_impute,
    .holds = holds_impute,
    .apply = apply_impute,
    .slope = slope_impute};

/* ---- date_parts ---- */

static gml_status fit_nothing(const gml_fitting *fitting)
{
    (void)fitting;
    return GML_OK;
}

static void apply_date_parts(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes)
{
    (void)step, (void)numbers, (void)lane;
    gml_split_dates(lanes->rows, GML_LANE_ROWS, lanes->x[0], lanes->x[0]);
    lanes->count = GML_DATE_PARTS;
}

const gml_transform gml_transform_date_parts = {
    .entry = {.name = "date_parts",
              .summary = "a date as days, year, month, day, day of the week and hour",
              .formula =
                  "days since 1970-01-01; year; month from 1; day from 1; day of the week from 0 for Monday; hour "
                  "with its fraction",
              .derivative = "",
              .pitfall = "The parts are numbers of different sizes: standard after it scales each.",
              .source = "proleptic Gregorian calendar (ISO 8601)"},
    .kinds = 1 << GML_COLUMN_DATE,
    .spread = GML_DATE_PARTS,
    .fit = fit_nothing,
    .apply = apply_date_parts};
