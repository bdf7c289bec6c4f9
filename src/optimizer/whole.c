/* optimizer/whole.c - the rows of the table of optimizers that take the whole data set at each step. The methods
 * themselves are in train, under the same names. */
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
                  .parameters = {{"lr", 1, GML_ABOVE_0, 1e6, "the length that is tried first"},
                                 {"history", 10, 1, 1000, "steps that are remembered"},
                                 {"tolerance", 1e-8, 0, 1e6, "the fit ends where the gradient's norm is no greater"},
                                 {"max_evaluations", 20, 1, 1000, "lengths tried, at most, a step"}},
                  .parameter_count = 4},
        .whole = true,
        .prepare = gml_prepare_sgd,
    },
};

const gml_optimizer_row *gml_whole_optimizer_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}
