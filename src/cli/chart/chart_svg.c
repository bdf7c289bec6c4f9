/* cli/chart/chart_svg.c - charts in SVG pictures. */
#include <math.h>
#include <string.h>

#include "cli/chart/chart.h"
#include "cli/chart/svg.h"

static double pixel_x(const chart_box *box, double place)
{
    return box->left + place * box->width;
}

static double pixel_y(const chart_box *box, double place)
{
    return box->top + (1 - place) * box->height;
}

static void draw_grid(FILE *stream, const chart *of, const chart_box *box)
{
    double ticks[MOST_TICKS];
    char label[16];
    const double bottom = box->top + box->height, right = box->left + box->width;
    size_t count = chart_ticks(&of->x, (size_t)fmax(2, fmin(box->width / 44, 10)), ticks);
    for (size_t i = 0; i < count; i++) {
        const double x = pixel_x(box, chart_place(&of->x, ticks[i]));
        chart_label(&of->x, ticks[i], label);
        svg_line(stream, "grid", x, box->top, x, bottom);
        svg_label(stream, "soft", "middle", x, bottom + 17, label);
    }
    count = chart_ticks(&of->y, (size_t)fmax(2, box->height / 28), ticks);
    for (size_t i = 0; i < count; i++) {
        const double y = pixel_y(box, chart_place(&of->y, ticks[i]));
        chart_label(&of->y, ticks[i], label);
        svg_line(stream, "grid", box->left, y, right, y);
        svg_label(stream, "soft", "end", box->left - 7, y + 4, label);
    }
    svg_line(stream, "axis", box->left, bottom, right, bottom);
}

/* Points that are beside the frame stay near it, because viewers compute in float. */
static double bounded(double place)
{
    return fmin(fmax(place, -10), 11);
}

static void draw_curve(FILE *stream, const chart *of, const chart_box *box, const chart_curve *curve, int number)
{
    bool drawing = false;
    size_t points = 0;
    double x = 0, y = 0;
    fprintf(stream, "<path class=\"%s\" stroke-width=\"%g\"%s clip-path=\"url(#frame%d)\" d=\"", curve->class,
            fabs(curve->width), curve->width < 0 ? " stroke-dasharray=\"5 4\"" : "", number);
    for (size_t i = 0; i < curve->count; i++) {
        const double place = chart_place(&of->y, curve->y[i]);
        const bool shown = isfinite(place);
        if (shown) {
            x = pixel_x(box, bounded(chart_place(&of->x, curve->x[i])));
            y = pixel_y(box, bounded(place));
            fprintf(stream, "%c%.1f %.1f", drawing ? 'L' : 'M', x, y);
            points++;
        }
        drawing = shown;
    }
    if (points == 1) { /* a line of length 0 is a dot, because its ends are round */
        fprintf(stream, "L%.1f %.1f", x, y);
    }
    fputs("\"/>\n", stream);
}

static void draw_mark(FILE *stream, const chart *of, const chart_box *box)
{
    const double place = chart_place(&of->x, of->mark.x);
    const double x = pixel_x(box, fmin(fmax(place, 0), 1));
    svg_line(stream, "slope", x, box->top, x, box->top + box->height);
    svg_label(stream, "slope-text",
              place < 0.2   ? "start"
              : place > 0.8 ? "end"
                            : "middle",
              x, box->top - 5, of->mark.label);
}

void chart_draw(FILE *stream, const chart *of, chart_box box, int number)
{
    fprintf(stream,
            "<clipPath id=\"frame%d\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></clipPath>\n",
            number, box.left, box.top - 2, box.width, box.height + 4);
    draw_grid(stream, of, &box);
    for (size_t i = 0; i < of->count; i++) {
        draw_curve(stream, of, &box, &of->curves[i], number);
    }
    if (!isnan(of->mark.x)) {
        draw_mark(stream, of, &box);
    }
}

/* ---- the legend ---- */

enum { SAMPLE = 22, SPACE = 22, LETTER = 7, ROW = 20 }; /* SAMPLE: the line before a name; LETTER: a usual width */

/* Calls `draw` for each curve with a name at its place. Returns the number of rows. */
static size_t place_legend(const chart *of, double width,
                           void (*draw)(FILE *stream, const chart_curve *curve, double x, double y), FILE *stream,
                           double left, double top)
{
    size_t rows = 0;
    double used = width;
    for (size_t i = 0; i < of->count; i++) {
        if (of->curves[i].name == NULL) {
            continue;
        }
        const double entry = SAMPLE + 6 + LETTER * (double)strlen(of->curves[i].name) + SPACE;
        if (rows == 0 || used + entry - SPACE > width) {
            rows++;
            used = 0;
        }
        if (draw != NULL) {
            draw(stream, &of->curves[i], left + used, top + ROW * (double)(rows - 1));
        }
        used += entry;
    }
    return rows;
}

static void draw_entry(FILE *stream, const chart_curve *curve, double x, double y)
{
    fprintf(stream, "<path class=\"%s\" stroke-width=\"%g\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", curve->class,
            fabs(curve->width), x, y - 4, x + SAMPLE, y - 4);
    svg_label(stream, "soft", "start", x + SAMPLE + 6, y, curve->name);
}

size_t chart_legend_rows(const chart *of, double width)
{
    return place_legend(of, width, NULL, NULL, 0, 0);
}

void chart_draw_legend(FILE *stream, const chart *of, double left, double top, double width)
{
    place_legend(of, width, draw_entry, stream, left, top);
}
