/* train/output_bias.c - initialises the output bias of a fresh network from the mean of the training targets.
 *
 * Losses of counts and amounts have a log link. A bias of 0 predicts a mean of 1; for targets around 1000 the bias must
 * grow by seven, at about one learning rate per step. Outputs of classes can start at the classes' shares alike. */
#include "kernel/data/data.h"
#include "kernel/data/entry.h"
#include "train/fit.h"

#include <math.h>

/* True if the bias is added directly to the input of the loss's link function. */
static bool is_before_link(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    bool linear = network->layers[gml_spec_output_layer(&network->spec)].activation->identity;
    return trainer->settings.objective.row->start != NULL && (trainer->settings.objective.linear_output || linear);
}

static bool is_wanted(const gml_fit_run *run)
{
    gml_choice choice = run->settings.options.output_bias;
    bool by_choice = run->trainer->settings.objective.row->start_by_choice;
    return choice == GML_CHOICE_YES || (choice == GML_CHOICE_AUTO && !by_choice);
}

static void find_means(const gml_fit_run *run, double *means)
{
    const gml_dataset *dataset = run->settings.dataset;
    size_t outputs = gml_network_outputs(run->network);
    bool class_numbers = dataset->targets.cols == 1 && outputs > 1;
    gml_weighing weighing = {.targets = dataset->targets,
                             .chosen = dataset->chosen,
                             .count = dataset->size,
                             .weights = dataset->weights,
                             .class_weights = run->trainer->settings.class_weights,
                             .classes = outputs > 1 ? outputs : 2,
                             .masked = dataset->masked,
                             .whole_rows = class_numbers || !run->trainer->settings.objective.row->mean_over_outputs};
    if (class_numbers) {
        gml_weigh_classes(&weighing, means);
    } else {
        gml_weigh_means(&weighing, means);
    }
}

/* The share of a class without samples, or with all, would need an infinite bias: it is set to half a sample from 0
 * or 1. */
static double bounded_share(double share, size_t samples)
{
    double least = 0.5 / (double)samples;
    return share < least ? least : share > 1 - least ? 1 - least : share;
}

/* Replaces each mean in `starts` by its start, and writes the starts to the bias, of each member alike. An entry
 * without a finite start keeps its value. */
static void set_bias(const gml_fit_run *run, void *bias, size_t members, double *starts)
{
    const gml_network *network = run->network;
    const gml_objective *objective = &run->trainer->settings.objective;
    size_t outputs = gml_network_outputs(network);
    for (size_t j = 0; j < outputs; j++) {
        bool share = objective->row->start_by_choice && !isnan(starts[j]);
        double mean = share ? bounded_share(starts[j], run->settings.dataset->size) : starts[j];
        double start = objective->row->start(objective->call.values, outputs, mean);
        starts[j] = isfinite(start) ? start : gml_entry_at(network->kernels->dtype, bias, j);
    }
    network->kernels->data->gather(&(gml_gather_call){.rows = members,
                                                      .cols = outputs,
                                                      .source = starts,
                                                      .source_dtype = GML_F64,
                                                      .source_stride = 0,
                                                      .target = bias,
                                                      .target_stride = outputs});
}

gml_status gml_fit_start_outputs(const gml_fit_run *run)
{
    gml_network *network = run->network;
    gml_output_bias bias = gml_network_output_bias(network);
    if (bias.values == NULL || !gml_network_is_fresh(network) || !is_before_link(run->trainer) || !is_wanted(run) ||
        gml_group_frozen(&run->trainer->settings.groups, bias.layer, GML_ROLE_BIAS)) {
        return GML_OK;
    }
    size_t outputs = gml_network_outputs(network);
    double *means = gml_allocate(network->context, outputs, sizeof *means, "the means of targets");
    if (means == NULL) {
        return GML_ERROR_MEMORY;
    }
    find_means(run, means);
    set_bias(run, bias.values, network->layers[bias.layer].members, means);
    gml_release(network->context, means, outputs, sizeof *means);
    return GML_OK;
}
