/* layer/trainable.c - the table of trainable activations: their parameters and initial values. */
#include <string.h>

#include "kernel/random/random.h"
#include "layer/activation.h"

/* ---- arguments that are words ---- */

enum { PER_LAYER, PER_UNIT };

static const char *per_word(size_t index)
{
    static const char *const words[] = {[PER_LAYER] = "layer", [PER_UNIT] = "unit"};
    return index < 2 ? words[index] : NULL;
}

/* Names of the activations that can be mixed, then "none". The rows that couple columns are last in the table. */
static const char *part_or_none(size_t index)
{
    const gml_activation_row *row = gml_activation_row_at(index), *before = gml_activation_row_at(index - 1);
    if (row != NULL && !row->couples_columns) {
        return row->entry.name;
    }
    return row != NULL && !before->couples_columns ? "none" : NULL;
}

static const char *part_word(size_t index)
{
    const gml_activation_row *row = gml_activation_row_at(index);
    return row != NULL && !row->couples_columns ? row->entry.name : NULL;
}

/* Indices in the table of activations; tests/kernel/trainable_reference.c checks them. */
enum { PART_IDENTITY = 0, PART_TANH = 6, PART_RELU = 10, PART_SELU = 16, LAST_PART = 26, NO_PART };

#define PER_INITIALLY(initial)                                                                                         \
    {                                                                                                                  \
        "per", initial, PER_LAYER, PER_UNIT, "layer: the units share the parameters; unit: each has its own", per_word \
    }
#define PER PER_INITIALLY(PER_LAYER)

/* ---- numbers of parameters and their initial values ---- */

static size_t one(const double *arguments)
{
    (void)arguments;
    return 1;
}

static void start_with_first(const double *arguments, double *theta)
{
    theta[0] = arguments[0];
}

static size_t two(const double *arguments)
{
    (void)arguments;
    return 2;
}

static void start_with_two(const double *arguments, double *theta)
{
    theta[0] = arguments[0];
    theta[1] = arguments[1];
}

/* Heights of the knots on both sides of 0 and of the knot at 0, and two slopes. */
static size_t line_count(const double *arguments)
{
    return 2 * (size_t)arguments[0] + 3;
}

/* Leaky ReLU. */
static void start_lines(const double *arguments, double *theta)
{
    size_t side = (size_t)arguments[0];
    for (size_t k = 0; k <= 2 * side; k++) {
        double x = arguments[1] * ((double)k - (double)side) / (double)side;
        theta[k] = x > 0 ? x : arguments[2] * x;
    }
    theta[2 * side + 1] = arguments[2];
    theta[2 * side + 2] = 1;
}

enum { RATIONAL_TOP = 6, RATIONAL_BOTTOM = 4 };

static size_t rational_count(const double *arguments)
{
    (void)arguments;
    return RATIONAL_TOP + RATIONAL_BOTTOM;
}

/* x / (1 + |x|) */
static void start_rational(const double *arguments, double *theta)
{
    memset(theta, 0, rational_count(arguments) * sizeof *theta);
    theta[1] = theta[RATIONAL_TOP] = 1;
}

static size_t part_count(const double *arguments)
{
    size_t count = 0;
    for (size_t i = 0; i < GML_MAX_PARTS; i++) {
        count += arguments[i] < NO_PART ? 1 : 0;
    }
    return count;
}

/* ---- bounds with the initial values ---- */

static gml_bounds sigmoid_bounds(const double *arguments)
{
    double gain = arguments[0];
    return (gml_bounds){gain < 0 ? gain : 0, gain > 0 ? gain : 0, true, true};
}

static gml_bounds tanh_bounds(const double *arguments)
{
    return (gml_bounds){-fabs(arguments[0]), fabs(arguments[0]), true, true};
}

static gml_bounds pelu_bounds(const double *arguments)
{
    double a = arguments[0];
    return a > 0 ? (gml_bounds){-a, INFINITY, true, false} : (gml_bounds){-INFINITY, INFINITY, false, false};
}

static gml_bounds part_bounds(double part)
{
    const gml_activation_row *row = gml_activation_row_at((size_t)part);
    const double usual[GML_MAX_PARAMETERS] = {row->entry.parameters[0].initial};
    return gml_activation_bounds(row, usual);
}

/* The smallest interval that contains the ranges of its parts. */
static gml_bounds mixture_bounds(const double *arguments)
{
    gml_bounds all = {INFINITY, -INFINITY, true, true};
    for (size_t i = 0; i < GML_MAX_PARTS; i++) {
        if (arguments[i] < NO_PART) {
            gml_bounds part = part_bounds(arguments[i]);
            all.low = fmin(all.low, part.low);
            all.high = fmax(all.high, part.high);
        }
    }
    return all;
}

/* Bounds of f alone; with another share there is none. */
static gml_bounds mix_bounds(const double *arguments)
{
    return arguments[1] == 1 ? part_bounds(arguments[0]) : (gml_bounds){-INFINITY, INFINITY, false, false};
}

static void start_share(const double *arguments, double *theta)
{
    theta[0] = arguments[1];
}

/* Equal weights. */
static void start_shares(const double *arguments, double *theta)
{
    memset(theta, 0, part_count(arguments) * sizeof *theta);
}

static const gml_activation_row rows[] = {
    {
        .entry = {.name = "prelu",
                  .summary = "the rectifier with a learned slope on the negative side",
                  .formula = "f(x) = x if x > 0, else slope * x",
                  .derivative = "f'(x) = 1 if x > 0, else slope; df/dslope = min(0, x)",
                  .range = "all numbers if slope > 0",
                  .pitfall = "Weight decay applies to weights only: it would pull the slope towards 0, which is relu.",
                  .source = "He, Zhang, Ren and Sun, Delving Deep into Rectifiers, 2015",
                  .parameters = {{"slope", 0.25, -1e3, 1e3, "initial slope on the negative side"}, PER},
                  .parameter_count = 2},
        .initializer = "he_uniform",
        .learned = {one, start_with_first, "slope"},
    },
    {
        .entry = {.name = "swish",
                  .summary = "x times a sigmoid of learned steepness",
                  .formula = "f(x) = x s, s = 1 / (1 + exp(-beta x))",
                  .derivative = "f'(x) = s + beta x s (1 - s); df/dbeta = x^2 s (1 - s)",
                  .range = "[-0.28 / beta, inf) if beta > 0",
                  .pitfall = "Linear at beta = 0: x / 2. Starts as silu.",
                  .source = "Ramachandran, Zoph and Le, Searching for Activation Functions, 2017",
                  .parameters = {{"beta", 1, -1e3, 1e3, "initial steepness"}, PER},
                  .parameter_count = 2},
        .initializer = "he_uniform",
        .learned = {one, start_with_first, "beta"},
    },
    {
        .entry = {.name = "scaled_sigmoid",
                  .summary = "a sigmoid of learned height and steepness",
                  .formula = "f(x) = gain / (1 + exp(-slope x))",
                  .derivative =
                      "f'(x) = gain slope s (1 - s), s = f(x) / gain; df/dgain = s; df/dslope = gain x s (1 - s)",
                  .range = "(0, gain)",
                  .pitfall = "The scale of gain and slope is not determined: the weights after and before the layer "
                             "can compensate it.",
                  .source = "Chen and Chang, A feedforward neural network with function shape autotuning, 1996",
                  .parameters = {{"gain", 1, -1e3, 1e3, "initial height"},
                                 {"slope", 1, -1e3, 1e3, "initial steepness"},
                                 PER},
                  .parameter_count = 3},
        .initializer = "glorot_uniform",
        .bounds_of = sigmoid_bounds,
        .learned = {two, start_with_two, "gain, slope"},
    },
    {
        .entry = {.name = "scaled_tanh",
                  .summary = "a tanh of learned height and steepness",
                  .formula = "f(x) = gain tanh(slope x)",
                  .derivative =
                      "f'(x) = gain slope (1 - t^2), t = tanh(slope x); df/dgain = t; df/dslope = gain x (1 - t^2)",
                  .range = "(-gain, gain)",
                  .pitfall = "With gain 1.7159 and slope 2/3 it starts as lecun_tanh. The weights after and before the "
                             "layer can compensate the scale of gain and slope.",
                  .source = "Chen and Chang, A feedforward neural network with function shape autotuning, 1996",
                  .parameters = {{"gain", 1, -1e3, 1e3, "initial height"},
                                 {"slope", 1, -1e3, 1e3, "initial steepness"},
                                 PER},
                  .parameter_count = 3},
        .initializer = "glorot_uniform",
        .bounds_of = tanh_bounds,
        .learned = {two, start_with_two, "gain, slope"},
    },
    {
        .entry = {.name = "snake",
                  .summary = "a line plus a wave of learned frequency, for periodic signals with a trend",
                  .formula = "f(x) = x + sin(a x)^2 / a",
                  .derivative = "f'(x) = 1 + sin(2 a x); df/da = (x sin(2 a x) - sin(a x)^2 / a) / a",
                  .range = "all numbers",
                  .pitfall = "At a = 0 it is x. Never decreases, but the derivative is 0 once per period. Beyond |a x| "
                             "= 2^20 the wave is left out.",
                  .source =
                      "Ziyin, Hartwig and Ueda, Neural Networks Fail to Learn Periodic Functions and How to Fix It, "
                      "2020",
                  .parameters = {{"a", 1, -1e3, 1e3, "initial frequency"}, PER},
                  .parameter_count = 2},
        .initializer = "he_uniform",
        .learned = {one, start_with_first, "a"},
    },
    {
        .entry = {.name = "pelu",
                  .summary = "an elu with learned slopes and limit",
                  .formula = "f(x) = a x / b if x > 0, else a (exp(x / b) - 1)",
                  .derivative = "f'(x) = a / b if x > 0, else (a / b) exp(x / b); df/da = f / a; df/db = -x f'(x) / b",
                  .range = "(-a, inf) for a > 0",
                  .pitfall = "b is clamped to at least 0.1, and its gradient is 0 when clamped. Starts as elu.",
                  .source = "Trottier, Giguere and Chaib-draa, Parametric Exponential Linear Unit, 2016",
                  .parameters = {{"a", 1, -1e3, 1e3, "initial a; the limit for x to -inf is -a"},
                                 {"b", 1, 0.1, 1e3, "initial width of the bend"},
                                 PER},
                  .parameter_count = 3},
        .initializer = "he_uniform",
        .bounds_of = pelu_bounds,
        .learned = {two, start_with_two, "a, b"},
    },
    {
        .entry = {.name = "piecewise_linear",
                  .summary = "linear interpolation between knots, with learned heights and outer slopes",
                  .formula =
                      "f(t_k) = h_k, linear between the knots t_k; slope l left of -range, slope r right of range",
                  .derivative = "f'(x) = the slope of the line; df/dh_k = max(0, 1 - |x - t_k| / (range / knots))",
                  .range = "all numbers",
                  .pitfall = "Only inputs near a knot change its height: keep inputs within the range.",
                  .source = "Agostinelli, Hoffman, Sadowski and Baldi, Learning Activation Functions to Improve Deep "
                            "Neural Networks, 2014",
                  .parameters = {{"knots", 4, 1, 6, "knots on each side of the knot at 0"},
                                 {"range", 3, 1e-3, 1e3, "position of the outermost knots"},
                                 {"slope", 0, -1e3, 1e3, "initial slope left of 0; right of 0 it is 1"},
                                 PER},
                  .parameter_count = 4},
        .initializer = "he_uniform",
        .learned = {line_count, start_lines, "heights h_0, h_1, ..., then slopes l, r"},
    },
    {
        .entry = {.name = "rational",
                  .summary = "a quotient of polynomials with learned coefficients",
                  .formula = "f(x) = (a_0 + a_1 x + ... + a_5 x^5) / (1 + |b_1 x + ... + b_4 x^4|)",
                  .derivative =
                      "f'(x) = (P' - f Q') / Q; df/da_k = x^k / Q; df/db_k = -f sign(B) x^k / Q, B = b_1 x + ...",
                  .range = "all numbers",
                  .pitfall = "Powers of large inputs cause large gradients: use a small learning rate and inputs of "
                             "variance 1. Starts as softsign. Beyond |x| = 2^20 it is constant.",
                  .source = "Molina, Schramowski and Kersting, Pade Activation Units, 2019, the safe form",
                  .parameters = {PER},
                  .parameter_count = 1},
        .initializer = "glorot_uniform",
        .learned = {rational_count, start_rational, "a_0 ... a_5, b_1 ... b_4"},
    },
    {
        .entry = {.name = "mixture",
                  .summary = "a weighted mean of other activations, with learned weights",
                  .formula = "f(x) = sum of p_k f_k(x), p = softmax(theta)",
                  .derivative = "f'(x) = sum of p_k f_k'(x); df/dtheta_k = p_k (f_k(x) - f(x))",
                  .range = "within the ranges of its parts",
                  .pitfall = "The parts have their default arguments. Starts as their arithmetic mean.",
                  .source = "Manessi and Rozza, Learning Combinations of Activation Functions, 2018",
                  .parameters = {{"first", PART_IDENTITY, 0, LAST_PART, "an activation", part_word},
                                 {"second", PART_TANH, 0, NO_PART, "an activation, or none", part_or_none},
                                 {"third", PART_RELU, 0, NO_PART, "an activation, or none", part_or_none},
                                 {"fourth", NO_PART, 0, NO_PART, "an activation, or none", part_or_none},
                                 PER},
                  .parameter_count = 5},
        .initializer = "glorot_uniform",
        .bounds_of = mixture_bounds,
        .learned = {part_count, start_shares, "logarithms of the weights p_k, up to a constant",
                    .parts = GML_MAX_PARTS},
    },
    {
        .entry = {.name = "mix",
                  .summary = "an activation mixed with the identity, with a learned share for each unit",
                  .formula = "y = x + a (f(x) - x)",
                  .derivative = "dy/dx = 1 + a (f'(x) - 1); dy/da = f(x) - x",
                  .range = "all numbers",
                  .pitfall = "f has its default argument. Starts as f; a = 0 is the identity. RealMLP trains a at a "
                             "tenth of the learning rate: groups=activations(rate=0.1).",
                  .source = "Holzmueller, Grinsztajn and Steinwart, Better by Default, 2024: the parametric activation "
                            "of RealMLP",
                  .parameters = {{"f", PART_SELU, 0, LAST_PART, "an activation", part_word},
                                 {"a", 1, -1e3, 1e3, "initial share of f"},
                                 PER_INITIALLY(PER_UNIT)},
                  .parameter_count = 3},
        .initializer = "lecun_normal",
        .bounds_of = mix_bounds,
        .learned = {one, start_share, "a", .parts = 1},
    },
};

const gml_entry *gml_trainable_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

const gml_entry *gml_any_activation_entry(size_t index)
{
    size_t fixed = 0;
    while (gml_activation_entry(fixed) != NULL) {
        fixed++;
    }
    return index < fixed ? gml_activation_entry(index) : gml_trainable_entry(index - fixed);
}

gml_theta gml_activation_theta(const gml_call *call, size_t units)
{
    const gml_activation_row *row = gml_call_row(call);
    if (row->learned.count == NULL) {
        return (gml_theta){.count = 0};
    }
    bool shared = gml_call_value(call, "per", PER_LAYER) == PER_LAYER;
    return (gml_theta){.count = row->learned.count(call->values), .units = shared ? 1 : units};
}

void gml_activation_find_parts(const gml_call *call, const gml_kernels *kernels, gml_theta *theta)
{
    const gml_activation_row *row = gml_call_row(call);
    size_t count = 0;
    for (size_t i = 0; i < row->learned.parts; i++) {
        if (call->values[i] < NO_PART) {
            const char *name = gml_activation_row_at((size_t)call->values[i])->entry.name;
            theta->parts[count++] = gml_kernels_activation(kernels, name);
        }
    }
}

void gml_activation_start(const gml_call *call, const gml_kernels *kernels, gml_theta shape, void *theta)
{
    const gml_activation_row *row = gml_call_row(call);
    double start[GML_MAX_THETA];
    row->learned.start(call->values, start);
    for (size_t k = 0; k < shape.count; k++) {
        void *values = (char *)theta + k * shape.units * kernels->size;
        kernels->random->fill_uniform(
            &(gml_fill_call){.count = shape.units, .target = values, .a = start[k], .b = start[k]});
    }
}
