/* cli/fold.c - `gemmule fold`: a model for prediction alone. */
#include <stdio.h>

#include "command.h"
#include "escape.h"
#include "exit.h"
#include "flags.h"
#include "load.h"
#include "output.h"

typedef struct fold_flags {
    const char *model, *output;
} fold_flags;

static error_t parse(int key, char *value, struct argp_state *state)
{
    fold_flags *flags = state->input;
    switch (key) {
    case 'o':
        flags->output = flag_file(state, "--output", value);
        return 0;
    case ARGP_KEY_ARG:
        if (flags->model != NULL) {
            refuse(state, "one MODEL is expected, but there is also '%s'", value);
        }
        flags->model = flag_file(state, "MODEL", value);
        return 0;
    case ARGP_KEY_END:
        if (flags->model == NULL) {
            refuse(state, "MODEL is missing");
        }
        if (flags->output == NULL) {
            refuse(state, "--output is missing: the file to save the folded model in");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
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
    static const struct argp_option options[] = {{"output", 'o', "FILE", 0, "file to save the folded model in", 0},
                                                 {0}};
    static const struct argp argp = {options,
                                     parse,
                                     "MODEL",
                                     "Makes a model for prediction alone: batchnorm becomes part of the layers beside "
                                     "it, dropout and noise are left out. It answers the same, and faster.",
                                     NULL,
                                     NULL,
                                     NULL};
    fold_flags flags = {.model = NULL};
    gml_context *context = NULL;
    gml_network *network = NULL;
    parse_flags(&argp, argc, argv, &flags);
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
