/* cli/shell/progress.c - lines of parts. A narrow terminal shows as many parts as fit, so that lines do not wrap. */
#include "cli/shell/progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDEST_LINE = 200, WIDEST_BAR = 30, NARROWEST_BAR = 6 };
enum { WIDE = 60 }; /* narrower lines have no room to align columns, and other parts come before the bar */

static const double redraw_seconds = 0.1;

/* With more epochs than this, lines are printed at this interval at least. */
enum { FEW_EPOCHS = 50 };
static const double line_seconds = 0.5;

typedef struct line {
    char text[WIDEST_LINE + 1];
    size_t length, limit;
} line;

/* Adds a part if it fits. */
static void add(line *to, const char *format, ...)
{
    char part[WIDEST_LINE + 1];
    va_list arguments;
    va_start(arguments, format);
    const int written = vsnprintf(part, sizeof part, format, arguments);
    va_end(arguments);
    const size_t gap = to->length > 0 ? 2 : 0;
    if (written < 0 || to->length + gap + (size_t)written > to->limit) {
        return;
    }
    snprintf(to->text + to->length, to->limit + 1 - to->length, "%*s%s", (int)gap, "", part);
    to->length = strlen(to->text);
}

/* Adds a part, or its short form in a narrow line and where only that fits. Returns false if neither does. */
static bool add_either(line *to, const char *full, const char *brief)
{
    const size_t before = to->length;
    if (to->limit >= WIDE) {
        add(to, "%s", full);
    }
    if (to->length == before) {
        add(to, "%s", brief);
    }
    return to->length > before;
}

/* Read for each line, because the window may change. */
size_t progress_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return 79;
    }
    return size.ws_col > WIDEST_LINE ? WIDEST_LINE : (size_t)size.ws_col - 1u;
}

enum { FIGURE_SIZE = 16 };

/* A figure for a line; of a usual width, so that columns are aligned, where there is room. NaN: a metric without a
 * value. */
static const char *figure(const line *in, double value, char text[FIGURE_SIZE])
{
    snprintf(text, FIGURE_SIZE, isnan(value) ? "no value" : "%-*.4g", in->limit >= WIDE ? 8 : 0, value);
    return text;
}

static void add_figure(line *to, const char *name, double value)
{
    char text[FIGURE_SIZE];
    add(to, "%s %s", name, figure(to, value, text));
}

static void add_speed(line *to, const gml_progress *progress)
{
    const double rate = progress->seconds > 0 ? (double)progress->samples / progress->seconds : 0;
    if (rate >= 1e6) {
        add(to, "%5.2fM samples/s", rate / 1e6);
    } else if (rate >= 1e4) {
        add(to, "%5.0fk samples/s", rate / 1e3);
    } else {
        add(to, "%6.0f samples/s", rate);
    }
}

static void add_time(line *to, const char *what, double seconds)
{
    const double capped = seconds < 359999 ? seconds : 359999;
    const long whole = lround(capped);
    if (whole >= 3600) {
        add(to, "%s %ld:%02ld:%02ld", what, whole / 3600, whole / 60 % 60, whole % 60);
    } else {
        add(to, "%s %ld:%02ld", what, whole / 60, whole % 60);
    }
}

static void add_epoch(line *to, const gml_progress *progress)
{
    char total[24];
    const int digits = snprintf(total, sizeof total, "%zu", progress->epochs);
    add(to, "epoch %*zu/%s", digits, progress->epoch, total);
}

/* Adds a bar of at most `space` characters. */
static void add_bar(line *to, double share, size_t space)
{
    char marks[WIDEST_BAR + 1];
    const size_t width = space > WIDEST_BAR ? WIDEST_BAR : space;
    const size_t full = (size_t)(share * (double)width);
    memset(marks, '-', width);
    memset(marks, '#', full);
    marks[width] = '\0';
    add(to, "[%s]", marks);
}

static const char *score_name(const progress_bar *bar)
{
    return strcmp(bar->metric, "loss") == 0 ? "val loss" : bar->metric;
}

/* The score of the last epoch and the best one. */
static void add_score(line *to, const progress_bar *bar, const gml_progress *progress)
{
    char full[WIDEST_LINE], brief[64], now[FIGURE_SIZE], best[FIGURE_SIZE];
    if (progress->best_epoch == 0) {
        return;
    }
    snprintf(full, sizeof full, "%s %s (best %.4g)", score_name(bar), figure(to, bar->score, now),
             progress->best_score);
    snprintf(brief, sizeof brief, isnan(bar->score) ? "best %s" : "val %s",
             figure(to, isnan(bar->score) ? progress->best_score : bar->score, best));
    add_either(to, isnan(bar->score) ? brief : full, brief);
}

/* What matters most comes first, because later parts do not fit in a narrow terminal. */
static void draw_bar(const progress_bar *bar, const gml_progress *progress)
{
    const double total = (double)progress->epochs * (double)progress->batches;
    const double done = (double)(progress->epoch - 1) * (double)progress->batches + (double)progress->batch;
    line left = {.limit = progress_width()}, right = {.limit = 0};
    add_epoch(&left, progress);
    const size_t room = left.limit > left.length + 2 ? left.limit - left.length - 2 : 0;
    const size_t brackets = 2 + 2; /* [] and a gap */
    right.limit = left.limit >= WIDE ? room - brackets - NARROWEST_BAR : room;
    add_figure(&right, "loss", progress->loss);
    add_score(&right, bar, progress);
    add_time(&right, "ETA", progress->seconds / done * (total - done));
    add(&right, "rate %-7.3g", progress->rate);
    add_speed(&right, progress);
    if (room >= right.length + brackets + NARROWEST_BAR) {
        add_bar(&left, (double)progress->batch / (double)progress->batches, room - right.length - brackets);
    }
    if (right.length > 0) {
        add(&left, "%s", right.text);
    }
    fprintf(stderr, "\r%s\x1b[K", left.text);
}

bool progress_overwrites(void)
{
    const char *terminal = getenv("TERM");
    const bool dumb = terminal != NULL && strcmp(terminal, "dumb") == 0;
    return isatty(STDERR_FILENO) && !dumb;
}

progress_bar progress_create(bool quiet, const char *metric)
{
    return (progress_bar){.quiet = quiet,
                          .terminal = progress_overwrites(),
                          .metric = metric != NULL ? metric : "loss",
                          .score = (double)NAN};
}

void progress_batch(progress_bar *bar, const gml_progress *progress)
{
    if (bar->quiet || !bar->terminal || progress->seconds < bar->next) {
        return;
    }
    draw_bar(bar, progress);
    bar->drawn = true;
    bar->next = progress->seconds + redraw_seconds;
}

static bool prints_line(const progress_bar *bar, const gml_progress *progress)
{
    const bool end = progress->epoch == 1 || progress->epoch == progress->epochs;
    return end || progress->epochs <= FEW_EPOCHS || progress->seconds >= bar->next_line;
}

/* The best score, and whether it is that of this epoch. */
static void add_best(line *to, const gml_progress *progress)
{
    char full[64], brief[32], when[32], text[FIGURE_SIZE];
    const bool is_new = progress->best_epoch == progress->epoch;
    const int width = snprintf(when, sizeof when, "epoch %zu", progress->epochs); /* the longest */
    if (progress->best_epoch == 0) {
        return;
    }
    snprintf(when, sizeof when, "epoch %zu", progress->best_epoch);
    snprintf(full, sizeof full, "best %s %-*s", figure(to, progress->best_score, text), width, is_new ? "new" : when);
    snprintf(brief, sizeof brief, "best %.4g %c", progress->best_score, is_new ? '*' : ' ');
    if (!add_either(to, full, brief) && is_new) {
        add(to, "*");
    }
}

/* The score, the best one, and the other figures of validation that are usual. */
static void add_validation(line *to, const progress_bar *bar, const gml_progress *progress)
{
    char full[WIDEST_LINE], brief[64], text[FIGURE_SIZE];
    const gml_metrics *validation = progress->validation;
    const bool by_loss = strcmp(bar->metric, "loss") == 0;
    figure(to, progress->score, text);
    snprintf(full, sizeof full, "%s %s", score_name(bar), text);
    snprintf(brief, sizeof brief, "val %s", text);
    add_either(to, full, brief);
    if (!by_loss) {
        add_best(to, progress);
        add_figure(to, "val loss", validation->loss);
    }
    if (isnan(validation->accuracy)) {
        add_figure(to, "RMSE", validation->rmse);
    } else if (strcmp(bar->metric, "accuracy") != 0) {
        add(to, "accuracy %.4f", validation->accuracy);
    }
    if (by_loss) { /* in a narrow line accuracy and RMSE take precedence */
        add_best(to, progress);
    }
}

void progress_epoch(progress_bar *bar, const gml_progress *progress)
{
    line row = {.limit = bar->terminal ? progress_width() : WIDEST_LINE};
    bar->score = progress->score;
    if (bar->quiet || !prints_line(bar, progress)) {
        return;
    }
    bar->next_line = progress->seconds + line_seconds;
    add_epoch(&row, progress);
    add_figure(&row, "loss", progress->loss);
    if (progress->validation != NULL && progress->validation->samples > 0) {
        add_validation(&row, bar, progress);
    }
    add(&row, "rate %-7.3g", progress->rate);
    add_speed(&row, progress);
    add(&row, "%.1f s", progress->seconds);
    progress_clear(bar);
    if (row.length > 0) {
        fprintf(stderr, "%s\n", row.text);
    }
}

void progress_clear(progress_bar *bar)
{
    if (bar->drawn) {
        fputs("\r\x1b[K", stderr);
        bar->drawn = false;
    }
}
