/* cli/explain/explain_individual.c - `gemmule explain --method individual`: how the predictions of single samples
 * depend on an input. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain/explain_data.h"
#include "cli/shell/exit.h"

/* A table of MOST_CELLS takes 256 MiB, and twice that while it grows. */
enum { MOST_CELLS = 1 << 24, LEAD = 3 }; /* LEAD: columns before the outputs */

/* The chosen samples. */
typedef struct individual_run {
    const data_explanation *of;
    sample_range range;
    size_t samples, points; /* points: at most */
    double *x, *grid, *averages,
        *values;       /* [samples x inputs], [points], [points x outputs], [points samples x outputs] */
    gml_dataset *data; /* over x */
    sheet table;
} individual_run;

static void refuse_large_tables(const individual_run *run)
{
    size_t rows, cells;
    if (__builtin_mul_overflow(run->of->chosen_count, run->points, &rows) ||
        __builtin_mul_overflow(rows, run->samples, &rows) ||
        __builtin_mul_overflow(rows, LEAD + run->of->outputs, &cells) || cells > MOST_CELLS) {
        refuse("individual: %zu inputs at up to %zu points for %zu samples are more than a table of %d cells has room "
               "for; choose inputs with --feature, samples with --samples, or fewer points",
               run->of->chosen_count, run->points, run->samples, MOST_CELLS);
    }
}

/* Makes a dataset of the samples, with the columns of the data. */
static gml_status create_dataset(individual_run *run, gml_matrix x)
{
    const data_explanation *of = run->of;
    gml_column *columns = calloc(of->inputs, sizeof *columns);
    gml_status status = columns != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t i = 0; status == GML_OK && i < of->inputs; i++) {
        status = gml_dataset_column(of->data, i, &columns[i]);
    }
    if (status == GML_OK) {
        const gml_dataset_parts parts = {.inputs = x, .targets = gml_matrix_none(), .columns = columns};
        status = gml_dataset_create(of->context, &parts, &run->data);
    }
    free(columns);
    return status;
}

/* Copies the samples, so that the others need no predictions. */
static gml_status gather(individual_run *run)
{
    const data_explanation *of = run->of;
    const gml_matrix x = gml_matrix_f64(run->x, run->samples, of->inputs), none = gml_matrix_none();
    size_t *order = calloc(run->samples, sizeof *order);
    gml_status status = order != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t i = 0; order != NULL && i < run->samples; i++) {
        order[i] = run->range.first - 1 + i;
    }
    if (status == GML_OK) {
        status = gml_network_check_samples(of->network, of->data, run->range.first - 1, run->samples, none, NULL);
    }
    if (status == GML_OK) {
        status = gml_dataset_gather(of->data, order, run->samples, x, none);
    }
    if (status == GML_OK) {
        status = create_dataset(run, x);
    }
    free(order);
    return status;
}

static gml_status add_input(individual_run *run, size_t input)
{
    const data_explanation *of = run->of;
    const gml_grid_options options = {
        .points = (size_t)of->call.values[0], .low = of->call.values[1], .high = of->call.values[2]};
    size_t count = 0;
    gml_status status = gml_effect_grid(of->data, input, &options, run->grid, &count);
    if (status == GML_OK) {
        status = gml_partial_dependence(of->network, run->data, &input, 1, gml_matrix_f64(run->grid, count, 1),
                                        gml_matrix_f64(run->averages, count, of->outputs),
                                        gml_matrix_f64(run->values, count * run->samples, of->outputs));
    }
    for (size_t i = 0; status == GML_OK && i < count * run->samples; i++) {
        sheet_add_text(&run->table, of->input_names[input]);
        sheet_add_number(&run->table, run->grid[i / run->samples]);
        sheet_add_number(&run->table, (double)(run->range.first + i % run->samples));
        for (size_t k = 0; k < of->outputs; k++) {
            sheet_add_number(&run->table, run->values[i * of->outputs + k]);
        }
    }
    return status;
}

static int print_all(individual_run *run)
{
    const data_explanation *of = run->of;
    gml_status status = gather(run);
    for (size_t i = 0; i < of->chosen_count && status == GML_OK; i++) {
        status = add_input(run, of->chosen[i]);
    }
    if (status != GML_OK) {
        return explanation_failed(of, status);
    }
    explanation_line(of, "predictions of a sample with an input set to a value");
    return sheet_print(&run->table, of->flags->format, SIZE_MAX, explanation_facts(of));
}

int explain_individual(const data_explanation *of)
{
    const size_t asked = (size_t)of->call.values[0], size = gml_dataset_size(of->data);
    individual_run run = {.of = of, .range = chosen_samples(of->flags), .points = asked < size ? asked : size};
    run.samples = run.range.last - run.range.first + 1;
    refuse_large_tables(&run);
    const char **headings = calloc(LEAD + of->outputs, sizeof *headings);
    run.x = calloc(run.samples, of->inputs * sizeof *run.x);
    run.grid = calloc(run.points, sizeof *run.grid);
    run.averages = calloc(run.points, of->outputs * sizeof *run.averages);
    run.values = calloc(run.points * run.samples, of->outputs * sizeof *run.values);
    int code = EXIT_MEMORY;
    if (headings != NULL && run.x != NULL && run.grid != NULL && run.averages != NULL && run.values != NULL) {
        memcpy(headings, (const char *[]){"input", "value", "sample"}, LEAD * sizeof *headings);
        memcpy(headings + LEAD, of->output_names, of->outputs * sizeof *headings);
        sheet_begin(&run.table, headings, LEAD + of->outputs, of->outputs == 1 ? LEAD : SIZE_MAX);
        code = print_all(&run);
    } else {
        complain(EXIT_MEMORY, "not enough memory to explain");
    }
    gml_dataset_destroy(run.data);
    sheet_clear(&run.table);
    free(headings), free(run.x), free(run.grid), free(run.averages), free(run.values);
    return code;
}
