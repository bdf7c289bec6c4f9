/* cli/chart/svg.c - SVG pictures: styles and parts. */
#include "cli/chart/svg.h"

#include <stdlib.h>

#include "cli/shell/escape.h"

/* Writes a text of any source: control characters and bytes that are not UTF-8 are not allowed in XML. */
static void write_text(FILE *stream, const char *text)
{
    char *escaped = NULL;
    size_t size;
    FILE *memory = needs_escape(text) ? open_memstream(&escaped, &size) : NULL;
    if (memory != NULL) {
        print_text(memory, text, 0);
        text = fclose(memory) == 0 ? escaped : "";
    }
    for (; *text != '\0'; text++) {
        const char *entity = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : NULL;
        fputs(entity != NULL ? entity : (char[]){*text, '\0'}, stream);
    }
    free(escaped);
}

void svg_head(FILE *stream, int width, int height, double left, const char *title)
{
    fprintf(
        stream,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n"
        "<style>\n"
        "  .page { fill: #ffffff } .text { fill: #1f2328 } .soft { fill: #59636e } .grid { stroke: #d8dee4 }\n"
        "  .axis { stroke: #818b98 } .value { stroke: #0969da } .slope { stroke: #d9480f } .value-text { fill: "
        "#0969da }\n"
        "  .slope-text { fill: #d9480f }\n"
        "  @media (prefers-color-scheme: dark) {\n"
        "    .page { fill: #0d1117 } .text { fill: #f0f6fc } .soft { fill: #9198a1 } .grid { stroke: #252c36 }\n"
        "    .axis { stroke: #656c76 } .value { stroke: #58a6ff } .slope { stroke: #ff922b } .value-text { fill: "
        "#58a6ff }\n"
        "    .slope-text { fill: #ff922b }\n"
        "  }\n"
        "  text { font: 12px system-ui, \"DejaVu Sans\", sans-serif } .title { font-size: 15px; font-weight: 600 }\n"
        "  path { fill: none; stroke-linejoin: round; stroke-linecap: round }\n"
        "</style>\n"
        "<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n"
        "<text x=\"%g\" y=\"27\" class=\"text title\">",
        width, height, width, height, width, height, left);
    write_text(stream, title);
    fputs("</text>\n", stream);
}

void svg_line(FILE *stream, const char *class, double x1, double y1, double x2, double y2)
{
    fprintf(stream, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1, x2, y2, class);
}

void svg_label(FILE *stream, const char *class, const char *anchor, double x, double y, const char *text)
{
    fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">", x, y, class, anchor);
    write_text(stream, text);
    fputs("</text>\n", stream);
}
