/* cli/train/train_check.c - checks the flags of `gemmule train` that are calls, before data is read. Messages name the
 * flag and quote its value. */
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"
#include "cli/train/train.h"

int train_check_calls(gml_context *context, const train_flags *flags)
{
    const struct {
        const char *flag, *kind, *call;
    } calls[] = {
        {"--activation", "activation", flags->activation},
        {"--init", "initializer", flags->initializer},
        {"--data-init", "data_init", flags->data_init},
        {"--loss", "loss", flags->fit.loss},
        {"--optimizer", "optimizer", flags->fit.optimizer},
        {"--schedule", "schedule", flags->fit.schedule},
        {"--noise-schedule", "schedule", flags->fit.noise_schedule},
        {"--decay-schedule", "schedule", flags->fit.decay_schedule},
        {"--average", "average", flags->fit.average},
        {"--split", "split", flags->split},
    };
    int code = check_score(context, "--metric", flags->fit.metric);
    for (size_t i = 0; code == 0 && i < sizeof calls / sizeof calls[0]; i++) {
        code = check_call(context, calls[i].flag, calls[i].kind, calls[i].call);
    }
    return code;
}

/* Creates a trainer with this group only, which checks the call and the layers in it. */
static int check_group(gml_network *network, const char *text)
{
    const gml_train_options options = {.optimizer = "sgd", .groups = text, .batch = 1};
    gml_trainer *trainer = NULL;
    const gml_status status = gml_trainer_create(network, &options, &trainer);
    gml_trainer_destroy(trainer);
    return status == GML_OK ? 0 : complain_of_flag(gml_network_context(network), status, "group", "--group");
}

int train_check_groups(gml_network *network, const train_flags *flags)
{
    const size_t layers = gml_network_layers(network);
    if (flags->last_frozen > layers) {
        return complain(EXIT_USAGE, "--freeze: there is no layer %zu: the network has %zu", flags->last_frozen, layers);
    }
    int code = 0;
    for (size_t i = 0; code == 0 && i < flags->group_count; i++) {
        code = check_group(network, flags->group[i]);
    }
    return code;
}
