/* layer/initializer.c - the table of initializers, and the weights and biases they draw. */
#include "layer/initializer.h"

#include <math.h>
#include <string.h>

#include "gemmule/network.h"
#include "kernel/matrix/matrix.h"
#include "kernel/random/random.h"

/* What is drawn: the weights of a layer [in x out], or its biases [out]. */
typedef struct drawing {
    const gml_call *call;
    const gml_kernels *kernels;
    size_t in, out; /* of the layer */
    size_t count;   /* of the numbers */
    gml_stream stream;
    void *values;
} drawing;

typedef struct initializer_row {
    gml_entry entry;
    void (*draw)(const drawing *of, const struct initializer_row *row);
    void (*draw_bias)(const drawing *of, const struct initializer_row *row); /* null: it is not for biases */
    const char *bias; /* the initializer of biases that goes with these weights; null: fan_in_uniform */
    double gain;      /* of the rows that state a variance: gain / fan */
    bool both_fans;   /* the fan is the mean of in and out, else in */
} initializer_row;

/* ---- ways to draw ---- */

static gml_fill_call fill_of(const drawing *of, double a, double b)
{
    return (gml_fill_call){.count = of->count, .target = of->values, .stream = of->stream, .a = a, .b = b};
}

static void draw_zeros(const drawing *of, const initializer_row *row)
{
    (void)row;
    memset(of->values, 0, of->count * of->kernels->size);
}

static void draw_uniform(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, of->call->values[0], of->call->values[1]);
    of->kernels->random->fill_uniform(&fill);
}

static void draw_normal(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, of->call->values[0], of->call->values[1]);
    of->kernels->random->fill_normal(&fill);
}

static void draw_truncated(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, of->call->values[0], of->call->values[1]);
    fill.bound = of->call->values[2];
    of->kernels->random->fill_truncated(&fill);
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
    of->kernels->random->fill_uniform(&fill);
}

static void draw_normal_variance(const drawing *of, const initializer_row *row)
{
    gml_fill_call fill = fill_of(of, 0, deviation_of(of, row));
    of->kernels->random->fill_normal(&fill);
}

static void put_number(const drawing *of, size_t i, double value)
{
    void *at = (char *)of->values + i * of->kernels->size;
    of->kernels->random->fill_uniform(&(gml_fill_call){.count = 1, .target = at, .a = value, .b = value});
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
    of->kernels->random->fill_normal(&fill);
    of->kernels->matrix->orthonormalize(of->in, of->out, of->values);
    of->kernels->matrix->scale_columns(of->count, 1, 1, &of->call->values[0], of->values);
}

static double nguyen_widrow_length(const drawing *of)
{
    return 0.7 * pow((double)of->out, 1 / (double)of->in);
}

static void draw_nguyen_widrow(const drawing *of, const initializer_row *row)
{
    (void)row;
    gml_fill_call fill = fill_of(of, -1, 1);
    of->kernels->random->fill_uniform(&fill);
    of->kernels->matrix->lengthen_columns(of->in, of->out, nguyen_widrow_length(of), of->values);
}

static void draw_nguyen_widrow_bias(const drawing *of, const initializer_row *row)
{
    (void)row;
    double length = nguyen_widrow_length(of);
    gml_fill_call fill = fill_of(of, -length, length);
    of->kernels->random->fill_uniform(&fill);
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
        .draw_bias = draw_zeros,
        .bias = "zeros",
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
        .draw_bias = draw_uniform,
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
        .draw_bias = draw_normal,
    },
    {
        .entry = {.name = "glorot_uniform",
                  .summary = "keeps the variance of signals and gradients, for sigmoid, tanh, softmax and identity",
                  .formula = "w ~ U(-a, a), a = sqrt(6 / (in + out))",
                  .derivative = "",
                  .pitfall = "For relu, which throws half of the signal away, the variance is half of what keeps it.",
                  .source = glorot},
        .draw = draw_even_variance,
        .draw_bias = draw_even_variance,
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
        .draw_bias = draw_normal_variance,
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
        .draw_bias = draw_even_variance,
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
        .draw_bias = draw_normal_variance,
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
        .draw_bias = draw_even_variance,
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
        .draw_bias = draw_normal_variance,
        .gain = 1,
    },
    {
        .entry = {.name = "fan_in_uniform",
                  .summary = "evenly spread, within one over the square root of the inputs: the default of biases",
                  .formula = "w ~ U(-a, a), a = 1 / sqrt(in)",
                  .derivative = "",
                  .pitfall = "Weights drawn so have a third of the variance that keeps a signal.",
                  .source = "PyTorch, torch.nn.Linear: weights and biases"},
        .draw = draw_even_variance,
        .draw_bias = draw_even_variance,
        .gain = 1.0 / 3,
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
        .draw_bias = draw_truncated,
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
        .bias = "zeros",
    },
    {
        .entry = {.name = "nguyen_widrow",
                  .summary = "spreads the units' active regions evenly over the inputs, with its own biases",
                  .formula = "w ~ U(-1, 1), each unit's scaled to the length a = 0.7 out^(1 / in); b ~ U(-a, a)",
                  .derivative = "",
                  .pitfall = "For one hidden layer of tanh on inputs in [-1, 1].",
                  .source = "Nguyen and Widrow, Improving the learning speed of 2-layer neural networks by choosing "
                            "initial values of the adaptive weights, 1990"},
        .draw = draw_nguyen_widrow,
        .draw_bias = draw_nguyen_widrow_bias,
        .bias = "nguyen_widrow",
    },
};

const gml_entry *gml_initializer_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

const gml_entry *gml_bias_initializer_entry(size_t index)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].draw_bias != NULL && index-- == 0) {
            return &rows[i].entry;
        }
    }
    return NULL;
}

static const initializer_row *row_of(const gml_call *call)
{
    return (const initializer_row *)(const void *)call->entry; /* which is its first member */
}

const char *gml_initializer_bias(const gml_call *weights)
{
    const char *bias = row_of(weights)->bias;
    return bias != NULL ? bias : "fan_in_uniform";
}

void gml_initializer_draw_weights(const gml_call *call, const gml_initialized *layer, void *weights)
{
    const drawing of = {.call = call,
                        .kernels = layer->kernels,
                        .in = layer->in,
                        .out = layer->out,
                        .count = layer->in * layer->out,
                        .stream = layer->stream,
                        .values = weights};
    row_of(call)->draw(&of, row_of(call));
}

void gml_initializer_draw_bias(const gml_call *call, const gml_initialized *layer, void *bias)
{
    const drawing of = {.call = call,
                        .kernels = layer->kernels,
                        .in = layer->in,
                        .out = layer->out,
                        .count = layer->out,
                        .stream = layer->stream,
                        .values = bias};
    row_of(call)->draw_bias(&of, row_of(call));
}
