/* layer/initializer.c - the table of initializers, and the weights they draw. */
#include "layer/initializer.h"

#include <math.h>
#include <string.h>

#include "gemmule/network.h"

/* What a row does: fills W and, where it has an opinion of them, the biases, which are 0 before. */
typedef struct drawing {
    const gml_call *call;
    const gml_kernels *kernels;
    size_t in, out;
    gml_stream stream;
    void *weights, *bias;
} drawing;

typedef struct initializer_row {
    gml_entry entry;
    void (*draw)(const drawing *of, const struct initializer_row *row);
    double gain;    /* of the rows that state a variance: gain / fan */
    bool both_fans; /* the fan is the mean of in and out, else in */
} initializer_row;

/* ---- ways to draw ---- */

static gml_fill_call fill_of(const drawing *of, double a, double b)
{
    return (gml_fill_call){.count = of->in * of->out, .target = of->weights, .stream = of->stream, .a = a, .b = b};
}

static void draw_zeros(const drawing *of, const initializer_row *row)
{
    (void)row;
    memset(of->weights, 0, of->in * of->out * of->kernels->size);
}

static void draw_uniform(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, of->call->values[0], of->call->values[1]);
    of->kernels->fill_uniform(&fill);
}

static void draw_normal(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, of->call->values[0], of->call->values[1]);
    of->kernels->fill_normal(&fill);
}

static void draw_truncated(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, of->call->values[0], of->call->values[1]);
    fill.bound = of->call->values[2];
    of->kernels->fill_truncated(&fill);
}

static double deviation_of(const drawing *of, const initializer_row *row)
{
    double fan = row->both_fans ? ((double)of->in + (double)of->out) / 2 : (double)of->in;
    return sqrt(row->gain / fan);
}

static void draw_even_variance(const drawing *of, const initializer_row *row)
{
    double bound = sqrt(3) * deviation_of(of, row); /* U(-a, a) has the variance a^2 / 3 */
    gml_fill_call fill = fill_of(of, -bound, bound);
    of->kernels->fill_uniform(&fill);
}

static void draw_normal_variance(const drawing *of, const initializer_row *row)
{
    gml_fill_call fill = fill_of(of, 0, deviation_of(of, row));
    of->kernels->fill_normal(&fill);
}

static void put_number(const drawing *of, size_t i, double value)
{
    void *at = (char *)of->weights + i * of->kernels->size;
    of->kernels->fill_uniform(&(gml_fill_call){.count = 1, .target = at, .a = value, .b = value});
}

static void draw_identity(const drawing *of, const initializer_row *row)
{
    draw_zeros(of, row);
    for (size_t i = 0; i < of->in && i < of->out; i++) {
        put_number(of, i * of->out + i, of->call->values[0]);
    }
}

static void draw_orthogonal(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, 0, 1);
    of->kernels->fill_normal(&fill);
    of->kernels->orthonormalize(of->in, of->out, of->weights);
    of->kernels->scale_columns(of->in * of->out, 1, 1, &of->call->values[0], of->weights);
}

/* Biases come from the step of the stream after that of the weights. */
static void draw_nguyen_widrow(const drawing *of, const initializer_row *row)
{
    (void)row;
    double length = 0.7 * pow((double)of->out, 1 / (double)of->in);
    gml_fill_call fill = fill_of(of, -1, 1);
    of->kernels->fill_uniform(&fill);
    of->kernels->lengthen_columns(of->in, of->out, length, of->weights);
    if (of->bias != NULL) {
        fill.count = of->out;
        fill.target = of->bias;
        fill.stream.step++;
        fill.a = -length;
        fill.b = length;
        of->kernels->fill_uniform(&fill);
    }
}

/* ---- the rows ---- */

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
        .draw = draw_zeros,
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
        .draw = draw_uniform,
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
        .draw = draw_normal,
    },
    {
        .entry = {.name = "glorot_uniform",
                  .summary = "keeps the variance of signals and gradients, for sigmoid, tanh, softmax and identity",
                  .formula = "w ~ U(-a, a), a = sqrt(6 / (in + out))",
                  .derivative = "",
                  .pitfall = "For relu, which throws half of the signal away, the variance is half of what keeps it.",
                  .source = glorot},
        .draw = draw_even_variance,
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
        .draw = draw_normal_variance,
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
        .draw = draw_even_variance,
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
        .draw = draw_normal_variance,
        .gain = 2,
    },
    {
        .entry = {.name = "lecun_uniform",
                  .summary = "keeps the variance of signals through linear layers",
                  .formula = "w ~ U(-a, a), a = sqrt(3 / in)",
                  .derivative = "",
                  .pitfall = "For relu the variance is half of what keeps the signal.",
                  .source = lecun},
        .draw = draw_even_variance,
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
        .draw = draw_normal_variance,
        .gain = 1,
    },
    {
        .entry = {.name = "truncated_normal",
                  .summary = "normally distributed, but for the tails",
                  .formula = "w ~ N(mean, std^2), drawn anew while |w - mean| > bound std",
                  .derivative = "",
                  .pitfall = "The standard deviation is that before the cut: with a bound of 2 it ends as 0.88 std.",
                  .source = "the plain draw; the default spread and bound are those of Keras",
                  .parameters = {{"mean", 0, -1e6, 1e6, "mean"},
                                 {"std", 0.05, 0, 1e6, "standard deviation before the cut"},
                                 {"bound", 2, 0.1, 10, "standard deviations from the mean where it is cut"}},
                  .parameter_count = 3},
        .draw = draw_truncated,
    },
    {
        .entry = {.name = "orthogonal",
                  .summary = "orthonormal rows or columns, whichever are fewer: keeps lengths, also of deep stacks",
                  .formula = "W = gain Q, Q'Q = 1 or Q Q' = 1, from Gram and Schmidt on N(0, 1)",
                  .derivative = "",
                  .pitfall = "Takes time that grows with the cube of the width. For relu a gain of 1.414 keeps the "
                             "signal.",
                  .source = "Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in "
                            "deep linear neural networks, 2013",
                  .parameters = {{"gain", 1, 0, 1e6, "the length of each row or column"}},
                  .parameter_count = 1},
        .draw = draw_orthogonal,
    },
    {
        .entry = {.name = "identity",
                  .summary = "1 on the diagonal, else 0: a layer that begins as no layer",
                  .formula = "w_ij = gain if i = j, else 0",
                  .derivative = "",
                  .pitfall = "Units beyond the number of inputs start dead, inputs beyond that of units are not seen.",
                  .source = "Le, Jaitly and Hinton, A Simple Way to Initialize Recurrent Networks of Rectified Linear "
                            "Units, 2015",
                  .parameters = {{"gain", 1, -1e6, 1e6, "the value on the diagonal"}},
                  .parameter_count = 1},
        .draw = draw_identity,
    },
    {
        .entry = {.name = "nguyen_widrow",
                  .summary = "spreads the units' active regions evenly over the inputs; sets biases too",
                  .formula = "w ~ U(-1, 1), each unit's scaled to the length a = 0.7 out^(1 / in); b ~ U(-a, a)",
                  .derivative = "",
                  .pitfall = "For one hidden layer of tanh on inputs in [-1, 1].",
                  .source = "Nguyen and Widrow, Improving the learning speed of 2-layer neural networks by choosing "
                            "initial values of the adaptive weights, 1990"},
        .draw = draw_nguyen_widrow,
    },
};

const gml_entry *gml_initializer_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

void gml_initializer_run(const gml_call *call, const gml_kernels *kernels, size_t in, size_t out, gml_stream stream,
                         void *weights, void *bias)
{
    const drawing of = {call, kernels, in, out, stream, weights, bias};
    rows[call->row].draw(&of, &rows[call->row]);
}
