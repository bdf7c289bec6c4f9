/* tune/search_key.c - checksums of what the trials of a search depend on. */
#include <string.h>

#include "base/checksum.h"
#include "data/fingerprint.h"
#include "kernel/product/choose.h"
#include "kernel/product/gemm.h"
#include "tune/search.h"

static void add_text(uint64_t *sum, const char *text)
{
    *sum = text != NULL ? gml_checksum(*sum, text, strlen(text) + 1) : gml_checksum(*sum, "\1", 1);
}

static void add_number(uint64_t *sum, double value)
{
    char text[GML_NUMBER_SIZE];
    gml_text_from_double(value, text);
    add_text(sum, text);
}

static uint64_t sum_build(const gml_context *context)
{
    uint64_t sum = 0;
    const char *isa = gml_context_isa(context);
    add_text(&sum, GML_VERSION);
    add_text(&sum, __VERSION__);
    add_text(&sum, isa);
    add_text(&sum, context->native == gml_native_limits_of(isa, true) ? "blas" : "auto");
    add_text(&sum, gml_gemm_backend());
    return sum;
}

static uint64_t sum_recipe(const gml_recipe *recipe)
{
    const gml_train_options *fit = &recipe->fit;
    const char *const texts[] = {recipe->name,
                                 recipe->network,
                                 recipe->hidden,
                                 recipe->output_initializer,
                                 recipe->output,
                                 fit->loss,
                                 fit->optimizer,
                                 fit->groups,
                                 fit->schedule,
                                 fit->noise_schedule,
                                 fit->decay_schedule,
                                 fit->average,
                                 fit->class_weights,
                                 recipe->preparation,
                                 recipe->target_preparation,
                                 recipe->data_init};
    const double numbers[] = {(double)recipe->options.dtype,
                              (double)recipe->scaling,
                              recipe->clamp,
                              (double)recipe->folds,
                              fit->learning_rate,
                              fit->l2,
                              fit->l1,
                              fit->max_norm,
                              fit->clip_norm,
                              fit->clip_value,
                              fit->gradient_noise,
                              fit->noise_decay,
                              (double)fit->batch,
                              (double)fit->accumulate,
                              (double)fit->epochs,
                              fit->missing_targets,
                              fit->drop_last,
                              (double)fit->output_bias,
                              (double)fit->halvings};
    const uint64_t seeds[] = {recipe->options.seed, fit->seed};
    uint64_t sum = gml_checksum(0, seeds, sizeof seeds);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        add_text(&sum, texts[i]);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(&sum, numbers[i]);
    }
    return sum;
}

static uint64_t sum_space(const gml_search *search)
{
    char method[GML_CALL_SIZE];
    uint64_t sum = gml_checksum(0, &search->options.seed, sizeof search->options.seed);
    gml_call_print(&search->method, method);
    add_text(&sum, method);
    add_text(&sum, search->space.text);
    add_number(&sum, search->default_space);
    return sum;
}

static uint64_t sum_judgement(const gml_search *search)
{
    const gml_judge *judge = &search->judge;
    uint64_t sum = 0;
    add_text(&sum, judge->metric);
    add_text(&sum, judge->split != NULL ? gml_split_kind(judge->split) : NULL);
    add_number(&sum, (double)judge->folds);
    add_number(&sum, (double)judge->repeats);
    add_number(&sum, search->options.fraction);
    add_number(&sum, search->keeps);
    return sum;
}

gml_status gml_search_key_of(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                             const gml_recipe *recipe, const gml_search_options *options, gml_search_key *key)
{
    gml_search *search = NULL;
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"data", data}, {"key", key}, {0}});
    if (status == GML_OK) {
        status = gml_search_create(context, data, validation, recipe, options, &search);
    }
    if (status != GML_OK) {
        return status;
    }
    const uint64_t parts[] = {gml_dataset_fingerprint(data),
                              validation != NULL ? gml_dataset_fingerprint(validation) : 0};
    *key = (gml_search_key){.build = sum_build(context),
                            .data = gml_checksum(0, parts, sizeof parts),
                            .recipe = sum_recipe(&search->recipe),
                            .space = sum_space(search),
                            .judgement = sum_judgement(search)};
    gml_search_destroy(search);
    return GML_OK;
}
