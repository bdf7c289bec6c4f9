/* store/preparation.c - the preparation of a network, to JSON and back:
 *
 *     {"description": "number -> standard; category -> one_hot", "named": true, "counts": [2, 0, 2]}
 *
 * counts has how many numbers of the tensor preparation.numbers each transform has, column by column. `named` is there
 * if the rules of columns are by the names in "data". "order": "parts" is there if the inputs are in the order of their
 * parts and that of the columns is another; files of versions up to 0.7 have the order of the columns. */
#include <string.h>

#include "base/json.h"
#include "data/transform/transform.h"
#include "network/code_inputs.h"
#include "store/features.h"
#include "store/format.h"

static json_t *make_counts(const gml_preparation *preparation)
{
    json_t *counts = json_array();
    bool good = counts != NULL;
    for (size_t i = 0; good && i < preparation->columns; i++) {
        const gml_chain *chain = &preparation->chains[i];
        for (size_t k = 0; good && k < chain->step_count; k++) {
            good = json_array_append_new(counts, json_integer((json_int_t)chain->steps[k].numbers)) == 0;
        }
    }
    if (!good) {
        json_decref(counts);
        return NULL;
    }
    return counts;
}

json_t *gml_metadata_preparation(const gml_network *network, const char **bad)
{
    const gml_preparation *preparation = network->preparation;
    json_t *object = json_object();
    bool good = gml_json_set_text(object, "description", gml_preparation_description(preparation), bad) &&
                (preparation->names == NULL || json_object_set_new(object, "named", json_true()) == 0) &&
                json_object_set_new(object, "counts", make_counts(preparation)) == 0 &&
                (!preparation->by_parts || json_object_set_new(object, "order", json_string("parts")) == 0);
    if (!good) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* ---- reading ---- */

typedef struct reader {
    gml_network *network;
    const char *where;
    json_t *object;
} reader;

static gml_status fail(const reader *in, const char *problem)
{
    return gml_fail(in->network->context, GML_ERROR_DATA, "%s: %s", in->where, problem);
}

static gml_status check_keys(const reader *in)
{
    static const char *const known[] = {"description", "named", "counts", "order", NULL};
    const char *unknown = gml_json_unknown_key(in->object, known);
    if (unknown != NULL) {
        return gml_fail(in->network->context, GML_ERROR_DATA, "%s: has an unknown key \"%.60s\": %s", in->where,
                        unknown, gml_newer_needed());
    }
    json_t *named = json_object_get(in->object, "named");
    if (named != NULL && !json_is_true(named)) {
        return fail(in, "\"named\" is not true");
    }
    if (named != NULL && in->network->schema.feature_names == NULL) {
        return fail(in, "\"named\" is true, and the data has no names");
    }
    const json_t *order = json_object_get(in->object, "order");
    if (order != NULL && (!json_is_string(order) || strcmp(json_string_value(order), "parts") != 0)) {
        return fail(in, "\"order\" is not \"parts\"");
    }
    if (!json_is_string(json_object_get(in->object, "description"))) {
        return fail(in, "\"description\" is not a string");
    }
    return json_is_array(json_object_get(in->object, "counts")) ? GML_OK : fail(in, "\"counts\" is not an array");
}

/* Reads the counts; `made` has room for all. */
static gml_status read_counts(const reader *in, size_t *made)
{
    json_t *counts = json_object_get(in->object, "counts");
    for (size_t i = 0; i < json_array_size(counts); i++) {
        json_t *count = json_array_get(counts, i);
        if (!json_is_integer(count) || json_integer_value(count) < 0) {
            return fail(in, "\"counts\" is not an array of integers from 0");
        }
        made[i] = (size_t)json_integer_value(count);
    }
    return GML_OK;
}

/* Turns a failure that the file's contents caused elsewhere into a data error that names the file. */
static gml_status blame_file(const reader *in, gml_status status)
{
    if (status == GML_OK || status == GML_ERROR_MEMORY) {
        return status;
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->network->context, problem, sizeof problem);
    return fail(in, problem);
}

static gml_status assemble(const reader *in, const size_t *counts, const double *numbers, size_t number_count,
                           gml_preparation **made)
{
    const gml_schema *schema = &in->network->schema;
    const bool named = json_object_get(in->object, "named") != NULL;
    const gml_preparation_parts parts = {
        .columns = {.count = schema->features,
                    .kinds = schema->columns,
                    .names = named ? (const char *const *)schema->feature_names : NULL},
        .description = json_string_value(json_object_get(in->object, "description")),
        .counts = counts,
        .step_count = json_array_size(json_object_get(in->object, "counts")),
        .numbers = numbers,
        .number_count = number_count,
        .by_parts = json_object_get(in->object, "order") != NULL};
    return blame_file(in, gml_preparation_assemble(in->network->context, &parts, made));
}

gml_status gml_metadata_read_preparation(gml_network *network, const char *where, json_t *object, const double *numbers,
                                         size_t count)
{
    const reader in = {.network = network, .where = where, .object = object};
    gml_context *context = network->context;
    gml_status status = check_keys(&in);
    if (status != GML_OK) {
        return status;
    }
    const size_t steps = json_array_size(json_object_get(object, "counts"));
    size_t *counts = gml_allocate(context, steps + 1, sizeof *counts, "the transforms of a preparation");
    gml_preparation *made = NULL;
    status = counts != NULL ? read_counts(&in, counts) : GML_ERROR_MEMORY;
    if (status == GML_OK) {
        status = assemble(&in, counts, numbers, count, &made);
    }
    gml_release(context, counts, steps + 1, sizeof *counts);
    if (status == GML_OK && made->inputs != network->spec.inputs) {
        status = gml_fail(context, GML_ERROR_DATA, "%s: makes %zu inputs; the network takes %zu", where, made->inputs,
                          network->spec.inputs);
    }
    if (status == GML_OK) {
        status = blame_file(&in, gml_network_check_codes(network, made));
    }
    if (status != GML_OK) {
        gml_preparation_destroy(made);
        return status;
    }
    network->preparation = made;
    return GML_OK;
}
