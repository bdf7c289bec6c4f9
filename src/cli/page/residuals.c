/* cli/page/residuals.c - predicted against actual values, and the histogram of their differences. */
#include <math.h>
#include <stdlib.h>

#include "cli/chart/chart.h"
#include "cli/chart/svg.h"
#include "cli/explain/sample_set.h"
#include "cli/page/html.h"
#include "cli/page/subject.h"

enum { MOST_DOTS = 1000, CELLS = 40, BINS = 30 };
enum { WIDTH = 330, LEFT = 56, RIGHT = 10, TOP = 10, SIDE = WIDTH - LEFT - RIGHT, LOW = 140 };

static const chart_box square = {LEFT, TOP, SIDE, SIDE}, flat = {LEFT, TOP, SIDE, LOW};

/* One target. */
typedef struct target {
    const double *actual, *predicted; /* [count] */
    size_t count;
} target;

/* ---- predicted against actual ---- */

static void draw_dots(FILE *stream, const target *of, const chart_axis *axis)
{
    fputs("<path class=\"value\" stroke-width=\"5\" stroke-opacity=\"0.45\" d=\"", stream);
    for (size_t i = 0; i < of->count; i++) {
        fprintf(stream, "M%.1f %.1fh0", LEFT + SIDE * chart_place(axis, of->actual[i]),
                TOP + SIDE * (1 - chart_place(axis, of->predicted[i])));
    }
    fputs("\"/>\n", stream);
}

static size_t cell_of(const chart_axis *axis, double value)
{
    const double place = chart_place(axis, value) * CELLS;
    return place < 0 ? 0 : place >= CELLS ? CELLS - 1 : (size_t)place;
}

/* Cells with samples, the more opaque the more there are. */
static void draw_cells(FILE *stream, const target *of, const chart_axis *axis)
{
    size_t counts[CELLS][CELLS] = {{0}}, most = 1;
    for (size_t i = 0; i < of->count; i++) {
        size_t *count = &counts[cell_of(axis, of->predicted[i])][cell_of(axis, of->actual[i])];
        most = ++*count > most ? *count : most;
    }
    const double side = (double)SIDE / CELLS;
    for (size_t row = 0; row < CELLS; row++) {
        for (size_t col = 0; col < CELLS; col++) {
            if (counts[row][col] > 0) {
                fprintf(stream,
                        "<rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                        "fill-opacity=\"%.2f\"><title>%zu</title></rect>\n",
                        LEFT + (double)col * side, TOP + SIDE - (double)(row + 1) * side, side, side,
                        0.15 + 0.85 * log1p((double)counts[row][col]) / log1p((double)most), counts[row][col]);
            }
        }
    }
}

static void draw_agreement(FILE *stream, const target *of)
{
    chart_axis axis = chart_axis_of("actual");
    chart_cover(&axis, of->actual, of->count);
    chart_cover(&axis, of->predicted, of->count);
    chart_settle(&axis, false, 0.03);
    const double ends[2] = {axis.low, axis.high};
    const chart_curve equal = {.x = ends, .y = ends, .count = 2, .class = "axis", .width = -1.5};
    const chart picture = {.x = axis, .y = axis, .curves = &equal, .count = 1, .mark = {.x = NAN}};
    char label[200];
    snprintf(label, sizeof label,
             "predicted against actual values of %zu samples, from %.4g to %.4g; on the dashed line they are equal",
             of->count, axis.low, axis.high);
    html_svg_begin(stream, WIDTH, TOP + SIDE + 24, label);
    chart_draw(stream, &picture, square, html_unique());
    if (of->count <= MOST_DOTS) {
        draw_dots(stream, of, &axis);
    } else {
        draw_cells(stream, of, &axis);
    }
    html_svg_end(stream);
}

/* ---- residuals ---- */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A bar for each of some intervals between the 0.5 % at each end, which count with the outer ones. */
static void draw_histogram(FILE *stream, const double *sorted, size_t count)
{
    double low = sorted[count / 200], high = sorted[count - 1 - count / 200];
    if (!(high > low)) {
        const double half = low != 0 ? fabs(low) * 0.5 : 0.5;
        low -= half;
        high += half;
    }
    size_t counts[BINS] = {0}, most = 1;
    for (size_t i = 0; i < count; i++) {
        const double place = (sorted[i] - low) / (high - low) * BINS;
        size_t *bin = &counts[place < 0 ? 0 : place >= BINS ? BINS - 1 : (size_t)place];
        most = ++*bin > most ? *bin : most;
    }
    const double zero[2] = {0, 0}, ends[2] = {0, (double)most};
    const bool has_zero = low < 0 && high > 0;
    const chart_curve line = {.x = zero, .y = ends, .count = has_zero ? 2 : 0, .class = "axis", .width = -1.5};
    const chart picture = {.x = {.name = "residual", .low = low, .high = high},
                           .y = {.name = "samples", .whole = true, .low = 0, .high = (double)most * 1.05},
                           .curves = &line,
                           .count = 1,
                           .mark = {.x = NAN}};
    char label[200];
    snprintf(label, sizeof label, "histogram of %zu residuals from %.4g to %.4g, median %.4g", count, sorted[0],
             sorted[count - 1], sorted[count / 2]);
    html_svg_begin(stream, WIDTH, TOP + LOW + 24, label);
    chart_draw(stream, &picture, flat, html_unique());
    for (size_t i = 0; i < BINS; i++) {
        const double height = LOW * (double)counts[i] / ((double)most * 1.05), width = (double)SIDE / BINS;
        if (counts[i] > 0) {
            fprintf(stream,
                    "<rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%.4g to %.4g: "
                    "%zu</title></rect>\n",
                    LEFT + (double)i * width + 0.5, TOP + LOW - height, width - 1, height,
                    low + (double)i * (high - low) / BINS, low + (double)(i + 1) * (high - low) / BINS, counts[i]);
        }
    }
    html_svg_end(stream);
}

/* Predicted less actual, ascending; null: there is no memory. */
static double *sort_residuals(const target *of)
{
    double *residuals = calloc(of->count, sizeof *residuals);
    for (size_t i = 0; residuals != NULL && i < of->count; i++) {
        residuals[i] = of->predicted[i] - of->actual[i];
    }
    if (residuals != NULL) {
        qsort(residuals, of->count, sizeof *residuals, by_value);
    }
    return residuals;
}

/* ---- the section ---- */

static void write_errors(FILE *stream, const target *of, const double *residuals)
{
    double squares = 0, magnitudes = 0, sum = 0, spread = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < of->count; i++) {
        const double residual = of->predicted[i] - of->actual[i];
        squares += residual * residual;
        magnitudes += fabs(residual);
        sum += of->actual[i];
        low = fmin(low, of->actual[i]);
        high = fmax(high, of->actual[i]);
    }
    for (size_t i = 0; high > low && i < of->count; i++) {
        const double deviation = of->actual[i] - sum / (double)of->count;
        spread += deviation * deviation;
    }
    fprintf(stream, "<p>%zu samples: root mean squared error <b>", of->count);
    page_value(stream, sqrt(squares / (double)of->count));
    fputs("</b>, mean absolute error <b>", stream);
    page_value(stream, magnitudes / (double)of->count);
    if (spread > 0) {
        fprintf(stream, "</b>, R² <b>%.4f", 1 - squares / spread);
    }
    fputs("</b>; median residual ", stream);
    page_value(stream, residuals[of->count / 2]);
    fputs(".</p>\n", stream);
}

static int write_target(FILE *stream, const target *of)
{
    double *residuals = sort_residuals(of);
    if (residuals == NULL) {
        return page_no_memory();
    }
    write_errors(stream, of, residuals);
    html_grid_begin(stream, false);
    page_narrow_begin(stream, "predicted (upward) against actual (to the right)");
    draw_agreement(stream, of);
    html_figure_end(stream);
    page_narrow_begin(stream, "residuals: predicted less actual");
    draw_histogram(stream, residuals, of->count);
    html_figure_end(stream);
    html_grid_end(stream);
    free(residuals);
    return 0;
}

static void write_notes(FILE *stream, const page_source *source, const value_set *values)
{
    const size_t size = gml_dataset_size(source->data), targets = gml_dataset_targets(source->data);
    if (values->read < size) {
        fprintf(stream, "<p class=\"note\">%zu of %zu samples, spread evenly.</p>\n", values->read, size);
    }
    if (values->targets < targets) {
        fprintf(stream, "<p class=\"note\">The first %zu of %zu targets.</p>\n", values->targets, targets);
    }
}

/* The heading of one of several targets. */
static void write_name(FILE *stream, const page_source *source, size_t index)
{
    const char *name = gml_network_target_name_at(source->network, index);
    fputs("<h3>", stream);
    if (name != NULL) {
        html_text(stream, name);
    } else {
        fprintf(stream, "Target %zu", index + 1);
    }
    fputs("</h3>\n", stream);
}

int page_residuals(FILE *stream, const page_source *source)
{
    if (!page_has_values(source)) {
        return 0;
    }
    value_set values;
    const gml_status status = value_set_create(source->network, source->data, &values);
    int code = status == GML_OK ? 0 : page_refused(stream, source, status);
    if (status == GML_OK) {
        page_on_data(stream, source);
        write_notes(stream, source, &values);
    }
    for (size_t t = 0; status == GML_OK && code == 0 && t < values.targets; t++) {
        const target of = {values.actual + t * values.read, values.predicted + t * values.read, values.counts[t]};
        if (values.targets > 1) {
            write_name(stream, source, t);
        }
        if (of.count > 0) {
            code = write_target(stream, &of);
        } else {
            html_note(stream, "No sample has a known target and a finite prediction.");
        }
    }
    value_set_clear(&values);
    return code;
}
