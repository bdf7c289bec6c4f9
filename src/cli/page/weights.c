/* cli/page/weights.c - the weights of the first layer: pictures where inputs are pictures, else a map of inputs and
 * units. */
#include <math.h>
#include <stdlib.h>

#include "cli/chart/svg.h"
#include "cli/explain/first_layer.h"
#include "cli/page/html.h"
#include "cli/page/picture.h"
#include "cli/page/subject.h"
#include "cli/report/ranking.h"

enum { MOST_UNITS = FIRST_LAYER_MOST, MOST_INPUTS = 40, MOST_PIXELS = 120000 };

/* The units with the greatest norms. */
typedef struct chosen_units {
    size_t units[MOST_UNITS], count;
    double *norms;  /* [units of the layer] */
    double *values; /* [count x inputs] */
    double most;    /* the end of the colors: 99.5 % of the magnitudes are at most this */
    double greatest;
} chosen_units;

static int by_magnitude(const void *a, const void *b)
{
    const double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

static bool find_range(chosen_units *chosen, size_t count)
{
    double *sorted = malloc(count * sizeof *sorted);
    size_t finite = 0;
    for (size_t i = 0; sorted != NULL && i < count; i++) {
        if (isfinite(chosen->values[i])) {
            sorted[finite++] = chosen->values[i];
        }
    }
    chosen->greatest = page_picture_most(chosen->values, count);
    chosen->most = chosen->greatest;
    if (finite > 0) {
        qsort(sorted, finite, sizeof *sorted, by_magnitude);
        const double magnitude = fabs(sorted[finite - 1 - finite / 200]);
        chosen->most = magnitude > 0 ? magnitude : chosen->greatest;
    }
    free(sorted);
    return sorted != NULL;
}

static bool choose(const first_layer *layer, size_t most, chosen_units *chosen)
{
    const size_t inputs = layer->weights.rows;
    *chosen = (chosen_units){.norms = calloc(layer->weights.cols, sizeof(double))};
    if (chosen->norms == NULL) {
        return false;
    }
    chosen->count = first_layer_choose(layer, chosen->norms, most, chosen->units);
    chosen->values = calloc(chosen->count, inputs * sizeof *chosen->values);
    if (chosen->values == NULL) {
        return false;
    }
    for (size_t k = 0; k < chosen->count; k++) {
        first_layer_unit(layer, chosen->units[k], chosen->values + k * inputs);
    }
    return find_range(chosen, chosen->count * inputs);
}

static int write_key(FILE *stream, const chosen_units *chosen)
{
    const int code = page_picture_key(stream, chosen->most);
    if (code == 0 && chosen->greatest > chosen->most) {
        fputs("<p class=\"note\">Colors end where 99.5&nbsp;% of the magnitudes do; the greatest is ", stream);
        html_number(stream, chosen->greatest);
        fputs(".</p>\n", stream);
    }
    return code;
}

/* "64 of 256 units, those with the greatest norms" */
static void write_which(FILE *stream, const chosen_units *chosen, size_t units)
{
    if (chosen->count < units) {
        fprintf(stream, "%zu of %zu units, those with the greatest norms, the greatest first", chosen->count, units);
    } else {
        fprintf(stream, "%zu unit%s, the greatest norm first", units, units == 1 ? "" : "s");
    }
}

/* ---- pictures ---- */

static void write_order(FILE *stream, const chosen_units *chosen)
{
    fputs("<p class=\"note\">Units in reading order, counted from 0:", stream);
    for (size_t k = 0; k < chosen->count; k++) {
        fprintf(stream, "%s %zu", k > 0 ? "," : "", chosen->units[k]);
    }
    fputs("</p>\n", stream);
}

static int write_pictures(FILE *stream, const first_layer *layer, picture_shape shape)
{
    const size_t pixels = shape.height * shape.width, afford = MOST_PIXELS / pixels;
    chosen_units chosen;
    int code = choose(layer, afford < MOST_UNITS ? afford : MOST_UNITS, &chosen) ? 0 : page_no_memory();
    if (code == 0) {
        char label[160];
        snprintf(label, sizeof label, "weights of %zu units of the first layer as pictures, from %.3g to %.3g",
                 chosen.count, -chosen.greatest, chosen.greatest);
        fputs("<p>The weights from each pixel to a unit, for ", stream);
        write_which(stream, &chosen, layer->weights.cols);
        fputs(". A unit responds to inputs that are bright where its picture is orange and dark where it is "
              "blue.</p>\n",
              stream);
        html_figure_begin(stream, NULL);
        code = page_picture_sheet(stream, chosen.values, chosen.count, shape, chosen.most, label);
        html_figure_end(stream);
    }
    if (code == 0) {
        code = write_key(stream, &chosen);
        write_order(stream, &chosen);
    }
    free(chosen.norms), free(chosen.values);
    return code;
}

/* ---- a map ---- */

enum { LABELS = 112, PLOT = 208, WIDTH = LABELS + PLOT + 8, ROW = 16, TOP = 22 };

static double input_norm(const chosen_units *chosen, size_t inputs, size_t input)
{
    double sum = 0;
    for (size_t k = 0; k < chosen->count; k++) {
        sum += chosen->values[k * inputs + input] * chosen->values[k * inputs + input];
    }
    return sum;
}

static int by_place(const void *a, const void *b)
{
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* Chooses the inputs with the greatest weights, and leaves them in the order of the columns. */
static size_t choose_inputs(const chosen_units *chosen, size_t inputs, size_t shown[MOST_INPUTS])
{
    double norms[MOST_INPUTS];
    ranking greatest = {.most = MOST_INPUTS, .items = shown, .scores = norms};
    for (size_t i = 0; i < inputs; i++) {
        ranking_add(&greatest, i, input_norm(chosen, inputs, i));
    }
    qsort(shown, greatest.count, sizeof *shown, by_place);
    return greatest.count;
}

/* All cells of one color and opacity as one path: the level of a cell is its share of the greatest weight, from -LEVELS
 * to LEVELS. */
enum { LEVELS = 20 };

static void draw_level(FILE *stream, const chosen_units *chosen, size_t inputs, const size_t *shown, size_t rows,
                       int level)
{
    const double width = (double)PLOT / (double)chosen->count;
    bool found = false;
    for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0; k < chosen->count; k++) {
            const double share = chosen->values[k * inputs + shown[r]] / chosen->most;
            if (!isfinite(share) || (int)lround(share * LEVELS) != level) {
                continue;
            }
            if (!found) {
                fprintf(stream, "<path class=\"%s\" fill-opacity=\"%.2f\" d=\"", level < 0 ? "below" : "above",
                        fabs((double)level) / LEVELS);
            }
            found = true;
            fprintf(stream, "M%.1f %zuh%.1fv%dh-%.1fz", LABELS + (double)k * width, TOP + r * ROW, width, ROW - 1,
                    width);
        }
    }
    fputs(found ? "\"/>\n" : "", stream);
}

/* The name of an input of the first layer, in `room` if it comes from a preparation or has none. */
static const char *input_name(const page_source *source, size_t input, gml_prepared_input *room)
{
    const gml_preparation *preparation = gml_network_preparation(source->network);
    return preparation != NULL && gml_preparation_input(preparation, input, room) == GML_OK
               ? room->name
               : page_input_name(source, input, room->name);
}

static void draw_map(FILE *stream, const page_source *source, const chosen_units *chosen, size_t inputs)
{
    size_t shown[MOST_INPUTS];
    const size_t rows = choose_inputs(chosen, inputs, shown);
    char label[160];
    gml_prepared_input room;
    snprintf(label, sizeof label, "map of the weights from %zu inputs to %zu units of the first layer", rows,
             chosen->count);
    html_svg_begin(stream, WIDTH, (double)(TOP + rows * ROW + 4), label);
    svg_label(stream, "soft", "start", LABELS, TOP - 7, "units, the greatest norm first");
    for (size_t r = 0; r < rows; r++) {
        page_svg_name(stream, LABELS - 6, (double)(TOP + r * ROW) + 12, input_name(source, shown[r], &room),
                      LABELS - 6);
    }
    for (int level = -LEVELS; level <= LEVELS; level++) {
        if (level != 0) {
            draw_level(stream, chosen, inputs, shown, rows, level);
        }
    }
    html_svg_end(stream);
}

static int write_map(FILE *stream, const page_source *source, const first_layer *layer)
{
    const size_t inputs = layer->weights.rows, afford = ((size_t)1 << 22) / inputs + 1;
    chosen_units chosen;
    int code = choose(layer, afford < MOST_UNITS ? afford : MOST_UNITS, &chosen) ? 0 : page_no_memory();
    if (code == 0) {
        fputs("<p>The weights from each input, as the network scales it, to ", stream);
        write_which(stream, &chosen, layer->weights.cols);
        fputs(".", stream);
        if (inputs > MOST_INPUTS) {
            fprintf(stream, " Of %zu inputs, the %d with the greatest weights.", inputs, MOST_INPUTS);
        }
        fputs("</p>\n", stream);
        page_narrow_begin(stream, NULL);
        draw_map(stream, source, &chosen, inputs);
        html_figure_end(stream);
        code = write_key(stream, &chosen);
    }
    free(chosen.norms), free(chosen.values);
    return code;
}

int page_weights(FILE *stream, const page_source *source)
{
    first_layer layer;
    if (source->network == NULL || !first_layer_of(source->network, &layer)) {
        return 0;
    }
    const bool pictures =
        page_picture_fits(source->shape) && source->shape.height * source->shape.width == layer.weights.rows;
    return pictures ? write_pictures(stream, &layer, source->shape) : write_map(stream, source, &layer);
}
