/* tests/tune/student.c - quantiles of Student's t distribution. */
#include <math.h>

#include "harness.h"
#include "tune/student.h"

/* The two-sided 95 % and 99 % points of the tables that textbooks print, to the digits that they print. */
TEST(bounds_are_those_of_printed_tables)
{
    static const struct {
        size_t degrees;
        double at_95, at_99;
    } table[] = {{1, 12.706, 63.657}, {2, 4.303, 9.925},      {3, 3.182, 5.841},  {4, 2.776, 4.604},
                 {5, 2.571, 4.032},   {8, 2.306, 3.355},      {9, 2.262, 3.250},  {14, 2.145, 2.977},
                 {20, 2.086, 2.845},  {29, 2.045, 2.756},     {49, 2.010, 2.680}, {60, 2.000, 2.660},
                 {120, 1.980, 2.617}, {1000000, 1.960, 2.576}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        ck_assert_double_eq_tol(gml_student_bound(0.95, table[i].degrees), table[i].at_95, 5.1e-4);
        ck_assert_double_eq_tol(gml_student_bound(0.99, table[i].degrees), table[i].at_99, 5.1e-4);
    }
}

/* P(|T| <= t) = 2 arctan(t) / pi for one degree of freedom, t / sqrt(2 + t^2) for two. */
TEST(bounds_of_one_and_two_degrees_are_exact)
{
    const double pi = acos(-1);
    for (double p = 0.01; p < 1; p += 0.07) {
        const double one = tan(pi * p / 2), two = p * sqrt(2 / (1 - p * p));
        ck_assert_double_eq_tol(gml_student_bound(p, 1), one, 1e-13 * (1 + one * one));
        ck_assert_double_eq_tol(gml_student_bound(p, 2), two, 1e-13 * (1 + two * two));
    }
}

/* The density without its constant. */
static double density(double t, double degrees)
{
    return exp(-(degrees + 1) / 2 * log1p(t * t / degrees));
}

/* The integral from 0 to `end` by Simpson's rule. */
static double integrate(double end, double degrees)
{
    enum { STEPS = 20000 };
    const double h = end / STEPS;
    double sum = density(0, degrees) + density(end, degrees);
    for (int i = 1; i < STEPS; i++) {
        sum += (i % 2 != 0 ? 4 : 2) * density(h * i, degrees);
    }
    return sum * h / 3;
}

/* With 11 degrees and more, less than 1e-11 of the integral is beyond 200. */
TEST(bounds_agree_with_the_integral_of_the_density)
{
    static const size_t degrees[] = {11, 12, 24, 49, 50, 299};
    for (size_t i = 0; i < sizeof degrees / sizeof degrees[0]; i++) {
        const double whole = integrate(200, (double)degrees[i]);
        for (double p = 0.5; p < 0.999; p += 0.08) {
            const double t = gml_student_bound(p, degrees[i]);
            ck_assert_double_eq_tol(integrate(t, (double)degrees[i]) / whole, p, 1e-10);
        }
    }
}
