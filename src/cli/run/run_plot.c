/* cli/run/run_plot.c - draws the charts of runs of training, in the terminal and as SVG. */
#include <math.h>
#include <string.h>

#include "cli/chart/svg.h"
#include "cli/run/run_panels.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

void run_plot_print(FILE *stream, const run_curves *const *runs, size_t count)
{
    run_panel made[MOST_PANELS];
    const size_t panels = run_panels_make(runs, count, made);
    for (size_t i = 0; i < panels; i++) {
        fputs(i > 0 ? "\n" : "", stream);
        chart_print(stream, &made[i].chart, chart_width(stream), made[i].rows);
    }
}

/* ---- SVG ---- */

enum { WIDTH = 720, LEFT = 64, RIGHT = 24, HEAD = 62, LEGEND_ROW = 20, GAP = 54, BOTTOM = 40 };

static void write_styles(FILE *stream)
{
    static const char *const light[MOST_RUNS] = {"0969da", "d9480f", "1a7f37", "8250df",
                                                 "bf3989", "9a6700", "0e7490", "57606a"};
    static const char *const dark[MOST_RUNS] = {"58a6ff", "ff922b", "3fb950", "bc8cff",
                                                "ff7bc4", "d29922", "39c5cf", "9198a1"};
    fputs("<style>\n  .faint { stroke: #0969da; stroke-opacity: 0.3 }", stream);
    for (size_t i = 0; i < MOST_RUNS; i++) {
        fprintf(stream, " .%s { stroke: #%s }", run_classes[i], light[i]);
    }
    fputs("\n  @media (prefers-color-scheme: dark) { .faint { stroke: #58a6ff }", stream);
    for (size_t i = 0; i < MOST_RUNS; i++) {
        fprintf(stream, " .%s { stroke: #%s }", run_classes[i], dark[i]);
    }
    fputs(" }\n</style>\n", stream);
}

/* Data, network and optimizer of a single run, and its rate if there is no panel for that. */
static void write_about(FILE *stream, const run_curves *run, bool rate_shown)
{
    char text[CURVE_TEXT + 32];
    const run_curve *rate = &run->curve[CURVE_RATE];
    const bool stated = !rate_shown && rate->count > 0 && isfinite(rate->y[0]);
    snprintf(text, sizeof text, "%.90s", run->about);
    if (stated) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, ", rate %.3g", rate->y[0]);
    }
    svg_label(stream, "soft", "start", LEFT, 47, text);
}

int run_plot_draw(const char *path, const run_curves *const *runs, size_t count)
{
    run_panel made[MOST_PANELS];
    const size_t panels = run_panels_make(runs, count, made);
    const chart *first = &made[0].chart;
    const double legend = LEGEND_ROW * (double)chart_legend_rows(first, WIDTH - LEFT - RIGHT);
    double height = HEAD + legend + BOTTOM, top = HEAD + legend;
    for (size_t i = 0; i < panels; i++) {
        height += made[i].height + (i > 0 ? GAP : 24);
    }
    FILE *stream = output_open(path, NULL);
    if (stream == NULL) {
        return EXIT_CREATE;
    }
    svg_head(stream, WIDTH, (int)height, LEFT, count == 1 ? runs[0]->name : "runs of training");
    write_styles(stream);
    if (count == 1) {
        write_about(stream, runs[0], strcmp(made[panels - 1].chart.y.name, "rate") == 0);
    } else {
        svg_label(stream, "soft", "start", LEFT, 47, "solid: validation, dashed: training");
    }
    chart_draw_legend(stream, first, LEFT, HEAD + 8, WIDTH - LEFT - RIGHT);
    for (size_t i = 0; i < panels; i++) {
        top += i > 0 ? GAP : 24;
        svg_label(stream, "text", "start", LEFT, top - 8, made[i].chart.y.name);
        chart_draw(stream, &made[i].chart, (chart_box){LEFT, top, WIDTH - LEFT - RIGHT, made[i].height}, (int)i);
        top += made[i].height;
    }
    svg_label(stream, "soft", "end", WIDTH - RIGHT, top + 32, "epoch");
    fputs("</svg>\n", stream);
    return output_close(stream, path);
}
