/* cli/page/curves.c - the section of curves: loss, metric and learning rate of a run. */
#include <stdio.h>
#include <string.h>

#include "cli/page/html.h"
#include "cli/page/page.h"
#include "cli/page/page_chart.h"
#include "cli/run/run_panels.h"
#include "cli/run/run_story.h"

/* The legend in words of the page, so that it wraps and stays readable. */
static void write_legend(FILE *stream, const chart *of)
{
    fputs("<p class=\"legend\">", stream);
    for (size_t i = 0; i < of->count; i++) {
        if (of->curves[i].name != NULL) {
            fprintf(stream,
                    "<span><svg class=\"key\" viewBox=\"0 0 22 10\" width=\"22\" height=\"10\" "
                    "aria-hidden=\"true\"><path class=\"%s\" stroke-width=\"2\" d=\"M1 5H21\"/></svg> ",
                    of->curves[i].class);
            html_text(stream, of->curves[i].name);
            fputs("</span> ", stream);
        }
    }
    fputs("</p>\n", stream);
}

/* Of a single run, the curves of its metric and of its rate have no names in the chart. */
static const char *name_of(const run_panel *panel, size_t curve)
{
    const char *name = panel->curves[curve].name, *axis = panel->chart.y.name;
    return name != NULL ? name : strcmp(axis, "rate") == 0 ? axis : "validation";
}

static void write_panel(FILE *stream, run_panel *panel)
{
    const char *names[3 * MOST_RUNS];
    char label[160];
    const chart *made = &panel->chart;
    panel->chart.curves = panel->curves;
    for (size_t i = 0; i < made->count; i++) {
        names[i] = name_of(panel, i);
    }
    snprintf(label, sizeof label, "%.64s by epoch%s%s", made->y.name, made->mark.label[0] != '\0' ? "; " : "",
             made->mark.label);
    fputs("<figure>\n<figcaption>", stream);
    html_text(stream, made->y.name);
    fprintf(stream, " <small>%s%sby epoch</small></figcaption>\n",
            panel->curves[0].name == NULL && strcmp(name_of(panel, 0), "validation") == 0 ? "validation, " : "",
            made->y.log ? "logarithmic, " : "");
    page_chart_write(stream, &(page_chart){made, names, 400, 250, label});
    write_legend(stream, made);
    html_figure_end(stream);
}

int page_curves(FILE *stream, const page_source *source)
{
    run_panel made[MOST_PANELS];
    if (source->run == NULL || !run_curves_exist(&source->run->curves)) {
        return 0;
    }
    const run_curves *const runs[] = {&source->run->curves};
    const size_t panels = run_panels_make(runs, 1, made);
    html_grid_begin(stream, false);
    for (size_t i = 0; i < panels; i++) {
        write_panel(stream, &made[i]);
    }
    html_grid_end(stream);
    return 0;
}
