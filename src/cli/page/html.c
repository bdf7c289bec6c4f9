/* cli/page/html.c - writes HTML: text, sections, facts and tables. */
#include "cli/page/html.h"

#include <math.h>
#include <string.h>

#include "cli/shell/escape.h"

/* ---- text ---- */

enum { SHOWN_END = 60 }; /* characters of the end of a text that is too long */

static const char *entity_of(char c)
{
    return c == '&'    ? "&amp;"
           : c == '<'  ? "&lt;"
           : c == '>'  ? "&gt;"
           : c == '"'  ? "&quot;"
           : c == '\'' ? "&#39;"
                       : NULL;
}

static size_t count_characters(const char *text)
{
    char escaped[ESCAPED_SIZE];
    size_t count = 0, columns;
    for (; *text != '\0'; count++) {
        text += escape_character(text, escaped, &columns);
    }
    return count;
}

/* Writes the characters from `first` to before `end`. */
static void write_characters(FILE *stream, const char *text, size_t first, size_t end)
{
    char escaped[ESCAPED_SIZE];
    size_t columns;
    for (size_t i = 0; i < end && *text != '\0'; i++) {
        text += escape_character(text, escaped, &columns);
        const char *entity = i >= first ? entity_of(escaped[0]) : NULL;
        if (i >= first) {
            fputs(entity != NULL ? entity : escaped, stream);
        }
    }
}

/* The columns of the text, with those of escapes. */
static size_t width_of(const char *text)
{
    char escaped[ESCAPED_SIZE];
    size_t width = 0, columns;
    for (; *text != '\0'; width += columns) {
        text += escape_character(text, escaped, &columns);
    }
    return width;
}

/* The characters at the start of the text that fit into `most` columns. */
static size_t count_fitting(const char *text, size_t most)
{
    char escaped[ESCAPED_SIZE];
    size_t count = 0, used = 0, columns;
    for (; *text != '\0'; count++) {
        text += escape_character(text, escaped, &columns);
        used += columns;
        if (used > most) {
            break;
        }
    }
    return count;
}

void html_escaped(FILE *stream, const char *text, size_t most)
{
    const bool whole = width_of(text) <= most;
    write_characters(stream, text, 0, count_fitting(text, whole ? most : most - 1));
    fputs(whole ? "" : "…", stream);
}

/* The end of a text of `width` columns that fits into `most`. */
static const char *end_of(const char *text, size_t width, size_t most)
{
    char escaped[ESCAPED_SIZE];
    size_t columns;
    for (; width > most; width -= columns) {
        text += escape_character(text, escaped, &columns);
    }
    return text;
}

void html_abbreviated(FILE *stream, const char *text, size_t most)
{
    const size_t width = width_of(text), half = most / 2;
    if (width <= most) {
        write_characters(stream, text, 0, most);
        return;
    }
    write_characters(stream, text, 0, count_fitting(text, half));
    fputs("…", stream);
    write_characters(stream, end_of(text, width, most - half - 1), 0, most);
}

void html_attribute(FILE *stream, const char *name, const char *text)
{
    fprintf(stream, " %s=\"", name);
    html_escaped(stream, text, HTML_LONGEST_TITLE);
    fputc('"', stream);
}

void html_text(FILE *stream, const char *text)
{
    if (text == NULL) {
        fputs("-", stream);
        return;
    }
    const size_t count = count_characters(text);
    fputs("<bdi", stream);
    if (count > HTML_LONGEST) {
        html_attribute(stream, "title", text);
        fputs(">", stream);
        write_characters(stream, text, 0, HTML_LONGEST - SHOWN_END - 1);
        fputs("…", stream);
        write_characters(stream, text, count - SHOWN_END, count);
    } else {
        fputs(">", stream);
        write_characters(stream, text, 0, count);
    }
    fputs("</bdi>", stream);
}

void html_prose(FILE *stream, const char *text)
{
    fputs("<bdi>", stream);
    html_escaped(stream, text != NULL ? text : "-", HTML_LONGEST_TITLE);
    fputs("</bdi>", stream);
}

void html_number(FILE *stream, double value)
{
    char text[32];
    if (!isfinite(value)) {
        fputs(isnan(value) ? "–" : value > 0 ? "∞" : "−∞", stream);
        return;
    }
    snprintf(text, sizeof text, fabs(value) >= 1e4 && fabs(value) < 1e9 ? "%.0f" : "%.4g", fabs(value));
    fprintf(stream, "%s%s", value < 0 ? "−" : "", text);
}

void html_seconds(FILE *stream, double seconds)
{
    if (!(seconds >= 0 && seconds < 1e9)) {
        fputs("–", stream);
    } else if (seconds < 0.9995) {
        fprintf(stream, "%.3g ms", 1000 * seconds);
    } else if (seconds < 99.95) {
        fprintf(stream, "%.3g s", seconds);
    } else if (seconds < 3600) {
        fprintf(stream, "%d min %d s", (int)(seconds / 60), (int)seconds % 60);
    } else {
        fprintf(stream, "%d h %d min", (int)(seconds / 3600), (int)(seconds / 60) % 60);
    }
}

/* ---- sections ---- */

void html_section_begin(FILE *stream, const char *id, const char *title)
{
    fprintf(stream, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n", id, id, id,
            title);
}

void html_section_end(FILE *stream)
{
    fputs("</section>\n", stream);
}

void html_heading(FILE *stream, const char *title)
{
    fprintf(stream, "<h3>%s</h3>\n", title);
}

void html_note(FILE *stream, const char *text)
{
    fprintf(stream, "<p class=\"note\">%s</p>\n", text);
}

/* ---- facts ---- */

void html_facts_begin(FILE *stream)
{
    fputs("<dl class=\"facts\">\n", stream);
}

void html_fact_begin(FILE *stream, const char *name)
{
    fprintf(stream, "<div><dt>%s</dt><dd>", name);
}

void html_fact_end(FILE *stream)
{
    fputs("</dd></div>\n", stream);
}

void html_facts_end(FILE *stream)
{
    fputs("</dl>\n", stream);
}

void html_fact_text(FILE *stream, const char *name, const char *text)
{
    if (text != NULL) {
        html_fact_begin(stream, name);
        html_text(stream, text);
        html_fact_end(stream);
    }
}

void html_fact_number(FILE *stream, const char *name, double value)
{
    if (!isnan(value)) {
        html_fact_begin(stream, name);
        html_number(stream, value);
        html_fact_end(stream);
    }
}

void html_fact_count(FILE *stream, const char *name, size_t value)
{
    html_fact_begin(stream, name);
    fprintf(stream, "%zu", value);
    html_fact_end(stream);
}

/* ---- tables ---- */

void html_table_begin(FILE *stream, const char *caption, const char *const *headings, size_t count)
{
    fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\"", stream);
    html_attribute(stream, "aria-label", caption);
    fputs(">\n<table>\n<thead><tr>", stream);
    for (size_t i = 0; i < count; i++) {
        const bool number = headings[i][0] == '#';
        fprintf(stream, "<th scope=\"col\"%s>%s</th>", number ? " class=\"number\"" : "", headings[i] + number);
    }
    fputs("</tr></thead>\n<tbody>\n", stream);
}

void html_table_end(FILE *stream)
{
    fputs("</tbody>\n</table>\n</div>\n", stream);
}

void html_row_begin(FILE *stream)
{
    fputs("<tr>", stream);
}

void html_row_end(FILE *stream)
{
    fputs("</tr>\n", stream);
}

void html_cell_head(FILE *stream, const char *text)
{
    fputs("<th scope=\"row\">", stream);
    html_text(stream, text);
    fputs("</th>", stream);
}

void html_cell_text(FILE *stream, const char *text)
{
    fputs("<td>", stream);
    html_text(stream, text);
    fputs("</td>", stream);
}

void html_cell_number(FILE *stream, double value)
{
    fputs("<td class=\"number\">", stream);
    html_number(stream, value);
    fputs("</td>", stream);
}

void html_cell_count(FILE *stream, size_t value)
{
    fprintf(stream, "<td class=\"number\">%zu</td>", value);
}
