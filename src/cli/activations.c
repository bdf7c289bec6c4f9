/* cli/activations.c - `gemmule activations`: lists the activations, or tells what those of a model have learned, and
 * draws them. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "exit.h"
#include "flags.h"
#include "learned.h"
#include "load.h"
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
        of->model = value;
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

static int draw(gml_context *context, const gml_entry *entry, const char *folder)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/%s.svg", folder, entry->name) >= sizeof path) {
        return complain(EXIT_CREATE, "the path of the folder '%.60s...' is too long", folder);
    }
    FILE *stream = fopen(path, "w");
    if (stream == NULL) {
        return complain(EXIT_CREATE, "'%s' cannot be made: %s", path, strerror(errno));
    }
    gml_status status = write_plot(context, entry, stream);
    bool failed = ferror(stream) != 0;
    failed = fclose(stream) != 0 || failed;
    if (status != GML_OK) {
        return complain_status(context, status);
    }
    return failed ? complain(EXIT_IO, "'%s' could not be written: %s", path, strerror(errno)) : 0;
}

static int make_folder(const char *folder)
{
    return mkdir(folder, 0777) == 0 || errno == EEXIST
               ? 0
               : complain(EXIT_CREATE, "the folder '%s' cannot be made: %s", folder, strerror(errno));
}

static int draw_all(gml_context *context, const char *folder)
{
    int code = make_folder(folder);
    for (size_t i = 0; code == 0 && entry_at(i) != NULL; i++) {
        code = draw(context, entry_at(i), folder);
    }
    return code;
}

static int tell_of_model(gml_context *context, const flags *of)
{
    gml_network *network = NULL;
    int code = load_model(context, of->model, &network);
    if (code == 0 && of->folder != NULL) {
        code = make_folder(of->folder);
        code = code == 0 ? draw_learned(network, of->folder) : code;
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
        "learned, or draws that as FOLDER/layer-INDEX-NAME.svg.",
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
