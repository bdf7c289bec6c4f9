/* cli/page/reliability.c - the reliability diagram: how often predictions of each confidence are right. */
#include <math.h>

#include "cli/chart/chart.h"
#include "cli/chart/svg.h"
#include "cli/page/html.h"
#include "cli/page/subject.h"

enum { BINS = 15 }; /* as of the metric ece by default */
enum { WIDTH = 330, LEFT = 48, TOP = 10, SIDE = WIDTH - LEFT - 10, LOW = 60, GAP = 34 };

static double total_weight(const gml_reliability_bin bins[BINS])
{
    double sum = 0;
    for (size_t i = 0; i < BINS; i++) {
        sum += bins[i].weight;
    }
    return sum;
}

static void draw_bar(FILE *stream, const gml_reliability_bin *bin, size_t i, double share)
{
    const double width = (double)SIDE / BINS, left = LEFT + (double)i * width;
    const double bottom = TOP + SIDE + GAP + LOW;
    char text[120];
    fprintf(stream,
            "<g><rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>"
            "<rect class=\"cell\" fill-opacity=\"0.5\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
            left + 0.5, TOP + SIDE * (1 - bin->accuracy), width - 1, SIDE * bin->accuracy, left + 0.5,
            bottom - LOW * share, width - 1, LOW * share);
    svg_line(stream, "mean", left + 0.5, TOP + SIDE * (1 - bin->confidence), left + width - 0.5,
             TOP + SIDE * (1 - bin->confidence));
    snprintf(text, sizeof text, "confidence %.3f, right %.3f, weight %.6g", bin->confidence, bin->accuracy,
             bin->weight);
    html_tooltip(stream, text);
    fputs("</g>\n", stream);
}

static void draw_diagram(FILE *stream, const gml_reliability_bin bins[BINS], double error)
{
    static const double ends[2] = {0, 1};
    const chart_curve equal = {.x = ends, .y = ends, .count = 2, .class = "axis", .width = -1.5};
    const chart diagram = {.x = {.name = "confidence", .low = 0, .high = 1},
                           .y = {.name = "right", .low = 0, .high = 1},
                           .curves = &equal,
                           .count = 1,
                           .mark = {.x = NAN}};
    const double total = total_weight(bins);
    char label[160];
    snprintf(label, sizeof label,
             "reliability diagram: share of right predictions in %d intervals of confidence; expected calibration "
             "error %.4f",
             BINS, error);
    html_svg_begin(stream, WIDTH, TOP + SIDE + GAP + LOW + 22, label);
    chart_draw(stream, &diagram, (chart_box){LEFT, TOP, SIDE, SIDE}, html_unique());
    for (size_t i = 0; i < BINS; i++) {
        if (bins[i].weight > 0) {
            draw_bar(stream, &bins[i], i, bins[i].weight / total);
        }
    }
    svg_line(stream, "axis", LEFT, TOP + SIDE + GAP + LOW, LEFT + SIDE, TOP + SIDE + GAP + LOW);
    svg_label(stream, "soft", "middle", LEFT + SIDE / 2.0, TOP + SIDE + GAP + LOW + 16, "share of the samples");
    html_svg_end(stream);
}

int page_reliability(FILE *stream, const page_source *source)
{
    gml_reliability_bin bins[BINS];
    double error;
    if (!page_has_classes(source)) {
        return 0;
    }
    const gml_status status = gml_reliability(source->network, source->data, bins, BINS, &error);
    if (status != GML_OK) {
        return page_refused(stream, source, status);
    }
    fprintf(stream, "<p>Expected calibration error <b>%.4f</b>.</p>\n", error);
    page_narrow_begin(stream, "share of right predictions (upward) by the probability of the predicted class");
    draw_diagram(stream, bins, error);
    html_figure_end(stream);
    html_note(stream, "A calibrated model is right as often as its probabilities say: its bars end at the short lines, "
                      "the mean probabilities of their intervals. Bars below them tell of overconfidence; "
                      "<code>gemmule train --calibrate</code> lessens it.");
    return 0;
}
