/* cli/page/health_chart.c - the small charts of the health of a layer. */
#include <math.h>

#include "cli/page/health.h"
#include "cli/page/html.h"
#include "cli/page/member.h"
#include "cli/page/page_chart.h"

const json_t *health_layer_of(const json_t *line, size_t index)
{
    return json_array_get(json_object_get(line, "layers"), index);
}

/* ---- axes ---- */

static void cover(chart_axis *axis, double value)
{
    if (value >= 0) { /* 0, of a layer that learns nothing, makes the axis linear */
        chart_cover(axis, &value, 1);
    }
}

health_axes health_axes_of(const json_t *lines)
{
    health_axes axes = {chart_axis_of("epoch"), chart_axis_of("gradient norm"), chart_axis_of("update ratio"),
                        chart_axis_of("singular value")};
    const json_t *line, *layer;
    size_t i, k;
    json_array_foreach(lines, i, line)
    {
        const double epoch = member_number(line, "epoch");
        chart_cover(&axes.epoch, &epoch, 1);
        json_array_foreach(json_object_get(line, "layers"), k, layer)
        {
            cover(&axes.gradient, member_number(layer, "gradient_norm"));
            cover(&axes.update, member_number(layer, "update_ratio"));
        }
    }
    chart_settle(&axes.epoch, false, 0);
    axes.epoch.whole = true;
    chart_settle(&axes.gradient, true, 0.05);
    chart_settle(&axes.update, true, 0.05);
    return axes;
}

/* ---- curves ---- */

enum { MOST_EPOCHS = 512, MOST_FIGURES = 4 };

/* A chart of figures of the layer by epoch. */
typedef struct small_chart {
    const char *caption, *label;
    const char *const *members, *const *names; /* [count] */
    size_t count;
    bool shares; /* the members are counts of units, shown as their share in % */
    chart_axis y;
} small_chart;

/* Reads the figures of one member; returns the number of lines. */
static size_t read_figures(const health_layer *layer, const small_chart *of, size_t member, double x[MOST_EPOCHS],
                           double y[MOST_EPOCHS])
{
    const json_t *line;
    size_t count = 0, i;
    json_array_foreach(layer->lines, i, line)
    {
        const json_t *object = health_layer_of(line, layer->index);
        if (object != NULL && count < MOST_EPOCHS) {
            const double value = member_number(object, of->members[member]);
            x[count] = member_number(line, "epoch");
            y[count++] = of->shares ? 100 * value / member_number(object, "units") : value;
        }
    }
    return count;
}

static void write_small(FILE *stream, const health_layer *layer, const small_chart *of)
{
    static const char *const looks[MOST_FIGURES] = {"run0", "run1", "run3", "run2"};
    double x[MOST_FIGURES][MOST_EPOCHS], y[MOST_FIGURES][MOST_EPOCHS];
    chart_curve curves[MOST_FIGURES];
    char label[96];
    bool known = false;
    for (size_t i = 0; i < of->count; i++) {
        const size_t points = read_figures(layer, of, i, x[i], y[i]);
        for (size_t k = 0; k < points; k++) {
            known = known || isfinite(y[i][k]);
        }
        curves[i] = (chart_curve){of->names[i], x[i], y[i], points, '*', false, looks[i], 2};
    }
    if (!known) {
        return;
    }
    snprintf(label, sizeof label, "%s of layer %zu by epoch", of->label, layer->index + 1);
    const chart made = {layer->axes->epoch, of->y, curves, of->count, {.x = (double)NAN}};
    html_figure_begin(stream, of->caption);
    page_chart_write(stream, &(page_chart){&made, of->names, HEALTH_WIDTH, HEALTH_HEIGHT, label});
    html_figure_end(stream);
}

/* Units that learn nothing, in %; with the axis up to 100 the charts of all layers compare. */
static void write_units(FILE *stream, const health_layer *layer)
{
    static const char *const members[] = {"dead", "saturated"};
    static const char *const names[] = {"dead %", "saturated %"};
    const small_chart of = {
        "<span class=\"run0-text\">dead</span> and <span class=\"run1-text\">saturated</span> units, %",
        "shares of dead and saturated units",
        members,
        names,
        2,
        true,
        {.name = "%", .low = 0, .high = 100}};
    write_small(stream, layer, &of);
}

static void write_gradient(FILE *stream, const health_layer *layer)
{
    static const char *const members[] = {"gradient_norm"}, *const names[] = {"gradient norm"};
    write_small(stream, layer,
                &(small_chart){"gradient norm", names[0], members, names, 1, false, layer->axes->gradient});
}

static void write_update(FILE *stream, const health_layer *layer)
{
    static const char *const members[] = {"update_ratio"}, *const names[] = {"update ratio"};
    write_small(stream, layer,
                &(small_chart){"update / weights", names[0], members, names, 1, false, layer->axes->update});
}

/* At most MOST_EPOCHS of the singular values, evenly spread. */
static void write_spectrum(FILE *stream, const health_layer *layer)
{
    static const char *const names[] = {"singular value"};
    double x[MOST_EPOCHS], y[MOST_EPOCHS];
    char label[96];
    const size_t all = layer->singular_count, count = all < MOST_EPOCHS ? all : MOST_EPOCHS;
    if (all < 2 || !(layer->singular_values[0] > 0)) { /* all are 0, which has no place on a logarithmic axis */
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t at = i * (all - 1) / (count - 1);
        x[i] = (double)at + 1;
        y[i] = layer->singular_values[at];
    }
    chart_axis index = chart_axis_of("number");
    chart_cover(&index, x, count);
    chart_settle(&index, false, 0);
    index.whole = true;
    const chart_curve curve = {names[0], x, y, count, '*', false, "run3", 2};
    const chart made = {index, layer->axes->spectrum, &curve, 1, {.x = (double)NAN}};
    snprintf(label, sizeof label, "singular values of the weights of layer %zu, descending", layer->index + 1);
    html_figure_begin(stream, "singular values");
    page_chart_write(stream, &(page_chart){&made, names, HEALTH_WIDTH, HEALTH_HEIGHT, label});
    html_figure_end(stream);
}

void health_charts_write(FILE *stream, const health_layer *layer)
{
    html_grid_begin(stream, true);
    ridges_write(stream, layer);
    if (json_array_size(layer->lines) > 1) {
        write_units(stream, layer);
        write_gradient(stream, layer);
        write_update(stream, layer);
    }
    write_spectrum(stream, layer);
    html_grid_end(stream);
}
