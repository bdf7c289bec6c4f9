/* optimizer/full_batch.c - the rows of the table of optimizers that take the whole data set at each step. The methods
 * themselves are in method, under the same names. */
#include "optimizer/scalars.h"

static const gml_optimizer_row rows[] = {
    {
        .entry = {.name = "lbfgs",
                  .summary = "a quasi-Newton step on the whole data set, its length found along a line",
                  .formula = "d = -H g, H from the last `history` steps and changes of the gradient; w += a d, a such "
                             "that f(w + a d) <= f(w) + 0.0001 a d'g(w) and |d'g(w + a d)| <= 0.9 |d'g(w)|",
                  .derivative = "",
                  .pitfall = "An epoch is one step, and every trial of a length costs a pass over all of the data. For "
                             "losses that depend on weights and data alone: no dropout, noise or batchnorm.",
                  .source =
                      "Nocedal and Wright, Numerical Optimization, 2nd edition, 2006: algorithms 7.4 and 7.5, 3.5 "
                      "and 3.6",
                  .parameters = {{"lr", 1, GML_ABOVE_0, GML_MAX_RATE, "the length that is tried first"},
                                 {"history", 10, 1, 1000, "steps that are remembered"},
                                 {"tolerance", 1e-8, 0, 1e6, "the fit ends where the gradient's norm is no greater"},
                                 {"max_evaluations", 20, 1, 1000, "lengths tried, at most, a step"}},
                  .parameter_count = 4},
        .full_batch = true,
        .prepare = gml_prepare_sgd,
    },
    {
        .entry = {.name = "levenberg_marquardt",
                  .summary =
                      "between a Gauss-Newton step and one down the gradient, by what has worked; for small nets",
                  .formula =
                      "w -= lr (J'J + m I)^-1 J'e, e the errors of all samples and outputs, J their derivatives; "
                      "sum e^2 falls: m = down m; else back, m = up m, and again",
                  .derivative = "",
                  .pitfall = "For mean_squared_error. An epoch is one step; it takes parameters^2 of memory and "
                             "parameters^3 of time. Computed in double, also for a network in float.",
                  .source = "Hagan and Menhaj, Training Feedforward Networks with the Marquardt Algorithm, 1994; "
                            "damping as MATLAB's trainlm has it",
                  .parameters = {{"lr", 1, GML_ABOVE_0, GML_MAX_RATE, "share of the step that is taken"},
                                 {"damping", 1e-3, GML_ABOVE_0, 1e100, "m at first"},
                                 {"up", 10, 1 + 1e-6, 1e6, "factor of m after a step that failed"},
                                 {"down", 0.1, GML_ABOVE_0, GML_BELOW_1, "factor of m after one that did not"},
                                 {"max_damping", 1e10, GML_ABOVE_0, 1e100, "the fit ends where m would be greater"},
                                 {"tolerance", 1e-10, 0, 1e6, "the fit ends where the gradient's norm is no greater"},
                                 {"memory", 1024, GML_ABOVE_0, 1e9, "megabytes that its two matrices may take"}},
                  .parameter_count = 7},
        .full_batch = true,
        .prepare = gml_prepare_sgd,
    },
};

const gml_optimizer_row *gml_full_batch_optimizer_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}
