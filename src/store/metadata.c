/* store/metadata.c - the network's data schema and facts, to JSON and back. */
#include <string.h>

#include "data/column/columns_json.h"
#include "gemmule/dataset.h"
#include "store/features.h"
#include "store/format.h"

/* Indexed by gml_task. */
static const char *const task_names[] = {"auto", "regression", "classification"};
enum { TASKS = sizeof task_names / sizeof task_names[0] };

/* ---- writing ---- */

json_t *gml_metadata_data(const gml_schema *schema, const char **bad)
{
    json_t *data = json_object();
    bool good = gml_json_set_text(data, "task", task_names[schema->task], bad) &&
                json_object_set_new(data, "features", json_integer((json_int_t)schema->features)) == 0 &&
                json_object_set_new(data, "targets", json_integer((json_int_t)schema->targets)) == 0 &&
                json_object_set_new(data, "classes", json_integer((json_int_t)schema->classes)) == 0;
    if (good && schema->feature_names != NULL) {
        good = gml_json_set_names(data, "feature_names", schema->feature_names, schema->features, bad);
    }
    if (good && schema->class_names != NULL) {
        good = gml_json_set_names(data, "class_names", schema->class_names, schema->classes, bad);
    }
    if (good && schema->target_names != NULL) {
        good = gml_json_set_names(data, "target_names", schema->target_names, schema->targets, bad);
    }
    if (good && schema->columns != NULL) {
        good = json_object_set_new(data, "columns", gml_columns_to_json(schema, bad)) == 0;
    }
    const char *const texts[][2] = {{"target_name", schema->target_name},
                                    {"target_index", schema->target_index},
                                    {"weights_name", schema->weights_name},
                                    {"weights_index", schema->weights_index},
                                    {"groups_name", schema->groups_name},
                                    {"groups_index", schema->groups_index},
                                    {"delimiter", schema->delimiter},
                                    {"decimal", schema->decimal},
                                    {"thousands", schema->thousands},
                                    {"comment", schema->comment},
                                    {"missing", schema->missing}};
    for (size_t i = 0; good && i < sizeof texts / sizeof *texts; i++) {
        good = texts[i][1] == NULL || gml_json_set_text(data, texts[i][0], texts[i][1], bad);
    }
    if (good && schema->missing_targets) {
        good = json_object_set_new(data, "missing_targets", json_true()) == 0;
    }
    if (!good) {
        json_decref(data);
        return NULL;
    }
    return data;
}

json_t *gml_metadata_facts(const gml_network *network, const char **bad)
{
    json_t *facts = json_object();
    for (size_t i = 0; i < network->fact_count; i++) {
        const gml_fact *fact = &network->facts[i];
        json_t *name = gml_json_text(fact->name, bad); /* checks that the name can be a key */
        bool good = name != NULL && gml_json_set_text(facts, fact->name, fact->text, bad);
        json_decref(name);
        if (!good) {
            json_decref(facts);
            return NULL;
        }
    }
    return facts;
}

/* ---- reading ---- */

typedef struct reader {
    gml_network *network;
    const char *where;
    json_t *data;
    bool prepared; /* a preparation follows */
} reader;

static gml_status fail(const reader *in, const char *key, const char *expected)
{
    return gml_fail(in->network->context, GML_ERROR_DATA, "%s: \"%.60s\" is not %s", in->where, key, expected);
}

static gml_status check_keys(const reader *in)
{
    static const char *const known[] = {
        "task",        "features",     "targets",         "classes",      "feature_names",
        "class_names", "target_name",  "target_index",    "weights_name", "weights_index",
        "groups_name", "groups_index", "missing_targets", "columns",      "delimiter",
        "decimal",     "thousands",    "comment",         "missing",      "target_names",
        NULL};
    const char *unknown = gml_json_unknown_key(in->data, known);
    return unknown == NULL ? GML_OK
                           : gml_fail(in->network->context, GML_ERROR_DATA, "%s: has an unknown key \"%.60s\": %s",
                                      in->where, unknown, gml_newer_needed());
}

static gml_status read_task(const reader *in, gml_task *task)
{
    const char *name = json_string_value(json_object_get(in->data, "task"));
    for (int i = 0; i < TASKS && name != NULL; i++) {
        if (strcmp(name, task_names[i]) == 0) {
            *task = (gml_task)i;
            return GML_OK;
        }
    }
    return fail(in, "task", "auto, regression or classification");
}

static gml_status read_count(const reader *in, const char *key, size_t most, size_t *count)
{
    json_t *value = json_object_get(in->data, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > (uint64_t)most) {
        return fail(in, key, "an integer that fits the network");
    }
    *count = (size_t)json_integer_value(value);
    return GML_OK;
}

/* Reads an optional array of `count` texts. */
static gml_status read_names(const reader *in, const char *key, size_t count, char ***names)
{
    json_t *array = json_object_get(in->data, key);
    if (array == NULL) {
        return GML_OK;
    }
    if (!json_is_array(array) || json_array_size(array) != count || count == 0) {
        return fail(in, key, "an array with one name for each");
    }
    gml_context *context = in->network->context;
    char **made = gml_allocate(context, count, sizeof *made, key);
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(made, 0, count * sizeof *made);
    *names = made; /* owned by the schema from here on, and freed with it */
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(array, i));
        if (name == NULL) {
            return fail(in, key, "an array of strings");
        }
        made[i] = gml_copy_string(context, name);
        if (made[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}

/* Reads an optional text. */
static gml_status read_text(const reader *in, const char *key, char **text)
{
    json_t *value = json_object_get(in->data, key);
    if (value == NULL) {
        return GML_OK;
    }
    if (!json_is_string(value)) {
        return fail(in, key, "a string");
    }
    *text = gml_copy_string(in->network->context, json_string_value(value));
    return *text != NULL ? GML_OK : GML_ERROR_MEMORY;
}

/* Reads an optional flag, which must be true. */
static gml_status read_flag(const reader *in, const char *key, bool *flag)
{
    json_t *value = json_object_get(in->data, key);
    *flag = value != NULL;
    return value == NULL || json_is_true(value) ? GML_OK : fail(in, key, "true");
}

static gml_status read_columns(const reader *in, gml_schema *schema)
{
    const struct {
        const char *key;
        char **text;
    } texts[] = {{"target_name", &schema->target_name},
                 {"target_index", &schema->target_index},
                 {"weights_name", &schema->weights_name},
                 {"weights_index", &schema->weights_index},
                 {"groups_name", &schema->groups_name},
                 {"groups_index", &schema->groups_index},
                 {"delimiter", &schema->delimiter},
                 {"decimal", &schema->decimal},
                 {"thousands", &schema->thousands},
                 {"comment", &schema->comment},
                 {"missing", &schema->missing}};
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < sizeof texts / sizeof *texts; i++) {
        status = read_text(in, texts[i].key, texts[i].text);
    }
    return status == GML_OK ? read_flag(in, "missing_targets", &schema->missing_targets) : status;
}

static gml_status read_schema(const reader *in, gml_schema *schema)
{
    size_t inputs = gml_network_inputs(in->network), outputs = gml_network_outputs(in->network);
    gml_status status = check_keys(in);
    if (status == GML_OK) {
        status = read_task(in, &schema->task);
    }
    if (status == GML_OK) {
        status = read_count(in, "features", inputs, &schema->features);
    }
    if (status == GML_OK && in->prepared && schema->features == 0) {
        status = fail(in, "features", "the number of columns that the preparation takes");
    }
    if (status == GML_OK && !in->prepared && schema->features != 0 && schema->features != inputs) {
        status = fail(in, "features", "the number of the network's inputs");
    }
    if (status == GML_OK) {
        status = read_count(in, "targets", outputs, &schema->targets);
    }
    if (status == GML_OK) {
        status = read_count(in, "classes", outputs > 1 ? outputs : 2, &schema->classes);
    }
    if (status == GML_OK) {
        status = read_names(in, "feature_names", schema->features, &schema->feature_names);
    }
    if (status == GML_OK) {
        status = read_names(in, "class_names", schema->classes, &schema->class_names);
    }
    if (status == GML_OK) {
        status = read_names(in, "target_names", schema->targets, &schema->target_names);
    }
    if (status == GML_OK) {
        status = gml_columns_from_json(in->network->context, in->where, json_object_get(in->data, "columns"), schema);
    }
    return status == GML_OK ? read_columns(in, schema) : status;
}

gml_status gml_metadata_read_data(gml_network *network, const char *where, json_t *data, bool prepared)
{
    reader in = {.network = network, .where = where, .data = data, .prepared = prepared};
    gml_schema schema = {0};
    gml_status status = read_schema(&in, &schema);
    if (status == GML_OK) {
        status = gml_network_set_schema(network, &schema);
    }
    gml_schema_clear(network->context, &schema);
    return status;
}

gml_status gml_metadata_read_facts(gml_network *network, const char *where, json_t *facts)
{
    reader in = {.network = network, .where = where, .data = facts};
    if (json_object_size(facts) > GML_MAX_FACTS) {
        return gml_fail(network->context, GML_ERROR_DATA, "%s: has %zu facts; at most %d are allowed", where,
                        json_object_size(facts), GML_MAX_FACTS);
    }
    const char *key = NULL;
    json_t *value = NULL;
    gml_status status = GML_OK;
    json_object_foreach(facts, key, value)
    {
        if (status == GML_OK && !json_is_string(value)) {
            status = fail(&in, key, "a string");
        }
        if (status == GML_OK) {
            status = gml_network_set_fact(network, key, json_string_value(value));
        }
    }
    return status;
}
