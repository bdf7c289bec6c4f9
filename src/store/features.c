/* store/features.c - the table of the format's features.
 *
 * An unknown key, tensor, layer or argument is an error that names it. A version that changes the meaning of a known
 * name adds a feature: its files name the feature, and earlier versions refuse them instead of misreading them. */
#include "store/features.h"

#include <string.h>

#include "data/transform/transform.h"
#include "gemmule/ensemble.h"

static bool has_columns(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    const gml_schema *schema = &network->schema;
    return schema->target_index != NULL || schema->weights_name != NULL || schema->missing_targets;
}

static bool is_checkpoint(const gml_network *network, bool checkpoint)
{
    (void)network;
    return checkpoint;
}

static bool has_kinds(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return network->schema.columns != NULL;
}

static bool has_targets(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    const gml_schema *schema = &network->schema;
    return schema->targets > 1 && schema->target_name != NULL && strchr(schema->target_name, ',') != NULL;
}

static bool has_transform(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return network->log_targets;
}

/* True if a network, or a member of it, is of a kind. */
static bool some(const gml_network *network, bool is(const gml_network *one))
{
    bool found = is(network);
    for (size_t i = 0; !found && i < gml_network_members(network); i++) {
        found = is(gml_network_member(network, i));
    }
    return found;
}

static bool is_limited(const gml_network *network)
{
    return network->limits.least != NULL;
}

static bool has_limits(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return some(network, is_limited);
}

static bool has_own_intervals(const gml_network *network)
{
    return network->intervals.level > 0;
}

static bool has_intervals(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return some(network, has_own_intervals);
}

static bool has_dialect(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    const gml_schema *schema = &network->schema;
    return schema->delimiter != NULL || schema->decimal != NULL || schema->thousands != NULL ||
           schema->comment != NULL || schema->missing != NULL;
}

static bool is_prepared(const gml_network *network)
{
    return network->preparation != NULL;
}

static bool is_ordered_by_parts(const gml_network *network)
{
    return network->preparation != NULL && network->preparation->by_parts;
}

static bool has_parts(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return some(network, is_ordered_by_parts);
}

static bool has_preparation(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return some(network, is_prepared);
}

static bool is_ensemble(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return network->ensemble != NULL;
}

static bool is_shared(const gml_network *network)
{
    return gml_spec_members(&network->spec) > 1;
}

static bool has_shared_weights(const gml_network *network, bool checkpoint)
{
    (void)checkpoint;
    return some(network, is_shared);
}

static const struct {
    const char *name;
    bool (*needed)(const gml_network *network, bool checkpoint);
} features[] = {
    {"columns", has_columns},      /* target and weights columns, missing targets */
    {"checkpoint", is_checkpoint}, /* the state of a training run */
    {"kinds", has_kinds},          /* columns of the data that are categories or dates, or have missing cells */
    {"preparation", has_preparation},
    {"ensemble", is_ensemble}, /* several networks */
    {"targets", has_targets},  /* several columns of targets */
    {"target_transform", has_transform},
    {"limits", has_limits},          /* of predictions */
    {"dialect", has_dialect},        /* marks of the CSV, words for missing cells */
    {"intervals", has_intervals},    /* of predictions */
    {"parts", has_parts},            /* inputs of a preparation in the order of numbers, one-hot inputs, codes */
    {"members", has_shared_weights}, /* an ensemble in one network, with shared weights */
};

enum { FEATURES = sizeof features / sizeof features[0] };

void gml_features_needed(const gml_network *network, bool checkpoint, char needs[GML_NEEDS_SIZE])
{
    needs[0] = '\0';
    for (size_t i = 0; i < FEATURES; i++) {
        if (features[i].needed(network, checkpoint)) {
            strcat(needs[0] != '\0' ? strcat(needs, " ") : needs, features[i].name);
        }
    }
}

gml_status gml_features_check(gml_context *context, const char *path, const char *needs)
{
    for (const char *name = needs + strspn(needs, " "); *name != '\0'; name += strspn(name, " ")) {
        size_t length = strcspn(name, " "), i = 0;
        while (i < FEATURES && (strlen(features[i].name) != length || memcmp(features[i].name, name, length) != 0)) {
            i++;
        }
        if (i == FEATURES) {
            return gml_fail(context, GML_ERROR_DATA, "%s: needs the unknown feature \"%.*s\": %s", path,
                            (int)(length < 60 ? length : 60), name, gml_newer_needed());
        }
        name += length;
    }
    return GML_OK;
}

const char *gml_newer_needed(void)
{
    return "a gemmule newer than " GML_VERSION " is needed";
}
