/* method/method.c - the table of full-batch optimizers, and the loss and gradient over a data set. */
#include "method/method.h"

#include <string.h>

#include "kernel/entry/entry.h"

static const gml_method_row methods[] = {
    {"lbfgs", gml_lbfgs_create, gml_lbfgs_destroy, gml_lbfgs_step, gml_lbfgs_list},
    {"levenberg_marquardt", gml_levenberg_create, gml_levenberg_destroy, gml_levenberg_step, gml_levenberg_list},
};

static const gml_method_row *find_method(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(methods[i].name, name) == 0) {
            return &methods[i];
        }
    }
    return NULL;
}

bool gml_method_is_full_batch(gml_context *context, const char *optimizer)
{
    gml_call call;
    return gml_call_parse(context, "optimizer", gml_optimizer_entry, optimizer, strlen(optimizer), &call) == GML_OK &&
           ((const gml_optimizer_row *)gml_call_row(&call))->full_batch;
}

gml_status gml_method_create(gml_trainer *trainer, const gml_dataset *dataset, gml_method *method)
{
    gml_method made = {.trainer = trainer, .dataset = dataset};
    made.row = find_method(trainer->settings.optimizer.entry->name);
    gml_status status = made.row->create(&made);
    if (status != GML_OK) {
        gml_method_destroy(&made);
        return status;
    }
    *method = made;
    return GML_OK;
}

void gml_method_destroy(gml_method *method)
{
    if (method->state != NULL) {
        method->row->destroy(method);
    }
    *method = (gml_method){0};
}

gml_status gml_method_step(gml_method *method, double *loss)
{
    gml_status status = method->row->step(method, loss);
    method->trainer->state.steps += status == GML_OK;
    return status;
}

void gml_method_list(gml_method *method, gml_saved *saved)
{
    gml_saved_flag(saved, "method.converged", &method->converged);
    method->row->list(method, saved);
}

/* Adds the gradient of l2 / 2 |W|^2; returns that penalty. Only weights decay. */
static double add_decay(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    const gml_kernels *kernels = network->kernels;
    double squares = 0;
    for (size_t i = 0; i < network->spec.layer_count && trainer->settings.l2 > 0; i++) {
        const gml_layer *layer = &network->layers[i];
        if (layer->weight != NULL) {
            size_t offset = (size_t)((char *)layer->weight - (char *)network->parameters);
            kernels->entry->combine(layer->weight_rows * layer->weight_cols, trainer->settings.l2, layer->weight, 1,
                                    (char *)trainer->state.mean + offset);
            squares += kernels->entry->dot(layer->weight_rows * layer->weight_cols, layer->weight, layer->weight);
        }
    }
    return trainer->settings.l2 / 2 * squares;
}

/* Accumulates batches like an update of several batches, without the update. */
gml_status gml_method_evaluate(gml_method *method, double *loss, double *penalty)
{
    gml_trainer *trainer = method->trainer;
    const gml_dataset *dataset = method->dataset;
    double sum = 0, divisor = 0;
    gml_trainer_drop_collected(trainer);
    for (size_t first = 0; first < dataset->size; first += trainer->scratch.step.rows) {
        const gml_batch batch = gml_dataset_batch(dataset, first, trainer->scratch.workspace.batch, &method->room);
        double mean;
        gml_status status = gml_trainer_run(trainer, &batch, &mean);
        if (status != GML_OK) {
            return status;
        }
        sum += mean * trainer->scratch.step.divisor;
        divisor += trainer->scratch.step.divisor;
    }
    *loss = divisor > 0 ? sum / divisor : 0;
    *penalty = add_decay(trainer);
    return GML_OK;
}
