/* cli/explain/explain_report.c - explanations of samples as CSV and as JSON. */
#include <jansson.h>
#include <math.h>

#include "cli/explain/explain.h"
#include "cli/report/cell.h"
#include "cli/report/report.h"

void explanation_csv_header(const gml_network *network)
{
    fputs("sample,output,value,base,sum,biases,epsilon,error", stdout);
    for (size_t j = 0; j < gml_network_columns(network); j++) {
        const char *name = gml_network_feature_name(network, j);
        fputc(',', stdout);
        if (name != NULL) {
            print_csv_field(stdout, name);
        } else {
            printf("input %zu", j + 1);
        }
    }
    fputc('\n', stdout);
}

/* A number that is not finite is an empty field. */
static void print_number(double value)
{
    if (isfinite(value)) {
        printf(",%.9g", value);
    } else {
        fputc(',', stdout);
    }
}

void explanation_csv(const explanation *of)
{
    const gml_attribution_report *report = of->report;
    const char *name = of->table->classes > 0 ? gml_network_class_name(of->table->network, report->output) : NULL;
    printf("%zu,", of->sample);
    if (name != NULL) {
        print_csv_field(stdout, name);
    } else {
        printf("%zu", report->output);
    }
    const double sums[] = {report->value, report->base, report->sum, report->biases, report->epsilon, report->error};
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        print_number(sums[i]);
    }
    for (size_t j = 0; j < of->inputs; j++) {
        print_number(of->attributions[j]);
    }
    fputc('\n', stdout);
}

int explanation_json(const explanation *of)
{
    const gml_attribution_report *report = of->report;
    const gml_network *network = of->table->network;
    json_t *inputs = json_array();
    for (size_t j = 0; j < of->inputs; j++) {
        char room[DATE_SIZE];
        const char *text = cell_text(network, j, of->x[j], room);
        json_t *value = text == NULL ? json_number(of->x[j]) : text[0] == '\0' ? json_null() : json_text(text);
        json_array_append_new(inputs, json_pack("{so so so}", "name", json_text(gml_network_feature_name(network, j)),
                                                "value", value, "attribution", json_number(of->attributions[j])));
    }
    json_t *prediction = json_array();
    for (size_t k = 0; k < of->table->outputs; k++) {
        json_array_append_new(prediction, json_number(of->prediction[k]));
    }
    const char *class = of->table->classes > 0 ? gml_network_class_name(network, report->output) : NULL;
    return print_json(json_pack("{so so so so so so so so so so so so so}", "sample", json_size(of->sample), "method",
                                json_text(of->flags->method), "output", json_size(report->output), "class",
                                json_text(class), "quantity", json_text(explained_name(report->which)), "prediction",
                                prediction, "value", json_number(report->value), "base", json_number(report->base),
                                "sum", json_number(report->sum), "biases", json_number(report->biases), "epsilon",
                                json_number(report->epsilon), "error", json_number(report->error), "inputs", inputs));
}
