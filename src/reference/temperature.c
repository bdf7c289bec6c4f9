/* reference/temperature.c - cross-entropy at a temperature, and the best temperature by a grid. */
#include "reference/temperature.h"

#include <math.h>

static double minus_log_probability(const gml_reference_logits *of, size_t i, double temperature)
{
    const double *z = of->logits + i * of->outputs;
    double sum = 0;
    if (of->outputs == 1) {
        const double own = of->classes[i] == 1 ? z[0] : -z[0];
        return log(1 + exp(-own / temperature));
    }
    for (size_t j = 0; j < of->outputs; j++) {
        sum += exp((z[j] - z[of->classes[i]]) / temperature);
    }
    return log(sum);
}

double gml_reference_cross_entropy(const gml_reference_logits *of, double temperature)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < of->samples; i++) {
        sum += of->weights[i] * minus_log_probability(of, i, temperature);
        weight += of->weights[i];
    }
    return sum / weight;
}

double gml_reference_temperature(const gml_reference_logits *of, double least, double greatest)
{
    enum { POINTS = 200, GRIDS = 8 };
    double low = log(least), high = log(greatest), best = low;
    for (int grid = 0; grid < GRIDS; grid++) {
        const double step = (high - low) / POINTS;
        double found = INFINITY;
        for (int i = 0; i <= POINTS; i++) {
            const double at = low + i * step, loss = gml_reference_cross_entropy(of, exp(at));
            best = loss < found ? at : best;
            found = loss < found ? loss : found;
        }
        low = best - step > log(least) ? best - step : log(least);
        high = best + step < log(greatest) ? best + step : log(greatest);
    }
    return exp(best);
}
