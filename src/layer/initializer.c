/* layer/initializer.c - the table of initializers. */
#include "layer/initializer.h"

#include <math.h>
#include <string.h>

#include "gemmule/network.h"

typedef enum distribution { CONSTANT, UNIFORM, NORMAL } distribution;

/* How wide a layer's weights spread: variance = gain / fan. With a gain of 0 the arguments of the call say it. */
typedef struct initializer_row {
    gml_entry entry;
    distribution distribution;
    double gain;
    bool both_fans; /* the fan is the mean of in and out, else in */
} initializer_row;

static const char glorot[] =
    "Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010";
static const char he[] = "He, Zhang, Ren and Sun, Delving Deep into Rectifiers, 2015";
static const char lecun[] = "LeCun, Bottou, Orr and Mueller, Efficient BackProp, 1998";

static const initializer_row rows[] = {
    {
        .entry = {.name = "zeros",
                  .summary = "all 0",
                  .formula = "w = 0",
                  .derivative = "",
                  .pitfall = "Units of a hidden layer that begin alike stay alike: only for a network of one layer.",
                  .source = "Goodfellow, Bengio and Courville, Deep Learning, 2016, section 8.4"},
        .distribution = CONSTANT,
    },
    {
        .entry = {.name = "uniform",
                  .summary = "evenly spread between two bounds",
                  .formula = "w ~ U(low, high)",
                  .derivative = "",
                  .pitfall =
                      "Does not look at the size of the layer: signals of wide layers grow, of narrow ones fade.",
                  .source = "the plain draw; the default bounds are those of Keras",
                  .parameters = {{"low", -0.05, -1e6, 1e6, "lower bound"}, {"high", 0.05, -1e6, 1e6, "upper bound"}},
                  .parameter_count = 2},
        .distribution = UNIFORM,
    },
    {
        .entry = {.name = "normal",
                  .summary = "normally distributed, not truncated",
                  .formula = "w ~ N(mean, std^2)",
                  .derivative = "",
                  .pitfall =
                      "Does not look at the size of the layer: signals of wide layers grow, of narrow ones fade.",
                  .source = "the plain draw; the default spread is that of Keras",
                  .parameters = {{"mean", 0, -1e6, 1e6, "mean"}, {"std", 0.05, 0, 1e6, "standard deviation"}},
                  .parameter_count = 2},
        .distribution = NORMAL,
    },
    {
        .entry = {.name = "glorot_uniform",
                  .summary = "keeps the variance of signals and gradients, for sigmoid, tanh, softmax and identity",
                  .formula = "w ~ U(-a, a), a = sqrt(6 / (in + out))",
                  .derivative = "",
                  .pitfall = "For relu, which throws half of the signal away, the variance is half of what keeps it.",
                  .source = glorot},
        .distribution = UNIFORM,
        .gain = 1,
        .both_fans = true,
    },
    {
        .entry = {.name = "glorot_normal",
                  .summary = "glorot_uniform's variance, normally distributed",
                  .formula = "w ~ N(0, 2 / (in + out)), not truncated",
                  .derivative = "",
                  .pitfall = "For relu the variance is half of what keeps the signal. Some libraries cut the tails off "
                             "at 2 standard deviations; this does not.",
                  .source = glorot},
        .distribution = NORMAL,
        .gain = 1,
        .both_fans = true,
    },
    {
        .entry = {.name = "he_uniform",
                  .summary = "keeps the variance of signals through relu and leaky_relu",
                  .formula = "w ~ U(-a, a), a = sqrt(6 / in)",
                  .derivative = "",
                  .pitfall = "Too wide for activations that pass the whole signal.",
                  .source = he},
        .distribution = UNIFORM,
        .gain = 2,
    },
    {
        .entry = {.name = "he_normal",
                  .summary = "he_uniform's variance, normally distributed",
                  .formula = "w ~ N(0, 2 / in), not truncated",
                  .derivative = "",
                  .pitfall =
                      "Too wide for activations that pass the whole signal. Some libraries cut the tails off at 2 "
                      "standard deviations; this does not.",
                  .source = he},
        .distribution = NORMAL,
        .gain = 2,
    },
    {
        .entry = {.name = "lecun_uniform",
                  .summary = "keeps the variance of signals through linear layers",
                  .formula = "w ~ U(-a, a), a = sqrt(3 / in)",
                  .derivative = "",
                  .pitfall = "For relu the variance is half of what keeps the signal.",
                  .source = lecun},
        .distribution = UNIFORM,
        .gain = 1,
    },
    {
        .entry = {.name = "lecun_normal",
                  .summary = "lecun_uniform's variance, normally distributed",
                  .formula = "w ~ N(0, 1 / in), not truncated",
                  .derivative = "",
                  .pitfall = "For relu the variance is half of what keeps the signal. Some libraries cut the tails off "
                             "at 2 standard deviations; this does not.",
                  .source = lecun},
        .distribution = NORMAL,
        .gain = 1,
    },
};

const gml_entry *gml_initializer_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

void gml_initializer_run(const gml_call *call, const gml_kernels *kernels, size_t in, size_t out, gml_stream stream,
                         void *weights)
{
    const initializer_row *row = &rows[call->row];
    gml_fill_call fill = {.count = in * out, .target = weights, .stream = stream};
    fill.a = call->values[0];
    fill.b = call->values[1];
    if (row->gain > 0) {
        double fan = row->both_fans ? ((double)in + (double)out) / 2 : (double)in;
        double deviation = sqrt(row->gain / fan);
        /* U(-a, a) has the variance a^2 / 3 */
        fill.a = row->distribution == UNIFORM ? -sqrt(3) * deviation : 0;
        fill.b = row->distribution == UNIFORM ? sqrt(3) * deviation : deviation;
    }
    switch (row->distribution) {
    case CONSTANT:
        memset(weights, 0, fill.count * kernels->size);
        break;
    case UNIFORM:
        kernels->fill_uniform(&fill);
        break;
    case NORMAL:
        kernels->fill_normal(&fill);
        break;
    }
}
