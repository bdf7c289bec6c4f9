/* network/adapt.c - what a network knows of its data: task and names, and the scaling fitted to the data. Inputs are in
 * adapt_inputs.c, targets in adapt_targets.c. */
#include <string.h>

#include "data/range.h"
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

const char *gml_network_target_name_at(const gml_network *network, size_t index)
{
    return network != NULL ? gml_schema_target_name(&network->schema, index) : NULL;
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
        .features = gml_network_columns(network),
        .class_names = (const char *const *)schema->class_names,
        .classes = schema->class_names != NULL ? schema->classes : 0,
        .weights = schema->weights_name,
        .missing_targets = schema->missing_targets,
        .feature_names = (const char *const *)schema->feature_names,
        .target_index = schema->target_index,
        .weights_index = schema->weights_index,
        .weights_optional = schema->weights_name != NULL,
        .groups = schema->groups_name,
        .groups_index = schema->groups_index,
        .groups_unread = schema->groups_name != NULL,
        .column_kinds = schema->columns,
        .delimiter = schema->delimiter,
        .decimal = schema->decimal,
        .thousands = schema->thousands,
        .comment = schema->comment,
        .missing = schema->missing,
        .marks_optional = 1,
    };
}

/* ---- fitting to data ---- */

/* Checks that there is one output per target, or a mean and a variance as the loss requires. */
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

/* Refuses columns that a network takes only through a preparation. */
static gml_status refuse_columns(const gml_network *network, const gml_schema *schema)
{
    size_t column = 0;
    while (column + 1 < schema->features && schema->columns[column].kind == GML_COLUMN_NUMBER) {
        column++;
    }
    const gml_column_kind kind = schema->columns[column].kind;
    const char *name = schema->feature_names != NULL ? schema->feature_names[column] : "";
    return gml_fail(network->context, GML_ERROR_DATA,
                    "%s%s%.60s%s %s; the network has no preparation of columns, and takes numbers alone",
                    kind == GML_COLUMN_NUMBER ? "the data" : "column ",
                    kind != GML_COLUMN_NUMBER && name[0] != '\0' ? "\"" : "", kind == GML_COLUMN_NUMBER ? "" : name,
                    kind != GML_COLUMN_NUMBER && name[0] != '\0' ? "\"" : "",
                    kind == GML_COLUMN_NUMBER     ? "may have missing cells"
                    : kind == GML_COLUMN_CATEGORY ? "is a category"
                                                  : "is a date");
}

gml_status gml_network_check_features(const gml_network *network, const gml_schema *schema)
{
    size_t columns = gml_network_columns(network);
    if (schema->features != columns) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "the data has %zu inputs a sample; the network takes %zu",
                        schema->features, columns);
    }
    return network->preparation != NULL ? gml_network_check_columns(network, schema)
           : schema->columns != NULL    ? refuse_columns(network, schema)
                                        : GML_OK;
}

gml_status gml_network_check_data(const gml_network *network, const gml_schema *schema, const gml_loss_row *loss)
{
    gml_status status = gml_network_check_features(network, schema);
    if (status != GML_OK) {
        return status;
    }
    size_t outputs = gml_network_outputs(network);
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
    return known->columns != NULL && known->features == schema->features ? gml_network_check_columns(network, schema)
                                                                         : GML_OK;
}

/* The schema and scalings of a dataset, complete before the network is changed. */
typedef struct knowledge {
    gml_schema schema;
    gml_scaling input;
    gml_learned_targets targets;
} knowledge;

static void clear_knowledge(const gml_network *network, knowledge *known)
{
    gml_schema_clear(network->context, &known->schema);
    gml_scaling_clear(network->context, &known->input, network->spec.inputs);
    gml_learned_targets_clear(network->context, &known->targets, gml_network_outputs(network));
}

static gml_status learn(const gml_network *network, const gml_dataset *dataset, const gml_adapt_options *options,
                        knowledge *known)
{
    gml_status status = gml_schema_copy(network->context, &dataset->schema, &known->schema);
    if (status == GML_OK && network->preparation != NULL) {
        status = gml_network_name_columns(network, &known->schema);
    } else if (status == GML_OK) {
        status = gml_network_learn_inputs(network, dataset, options->scaling, &known->input);
    }
    return status == GML_OK ? gml_network_learn_targets(network, dataset, options, &known->targets) : status;
}

/* Swaps what the network knows with `known`. Without targets the output scaling stays. */
static void exchange(gml_network *network, knowledge *known, bool has_targets)
{
    gml_schema kept = network->schema;
    network->schema = known->schema;
    known->schema = kept;
    gml_scaling_swap(&network->input, &known->input);
    if (has_targets) {
        gml_learned_targets *targets = &known->targets;
        gml_scaling_swap(&network->output, &targets->output);
        gml_scaling_swap(&network->target, &targets->target);
        gml_limits_swap(&network->limits, &targets->limits);
        network->log_targets = targets->log;
        gml_network_set_intervals(network, NULL);
    }
}

gml_status gml_network_adapt(gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind)
{
    return gml_network_adapt_with(network, dataset, &(gml_adapt_options){.scaling = kind});
}

gml_status gml_network_adapt_with(gml_network *network, const gml_dataset *dataset, const gml_adapt_options *options)
{
    const gml_adapt_options plain = {0};
    options = options != NULL ? options : &plain;
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    if (options->scaling > GML_SCALING_STANDARD) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "gml_network_adapt: %d is no kind of scaling",
                        (int)options->scaling);
    }
    status = gml_network_check_data(network, &dataset->schema, NULL);
    if (status == GML_OK) {
        status = gml_network_check_range(network, dataset);
    }
    if (status != GML_OK) {
        return status;
    }
    knowledge known = {0};
    status = learn(network, dataset, options, &known);
    if (status == GML_OK) {
        exchange(network, &known, dataset->targets.data != NULL);
    }
    clear_knowledge(network, &known);
    return status;
}
