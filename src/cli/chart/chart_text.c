/* cli/chart/chart_text.c - charts in the terminal, of ASCII characters. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cli/chart/chart.h"
#include "cli/shell/escape.h"

enum { NARROWEST = 39, WIDEST = 100, USUAL = 79, LABELS = 11, MOST_ROWS = 24 };

/* The characters of the picture inside the axes. */
typedef struct canvas {
    size_t columns, rows;
    char cell[MOST_ROWS][WIDEST + 1];
} canvas;

size_t chart_width(FILE *stream)
{
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return USUAL;
    }
    const size_t width = size.ws_col - 1u; /* some terminals wrap when the last column is written */
    return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

/* Sets a character where the picture has room for it. x and y are places on the axes. */
static void put(canvas *on, double x, double y, char mark)
{
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) {
        on->cell[(size_t)((1 - y) * (double)(on->rows - 1) + 0.5)][(size_t)(x * (double)(on->columns - 1) + 0.5)] =
            mark;
    }
}

/* Sets the columns between two points. */
static void put_line(canvas *on, const double from[2], const double to[2], char mark)
{
    const double columns = (to[0] - from[0]) * (double)(on->columns - 1);
    const size_t steps = columns >= 1 && columns <= 2 * WIDEST ? (size_t)columns : 0;
    for (size_t i = 1; i <= steps; i++) {
        const double share = (double)i / (double)(steps + 1);
        put(on, from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), mark);
    }
}

static void put_curve(canvas *on, const chart *of, const chart_curve *curve)
{
    double before[2] = {(double)NAN, (double)NAN};
    for (size_t i = 0; i < curve->count; i++) {
        const double here[2] = {chart_place(&of->x, curve->x[i]), chart_place(&of->y, curve->y[i])};
        if (!curve->dots && isfinite(here[1]) && isfinite(before[1])) {
            put_line(on, before, here, curve->mark);
        }
        put(on, here[0], here[1], curve->mark);
        memcpy(before, here, sizeof before);
    }
}

/* Prints a row with the label of a tick in it, if there is one. */
static void print_row(FILE *stream, const chart *of, const canvas *on, size_t row)
{
    double ticks[MOST_TICKS];
    char label[16] = "";
    const size_t count = chart_ticks(&of->y, on->rows / 2 + 1, ticks);
    for (size_t i = 0; i < count; i++) {
        const double at = (1 - chart_place(&of->y, ticks[i])) * (double)(on->rows - 1);
        if ((size_t)(fmax(at, 0) + 0.5) == row) {
            chart_label(&of->y, ticks[i], label);
        }
    }
    size_t length = on->columns;
    while (length > 0 && on->cell[row][length - 1] == ' ') {
        length--;
    }
    fprintf(stream, "%*s %c%.*s\n", LABELS - 1, label, label[0] != '\0' ? '+' : '|', (int)length, on->cell[row]);
}

/* Prints the x axis. A label begins at its tick, or ends at the end of the line. */
static void print_axis(FILE *stream, const chart *of, const canvas *on)
{
    char line[WIDEST + 1], labels[WIDEST + 1];
    double ticks[MOST_TICKS];
    const size_t count = chart_ticks(&of->x, on->columns / 8, ticks);
    size_t end = 0;
    memset(line, '-', on->columns);
    memset(labels, ' ', on->columns);
    line[on->columns] = labels[on->columns] = '\0';
    for (size_t i = 0; i < count; i++) {
        char label[16];
        chart_label(&of->x, ticks[i], label);
        const size_t length = strlen(label);
        const size_t at = (size_t)(fmin(fmax(chart_place(&of->x, ticks[i]), 0), 1) * (double)(on->columns - 1) + 0.5);
        const size_t first = at + length <= on->columns ? at : on->columns - length;
        line[at] = '+';
        if (first >= end) {
            memcpy(labels + first, label, length);
            end = first + length + 1;
        }
    }
    labels[end > 0 ? end - 1 : 0] = '\0';
    fprintf(stream, "%*s +%s\n%*s  %s\n", LABELS - 1, "", line, LABELS - 1, of->x.name, labels);
}

/* Prints an entry of the legend, in a new line where it has no room. Returns the columns used after it. */
static size_t print_entry(FILE *stream, size_t used, size_t width, char mark, const char *text)
{
    const size_t length = strlen(text) + 4;
    if (used > LABELS && used + length > width) {
        fprintf(stream, "\n%*s", LABELS - 1, "");
        used = LABELS - 1;
    }
    fprintf(stream, "  %c ", mark);
    print_text(stream, text, 0);
    return used + length;
}

/* The name of the y axis, the names of the curves and the label of the mark. */
static void print_legend(FILE *stream, const chart *of, size_t width)
{
    const size_t name = strlen(of->y.name);
    fprintf(stream, "%*s", LABELS - 1, of->y.name);
    size_t used = name > LABELS - 1 ? name : LABELS - 1;
    for (size_t i = 0; i < of->count; i++) {
        if (of->curves[i].name != NULL) {
            used = print_entry(stream, used, width, of->curves[i].mark, of->curves[i].name);
        }
    }
    if (!isnan(of->mark.x)) {
        print_entry(stream, used, width, '|', of->mark.label);
    }
    fputc('\n', stream);
}

void chart_print(FILE *stream, const chart *of, size_t width, size_t rows)
{
    canvas on = {.columns = width - LABELS - 1, .rows = rows};
    for (size_t row = 0; row < rows; row++) {
        memset(on.cell[row], ' ', on.columns);
        put(&on, isnan(of->mark.x) ? -1 : chart_place(&of->x, of->mark.x), (double)row / (double)(rows - 1), '|');
    }
    for (size_t i = 0; i < of->count; i++) {
        put_curve(&on, of, &of->curves[i]);
    }
    print_legend(stream, of, width);
    for (size_t row = 0; row < rows; row++) {
        print_row(stream, of, &on, row);
    }
    print_axis(stream, of, &on);
}
