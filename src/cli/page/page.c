/* cli/page/page.c - the page as a whole: its sections, and what stands around them. */
#include "cli/page/page.h"

#include <stdbool.h>
#include <stdlib.h>

#include "cli/page/head.h"
#include "cli/page/html.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

static const page_section sections[] = {
    {"alarms", "Alarms", page_alarms},
    {"facts", "What was trained", page_facts},
    {"curves", "Curves", page_curves},
    {"confusion", "Confusion", page_confusion},
    {"residuals", "Predictions and residuals", page_residuals},
    {"worst", "Worst samples", page_worst},
    {"importance", "Importances", page_importance},
    {"reliability", "Reliability", page_reliability},
    {"health", "Health", page_health},
    {"weights", "Weights of the first layer", page_weights},
    {"learned", "Learned activations", page_learned},
    {"units", "What units respond to", page_units},
    {"timing", "Timing", page_timing},
};

enum { SECTIONS = sizeof sections / sizeof sections[0] };

/* Text that is written into memory. */
typedef struct page_text {
    FILE *stream;
    char *text;
    size_t size;
} page_text;

static bool begin_text(page_text *made)
{
    *made = (page_text){.stream = NULL};
    made->stream = open_memstream(&made->text, &made->size);
    return made->stream != NULL;
}

/* False: not enough memory. */
static bool end_text(page_text *made)
{
    const bool failed = made->stream == NULL || ferror(made->stream);
    const bool closed = made->stream != NULL && fclose(made->stream) == 0;
    made->stream = NULL;
    return closed && !failed;
}

static int no_memory(void)
{
    return complain(EXIT_MEMORY, "not enough memory for the page");
}

static int write_contents(const page_source *source, page_text contents[SECTIONS])
{
    int code = 0;
    for (size_t i = 0; i < SECTIONS && code == 0; i++) {
        if (!begin_text(&contents[i])) {
            return no_memory();
        }
        code = sections[i].write(contents[i].stream, source);
        if (!end_text(&contents[i]) && code == 0) {
            code = no_memory();
        }
    }
    return code;
}

static void write_page(FILE *stream, const page_source *source, const page_text contents[SECTIONS])
{
    page_head(stream, source);
    fputs("<div class=\"columns\">\n<nav aria-label=\"Contents\"><ul>\n", stream);
    for (size_t i = 0; i < SECTIONS; i++) {
        if (contents[i].size > 0) {
            fprintf(stream, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id, sections[i].title);
        }
    }
    fputs("</ul></nav>\n<main>\n", stream);
    for (size_t i = 0; i < SECTIONS; i++) {
        if (contents[i].size > 0) {
            html_section_begin(stream, sections[i].id, sections[i].title);
            fwrite(contents[i].text, 1, contents[i].size, stream);
            html_section_end(stream);
        }
    }
    fputs("</main>\n</div>\n", stream);
    page_foot(stream);
}

int page_write(const char *path, const page_source *source)
{
    page_text contents[SECTIONS] = {{NULL}};
    int code = write_contents(source, contents);
    FILE *stream = code == 0 ? output_open(path, NULL) : NULL;
    if (stream != NULL) {
        write_page(stream, source, contents);
        code = output_close(stream, path);
    } else if (code == 0) {
        code = EXIT_CREATE;
    }
    for (size_t i = 0; i < SECTIONS; i++) {
        free(contents[i].text);
    }
    return code;
}
