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

/* Lengths: whole numbers up to there are exact in double. */
#define LONGEST 1e15

/* Arguments that rows have in common. */
#define WARMUP                                                                                                         \
    {                                                                                                                  \
        "warmup", 0, 0, LONGEST, "length of the linear rise to the full rate; 0: none"                                 \
    }
#define BY                                                                                                             \
    {                                                                                                                  \
        "by", 0, 0, 1, "what lengths count and when the rate changes", step_or_epoch                                   \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        "end", 0, 0, 1, "the final rate, as a share of the base rate"                                                  \
    }
#define LENGTH                                                                                                         \
    {                                                                                                                  \
        "length", 0, 0, LONGEST, "how long it takes; 0: what is left of the fit"                                       \
    }
#define RESTARTS                                                                                                       \
    {                                                                                                                  \
        "restarts", 0, 0, 1, "at the end: start again, or stay there", gml_no_or_yes                                   \
    }
#define GROWTH                                                                                                         \
    {                                                                                                                  \
        "growth", 1, 1, 100, "each start's length over the last one's"                                                 \
    }

static const gml_schedule_row rows[] = {
    {
        .entry = {.name = "constant",
                  .summary = "the same rate throughout",
                  .formula = "rate = base",
                  .derivative = "",
                  .pitfall = "The noise of small batches keeps the loss from settling; most fits end better with a "
                             "rate that falls.",
                  .source = "Robbins and Monro, A Stochastic Approximation Method, 1951, show what convergence asks of "
                            "rates",
                  .parameters = {WARMUP, BY},
                  .parameter_count = 2},
        .factor = constant,
    },
    {
        .entry = {.name = "step",
                  .summary = "a fall by a factor, again and again",
                  .formula = "rate = base factor^floor(t / every)",
                  .derivative = "",
                  .pitfall = "Loss and rate fall in stairs: what an epoch in between shows says little of the end.",
                  .source = "as PyTorch's StepLR",
                  .parameters = {{"every", 0.3, GML_ABOVE_0, LONGEST, "length of a stair"},
                                 {"factor", 0.1, GML_ABOVE_0, 1, "of each fall"},
                                 WARMUP,
                                 BY},
                  .parameter_count = 4},
        .factor = step,
    },
    {
        .entry = {.name = "multi_step",
                  .summary = "a fall by a factor at up to four times",
                  .formula = "rate = base factor^(milestones that are at or before t)",
                  .derivative = "",
                  .pitfall = "A milestone of 0 is left out.",
                  .source = "as PyTorch's MultiStepLR; the defaults: He et al., Deep Residual Learning for Image "
                            "Recognition, 2016",
                  .parameters = {{"first", 0.5, 0, LONGEST, "a milestone, as a length; 0: none"},
                                 {"second", 0.75, 0, LONGEST, "another"},
                                 {"third", 0, 0, LONGEST, "another"},
                                 {"fourth", 0, 0, LONGEST, "another"},
                                 {"factor", 0.1, GML_ABOVE_0, 1, "of each fall"},
                                 WARMUP,
                                 BY},
                  .parameter_count = 7},
        .factor = multi_step,
    },
    {
        .entry = {.name = "exponential",
                  .summary = "a steady fall, each step by the same factor",
                  .formula = "rate = base decay^(t / length)",
                  .derivative = "",
                  .pitfall = "decay is what a whole length does: PyTorch's ExponentialLR is length=1.",
                  .source = "as PyTorch's ExponentialLR",
                  .parameters = {{"decay", 0.1, GML_ABOVE_0, 1, "factor over each length"}, LENGTH, WARMUP, BY},
                  .parameter_count = 4},
        .factor = exponential,
    },
    {
        .entry =
            {.name = "polynomial",
             .summary = "a fall along a power",
             .formula = "rate = base (end + (1 - end) (1 - t / length)^power)",
             .derivative = "",
             .pitfall = "With end 0 the last steps do next to nothing.",
             .source = "as PyTorch's PolynomialLR",
             .parameters =
                 {{"power", 2, GML_ABOVE_0, 100, "1 is a straight line"}, END, LENGTH, RESTARTS, GROWTH, WARMUP, BY},
             .parameter_count = 7},
        .factor = polynomial,
    },
    {
        .entry = {.name = "linear",
                  .summary = "a fall in a straight line",
                  .formula = "rate = base (1 - (1 - end) t / length)",
                  .derivative = "",
                  .pitfall = "With end 0 the last steps do next to nothing.",
                  .source = "as PyTorch's LinearLR",
                  .parameters = {END, LENGTH, RESTARTS, GROWTH, WARMUP, BY},
                  .parameter_count = 6},
        .factor = linear,
    },
    {
        .entry = {.name = "cosine",
                  .summary = "a fall along half a cosine, with restarts if wanted",
                  .formula = "rate = base (end + (1 - end) (1 + cos(pi t / length)) / 2)",
                  .derivative = "",
                  .pitfall = "After a restart the loss is worse for a while: let the fit end where a fall does.",
                  .source = "Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017",
                  .parameters = {END, LENGTH, RESTARTS, GROWTH, WARMUP, BY},
                  .parameter_count = 6},
        .factor = cosine,
    },
    {
        .entry = {.name = "one_cycle",
                  .summary = "up to the base rate, and down far below where it began",
                  .formula = "rate = from base / start_divisor up to base at t = rise - 1, then down to base / "
                             "(start_divisor end_divisor) at the last step, along cosines or lines",
                  .derivative = "",
                  .pitfall = "The base rate is the peak: choose it higher than for a constant rate. The momentum is "
                             "not cycled.",
                  .source = "Smith and Topin, Super-Convergence, 2018, as PyTorch's OneCycleLR",
                  .parameters = {{"rise", 0.3, GML_ABOVE_0, LONGEST, "length of the rise"},
                                 {"start_divisor", 25, 1, 1e9, "the base rate over the first"},
                                 {"end_divisor", 1e4, 1, 1e12, "the first rate over the last"},
                                 {"shape", 0, 0, 1, "of the rise and the fall", cosine_or_linear},
                                 BY},
                  .parameter_count = 5},
        .factor = one_cycle,
    },
    {
        .entry = {.name = "inverse_sqrt",
                  .summary = "a fall with the root of the steps",
                  .formula = "rate = base / sqrt(1 + t / length)",
                  .derivative = "",
                  .pitfall = "It does not know where the fit ends, and does not end low.",
                  .source = "Vaswani et al., Attention Is All You Need, 2017, with warmup + 1 for its warmup_steps",
                  .parameters = {{"length", 0, 0, LONGEST, "until the rate is 1 / sqrt(2); 0: warmup + 1 steps"},
                                 WARMUP,
                                 BY},
                  .parameter_count = 3},
        .factor = inverse_sqrt,
    },
    {
        .entry = {.name = "reduce_on_plateau",
                  .summary = "a fall by a factor when the loss falls no longer",
                  .formula = "better: loss < best (1 - threshold); after more than `patience` epochs in a row that are "
                             "not: rate = max(factor rate, end base), and for `cooldown` epochs none is counted",
                  .derivative = "",
                  .pitfall = "It follows the validation loss, without validation data that of training. For losses "
                             "above 0.",
                  .source = "as PyTorch's ReduceLROnPlateau",
                  .parameters = {{"factor", 0.1, GML_ABOVE_0, GML_BELOW_1, "of each fall"},
                                 {"patience", 10, 0, LONGEST, "epochs that may be no better"},
                                 {"threshold", 1e-4, 0, GML_BELOW_1, "share of the best loss that counts as better"},
                                 {"cooldown", 0, 0, LONGEST, "epochs after a fall that are not counted"},
                                 {"end", 0, 0, 1, "the least rate, as a share of the base rate"},
                                 WARMUP},
                  .parameter_count = 6},
        .factor = constant,
        .follows_loss = true,
    },
};

const gml_entry *gml_schedule_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}
