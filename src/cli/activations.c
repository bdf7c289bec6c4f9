/* cli/activations.c - `gemmule activations`: lists the activations, or tells what those of a model have learned, and
 * draws them. */
#include <stdio.h>

#include "command.h"
#include "flags.h"
#include "learned.h"
#include "load.h"
#include "output.h"
#include "plot.h"
#include "tables.h"

enum { KEY_SVG = 256 };

typedef struct flags {
    const char *folder, *model; /* or null */
} flags;

static error_t parse(int key, char *value, struct argp_state *state)
{
    flags *of = state->input;
    switch (key) {
    case KEY_SVG:
        of->folder = value;
        return 0;
    case ARGP_KEY_ARG:
        if (of->model != NULL) {
            refuse(state, "one MODEL is taken, '%s' is a second", value);
        }
        of->model = flag_file(state, "MODEL", value);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Fixed rows, then trainable ones; null past the last. */
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
    puts("\n`gemmule list activations' and `gemmule list trainable' tell more, `--svg FOLDER' draws them.");
}

static int draw_all(gml_context *context, const char *folder)
{
    int code = make_folder(folder);
    for (size_t i = 0; code == 0 && entry_at(i) != NULL; i++) {
        code = draw_activation(context, entry_at(i), folder);
    }
    return code;
}

static int tell_of_model(gml_context *context, const flags *of)
{
    gml_network *network = NULL;
    int code = load_model(context, of->model, &network);
    if (code == 0 && of->folder != NULL) {
        code = draw_learned(network, of->model, of->folder);
    } else if (code == 0) {
        code = print_learned(network);
    }
    gml_network_destroy(network);
    return code;
}

int run_activations(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"svg", KEY_SVG, "FOLDER", 0, "draw each function and its derivative as FOLDER/NAME.svg", 0}, {0}};
    static const struct argp argp = {
        options,
        parse,
        "[MODEL]",
        "Lists the activations, or draws them. With MODEL: tells what its activations have "
        "learned, or draws that as FOLDER/layer-N-NAME.svg, N from 1.",
        NULL,
        NULL,
        NULL};
    flags of = {0};
    gml_context *context = NULL;
    parse_flags(&argp, argc, argv, &of);
    if (of.model == NULL && of.folder == NULL) {
        list_activations();
        return 0;
    }
    int code = open_context(1, &context);
    if (code == 0) {
        code = of.model != NULL ? tell_of_model(context, &of) : draw_all(context, of.folder);
    }
    gml_context_destroy(context);
    return code;
}
