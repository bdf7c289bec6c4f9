/* cli/page/health.c - the section of health: a table of all layers, and charts of each. */
#include "cli/page/health.h"

#include <math.h>
#include <string.h>

#include "cli/page/html.h"
#include "cli/page/member.h"
#include "cli/page/page.h"
#include "cli/run/run_health.h"
#include "cli/run/run_story.h"

enum { MOST_ROWS = 500, MOST_CHARTED = 16 }; /* layers */

/* The figures of a layer that a line of health does not have; zero-initialised if nothing is known. */
static gml_layer_health view_of(const page_source *source, size_t index)
{
    gml_layer_health view = {.singular_count = 0};
    if (source->health != NULL && gml_health_layer(source->health, index, &view) == GML_OK) {
        return view;
    }
    return (gml_layer_health){.condition = (double)NAN, .effective_rank = (double)NAN};
}

static const char *layer_text(const page_source *source, size_t index, gml_layer_view *view)
{
    return source->network != NULL && gml_network_layer(source->network, index, view) == GML_OK ? view->text : NULL;
}

/* ---- the table ---- */

static void write_row(FILE *stream, const page_source *source, const json_t *layer, size_t index)
{
    static const char *const counts[] = {"units", "dead", "saturated"};
    static const char *const figures[] = {"mean",         "deviation",   "gradient_norm",
                                          "update_ratio", "weight_norm", "spectral_norm"};
    char number[32];
    gml_layer_view view;
    const gml_layer_health more = view_of(source, index);
    snprintf(number, sizeof number, "%zu", index + 1);
    html_row_begin(stream);
    html_cell_head(stream, number);
    html_cell_text(stream, layer_text(source, index, &view));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        html_cell_number(stream, member_number(layer, counts[i]));
    }
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        html_cell_number(stream, member_number(layer, figures[i]));
    }
    html_cell_number(stream, more.effective_rank);
    html_cell_number(stream, more.condition);
    html_row_end(stream);
}

static void write_table(FILE *stream, const page_source *source, const json_t *last)
{
    static const char *const headings[] = {"layer",         "kind",         "#units",         "#dead",
                                           "#saturated",    "#mean",        "#deviation",     "#gradient norm",
                                           "#update ratio", "#weight norm", "#spectral norm", "#effective rank",
                                           "#condition"};
    const json_t *layer;
    size_t i;
    html_table_begin(stream, "health of the layers", headings, sizeof headings / sizeof headings[0]);
    json_array_foreach(json_object_get(last, "layers"), i, layer)
    {
        if (i < MOST_ROWS) {
            write_row(stream, source, layer, i);
        }
    }
    html_table_end(stream);
}

/* ---- the charts ---- */

static void write_layer(FILE *stream, const page_source *source, const json_t *lines, const health_axes *axes,
                        size_t index)
{
    gml_layer_view view;
    const gml_layer_health more = view_of(source, index);
    const char *text = layer_text(source, index, &view);
    fprintf(stream, "<h3>Layer %zu", index + 1);
    if (text != NULL) {
        fputs(" · ", stream);
        html_text(stream, text);
    }
    fputs("</h3>\n", stream);
    health_charts_write(stream, &(health_layer){lines, index, more.singular_values, more.singular_count, axes});
}

static void cover_spectra(const page_source *source, chart_axis *axis, size_t layers)
{
    for (size_t i = 0; i < layers; i++) {
        const gml_layer_health more = view_of(source, i);
        for (size_t k = 0; k < more.singular_count; k++) {
            if (more.singular_values[k] > 1e-4 * more.singular_values[0]) {
                chart_cover(axis, &more.singular_values[k], 1);
            }
        }
    }
    chart_settle(axis, true, 0.05);
}

static void write_charts(FILE *stream, const page_source *source, const json_t *lines, size_t layers)
{
    const size_t shown = layers < MOST_CHARTED ? layers : MOST_CHARTED;
    health_axes axes = health_axes_of(lines);
    cover_spectra(source, &axes.spectrum, shown);
    html_note(
        stream,
        "Charts of one kind have the same axes in all layers. Values lie on the scale x / (1 + |x|); the height of "
        "a ridge is the root of the share of its bin, and the last epoch is at the bottom. The update ratio is the "
        "change of the weights in one step over their norm: about 0.001 is usual.");
    for (size_t i = 0; i < shown; i++) {
        write_layer(stream, source, lines, &axes, i);
    }
    if (shown < layers) {
        fprintf(stream, "<p class=\"note\">The other %zu layers are in the table alone.</p>\n", layers - shown);
    }
}

/* Where the figures are from. */
static void write_origin(FILE *stream, const page_source *source, const json_t *last)
{
    fprintf(stream, "<p>%.0f samples", member_number(last, "samples"));
    if (source->health_note != NULL) {
        fputs(", ", stream);
        html_text(stream, source->health_note);
    } else {
        fprintf(stream, ", observed in epoch %.0f of the training", member_number(last, "epoch"));
    }
    fputs(".</p>\n", stream);
}

int page_health(FILE *stream, const page_source *source)
{
    const json_t *lines = source->run != NULL ? source->run->health : NULL;
    json_t *own = NULL;
    if (source->health != NULL && json_array_size(lines) == 0) {
        own = json_pack("[o]", run_health_line(source->network, source->health, 1));
        lines = own;
    }
    const json_t *last = last_health(lines);
    if (last != NULL) {
        write_origin(stream, source, last);
        write_table(stream, source, last);
        write_charts(stream, source, lines, json_array_size(json_object_get(last, "layers")));
    }
    json_decref(own);
    return 0;
}
