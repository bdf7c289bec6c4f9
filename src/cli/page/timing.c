/* cli/page/timing.c - the section of timing: how long each phase of a run took. */
#include <math.h>
#include <string.h>

#include "cli/page/html.h"
#include "cli/page/member.h"
#include "cli/page/page.h"
#include "cli/run/run_story.h"

enum { LOOKS = 9, MOST_PHASES = 32, WIDTH = 1000, HEIGHT = 26 };

typedef struct phase {
    const char *name;
    double seconds;
} phase;

/* The phases with a time above 0, in the order of the log. */
static size_t read_phases(const json_t *object, phase phases[MOST_PHASES], double *total)
{
    const char *name;
    json_t *value;
    size_t count = 0;
    *total = 0;
    json_object_foreach((json_t *)object, name, value)
    {
        const double seconds = json_is_number(value) ? json_number_value(value) : 0;
        if (seconds > 0 && seconds < 1e12 && count < MOST_PHASES) {
            phases[count++] = (phase){name, seconds};
            *total += seconds;
        }
    }
    return count;
}

static void write_bar(FILE *stream, const phase *phases, size_t count, double total)
{
    double left = 0;
    fprintf(stream,
            "<svg class=\"bar\" role=\"img\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
            "aria-label=\"time by phase\">\n",
            WIDTH, HEIGHT);
    for (size_t i = 0; i < count; i++) {
        char text[200];
        const double width = WIDTH * phases[i].seconds / total;
        fprintf(stream, "<rect class=\"phase%zu\" x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"%d\">", i % LOOKS, left,
                width, HEIGHT);
        snprintf(text, sizeof text, "%.100s: %.3g s, %.1f %%", phases[i].name, phases[i].seconds,
                 100 * phases[i].seconds / total);
        html_tooltip(stream, text);
        fputs("</rect>\n", stream);
        left += width;
    }
    fputs("</svg>\n", stream);
}

static void write_table(FILE *stream, const phase *phases, size_t count, double total)
{
    static const char *const headings[] = {"phase", "#time", "#share"};
    html_table_begin(stream, "time by phase", headings, 3);
    for (size_t i = 0; i < count; i++) {
        fprintf(stream,
                "<tr><th scope=\"row\"><svg class=\"key\" viewBox=\"0 0 12 12\" width=\"12\" height=\"12\" "
                "aria-hidden=\"true\"><rect class=\"phase%zu\" width=\"12\" height=\"12\" rx=\"2\"/></svg> ",
                i % LOOKS);
        html_text(stream, phases[i].name);
        fputs("</th><td class=\"number\">", stream);
        html_seconds(stream, phases[i].seconds);
        fprintf(stream, "</td><td class=\"number\">%.1f %%</td></tr>\n", 100 * phases[i].seconds / total);
    }
    html_table_end(stream);
}

int page_timing(FILE *stream, const page_source *source)
{
    phase phases[MOST_PHASES];
    double total;
    const json_t *result = source->run != NULL ? source->run->result : NULL;
    const double speed = member_number(result, "samples_per_second");
    const size_t count = read_phases(json_object_get(result, "phases"), phases, &total);
    if (count == 0) {
        return 0;
    }
    fputs("<p>The whole run took ", stream);
    html_seconds(stream, total);
    if (speed > 0) {
        fprintf(stream, "; training went over %.0f samples a second", speed);
    }
    fputs(".</p>\n", stream);
    write_bar(stream, phases, count, total);
    write_table(stream, phases, count, total);
    return 0;
}
