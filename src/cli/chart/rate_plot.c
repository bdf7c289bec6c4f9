/* cli/chart/rate_plot.c - the curve of a range test: rates on a logarithmic axis, losses on a linear one. */
#include "cli/chart/rate_plot.h"

#include <math.h>
#include <stdlib.h>

#include "cli/chart/chart.h"
#include "cli/chart/svg.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

enum { COLUMNS = 72, ROWS = 14, WIDTH = 420, HEIGHT = 280, LEFT = 50, RIGHT = 16, TOP = 44, BOTTOM = 28 };

/* The points of a range test as curves: losses, and their moving average. */
typedef struct rate_chart {
    double *rate, *loss, *smoothed; /* [points], one block of memory */
    chart_curve curves[2];
    chart picture;
} rate_chart;

/* The losses of the average. Where it diverges, it may be far above its start: the picture ends a little above that. */
static chart_axis loss_axis(const double *smoothed, size_t count)
{
    chart_axis axis = chart_axis_of("loss");
    chart_cover(&axis, smoothed, count);
    const double start = smoothed[0];
    axis.high = fmin(axis.high, start + (start - axis.low) + 0.1 * fabs(start));
    chart_settle(&axis, false, 0.05);
    return axis;
}

static int create_chart(const gml_rate_point *points, const gml_rate_result *result, rate_chart *of)
{
    const size_t count = result->points;
    double *values = malloc(3 * count * sizeof *values);
    if (values == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for the curve");
    }
    *of = (rate_chart){values, values + count, values + 2 * count, .picture = {.count = 2}};
    for (size_t i = 0; i < count; i++) {
        of->rate[i] = points[i].rate;
        of->loss[i] = points[i].loss;
        of->smoothed[i] = points[i].smoothed;
    }
    of->curves[0] = (chart_curve){"loss of a batch", of->rate, of->loss, count, '.', true, "grid", 1};
    of->curves[1] = (chart_curve){"moving average", of->rate, of->smoothed, count, '*', false, "value", 2.5};
    of->picture.curves = of->curves;
    of->picture.x = (chart_axis){.name = "rate", .log = true, .low = of->rate[0], .high = of->rate[count - 1]};
    of->picture.x.high = of->picture.x.high > of->picture.x.low ? of->picture.x.high : 10 * of->picture.x.low;
    of->picture.y = loss_axis(of->smoothed, count);
    of->picture.mark.x = result->rate > 0 ? result->rate : (double)NAN;
    snprintf(of->picture.mark.label, sizeof of->picture.mark.label, "%.3g", result->rate);
    return 0;
}

int print_rate_curve(FILE *stream, const gml_rate_point *points, const gml_rate_result *result)
{
    rate_chart of = {.rate = NULL};
    const int code = create_chart(points, result, &of);
    if (code == 0) {
        chart_print(stream, &of.picture, COLUMNS, ROWS);
        free(of.rate);
    }
    return code;
}

int draw_rate_curve(const char *path, const char *input, const gml_rate_point *points, const gml_rate_result *result)
{
    rate_chart of = {.rate = NULL};
    FILE *stream = output_open(path, input);
    if (stream == NULL) {
        return EXIT_CREATE;
    }
    const int code = create_chart(points, result, &of);
    if (code != 0) {
        output_discard(stream, path);
        return code;
    }
    svg_head(stream, WIDTH, HEIGHT, LEFT, "learning rate range test");
    svg_label(stream, "value-text", "end", WIDTH - RIGHT, 27, "loss");
    chart_draw(stream, &of.picture, (chart_box){LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM}, 1);
    fputs("</svg>\n", stream);
    free(of.rate);
    return output_close(stream, path);
}
