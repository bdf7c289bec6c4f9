/* network/adapt.c - what a network knows of its data: task and names, and the scaling of inputs and outputs. */
#include <math.h>
#include <string.h>

#include "data/dataset.h"
#include "kernel/statistics.h"
#include "network/network.h"

/* ---- names ---- */

gml_status gml_network_set_schema(gml_network *network, const gml_schema *schema)
{
    gml_schema copy = {0};
    gml_status status = gml_schema_copy(network->context, schema, &copy);
    if (status == GML_OK) {
        gml_schema_clear(network->context, &network->schema);
        network->schema = copy;
    }
    return status;
}

gml_task gml_network_task(const gml_network *network)
{
    return network != NULL ? network->schema.task : GML_TASK_AUTO;
}

const char *gml_network_class_name(const gml_network *network, size_t index)
{
    if (network == NULL) {
        return NULL;
    }
    const gml_schema *schema = &network->schema;
    return schema->class_names != NULL && index < schema->classes ? schema->class_names[index] : NULL;
}

const char *gml_network_feature_name(const gml_network *network, size_t index)
{
    if (network == NULL) {
        return NULL;
    }
    const gml_schema *schema = &network->schema;
    return schema->feature_names != NULL && index < schema->features ? schema->feature_names[index] : NULL;
}

const char *gml_network_target_name(const gml_network *network)
{
    return network != NULL ? network->schema.target_name : NULL;
}

gml_dataset_options gml_network_data_options(const gml_network *network)
{
    if (network == NULL) {
        return (gml_dataset_options){0};
    }
    const gml_schema *schema = &network->schema;
    return (gml_dataset_options){
        .target = schema->target_name,
        .task = schema->task,
        .features = network->spec.inputs,
        .class_names = (const char *const *)schema->class_names,
        .classes = schema->class_names != NULL ? schema->classes : 0,
        .weights = schema->weights_name,
        .missing_targets = schema->missing_targets,
        .feature_names = (const char *const *)schema->feature_names,
        .target_index = schema->target_index,
        .weights_index = schema->weights_index,
        .weights_optional = schema->weights_name != NULL,
    };
}

/* ---- scaling ---- */

static void clear_scaling(gml_context *context, gml_scaling *scaling, size_t count)
{
    gml_release(context, scaling->shift, count, sizeof(double));
    gml_release(context, scaling->scale, count, sizeof(double));
    *scaling = (gml_scaling){0};
}

/* A scale of 0 takes an input away. An output cannot be taken away: its targets are scaled by the inverse. */
static gml_status check_scaling(gml_network *network, const gml_scaling *scaling, const char *what, const double *shift,
                                const double *scale, size_t count)
{
    bool zero_is_fine = scaling == &network->input;
    for (size_t i = 0; i < count; i++) {
        double a = shift != NULL ? shift[i] : 0, b = scale != NULL ? scale[i] : 1;
        if (!isfinite(a) || !isfinite(b) || (b == 0 && !zero_is_fine)) {
            return gml_fail(network->context, GML_ERROR_DATA,
                            "scaling of %s: column %zu has shift %g and scale %g; finite numbers%s are needed", what,
                            i + 1, a, b, zero_is_fine ? "" : " and a scale other than 0");
        }
    }
    return GML_OK;
}

static gml_status set_scaling(gml_network *network, gml_scaling *scaling, const char *what, const double *shift,
                              const double *scale, size_t count)
{
    gml_context *context = network->context;
    gml_status status = check_scaling(network, scaling, what, shift, scale, count);
    if (status != GML_OK) {
        return status;
    }
    gml_scaling made = {0};
    if (shift != NULL || scale != NULL) {
        made.shift = gml_allocate(context, count, sizeof(double), "scaling");
        made.scale = gml_allocate(context, count, sizeof(double), "scaling");
        if (made.shift == NULL || made.scale == NULL) {
            clear_scaling(context, &made, count);
            return GML_ERROR_MEMORY;
        }
        for (size_t i = 0; i < count; i++) {
            made.shift[i] = shift != NULL ? shift[i] : 0;
            made.scale[i] = scale != NULL ? scale[i] : 1;
        }
    }
    clear_scaling(context, scaling, count);
    *scaling = made;
    return GML_OK;
}

gml_status gml_network_set_input_scaling(gml_network *network, const double *shift, const double *scale)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status != GML_OK) {
        return status;
    }
    return set_scaling(network, &network->input, "inputs", shift, scale, network->spec.inputs);
}

/* Outputs are scaled back by `output`, targets forward by its inverse. */
gml_status gml_network_set_output_scaling(gml_network *network, const double *shift, const double *scale)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status != GML_OK) {
        return status;
    }
    /* A network that was never filled, being destroyed, has no layers and no scaling. */
    size_t outputs = network->spec.layer_count > 0 ? gml_network_outputs(network) : 0;
    gml_scaling target = {0};
    status = set_scaling(network, &target, "outputs", shift, scale, outputs);
    if (status == GML_OK) {
        status = set_scaling(network, &network->output, "outputs", shift, scale, outputs);
    }
    if (status != GML_OK) {
        clear_scaling(network->context, &target, outputs);
        return status;
    }
    for (size_t i = 0; i < outputs && target.scale != NULL; i++) {
        target.scale[i] = 1 / target.scale[i];
    }
    clear_scaling(network->context, &network->target, outputs);
    network->target = target;
    return GML_OK;
}

static gml_scaling_view view_of(const gml_scaling *scaling)
{
    return (gml_scaling_view){.shift = scaling->shift, .scale = scaling->scale};
}

gml_scaling_view gml_network_input_scaling(const gml_network *network)
{
    return network != NULL ? view_of(&network->input) : (gml_scaling_view){0};
}

gml_scaling_view gml_network_output_scaling(const gml_network *network)
{
    return network != NULL ? view_of(&network->output) : (gml_scaling_view){0};
}

/* ---- fitting to data ---- */

/* Can values be told by so many outputs: one for each, or with a variance for each; with a loss, as that wants it? */
static gml_status check_values(const gml_network *network, size_t targets, const gml_loss_row *loss)
{
    size_t outputs = gml_network_outputs(network);
    if (loss != NULL && loss->variances && gml_loss_row_targets(loss, outputs) != targets) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "the data has %zu target%s a sample, for which the loss %s needs %zu outputs: a mean and the "
                        "logarithm of a variance for each; the network gives %zu",
                        targets, targets == 1 ? "" : "s", loss->entry.name, 2 * targets, outputs);
    }
    if (targets == outputs || (outputs == 2 * targets && (loss == NULL || loss->variances))) {
        return GML_OK;
    }
    return gml_fail(network->context, GML_ERROR_SHAPE, "the data has %zu target%s a sample; the network gives %zu",
                    targets, targets == 1 ? "" : "s", outputs);
}

gml_status gml_network_check_data(const gml_network *network, const gml_schema *schema, const gml_loss_row *loss)
{
    size_t inputs = gml_network_inputs(network);
    size_t outputs = gml_network_outputs(network);
    if (schema->features != inputs) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "the data has %zu inputs a sample; the network takes %zu",
                        schema->features, inputs);
    }
    size_t room = outputs == 1 ? 2 : outputs;
    if (schema->task == GML_TASK_CLASSIFICATION && schema->classes > room) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "the data has %zu classes; a network with %zu output%s tells at most %zu apart",
                        schema->classes, outputs, outputs == 1 ? "" : "s", room);
    }
    return schema->task == GML_TASK_REGRESSION ? check_values(network, schema->targets, loss) : GML_OK;
}

gml_status gml_network_check_names(const gml_network *network, const gml_schema *schema)
{
    const gml_schema *known = &network->schema;
    bool both = known->feature_names != NULL && schema->feature_names != NULL && known->features == schema->features;
    for (size_t i = 0; both && i < known->features; i++) {
        if (strcmp(known->feature_names[i], schema->feature_names[i]) != 0) {
            return gml_fail(network->context, GML_ERROR_SHAPE,
                            "input %zu is the column \"%.60s\" of the data; the network has learned \"%.60s\" there; "
                            "gml_network_data_options opens data with the network's columns",
                            i + 1, schema->feature_names[i], known->feature_names[i]);
        }
    }
    return GML_OK;
}

/* Targets that were constant are shifted alone. */
static void keep_constant(double *scale, size_t cols)
{
    for (size_t i = 0; i < cols; i++) {
        scale[i] = scale[i] == 0 ? 1 : scale[i];
    }
}

/* Fits one scaling to the columns of a matrix, by way of a working memory of 2 * cols doubles. */
static gml_status fit_columns(gml_network *network, const gml_dataset *dataset, const gml_matrix *columns,
                              const char *what, gml_scaling_kind kind, gml_scaling *scaling)
{
    gml_context *context = network->context;
    size_t cols = columns->cols;
    double *shift = gml_allocate(context, cols, 2 * sizeof(double), "scaling");
    if (shift == NULL) {
        return GML_ERROR_MEMORY;
    }
    double *scale = shift + cols;
    gml_column_scan scan = {.matrix = *columns, .order = dataset->order, .count = dataset->size};
    scan.masked = dataset->masked && columns == &dataset->targets;
    gml_bad_entry bad;
    bool finite = kind == GML_SCALING_STANDARD ? gml_scan_standard(&scan, shift, scale, &bad)
                                               : gml_scan_unit(&scan, shift, scale, &bad);
    gml_status status = GML_OK;
    if (!finite) {
        char place[GML_ORIGIN_SIZE];
        gml_dataset_place(dataset, bad.row, place);
        status = gml_fail(context, GML_ERROR_DATA, "%s: column %zu of the %s is %g; a finite number is needed", place,
                          bad.col + 1, what, bad.value);
    } else if (kind == GML_SCALING_NONE) {
        status = set_scaling(network, scaling, what, NULL, NULL, cols);
    } else {
        if (scaling != &network->input) {
            keep_constant(scale, cols);
        }
        status = set_scaling(network, scaling, what, shift, scale, cols);
    }
    gml_release(context, shift, cols, 2 * sizeof(double));
    return status;
}

/* Outputs go the way back of the targets. Where there is a second one for each, it is the logarithm of a variance, to
 * which that of the squared scale is added. */
static gml_status scale_outputs(gml_network *network, const gml_scaling *target, size_t targets)
{
    gml_context *context = network->context;
    size_t outputs = gml_network_outputs(network);
    double *shift = gml_allocate(context, outputs, 2 * sizeof(double), "scaling");
    if (shift == NULL) {
        return GML_ERROR_MEMORY;
    }
    double *scale = shift + outputs;
    for (size_t i = 0; i < outputs; i++) {
        bool mean = i < targets;
        shift[i] = mean ? target->shift[i] : -2 * log(target->scale[i - targets]);
        scale[i] = mean ? 1 / target->scale[i] : 1;
    }
    gml_status status = gml_network_set_output_scaling(network, shift, scale);
    gml_release(context, shift, outputs, 2 * sizeof(double));
    return status;
}

static gml_status fit_outputs(gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind)
{
    const gml_loss_row *loss =
        gml_loss_linked(network->spec.layers[network->spec.layer_count - 1].activation.entry->name);
    bool raw = loss != NULL && loss->range != GML_TARGETS_ANY;
    bool standard = !raw && (kind == GML_SCALING_AUTO || kind == GML_SCALING_STANDARD);
    if (dataset->schema.task != GML_TASK_REGRESSION || !standard) {
        return gml_network_set_output_scaling(network, NULL, NULL);
    }
    gml_scaling target = {0};
    gml_status status = fit_columns(network, dataset, &dataset->targets, "targets", GML_SCALING_STANDARD, &target);
    if (status != GML_OK) {
        return status;
    }
    status = scale_outputs(network, &target, dataset->targets.cols);
    clear_scaling(network->context, &target, dataset->targets.cols);
    return status;
}

gml_status gml_network_adapt(gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (kind > GML_SCALING_STANDARD) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "gml_network_adapt: %d is no kind of scaling", (int)kind);
    }
    status = gml_network_check_data(network, &dataset->schema, NULL);
    if (status != GML_OK) {
        return status;
    }
    gml_scaling_kind automatic = dataset->inputs.dtype == GML_U8 ? GML_SCALING_UNIT : GML_SCALING_STANDARD;
    status = fit_columns(network, dataset, &dataset->inputs, "inputs", kind == GML_SCALING_AUTO ? automatic : kind,
                         &network->input);
    if (status == GML_OK && dataset->targets.data != NULL) {
        status = fit_outputs(network, dataset, kind);
    }
    return status == GML_OK ? gml_network_set_schema(network, &dataset->schema) : status;
}
