/* cli/report/info_json.c - the description of a model as JSON. */
#include <sys/stat.h>

#include "cli/report/info.h"
#include "cli/report/intervals.h"
#include "cli/report/report.h"

double file_size(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && S_ISREG(file.st_mode) ? (double)file.st_size : -1;
}

const char *task_name(const gml_network *network)
{
    static const char *const names[] = {[GML_TASK_AUTO] = "unknown",
                                        [GML_TASK_REGRESSION] = "regression",
                                        [GML_TASK_CLASSIFICATION] = "classification"};
    return names[gml_network_task(network)];
}

static json_t *layers_json(const gml_network *network)
{
    json_t *list = json_array();
    gml_layer_view row;
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        gml_network_layer(network, i, &row);
        json_array_append_new(list,
                              json_pack("{so so so so so so}", "kind", json_text(row.kind), "text", json_text(row.text),
                                        "inputs", json_size(row.inputs), "units", json_size(row.outputs), "activation",
                                        json_text(row.activation), "parameters", json_size(row.parameters)));
    }
    return list;
}

/* The list of name(network, 0), name(network, 1), ... up to the first null. */
static json_t *names_json(const gml_network *network, const char *(*name)(const gml_network *, size_t))
{
    json_t *list = json_array();
    for (size_t i = 0; name(network, i) != NULL; i++) {
        json_array_append_new(list, json_text(name(network, i)));
    }
    return list;
}

/* The names of several targets; else null. */
static json_t *target_names_json(const gml_network *network)
{
    return gml_network_target_name_at(network, 1) != NULL ? names_json(network, gml_network_target_name_at)
                                                          : json_null();
}

static json_t *numbers_json(const double *numbers, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_number(numbers[i]));
    }
    return list;
}

static json_t *scaling_json(gml_scaling_view scaling, size_t count)
{
    return scaling.shift == NULL ? json_null()
                                 : json_pack("{so so}", "shift", numbers_json(scaling.shift, count), "scale",
                                             numbers_json(scaling.scale, count));
}

static json_t *limits_json(gml_limits_view limits, size_t count)
{
    return limits.least == NULL ? json_null()
                                : json_pack("{so so}", "least", numbers_json(limits.least, count), "greatest",
                                            numbers_json(limits.greatest, count));
}

static json_t *preparation_json(const gml_preparation *preparation)
{
    if (preparation == NULL) {
        return json_null();
    }
    json_t *inputs = json_array();
    gml_prepared_input input;
    for (size_t i = 0;
         gml_preparation_inputs(preparation) > i && gml_preparation_input(preparation, i, &input) == GML_OK; i++) {
        json_array_append_new(inputs,
                              json_pack("{so so}", "column", json_size(input.column), "name", json_text(input.name)));
    }
    return json_pack("{so so so}", "description", json_text(gml_preparation_description(preparation)), "columns",
                     json_size(gml_preparation_columns(preparation)), "inputs", inputs);
}

static json_t *facts_json(const gml_network *network)
{
    json_t *facts = json_object();
    const char *name, *text;
    for (size_t i = 0; (text = gml_network_fact_at(network, i, &name)) != NULL; i++) {
        json_object_set_new(facts, name, json_text(text));
    }
    return facts;
}

/* The members of an ensemble; null for a single network. */
static json_t *members_json(const gml_network *network)
{
    json_t *list = gml_network_members(network) > 0 ? json_array() : json_null();
    for (size_t i = 0; i < gml_network_members(network); i++) {
        const gml_network *member = gml_network_member(network, i);
        json_array_append_new(
            list,
            json_pack("{so so so so so so so so so}", "description", json_text(gml_network_description(member)),
                      "parameters", json_size(gml_network_parameter_count(member)), "preparation",
                      preparation_json(gml_network_preparation(member)), "input_scaling",
                      scaling_json(gml_network_input_scaling(member), gml_network_inputs(member)), "output_scaling",
                      scaling_json(gml_network_output_scaling(member), gml_network_outputs(member)), "target_transform",
                      json_text(gml_network_target_transform(member)), "limits",
                      limits_json(gml_network_output_limits(member), gml_network_outputs(member)), "layers",
                      layers_json(member), "facts", facts_json(member)));
    }
    return list;
}

int report_model_json(const char *path, const gml_network *network)
{
    const double size = file_size(path);
    return print_json(json_pack(
        "{so so so so so so so so so so so so so so so so so so so so so}", "model", json_text(path), "file_bytes",
        size < 0 ? json_null() : json_size((size_t)size), "description", json_text(gml_network_description(network)),
        "dtype", json_text(gml_dtype_name(gml_network_dtype(network))), "inputs",
        json_size(gml_network_inputs(network)), "outputs", json_size(gml_network_outputs(network)), "parameters",
        json_size(gml_network_parameter_count(network)), "task", json_text(task_name(network)), "target",
        json_text(gml_network_target_name(network)), "targets", target_names_json(network), "classes",
        names_json(network, gml_network_class_name), "features", names_json(network, gml_network_feature_name),
        "preparation", preparation_json(gml_network_preparation(network)), "input_scaling",
        scaling_json(gml_network_input_scaling(network), gml_network_inputs(network)), "output_scaling",
        scaling_json(gml_network_output_scaling(network), gml_network_outputs(network)), "target_transform",
        json_text(gml_network_target_transform(network)), "limits",
        limits_json(gml_network_output_limits(network), gml_network_outputs(network)), "layers", layers_json(network),
        "intervals", intervals_json(network), "members", members_json(network), "facts", facts_json(network)));
}
