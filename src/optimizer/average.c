/* optimizer/average.c - the table of averages of the weights. */
#include "optimizer/average.h"

#include <math.h>

#include "gemmule/optimizer.h"
#include "optimizer/schedule.h"

/* p: decay, ramp. The average starts as the weights. */
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
                  .summary = "exponential moving average of the weights",
                  .formula = "a = decay a + (1 - decay) w after each step, initially a = w; with ramp, decay is at "
                             "most (1 + n) / (10 + n) after n steps",
                  .derivative = "",
                  .pitfall = "Averages over about 1 / (1 - decay) steps: use a smaller decay for a short fit.",
                  .source = "Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992; as "
                            "torch.optim.swa_utils; the ramp as TensorFlow's ExponentialMovingAverage",
                  .parameters = {{"decay", 0.999, 0, GML_BELOW_1, "weight of the previous average"},
                                 {"ramp", 1, 0, 1, "start with a smaller decay", gml_no_or_yes},
                                 {"start", 0, 0, 1e15,
                                  "start of averaging: a fraction of the fit if below 1, else a step"}},
                  .parameter_count = 3},
        .share = ema_share,
    },
    {
        .entry =
            {.name = "swa",
             .summary = "arithmetic mean of the weights over the end of a fit",
             .formula = "a = a + (w - a) / n for the n-th weights that are averaged, from start on",
             .derivative = "",
             .pitfall =
                 "For constant high or cyclic rates: with a rate that decays to 0 the last weights are nearly equal.",
             .source = "Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization, 2018",
             .parameters = {{"start", 0.75, 0, 1e15,
                             "start of averaging: a fraction of the fit if below 1, else a step"},
                            {"every", 1, 1, 1e15, "interval between averaged weights, in steps"}},
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
