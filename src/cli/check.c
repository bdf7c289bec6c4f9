/* cli/check.c - `gemmule check`: compares the gradients with finite differences, block by block. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check/check_set.h"
#include "cli/command.h"
#include "cli/input/load.h"
#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"

enum { SAMPLES = 5, DEFAULT_ENTRIES = 64, BLOCK_TEXT_SIZE = 64 };

/* The greatest relative error in float. A float has 24 bits, and a sum over a layer loses some of them. The error of a
 * wrong formula is much larger. */
static const double float_threshold = 1e-3;

typedef struct check_flags {
    const char *model, *loss;
    net_flag net;
    double threshold;
    size_t entries; /* of each block, 0: all; SIZE_MAX: not given */
    bool json;
} check_flags;

/* The results of all checks of one command. */
typedef struct check_tally {
    const check_flags *flags;
    json_t *blocks; /* null: a table for people */
    size_t networks, checked, over;
    double worst;
} check_tally;

static const flag arguments[] = {{"MODEL", .read = read_file, .field = offsetof(check_flags, model)}, {0}};

static const flag table[] = {
    {"net", "NET", "check this network, as in '8 -> 6 tanh -> 3 softmax', or that of a file", 0, read_net,
     .field = offsetof(check_flags, net)},
    {"loss", "CALL", "the loss (the one for the last layer); see `gemmule list losses'", 0, read_text,
     .field = offsetof(check_flags, loss)},
    {"threshold", "ERROR", "greatest relative error that passes (1e-6)", 0, read_positive,
     .field = offsetof(check_flags, threshold)},
    {"entries", "N", "entries to try in each block of MODEL or --net (64); 0: all", 0, read_whole,
     .field = offsetof(check_flags, entries), 0, SIZE_MAX - 1},
    {"json", NULL, "report as one JSON object on stdout", 0, read_switch, .field = offsetof(check_flags, json)},
    {0}};

static void check_combination(const void *read)
{
    const check_flags *flags = read;
    const bool one_network = flags->model != NULL || flags->net.text != NULL;
    if (flags->model != NULL && flags->net.text != NULL) {
        refuse("MODEL and --net exclude each other");
    }
    if (flags->loss != NULL && !one_network) {
        refuse("--loss needs a MODEL or --net; the standard set has every loss");
    }
    if (flags->entries != SIZE_MAX && !one_network) {
        refuse("--entries needs a MODEL or --net; in the standard set all entries are tried");
    }
}

/* NaN is over every threshold. */
static bool is_over(const gml_check_block *block, double threshold)
{
    return !block->straight_through && !(block->worst <= threshold && block->float_worst <= float_threshold);
}

static void add_block_json(check_tally *tally, const char *network, const char *loss, const gml_check_block *block)
{
    json_array_append_new(
        tally->blocks, json_pack("{so so so so so so so sb sb}", "network", json_text(network), "loss", json_text(loss),
                                 "block", json_text(block->name), "worst", json_number(block->worst), "float_worst",
                                 json_number(block->float_worst), "checked", json_size(block->checked), "kinks",
                                 json_size(block->kinks), "straight_through", block->straight_through, "over",
                                 is_over(block, tally->flags->threshold)));
}

/* Turns the name in files, "layers.0.weight", into "layer 1 weight". Texts count layers from 1. */
static void block_text(const char *name, char text[BLOCK_TEXT_SIZE])
{
    static const char prefix[] = "layers.";
    if (strncmp(name, prefix, sizeof prefix - 1) == 0) {
        char *block;
        const unsigned long index = strtoul(name + sizeof prefix - 1, &block, 10);
        snprintf(text, BLOCK_TEXT_SIZE, "layer %lu %s", index + 1, block + (*block == '.'));
    } else {
        snprintf(text, BLOCK_TEXT_SIZE, "%s", name);
    }
}

static void add_block_text(const check_tally *tally, const gml_check_block *block)
{
    char name[BLOCK_TEXT_SIZE];
    block_text(block->name, name);
    if (block->straight_through) {
        printf("  %-24s straight-through estimator: not compared\n", name);
        return;
    }
    printf("  %-24s %9.2e %9.2e %8zu %6zu%s\n", name, unsigned_nan(block->worst), unsigned_nan(block->float_worst),
           block->checked, block->kinks, is_over(block, tally->flags->threshold) ? "  OVER" : "");
}

static void add_blocks(check_tally *tally, const char *network, const char *loss, const gml_check_block *blocks,
                       size_t count)
{
    if (tally->blocks == NULL && tally->networks == 0) {
        printf("  %-24s %9s %9s %8s %6s\n", "block", "worst", "in float", "checked", "kinks");
    }
    if (tally->blocks == NULL) {
        printf("%s, ", network);
        print_text(stdout, loss != NULL ? loss : "the default loss", 0);
        putchar('\n');
    }
    for (size_t i = 0; i < count; i++) {
        tally->over += is_over(&blocks[i], tally->flags->threshold);
        tally->checked += blocks[i].checked;
        if (!blocks[i].straight_through && !(blocks[i].worst <= tally->worst)) {
            tally->worst = blocks[i].worst;
        }
        if (tally->blocks != NULL) {
            add_block_json(tally, network, loss, &blocks[i]);
        } else {
            add_block_text(tally, &blocks[i]);
        }
    }
    tally->networks++;
}

/* Draws codes of levels for the last inputs, if a layer of the network embeds them. */
static void fill_codes(const gml_network *network, double *x, size_t inputs)
{
    gml_layer_view layer = {.codes = 0};
    for (size_t i = 0; layer.codes == 0 && i < gml_network_layers(network); i++) {
        gml_network_layer(network, i, &layer);
    }
    for (size_t i = 0; layer.codes <= inputs && i < SAMPLES * layer.codes; i++) {
        double *value = &x[i / layer.codes * inputs + inputs - layer.codes + i % layer.codes];
        *value = floor((*value + 1) / 2 * (double)layer.levels);
    }
}

static int check_network(check_tally *tally, const gml_network *network, const char *loss, size_t entries)
{
    const size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    const size_t known = loss != NULL ? gml_loss_targets(loss, outputs) : outputs;
    const size_t targets = known > 0 ? known : 1; /* if 0, gml_gradient_check fails with a message */
    const size_t capacity = gml_network_block_count(network) + 1;
    gml_context *context = gml_network_context(network);
    double *x = calloc(inputs, SAMPLES * sizeof *x), *y = calloc(targets, SAMPLES * sizeof *y);
    gml_check_block *blocks = calloc(capacity, sizeof *blocks);
    int code = 0;
    if (x == NULL || y == NULL || blocks == NULL) {
        code = complain(EXIT_MEMORY, "not enough memory for the check");
    } else {
        size_t count = 0;
        fill_example(loss, x, y, SAMPLES, inputs, targets);
        fill_codes(network, x, inputs);
        const gml_status status =
            gml_gradient_check(network, gml_matrix_f64(x, SAMPLES, inputs), gml_matrix_f64(y, SAMPLES, targets), loss,
                               entries, blocks, capacity, &count);
        code = status == GML_OK ? 0 : complain_status(context, status);
        if (code == 0) {
            add_blocks(tally, gml_network_description(network), loss, blocks, count);
        }
    }
    free(x);
    free(y);
    free(blocks);
    return code;
}

static int check_description(check_tally *tally, gml_context *context, const char *text, const char *loss,
                             size_t entries)
{
    const gml_network_options double_network = {.dtype = GML_F64, .seed = 1};
    gml_network *network = NULL;
    const gml_status status = gml_network_create(context, text, &double_network, &network);
    const int code = status == GML_OK ? check_network(tally, network, loss, entries)
                                      : complain_of_flag(context, status, "network description", "--net");
    gml_network_destroy(network);
    return code;
}

/* The example data has values up to 1 and is not scaled: preparation and input scaling of the model are removed. */
static int check_model(check_tally *tally, gml_context *context, const check_flags *flags)
{
    gml_network *network = NULL;
    int code = load_model(context, flags->model, &network);
    if (code == 0) {
        gml_network_set_preparation(network, NULL);
        gml_network_set_input_scaling(network, NULL, NULL);
        const char *loss = flags->loss != NULL ? flags->loss : gml_network_fact(network, "loss");
        code = check_network(tally, network, loss, flags->entries);
    }
    gml_network_destroy(network);
    return code;
}

static int check_standard_set(check_tally *tally, gml_context *context)
{
    char text[CHECK_TEXT_SIZE];
    const char *loss;
    int code = 0;
    for (size_t i = 0; code == 0 && standard_check(i, text, &loss); i++) {
        code = check_description(tally, context, text, loss, 0);
    }
    return code;
}

/* Prints the totals. Returns the exit code. */
static int conclude(const check_tally *tally)
{
    const int code = tally->over > 0 ? EXIT_CHECK_FAILED : 0;
    const double threshold = tally->flags->threshold;
    if (tally->blocks != NULL) {
        const int failure =
            print_json(json_pack("{so so so so so sO}", "networks", json_size(tally->networks), "checked",
                                 json_size(tally->checked), "worst", json_number(tally->worst), "threshold",
                                 json_number(threshold), "over", json_size(tally->over), "blocks", tally->blocks));
        return failure != 0 ? failure : code;
    }
    printf("\n%zu entries of %zu networks checked, worst relative error %.2e: ", tally->checked, tally->networks,
           unsigned_nan(tally->worst));
    if (tally->over > 0) {
        printf("%zu blocks are over %g (or, in float, over %g)\n", tally->over, threshold, float_threshold);
    } else {
        printf("all are within %g\n", threshold);
    }
    return code;
}

static int check(const check_flags *flags, gml_context *context)
{
    check_tally tally = {.flags = flags, .blocks = flags->json ? json_array() : NULL};
    int code = check_call(context, "--loss", "loss", flags->loss);
    if (code != 0) {
        json_decref(tally.blocks);
        return code;
    }
    if (flags->model != NULL) {
        code = check_model(&tally, context, flags);
    } else if (flags->net.text != NULL) {
        code = check_description(&tally, context, flags->net.text, flags->loss, flags->entries);
    } else {
        code = check_standard_set(&tally, context);
    }
    code = code == 0 ? conclude(&tally) : code;
    json_decref(tally.blocks);
    return code;
}

int run_check(int argc, char **argv)
{
    static const command_line line = {
        "[MODEL]",
        "Compares the gradients of a network with central differences in double, and its gradients in float with those "
        "in double.\v"
        "With neither MODEL nor --net a standard set is checked: every activation and every loss. Entries next to a "
        "kink, such as that of relu at 0, are skipped and counted. Exit code 1: an error is over the threshold.",
        arguments,
        {{table, 0}},
        check_combination};
    check_flags flags = {.threshold = 1e-6, .entries = SIZE_MAX};
    gml_context *context = NULL;
    parse_flags(&line, argc, argv, &flags);
    flags.entries = flags.entries == SIZE_MAX ? DEFAULT_ENTRIES : flags.entries;
    int code = open_context(0, &context);
    if (code == 0) {
        code = check(&flags, context);
    }
    gml_context_destroy(context);
    return code;
}
