/* network/prepare.c - the preparation of a network: setting it, and data that agrees with it. */
#include <string.h>

#include "data/field.h"
#include "data/transform/transform.h"
#include "network/code_inputs.h"
#include "network/network.h"

static bool all_numbers(const gml_preparation *preparation)
{
    size_t i = 0;
    while (i < preparation->columns && preparation->kinds[i].kind == GML_COLUMN_NUMBER) {
        i++;
    }
    return i == preparation->columns;
}

gml_status gml_network_name_columns(const gml_network *network, gml_schema *schema)
{
    const gml_preparation *preparation = network->preparation;
    return preparation->names != NULL && schema->feature_names == NULL
               ? gml_schema_copy_names(network->context, (const char *const *)preparation->names, preparation->columns,
                                       &schema->feature_names)
               : GML_OK;
}

/* Gives a schema the columns of a preparation, or none if it is null. Errors: memory. */
static gml_status change_columns(gml_context *context, const gml_preparation *preparation, gml_schema *schema)
{
    gml_schema_clear_names(context, schema->feature_names, schema->features);
    gml_columns_clear(context, schema->columns, schema->features);
    schema->feature_names = NULL;
    schema->columns = NULL;
    schema->features = preparation != NULL ? preparation->columns : 0;
    gml_status status = GML_OK;
    if (preparation != NULL && preparation->names != NULL) {
        status = gml_schema_copy_names(context, (const char *const *)preparation->names, preparation->columns,
                                       &schema->feature_names);
    }
    if (status == GML_OK && preparation != NULL && !all_numbers(preparation)) {
        status = gml_columns_copy(context, preparation->kinds, preparation->columns, &schema->columns);
    }
    return status;
}

gml_status gml_network_check_codes(const gml_network *network, const gml_preparation *preparation)
{
    const gml_preparation_layout layout = gml_preparation_layout_of(preparation);
    const gml_code_inputs codes = gml_network_code_inputs(network);
    if (layout.codes == 0 || (layout.codes == codes.columns && layout.levels <= codes.levels)) {
        return GML_OK;
    }
    if (codes.columns == 0) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "the preparation gives codes of %zu columns; the network has no layer embedding to read them",
                        layout.codes);
    }
    return gml_fail(network->context, GML_ERROR_SHAPE,
                    "the preparation gives codes of %zu columns with %zu levels; the network's embedding takes %zu "
                    "columns with %zu levels",
                    layout.codes, layout.levels, codes.columns, codes.levels);
}

static gml_status check_preparation(const gml_network *network, const gml_preparation *preparation)
{
    if (preparation == NULL || preparation->inputs == network->spec.inputs) {
        return gml_network_check_codes(network, preparation);
    }
    return gml_fail(network->context, GML_ERROR_SHAPE,
                    "the preparation makes %zu inputs of %zu columns; the network takes %zu", preparation->inputs,
                    preparation->columns, network->spec.inputs);
}

gml_status gml_network_set_preparation(gml_network *network, const gml_preparation *preparation)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    status = status == GML_OK ? gml_refuse_ensemble(network, __func__) : status;
    status = status == GML_OK ? check_preparation(network, preparation) : status;
    if (status != GML_OK || (preparation == NULL && network->preparation == NULL)) {
        return status;
    }
    gml_context *context = network->context;
    gml_preparation *copy = NULL;
    gml_schema schema = {0};
    status = preparation != NULL ? gml_preparation_copy(context, preparation, &copy) : GML_OK;
    if (status == GML_OK) {
        status = gml_schema_copy(context, &network->schema, &schema);
    }
    if (status == GML_OK) {
        status = change_columns(context, preparation, &schema);
    }
    if (status != GML_OK) {
        gml_schema_clear(context, &schema);
        gml_preparation_destroy(copy);
        return status;
    }
    gml_schema_clear(context, &network->schema);
    gml_preparation_destroy(network->preparation);
    gml_scaling_clear(context, &network->input, network->spec.inputs);
    network->schema = schema;
    network->preparation = copy;
    return GML_OK;
}

const gml_preparation *gml_network_preparation(const gml_network *network)
{
    return network != NULL ? network->preparation : NULL;
}

/* ---- data that agrees ---- */

static const char *const kind_words[] = {
    [GML_COLUMN_NUMBER] = "a number", [GML_COLUMN_CATEGORY] = "a category", [GML_COLUMN_DATE] = "a date"};

static gml_status check_column(const gml_network *network, size_t index, const char *name, const gml_column *here,
                               const gml_column *known)
{
    char said[GML_EXCERPT_NAME_SIZE];
    gml_excerpt_name(name, said);
    if (here->kind != known->kind) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "input %zu%s is %s in the data; the network has learned %s",
                        index + 1, said, kind_words[here->kind], kind_words[known->kind]);
    }
    if (here->level_count != known->level_count) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "input %zu%s has %zu levels in the data; the network has learned %zu", index + 1, said,
                        here->level_count, known->level_count);
    }
    for (size_t i = 0; i < known->level_count; i++) {
        if (strcmp(here->levels[i], known->levels[i]) != 0) {
            return gml_fail(network->context, GML_ERROR_SHAPE,
                            "level %zu of input %zu%s is \"%.60s\" in the data; the network has learned \"%.60s\"",
                            i + 1, index + 1, said, here->levels[i], known->levels[i]);
        }
    }
    return GML_OK;
}

gml_status gml_network_check_columns(const gml_network *network, const gml_schema *schema)
{
    const gml_preparation *preparation = network->preparation;
    const gml_schema *own = &network->schema;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < schema->features; i++) {
        const gml_column known = preparation != NULL ? preparation->kinds[i] : gml_schema_column(own, i);
        const gml_column here = gml_schema_column(schema, i);
        const char *name = schema->feature_names != NULL ? schema->feature_names[i] : NULL;
        status = check_column(network, i, name, &here, &known);
        const char *learned = preparation != NULL && preparation->names != NULL ? preparation->names[i] : NULL;
        if (status == GML_OK && name != NULL && learned != NULL && strcmp(name, learned) != 0) {
            status = gml_fail(network->context, GML_ERROR_SHAPE,
                              "input %zu is the column \"%.60s\" of the data; the preparation was fitted to \"%.60s\" "
                              "there",
                              i + 1, name, learned);
        }
    }
    return status;
}
