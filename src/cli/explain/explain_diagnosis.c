/* cli/explain/explain_diagnosis.c - `gemmule explain`: units by class, mistakes and calibration. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "cli/explain/explain_data.h"
#include "cli/report/report.h"
#include "cli/shell/exit.h"

/* ---- units ---- */

static int add_layer(const data_explanation *of, size_t layer, sheet *table)
{
    gml_layer_view view;
    gml_status status = gml_network_layer(of->network, layer, &view);
    if (status != GML_OK) {
        return explanation_failed(of, status);
    }
    gml_unit_selectivity *units = calloc(view.outputs, sizeof *units);
    if (units == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to explain");
    }
    status = gml_class_selectivity(of->network, of->data, layer, units);
    for (size_t j = 0; j < view.outputs && status == GML_OK; j++) {
        sheet_add_number(table, (double)(layer + 1));
        sheet_add_number(table, (double)j);
        sheet_add_number(table, units[j].selectivity);
        const char *name = gml_network_class_name(of->network, units[j].preferred);
        if (name != NULL) {
            sheet_add_text(table, name);
        } else {
            sheet_add_number(table, (double)units[j].preferred);
        }
        sheet_add_number(table, units[j].greatest);
        sheet_add_number(table, units[j].others);
    }
    free(units);
    return status == GML_OK ? 0 : explanation_failed(of, status);
}

int explain_selectivity(const data_explanation *of)
{
    static const char *const headings[] = {"layer", "unit", "selectivity", "class", "greatest", "others"};
    const size_t layers = gml_network_layers(of->network), chosen = (size_t)of->call.values[0];
    if (chosen > layers) {
        refuse("--method: the model has no layer %zu; it has %zu", chosen, layers);
    }
    sheet table;
    int code = 0;
    sheet_begin(&table, headings, 6, 2);
    const size_t hidden = hidden_layers(of->network), last = chosen > 0 ? chosen : hidden > 0 ? hidden : 1;
    for (size_t i = chosen > 0 ? chosen - 1 : 0; i < last && code == 0; i++) {
        code = add_layer(of, i, &table);
    }
    if (code == 0) {
        sheet_sort(&table, 2);
        explanation_line(
            of, "class selectivity of units, which are counted from 0: 1 for a unit that responds to one class alone");
        code = sheet_print(&table, of->flags->format, of->flags->top, explanation_facts(of));
    }
    sheet_clear(&table);
    return code;
}

/* ---- samples ---- */

static void add_class(const data_explanation *of, size_t index, sheet *table)
{
    const char *name = gml_network_class_name(of->network, index);
    if (name != NULL) {
        sheet_add_text(table, name);
    } else {
        sheet_add_number(table, (double)index);
    }
}

static int print_mistakes(const data_explanation *of, const gml_mistake *found, size_t count, size_t errors)
{
    static const char *const headings[] = {"sample", "actual", "predicted", "score", "actual score"};
    sheet table;
    sheet_begin(&table, headings, 5, 3);
    for (size_t i = 0; i < count; i++) {
        sheet_add_number(&table, (double)(found[i].sample + 1));
        add_class(of, found[i].actual, &table);
        add_class(of, found[i].predicted, &table);
        sheet_add_number(&table, found[i].predicted_score);
        sheet_add_number(&table, found[i].actual_score);
    }
    json_t *facts = explanation_facts(of);
    json_object_set_new(facts, "n", json_size(gml_dataset_size(of->data)));
    json_object_set_new(facts, "mistakes", json_size(errors));
    explanation_line(of, "%zu mistake%s in %zu samples; the most confident first", errors, plural(errors),
                     gml_dataset_size(of->data));
    const int code = sheet_print(&table, of->flags->format, SIZE_MAX, facts);
    sheet_clear(&table);
    return code;
}

int explain_mistakes(const data_explanation *of)
{
    const size_t size = gml_dataset_size(of->data), asked = (size_t)of->call.values[0];
    const size_t most = asked < size ? asked : size;
    gml_mistake *found = calloc(most, sizeof *found);
    if (found == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to explain");
    }
    size_t count, errors;
    const gml_status status = gml_find_mistakes(of->network, of->data, found, most, &count, &errors);
    const int code = status == GML_OK ? print_mistakes(of, found, count, errors) : explanation_failed(of, status);
    free(found);
    return code;
}

int explain_reliability(const data_explanation *of)
{
    static const char *const headings[] = {"from", "to", "confidence", "accuracy", "weight"};
    const size_t count = (size_t)of->call.values[0];
    gml_reliability_bin *bins = calloc(count, sizeof *bins);
    if (bins == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to explain");
    }
    double error;
    const gml_status status = gml_reliability(of->network, of->data, bins, count, &error);
    int code = status == GML_OK ? 0 : explanation_failed(of, status);
    sheet table;
    sheet_begin(&table, headings, 5, 3);
    for (size_t i = 0; i < count && code == 0; i++) {
        sheet_add_number(&table, (double)i / (double)count);
        sheet_add_number(&table, (double)(i + 1) / (double)count);
        sheet_add_number(&table, bins[i].confidence);
        sheet_add_number(&table, bins[i].accuracy);
        sheet_add_number(&table, bins[i].weight);
    }
    if (code == 0) {
        json_t *facts = explanation_facts(of);
        json_object_set_new(facts, "error", json_number(error));
        explanation_line(of, "expected calibration error %.4g; right predictions by the probability of the class",
                         error);
        code = sheet_print(&table, of->flags->format, SIZE_MAX, facts);
    }
    sheet_clear(&table);
    free(bins);
    return code;
}
