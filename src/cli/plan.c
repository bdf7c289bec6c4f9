/* cli/plan.c - the plan of a training step, as a table or as JSON. */
#include "cli/report/info.h"

#include <stdlib.h>

#include "cli/report/report.h"
#include "cli/shell/exit.h"

/* ---- JSON ---- */

static json_t *part_json(const gml_plan_part *part)
{
    return json_pack("{so so so so so so so so so}", "phase", json_size(part->phase), "name", json_text(part->name),
                     "layer", json_size(part->layer + 1), "tasks", json_size(part->tasks), "rows",
                     json_size(part->rows), "cols", json_size(part->cols), "products",
                     part->products[0] != '\0' ? json_text(part->products) : json_null(), "flops",
                     json_number(part->flops), "bytes", json_number(part->bytes));
}

static int print_plan_json(const gml_network *network, const gml_plan *plan, const gml_plan_part *parts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plan->parts; i++) {
        json_array_append_new(list, part_json(&parts[i]));
    }
    return print_json(json_pack(
        "{so so so so so so so so so so}", "network", json_text(gml_network_description(network)), "dtype",
        json_text(gml_dtype_name(gml_network_dtype(network))), "batch", json_size(plan->batch), "threads",
        json_size(plan->threads), "phases", json_size(plan->phases), "ready", json_boolean(plan->ready), "memory_bytes",
        json_size(plan->memory), "flops", json_number(plan->flops), "bytes", json_number(plan->bytes), "parts", list));
}

/* ---- the table ---- */

static void print_part(const gml_plan_part *part)
{
    char tile[48], flops[32] = "", touched[16];
    snprintf(tile, sizeof tile, "%zu x %zu", part->rows, part->cols);
    if (part->flops > 0) {
        snprintf(flops, sizeof flops, "%.3f", part->flops * 1e-6);
    }
    printf("%5zu %-8s %5zu %6zu %13s %-8s %10s %9s\n", part->phase, part->name, part->layer + 1, part->tasks, tile,
           part->products, flops, size_text(part->bytes, touched));
}

static int print_plan_text(const gml_network *network, const gml_plan *plan, const gml_plan_part *parts)
{
    char memory[16], touched[16];
    printf("%-12s%s, %s\n", "network", gml_network_description(network), gml_dtype_name(gml_network_dtype(network)));
    printf("%-12s%zu samples, on %zu thread%s%s\n", "step", plan->batch, plan->threads, plural(plan->threads),
           plan->ready ? ", its calls prepared once" : "");
    printf("%-12s%.3f MFLOP in products, %s touched\n", "work", plan->flops * 1e-6, size_text(plan->bytes, touched));
    printf("%-12s%s\n\n", "memory", size_text((double)plan->memory, memory));
    printf("%5s %-8s %5s %6s %13s %-8s %10s %9s\n", "phase", "part", "layer", "tasks", "of at most", "products",
           "MFLOP", "touched");
    for (size_t i = 0; i < plan->parts; i++) {
        print_part(&parts[i]);
    }
    return 0;
}

int report_plan(gml_network *network, const gml_train_options *options, bool json)
{
    gml_context *context = gml_network_context(network);
    gml_plan plan;
    gml_status status = gml_network_plan(network, options, &plan, NULL, 0);
    if (status != GML_OK) {
        return complain_status(context, status);
    }
    gml_plan_part *parts = calloc(plan.parts, sizeof *parts);
    if (parts == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for the plan");
    }
    status = gml_network_plan(network, options, &plan, parts, plan.parts);
    int code = status != GML_OK ? complain_status(context, status)
               : json           ? print_plan_json(network, &plan, parts)
                                : print_plan_text(network, &plan, parts);
    free(parts);
    return code;
}
