/* cli/train_network.c - creates the network of `gemmule train` from the flags and the data. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "exit.h"
#include "report.h"
#include "train.h"

enum { LSUV_SAMPLES = 512 };

/* Prints the units and the activation of the last layer: a unit for each class or target, or one for two classes. */
static void print_last_layer(FILE *stream, const train_flags *flags, const gml_dataset *data)
{
    const gml_loss_facts loss = gml_loss_facts_of(flags->fit.loss);
    const size_t classes = gml_dataset_classes(data);
    const char *last = loss.class_activation;
    size_t units = loss.shared_output && classes == 2 ? 1 : classes;
    if (gml_dataset_task(data) != GML_TASK_CLASSIFICATION) {
        const bool variances = flags->fit.loss != NULL && gml_loss_targets(flags->fit.loss, 2) == 1;
        units = (variances ? 2 : 1) * gml_dataset_targets(data);
        last = loss.value_activation;
    }
    fprintf(stream, " -> %zu%s%s", units, last != NULL ? " " : "", last != NULL ? last : "");
}

/* Returns the description of the network, which the caller frees; null: out of memory. */
static char *describe_network(const train_flags *flags, const gml_dataset *data)
{
    char *text = NULL;
    size_t size;
    FILE *stream = flags->net.text == NULL ? open_memstream(&text, &size) : NULL;
    if (stream == NULL) {
        return flags->net.text != NULL ? strdup(flags->net.text) : NULL;
    }
    const char *equals = flags->initializer != NULL ? " init=" : "";
    const char *initializer = flags->initializer != NULL ? flags->initializer : "";
    const char *activation = flags->activation != NULL ? flags->activation : "relu";
    fprintf(stream, "%zu", gml_dataset_features(data));
    for (size_t i = 0; i < flags->hidden_count; i++) {
        fprintf(stream, " -> %zu %s%s%s", flags->hidden[i], activation, equals, initializer);
    }
    print_last_layer(stream, flags, data);
    fprintf(stream, "%s%s", equals, initializer);
    return fclose(stream) == 0 ? text : NULL;
}

/* Refuses a network that is too large for the machine: a system that overcommits memory would kill the program later.
 * Training needs the weights, their gradients and, with Adam, two moments. */
static int refuse_giant(gml_context *context, const char *description, const train_flags *flags)
{
    size_t count = 0;
    if (gml_network_measure(context, description, &count) != GML_OK) {
        return 0; /* gml_network_create then fails with a message */
    }
    const double parameters = (double)count;
    const double need = 4 * parameters * (double)gml_dtype_size(flags->network.dtype);
    const double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    char need_text[16], have_text[16];
    if (need <= have) {
        return 0;
    }
    return complain(EXIT_MEMORY,
                    "%s: the network has %.4g parameters: training takes about %s of memory, and this machine has %s; "
                    "try smaller layers",
                    flags->net.text != NULL ? "--net" : "--hidden", parameters, size_text(need, need_text),
                    size_text(have, have_text));
}

/* Scales the initial weights for samples that are evenly spaced in the training part. */
static gml_status scale_to_data(gml_network *network, const gml_dataset *data)
{
    const size_t size = gml_dataset_size(data), features = gml_dataset_features(data);
    const size_t count = size < LSUV_SAMPLES ? size : LSUV_SAMPLES;
    size_t order[LSUV_SAMPLES];
    for (size_t i = 0; i < count; i++) {
        order[i] = i * size / count;
    }
    double *values = count > 0 ? calloc(count, features * sizeof *values) : NULL; /* no dataset is empty */
    if (values == NULL) {
        return GML_ERROR_MEMORY;
    }
    const gml_matrix x = gml_matrix_f64(values, count, features);
    gml_status status = gml_dataset_gather(data, order, count, x, gml_matrix_none());
    if (status == GML_OK) {
        status = gml_network_scale_to_data(network, x);
    }
    free(values);
    return status == GML_OK ? gml_network_set_fact(network, "lsuv", "yes") : status;
}

int train_make_network(gml_context *context, const train_flags *flags, const gml_dataset *data, gml_network **network)
{
    char *description = describe_network(flags, data);
    if (description == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for the network's description");
    }
    const int refused = refuse_giant(context, description, flags);
    gml_status status = GML_OK;
    if (refused == 0) {
        status = gml_network_create(context, description, &flags->network, network);
    }
    free(description);
    if (refused == 0 && status == GML_OK) {
        status = gml_network_adapt(*network, data, flags->scaling);
    }
    if (refused == 0 && status == GML_OK && flags->lsuv) {
        status = scale_to_data(*network, data);
    }
    return status == GML_OK ? refused : complain_of_flag(context, status, "network description", "--net");
}
