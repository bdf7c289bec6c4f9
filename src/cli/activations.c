/* cli/activations.c - `gemmule activations`: lists and draws the activations, or what those of a model have learned. */
#include <stdio.h>

#include "cli/chart/activation_plot.h"
#include "cli/command.h"
#include "cli/input/load.h"
#include "cli/report/learned.h"
#include "cli/report/tables.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

typedef struct activation_flags {
    const char *folder, *model; /* or null */
} activation_flags;

static const flag arguments[] = {{"MODEL", .read = read_file, .field = offsetof(activation_flags, model)}, {0}};

static const flag flag_rows[] = {{"svg", "FOLDER", "draw each function and its derivative as FOLDER/NAME.svg", 0,
                                  read_file, .field = offsetof(activation_flags, folder)},
                                 {0}};

/* The fixed activations, then the trainable ones; null past the last. */
static const gml_entry *entry_at(size_t index)
{
    size_t fixed = 0;
    while (gml_activation_entry(fixed) != NULL) {
        fixed++;
    }
    return index < fixed ? gml_activation_entry(index) : gml_trainable_entry(index - fixed);
}

static void list_activations(void)
{
    const gml_entry *entry;
    for (size_t i = 0; (entry = entry_at(i)) != NULL; i++) {
        if (entry == gml_trainable_entry(0)) {
            puts("\ntrainable");
        }
        printf("%-18s%s\n", entry->name, entry->formula);
    }
    puts("\n`gemmule list activations' and `gemmule list trainable' describe them, `--svg FOLDER' draws them.");
}

static int draw_all(gml_context *context, const char *folder)
{
    int code = make_folder(folder);
    for (size_t i = 0; code == 0 && entry_at(i) != NULL; i++) {
        code = draw_activation(context, entry_at(i), folder);
    }
    return code;
}

static int report_model(gml_context *context, const activation_flags *flags)
{
    gml_network *network = NULL;
    int code = load_model(context, flags->model, &network);
    if (code == 0 && gml_network_members(network) > 0) {
        code = complain(EXIT_DATA, "%s: the network is an ensemble of %zu, and activations are shown of a single one",
                        flags->model, gml_network_members(network));
    } else if (code == 0 && flags->folder != NULL) {
        code = draw_learned(network, flags->model, flags->folder);
    } else if (code == 0) {
        code = print_learned(network);
    }
    gml_network_destroy(network);
    return code;
}

int run_activations(int argc, char **argv)
{
    static const command_line line = {
        "[MODEL]",
        "Lists the activations, or draws them. With MODEL: prints what its activations have learned, or draws that as "
        "FOLDER/layer-N-NAME.svg, N from 1.",
        arguments,
        {{flag_rows, 0}},
        NULL};
    activation_flags flags = {.folder = NULL};
    gml_context *context = NULL;
    parse_flags(&line, argc, argv, &flags);
    if (flags.model == NULL && flags.folder == NULL) {
        list_activations();
        return 0;
    }
    int code = open_context(1, &context);
    if (code == 0) {
        code = flags.model != NULL ? report_model(context, &flags) : draw_all(context, flags.folder);
    }
    gml_context_destroy(context);
    return code;
}
