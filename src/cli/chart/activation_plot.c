/* cli/chart/activation_plot.c - pictures of activations as SVG: the function and its derivative from -5 to 5, with
 * colours for light and dark pages. */
#include "cli/chart/activation_plot.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/chart/svg.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

enum {
    POINTS = ACTIVATION_POINTS,
    MIDDLE = POINTS / 2,
    ROW = 3
}; /* ROW: entries of a row, for activations that couple them */
enum { WIDTH = 420, HEIGHT = 280, LEFT = 38, RIGHT = 16, TOP = 44, BOTTOM = 28 }; /* in pixels */

static const double REACH = 5, LOWEST = -2.6, HIGHEST = 4.2; /* REACH: |x| at most; LOWEST, HIGHEST: the limits of y */

typedef struct curves {
    double value[POINTS], slope[POINTS];
    double low, high; /* the range of y in the picture */
    double jump;      /* a line is broken where neighbouring points differ by this */
    bool clipped;     /* the line is drawn beyond the range, and clipped by the frame */
} curves;

double activation_argument(size_t i)
{
    return ((double)i - MIDDLE) * REACH / MIDDLE;
}

static void widen(curves *of, double y)
{
    of->low = fmin(of->low, fmax(y, LOWEST));
    of->high = fmax(of->high, fmin(y, HIGHEST));
}

static void widen_all(curves *of)
{
    for (size_t i = 0; i < POINTS; i++) {
        widen(of, of->value[i] - 0.2);
        widen(of, of->value[i] + 0.2);
        widen(of, of->slope[i] - 0.2);
        widen(of, of->slope[i] + 0.2);
    }
}

static gml_status compute(gml_context *context, const char *name, curves *of)
{
    double x[POINTS][ROW] = {{0}}, y[POINTS][ROW], slope[POINTS][ROW];
    for (size_t i = 0; i < POINTS; i++) {
        x[i][0] = activation_argument(i);
    }
    gml_status status =
        gml_activation_apply(context, name, gml_matrix_f64(&x[0][0], POINTS, ROW),
                             gml_matrix_f64(&y[0][0], POINTS, ROW), gml_matrix_f64(&slope[0][0], POINTS, ROW));
    *of = (curves){.low = -0.4, .high = 1.2, .jump = 0.16};
    for (size_t i = 0; status == GML_OK && i < POINTS; i++) {
        of->value[i] = y[i][0];
        of->slope[i] = slope[i][0];
    }
    widen_all(of);
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

static void write_head(const char *title, FILE *stream)
{
    svg_head(stream, WIDTH, HEIGHT, LEFT, title);
    fprintf(stream, "<text x=\"%d\" y=\"27\" class=\"value-text\" text-anchor=\"end\">f(x)</text>\n",
            WIDTH - RIGHT - 44);
}

static void write_slope_head(FILE *stream)
{
    fprintf(stream, "<text x=\"%d\" y=\"27\" class=\"slope-text\" text-anchor=\"end\">f\xe2\x80\xb2(x)</text>\n",
            WIDTH - RIGHT);
}

static void write_grid(const curves *of, FILE *stream)
{
    for (int x = -4; x <= 4; x += 2) {
        svg_line(stream, x == 0 ? "axis" : "grid", across(x), TOP, across(x), HEIGHT - BOTTOM);
        fprintf(stream, "<text x=\"%.1f\" y=\"%d\" class=\"soft\" text-anchor=\"middle\">%d</text>\n", across(x),
                HEIGHT - 10, x);
    }
    for (int y = (int)ceil(of->low); y <= (int)floor(of->high); y++) {
        svg_line(stream, y == 0 ? "axis" : "grid", LEFT, down(of, y), WIDTH - RIGHT, down(of, y));
        fprintf(stream, "<text x=\"%d\" y=\"%.1f\" class=\"soft\" text-anchor=\"end\">%d</text>\n", LEFT - 8,
                down(of, y) + 4, y);
    }
}

static void write_frame(FILE *stream)
{
    fprintf(stream, "<clipPath id=\"frame\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>\n", LEFT,
            TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
}

/* A line is broken where the function jumps and, unless it is clipped, where it leaves the range. */
static void write_curve(const curves *of, const double *y, const char *class, const char *style, FILE *stream)
{
    bool drawing = false;
    fprintf(stream, "<path class=\"%s\" %s%s d=\"", class, style, of->clipped ? " clip-path=\"url(#frame)\"" : "");
    for (size_t i = 0; i < POINTS; i++) {
        bool inside = of->clipped ? isfinite(y[i]) : y[i] >= of->low && y[i] <= of->high;
        bool joined = drawing && fabs(y[i] - y[i - 1]) < of->jump;
        if (inside) {
            double height = fmin(fmax(down(of, y[i]), -HEIGHT), 2 * HEIGHT);
            fprintf(stream, "%c%.1f %.1f", joined ? 'L' : 'M', across(activation_argument(i)), height);
        }
        drawing = inside;
    }
    fputs("\"/>\n", stream);
}

static void write_plot(const gml_entry *entry, const curves *of, FILE *stream)
{
    write_head(entry->name, stream);
    write_slope_head(stream);
    write_grid(of, stream);
    write_curve(of, of->value, "value", "stroke-width=\"2.5\"", stream);
    write_curve(of, of->slope, "slope", "stroke-width=\"2\" stroke-dasharray=\"5 4\"", stream);
    fputs("</svg>\n", stream);
}

/* ---- files ---- */

/* `input`: a file that must not be overwritten, or null. */
static FILE *open_picture(const char *folder, const char *name, const char *input, char *path, size_t size)
{
    if ((size_t)snprintf(path, size, "%s/%s.svg", folder, name) >= size) {
        complain(EXIT_CREATE, "the path of the folder '%.60s...' is too long", folder);
        return NULL;
    }
    return output_open(path, input);
}

int draw_activation(gml_context *context, const gml_entry *entry, const char *folder)
{
    char path[4096];
    curves of;
    gml_status status = compute(context, entry->name, &of);
    if (status != GML_OK) {
        return complain_status(context, status);
    }
    FILE *stream = open_picture(folder, entry->name, NULL, path, sizeof path);
    if (stream == NULL) {
        return EXIT_CREATE;
    }
    write_plot(entry, &of, stream);
    return output_close(stream, path);
}

/* ---- trained activations ---- */

gml_status sample_activation(const gml_network *network, size_t layer, size_t unit, double value[ACTIVATION_POINTS],
                             double slope[ACTIVATION_POINTS])
{
    float narrow[3][POINTS];
    double wide[3][POINTS];
    bool is_narrow = gml_network_dtype(network) == GML_F32;
    gml_matrix views[3];
    for (size_t i = 0; i < POINTS; i++) {
        wide[0][i] = activation_argument(i);
        narrow[0][i] = (float)activation_argument(i);
    }
    for (size_t k = 0; k < 3; k++) {
        views[k] = is_narrow ? gml_matrix_f32(narrow[k], 1, POINTS) : gml_matrix_f64(wide[k], 1, POINTS);
    }
    gml_status status = gml_network_apply_activation(network, layer, unit, views[0], views[1], views[2]);
    for (size_t i = 0; status == GML_OK && i < POINTS; i++) {
        value[i] = is_narrow ? (double)narrow[1][i] : wide[1][i];
        slope[i] = is_narrow ? (double)narrow[2][i] : wide[2][i];
    }
    return status;
}

enum { MOST_UNITS = 24 };

/* Curves 0 to count - 1 are of units; curve `count` is the initial activation. All have the same range of y. */
static gml_status compute_learned(const gml_network *network, size_t index, size_t units, curves *of, size_t count)
{
    double low = -0.4, high = 1.2;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i <= count; i++) {
        status = sample_activation(network, index, i < count ? i * units / count : SIZE_MAX, of[i].value, of[i].slope);
        of[i].low = low;
        of[i].high = high;
        of[i].jump = INFINITY; /* it is continuous, and may be steep */
        of[i].clipped = true;
        widen_all(&of[i]);
        low = of[i].low;
        high = of[i].high;
    }
    for (size_t i = 0; i <= count; i++) {
        of[i].low = low;
        of[i].high = high;
    }
    return status;
}

static void write_learned_plot(const char *title, const curves *of, size_t count, FILE *stream)
{
    write_head(title, stream);
    fprintf(stream, "<text x=\"%d\" y=\"27\" class=\"soft\" text-anchor=\"end\">at first</text>\n", WIDTH - RIGHT - 80);
    if (count == 1) {
        write_slope_head(stream);
    }
    write_grid(&of[count], stream);
    write_frame(stream);
    write_curve(&of[count], of[count].value, "axis", "stroke-width=\"2\"", stream);
    for (size_t i = 0; i < count; i++) {
        write_curve(&of[i], of[i].value, "value", count > 1 ? "stroke-width=\"1\"" : "stroke-width=\"2.5\"", stream);
    }
    if (count == 1) {
        write_curve(&of[0], of[0].slope, "slope", "stroke-width=\"2\" stroke-dasharray=\"5 4\"", stream);
    }
    fputs("</svg>\n", stream);
}

int draw_layer(const gml_network *network, size_t index, size_t units, const char *model, const char *folder)
{
    char path[4096], name[64], title[64];
    curves of[MOST_UNITS + 1];
    size_t count = units < MOST_UNITS ? units : MOST_UNITS;
    gml_layer_view layer;
    gml_network_layer(network, index, &layer);
    snprintf(title, sizeof title, "layer %zu, %s", index + 1, layer.activation);
    snprintf(name, sizeof name, "layer-%zu-%s", index + 1, layer.activation);
    gml_status status = compute_learned(network, index, units, of, count);
    if (status != GML_OK) {
        return complain_status(gml_network_context(network), status);
    }
    FILE *stream = open_picture(folder, name, model, path, sizeof path);
    if (stream == NULL) {
        return EXIT_CREATE;
    }
    write_learned_plot(title, of, count, stream);
    return output_close(stream, path);
}
