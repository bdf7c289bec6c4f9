/* optimizer/schedule.c - the table of schedules of the learning rate. The formulas are in optimizer/schedule_rate.c. */
#include "optimizer/schedule.h"

static const char *step_or_epoch(size_t index)
{
    static const char *const words[] = {"step", "epoch"};
    return index < 2 ? words[index] : NULL;
}

static const char *no_or_yes(size_t index)
{
    static const char *const words[] = {"no", "yes"};
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
        "restarts", 0, 0, 1, "at the end: start again, or stay there", no_or_yes                                       \
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
        .warmup = 1,
        .by = 2,
        .factor = gml_schedule_constant,
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
        .warmup = 3,
        .by = 4,
        .factor = gml_schedule_step,
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
        .warmup = 6,
        .by = 7,
        .factor = gml_schedule_multi_step,
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
        .warmup = 3,
        .by = 4,
        .factor = gml_schedule_exponential,
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
        .warmup = 6,
        .by = 7,
        .factor = gml_schedule_polynomial,
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
        .warmup = 5,
        .by = 6,
        .factor = gml_schedule_linear,
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
        .warmup = 5,
        .by = 6,
        .factor = gml_schedule_cosine,
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
        .by = 5,
        .factor = gml_schedule_one_cycle,
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
        .warmup = 2,
        .by = 3,
        .factor = gml_schedule_inverse_sqrt,
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
        .warmup = 6,
        .factor = gml_schedule_constant,
        .follows_loss = true,
    },
};

const gml_schedule_row *gml_schedule_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const gml_entry *gml_schedule_entry(size_t index)
{
    const gml_schedule_row *row = gml_schedule_row_at(index);
    return row != NULL ? &row->entry : NULL;
}
