/* cli/plan.c - the plan of a training step: a table as wide as the terminal allows, or JSON. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "exit.h"
#include "report.h"

/* ---- JSON ---- */

static json_t *part_json(const gml_plan_part *part)
{
    return json_pack("{so so so so so so so so so so so}", "phase", json_size(part->phase), "name",
                     json_text(part->name), "layer", json_size(part->layer + 1), "tasks", json_size(part->tasks),
                     "rows", json_size(part->rows), "cols", json_size(part->cols), "products",
                     part->products[0] != '\0' ? json_text(part->products) : json_null(), "flops",
                     json_number(part->flops), "bytes", json_number(part->bytes), "seconds_alone",
                     json_number(part->seconds_alone), "seconds", json_number(part->seconds));
}

static int print_plan_json(const gml_network *network, const gml_plan *plan, const gml_plan_part *parts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plan->parts; i++) {
        json_array_append_new(list, part_json(&parts[i]));
    }
    return print_json(json_pack(
        "{so so so so so so so so so so so so}", "network", json_text(gml_network_description(network)), "dtype",
        json_text(gml_dtype_name(gml_network_dtype(network))), "batch", json_size(plan->batch), "threads",
        json_size(plan->threads), "phases", json_size(plan->phases), "ready", json_boolean(plan->ready), "memory_bytes",
        json_size(plan->memory), "flops", json_number(plan->flops), "bytes", json_number(plan->bytes), "seconds_alone",
        json_number(plan->seconds_alone), "seconds", json_number(plan->seconds), "parts", list));
}

/* ---- the table ---- */

enum { CELL = 48 };

static void write_phase(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%zu", part->phase);
}

static void write_name(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%s", part->name);
}

static void write_layer(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%zu", part->layer + 1);
}

static void write_tasks(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%zu", part->tasks);
}

static void write_tile(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%zu x %zu", part->rows, part->cols);
}

static void write_products(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%s", part->products);
}

static void write_flops(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, part->flops > 0 ? "%.3f" : "", part->flops * 1e-6);
}

static void write_bytes(const gml_plan_part *part, char text[CELL])
{
    char size[16];
    snprintf(text, CELL, "%s", size_text(part->bytes, size));
}

static void write_alone(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%.2f", part->seconds_alone * 1e6);
}

static void write_seconds(const gml_plan_part *part, char text[CELL])
{
    snprintf(text, CELL, "%.2f", part->seconds * 1e6);
}

/* Columns from left to right. On a narrow terminal those with the lowest rank go first. */
static const struct column {
    const char *title;
    int width;
    int rank;
    bool left; /* aligned */
    void (*write)(const gml_plan_part *part, char text[CELL]);
} COLUMNS[] = {
    {"phase", 5, 6, false, write_phase},         {"part", 8, 9, true, write_name},
    {"layer", 5, 9, false, write_layer},         {"tasks", 6, 9, false, write_tasks},
    {"of at most", 13, 7, false, write_tile},    {"products", 8, 4, true, write_products},
    {"MFLOP", 10, 3, false, write_flops},        {"touched", 9, 2, false, write_bytes},
    {"us, 1 thread", 12, 5, false, write_alone}, {"us", 10, 8, false, write_seconds},
};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof COLUMNS[0], HIGHEST_RANK = 9 };

static int table_width(int lowest)
{
    int width = -1;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        width += COLUMNS[i].rank >= lowest ? COLUMNS[i].width + 1 : 0;
    }
    return width;
}

/* The lowest rank of the columns for which there is room; a file or a pipe has room for all. */
static int choose_rank(void)
{
    struct winsize size;
    int lowest = 0;
    bool narrow = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    while (narrow && lowest < HIGHEST_RANK && table_width(lowest) >= size.ws_col) {
        lowest++;
    }
    return lowest;
}

/* One line: of titles where `part` is null. Blanks at its end are left out. */
static void print_line(int lowest, const gml_plan_part *part)
{
    int owed = 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        const struct column *column = &COLUMNS[i];
        char text[CELL];
        if (column->rank < lowest) {
            continue;
        }
        if (part != NULL) {
            column->write(part, text);
        } else {
            snprintf(text, CELL, "%s", column->title);
        }
        int length = (int)strlen(text), blanks = length < column->width ? column->width - length : 0;
        int before = column->left ? 0 : blanks;
        if (length > 0) {
            printf("%*s%s", owed + before, "", text);
            owed = 0;
        }
        owed += (length > 0 ? blanks - before : column->width) + 1;
    }
    putchar('\n');
}

static int print_plan_text(const gml_network *network, const gml_plan *plan, const gml_plan_part *parts)
{
    char memory[16], touched[16];
    int lowest = choose_rank();
    printf("%-12s%s, %s\n", "network", gml_network_description(network), gml_dtype_name(gml_network_dtype(network)));
    printf("%-12s%zu samples, on %zu thread%s%s\n", "step", plan->batch, plan->threads, plan->threads == 1 ? "" : "s",
           plan->ready ? ", its calls made ready once" : "");
    printf("%-12s%.3f MFLOP in products, %s touched\n", "work", plan->flops * 1e-6, size_text(plan->bytes, touched));
    printf("%-12s%s\n", "memory", size_text((double)plan->memory, memory));
    printf("%-12s%.2f us, on one thread %.2f us\n\n", "predicted", plan->seconds * 1e6, plan->seconds_alone * 1e6);
    print_line(lowest, NULL);
    for (size_t i = 0; i < plan->parts; i++) {
        print_line(lowest, &parts[i]);
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
