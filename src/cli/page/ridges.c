/* cli/page/ridges.c - the distribution of a layer's values over the epochs, as ridges. */
#include <math.h>

#include "cli/chart/svg.h"
#include "cli/page/health.h"
#include "cli/page/html.h"
#include "cli/page/member.h"

enum { MOST_RIDGES = 14, LEFT = 30, RIGHT = 8, TOP = 34, BOTTOM = 26, RIDGE = 26 };

/* Shares of values in bins. */
typedef struct shares {
    double bin[GML_HEALTH_BINS], greatest, greatest_beside; /* beside: of the bins that do not have 0 */
} shares;

static shares shares_of(const health_layer *layer, const json_t *line)
{
    const json_t *bins = json_object_get(health_layer_of(line, layer->index), "histogram");
    shares of = {.greatest = 0};
    double total = 0;
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        of.bin[i] = (double)json_integer_value(json_array_get(bins, i));
        total += of.bin[i];
    }
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        const bool zero = gml_health_edge(i) <= 0 && gml_health_edge(i + 1) >= 0;
        of.bin[i] = total > 0 ? of.bin[i] / total : 0;
        of.greatest = fmax(of.greatest, of.bin[i]);
        of.greatest_beside = zero ? of.greatest_beside : fmax(of.greatest_beside, of.bin[i]);
    }
    return of;
}

/* The lines that are drawn, evenly spread. */
typedef struct selection {
    const json_t *lines[MOST_RIDGES];
    size_t count;
    double scale; /* the share that is as high as a ridge */
} selection;

static selection select_lines(const health_layer *layer)
{
    const size_t all = json_array_size(layer->lines);
    selection made = {.count = all < MOST_RIDGES ? all : MOST_RIDGES};
    double greatest = 0;
    for (size_t i = 0; i < made.count; i++) {
        made.lines[i] = json_array_get(layer->lines, made.count > 1 ? i * (all - 1) / (made.count - 1) : all - 1);
        const shares of = shares_of(layer, made.lines[i]);
        made.scale = fmax(made.scale, of.greatest_beside);
        greatest = fmax(greatest, of.greatest);
    }
    made.scale = made.scale > 0 ? made.scale : greatest;
    return made;
}

/* A path along the bins. A peak at 0, as of relu, is cut. */
static void write_ridge(FILE *stream, const shares *of, double scale, double bottom, double height)
{
    const double step = (double)(HEALTH_WIDTH - LEFT - RIGHT) / GML_HEALTH_BINS;
    fprintf(stream, "M%d %.1f", LEFT, bottom);
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        const double place = scale > 0 ? fmin(of->bin[i] / scale, 1.3) : 0;
        fprintf(stream, "L%.1f %.1f", LEFT + step * ((double)i + 0.5), bottom - height * place);
    }
    fprintf(stream, "L%d %.1f", HEALTH_WIDTH - RIGHT, bottom);
}

/* Marks of values on the axis x / (1 + |x|). */
static void write_axis(FILE *stream)
{
    static const double marks[] = {-10, -1, 0, 1, 10};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        char label[16];
        const double place = 0.5 + 0.5 * marks[i] / (1 + fabs(marks[i]));
        const double x = LEFT + place * (HEALTH_WIDTH - LEFT - RIGHT);
        snprintf(label, sizeof label, "%g", marks[i]);
        svg_line(stream, "grid", x, 10, x, HEALTH_HEIGHT - BOTTOM);
        svg_label(stream, "soft", "middle", x, HEALTH_HEIGHT - 9, label);
    }
}

static void write_epoch(FILE *stream, const health_layer *layer, const selection *all, size_t i)
{
    char text[48];
    const double share = all->count > 1 ? (double)i / (double)(all->count - 1) : 1;
    const double room = HEALTH_HEIGHT - TOP - BOTTOM, bottom = TOP + share * room;
    const shares of = shares_of(layer, all->lines[i]);
    fprintf(stream, "<path class=\"ridge\" opacity=\"%.2f\" d=\"", 0.4 + 0.6 * share);
    write_ridge(stream, &of, all->scale, bottom, all->count > 1 ? RIDGE : room);
    fputs("\">", stream);
    snprintf(text, sizeof text, "epoch %.0f", member_number(all->lines[i], "epoch"));
    html_tooltip(stream, text);
    fputs("</path>\n", stream);
    if (all->count > 1 && (i == 0 || i == all->count - 1)) {
        svg_label(stream, "soft", "end", LEFT - 5, bottom, text + sizeof "epoch");
    }
}

void ridges_write(FILE *stream, const health_layer *layer)
{
    char label[96];
    const selection all = select_lines(layer);
    if (!(member_number(last_health(layer->lines), "samples") > 0)) {
        return;
    }
    snprintf(label, sizeof label, "distribution of the values of layer %zu%s", layer->index + 1,
             all.count > 1 ? ", by epoch" : "");
    html_figure_begin(stream, all.count > 1 ? "values, by epoch" : "values");
    html_svg_begin(stream, HEALTH_WIDTH, HEALTH_HEIGHT, label);
    write_axis(stream);
    for (size_t i = 0; i < all.count; i++) {
        write_epoch(stream, layer, &all, i);
    }
    html_svg_end(stream);
    html_figure_end(stream);
}
