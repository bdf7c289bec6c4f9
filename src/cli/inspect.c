/* cli/inspect.c - `gemmule inspect`: the health of a model's layers and units on data. */
#include "cli/explain/inspect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/input/input.h"
#include "cli/shell/exit.h"

typedef struct inspect_flags {
    model_input input;
    size_t samples;
    uint64_t seed;
    picture_shape shape;
    bool json;
} inspect_flags;

static void read_seed(const flag *row, const char *text, void *field)
{
    *(uint64_t *)field = flag_whole(row, text);
}

/* "28x28" */
static void read_shape(const flag *row, const char *text, void *field)
{
    char *end = NULL;
    picture_shape shape = {strtoul(text, &end, 10), 0};
    if (text[0] >= '1' && text[0] <= '9' && *end == 'x' && end[1] >= '1' && end[1] <= '9') {
        shape.width = strtoul(end + 1, &end, 10);
    }
    if (shape.width == 0 || *end != '\0' || shape.height > UINT32_MAX || shape.width > UINT32_MAX) {
        refuse_value(row, "height and width are needed, as in 28x28, not `%s'", text);
    }
    *(picture_shape *)field = shape;
}

static const flag table[] = {
    {"samples", "N", "read at most N samples, drawn at random; default: 10000", GROUP_DATA, read_whole,
     .field = offsetof(inspect_flags, samples), .least = 1, .most = SIZE_MAX},
    {"seed", "N", "of that draw; default: 0", 0, read_seed, .field = offsetof(inspect_flags, seed), .most = UINT64_MAX},
    {"shape", "HxW",
     "inputs are pictures of H rows and W columns: show weights of the first layer as pictures. Default: "
     "for a folder of IDX images with a square number of inputs",
     GROUP_REPORT, read_shape, .field = offsetof(inspect_flags, shape)},
    {"json", NULL, "report as one JSON object on stdout, with all units", 0, read_switch,
     .field = offsetof(inspect_flags, json)},
    {0}};

/* The shape of pictures: as given, or square for data without names, as IDX images are. Height 0: none. */
static picture_shape shape_of(const inspect_flags *flags)
{
    enum { LEAST_SIDE = 4 };
    size_t inputs = gml_network_inputs(flags->input.network), side = (size_t)sqrt((double)inputs);
    bool square = side >= LEAST_SIDE && side * side == inputs;
    if (flags->shape.height > 0 || !square || gml_dataset_feature_name(flags->input.data, 0) != NULL) {
        return flags->shape;
    }
    return (picture_shape){side, side};
}

static int check_shape(const inspect_flags *flags)
{
    size_t inputs = gml_network_inputs(flags->input.network);
    const picture_shape *shape = &flags->shape;
    return shape->height == 0 || shape->height * shape->width == inputs
               ? 0
               : complain(EXIT_USAGE, "--shape: %zux%zu has %zu inputs, and the model has %zu", shape->height,
                          shape->width, shape->height * shape->width, inputs);
}

static int report(const inspect_flags *flags, const gml_health *health)
{
    const model_input *input = &flags->input;
    if (flags->json) {
        return report_health_json(input->network, health, input->model_path, input->data_word);
    }
    int code = report_health(input->network, health);
    picture_shape shape = shape_of(flags);
    return code == 0 && shape.height > 0 ? report_pictures(input->network, shape) : code;
}

static int inspect(const inspect_flags *flags)
{
    const model_input *input = &flags->input;
    const gml_health_options options = {.samples = flags->samples, .seed = flags->seed};
    gml_health *health = NULL;
    gml_status status = gml_health_create(input->network, &options, &health);
    if (status == GML_OK) {
        status = gml_health_measure(health, input->data);
    }
    int code = status == GML_OK ? report(flags, health) : complain_input(input->context, status);
    gml_health_destroy(health);
    return code;
}

int run_inspect(int argc, char **argv)
{
    static const command_line line = {
        "MODEL DATA",
        "Shows the health of a model's layers and units on DATA, which is as for `gemmule train': alarms with "
        "remedies, "
        "values, gradients and singular values. `gemmule list alarms' has the rules.",
        input_arguments,
        {{input_table, offsetof(inspect_flags, input)}, {data_table, offsetof(inspect_flags, input.file)}, {table, 0}},
        NULL};
    inspect_flags flags = {.json = false};
    parse_flags(&line, argc, argv, &flags);
    int code = input_open(&flags.input, true);
    if (code == 0) {
        code = check_shape(&flags);
    }
    if (code == 0) {
        code = inspect(&flags);
    }
    input_close(&flags.input);
    return code;
}
