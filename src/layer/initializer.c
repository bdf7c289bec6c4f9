/* layer/initializer.c - the table of initializers, and the weights and biases they draw. */
#include "layer/initializer.h"

#include <math.h>
#include <string.h>

#include "gemmule/network.h"
#include "kernel/matrix/matrix.h"
#include "kernel/random/random.h"

/* An array to initialize: the weights [in x out] of a layer, or its biases [out]. */
typedef struct drawing {
    const gml_call *call;
    const gml_initialized *layer;
    size_t count;
    void *values;
} drawing;

typedef struct initializer_row {
    gml_entry entry;
    void (*draw)(const drawing *of);
    void (*draw_bias)(const drawing *of); /* null: weights only */
    const char *bias;                     /* the default initializer of the biases beside these weights; null:
                                             fan_in_uniform */
    double gain;                          /* the variance is gain / fan */
    bool both_fans;                       /* the fan is the mean of in and out, else in */
} initializer_row;

/* ---- distributions ---- */

static gml_fill_call fill_of(const drawing *of, double a, double b)
{
    return (gml_fill_call){.count = of->count, .target = of->values, .stream = of->layer->stream, .a = a, .b = b};
}

static void fill_uniform(const drawing *of, double low, double high)
{
    gml_fill_call fill = fill_of(of, low, high);
    of->layer->kernels->random->fill_uniform(&fill);
}

static void fill_normal(const drawing *of, double mean, double deviation)
{
    gml_fill_call fill = fill_of(of, mean, deviation);
    of->layer->kernels->random->fill_normal(&fill);
}

static void draw_zeros(const drawing *of)
{
    memset(of->values, 0, of->count * of->layer->kernels->size);
}

static void draw_uniform(const drawing *of)
{
    fill_uniform(of, of->call->values[0], of->call->values[1]);
}

static void draw_normal(const drawing *of)
{
    fill_normal(of, of->call->values[0], of->call->values[1]);
}

static void draw_truncated(const drawing *of)
{
    gml_fill_call fill = fill_of(of, of->call->values[0], of->call->values[1]);
    fill.bound = of->call->values[2];
    of->layer->kernels->random->fill_truncated(&fill);
}

static double deviation_of(const drawing *of)
{
    const initializer_row *row = gml_call_row(of->call);
    double in = (double)of->layer->in, out = (double)of->layer->out;
    return sqrt(row->gain / (row->both_fans ? (in + out) / 2 : in));
}

static void draw_uniform_variance(const drawing *of)
{
    double bound = sqrt(3) * deviation_of(of); /* U(-a, a) has the variance a^2 / 3 */
    fill_uniform(of, -bound, bound);
}

static void draw_normal_variance(const drawing *of)
{
    fill_normal(of, 0, deviation_of(of));
}

static void draw_identity(const drawing *of)
{
    const gml_initialized *layer = of->layer;
    double gain = of->call->values[0];
    draw_zeros(of);
    for (size_t i = 0; i < layer->in && i < layer->out; i++) {
        void *entry = (char *)of->values + i * (layer->out + 1) * layer->kernels->size;
        layer->kernels->random->fill_uniform(&(gml_fill_call){.count = 1, .target = entry, .a = gain, .b = gain});
    }
}

static void draw_orthogonal(const drawing *of)
{
    const gml_matrix_kernels *matrix = of->layer->kernels->matrix;
    fill_normal(of, 0, 1);
    matrix->orthonormalize(of->layer->in, of->layer->out, of->values);
    matrix->scale_columns(of->count, 1, 1, &of->call->values[0], of->values);
}

static double nguyen_widrow_length(const drawing *of)
{
    return 0.7 * pow((double)of->layer->out, 1 / (double)of->layer->in);
}

static void draw_nguyen_widrow(const drawing *of)
{
    fill_uniform(of, -1, 1);
    of->layer->kernels->matrix->lengthen_columns(of->layer->in, of->layer->out, nguyen_widrow_length(of), of->values);
}

static void draw_nguyen_widrow_bias(const drawing *of)
{
    double length = nguyen_widrow_length(of);
    fill_uniform(of, -length, length);
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
                  .pitfall = "Units of a hidden layer that start equal stay equal: only for a network of one layer.",
                  .source = "Goodfellow, Bengio and Courville, Deep Learning, 2016, section 8.4"},
        .draw = draw_zeros,
        .draw_bias = draw_zeros,
        .bias = "zeros",
    },
    {
        .entry = {.name = "uniform",
                  .summary = "uniformly distributed between two bounds",
                  .formula = "w ~ U(low, high)",
                  .derivative = "",
                  .pitfall = "Ignores the size of the layer: signals grow in wide layers and vanish in narrow ones.",
                  .source = "default bounds as in Keras",
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
                  .pitfall = "Ignores the size of the layer: signals grow in wide layers and vanish in narrow ones.",
                  .source = "default standard deviation as in Keras",
                  .parameters = {{"mean", 0, -1e6, 1e6, "mean"}, {"std", 0.05, 0, 1e6, "standard deviation"}},
                  .parameter_count = 2},
        .draw = draw_normal,
        .draw_bias = draw_normal,
    },
    {
        .entry = {.name = "glorot_uniform",
                  .summary = "preserves the variance of signals and gradients, for sigmoid, tanh, softmax and identity",
                  .formula = "w ~ U(-a, a), a = sqrt(6 / (in + out))",
                  .derivative = "",
                  .pitfall = "Half of the variance that relu needs, because relu sets half of the signal to 0.",
                  .source = glorot},
        .draw = draw_uniform_variance,
        .draw_bias = draw_uniform_variance,
        .gain = 1,
        .both_fans = true,
    },
    {
        .entry = {.name = "glorot_normal",
                  .summary = "normally distributed with the variance of glorot_uniform",
                  .formula = "w ~ N(0, 2 / (in + out)), not truncated",
                  .derivative = "",
                  .pitfall = "Half of the variance that relu needs. Some libraries truncate at 2 standard deviations; "
                             "this does not.",
                  .source = glorot},
        .draw = draw_normal_variance,
        .draw_bias = draw_normal_variance,
        .gain = 1,
        .both_fans = true,
    },
    {
        .entry = {.name = "he_uniform",
                  .summary = "preserves the variance of signals through relu and leaky_relu",
                  .formula = "w ~ U(-a, a), a = sqrt(6 / in)",
                  .derivative = "",
                  .pitfall = "The variance is too large for activations that pass the whole signal.",
                  .source = he},
        .draw = draw_uniform_variance,
        .draw_bias = draw_uniform_variance,
        .gain = 2,
    },
    {
        .entry = {.name = "he_normal",
                  .summary = "normally distributed with the variance of he_uniform",
                  .formula = "w ~ N(0, 2 / in), not truncated",
                  .derivative = "",
                  .pitfall = "The variance is too large for activations that pass the whole signal. Some libraries "
                             "truncate at 2 standard deviations; this does not.",
                  .source = he},
        .draw = draw_normal_variance,
        .draw_bias = draw_normal_variance,
        .gain = 2,
    },
    {
        .entry = {.name = "lecun_uniform",
                  .summary = "preserves the variance of signals through linear layers",
                  .formula = "w ~ U(-a, a), a = sqrt(3 / in)",
                  .derivative = "",
                  .pitfall = "Half of the variance that relu needs.",
                  .source = lecun},
        .draw = draw_uniform_variance,
        .draw_bias = draw_uniform_variance,
        .gain = 1,
    },
    {
        .entry = {.name = "lecun_normal",
                  .summary = "normally distributed with the variance of lecun_uniform",
                  .formula = "w ~ N(0, 1 / in), not truncated",
                  .derivative = "",
                  .pitfall = "Half of the variance that relu needs. Some libraries truncate at 2 standard deviations; "
                             "this does not.",
                  .source = lecun},
        .draw = draw_normal_variance,
        .draw_bias = draw_normal_variance,
        .gain = 1,
    },
    {
        .entry = {.name = "fan_in_uniform",
                  .summary = "uniformly distributed within 1 / sqrt(inputs): the default of biases",
                  .formula = "w ~ U(-a, a), a = 1 / sqrt(in)",
                  .derivative = "",
                  .pitfall = "For weights: a third of the variance that preserves a signal.",
                  .source = "PyTorch, torch.nn.Linear: weights and biases"},
        .draw = draw_uniform_variance,
        .draw_bias = draw_uniform_variance,
        .gain = 1.0 / 3,
    },
    {
        .entry = {.name = "truncated_normal",
                  .summary = "normally distributed, with truncated tails",
                  .formula = "w ~ N(mean, std^2), redrawn while |w - mean| > bound std",
                  .derivative = "",
                  .pitfall = "std is the standard deviation before truncation: with a bound of 2 it becomes 0.88 std.",
                  .source = "default standard deviation and bound as in Keras",
                  .parameters = {{"mean", 0, -1e6, 1e6, "mean"},
                                 {"std", 0.05, 0, 1e6, "standard deviation before truncation"},
                                 {"bound", 2, 0.1, 10, "truncation bound, in standard deviations from the mean"}},
                  .parameter_count = 3},
        .draw = draw_truncated,
        .draw_bias = draw_truncated,
    },
    {
        .entry = {.name = "orthogonal",
                  .summary =
                      "orthonormal rows or columns, whichever are fewer: preserves lengths, also in deep networks",
                  .formula = "W = gain Q, Q'Q = 1 or Q Q' = 1, by Gram-Schmidt on N(0, 1)",
                  .derivative = "",
                  .pitfall = "The time grows with the cube of the width. For relu use a gain of 1.414.",
                  .source = "Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in "
                            "deep linear neural networks, 2013",
                  .parameters = {{"gain", 1, 0, 1e6, "norm of each row or column"}},
                  .parameter_count = 1},
        .draw = draw_orthogonal,
    },
    {
        .entry = {.name = "identity",
                  .summary = "1 on the diagonal, else 0: the layer starts as the identity",
                  .formula = "w_ij = gain if i = j, else 0",
                  .derivative = "",
                  .pitfall = "Units beyond the number of inputs start with weights of 0; inputs beyond the number of "
                             "units have no effect at first.",
                  .source = "Le, Jaitly and Hinton, A Simple Way to Initialize Recurrent Networks of Rectified Linear "
                            "Units, 2015",
                  .parameters = {{"gain", 1, -1e6, 1e6, "value on the diagonal"}},
                  .parameter_count = 1},
        .draw = draw_identity,
        .bias = "zeros",
    },
    {
        .entry = {.name = "nguyen_widrow",
                  .summary = "spreads the active regions of the units evenly over the inputs; sets the biases too",
                  .formula = "w ~ U(-1, 1), the weights of each unit scaled to norm a = 0.7 out^(1 / in); b ~ U(-a, a)",
                  .derivative = "",
                  .pitfall = "Only for one hidden layer of tanh on inputs in [-1, 1].",
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

const char *gml_initializer_bias(const gml_call *weights)
{
    const initializer_row *row = gml_call_row(weights);
    return row->bias != NULL ? row->bias : "fan_in_uniform";
}

void gml_initializer_draw_weights(const gml_call *call, const gml_initialized *layer, void *weights)
{
    const initializer_row *row = gml_call_row(call);
    row->draw(&(drawing){.call = call, .layer = layer, .count = layer->in * layer->out, .values = weights});
}

void gml_initializer_draw_bias(const gml_call *call, const gml_initialized *layer, void *bias)
{
    const initializer_row *row = gml_call_row(call);
    row->draw_bias(&(drawing){.call = call, .layer = layer, .count = layer->out, .values = bias});
}
