/* cli/page/page_chart.c - a chart on a page: the picture of chart/chart_svg.c, with tooltips and what page.js reads. */
#include <math.h>

#include "cli/page/html.h"
#include "cli/page/page_chart.h"

enum { LEFT = 48, RIGHT = 12, TOP = 20, BOTTOM = 26, POINT_ROOM = 8 };

static void write_point(FILE *stream, const page_chart *of, const chart_box *box, size_t curve, size_t i)
{
    char text[160];
    const chart_curve *from = &of->chart->curves[curve];
    const double x = chart_place(&of->chart->x, from->x[i]), y = chart_place(&of->chart->y, from->y[i]);
    if (!isfinite(y) || y < -0.01 || y > 1.01) {
        return;
    }
    snprintf(text, sizeof text, "%s %.4g: %s %.5g", of->chart->x.name, from->x[i], of->names[curve], from->y[i]);
    fprintf(stream, "<circle class=\"point %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\">", from->class,
            box->left + x * box->width, box->top + (1 - y) * box->height);
    html_tooltip(stream, text);
    fputs("</circle>\n", stream);
}

static void write_axis(FILE *stream, const char *name, const chart_axis *axis)
{
    fprintf(stream, " data-%s=\"%.9g %.9g %d\"", name, axis->low, axis->high, axis->log);
}

void page_chart_write(FILE *stream, const page_chart *of)
{
    const chart_box box = {LEFT, TOP, of->width - LEFT - RIGHT, of->height - TOP - BOTTOM};
    html_svg_begin(stream, of->width, of->height, of->label);
    fprintf(stream, "<g class=\"plot\" data-box=\"%g %g %g %g\"", box.left, box.top, box.width, box.height);
    write_axis(stream, "x", &of->chart->x);
    write_axis(stream, "y", &of->chart->y);
    html_attribute(stream, "data-unit", of->chart->x.name);
    fputs(" data-names=\"", stream);
    for (size_t i = 0; i < of->chart->count; i++) {
        fputs(i > 0 ? "|" : "", stream);
        html_escaped(stream, of->names[i], 64);
    }
    fputs("\">\n", stream);
    chart_draw(stream, of->chart, box, html_unique());
    for (size_t i = 0; i < of->chart->count; i++) {
        const chart_curve *curve = &of->chart->curves[i];
        for (size_t k = 0; k < curve->count && POINT_ROOM * (double)curve->count <= box.width; k++) {
            write_point(stream, of, &box, i, k);
        }
    }
    fputs("</g>\n", stream);
    html_svg_end(stream);
}
