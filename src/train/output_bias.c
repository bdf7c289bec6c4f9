/* train/output_bias.c - where the outputs of a fresh network begin: at the mean of the training targets.
 *
 * A loss of counts or amounts takes the logarithm of the mean. Outputs that begin at 0 begin at a mean of 1, and
 * targets around 1000 are seven units of bias away, in steps of one learning rate each. Outputs of classes can begin at
 * the classes' shares in the same way. */
#include "kernel/data/data.h"
#include "kernel/data/entry.h"
#include "train/fit.h"

#include <math.h>

/* True if the bias is added to what goes into the loss's link. */
static bool is_before_link(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    bool linear = network->layers[network->spec.layer_count - 1].activation->identity;
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
                             .order = dataset->order,
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

/* A class that none or all of the samples have would need an infinite bias: it counts as half a sample. */
static double bounded_share(double share, size_t samples)
{
    double least = 0.5 / (double)samples;
    return share < least ? least : share > 1 - least ? 1 - least : share;
}

/* Writes starts over the bias, and keeps what is there where a mean has no finite start. */
static void set_bias(const gml_fit_run *run, void *bias, double *starts)
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
    network->kernels->data->gather(&(gml_gather_call){.rows = 1,
                                                      .cols = outputs,
                                                      .source = starts,
                                                      .source_dtype = GML_F64,
                                                      .source_stride = outputs,
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
    set_bias(run, bias.values, means);
    gml_release(network->context, means, outputs, sizeof *means);
    return GML_OK;
}
