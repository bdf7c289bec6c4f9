/* cli/rate_plot.c - the curve of a range test: rates on a logarithmic axis, losses on a linear one. */
#include "rate_plot.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "exit.h"
#include "plot.h"

enum { COLUMNS = 60, ROWS = 14 };

/* The ranges of both axes. */
typedef struct rate_axes {
    double first, last; /* log10 of the rates; different */
    double low, high;   /* losses; different */
} rate_axes;

/* The losses of the average, with a margin. Where it diverges, it may be far above its start: the picture ends a little
 * above that. */
static rate_axes find_axes(const gml_rate_point *points, size_t count)
{
    double low = points[0].smoothed, high = points[0].smoothed;
    for (size_t i = 1; i < count; i++) {
        low = fmin(low, points[i].smoothed);
        high = fmax(high, points[i].smoothed);
    }
    const double start = points[0].smoothed;
    high = fmin(high, start + (start - low) + 0.1 * fabs(start));
    const double margin = 0.05 * (high - low) + 1e-6 * (fabs(high) + 1e-30);
    rate_axes axes = {log10(points[0].rate), log10(points[count - 1].rate), low - margin, high + margin};
    axes.last = axes.last > axes.first ? axes.last : axes.first + 1;
    return axes;
}

/* From 0, the left end, to 1. */
static double across(const rate_axes *axes, double rate)
{
    return (log10(rate) - axes->first) / (axes->last - axes->first);
}

/* From 0, the top, to 1; outside for losses out of the range. */
static double down(const rate_axes *axes, double loss)
{
    return (axes->high - loss) / (axes->high - axes->low);
}

/* ---- text ---- */

/* Sets a character where the picture has room for it. */
static void put(char grid[ROWS][COLUMNS + 1], double x, double y, char mark)
{
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) {
        grid[(int)(y * (ROWS - 1) + 0.5)][(int)(x * (COLUMNS - 1) + 0.5)] = mark;
    }
}

/* Powers of ten below the axis. A label starts at its tick. */
static void print_decades(FILE *stream, const rate_axes *axes)
{
    char ticks[COLUMNS + 1], labels[COLUMNS + 16];
    memset(ticks, '-', COLUMNS);
    memset(labels, ' ', sizeof labels);
    ticks[COLUMNS] = '\0';
    size_t end = 0;
    for (int decade = (int)ceil(axes->first - 1e-9); decade <= floor(axes->last + 1e-9); decade++) {
        const double x = (decade - axes->first) / (axes->last - axes->first);
        const size_t column = (size_t)(fmin(fmax(x, 0), 1) * (COLUMNS - 1) + 0.5);
        char label[16];
        const size_t length = (size_t)snprintf(label, sizeof label, "%.0e", pow(10, decade));
        ticks[column] = '+';
        if (column >= end) {
            memcpy(labels + column, label, length);
            end = column + length + 1;
        }
    }
    labels[end > 0 ? end - 1 : 0] = '\0';
    fprintf(stream, "%10s +%s\n%10s  %s\n", "", ticks, "rate", labels);
}

void print_rate_curve(FILE *stream, const gml_rate_point *points, const gml_rate_result *result)
{
    char grid[ROWS][COLUMNS + 1];
    const rate_axes axes = find_axes(points, result->points);
    for (size_t row = 0; row < ROWS; row++) {
        memset(grid[row], ' ', COLUMNS);
        grid[row][COLUMNS] = '\0';
        if (result->rate > 0) {
            put(grid, across(&axes, result->rate), (double)row / (ROWS - 1), '|');
        }
    }
    for (size_t i = 0; i < result->points; i++) {
        put(grid, across(&axes, points[i].rate), down(&axes, points[i].loss), '.');
    }
    for (size_t i = 0; i < result->points; i++) {
        put(grid, across(&axes, points[i].rate), down(&axes, points[i].smoothed), '*');
    }
    for (size_t row = 0; row < ROWS; row++) {
        const double loss = axes.high - (axes.high - axes.low) * (double)row / (ROWS - 1);
        char label[16] = "";
        if (row == 0 || row == ROWS - 1 || row == ROWS / 2) {
            snprintf(label, sizeof label, "%.4g", loss);
        }
        size_t length = COLUMNS;
        while (length > 0 && grid[row][length - 1] == ' ') {
            length--;
        }
        fprintf(stream, "%10s |%.*s\n", label, (int)length, grid[row]);
    }
    print_decades(stream, &axes);
}

/* ---- SVG ---- */

static double pixel_x(double x)
{
    return PLOT_LEFT + x * (PLOT_WIDTH - PLOT_LEFT - PLOT_RIGHT);
}

static double pixel_y(double y)
{
    return PLOT_TOP + y * (PLOT_HEIGHT - PLOT_TOP - PLOT_BOTTOM);
}

static void write_grid(FILE *stream, const rate_axes *axes)
{
    enum { LINES = 4 };
    for (int decade = (int)ceil(axes->first - 1e-9); decade <= floor(axes->last + 1e-9); decade++) {
        const double x = pixel_x((decade - axes->first) / (axes->last - axes->first));
        plot_line(stream, "grid", x, PLOT_TOP, x, PLOT_HEIGHT - PLOT_BOTTOM);
        fprintf(stream, "<text x=\"%.1f\" y=\"%d\" class=\"soft\" text-anchor=\"middle\">1e%d</text>\n", x,
                PLOT_HEIGHT - 10, decade);
    }
    for (int i = 0; i <= LINES; i++) {
        const double y = pixel_y((double)i / LINES);
        plot_line(stream, i == LINES ? "axis" : "grid", PLOT_LEFT, y, PLOT_WIDTH - PLOT_RIGHT, y);
        fprintf(stream, "<text x=\"%d\" y=\"%.1f\" class=\"soft\" text-anchor=\"end\">%.3g</text>\n", PLOT_LEFT - 4,
                y + 4, axes->high - (axes->high - axes->low) * i / LINES);
    }
}

/* A line ends where it leaves the picture. */
static void write_curve(FILE *stream, const rate_axes *axes, const gml_rate_point *points, size_t count, bool smoothed)
{
    fprintf(stream, "<path class=\"%s\" stroke-width=\"%s\" d=\"", smoothed ? "value" : "grid", smoothed ? "2.5" : "1");
    bool drawing = false;
    for (size_t i = 0; i < count; i++) {
        const double y = down(axes, smoothed ? points[i].smoothed : points[i].loss);
        const bool inside = y >= 0 && y <= 1;
        if (inside) {
            fprintf(stream, "%c%.1f %.1f", drawing ? 'L' : 'M', pixel_x(across(axes, points[i].rate)), pixel_y(y));
        }
        drawing = inside;
    }
    fputs("\"/>\n", stream);
}

int draw_rate_curve(const char *path, const char *input, const gml_rate_point *points, const gml_rate_result *result)
{
    const rate_axes axes = find_axes(points, result->points);
    FILE *stream = plot_open(path, input);
    if (stream == NULL) {
        return EXIT_CREATE;
    }
    plot_head("learning rate range test", "loss", stream);
    write_grid(stream, &axes);
    write_curve(stream, &axes, points, result->points, false);
    write_curve(stream, &axes, points, result->points, true);
    if (result->rate > 0) {
        const double x = pixel_x(fmin(fmax(across(&axes, result->rate), 0), 1));
        plot_line(stream, "slope", x, PLOT_TOP, x, PLOT_HEIGHT - PLOT_BOTTOM);
        fprintf(stream, "<text x=\"%.1f\" y=\"%d\" class=\"slope-text\" text-anchor=\"middle\">%.3g</text>\n", x,
                PLOT_TOP - 5, result->rate);
    }
    fputs("</svg>\n", stream);
    return plot_close(stream, path);
}
