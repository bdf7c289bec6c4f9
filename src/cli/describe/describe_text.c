/* cli/describe/describe_text.c - the columns of a table as lines for people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/describe/describe.h"
#include "cli/report/cell.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/help.h"

enum {
    LEAST_NAME = 6,
    MOST_NAME = 20,
    KIND = 10,
    DISTINCT = 8,
    MISSING = 7,
    ROLE = 10,
    LEAST_VALUES = 8,
    MOST_LISTED = 64
};
enum { OTHERS = 2 + KIND + 2 + DISTINCT + 2 + MISSING + 2 + ROLE };

const char *describe_target(const description *of)
{
    const char *name = NULL;
    for (size_t i = 0; i < of->count; i++) {
        name = of->columns[i].role == ROLE_TARGET ? described_name(&of->columns[i]) : name;
    }
    return gml_dataset_targets(of->data) > 1 ? gml_dataset_target_name(of->data) : name;
}

static size_t missing_targets(const description *of)
{
    size_t missing = 0;
    for (size_t i = 0; i < of->count; i++) {
        missing += of->columns[i].role == ROLE_TARGET ? of->columns[i].view.missing : 0;
    }
    return missing;
}

void describe_role(const described_column *column, char text[ROLE_SIZE])
{
    static const char *const words[] = {"-", "input", "target", "weights", "groups"};
    if (column->role == ROLE_INPUT && column->inputs > 0) {
        snprintf(text, ROLE_SIZE, "%zu input%s", column->inputs, plural(column->inputs));
    } else {
        snprintf(text, ROLE_SIZE, "%s", words[column->role]);
    }
}

/* Returns the escaped text, which the caller frees, and how many columns it takes; null: no memory. */
static char *escape(const char *text, size_t *characters)
{
    char *escaped = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&escaped, &size);
    *characters = 0;
    if (memory == NULL) {
        return NULL;
    }
    print_text(memory, text, 0);
    if (fclose(memory) != 0) {
        free(escaped);
        return NULL;
    }
    for (size_t i = 0; i < size; i++) {
        *characters += ((unsigned char)escaped[i] & 0xc0) != 0x80;
    }
    return escaped;
}

/* Prints escaped text in exactly `width` columns, cut with dots; without blanks behind if `last`. */
static void print_cell(const char *text, size_t width, bool last)
{
    size_t characters = 0, used = 0, at = 0;
    char *escaped = escape(text, &characters);
    if (escaped == NULL) {
        return;
    }
    const bool cut = characters > width && width > 3;
    const size_t most = cut ? width - 3 : width;
    while (escaped[at] != '\0' && (used < most || ((unsigned char)escaped[at] & 0xc0) == 0x80)) {
        used += ((unsigned char)escaped[at++] & 0xc0) != 0x80;
    }
    fwrite(escaped, 1, at, stdout);
    fputs(cut ? "..." : "", stdout);
    used += cut ? 3 : 0;
    printf("%*s", last || used >= width ? 0 : (int)(width - used), "");
    free(escaped);
}

/* Writes the range or the first levels. The caller frees it; null: no memory. */
static char *list_values(const gml_table_column_view *view)
{
    char *text = NULL, least[DATE_SIZE], greatest[DATE_SIZE];
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return NULL;
    }
    if (view->level_count > 0) {
        for (size_t i = 0; i < view->level_count && i < MOST_LISTED; i++) {
            fprintf(stream, "%s%s", i > 0 ? ", " : "", view->levels[i]);
        }
        fputs(view->level_count < view->distinct ? ", ..." : "", stream);
    } else if (view->kind == GML_COLUMN_DATE && !isnan(view->least)) {
        date_text(view->least, least);
        date_text(view->greatest, greatest);
        fprintf(stream, "%s to %s", least, greatest);
    } else if (!isnan(view->least)) {
        if (view->least == view->greatest) {
            fprintf(stream, "%.5g", view->least);
        } else {
            fprintf(stream, "%.5g to %.5g", view->least, view->greatest);
        }
    }
    if (fclose(stream) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* Prints "title: text" over several lines. */
static void print_sentence(const char *title, const char *text)
{
    size_t characters = 0, used = 0;
    char *name = escape(title, &characters), *escaped = escape(text, &characters);
    if (name != NULL && escaped != NULL) {
        used = (size_t)printf("%s:", name);
        for (const char *word = escaped; *word != '\0';) {
            const size_t length = strcspn(word, " ");
            if (used + 1 + length > help_width() && used > 1) {
                used = (size_t)printf("\n ") - 1;
            }
            used += (size_t)printf(" %.*s", (int)length, word);
            word += length + (word[length] == ' ');
        }
        putchar('\n');
    }
    free(name);
    free(escaped);
}

static void print_count(size_t count, int width)
{
    const size_t most = ((size_t)1 << 20) + 1;
    if (count == most) {
        printf("  %*s", width, "> 2^20");
    } else {
        printf("  %*zu", width, count);
    }
}

static int print_column(const described_column *column, size_t name_width, size_t values_width)
{
    static const char *const kinds[] = {"number", "category", "date", "identifier", "text", "constant", "empty"};
    char role[ROLE_SIZE];
    char *values = list_values(&column->view);
    if (values == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to print a table");
    }
    print_cell(described_name(column), name_width, false);
    fputs("  ", stdout);
    print_cell(column->view.refused ? "unclear" : kinds[column->view.kind], KIND, false);
    print_count(column->view.distinct, DISTINCT);
    print_count(column->view.missing, MISSING);
    fputs("  ", stdout);
    describe_role(column, role);
    print_cell(role, ROLE, values_width == 0 || values[0] == '\0');
    if (values_width > 0 && values[0] != '\0') {
        fputs("  ", stdout);
        print_cell(values, values_width, true);
    }
    putchar('\n');
    free(values);
    return 0;
}

/* The width of the longest name, as far as the terminal has room. */
static size_t name_width(const description *of)
{
    const size_t room = help_width() - OTHERS, most = room < MOST_NAME ? room : MOST_NAME;
    size_t width = LEAST_NAME;
    for (size_t i = 0; i < of->count && width < most; i++) {
        size_t characters = 0;
        free(escape(described_name(&of->columns[i]), &characters));
        width = characters > width ? characters : width;
    }
    return width < most ? width : most;
}

/* Says what is no input or unclear, and why. */
static void print_reasons(const description *of)
{
    bool any = false;
    for (size_t i = 0; i < of->count; i++) {
        const described_column *column = &of->columns[i];
        const bool other = column->role == ROLE_TARGET || column->role == ROLE_WEIGHTS || column->role == ROLE_GROUPS;
        if ((column->view.used && !column->view.refused) || other) {
            continue;
        }
        fputs(any ? "" : "\n", stdout);
        any = true;
        print_sentence(described_name(column), column->view.reason);
    }
}

static void print_task(const description *of)
{
    const char *reason = gml_dataset_task_reason(of->data);
    const char *name = describe_target(of);
    const size_t missing = missing_targets(of);
    char text[512];
    if (name == NULL) {
        return;
    }
    if (gml_dataset_task(of->data) == GML_TASK_CLASSIFICATION) {
        snprintf(text, sizeof text, "%.200s, classification of %zu classes", name, gml_dataset_classes(of->data));
    } else {
        snprintf(text, sizeof text, "%.200s, regression", name);
    }
    const size_t used = strlen(text);
    if (reason != NULL) {
        snprintf(text + used, sizeof text - used, ": %s", reason);
    }
    putchar('\n');
    print_sentence(gml_dataset_targets(of->data) > 1 ? "targets" : "target", text);
    if (missing > 0) {
        snprintf(text, sizeof text, "%zu target%s missing, which --missing-targets mask leaves out of training",
                 missing, missing == 1 ? " is" : "s are");
        print_sentence("missing", text);
    }
    if (of->preparation != NULL) {
        const size_t columns = gml_preparation_columns(of->preparation),
                     inputs = gml_preparation_inputs(of->preparation);
        snprintf(text, sizeof text, "%zu column%s, %zu input%s of a network", columns, plural(columns), inputs,
                 plural(inputs));
        print_sentence("inputs", text);
    }
}

int describe_text(const description *of)
{
    const size_t name = name_width(of), used = name + OTHERS + 2;
    const size_t values = help_width() >= used + LEAST_VALUES ? help_width() - used : 0;
    print_text(stdout, of->path, 0);
    printf(": %zu row%s, %zu column%s\n\n", gml_table_rows(of->table), plural(gml_table_rows(of->table)), of->count,
           plural(of->count));
    print_cell("column", name, false);
    printf("  %-*s  %*s  %*s  ", KIND, "kind", DISTINCT, "distinct", MISSING, "missing");
    printf(values > 0 ? "%-*s  values\n" : "%.*s\n", ROLE, "becomes");
    int code = 0;
    for (size_t i = 0; code == 0 && i < of->count; i++) {
        code = print_column(&of->columns[i], name, values);
    }
    if (code == 0) {
        print_reasons(of);
    }
    if (code == 0 && of->data != NULL) {
        print_task(of);
    }
    return code;
}
