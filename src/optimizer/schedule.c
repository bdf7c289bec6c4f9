/* optimizer/schedule.c - the table of schedules of the learning rate, and the formula of each. */
#include "optimizer/schedule.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* ---- lengths ---- */

double gml_schedule_length(double length, double whole)
{
    return round(length < 1 ? length * whole : length);
}

/* A length of at least 1, for use as a divisor; 0 stands for `whole`. */
static double span_of(double length, double whole)
{
    return length == 0 ? whole : fmax(gml_schedule_length(length, whole), 1);
}

/* t as a share of the length, from 0 to 1; 1 if the length is 0. */
static double share_of(double t, double length)
{
    return length > 0 ? fmin(t / length, 1) : 1;
}

/* The start of cycle n, where each cycle is `growth` times as long as the one before. */
static double begin_of(double n, double first, double growth)
{
    return growth > 1 ? first * (pow(growth, n) - 1) / (growth - 1) : n * first;
}

/* t as a share of its cycle. The logarithm finds the cycle up to rounding; two comparisons correct it. */
static double cycle_share(double t, double first, double growth)
{
    double n = growth > 1 ? floor(log1p(t / first * (growth - 1)) / log(growth)) : floor(t / first);
    n += begin_of(n + 1, first, growth) <= t;
    n -= begin_of(n, first, growth) > t;
    return share_of(t - begin_of(n, first, growth), first * pow(growth, n));
}

/* ---- formulas ---- */

static double constant(const gml_schedule *schedule, double t, double whole)
{
    (void)schedule, (void)t, (void)whole;
    return 1;
}

static double step(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return pow(p[1], floor(t / span_of(p[0], whole)));
}

static double multi_step(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    double factor = 1;
    for (size_t i = 0; i < 4; i++) {
        if (p[i] > 0 && gml_schedule_length(p[i], whole) <= t) {
            factor *= p[4];
        }
    }
    return factor;
}

static double exponential(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return pow(p[0], t / span_of(p[1], whole));
}

/* p: end, length, restarts, growth */
static double decay_share(const double *p, double t, double whole)
{
    double length = span_of(p[1], whole);
    return p[2] != 0 ? cycle_share(t, length, p[3]) : share_of(t, length);
}

static double polynomial(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return p[1] + (1 - p[1]) * pow(1 - decay_share(p + 1, t, whole), p[0]);
}

static double linear(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return p[0] + (1 - p[0]) * (1 - decay_share(p, t, whole));
}

/* Falls from 1 to 0. */
static double half_cosine(double share)
{
    return (1 + cos(pi * share)) / 2;
}

static double cosine(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return p[0] + (1 - p[0]) * half_cosine(decay_share(p, t, whole));
}

/* p: cycles. The logarithm makes each cycle twice as long as the one before. Time is taken at the middle of a step: a
 * rate of 0 at the first one would be convergence to a full-batch optimizer. */
static double coslog(const gml_schedule *schedule, double t, double whole)
{
    const double cycles = schedule->call.values[0];
    return (1 - cos(2 * pi * log2(1 + (exp2(cycles) - 1) * share_of(t + 0.5, whole)))) / 2;
}

/* p: flat, end */
static double flat_cosine(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    const double flat = gml_schedule_length(p[0], whole);
    return t < flat ? 1 : p[1] + (1 - p[1]) * half_cosine(share_of(t - flat, whole - flat));
}

/* The peak is at the last step of the rise, the end at the last step of the fit. */
static double one_cycle(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    double start = 1 / p[1], end = start / p[2];
    double rise = (p[0] < 1 ? p[0] * whole : fmin(p[0], whole)) - 1;
    bool rises = t < rise;
    double left = rises ? 1 - share_of(t, rise) : share_of(t - rise, whole - 1 - rise);
    double low = rises ? start : end;
    return low + (1 - low) * (p[3] == 0 ? half_cosine(left) : 1 - left);
}

static double inverse_sqrt(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    double length = p[0] == 0 ? schedule->warmup + 1 : span_of(p[0], whole);
    return 1 / sqrt(1 + t / length);
}

/* ---- the rows ---- */

static const char *step_or_epoch(size_t index)
{
    static const char *const words[] = {"step", "epoch"};
    return index < 2 ? words[index] : NULL;
}

static const char *cosine_or_linear(size_t index)
{
    static const char *const words[] = {"cosine", "linear"};
    return index < 2 ? words[index] : NULL;
}

/* Integers up to this length are exact in double. */
#define LONGEST 1e15

/* Arguments shared by several rows. */
#define WARMUP                                                                                                         \
    {                                                                                                                  \
        "warmup", 0, 0, LONGEST, "length of the linear warmup; 0: none"                                                \
    }
#define BY                                                                                                             \
    {                                                                                                                  \
        "by", 0, 0, 1, "unit of lengths, and how often the rate changes", step_or_epoch                                \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        "end", 0, 0, 1, "final rate, as a fraction of the base rate"                                                   \
    }
#define LENGTH                                                                                                         \
    {                                                                                                                  \
        "length", 0, 0, LONGEST, "length of the decay, or of the first cycle; 0: the rest of the fit"                  \
    }
#define RESTARTS                                                                                                       \
    {                                                                                                                  \
        "restarts", 0, 0, 1, "restart from the base rate at the end of each cycle", gml_no_or_yes                      \
    }
#define GROWTH                                                                                                         \
    {                                                                                                                  \
        "growth", 1, 1, 100, "length of each cycle relative to the previous one"                                       \
    }

static const gml_schedule_row rows[] = {
    {
        .entry =
            {.name = "constant",
             .summary = "the same rate throughout",
             .formula = "rate = base",
             .derivative = "",
             .pitfall = "The noise of small batches keeps the loss from settling; most fits end better with a "
                        "decreasing rate.",
             .source =
                 "Robbins and Monro, A Stochastic Approximation Method, 1951: the conditions on rates for convergence",
             .parameters = {WARMUP, BY},
             .parameter_count = 2},
        .factor = constant,
    },
    {
        .entry = {.name = "step",
                  .summary = "multiplies the rate by a factor at regular intervals",
                  .formula = "rate = base factor^floor(t / every)",
                  .derivative = "",
                  .pitfall = "The loss drops after each decrease of the rate: its values in between say little about "
                             "the final loss.",
                  .source = "as PyTorch's StepLR",
                  .parameters = {{"every", 0.3, GML_ABOVE_0, LONGEST, "interval between decreases"},
                                 {"factor", 0.1, GML_ABOVE_0, 1, "factor of each decrease"},
                                 WARMUP,
                                 BY},
                  .parameter_count = 4},
        .factor = step,
    },
    {
        .entry = {.name = "multi_step",
                  .summary = "multiplies the rate by a factor at up to four milestones",
                  .formula = "rate = base factor^(number of milestones <= t)",
                  .derivative = "",
                  .pitfall = "A milestone of 0 is ignored.",
                  .source = "as PyTorch's MultiStepLR; the defaults: He et al., Deep Residual Learning for Image "
                            "Recognition, 2016",
                  .parameters = {{"first", 0.5, 0, LONGEST, "a milestone, as a length from the start; 0: none"},
                                 {"second", 0.75, 0, LONGEST, "another milestone; 0: none"},
                                 {"third", 0, 0, LONGEST, "another milestone; 0: none"},
                                 {"fourth", 0, 0, LONGEST, "another milestone; 0: none"},
                                 {"factor", 0.1, GML_ABOVE_0, 1, "factor of each decrease"},
                                 WARMUP,
                                 BY},
                  .parameter_count = 7},
        .factor = multi_step,
    },
    {
        .entry = {.name = "exponential",
                  .summary = "exponential decay: the same factor for each step or epoch",
                  .formula = "rate = base decay^(t / length)",
                  .derivative = "",
                  .pitfall = "decay is the factor over a whole length: PyTorch's ExponentialLR is length=1.",
                  .source = "as PyTorch's ExponentialLR",
                  .parameters = {{"decay", 0.1, GML_ABOVE_0, 1, "factor over one length"}, LENGTH, WARMUP, BY},
                  .parameter_count = 4},
        .factor = exponential,
    },
    {
        .entry =
            {.name = "polynomial",
             .summary = "polynomial decay",
             .formula = "rate = base (end + (1 - end) (1 - t / length)^power)",
             .derivative = "",
             .pitfall = "With end=0 the last steps change the weights very little.",
             .source = "as PyTorch's PolynomialLR",
             .parameters =
                 {{"power", 2, GML_ABOVE_0, 100, "1 is a straight line"}, END, LENGTH, RESTARTS, GROWTH, WARMUP, BY},
             .parameter_count = 7},
        .factor = polynomial,
    },
    {
        .entry = {.name = "linear",
                  .summary = "linear decay",
                  .formula = "rate = base (1 - (1 - end) t / length)",
                  .derivative = "",
                  .pitfall = "With end=0 the last steps change the weights very little.",
                  .source = "as PyTorch's LinearLR",
                  .parameters = {END, LENGTH, RESTARTS, GROWTH, WARMUP, BY},
                  .parameter_count = 6},
        .factor = linear,
    },
    {
        .entry = {.name = "cosine",
                  .summary = "decay along half a cosine, with optional restarts",
                  .formula = "rate = base (end + (1 - end) (1 + cos(pi t / length)) / 2)",
                  .derivative = "",
                  .pitfall = "The loss is worse for a while after a restart: end the fit at the end of a cycle.",
                  .source = "Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017",
                  .parameters = {END, LENGTH, RESTARTS, GROWTH, WARMUP, BY},
                  .parameter_count = 6},
        .factor = cosine,
    },
    {
        .entry = {.name = "one_cycle",
                  .summary = "rises to the base rate, then decreases far below the initial rate",
                  .formula = "rate rises from base / start_divisor to base at t = rise - 1, then falls to base / "
                             "(start_divisor end_divisor) at the last step, along cosines or lines",
                  .derivative = "",
                  .pitfall = "The base rate is the peak: choose it higher than for a constant rate. The momentum is "
                             "not cycled.",
                  .source = "Smith and Topin, Super-Convergence, 2018, as PyTorch's OneCycleLR",
                  .parameters = {{"rise", 0.3, GML_ABOVE_0, LONGEST, "length of the rise"},
                                 {"start_divisor", 25, 1, 1e9, "base rate / initial rate"},
                                 {"end_divisor", 1e4, 1, 1e12, "initial rate / final rate"},
                                 {"shape", 0, 0, 1, "shape of the rise and the decay", cosine_or_linear},
                                 BY},
                  .parameter_count = 5},
        .factor = one_cycle,
    },
    {
        .entry = {.name = "coslog",
                  .summary = "cosine cycles from 0 to the base rate and back, each twice as long as the one before",
                  .formula = "rate = base (1 - cos(2 pi log2(1 + (2^cycles - 1) (t + 1/2) / whole))) / 2",
                  .derivative = "",
                  .pitfall =
                      "The rate is near 0 at the start and between cycles: the best epochs are those at the ends of "
                      "cycles.",
                  .source = "Holzmueller, Grinsztajn and Steinwart, Better by Default, 2024",
                  .parameters = {{"cycles", 4, 1, 16, "number of cycles; need not be whole"}, WARMUP, BY},
                  .parameter_count = 3},
        .factor = coslog,
    },
    {
        .entry = {.name = "flat_cosine",
                  .summary = "the base rate at first, then half a cosine wave down to the final rate",
                  .formula = "rate = base if t < flat, else end base + (1 - end) base (1 + cos(pi (t - flat) / (whole "
                             "- flat))) / 2",
                  .derivative = "",
                  .pitfall = "Most of the fit is at a high rate: its results come late.",
                  .source = "Holzmueller, Grinsztajn and Steinwart, Better by Default, 2024: dropout and decay of "
                            "RealMLP",
                  .parameters = {{"flat", 0.5, 0, LONGEST, "length of the constant part"}, END, WARMUP, BY},
                  .parameter_count = 4},
        .factor = flat_cosine,
    },
    {
        .entry = {.name = "inverse_sqrt",
                  .summary = "decay with the inverse root of t",
                  .formula = "rate = base / sqrt(1 + t / length)",
                  .derivative = "",
                  .pitfall = "Does not depend on the length of the fit: the final rate is not low.",
                  .source = "Vaswani et al., Attention Is All You Need, 2017, with warmup + 1 for its warmup_steps",
                  .parameters = {{"length", 0, 0, LONGEST, "t where the rate is base / sqrt(2); 0: warmup + 1 steps"},
                                 WARMUP,
                                 BY},
                  .parameter_count = 3},
        .factor = inverse_sqrt,
    },
    {
        .entry =
            {.name = "reduce_on_plateau",
             .summary = "multiplies the rate by a factor when the epochs' scores stop improving",
             .formula =
                 "an epoch is better if score < best - threshold |best|, or with a metric that rises, score > best + "
                 "threshold |best|; after more than `patience` epochs in a row that are not, rate = max(factor rate, "
                 "end base), and the next `cooldown` epochs are not counted",
             .derivative = "",
             .pitfall =
                 "The score is the metric of the fit on the validation data, by default the loss; without validation "
                 "data it is the training loss.",
             .source = "as PyTorch's ReduceLROnPlateau",
             .parameters = {{"factor", 0.1, GML_ABOVE_0, GML_BELOW_1, "factor of each decrease"},
                            {"patience", 10, 0, LONGEST, "number of epochs without improvement that are allowed"},
                            {"threshold", 1e-4, 0, GML_BELOW_1, "minimum improvement, as a fraction of the best score"},
                            {"cooldown", 0, 0, LONGEST, "epochs not counted after a decrease"},
                            {"end", 0, 0, 1, "minimum rate, as a fraction of the base rate"},
                            WARMUP},
             .parameter_count = 6},
        .factor = constant,
        .follows_scores = true,
    },
};

const gml_entry *gml_schedule_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}
