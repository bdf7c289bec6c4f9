/* tests/kernel/trainable_reference.c - the reference of each trainable activation has the slopes of its value and
 * starts as a known function. */
#include <string.h>

#include "reference/functions.h"
#include "trainable_case.h"

static void assert_quotient(const char *name, double x, double found, double above, double below, double h)
{
    double wanted = (above - below) / (2 * h);
    ck_assert_msg(fabs(found - wanted) <= 1e-8 * fmax(1, fabs(wanted)), "%s at %g: %.12g, the difference is %.12g",
                  name, x, found, wanted);
}

static void compare_with_differences(const gml_reference_trainable *reference, double x, double *theta, size_t count,
                                     const double *arguments)
{
    const double h = 1e-6;
    double by[GML_MAX_THETA], unused[GML_MAX_THETA];
    double slope = reference->at(x, theta, arguments, by).slope;
    if (reference->piece != NULL &&
        reference->piece(x + h, theta, arguments) != reference->piece(x - h, theta, arguments)) {
        return; /* a kink */
    }
    assert_quotient(reference->name, x, slope, reference->at(x + h, theta, arguments, unused).value,
                    reference->at(x - h, theta, arguments, unused).value, h);
    for (size_t k = 0; k < count; k++) {
        double kept = theta[k];
        theta[k] = kept + h;
        double above = reference->at(x, theta, arguments, unused).value;
        theta[k] = kept - h;
        double below = reference->at(x, theta, arguments, unused).value;
        theta[k] = kept;
        assert_quotient(reference->name, x, by[k], above, below, h);
    }
}

TEST(the_reference_s_derivatives_are_differences_of_its_value)
{
    for (size_t i = 0; gml_trainable_row_at(i) != NULL; i++) {
        const gml_activation_row *row = gml_trainable_row_at(i);
        const gml_reference_trainable *reference = gml_reference_find_trainable(row->entry.name);
        ck_assert_msg(reference != NULL, "%s has no reference", row->entry.name);
        gml_call call;
        double theta[GML_MAX_THETA];
        ck_assert(gml_call_default(gml_trainable_entry, row->entry.name, &call));
        learned_theta(row, call.values, 0, theta);
        for (size_t p = 0; p < POINTS; p++) {
            compare_with_differences(reference, point_at(p), theta, row->learned.count(call.values), call.values);
        }
    }
}

/* Trainable rows and the fixed function they start as. */
static const struct {
    const char *call, *fixed;
    double parameter;
} starts[] = {
    {"prelu", "leaky_relu", 0.25},
    {"prelu(slope=0.1)", "leaky_relu", 0.1},
    {"swish", "silu", 0},
    {"scaled_sigmoid", "sigmoid", 0},
    {"scaled_tanh", "tanh", 0},
    {"scaled_tanh(gain=1.7159, slope=0.66666666666666663)", "lecun_tanh", 0},
    {"snake(a=0)", "identity", 0},
    {"pelu", "elu", 1},
    {"piecewise_linear", "relu", 0},
    {"piecewise_linear(knots=3, range=2.5, slope=0.1)", "leaky_relu", 0.1},
    {"rational", "softsign", 0},
    {"mixture(first=gelu, second=gelu, third=none)", "gelu", 0},
    {"mixture(first=squareplus, second=none, third=none)", "squareplus", 4},
    {"mix", "selu", 0},
    {"mix(f=mish)", "mish", 0},
    {"mix(f=mish, a=0)", "identity", 0},
};

TEST(each_starts_equal_to_a_known_function)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        gml_call call;
        assert_ok(context, gml_call_parse(context, "activation", gml_trainable_entry, starts[i].call,
                                          strlen(starts[i].call), &call));
        const gml_kernels *kernels = gml_kernels_find(GML_F64, NULL);
        gml_theta shape = gml_activation_theta(&call, 5);
        double theta[GML_MAX_THETA], by[GML_MAX_THETA];
        gml_activation_start(&call, kernels, shape, theta);
        for (size_t p = 0; p < POINTS; p++) {
            double x = point_at(p);
            double found = gml_reference_find_trainable(call.entry->name)->at(x, theta, call.values, by).value;
            double wanted = gml_reference_find_activation(starts[i].fixed)->at(x, &starts[i].parameter).value;
            ck_assert_msg(fabs(found - wanted) < 4e-15, "%s at %g: %g, not %g", starts[i].call, x, found, wanted);
        }
    }
    gml_context_destroy(context);
}

static bool has_start(const char *name)
{
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(starts[i].call, name, strlen(name)) == 0) {
            return true;
        }
    }
    return false;
}

TEST(the_parts_of_a_mixture_are_those_of_their_names_in_every_table)
{
    const gml_parameter *parts = gml_trainable_row_at(8)->entry.parameters, *fourth = &parts[3];
    const char *const names[] = {"identity", "tanh", "relu"};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(gml_activation_entry((size_t)parts[i].initial)->name, names[i]);
    }
    ck_assert_str_eq(fourth->word((size_t)fourth->initial), "none");
    for (size_t i = 0; fourth->word(i) != NULL; i++) {
        const char *name = gml_activation_entry(i)->name;
        ck_assert_str_eq(gml_reference_activation_at(i)->name, name);
        bool none = strcmp(fourth->word(i), "none") == 0;
        ck_assert_int_eq(none, gml_activation_row_at(i)->couples_columns);
        ck_assert(none || strcmp(fourth->word(i), name) == 0);
    }
}

TEST(every_row_is_held_against_the_function_it_starts_as)
{
    for (size_t i = 0; gml_trainable_entry(i) != NULL; i++) {
        ck_assert_msg(has_start(gml_trainable_entry(i)->name), "%s", gml_trainable_entry(i)->name);
    }
}
