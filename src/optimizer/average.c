/* optimizer/average.c - the table of averages of the weights. */
#include "optimizer/average.h"

#include <math.h>

#include "gemmule/optimizer.h"
#include "optimizer/schedule.h"

/* p: decay, ramp. The first weights are taken whole. */
static double ema_share(const double *p, double age)
{
    double decay = p[1] != 0 ? fmin(p[0], (1 + age) / (10 + age)) : p[0];
    return age == 0 ? 1 : 1 - decay;
}

/* p: start, every */
static double swa_share(const double *p, double age)
{
    double every = round(p[1]), taken = age / every;
    return fmod(age, every) == 0 ? 1 / (taken + 1) : 0;
}

static const gml_average_row rows[] = {
    {
        .entry = {.name = "ema",
                  .summary = "an average in which older weights count less and less",
                  .formula = "a = decay a + (1 - decay) w after each step, at first a = w; with ramp, decay is at most "
                             "(1 + n) / (10 + n) after n steps",
                  .derivative = "",
                  .pitfall = "It looks back over about 1 / (1 - decay) steps: a short fit takes a smaller decay.",
                  .source = "Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992; as "
                            "torch.optim.swa_utils; the ramp as TensorFlow's ExponentialMovingAverage",
                  .parameters = {{"decay", 0.999, 0, GML_BELOW_1, "share of the average that is kept"},
                                 {"ramp", 1, 0, 1, "begin with a smaller decay", gml_no_or_yes},
                                 {"start", 0, 0, 1e15, "when it begins: below 1 a share of the fit, else a step"}},
                  .parameter_count = 3},
        .share = ema_share,
    },
    {
        .entry = {.name = "swa",
                  .summary = "the plain mean of the weights over the end of a fit",
                  .formula = "a = a + (w - a) / n for the n-th weights taken, from start on",
                  .derivative = "",
                  .pitfall = "Made for rates that stay high or cycle: with one that falls to 0 the last weights are "
                             "much the same.",
                  .source = "Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization, 2018",
                  .parameters = {{"start", 0.75, 0, 1e15, "when it begins: below 1 a share of the fit, else a step"},
                                 {"every", 1, 1, 1e15, "steps from one that is taken to the next"}},
                  .parameter_count = 2},
        .share = swa_share,
    },
};

const gml_entry *gml_average_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

size_t gml_average_start(const gml_call *call, size_t steps)
{
    return (size_t)gml_schedule_length(gml_call_value(call, "start", 0), (double)steps);
}
