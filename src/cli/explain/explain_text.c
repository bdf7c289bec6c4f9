/* cli/explain/explain_text.c - the explanation of a sample as text: a bar for each input, sorted by magnitude. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain/explain.h"
#include "cli/report/cell.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/help.h"

enum { WIDEST_NAME = 24, NAME_SIZE = 96, NUMBERS = 24, LEAST_BAR = 8 }; /* NUMBERS: columns of value and attribution */

/* An input and its attribution. */
typedef struct ranked {
    size_t input;
    double attribution;
} ranked;

static int by_magnitude(const void *a, const void *b)
{
    const ranked *one = a, *other = b;
    const double x = fabs(one->attribution), y = fabs(other->attribution);
    return x != y ? (x < y) - (x > y) : (one->input > other->input) - (one->input < other->input);
}

const char *explained_name(gml_explained which)
{
    return which == GML_EXPLAINED_SCORE ? "score" : "output";
}

/* Shortens a text to `most` bytes at the end of a character. */
static void shorten(const char *text, size_t most, char shown[NAME_SIZE])
{
    size_t size = strlen(text);
    if (size > most) {
        size = most - 3;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) {
            size--;
        }
    }
    snprintf(shown, NAME_SIZE, "%.*s%s", (int)size, text, text[size] != '\0' ? "..." : "");
}

/* The name of an input, shortened. */
static void write_name(const gml_network *network, size_t input, char name[NAME_SIZE])
{
    const char *known = gml_network_feature_name(network, input);
    if (known == NULL) {
        snprintf(name, NAME_SIZE, "input %zu", input + 1);
        return;
    }
    shorten(known, WIDEST_NAME, name);
}

static void print_class_name(const gml_network *network, size_t index)
{
    const char *name = gml_network_class_name(network, index);
    if (name != NULL) {
        print_text(stdout, name, 0);
    } else {
        printf("%zu", index);
    }
}

/* "class setosa" or "target 0". */
static void print_output(const explanation *of)
{
    const gml_network *network = of->table->network;
    if (of->table->classes > 0) {
        fputs("class ", stdout);
        print_class_name(network, of->report->output);
    } else if (gml_network_target_name_at(network, of->report->output) != NULL) {
        print_text(stdout, gml_network_target_name_at(network, of->report->output), 0);
    } else {
        printf("target %zu", of->report->output);
    }
}

static void print_prediction(const explanation *of)
{
    printf("sample %zu: ", of->sample);
    if (of->table->classes == 0) {
        printf("prediction %.6g\n", of->prediction[of->report->output]);
        return;
    }
    const double pair[2] = {1 - of->prediction[0], of->prediction[0]};
    const double *shares = of->table->outputs == 1 ? pair : of->prediction;
    size_t best = 0;
    for (size_t k = 1; k < of->table->classes; k++) {
        best = shares[k] > shares[best] ? k : best;
    }
    fputs("class ", stdout);
    print_class_name(of->table->network, best);
    printf(", probability %.4g\n", shares[best]);
}

static void print_bar(double value, double greatest, size_t width)
{
    const double length = greatest > 0 ? fabs(value) / greatest * (double)width : 0;
    for (size_t i = 0; isfinite(length) && (double)i + 0.5 <= length; i++) {
        putchar(value < 0 ? '-' : '+');
    }
    putchar('\n');
}

/* A number, or the text of a category or date, shortened. */
static void print_value(const explanation *of, size_t input)
{
    enum { WIDTH = 10 };
    char room[DATE_SIZE], value[NAME_SIZE];
    const char *text = cell_text(of->table->network, input, of->x[input], room);
    if (text == NULL) {
        printf("  %*.5g", WIDTH, of->x[input]);
        return;
    }
    shorten(text, WIDTH, value);
    if (needs_escape(value)) {
        fputs("  ", stdout);
        print_text(stdout, value, WIDTH);
    } else {
        printf("  %*s", WIDTH, value);
    }
}

static void print_inputs(const explanation *of, const ranked *order, size_t shown)
{
    const size_t width = help_width();
    const size_t bar = width > WIDEST_NAME + NUMBERS + LEAST_BAR ? width - WIDEST_NAME - NUMBERS - 4 : LEAST_BAR;
    double rest = 0;
    for (size_t i = 0; i < of->inputs; i++) {
        char name[NAME_SIZE];
        if (i >= shown) {
            rest += order[i].attribution;
            continue;
        }
        write_name(of->table->network, order[i].input, name);
        print_text(stdout, name, WIDEST_NAME);
        print_value(of, order[i].input);
        printf("  %+10.4g  ", unsigned_nan(order[i].attribution));
        print_bar(order[i].attribution, fabs(order[0].attribution), bar);
    }
    if (of->inputs > shown) {
        char others[NAME_SIZE];
        snprintf(others, sizeof others, "%zu other%s", of->inputs - shown, plural(of->inputs - shown));
        printf("%-*s  %10s  %+10.4g\n", WIDEST_NAME, others, "", unsigned_nan(rest));
    }
}

static void print_line(const char *what, double value)
{
    printf("%-*s  %10s  %+10.4g\n", WIDEST_NAME, what, "", unsigned_nan(value));
}

/* How the attributions add up to the value. */
static void print_sum(const explanation *of)
{
    const gml_attribution_report *report = of->report;
    if (isnan(report->base)) {
        print_line("value", report->value);
        return;
    }
    print_line("sum", report->sum);
    print_line("+ base value", report->base);
    if (report->biases != 0 || report->epsilon != 0) {
        print_line("+ absorbed by biases", report->biases);
        print_line("+ absorbed by epsilon", report->epsilon);
    }
    print_line("+ not explained", report->error);
    print_line("= value", report->value);
}

int explanation_text(const explanation *of)
{
    ranked *order = calloc(of->inputs, sizeof *order);
    if (order == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to print an explanation");
    }
    for (size_t j = 0; j < of->inputs; j++) {
        order[j] = (ranked){.input = j, .attribution = of->attributions[j]};
    }
    qsort(order, of->inputs, sizeof *order, by_magnitude);
    print_prediction(of);
    print_text(stdout, of->flags->method, 0);
    printf(", %s of ", explained_name(of->report->which));
    print_output(of);
    fputs("\n\n", stdout);
    printf("%-*s  %10s  %10s\n", WIDEST_NAME, "input", "value", "part");
    print_inputs(of, order, of->flags->top < of->inputs ? of->flags->top : of->inputs);
    putchar('\n');
    print_sum(of);
    free(order);
    return 0;
}
