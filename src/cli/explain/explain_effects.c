/* cli/explain/explain_effects.c - `gemmule explain`: importances of inputs, and their effects on predictions. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain/explain_data.h"
#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"

static int no_memory(void)
{
    return complain(EXIT_MEMORY, "not enough memory to explain");
}

/* ---- importances ---- */

static const char *default_metric(const data_explanation *of)
{
    return gml_dataset_task(of->data) == GML_TASK_CLASSIFICATION ? "accuracy" : "r2";
}

static int print_importances(const data_explanation *of, const gml_importance_options *options,
                             const gml_importance *found, double base)
{
    static const char *const headings[] = {"input", "importance", "deviation", "low", "high"};
    sheet table;
    sheet_begin(&table, headings, 5, 1);
    for (size_t i = 0; i < options->group_count; i++) {
        sheet_add_text(&table, of->input_names[of->chosen[i]]);
        sheet_add_number(&table, found[i].mean);
        sheet_add_number(&table, found[i].deviation);
        sheet_add_number(&table, found[i].low);
        sheet_add_number(&table, found[i].high);
    }
    sheet_sort(&table, 1);
    json_t *facts = explanation_facts(of);
    json_object_set_new(facts, "metric", json_text(options->metric));
    json_object_set_new(facts, "base", json_number(base));
    explanation_line(of, "%s is %.6g; by how much it gets worse as an input is permuted, with intervals of %g %%",
                     options->metric, base, 100 * options->level);
    const int code = sheet_print(&table, of->flags->format, of->flags->top, facts);
    sheet_clear(&table);
    return code;
}

int explain_permutation(const data_explanation *of)
{
    gml_column_group *groups = calloc(of->chosen_count, sizeof *groups);
    gml_importance *found = calloc(of->chosen_count, sizeof *found);
    const gml_importance_options options = {.metric =
                                                of->flags->metric != NULL ? of->flags->metric : default_metric(of),
                                            .repeats = (size_t)of->call.values[0],
                                            .seed = (uint64_t)of->call.values[1],
                                            .level = of->call.values[2],
                                            .groups = groups,
                                            .group_count = of->chosen_count};
    double base = 0;
    int code = groups != NULL && found != NULL ? check_score(of->context, "--metric", of->flags->metric) : no_memory();
    if (code == 0) {
        for (size_t i = 0; i < of->chosen_count; i++) {
            groups[i] = (gml_column_group){&of->chosen[i], 1};
        }
        const gml_status status =
            gml_permutation_importance(of->network, of->data, &options, &base, found, gml_matrix_none());
        const bool by_flag = status == GML_ERROR_ARGUMENT && of->flags->metric != NULL;
        code = status == GML_OK ? print_importances(of, &options, found, base)
               : by_flag        ? complain_of_flag(of->context, status, "metric", "--metric")
                                : explanation_failed(of, status);
    }
    free(groups), free(found);
    return code;
}

/* A matrix [inputs x outputs], as a table. */
static int print_weights(const data_explanation *of, const double *weights)
{
    const char **headings = calloc(of->outputs + 1, sizeof *headings);
    if (headings == NULL) {
        return no_memory();
    }
    headings[0] = "input";
    memcpy(headings + 1, of->output_names, of->outputs * sizeof *headings);
    sheet table;
    sheet_begin(&table, headings, of->outputs + 1, of->outputs == 1 ? 1 : SIZE_MAX);
    for (size_t i = 0; i < of->inputs; i++) {
        sheet_add_text(&table, of->input_names[i]);
        for (size_t k = 0; k < of->outputs; k++) {
            sheet_add_number(&table, weights[i * of->outputs + k]);
        }
    }
    if (of->outputs == 1) {
        sheet_sort(&table, 1);
    }
    const int code = sheet_print(&table, of->flags->format, of->flags->top, explanation_facts(of));
    sheet_clear(&table);
    free(headings);
    return code;
}

static int weigh(const data_explanation *of, gml_status (*function)(const gml_network *network, gml_matrix weights),
                 const char *line)
{
    double *weights = calloc(of->inputs * of->outputs, sizeof *weights);
    if (weights == NULL) {
        return no_memory();
    }
    const gml_status status = function(of->network, gml_matrix_f64(weights, of->inputs, of->outputs));
    int code = status == GML_OK ? 0 : explanation_failed(of, status);
    if (code == 0) {
        explanation_line(of, "%s", line);
        code = print_weights(of, weights);
    }
    free(weights);
    return code;
}

int explain_connections(const data_explanation *of)
{
    return weigh(of, gml_connection_weights, "sums of the products of the weights along all paths (Olden)");
}

int explain_garson(const data_explanation *of)
{
    return weigh(of, gml_garson_shares, "shares of the inputs in the weights into each output (Garson)");
}

/* ---- curves ---- */

/* Rows with the name of an input, a point, maybe a sample, and the values of all outputs. */
typedef struct curves {
    const data_explanation *of;
    const char **headings;
    size_t lead; /* columns before the outputs */
    double *points, *values;
    size_t most; /* points */
    size_t rows; /* of `values` for a point */
    sheet table;
} curves;

static int begin_curves(const data_explanation *of, size_t most, size_t rows, curves *made)
{
    *made = (curves){.of = of, .most = most, .rows = rows, .lead = rows > 1 ? 3 : 2};
    size_t count;
    const bool fits =
        !__builtin_mul_overflow(most, rows, &count) && !__builtin_mul_overflow(count, of->outputs, &count);
    made->headings = calloc(made->lead + of->outputs, sizeof *made->headings);
    made->points = calloc(most, sizeof *made->points);
    made->values = fits ? calloc(count, sizeof *made->values) : NULL;
    if (made->headings == NULL || made->points == NULL || made->values == NULL) {
        return no_memory();
    }
    made->headings[0] = "input";
    made->headings[1] = "value";
    made->headings[made->lead - 1] = made->lead == 3 ? "sample" : "value";
    memcpy(made->headings + made->lead, of->output_names, of->outputs * sizeof *made->headings);
    sheet_begin(&made->table, made->headings, made->lead + of->outputs, of->outputs == 1 ? made->lead : SIZE_MAX);
    return 0;
}

static void clear_curves(curves *of)
{
    sheet_clear(&of->table);
    free(of->headings), free(of->points), free(of->values);
}

static void add_curve(curves *to, size_t input, size_t points)
{
    const size_t outputs = to->of->outputs;
    for (size_t i = 0; i < points * to->rows; i++) {
        sheet_add_text(&to->table, to->of->input_names[input]);
        sheet_add_number(&to->table, to->points[i / to->rows]);
        if (to->lead == 3) {
            sheet_add_number(&to->table, (double)(i % to->rows + 1));
        }
        for (size_t k = 0; k < outputs; k++) {
            sheet_add_number(&to->table, to->values[i * outputs + k]);
        }
    }
}

static gml_status add_dependence(curves *to, size_t input, double *averages)
{
    const data_explanation *of = to->of;
    const gml_grid_options options = {
        .points = (size_t)of->call.values[0], .low = of->call.values[1], .high = of->call.values[2]};
    size_t count = 0;
    gml_status status = gml_effect_grid(of->data, input, &options, to->points, &count);
    if (status == GML_OK) {
        const size_t rows = to->rows > 1 ? count * to->rows : 0;
        status =
            gml_partial_dependence(of->network, of->data, &input, 1, gml_matrix_f64(to->points, count, 1),
                                   gml_matrix_f64(averages, count, of->outputs),
                                   to->rows > 1 ? gml_matrix_f64(to->values, rows, of->outputs) : gml_matrix_none());
    }
    if (status == GML_OK) {
        add_curve(to, input, count);
    }
    return status;
}

static gml_status add_accumulated(curves *to, size_t input, double *unused)
{
    (void)unused;
    const data_explanation *of = to->of;
    size_t count = 0;
    gml_status status = gml_effect_edges(of->data, input, to->most - 1, to->points, &count);
    if (status == GML_OK) {
        status = gml_accumulated_effects(of->network, of->data, input, to->points, count,
                                         gml_matrix_f64(to->values, count, of->outputs), NULL);
    }
    if (status == GML_OK) {
        add_curve(to, input, count);
    }
    return status;
}

static int draw_curves(const data_explanation *of, size_t most, size_t rows, const char *line,
                       gml_status (*add)(curves *to, size_t input, double *averages))
{
    curves made;
    int code = begin_curves(of, most, rows, &made);
    double *averages = rows > 1 ? calloc(most, of->outputs * sizeof *averages) : made.values;
    code = code == 0 && averages == NULL ? no_memory() : code;
    for (size_t i = 0; i < of->chosen_count && code == 0; i++) {
        const gml_status status = add(&made, of->chosen[i], averages);
        code = status == GML_OK ? 0 : explanation_failed(of, status);
    }
    if (code == 0) {
        explanation_line(of, "%s", line);
        code = sheet_print(&made.table, of->flags->format, SIZE_MAX, explanation_facts(of));
    }
    if (rows > 1) {
        free(averages);
    }
    clear_curves(&made);
    return code;
}

int explain_dependence(const data_explanation *of)
{
    return draw_curves(of, (size_t)of->call.values[0], 1, "mean predictions with an input set to a value",
                       add_dependence);
}

int explain_individual(const data_explanation *of)
{
    const size_t samples = gml_dataset_size(of->data);
    return samples == 1 ? explain_dependence(of)
                        : draw_curves(of, (size_t)of->call.values[0], samples,
                                      "predictions of each sample with an input set to a value", add_dependence);
}

int explain_accumulated(const data_explanation *of)
{
    return draw_curves(of, (size_t)of->call.values[0] + 1, 1, "accumulated local effects of an input on predictions",
                       add_accumulated);
}
