/* cli/fold.c - `gemmule fold`: folds normalisation layers, for prediction only. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/input/load.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

typedef struct fold_flags {
    const char *model, *output;
} fold_flags;

static const flag arguments[] = {{"MODEL", .read = read_file, .field = offsetof(fold_flags, model)}, {0}};

static const flag table[] = {{"output", "FILE", "file to save the folded model in", 0, read_file,
                              .field = offsetof(fold_flags, output), .letter = 'o'},
                             {0}};

static void check(const void *read)
{
    const fold_flags *flags = read;
    if (flags->output == NULL) {
        refuse("--output is missing: the file to save the folded model in");
    }
}

static int save_folded(const gml_network *network, const char *path)
{
    gml_context *context = gml_network_context(network);
    gml_network *folded = NULL;
    gml_status status = gml_network_fold(network, &folded);
    if (status == GML_OK) {
        status = gml_model_save(folded, path);
    }
    if (status == GML_OK) {
        print_text(stdout, path, 0);
        printf(": %s\n", gml_network_description(folded));
    }
    gml_network_destroy(folded);
    return status == GML_OK ? 0 : complain_status(context, status);
}

int run_fold(int argc, char **argv)
{
    static const command_line line = {"MODEL",
                                      "Makes a model for prediction only: folds batchnorm and weight_norm into the "
                                      "layers beside them and removes dropout and noise. Predictions are the same, up "
                                      "to rounding, and faster.",
                                      arguments,
                                      {{table, 0}},
                                      check};
    fold_flags flags = {.model = NULL};
    gml_context *context = NULL;
    gml_network *network = NULL;
    parse_flags(&line, argc, argv, &flags);
    if (!output_path_is_usable(flags.output, (const char *[]){flags.model, NULL})) {
        return EXIT_CREATE;
    }
    int code = open_context(0, &context);
    if (code == 0) {
        code = load_model(context, flags.model, &network);
    }
    if (code == 0) {
        code = save_folded(network, flags.output);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    return code;
}
