/* step/saved.c - the options that the bits of a trainer depend on, as texts for a checkpoint. */
#include "step/saved.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/text.h"

bool gml_condition_text(json_t *conditions, const char *name, const char *text)
{
    return json_object_set_new(conditions, name, json_string(text != NULL ? text : "none")) == 0;
}

bool gml_condition_number(json_t *conditions, const char *name, double number)
{
    char text[GML_NUMBER_SIZE];
    gml_text_from_double(number, text);
    return gml_condition_text(conditions, name, isinf(number) ? "none" : text);
}

bool gml_condition_call(json_t *conditions, const char *name, const gml_call *call)
{
    char text[GML_CALL_SIZE];
    gml_call_print(call, text);
    return gml_condition_text(conditions, name, text);
}

static bool list_calls(const gml_step_settings *settings, json_t *options)
{
    return gml_condition_call(options, "loss", &settings->objective.call) &&
           gml_condition_call(options, "optimizer", &settings->optimizer) &&
           (settings->average.row != NULL ? gml_condition_call(options, "average", &settings->average.call)
                                          : gml_condition_text(options, "average", NULL)) &&
           gml_condition_text(options, "groups", settings->groups.text) &&
           gml_condition_text(options, "class_weights", settings->class_weights_text);
}

bool gml_trainer_list_options(const gml_trainer *trainer, json_t *options)
{
    const gml_step_settings *settings = &trainer->settings;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"l2", settings->l2},
                   {"l1", settings->l1},
                   {"max_norm", settings->max_norm},
                   {"clip_norm", settings->clip_norm},
                   {"clip_value", settings->clip_value},
                   {"gradient_noise", settings->noise},
                   {"noise_decay", settings->noise_decay},
                   {"accumulate", settings->optimizer_row->full_batch ? 1 : (double)settings->accumulate}};
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, settings->seed);
    bool good = list_calls(settings, options) && gml_condition_text(options, "seed", seed) &&
                gml_condition_text(options, "missing_targets", settings->masked ? "yes" : "no");
    for (size_t i = 0; good && i < sizeof numbers / sizeof numbers[0]; i++) {
        good = gml_condition_number(options, numbers[i].name, numbers[i].value);
    }
    return good;
}
