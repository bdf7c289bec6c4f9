/* cli/chart/learned_chart.c - makes charts of trained activations. */
#include "cli/chart/learned_chart.h"

#include <math.h>

gml_status learned_chart_fill(const gml_network *network, size_t layer, size_t units, learned_chart *made)
{
    static const double lowest = -4, highest = 6; /* of the axis; a polynomial may leave it */
    const size_t count = units < LEARNED_MOST ? units : LEARNED_MOST;
    double slope[ACTIVATION_POINTS];
    gml_status status = GML_OK;
    made->chart = (chart){.x = chart_axis_of("x"),
                          .y = chart_axis_of("f(x)"),
                          .curves = made->curves,
                          .count = count + 1,
                          .mark = {.x = NAN}};
    for (size_t i = 0; i < ACTIVATION_POINTS; i++) {
        made->x[i] = activation_argument(i);
    }
    for (size_t k = 0; status == GML_OK && k <= count; k++) {
        status = sample_activation(network, layer, k == 0 ? SIZE_MAX : (k - 1) * units / count, made->y[k], slope);
        made->curves[k] = (chart_curve){.name = k == 0   ? "at first"
                                                : k == 1 ? "learned"
                                                         : NULL,
                                        .x = made->x,
                                        .y = made->y[k],
                                        .count = ACTIVATION_POINTS,
                                        .mark = k == 0 ? '.' : '*',
                                        .class = k == 0 ? "axis" : "value",
                                        .width = k == 0      ? -1.5
                                                 : count > 1 ? 1
                                                             : 2.2};
        chart_cover(&made->chart.y, made->y[k], ACTIVATION_POINTS);
    }
    chart_cover(&made->chart.x, made->x, ACTIVATION_POINTS);
    made->chart.y.low = fmax(made->chart.y.low, lowest);
    made->chart.y.high = fmin(made->chart.y.high, highest);
    if (!(made->chart.y.low < made->chart.y.high)) {
        made->chart.y.low = lowest;
        made->chart.y.high = highest;
    }
    chart_settle(&made->chart.x, false, 0);
    chart_settle(&made->chart.y, false, 0.05);
    return status;
}
