/* cli/report/tables.c - the library's tables, and their rows as text and as JSON. */
#include "cli/report/tables.h"

#include <stdbool.h>

#include "cli/report/report.h"

/* The methods of `gemmule explain`: of samples, then of data. */
static const gml_entry *explanation_entry(size_t index)
{
    size_t attributions = 0;
    while (gml_attribution_entry(attributions) != NULL) {
        attributions++;
    }
    return index < attributions ? gml_attribution_entry(index) : gml_effect_entry(index - attributions);
}

static const table tables[] = {
    {"activations", gml_activation_entry},
    {"trainable", gml_trainable_entry},
    {"layers", gml_layer_entry},
    {"losses", gml_loss_entry},
    {"metrics", gml_metric_entry},
    {"optimizers", gml_optimizer_entry},
    {"schedules", gml_schedule_entry},
    {"averages", gml_average_entry},
    {"groups", gml_group_entry},
    {"initializers", gml_initializer_entry},
    {"data-inits", gml_data_init_entry},
    {"formats", gml_format_entry},
    {"splits", gml_split_entry},
    {"transforms", gml_transform_entry},
    {"recipes", gml_recipe_entry},
    {"space", gml_space_entry},
    {"distributions", gml_distribution_entry},
    {"methods", gml_search_method_entry},
    {"explanations", explanation_entry},
    {"alarms", gml_alarm_entry},
};

const table *table_at(size_t index)
{
    return index < sizeof tables / sizeof tables[0] ? &tables[index] : NULL;
}

void print_value(FILE *stream, const gml_parameter *parameter, double value)
{
    if (parameter->word != NULL) {
        fputs(parameter->word((size_t)value), stream);
    } else {
        fprintf(stream, "%g", value);
    }
}

void print_entry(FILE *stream, const gml_entry *entry)
{
    fputs(entry->name, stream);
    for (size_t i = 0; i < entry->parameter_count; i++) {
        const gml_parameter *parameter = &entry->parameters[i];
        fprintf(stream, "%s%s=", i == 0 ? "(" : ", ", parameter->name);
        print_value(stream, parameter, parameter->initial);
    }
    fputs(entry->parameter_count > 0 ? ")" : "", stream);
}

static json_t *words_json(const gml_parameter *parameter)
{
    json_t *words = json_array();
    for (size_t i = 0; parameter->word(i) != NULL; i++) {
        json_array_append_new(words, json_text(parameter->word(i)));
    }
    return words;
}

static json_t *parameter_json(const gml_parameter *parameter)
{
    json_t *object = json_pack("{so so}", "name", json_text(parameter->name), "meaning", json_text(parameter->meaning));
    if (parameter->word != NULL) {
        json_object_set_new(object, "default", json_text(parameter->word((size_t)parameter->initial)));
        json_object_set_new(object, "words", words_json(parameter));
    } else {
        json_object_set_new(object, "default", json_number(parameter->initial));
        json_object_set_new(object, "minimum", json_number(parameter->minimum));
        json_object_set_new(object, "maximum", json_number(parameter->maximum));
    }
    return object;
}

json_t *entry_json(const gml_entry *entry)
{
    json_t *parameters = json_array();
    for (size_t i = 0; i < entry->parameter_count; i++) {
        json_array_append_new(parameters, parameter_json(&entry->parameters[i]));
    }
    bool activation = entry->range != NULL; /* the tables share some names, as identity */
    return json_pack("{so so so so so so so so so so}", "name", json_text(entry->name), "summary",
                     json_text(entry->summary), "formula", json_text(entry->formula), "derivative",
                     json_text(entry->derivative), "range", json_text(entry->range), "pitfall",
                     json_text(entry->pitfall), "source", json_text(entry->source), "initializer",
                     json_text(activation ? gml_activation_initializer(entry->name) : NULL), "learns",
                     json_text(activation ? gml_activation_learns(entry->name) : NULL), "parameters", parameters);
}
