/* cli/page/html_figure.c - writes HTML: grids, figures, pictures and images. */
#include <stdint.h>

#include "cli/page/html.h"

void html_grid_begin(FILE *stream, bool small)
{
    fprintf(stream, "<div class=\"tiles%s\">\n", small ? " small" : "");
}

void html_grid_end(FILE *stream)
{
    fputs("</div>\n", stream);
}

void html_figure_begin(FILE *stream, const char *caption)
{
    fputs("<figure>\n", stream);
    if (caption != NULL) {
        fprintf(stream, "<figcaption>%s</figcaption>\n", caption);
    }
}

void html_figure_end(FILE *stream)
{
    fputs("</figure>\n", stream);
}

void html_svg_begin(FILE *stream, double width, double height, const char *label)
{
    fprintf(stream, "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\"", width, height,
            width, height);
    html_attribute(stream, "aria-label", label);
    fputs(">\n", stream);
}

void html_svg_end(FILE *stream)
{
    fputs("</svg>\n", stream);
}

void html_tooltip(FILE *stream, const char *text)
{
    fputs("<title>", stream);
    html_escaped(stream, text, HTML_LONGEST_TITLE);
    fputs("</title>", stream);
}

int html_unique(void)
{
    static int last;
    return ++last;
}

/* RFC 4648, section 4. */
static void write_base64(FILE *stream, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        const size_t left = size - i;
        const uint32_t group =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
        const char text[] = {digits[group >> 18], digits[group >> 12 & 63], left > 1 ? digits[group >> 6 & 63] : '=',
                             left > 2 ? digits[group & 63] : '='};
        fwrite(text, 1, sizeof text, stream);
    }
}

void html_image(FILE *stream, const char *class, const char *type, const void *bytes, size_t size, size_t width,
                size_t height, const char *label)
{
    fprintf(stream, "<img class=\"%s\" width=\"%zu\" height=\"%zu\"", class, width, height);
    html_attribute(stream, "alt", label);
    fprintf(stream, " src=\"data:%s;base64,", type);
    write_base64(stream, bytes, size);
    fputs("\">\n", stream);
}
