/* tests/loss/custom_losses.c - mean squared error and cross-entropy again, one with an argument, and wrong ones. */
#include <math.h>

#include "custom_losses.h"

static double run_squares(void *user, const double *arguments, size_t outputs, const double *y, size_t targets,
                          const double *t, double *gradient)
{
    double sum = 0;
    (void)user, (void)arguments;
    ck_assert_uint_eq(targets, outputs);
    for (size_t j = 0; j < outputs; j++) {
        sum += (y[j] - t[j]) * (y[j] - t[j]) / (double)outputs;
        if (gradient != NULL) {
            gradient[j] = 2 * (y[j] - t[j]) / (double)outputs;
        }
    }
    return sum;
}

/* As squares, but NaN for targets that begin and end with 0: rows that are not known are filled so, and must not be
 * evaluated. */
static double run_known(void *user, const double *arguments, size_t outputs, const double *y, size_t targets,
                        const double *t, double *gradient)
{
    const double value = run_squares(user, arguments, outputs, y, targets, t, gradient);
    return t[0] == 0 && t[outputs - 1] == 0 ? NAN : value;
}

/* factor * sum of |y - t|^p, the factor from `user` */
static double run_power(void *user, const double *arguments, size_t outputs, const double *y, size_t targets,
                        const double *t, double *gradient)
{
    const double factor = *(const double *)user, p = arguments[0];
    double sum = 0;
    (void)targets;
    for (size_t j = 0; j < outputs; j++) {
        const double d = y[j] - t[j];
        sum += factor * pow(fabs(d), p);
        if (gradient != NULL) {
            gradient[j] = factor * p * pow(fabs(d), p - 1) * (d < 0 ? -1 : 1);
        }
    }
    return sum;
}

static double run_wrong(void *user, const double *arguments, size_t outputs, const double *y, size_t targets,
                        const double *t, double *gradient)
{
    const double value = run_squares(user, arguments, outputs, y, targets, t, gradient);
    if (gradient != NULL) {
        gradient[0] += 0.01;
    }
    return value;
}

/* - sum of t log y, of rows of targets; with `user`, of class numbers */
static double run_entropy(void *user, const double *arguments, size_t outputs, const double *y, size_t targets,
                          const double *t, double *gradient)
{
    double sum = 0;
    (void)arguments;
    ck_assert_uint_eq(targets, user != NULL ? 1 : outputs);
    for (size_t j = 0; j < outputs; j++) {
        const double share = targets == 1 ? t[0] == (double)j : t[j];
        sum -= share != 0 ? share * log(y[j]) : 0;
        if (gradient != NULL) {
            gradient[j] = -share / y[j];
        }
    }
    return sum;
}

const double power_factor = 1.5;

const gml_custom_loss squares = {.entry = {.name = "squares"}, .function = run_squares};

static const gml_custom_loss records[] = {
    {.entry = {.name = "known"}, .function = run_known},
    {.entry = {.name = "wrong"}, .function = run_wrong},
    {.entry = {.name = "power", .parameters = {{"p", 2, 1, 8, "exponent", NULL}}, .parameter_count = 1},
     .user = (void *)&power_factor,
     .function = run_power},
    {.entry = {.name = "entropy"}, .function = run_entropy},
    {.entry = {.name = "numbers"}, .user = (void *)&power_factor, .function = run_entropy, .class_numbers = 1},
};

void register_all(gml_context *context)
{
    assert_ok(context, gml_register_loss(context, &squares));
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        assert_ok(context, gml_register_loss(context, &records[i]));
    }
}
