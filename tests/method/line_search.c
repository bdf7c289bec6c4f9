/* tests/method/line_search.c - the line search finds a length that satisfies the strong Wolfe conditions, or 0. */
#include <math.h>

#include "harness.h"
#include "method/line_search.h"

typedef struct curve {
    double (*value)(double a);
    double (*slope)(double a);
    size_t evaluated;
    double last;
} curve;

static double bowl(double a)
{
    return (a - 3) * (a - 3);
}

static double bowl_slope(double a)
{
    return 2 * (a - 3);
}

/* Function (5.1) of More and Thuente, with beta 2. */
static double valley(double a)
{
    return -a / (a * a + 2);
}

static double valley_slope(double a)
{
    return (a * a - 2) / ((a * a + 2) * (a * a + 2));
}

/* With hills and valleys on the way. */
static double waves(double a)
{
    return 1 - a + 2 * sin(5 * a) / 6;
}

static double waves_slope(double a)
{
    return -1 + 10 * cos(5 * a) / 6;
}

static double hill_then_waves(double a)
{
    return waves(a + 0.4);
}

static double hill_then_waves_slope(double a)
{
    return waves_slope(a + 0.4);
}

/* Not defined from 1 on. */
static double barrier(double a)
{
    return a < 1 ? -log(1 - a) - 5 * a : NAN;
}

static double barrier_slope(double a)
{
    return 1 / (1 - a) - 5;
}

static gml_status follow_curve(void *argument, gml_line_point *point)
{
    curve *at = argument;
    point->value = at->value(point->length);
    point->slope = at->slope(point->length);
    at->last = point->length;
    at->evaluated++;
    return GML_OK;
}

static const curve CURVES[] = {{.value = bowl, .slope = bowl_slope},
                               {.value = valley, .slope = valley_slope},
                               {.value = hill_then_waves, .slope = hill_then_waves_slope},
                               {.value = barrier, .slope = barrier_slope}};
static const double FIRST[] = {1e-6, 1e-3, 0.1, 1, 2, 30, 1e4};

TEST(the_point_found_meets_both_conditions_of_wolfe)
{
    for (size_t c = 0; c < sizeof CURVES / sizeof CURVES[0]; c++) {
        for (size_t i = 0; i < sizeof FIRST / sizeof FIRST[0]; i++) {
            curve at = CURVES[c];
            gml_line line = {.evaluate = follow_curve, .argument = &at, .evaluations = 60};
            line.start = (gml_line_point){0, at.value(0), at.slope(0)};
            gml_line_point found;
            ck_assert_int_eq(gml_line_search(&line, FIRST[i], &found), GML_OK);
            ck_assert_msg(found.length > 0 &&
                              found.value <= line.start.value + 1e-4 * found.length * line.start.slope &&
                              fabs(found.slope) <= 0.9 * fabs(line.start.slope),
                          "curve %zu from %g: %g at %g", c, FIRST[i], found.value, found.length);
            ck_assert_double_eq(found.length, at.last);
            ck_assert_uint_le(at.evaluated, 30);
        }
    }
}

static double rising(double a)
{
    return a;
}

static double lies(double a)
{
    (void)a;
    return -1;
}

TEST(where_nothing_is_better_the_length_is_0)
{
    curve at = {.value = rising, .slope = lies};
    gml_line line = {.evaluate = follow_curve, .argument = &at, .start = {0, 0, -1}, .evaluations = 20};
    gml_line_point found;
    ck_assert_int_eq(gml_line_search(&line, 1, &found), GML_OK);
    ck_assert_double_eq(found.length, 0);
    ck_assert_uint_le(at.evaluated, 20);
}
