/* cli/page/units.c - what the units of hidden layers respond to: their class selectivity. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/chart/svg.h"
#include "cli/page/html.h"
#include "cli/page/subject.h"
#include "cli/report/ranking.h"
#include "cli/report/report.h"

enum { MOST_LAYERS = 4, MOST_CLASSES = 30, MOST_LISTED = 5, MOST_UNITS = 20, BARS = 20, MOST_MEANS = 1 << 24 };

typedef struct layer_units {
    const page_source *source;
    gml_layer_view view;
    gml_unit_selectivity *units; /* [view.outputs] */
    size_t defined;              /* units with a selectivity */
} layer_units;

/* ---- how selective the units are ---- */

static void draw_histogram(FILE *stream, const layer_units *of)
{
    enum { WIDTH = 330, HEIGHT = 92, LEFT = 10, SIDE = WIDTH - 2 * LEFT, BOTTOM = 70, TALL = 62 };
    size_t counts[BARS] = {0}, most = 1;
    char label[128];
    for (size_t j = 0; j < of->view.outputs; j++) {
        const double place = of->units[j].selectivity * BARS;
        if (!isnan(place)) {
            size_t *count = &counts[place < 0 ? 0 : place >= BARS ? BARS - 1 : (size_t)place];
            most = ++*count > most ? *count : most;
        }
    }
    snprintf(label, sizeof label, "histogram of the class selectivity of %zu units, from 0 to 1", of->defined);
    html_svg_begin(stream, WIDTH, HEIGHT, label);
    for (size_t i = 0; i < BARS; i++) {
        const double width = (double)SIDE / BARS, height = TALL * (double)counts[i] / (double)most;
        if (counts[i] > 0) {
            fprintf(stream,
                    "<rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%.2f to %.2f: "
                    "%zu units</title></rect>\n",
                    LEFT + (double)i * width + 0.5, BOTTOM - height, width - 1, height, (double)i / BARS,
                    (double)(i + 1) / BARS, counts[i]);
        }
    }
    svg_line(stream, "axis", LEFT, BOTTOM, LEFT + SIDE, BOTTOM);
    svg_label(stream, "soft", "start", LEFT, BOTTOM + 16, "0");
    svg_label(stream, "soft", "middle", LEFT + SIDE / 2.0, BOTTOM + 16, "selectivity");
    svg_label(stream, "soft", "end", LEFT + SIDE, BOTTOM + 16, "1");
    html_svg_end(stream);
}

/* ---- which units ---- */

/* A row of a class: how many units prefer it, and the most selective of them. */
static void write_class(FILE *stream, const layer_units *of, size_t class)
{
    size_t items[MOST_LISTED], count = 0;
    double scores[MOST_LISTED];
    char room[PAGE_NUMBER];
    ranking greatest = {.most = MOST_LISTED, .items = items, .scores = scores};
    for (size_t j = 0; j < of->view.outputs; j++) {
        if (!isnan(of->units[j].selectivity) && of->units[j].preferred == class) {
            count++;
            ranking_add(&greatest, j, of->units[j].selectivity);
        }
    }
    html_row_begin(stream);
    page_name_cell(stream, page_class_name(of->source, class, room), true);
    html_cell_count(stream, count);
    fputs("<td>", stream);
    for (size_t i = 0; i < greatest.count; i++) {
        fprintf(stream, "%s%zu&nbsp;(%.2f)", i > 0 ? ", " : "", items[i], scores[i]);
    }
    fputs("</td>", stream);
    html_row_end(stream);
}

static void write_classes(FILE *stream, const layer_units *of, size_t classes)
{
    static const char *const headings[] = {"class", "#units that prefer it", "most selective units (selectivity)"};
    html_table_begin(stream, "units by the class they prefer", headings, 3);
    for (size_t i = 0; i < classes; i++) {
        write_class(stream, of, i);
    }
    html_table_end(stream);
}

static void write_units(FILE *stream, const layer_units *of)
{
    static const char *const headings[] = {"unit", "class", "#selectivity", "#mean for the class", "#for others"};
    size_t items[MOST_UNITS];
    double scores[MOST_UNITS];
    char room[PAGE_NUMBER], number[PAGE_NUMBER];
    ranking greatest = {.most = MOST_UNITS, .items = items, .scores = scores};
    for (size_t j = 0; j < of->view.outputs; j++) {
        ranking_add(&greatest, j, of->units[j].selectivity);
    }
    html_table_begin(stream, "the most selective units", headings, 5);
    for (size_t i = 0; i < greatest.count; i++) {
        const gml_unit_selectivity *unit = &of->units[items[i]];
        snprintf(number, sizeof number, "%zu", items[i]);
        html_row_begin(stream);
        html_cell_head(stream, number);
        page_name_cell(stream, page_class_name(of->source, unit->preferred, room), false);
        html_cell_number(stream, unit->selectivity);
        html_cell_number(stream, unit->greatest);
        html_cell_number(stream, unit->others);
        html_row_end(stream);
    }
    html_table_end(stream);
}

/* ---- the section ---- */

static void write_layer(FILE *stream, const layer_units *of, size_t layer)
{
    const size_t outputs = gml_network_outputs(of->source->network), classes = outputs == 1 ? 2 : outputs;
    fprintf(stream, "<h3>Layer %zu: ", layer + 1);
    html_text(stream, of->view.text);
    fputs("</h3>\n", stream);
    if (of->defined < of->view.outputs) {
        fprintf(stream,
                "<p class=\"note\">%zu of %zu units have no selectivity: they are 0 for all samples, or below 0 "
                "on average.</p>\n",
                of->view.outputs - of->defined, of->view.outputs);
    }
    page_narrow_begin(stream, NULL);
    draw_histogram(stream, of);
    html_figure_end(stream);
    if (classes <= MOST_CLASSES) {
        write_classes(stream, of, classes);
    } else {
        write_units(stream, of);
    }
}

static size_t count_defined(const layer_units *of)
{
    size_t count = 0;
    for (size_t j = 0; j < of->view.outputs; j++) {
        count += isnan(of->units[j].selectivity) ? 0 : 1;
    }
    return count;
}

/* A layer that applies an activation to each unit, before that which makes the outputs. */
static bool is_hidden(const gml_network *network, size_t layer, gml_layer_view *view)
{
    const size_t outputs = gml_network_outputs(network), classes = outputs == 1 ? 2 : outputs;
    return layer < hidden_layers(network) && gml_network_layer(network, layer, view) == GML_OK &&
           strcmp(view->activation, "identity") != 0 && view->outputs * classes <= MOST_MEANS;
}

int page_units(FILE *stream, const page_source *source)
{
    if (!page_has_classes(source)) {
        return 0;
    }
    const char *intro = "Class selectivity, (greatest - others) / (greatest + others) of a unit's mean outputs over "
                        "the samples of each class: 1 for a unit that responds to one class alone, 0 for one that "
                        "responds to all alike. Units are counted from 0.";
    size_t shown = 0;
    int code = 0;
    for (size_t i = 0; code == 0 && shown < MOST_LAYERS && i < gml_network_layers(source->network); i++) {
        layer_units of = {.source = source};
        if (!is_hidden(source->network, i, &of.view)) {
            continue;
        }
        of.units = calloc(of.view.outputs, sizeof *of.units);
        gml_status status =
            of.units != NULL ? gml_class_selectivity(source->network, source->data, i, of.units) : GML_ERROR_MEMORY;
        of.defined = status == GML_OK ? count_defined(&of) : 0;
        if (status != GML_OK) {
            code = page_refused(stream, source, status);
            shown = MOST_LAYERS;                        /* the data are the reason, and the same for other layers */
        } else if (2 * of.defined >= of.view.outputs) { /* else most are below 0 on average */
            fprintf(stream, shown == 0 ? "<p>%s</p>\n" : "", intro);
            write_layer(stream, &of, i);
            shown++;
        }
        free(of.units);
    }
    return code;
}
