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

/* A column of figures: a member of the lines, and what it needs. */
static const struct {
    const char *heading, *member;
    enum { WEIGHTS, SAMPLES, TRAINING } needs;
} columns[] = {{"#units", "units", WEIGHTS},
               {"#dead", "dead", SAMPLES},
               {"#saturated", "saturated", SAMPLES},
               {"#zeros", "zero", SAMPLES},
               {"#mean", "mean", SAMPLES},
               {"#deviation", "deviation", SAMPLES},
               {"#gradient norm", "gradient_norm", SAMPLES},
               {"#update ratio", "update_ratio", TRAINING},
               {"#weight norm", "weight_norm", WEIGHTS},
               {"#spectral norm", "spectral_norm", WEIGHTS}};

enum { COLUMNS = sizeof columns / sizeof columns[0], MOST_HEADINGS = COLUMNS + 4 };

static void write_row(FILE *stream, const page_source *source, const json_t *layer, size_t index, unsigned has)
{
    char number[32];
    gml_layer_view view;
    const gml_layer_health more = view_of(source, index);
    snprintf(number, sizeof number, "%zu", index + 1);
    html_row_begin(stream);
    html_cell_head(stream, number);
    html_cell_text(stream, layer_text(source, index, &view));
    for (size_t i = 0; i < COLUMNS; i++) {
        if (columns[i].needs <= has) {
            html_cell_number(stream, member_number(layer, columns[i].member));
        }
    }
    if (source->health != NULL) {
        html_cell_number(stream, more.effective_rank);
        html_cell_number(stream, more.condition);
    }
    html_row_end(stream);
}

static void write_table(FILE *stream, const page_source *source, const json_t *last, bool observed)
{
    const char *headings[MOST_HEADINGS] = {"layer", "kind"};
    const unsigned has = observed ? TRAINING : member_number(last, "samples") > 0 ? SAMPLES : WEIGHTS;
    const json_t *layer;
    size_t count = 2, i;
    for (i = 0; i < COLUMNS; i++) {
        if (columns[i].needs <= has) {
            headings[count++] = columns[i].heading;
        }
    }
    if (source->health != NULL) {
        headings[count++] = "#effective rank";
        headings[count++] = "#condition";
    }
    html_table_begin(stream, "health of the layers", headings, count);
    json_array_foreach(json_object_get(last, "layers"), i, layer)
    {
        if (i < MOST_ROWS) {
            write_row(stream, source, layer, i, has);
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
    static const char *const one = "Charts of one kind have the same axes in all layers. Values lie on the scale "
                                   "x / (1 + |x|), and a peak at 0 is cut.";
    static const char *const many =
        "Charts of one kind have the same axes in all layers. Each ridge is an epoch, the last at the bottom: values "
        "lie "
        "on the scale x / (1 + |x|), and a peak at 0 is cut. The update ratio is the change of the weights in "
        "one step over their norm; about 0.001 is usual.";
    const size_t shown = layers < MOST_CHARTED ? layers : MOST_CHARTED;
    health_axes axes = health_axes_of(lines);
    cover_spectra(source, &axes.spectrum, shown);
    html_note(stream, json_array_size(lines) > 1 ? many : one);
    for (size_t i = 0; i < shown; i++) {
        write_layer(stream, source, lines, &axes, i);
    }
    if (shown < layers) {
        fprintf(stream, "<p class=\"note\">The other %zu layers are in the table alone.</p>\n", layers - shown);
    }
}

/* Where the figures are from. */
static void write_origin(FILE *stream, const page_source *source, const json_t *last, bool observed)
{
    fputs("<p>", stream);
    if (observed) {
        fprintf(stream,
                "Observed while the network trained; the table has the last epoch observed, %.0f, with %.0f samples.",
                member_number(last, "epoch"), member_number(last, "samples"));
    } else if (source->health_note != NULL) {
        fputs("Measured on ", stream);
        if (source->data != NULL && member_number(last, "samples") < (double)gml_dataset_size(source->data)) {
            fprintf(stream, "%.0f of ", member_number(last, "samples"));
        }
        html_text(stream, source->health_note);
        fputs(".", stream);
    } else if (member_number(last, "samples") > 0) {
        fprintf(stream, "Observed on %.0f samples while the network trained.", member_number(last, "samples"));
    } else {
        fputs("Without samples, the figures of the weights alone.", stream);
    }
    fputs(observed && source->health != NULL ? " Singular values are those of the weights at the end.</p>\n" : "</p>\n",
          stream);
}

int page_health(FILE *stream, const page_source *source)
{
    const json_t *lines = source->run != NULL ? source->run->health : NULL;
    const bool observed = json_array_size(lines) > 0;
    json_t *own = NULL;
    if (source->health != NULL && !observed) {
        own = json_pack("[o]", run_health_line(source->network, source->health, 1));
        lines = own;
    }
    const json_t *last = last_health(lines);
    if (last != NULL) {
        write_origin(stream, source, last, observed);
        write_table(stream, source, last, observed);
        write_charts(stream, source, lines, json_array_size(json_object_get(last, "layers")));
    }
    json_decref(own);
    return 0;
}
