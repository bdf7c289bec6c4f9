/* cli/plot.c - `gemmule plot`: the curves of logs of training, in the terminal or as a picture. */
#include <stdlib.h>

#include "cli/command.h"
#include "cli/run/run_curves.h"
#include "cli/shell/exit.h"
#include "cli/shell/flags.h"
#include "cli/shell/output.h"

typedef struct plot_flags {
    const char *path[MOST_RUNS + 1]; /* ends with null */
    size_t count;
    const char *svg; /* or null */
} plot_flags;

static void read_run(const flag *row, const char *text, void *field)
{
    plot_flags *flags = field;
    if (flags->count == MOST_RUNS) {
        refuse("at most %d runs fit in one picture", MOST_RUNS);
    }
    read_file(row, text, &flags->path[flags->count++]);
}

static const flag arguments[] = {{"RUN", .help = "a log of `gemmule train --log'", .read = read_run}, {0}};

static const flag flag_rows[] = {{"svg", "FILE", "draw the curves as FILE, in place of the terminal", 0, read_file,
                                  .field = offsetof(plot_flags, svg), .letter = 'o'},
                                 {0}};

static int plot(const plot_flags *flags, run_curves *curves)
{
    const run_curves *runs[MOST_RUNS];
    for (size_t i = 0; i < flags->count; i++) {
        curves[i].name = flags->path[i];
        runs[i] = &curves[i];
        const int code = run_read(flags->path[i], &curves[i]);
        if (code != 0) {
            return code;
        }
    }
    if (flags->svg != NULL) {
        return run_plot_draw(flags->svg, runs, flags->count);
    }
    run_plot_print(stdout, runs, flags->count);
    return 0;
}

int run_plot(int argc, char **argv)
{
    static const command_line line = {
        "RUN...",
        "Draws the curves of runs of training from their logs: the loss on the training and the validation part, the "
        "metric with its best epoch, and a learning rate that changes.\v"
        "RUN is a file that `gemmule train --log' wrote, or is still writing. Several runs are compared by their "
        "validation loss. A loss that spans decades has a logarithmic axis.",
        arguments,
        {{flag_rows, 0}},
        NULL};
    plot_flags flags = {.count = 0};
    parse_flags(&line, argc, argv, &flags);
    if (flags.svg != NULL && !output_path_is_usable(flags.svg, flags.path)) {
        return EXIT_CREATE;
    }
    run_curves *curves = calloc(flags.count, sizeof *curves);
    const int code = curves != NULL ? plot(&flags, curves) : complain(EXIT_MEMORY, "not enough memory for the curves");
    free(curves);
    return code;
}
