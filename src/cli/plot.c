/* cli/plot.c - pictures of activations as SVG: the function and its derivative from -5 to 5, legible on light pages and
 * on dark ones. */
#include "plot.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { POINTS = 201, MIDDLE = 100, ROW = 3 }; /* three columns, for what couples a row's entries */
enum { WIDTH = 420, HEIGHT = 280, LEFT = 38, RIGHT = 16, TOP = 44, BOTTOM = 28 };

static const double REACH = 5, LOWEST = -2.6, HIGHEST = 4.2; /* of x; of y, what a picture shows at most */

typedef struct curves {
    double value[POINTS], slope[POINTS];
    double low, high; /* of y: what the picture shows */
} curves;

static double argument(size_t i)
{
    return ((double)i - MIDDLE) * REACH / MIDDLE;
}

static void widen(curves *of, double y)
{
    of->low = fmin(of->low, fmax(y, LOWEST));
    of->high = fmax(of->high, fmin(y, HIGHEST));
}

static gml_status compute(gml_context *context, const char *name, curves *of)
{
    double x[POINTS][ROW] = {{0}}, y[POINTS][ROW], slope[POINTS][ROW];
    for (size_t i = 0; i < POINTS; i++) {
        x[i][0] = argument(i);
    }
    gml_status status =
        gml_activation_apply(context, name, gml_matrix_f64(&x[0][0], POINTS, ROW),
                             gml_matrix_f64(&y[0][0], POINTS, ROW), gml_matrix_f64(&slope[0][0], POINTS, ROW));
    *of = (curves){.low = -0.4, .high = 1.2};
    for (size_t i = 0; status == GML_OK && i < POINTS; i++) {
        of->value[i] = y[i][0];
        of->slope[i] = slope[i][0];
        widen(of, of->value[i] - 0.2);
        widen(of, of->value[i] + 0.2);
        widen(of, of->slope[i] - 0.2);
        widen(of, of->slope[i] + 0.2);
    }
    return status;
}

static double across(double x)
{
    return LEFT + (x + REACH) / (2 * REACH) * (WIDTH - LEFT - RIGHT);
}

static double down(const curves *of, double y)
{
    return TOP + (of->high - y) / (of->high - of->low) * (HEIGHT - TOP - BOTTOM);
}

static void write_head(const gml_entry *entry, FILE *stream)
{
    fprintf(
        stream,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
        "<style>\n"
        "  .page { fill: #ffffff } .text { fill: #1f2328 } .soft { fill: #59636e } .grid { stroke: #d8dee4 }\n"
        "  .axis { stroke: #818b98 } .value { stroke: #0969da } .slope { stroke: #d9480f } .value-text { fill: "
        "#0969da }\n"
        "  .slope-text { fill: #d9480f }\n"
        "  @media (prefers-color-scheme: dark) {\n"
        "    .page { fill: #0d1117 } .text { fill: #f0f6fc } .soft { fill: #9198a1 } .grid { stroke: #252c36 }\n"
        "    .axis { stroke: #656c76 } .value { stroke: #58a6ff } .slope { stroke: #ff922b } .value-text { fill: "
        "#58a6ff }\n"
        "    .slope-text { fill: #ff922b }\n"
        "  }\n"
        "  text { font: 12px system-ui, \"DejaVu Sans\", sans-serif } .title { font-size: 15px; font-weight: 600 }\n"
        "  path { fill: none; stroke-linejoin: round; stroke-linecap: round }\n"
        "</style>\n"
        "<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n"
        "<text x=\"%d\" y=\"27\" class=\"text title\">%s</text>\n"
        "<text x=\"%d\" y=\"27\" class=\"value-text\" text-anchor=\"end\">f(x)</text>\n"
        "<text x=\"%d\" y=\"27\" class=\"slope-text\" text-anchor=\"end\">f\xe2\x80\xb2(x)</text>\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT, WIDTH, HEIGHT, LEFT, entry->name, WIDTH - RIGHT - 44, WIDTH - RIGHT);
}

static void write_line(FILE *stream, const char *class, double x1, double y1, double x2, double y2)
{
    fprintf(stream, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1, x2, y2, class);
}

static void write_grid(const curves *of, FILE *stream)
{
    for (int x = -4; x <= 4; x += 2) {
        write_line(stream, x == 0 ? "axis" : "grid", across(x), TOP, across(x), HEIGHT - BOTTOM);
        fprintf(stream, "<text x=\"%.1f\" y=\"%d\" class=\"soft\" text-anchor=\"middle\">%d</text>\n", across(x),
                HEIGHT - 10, x);
    }
    for (int y = (int)ceil(of->low); y <= (int)floor(of->high); y++) {
        write_line(stream, y == 0 ? "axis" : "grid", LEFT, down(of, y), WIDTH - RIGHT, down(of, y));
        fprintf(stream, "<text x=\"%d\" y=\"%.1f\" class=\"soft\" text-anchor=\"end\">%d</text>\n", LEFT - 8,
                down(of, y) + 4, y);
    }
}

/* A line is broken where the function jumps, and where it leaves the picture. */
static void write_curve(const curves *of, const double *y, const char *class, const char *style, FILE *stream)
{
    const double jump = 0.16;
    bool drawing = false;
    fprintf(stream, "<path class=\"%s\" %s d=\"", class, style);
    for (size_t i = 0; i < POINTS; i++) {
        bool inside = y[i] >= of->low && y[i] <= of->high;
        bool joined = drawing && fabs(y[i] - y[i - 1]) < jump;
        if (inside) {
            fprintf(stream, "%c%.1f %.1f", joined ? 'L' : 'M', across(argument(i)), down(of, y[i]));
        }
        drawing = inside;
    }
    fputs("\"/>\n", stream);
}

gml_status write_plot(gml_context *context, const gml_entry *entry, FILE *stream)
{
    curves of;
    gml_status status = compute(context, entry->name, &of);
    if (status != GML_OK) {
        return status;
    }
    write_head(entry, stream);
    write_grid(&of, stream);
    write_curve(&of, of.value, "value", "stroke-width=\"2.5\"", stream);
    write_curve(&of, of.slope, "slope", "stroke-width=\"2\" stroke-dasharray=\"5 4\"", stream);
    fputs("</svg>\n", stream);
    return GML_OK;
}
