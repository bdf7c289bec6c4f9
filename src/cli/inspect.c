/* cli/inspect.c - `gemmule inspect`: the health of a model's layers and units on data. */
#include "cli/explain/inspect.h"

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

static const flag table[] = {
    {"samples", "N", "measure health on at most N samples, drawn at random; default: 10000", GROUP_DATA, read_whole,
     .field = offsetof(inspect_flags, samples), .least = 1, .most = SIZE_MAX},
    {"seed", "N", "of that draw; default: 0", 0, read_seed, .field = offsetof(inspect_flags, seed), .most = UINT64_MAX},
    {"shape", "HxW",
     "inputs are pictures of H rows and W columns: show weights of the first layer as pictures. Default: "
     "for a folder of IDX images with a square number of inputs",
     GROUP_REPORT, read_picture_shape, .field = offsetof(inspect_flags, shape)},
    {"json", NULL, "report as one JSON object on stdout, with all units", 0, read_switch,
     .field = offsetof(inspect_flags, json)},
    {0}};

static int report(const inspect_flags *flags, const gml_health *health)
{
    const model_input *input = &flags->input;
    if (flags->json) {
        return report_health_json(input->network, health, input->model_path, input->data_word);
    }
    int code = report_health(input->network, health);
    picture_shape shape = picture_shape_of(input->network, input->data, flags->shape);
    if (code == 0 && shape.height > 0) {
        code = report_pictures(input->network, shape);
    }
    if (code == 0) {
        code = report_learned(input->network);
    }
    return code == 0 ? report_data(input->network, input->data, shape) : code;
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
        "remedies, values, gradients and singular values; then the samples that it gets wrong. `gemmule list alarms' "
        "has the rules.",
        input_arguments,
        {{input_table, offsetof(inspect_flags, input)}, {data_table, offsetof(inspect_flags, input.file)}, {table, 0}},
        NULL};
    inspect_flags flags = {.json = false};
    parse_flags(&line, argc, argv, &flags);
    int code = input_open(&flags.input, COLUMNS_PRESENT);
    if (code == 0) {
        code = picture_shape_check(flags.input.network, flags.shape);
    }
    if (code == 0) {
        code = inspect(&flags);
    }
    input_close(&flags.input);
    return code;
}
