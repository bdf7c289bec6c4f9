/* train/facts.c - what a network says of the fit that trained it. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "train/fit.h"

static gml_status set_number(gml_network *network, const char *name, double value)
{
    char text[GML_NUMBER_SIZE];
    gml_text_from_double(value, text);
    return gml_network_set_fact(network, name, text);
}

static gml_status set_call(gml_network *network, const char *name, const gml_call *call)
{
    char text[GML_CALL_SIZE];
    gml_call_print(call, text);
    return gml_network_set_fact(network, name, text);
}

gml_status gml_fit_set_facts(const gml_fit_run *run)
{
    gml_network *network = run->network;
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"batch", (double)run->settings.options.batch},
        {"epochs", (double)run->state.report.kept_epochs},
        {"steps", (double)run->state.report.steps},
        {"train_samples", (double)run->settings.dataset->size},
        {"train_loss", run->state.report.train_loss},
        {"l2", run->settings.options.l2},
        {"clip_norm", run->settings.options.clip_norm},
        {"clip_value", run->settings.options.clip_value},
        {"l1", run->settings.options.l1},
        {"max_norm", run->settings.options.max_norm},
        {"gradient_noise", run->settings.options.gradient_noise},
        {"accumulate", (double)run->settings.options.accumulate},
    };
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, run->settings.options.seed);
    gml_status status = gml_network_set_fact(network, "seed", seed);
    if (status == GML_OK) {
        status = set_call(network, "loss", &run->trainer->settings.objective.call);
    }
    if (status == GML_OK) {
        status = set_call(network, "optimizer", &run->trainer->settings.optimizer);
    }
    if (status == GML_OK) {
        status = set_call(network, "schedule", &run->settings.schedule.call);
    }
    if (status == GML_OK && run->trainer->settings.average.row != NULL) {
        status = set_call(network, "average", &run->trainer->settings.average.call);
    } else if (status == GML_OK) {
        status = gml_network_set_fact(network, "average", NULL);
    }
    if (status == GML_OK) {
        status = gml_network_set_fact(network, "groups", run->settings.options.groups);
    }
    if (status == GML_OK) {
        status = gml_network_set_fact(network, "class_weights", run->settings.options.class_weights);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && status == GML_OK; i++) {
        status = set_number(network, numbers[i].name, numbers[i].value);
    }
    return status;
}
