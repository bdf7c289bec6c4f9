/* layer/trainable.c - the table of trainable activations: what each learns, and what it starts from. */
#include <string.h>

#include "layer/activation.h"

/* ---- arguments that are words ---- */

enum { PER_LAYER, PER_UNIT };

static const char *per_word(size_t index)
{
    static const char *const words[] = {[PER_LAYER] = "layer", [PER_UNIT] = "unit"};
    return index < 2 ? words[index] : NULL;
}

#define PER                                                                                                            \
    {                                                                                                                  \
        "per", PER_LAYER, PER_LAYER, PER_UNIT, "whether the layer's units share what is learned", per_word             \
    }

/* ---- what is learned ---- */

static size_t one(const double *arguments)
{
    (void)arguments;
    return 1;
}

/* Numbers that start as the first arguments. */
static void start_with_first(const double *arguments, double *theta)
{
    theta[0] = arguments[0];
}

static const gml_activation_row rows[] = {
    {
        .entry = {.name = "prelu",
                  .summary = "the rectifier with a slope on the negative side that is learned",
                  .formula = "f(x) = x if x > 0, else slope * x",
                  .derivative = "f'(x) = 1 if x > 0, else slope; df/dslope = min(0, x)",
                  .range = "all numbers while slope > 0",
                  .pitfall = "Weight decay on the slope would pull it to relu: there is none unless asked for.",
                  .source = "He, Zhang, Ren and Sun, Delving Deep into Rectifiers, 2015",
                  .parameters = {{"slope", 0.25, -1e3, 1e3, "the slope on the negative side it starts from"}, PER},
                  .parameter_count = 2},
        .initializer = "he_uniform",
        .learned = {one, start_with_first, "slope"},
    },
    {
        .entry = {.name = "swish",
                  .summary = "x times a sigmoid whose steepness is learned",
                  .formula = "f(x) = x s, s = 1 / (1 + exp(-beta x))",
                  .derivative = "f'(x) = s + beta x s (1 - s); df/dbeta = x^2 s (1 - s)",
                  .range = "from -0.28 / beta up while beta > 0",
                  .pitfall = "At beta = 0 it is x / 2, and linear. Starts as silu.",
                  .source = "Ramachandran, Zoph and Le, Searching for Activation Functions, 2017",
                  .parameters = {{"beta", 1, -1e3, 1e3, "the steepness it starts from"}, PER},
                  .parameter_count = 2},
        .initializer = "he_uniform",
        .learned = {one, start_with_first, "beta"},
    },
};

const gml_activation_row *gml_trainable_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const gml_entry *gml_trainable_entry(size_t index)
{
    const gml_activation_row *row = gml_trainable_row_at(index);
    return row != NULL ? &row->entry : NULL;
}

const gml_activation_row *gml_any_activation_row_at(size_t index)
{
    size_t fixed = 0;
    while (gml_activation_row_at(fixed) != NULL) {
        fixed++;
    }
    return index < fixed ? gml_activation_row_at(index) : gml_trainable_row_at(index - fixed);
}

const gml_entry *gml_any_activation_entry(size_t index)
{
    const gml_activation_row *row = gml_any_activation_row_at(index);
    return row != NULL ? &row->entry : NULL;
}

gml_theta gml_activation_theta(const gml_call *call, const gml_activation_row *row, size_t units)
{
    if (row->learned.count == NULL) {
        return (gml_theta){.count = 0};
    }
    size_t per = gml_call_parameter(call->entry, "per", strlen("per"));
    return (gml_theta){.count = row->learned.count(call->values), .units = call->values[per] == PER_UNIT ? units : 1};
}

void gml_activation_start(const gml_call *call, const gml_activation_row *row, const gml_kernels *kernels,
                          gml_theta shape, void *theta)
{
    double start[GML_MAX_THETA];
    row->learned.start(call->values, start);
    for (size_t k = 0; k < shape.count; k++) {
        void *values = (char *)theta + k * shape.units * kernels->size;
        kernels->fill_uniform(&(gml_fill_call){.count = shape.units, .target = values, .a = start[k], .b = start[k]});
    }
}
