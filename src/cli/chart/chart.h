/* cli/chart/chart.h - curves over a common axis, in the terminal and in SVG pictures.
 *
 * A caller lists the curves, lets the axes cover them, and prints or draws the chart. Where the values of an axis are
 * all above 0 and span more than a decade, it can be logarithmic. */
#ifndef GML_CLI_CHART_H
#define GML_CLI_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct chart_axis {
    const char *name;
    bool log;         /* positions are logarithms */
    bool whole;       /* ticks are whole numbers, unless `log` */
    double low, high; /* values at the ends: low < high; above 0 if `log` */
} chart_axis;

typedef struct chart_curve {
    const char *name;    /* in the legend; null: not in it */
    const double *x, *y; /* [count], x ascending; where y is not finite the curve has a gap */
    size_t count;
    char mark;         /* in the terminal */
    bool dots;         /* single points there, without a line between them */
    const char *class; /* in SVG, of svg_head or with a style of the caller */
    double width;      /* of the line in SVG, in pixels; a negative one is dashed */
} chart_curve;

/* A value of x that is marked, by a vertical line with a label. */
typedef struct chart_mark {
    double x; /* NaN: none */
    char label[48];
} chart_mark;

typedef struct chart {
    chart_axis x, y;
    const chart_curve *curves; /* [count]; later ones are drawn over earlier ones */
    size_t count;
    chart_mark mark;
} chart;

/* An axis that covers nothing, for chart_cover. */
chart_axis chart_axis_of(const char *name);

/* Extends the axis to the finite values. */
void chart_cover(chart_axis *axis, const double *values, size_t count);

/* Chooses the scale if `may_log`, and leaves a margin at both ends, a share of the length of the axis. The
 * margin does not go below 0 unless a value does: a loss of 0.1 may be one that cannot. An axis that covers nothing
 * goes from 0 to 1. */
void chart_settle(chart_axis *axis, bool may_log, double margin);

/* The place of a value: 0 at the low end, 1 at the high end. NaN for a value that a logarithmic axis cannot show. */
double chart_place(const chart_axis *axis, double value);

enum { MOST_TICKS = 16 };

/* Round values on the axis, ascending, about `most` of them. Returns their number. */
size_t chart_ticks(const chart_axis *axis, size_t most, double ticks[MOST_TICKS]);

/* Writes the label of a tick. */
void chart_label(const chart_axis *axis, double tick, char label[16]);

/* ---- chart_text.c ---- */

/* The width of a chart in the terminal: one column less than the stream's terminal, between 39 and 100, or 79. */
size_t chart_width(FILE *stream);

/* Prints the chart in lines of at most `width` columns, at least 39, and its legend if curves have names. */
void chart_print(FILE *stream, const chart *of, size_t width, size_t rows);

/* ---- chart_svg.c ---- */

typedef struct chart_box {
    double left, top, width, height; /* of the frame, in pixels; labels are left of it and below */
} chart_box;

/* Draws the chart into a picture that svg_head began. `number` is different for each chart of a picture. */
void chart_draw(FILE *stream, const chart *of, chart_box box, int number);

/* Draws the names of the curves from (left, top) on, with a piece of the line before each, in rows of 20 pixels. The
 * number of rows depends on the width. */
size_t chart_legend_rows(const chart *of, double width);
void chart_draw_legend(FILE *stream, const chart *of, double left, double top, double width);

#endif
