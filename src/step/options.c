/* step/options.c - defaults and checks of training options. */
#include <math.h>

#include "step/settings.h"

gml_status gml_train_options_complete(gml_context *context, gml_train_options *options)
{
    const struct {
        const char *what;
        double value;
    } rates[] = {{"learning_rate", options->learning_rate},
                 {"l2", options->l2},
                 {"l1", options->l1},
                 {"max_norm", options->max_norm},
                 {"gradient_noise", options->gradient_noise},
                 {"noise_decay", options->noise_decay},
                 {"patience_growth", options->patience_growth},
                 {"clip_norm", options->clip_norm},
                 {"clip_value", options->clip_value}};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        if (!(rates[i].value >= 0) || !isfinite(rates[i].value)) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "%s is %g; a finite number not below 0 is needed",
                            rates[i].what, rates[i].value);
        }
    }
    if (options->patience_growth > 0 && options->patience == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "patience_growth adds to `patience`, which is 0");
    }
    const struct {
        const char *what;
        gml_choice choice;
    } choices[] = {{"output_bias", options->output_bias}, {"keep_best", options->keep_best}};
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if ((unsigned)choices[i].choice > GML_CHOICE_NO) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "%s is %d; GML_CHOICE_AUTO, _YES or _NO is needed",
                            choices[i].what, (int)choices[i].choice);
        }
    }
    options->optimizer = options->optimizer != NULL ? options->optimizer : "adam";
    options->noise_decay = options->noise_decay > 0 ? options->noise_decay : 0.55;
    options->accumulate = options->accumulate != 0 ? options->accumulate : 1;
    options->batch = options->batch != 0 ? options->batch : 32;
    options->epochs = options->epochs != 0 ? options->epochs : 10;
    return GML_OK;
}

/* A full-batch optimizer needs a deterministic loss: a function of the weights and the data only. */
static gml_status check_layers(const gml_network *network, const char *optimizer)
{
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer_kind *kind = network->layers[i].kind;
        if (kind->trains_only || kind->batch_statistics) {
            return gml_fail(
                network->context, GML_ERROR_ARGUMENT,
                "%s: layer %zu is %s, whose random numbers or batch statistics a full-batch optimizer cannot follow",
                optimizer, i + 1, kind->entry.name);
        }
    }
    return GML_OK;
}

gml_status gml_train_options_check_full_batch(const gml_network *network, const char *optimizer,
                                              const gml_train_options *options)
{
    const struct {
        const char *name;
        bool given;
    } refused[] = {{"l1", options->l1 > 0},
                   {"max_norm", options->max_norm > 0},
                   {"clip_norm", options->clip_norm > 0},
                   {"clip_value", options->clip_value > 0},
                   {"gradient_noise", options->gradient_noise > 0},
                   {"accumulate", options->accumulate > 1},
                   {"groups", options->groups != NULL && options->groups[0] != '\0'},
                   {"average", options->average != NULL},
                   {"noise_schedule", options->noise_schedule != NULL},
                   {"decay_schedule", options->decay_schedule != NULL},
                   {"halvings", options->halvings > 0}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (refused[i].given) {
            return gml_fail(network->context, GML_ERROR_ARGUMENT, "%s: a full-batch optimizer does not support %s",
                            optimizer, refused[i].name);
        }
    }
    return check_layers(network, optimizer);
}
