/* cli/page/subject.c - names, failures, and parts of figures and tables, for sections about a model on data. */
#include "cli/page/subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/page/html.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"

/* ---- names ---- */

const char *page_class_name(const page_source *source, size_t index, char room[PAGE_NUMBER])
{
    const char *name = gml_network_class_name(source->network, index);
    if (name == NULL && source->data != NULL) {
        name = gml_dataset_class_name(source->data, index);
    }
    snprintf(room, PAGE_NUMBER, "%zu", index);
    return name != NULL ? name : room;
}

const char *page_input_name(const page_source *source, size_t index, char room[PAGE_NUMBER])
{
    const char *name = gml_network_feature_name(source->network, index);
    snprintf(room, PAGE_NUMBER, "input %zu", index + 1);
    return name != NULL ? name : room;
}

void page_short_name(FILE *stream, const char *name)
{
    enum { MOST = 24 };
    fputs("<bdi", stream);
    if (strlen(name) > MOST || needs_escape(name)) {
        html_attribute(stream, "title", name);
    }
    fputs(">", stream);
    html_abbreviated(stream, name, MOST);
    fputs("</bdi>", stream);
}

void page_name_cell(FILE *stream, const char *name, bool head)
{
    fputs(head ? "<th scope=\"row\">" : "<td>", stream);
    page_short_name(stream, name);
    fputs(head ? "</th>" : "</td>", stream);
}

void page_name_heading(FILE *stream, const char *name)
{
    fputs("<th scope=\"col\" class=\"number\">", stream);
    page_short_name(stream, name);
    fputs("</th>", stream);
}

/* About how wide a text is in a picture, in its units, in a font with wide letters. The text has entities. */
static double width_of(const char *text)
{
    double width = 0;
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if ((byte & 0xc0) != 0x80) { /* the first byte of a character */
            width += byte >= 0x80 || strchr("MWmw@%", *text) != NULL ? 12 : 7.5;
        }
        if (*text == '&') {
            text += strcspn(text, ";");
        }
    }
    return width;
}

/* A name that may be wider than the width is set into it, whatever the font. */
void page_svg_name(FILE *stream, double x, double y, const char *name, double width)
{
    enum { MOST = 16 };
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);
    if (memory == NULL) {
        return;
    }
    html_abbreviated(memory, name, MOST);
    if (fclose(memory) == 0) {
        fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" class=\"text\" text-anchor=\"end\"", x, y);
        if (width_of(text) > width) {
            fprintf(stream, " textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\"", width);
        }
        fputs(">", stream);
        html_tooltip(stream, name);
        fprintf(stream, "%s</text>\n", text);
    }
    free(text);
}

void page_narrow_begin(FILE *stream, const char *caption)
{
    fputs("<figure class=\"narrow\">\n", stream);
    if (caption != NULL) {
        fprintf(stream, "<figcaption>%s</figcaption>\n", caption);
    }
}

void page_value(FILE *stream, double value)
{
    if (isfinite(value)) {
        fprintf(stream, "%s%.6g", value < 0 ? "−" : "", fabs(value));
    } else {
        html_number(stream, value);
    }
}

void page_shaded_cell(FILE *stream, double share)
{
    enum { LEVELS = 8 }; /* of page.css */
    static const double least = 0.01;
    fputs("<td class=\"number", stream);
    if (fabs(share) >= least) {
        fprintf(stream, " %s%d", share < 0 ? "below" : "above", (int)fmin(ceil(fabs(share) * LEVELS), LEVELS));
    }
    fputs("\">", stream);
}

/* ---- whether there is something to show ---- */

static bool has_targets(const page_source *source, gml_task task)
{
    return source->network != NULL && source->data != NULL && gml_dataset_targets(source->data) > 0 &&
           gml_dataset_task(source->data) == task;
}

bool page_has_classes(const page_source *source)
{
    return has_targets(source, GML_TASK_CLASSIFICATION);
}

bool page_has_values(const page_source *source)
{
    return has_targets(source, GML_TASK_REGRESSION);
}

void page_on_data(FILE *stream, const page_source *source)
{
    if (source->data_note != NULL) {
        fputs("<p class=\"note\">On ", stream);
        html_text(stream, source->data_note);
        fputs(".</p>\n", stream);
    }
}

/* ---- failures ---- */

int page_no_memory(void)
{
    return complain(EXIT_MEMORY, "not enough memory for the page");
}

int page_refused(FILE *stream, const page_source *source, gml_status status)
{
    if (status == GML_ERROR_MEMORY) {
        return page_no_memory();
    }
    fputs("<p class=\"note\">Not shown: ", stream);
    html_text(stream, gml_context_message(gml_network_context(source->network)));
    fputs("</p>\n", stream);
    return 0;
}
