/* step/settings.c - binds options: looks up names in tables, selects kernels, completes numbers. */
#include "step/settings.h"

#include <math.h>
#include <string.h>

static double bound_of(double option)
{
    return option > 0 ? option : INFINITY;
}

static void copy_numbers(const gml_train_options *options, gml_step_settings *settings)
{
    settings->l2 = options->l2;
    settings->l1 = options->l1;
    settings->clip_norm = bound_of(options->clip_norm);
    settings->clip_value = bound_of(options->clip_value);
    settings->max_norm = bound_of(options->max_norm);
    settings->noise = options->gradient_noise;
    settings->noise_decay = options->noise_decay;
    settings->accumulate = options->accumulate;
    settings->batch = options->batch;
    settings->seed = options->seed;
}

/* ---- the optimizer ---- */

static gml_status read_optimizer(const gml_network *network, const gml_train_options *options,
                                 gml_step_settings *settings)
{
    gml_status status = gml_call_parse(network->context, "optimizer", gml_optimizer_entry, options->optimizer,
                                       strlen(options->optimizer), &settings->optimizer);
    if (status != GML_OK || options->learning_rate == 0) {
        return status;
    }
    return gml_call_set(network->context, "learning_rate", &settings->optimizer, "lr", strlen("lr"),
                        options->learning_rate);
}

static void find_kernels(const gml_network *network, gml_step_settings *settings)
{
    const gml_optimizer_row *row = gml_call_row(&settings->optimizer);
    const gml_optimizer_kernel *kernel = gml_optimizer_kernel_of(network->kernels, &settings->optimizer);
    settings->optimizer_row = row;
    settings->weight_kernel = kernel;
    settings->vector_kernel = row->vectors != NULL ? gml_kernels_optimizer(network->kernels, row->vectors) : kernel;
    settings->states = gml_optimizer_states(row, settings->optimizer.values);
    if (kernel != NULL && kernel->custom != NULL) {
        settings->custom = (gml_custom_rule){kernel->custom, settings->optimizer.values};
    }
}

static gml_status bind_optimizer(const gml_network *network, const gml_train_options *options,
                                 gml_step_settings *settings)
{
    gml_status status = read_optimizer(network, options, settings);
    if (status != GML_OK) {
        return status;
    }
    find_kernels(network, settings);
    const char *name = settings->optimizer.entry->name;
    if (settings->optimizer_row->average != 0 && (settings->l1 > 0 || isfinite(settings->max_norm))) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "%s: l1 and max_norm do not reach the weights it averages", name);
    }
    if (settings->optimizer_row->full_batch) {
        settings->accumulate = SIZE_MAX; /* an update is never due: gradients are collected for the method */
        return gml_train_options_check_full_batch(network, name, options);
    }
    return GML_OK;
}

/* ---- the rest ---- */

static gml_status bind_average(gml_context *context, const char *text, gml_step_settings *settings)
{
    gml_average *average = &settings->average;
    if (text == NULL) {
        return GML_OK;
    }
    if (settings->optimizer_row->average != 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "average: %s averages the weights by itself",
                        settings->optimizer.entry->name);
    }
    gml_status status = gml_call_parse(context, "average", gml_average_entry, text, strlen(text), &average->call);
    if (status == GML_OK) {
        average->row = gml_call_row(&average->call);
        average->start = gml_average_start(&average->call, 0);
    }
    return status;
}

static gml_status bind_class_weights(const gml_network *network, const char *text, const gml_dataset *dataset,
                                     gml_step_settings *settings)
{
    size_t outputs = gml_network_outputs(network);
    if (text == NULL) {
        return GML_OK;
    }
    settings->classes = outputs > 1 ? outputs : 2;
    settings->class_weights =
        gml_allocate(network->context, settings->classes, sizeof *settings->class_weights, "the weights of classes");
    settings->class_weights_text = gml_copy_string(network->context, text);
    return settings->class_weights == NULL || settings->class_weights_text == NULL
               ? GML_ERROR_MEMORY
               : gml_class_weights_read(network->context, text, dataset, settings->classes, settings->class_weights);
}

gml_status gml_step_settings_bind(const gml_network *network, const gml_train_options *options,
                                  const gml_dataset *dataset, gml_step_settings *settings)
{
    copy_numbers(options, settings);
    settings->masked = options->missing_targets != 0 || (dataset != NULL && dataset->masked);
    gml_status status = gml_objective_bind(network, options->loss, &settings->objective);
    if (status == GML_OK) {
        status = bind_optimizer(network, options, settings);
    }
    if (status == GML_OK) {
        status = bind_average(network->context, options->average, settings);
    }
    if (status == GML_OK) {
        status = gml_groups_create(network, &settings->optimizer, options->groups, &settings->groups);
    }
    if (status == GML_OK) {
        status = gml_groups_check_rate(network->context, &settings->groups, settings->optimizer.values[0]);
    }
    return status == GML_OK ? bind_class_weights(network, options->class_weights, dataset, settings) : status;
}

void gml_step_settings_release(gml_context *context, gml_step_settings *settings)
{
    gml_groups_destroy(context, &settings->groups);
    gml_release_string(context, settings->class_weights_text);
    gml_release(context, settings->class_weights, settings->classes, sizeof *settings->class_weights);
}
