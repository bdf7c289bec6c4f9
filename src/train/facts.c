/* train/facts.c - the facts that a network stores about its training. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "train/fit.h"

static gml_status set_texts(const gml_fit_run *run)
{
    const gml_train_options *options = &run->settings.options;
    const gml_step_settings *step = &run->trainer->settings;
    char text[GML_CALL_SIZE], seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, options->seed);
    const struct {
        const char *name, *text;
        const gml_call *call; /* null: `text`; both null: the fact is removed */
    } facts[] = {
        {"seed", .text = seed},
        {"loss", .call = &step->objective.call},
        {"optimizer", .call = &step->optimizer},
        {"schedule", .call = &run->settings.schedule.call},
        {"noise_schedule", .call = options->noise_schedule != NULL ? &run->settings.noise.call : NULL},
        {"decay_schedule", .call = options->decay_schedule != NULL ? &run->settings.decay.call : NULL},
        {"drop_last", .text = options->drop_last != 0 ? "yes" : NULL},
        {"average", .call = step->average.row != NULL ? &step->average.call : NULL},
        {"groups", .text = options->groups},
        {"class_weights", .text = options->class_weights},
        {"temperature", .text = NULL},
    };
    gml_status status = GML_OK;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0] && status == GML_OK; i++) {
        if (facts[i].call != NULL) {
            gml_call_print(facts[i].call, text);
        }
        status = gml_network_set_fact(run->network, facts[i].name, facts[i].call != NULL ? text : facts[i].text);
    }
    return status;
}

gml_status gml_fit_set_facts(const gml_fit_run *run)
{
    const gml_train_options *options = &run->settings.options;
    const gml_fit_report *report = &run->state.report;
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"batch", (double)options->batch},
        {"epochs", (double)report->kept_epochs},
        {"steps", (double)report->steps},
        {"train_samples", (double)run->settings.dataset->size},
        {"train_loss", report->train_loss},
        {"l2", options->l2},
        {"clip_norm", options->clip_norm},
        {"clip_value", options->clip_value},
        {"l1", options->l1},
        {"max_norm", options->max_norm},
        {"gradient_noise", options->gradient_noise},
        {"accumulate", (double)options->accumulate},
    };
    gml_status status = set_texts(run);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && status == GML_OK; i++) {
        char text[GML_NUMBER_SIZE];
        gml_text_from_double(numbers[i].value, text);
        status = gml_network_set_fact(run->network, numbers[i].name, text);
    }
    return status;
}
