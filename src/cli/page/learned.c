/* cli/page/learned.c - what trainable activations became. */
#include <stdlib.h>

#include "cli/chart/learned_chart.h"
#include "cli/page/html.h"
#include "cli/page/subject.h"
#include "cli/report/learned.h"

enum { WIDTH = 330, HEIGHT = 200, LEFT = 40, RIGHT = 8, TOP = 8, BOTTOM = 24, MOST_LAYERS = 8 };

static int write_layer(FILE *stream, const page_source *source, size_t layer, size_t units, learned_chart *room)
{
    static const chart_box box = {LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM};
    const gml_status status = learned_chart_fill(source->network, layer, units, room);
    gml_layer_view view;
    char label[160];
    if (status != GML_OK || gml_network_layer(source->network, layer, &view) != GML_OK) {
        return page_refused(stream, source, status);
    }
    fprintf(stream, "<figure class=\"narrow\">\n<figcaption>layer %zu: ", layer + 1);
    html_text(stream, view.text);
    if (units > LEARNED_MOST) {
        fprintf(stream, ", %d of %zu units", LEARNED_MOST, units);
    } else if (units > 1) {
        fprintf(stream, ", %zu units", units);
    }
    fputs("</figcaption>\n", stream);
    snprintf(label, sizeof label,
             "the learned activation %.60s of layer %zu from x = -5 to 5, and the initial one, dashed", view.activation,
             layer + 1);
    html_svg_begin(stream, WIDTH, HEIGHT, label);
    chart_draw(stream, &room->chart, box, html_unique());
    html_svg_end(stream);
    html_figure_end(stream);
    return 0;
}

int page_learned(FILE *stream, const page_source *source)
{
    size_t units = 0, shown = 0, layer = 0;
    const size_t layers = source->network != NULL ? gml_network_layers(source->network) : 0;
    while (layer < layers && !layer_learns(source->network, layer, &units)) {
        layer++;
    }
    if (layer == layers) {
        return 0;
    }
    learned_chart *room = malloc(sizeof *room);
    int code = room != NULL ? 0 : page_no_memory();
    html_note(stream, "Learned functions from x = -5 to 5; the dashed line is the function at first.");
    html_grid_begin(stream, false);
    for (; code == 0 && layer < layers && shown < MOST_LAYERS; layer++) {
        if (layer_learns(source->network, layer, &units)) {
            code = write_layer(stream, source, layer, units, room);
            shown++;
        }
    }
    html_grid_end(stream);
    if (code == 0 && layer < layers) {
        fprintf(stream, "<p class=\"note\">Of the layers with learned functions, the first %d.</p>\n", MOST_LAYERS);
    }
    free(room);
    return code;
}
