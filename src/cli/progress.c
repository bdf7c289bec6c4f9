/* cli/progress.c - lines of parts. A narrow terminal shows as many parts as fit, so that lines do not wrap. */
#include "progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "report.h"

enum { WIDEST_LINE = 200, WIDEST_BAR = 30, NARROWEST_BAR = 6 };

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

/* Read for each line, because the window may change. The last column stays free, because some terminals wrap when it is
 * written. */
static size_t terminal_limit(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return 79;
    }
    return size.ws_col > WIDEST_LINE ? WIDEST_LINE : (size_t)size.ws_col - 1u;
}

static void add_speed(line *to, double rate)
{
    if (rate >= 1e6) {
        add(to, "%.2fM samples/s", rate / 1e6);
    } else if (rate >= 1e4) {
        add(to, "%.0fk samples/s", rate / 1e3);
    } else {
        add(to, "%.0f samples/s", rate);
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

static void draw_bar(const gml_progress *progress)
{
    const double total = (double)progress->epochs * (double)progress->batches;
    const double done = (double)(progress->epoch - 1) * (double)progress->batches + (double)progress->batch;
    const double rate = progress->seconds > 0 ? (double)progress->samples / progress->seconds : 0;
    line left = {.limit = terminal_limit()}, right = {.limit = 0};
    add_epoch(&left, progress);
    right.limit = left.limit > left.length + 2 ? left.limit - left.length - 2 : 0;
    add(&right, "%3.0f%%", 100.0 * (double)progress->batch / (double)progress->batches);
    add(&right, "loss %.4g", unsigned_nan(progress->loss));
    add_time(&right, "ETA", progress->seconds / done * (total - done));
    add_speed(&right, rate);
    const size_t brackets = 2 + 2 + 2, used = left.length + right.length + brackets; /* gap, [], gap */
    if (left.limit >= used + NARROWEST_BAR) {
        add_bar(&left, (double)progress->batch / (double)progress->batches, left.limit - used);
    }
    if (right.length > 0) {
        add(&left, "%s", right.text);
    }
    fprintf(stderr, "\r%s\x1b[K", left.text);
}

progress_bar progress_create(bool quiet, bool rate)
{
    const char *terminal = getenv("TERM");
    const bool dumb = terminal != NULL && strcmp(terminal, "dumb") == 0;
    return (progress_bar){.quiet = quiet, .terminal = isatty(STDERR_FILENO) && !dumb, .rate = rate};
}

void progress_batch(progress_bar *bar, const gml_progress *progress)
{
    if (bar->quiet || !bar->terminal || progress->seconds < bar->next) {
        return;
    }
    draw_bar(progress);
    bar->drawn = true;
    bar->next = progress->seconds + redraw_seconds;
}

static bool prints_line(const progress_bar *bar, const gml_progress *progress)
{
    const bool end = progress->epoch == 1 || progress->epoch == progress->epochs;
    return end || progress->epochs <= FEW_EPOCHS || progress->seconds >= bar->next_line;
}

void progress_epoch(progress_bar *bar, const gml_progress *progress)
{
    const gml_metrics *validation = progress->validation;
    line row = {.limit = bar->terminal ? terminal_limit() : WIDEST_LINE};
    if (bar->quiet || !prints_line(bar, progress)) {
        return;
    }
    bar->next_line = progress->seconds + line_seconds;
    add_epoch(&row, progress);
    add(&row, "loss %.4g", unsigned_nan(progress->loss));
    if (validation != NULL && validation->samples > 0) {
        add(&row, "validation loss %.4g", unsigned_nan(validation->loss));
        if (isnan(validation->accuracy)) {
            add(&row, "RMSE %.4g", unsigned_nan(validation->rmse));
        } else {
            add(&row, "accuracy %.4f", validation->accuracy);
        }
    }
    if (bar->rate) {
        add(&row, "learning rate %.3g", progress->rate);
    }
    add_speed(&row, progress->seconds > 0 ? (double)progress->samples / progress->seconds : 0);
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
