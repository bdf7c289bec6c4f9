/* cli/load.c - contexts, data and models as the commands want them. */
#include "load.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit.h"

const char *const part_names[] = {"train", "t10k", NULL};

int open_context(size_t threads, gml_context **context)
{
    const gml_context_options options = {.threads = threads};
    char message[512] = "";
    const gml_status status = gml_context_create(&options, context, message, sizeof message);
    if (status == GML_OK) {
        return 0;
    }
    return complain(status == GML_ERROR_MEMORY ? EXIT_MEMORY : EXIT_USAGE, "%s", message);
}

int load_model(gml_context *context, const char *path, gml_network **network)
{
    const gml_status status = gml_model_load(context, path, network);
    return status == GML_OK ? 0 : complain_input(context, status);
}

/* The folders that may hold the data that comes with gemmule: the user's, the installed one, the source tree's. */
const char *find_data(const char *word)
{
    static char path[PATH_MAX];
    const char *folders[] = {getenv("GEMMULE_DATA"), GEMMULE_INSTALLED_DATA, GEMMULE_SOURCE_DATA};
    if (strcmp(word, "digits") != 0) {
        return word;
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (folders[i] == NULL || folders[i][0] == '\0') {
            continue;
        }
        const int length = snprintf(path, sizeof path, "%s/digits", folders[i]);
        if (length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0) {
            return path;
        }
    }
    complain(EXIT_NO_INPUT, "the digits are neither in $GEMMULE_DATA nor in %s", GEMMULE_INSTALLED_DATA);
    return NULL;
}

int has_test_part(gml_context *context, const char *path)
{
    return gml_dataset_part_exists(context, path, "t10k");
}

int open_for_network(const gml_network *network, const char *path, const char *part, const data_flags *flags,
                     bool targets_needed, gml_dataset **data)
{
    gml_context *context = gml_network_context(network);
    gml_dataset_options options = gml_network_data_options(network);
    options.part = part != NULL ? part : has_test_part(context, path) ? "t10k" : "train";
    options.header = flags->header;
    options.bad_inputs = flags->bad_inputs;
    options.targets = targets_needed ? GML_CHOICE_YES : GML_CHOICE_NO;
    if (flags->weights != NULL) {
        options.weights = flags->weights;
        options.weights_index = NULL;
        options.weights_optional = !targets_needed;
    }
    if (flags->missing != MISSING_UNSET) {
        options.missing_targets = flags->missing == MISSING_MASK;
    }
    if (flags->target != NULL) {
        options.target = flags->target;
        options.target_index = NULL;
    }
    const gml_status status = gml_dataset_open(context, path, &options, data);
    if (status == GML_OK) {
        return 0;
    }
    /* A target that is not there is the flag's fault, or else the data's. */
    return flags->target != NULL ? complain_status(context, status) : complain_input(context, status);
}
