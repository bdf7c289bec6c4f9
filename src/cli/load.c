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

/* The model's input of that name; the number of inputs if there is none. */
static size_t find_feature(const gml_network *network, const char *name)
{
    const size_t inputs = gml_network_inputs(network);
    size_t i = 0;
    while (i < inputs &&
           (gml_network_feature_name(network, i) == NULL || strcmp(gml_network_feature_name(network, i), name) != 0)) {
        i++;
    }
    return i;
}

/* Columns may have been renamed since, but a name that the model knows must stand where it stood in training. */
static int check_order(const gml_network *network, const char *path, const gml_dataset *data)
{
    const size_t inputs = gml_network_inputs(network);
    for (size_t i = 0; i < inputs; i++) {
        const char *name = gml_dataset_feature_name(data, i), *known = gml_network_feature_name(network, i);
        if (name == NULL || known == NULL || strcmp(name, known) == 0) {
            continue;
        }
        const size_t place = find_feature(network, name);
        if (place < inputs) {
            return complain(EXIT_DATA,
                            "%s: input %zu is the column \"%s\", where the model has \"%s\"; it knows \"%s\" as input "
                            "%zu: columns must stand in the order of training",
                            path, i, name, known, name, place);
        }
    }
    return 0;
}

int open_for_network(const gml_network *network, const char *path, const char *part, const data_flags *flags,
                     bool targets_needed, gml_dataset **data)
{
    gml_context *context = gml_network_context(network);
    gml_dataset_options options = gml_network_data_options(network);
    options.part = part != NULL ? part : has_test_part(context, path) ? "t10k" : "train";
    options.header = flags->header;
    options.weights = flags->weights;
    options.missing_targets = flags->missing;
    if (flags->target != NULL) {
        options.target = flags->target;
    }
    gml_status status = gml_dataset_open(context, path, &options, data);
    if (status == GML_ERROR_NOT_FOUND && !targets_needed) {
        options.targets = GML_CHOICE_NO;
        status = gml_dataset_open(context, path, &options, data);
    }
    if (status == GML_OK) {
        return check_order(network, path, *data);
    }
    /* A target that is not there is the flag's fault, or else the data's. */
    return flags->target != NULL ? complain_status(context, status) : complain_input(context, status);
}
