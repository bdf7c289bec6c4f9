/* cli/shell/terminal.c - the terminal's width and characters, bars and pictures. */
#include "cli/shell/terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

size_t terminal_width(size_t otherwise)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    size_t width = columns != NULL                                ? strtoul(columns, NULL, 10)
                   : ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col
                                                                  : 0;
    return width > 0 ? width : otherwise;
}

bool terminal_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *value = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && (value == NULL || value[0] == '\0'); i++) {
        value = getenv(names[i]);
    }
    const char *set = value != NULL ? strrchr(value, '.') : NULL;
    return set != NULL && (strcasecmp(set, ".UTF-8") == 0 || strcasecmp(set, ".utf8") == 0);
}

bool terminal_has_colors(void)
{
    const char *off = getenv("NO_COLOR"), *kind = getenv("TERM");
    bool dumb = kind == NULL || strcmp(kind, "dumb") == 0;
    return isatty(STDOUT_FILENO) && !dumb && (off == NULL || off[0] == '\0');
}

/* ---- bars ---- */

enum { STEPS = 8 };

void print_bars(const uint64_t *numbers, size_t count)
{
    static const char *const blocks[STEPS + 1] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const digits[STEPS + 1] = {".", "1", "2", "3", "4", "5", "6", "7", "8"};
    const char *const *marks = terminal_is_utf8() ? blocks : digits;
    uint64_t most = 1;
    for (size_t i = 0; i < count; i++) {
        most = numbers[i] > most ? numbers[i] : most;
    }
    for (size_t i = 0; i < count; i++) {
        fputs(marks[(size_t)ceil((double)numbers[i] / (double)most * STEPS)], stdout);
    }
}

/* ---- pictures ---- */

enum { DARKEST = 232, GREYS = 24 }; /* of the 256 colors of terminals */

static double value_at(const weight_picture *picture, size_t row, size_t col)
{
    return row < picture->height ? picture->values[row * picture->width + col] : 0;
}

static double greatest(const weight_picture *picture)
{
    double most = 0;
    for (size_t i = 0; i < picture->height * picture->width; i++) {
        most = fmax(most, fabs(picture->values[i]));
    }
    return most > 0 ? most : 1;
}

/* Grey for 0, white for the greatest magnitude above it, black for that below. */
static int grey_of(double value, double most)
{
    int grey = (int)((value / most + 1) / 2 * GREYS);
    return DARKEST + (grey < 0 ? 0 : grey < GREYS ? grey : GREYS - 1);
}

static void print_line(const weight_picture *picture, size_t row, bool colors, bool utf8)
{
    double most = greatest(picture);
    for (size_t col = 0; col < picture->width; col++) {
        double above = value_at(picture, row, col), below = value_at(picture, row + 1, col);
        int mark = (above > 0) + 2 * (below > 0);
        if (colors && utf8) {
            printf("\x1b[38;5;%d;48;5;%dm▀", grey_of(above, most), grey_of(below, most));
        } else {
            fputs(utf8 ? (const char *const[]){" ", "▀", "▄", "█"}[mark]
                       : (const char *const[]){" ", "'", ".", ":"}[mark],
                  stdout);
        }
    }
    fputs(colors && utf8 ? "\x1b[0m" : "", stdout);
}

void print_pictures(const weight_picture *pictures, size_t count)
{
    bool colors = terminal_has_colors(), utf8 = terminal_is_utf8();
    for (size_t row = 0; count > 0 && row < pictures[0].height; row += 2) {
        for (size_t i = 0; i < count; i++) {
            fputs(i > 0 ? "  " : "", stdout);
            print_line(&pictures[i], row, colors, utf8);
        }
        putchar('\n');
    }
}
