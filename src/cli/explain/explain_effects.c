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

/* ---- weights ---- */

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

/* Rows with the name of an input, a point, and the values of all outputs there. */
typedef struct curves {
    const data_explanation *of;
    const char **headings;
    double *points, *values; /* [most], [most x outputs] */
    size_t most;
    sheet table;
} curves;

enum { LEAD = 2 }; /* columns before the outputs */

static int begin_curves(const data_explanation *of, size_t most, curves *made)
{
    *made = (curves){.of = of, .most = most};
    made->headings = calloc(LEAD + of->outputs, sizeof *made->headings);
    made->points = calloc(most, sizeof *made->points);
    made->values = calloc(most, of->outputs * sizeof *made->values);
    if (made->headings == NULL || made->points == NULL || made->values == NULL) {
        return no_memory();
    }
    made->headings[0] = "input";
    made->headings[1] = "value";
    memcpy(made->headings + LEAD, of->output_names, of->outputs * sizeof *made->headings);
    sheet_begin(&made->table, made->headings, LEAD + of->outputs, of->outputs == 1 ? LEAD : SIZE_MAX);
    return 0;
}

static void clear_curves(curves *of)
{
    sheet_clear(&of->table);
    free(of->headings), free(of->points), free(of->values);
}

static gml_status find_dependence(curves *to, size_t input, size_t *count)
{
    const data_explanation *of = to->of;
    const gml_grid_options options = {
        .points = (size_t)of->call.values[0], .low = of->call.values[1], .high = of->call.values[2]};
    gml_status status = gml_effect_grid(of->data, input, &options, to->points, count);
    return status == GML_OK
               ? gml_partial_dependence(of->network, of->data, &input, 1, gml_matrix_f64(to->points, *count, 1),
                                        gml_matrix_f64(to->values, *count, of->outputs), gml_matrix_none())
               : status;
}

static gml_status find_accumulated(curves *to, size_t input, size_t *count)
{
    const data_explanation *of = to->of;
    gml_status status = gml_effect_edges(of->data, input, to->most - 1, to->points, count);
    return status == GML_OK ? gml_accumulated_effects(of->network, of->data, input, to->points, *count,
                                                      gml_matrix_f64(to->values, *count, of->outputs), NULL)
                            : status;
}

static void add_curve(curves *to, size_t input, size_t points)
{
    const size_t outputs = to->of->outputs;
    for (size_t i = 0; i < points; i++) {
        sheet_add_text(&to->table, to->of->input_names[input]);
        sheet_add_number(&to->table, to->points[i]);
        for (size_t k = 0; k < outputs; k++) {
            sheet_add_number(&to->table, to->values[i * outputs + k]);
        }
    }
}

static int draw_curves(const data_explanation *of, size_t most, const char *line,
                       gml_status (*find)(curves *to, size_t input, size_t *count))
{
    curves made;
    int code = begin_curves(of, most, &made);
    for (size_t i = 0; i < of->chosen_count && code == 0; i++) {
        size_t count = 0;
        const gml_status status = find(&made, of->chosen[i], &count);
        if (status == GML_OK) {
            add_curve(&made, of->chosen[i], count);
        }
        code = status == GML_OK ? 0 : explanation_failed(of, status);
    }
    if (code == 0) {
        explanation_line(of, "%s", line);
        code = sheet_print(&made.table, of->flags->format, SIZE_MAX, explanation_facts(of));
    }
    clear_curves(&made);
    return code;
}

int explain_dependence(const data_explanation *of)
{
    return draw_curves(of, (size_t)of->call.values[0], "mean predictions with an input set to a value",
                       find_dependence);
}

int explain_accumulated(const data_explanation *of)
{
    return draw_curves(of, (size_t)of->call.values[0] + 1, "accumulated local effects of an input on predictions",
                       find_accumulated);
}
