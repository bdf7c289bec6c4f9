/* store/members.c - the members of an ensemble, to JSON and back. The entry "network" has their descriptions,
 *
 *     {"members": [{"inputs": 4, "layers": [...]}, ...]}
 *
 * and the entry "members", in the same order, what they have besides; a member without a preparation, a transform of
 * its targets or prediction intervals has no such key:
 *
 *     {"members": [{"preparation": {...}, "target_transform": "log", "intervals": {...}, "training": {...}}, ...]} */
#include "base/json.h"
#include "gemmule/ensemble.h"
#include "store/features.h"
#include "store/format.h"

static json_t *make_member(const gml_network *member, const char **bad)
{
    json_t *object = json_object();
    bool good = object != NULL;
    if (good && gml_network_preparation(member) != NULL) {
        good = json_object_set_new(object, "preparation", gml_metadata_preparation(member, bad)) == 0;
    }
    if (good && gml_network_target_transform(member) != NULL) {
        good = json_object_set_new(object, "target_transform", json_string(gml_network_target_transform(member))) == 0;
    }
    if (good && gml_network_intervals(member).level > 0) {
        good = json_object_set_new(object, "intervals", gml_metadata_intervals(member)) == 0;
    }
    if (!good || json_object_set_new(object, "training", gml_metadata_facts(member, bad)) != 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *gml_metadata_members(const gml_network *network, const char **bad)
{
    json_t *array = json_array();
    bool good = array != NULL;
    for (size_t i = 0; good && i < gml_network_members(network); i++) {
        good = json_array_append_new(array, make_member(gml_network_member(network, i), bad)) == 0;
    }
    if (!good) {
        json_decref(array);
        return NULL;
    }
    return json_pack("{s:o}", "members", array);
}

/* ---- reading ---- */

/* Returns the array of an object {"members": [...]}; null if it is not one. */
static json_t *list_of(json_t *object)
{
    json_t *array = json_object_get(object, "members");
    return json_object_size(object) == 1 && json_is_array(array) ? array : NULL;
}

size_t gml_metadata_member_count(json_t *network, json_t *members)
{
    const size_t count = json_array_size(list_of(network));
    return json_array_size(list_of(members)) == count ? count : 0;
}

static gml_status check_keys(gml_context *context, const char *path, json_t *object, size_t index)
{
    static const char *const known[] = {"preparation", "target_transform", "intervals", "training", NULL};
    json_t *preparation = json_object_get(object, "preparation");
    json_t *transform = json_object_get(object, "target_transform");
    json_t *intervals = json_object_get(object, "intervals");
    const char *unknown = gml_json_unknown_key(object, known);
    if (unknown != NULL) {
        return gml_fail(context, GML_ERROR_DATA, "%s: member %zu has an unknown key \"%.60s\": %s", path, index + 1,
                        unknown, gml_newer_needed());
    }
    if (!json_is_object(json_object_get(object, "training")) || (preparation != NULL && !json_is_object(preparation)) ||
        (intervals != NULL && !json_is_object(intervals)) || (transform != NULL && !json_is_string(transform))) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: member %zu has no object \"training\", no such \"preparation\" or \"intervals\", or a "
                        "\"target_transform\" that is no string",
                        path, index + 1);
    }
    return GML_OK;
}

gml_status gml_metadata_read_member(gml_context *context, const char *path, json_t *network, json_t *members,
                                    size_t index, gml_member_texts *texts)
{
    json_t *object = json_array_get(list_of(members), index), *layers = json_array_get(list_of(network), index);
    gml_status status = check_keys(context, path, object, index);
    if (status != GML_OK) {
        return status;
    }
    if (!json_is_object(layers)) {
        return gml_fail(context, GML_ERROR_DATA, "%s: metadata \"network\": member %zu is not an object", path,
                        index + 1);
    }
    *texts = (gml_member_texts){.network = json_dumps(layers, JSON_COMPACT)};
    texts->preparation = json_object_get(object, "preparation");
    texts->intervals = json_object_get(object, "intervals");
    texts->facts = json_object_get(object, "training");
    texts->target_transform = json_string_value(json_object_get(object, "target_transform"));
    return texts->network != NULL
               ? GML_OK
               : gml_fail(context, GML_ERROR_MEMORY, "%s: there is no memory for a description", path);
}
