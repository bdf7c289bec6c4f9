/* data/transform/preparation.c - fitting a preparation to the samples of a dataset. */
#include <stdlib.h>
#include <string.h>

#include "base/least.h"
#include "data/transform/transform.h"
#include "kernel/data/entry.h"
#include "kernel/effect/effect.h"

enum { BLOCK_CELLS = 1 << 23 }; /* cells of several columns that are gathered in one pass over the data */

/* ---- one column ---- */

/* The lanes of a column at all training rows, and memory for sorting one. */
typedef struct fitted_column {
    gml_preparation *made;
    gml_chain *chain;
    const gml_column *column;
    size_t count;
    double *lanes;  /* [GML_MOST_LANES x count], or [1 x count] for a chain of one lane */
    double *sorted; /* [count] */
} fitted_column;

static size_t sort_known(const fitted_column *of, size_t lane)
{
    const size_t known = gml_keep_finite(of->count, of->lanes + lane * of->count, of->sorted);
    gml_sort_numbers(known, of->sorted);
    return known;
}

/* Applies a fitted step to all rows. */
static void advance(const fitted_column *of, const gml_step *step)
{
    gml_lanes block;
    for (size_t first = 0; first < of->count; first += GML_LANE_ROWS) {
        block.rows = gml_least(of->count - first, GML_LANE_ROWS);
        block.count = step->lanes;
        block.marked = true; /* marks are not needed here */
        for (size_t lane = 0; lane < step->lanes; lane++) {
            memcpy(block.x[lane], of->lanes + lane * of->count + first, block.rows * sizeof(double));
        }
        gml_step_apply(of->made, step, &block);
        for (size_t lane = 0; lane < block.count; lane++) {
            memcpy(of->lanes + lane * of->count + first, block.x[lane], block.rows * sizeof(double));
        }
    }
}

static gml_status fit_step(const fitted_column *of, gml_step *step, bool more_follow)
{
    gml_preparation *made = of->made;
    const gml_transform *row = gml_step_row(step);
    gml_status status = GML_OK;
    step->first = made->numbers.size / sizeof(double);
    for (size_t lane = 0; status == GML_OK && lane < step->lanes; lane++) {
        const gml_fitting fitting = {.context = made->context,
                                     .call = &step->call,
                                     .column = of->column,
                                     .known_count = sort_known(of, lane),
                                     .known = of->sorted,
                                     .count = of->count,
                                     .numbers = &made->numbers};
        status = row->fit(&fitting);
    }
    step->numbers = made->numbers.size / sizeof(double) - step->first;
    if (status == GML_OK && more_follow && !row->last) {
        advance(of, step);
    }
    return status;
}

static size_t lanes_of(const gml_chain *chain)
{
    size_t lanes = 1;
    for (size_t i = 0; i < chain->step_count; i++) {
        lanes *= gml_step_row(&chain->steps[i])->spread;
    }
    return lanes;
}

static gml_status fit_column(gml_preparation *made, size_t column, const double *values, size_t stride, size_t count)
{
    gml_chain *chain = &made->chains[column];
    const size_t lanes = lanes_of(chain);
    fitted_column of = {.made = made, .chain = chain, .column = &made->kinds[column], .count = count};
    of.lanes = gml_allocate(made->context, (lanes + 1) * count, sizeof *of.lanes, "the values of a column");
    if (of.lanes == NULL) {
        return GML_ERROR_MEMORY;
    }
    of.sorted = of.lanes + lanes * count;
    for (size_t i = 0; i < count; i++) {
        of.lanes[i] = values[i * stride];
    }
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < chain->step_count; i++) {
        status = fit_step(&of, &chain->steps[i], i + 1 < chain->step_count);
    }
    gml_release(made->context, of.lanes, (lanes + 1) * count, sizeof *of.lanes);
    return status;
}

/* ---- all columns ---- */

/* Gathers columns first .. first + width - 1. */
static void gather(const gml_dataset *dataset, size_t first, size_t width, size_t count, double *block)
{
    const gml_matrix m = dataset->inputs;
    for (size_t i = 0; i < count; i++) {
        const size_t row = gml_dataset_row(dataset, gml_even_sample(dataset, i, count));
        for (size_t j = 0; j < width; j++) {
            block[i * width + j] = gml_entry_at(m.dtype, m.data, row * m.stride + first + j);
        }
    }
}

static gml_status fit_columns(gml_preparation *made, const gml_dataset *dataset)
{
    const size_t count = gml_least(dataset->size, GML_EVEN_SAMPLES);
    const size_t width = gml_least(made->columns, gml_most(BLOCK_CELLS / count, 1));
    double *block = gml_allocate(made->context, count * width, sizeof *block, "columns of the data");
    gml_status status = block != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t first = 0; status == GML_OK && first < made->columns; first += width) {
        const size_t some = gml_least(made->columns - first, width);
        gather(dataset, first, some, count, block);
        for (size_t i = 0; status == GML_OK && i < some; i++) {
            status = fit_column(made, first + i, block + i, some, count);
        }
    }
    gml_release(made->context, block, count * width, sizeof *block);
    return status;
}

/* ---- making ---- */

static gml_status copy_columns(gml_preparation *made, const gml_prepared_columns *columns)
{
    gml_context *context = made->context;
    made->columns = columns->count;
    made->chains = gml_allocate(context, made->columns, sizeof *made->chains, "a preparation");
    gml_column *numbers = gml_allocate(context, made->columns, sizeof *numbers, "a preparation");
    gml_status status = made->chains != NULL && numbers != NULL ? GML_OK : GML_ERROR_MEMORY;
    if (status == GML_OK) {
        memset(made->chains, 0, made->columns * sizeof *made->chains);
        memset(numbers, 0, made->columns * sizeof *numbers);
        const gml_column *kinds = columns->kinds != NULL ? columns->kinds : numbers;
        status = gml_columns_copy(context, kinds, made->columns, &made->kinds);
    }
    gml_release(context, numbers, made->columns, sizeof *numbers);
    if (status == GML_OK && columns->names != NULL) {
        status = gml_schema_copy_names(context, columns->names, made->columns, &made->names);
    }
    return status;
}

gml_status gml_preparation_begin(gml_context *context, const gml_prepared_columns *columns,
                                 gml_preparation **preparation)
{
    gml_preparation *made = gml_allocate(context, 1, sizeof *made, "a preparation");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_preparation){.context = context};
    gml_status status = copy_columns(made, columns);
    if (status != GML_OK) {
        gml_preparation_destroy(made);
        return status;
    }
    *preparation = made;
    return GML_OK;
}

gml_status gml_preparation_fit(gml_context *context, const gml_dataset *dataset, const char *description,
                               gml_preparation **preparation)
{
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"context", context}, {"dataset", dataset}, {"preparation", preparation}, {0}});
    if (status != GML_OK) {
        return status;
    }
    const gml_schema *schema = &dataset->schema;
    gml_preparation *made = NULL;
    status = gml_preparation_begin(context,
                                   &(gml_prepared_columns){.count = schema->features,
                                                           .kinds = schema->columns,
                                                           .names = (const char *const *)schema->feature_names},
                                   &made);
    if (status == GML_OK) {
        status = gml_preparation_read(made, description);
    }
    if (status == GML_OK) {
        status = fit_columns(made, dataset);
    }
    if (status == GML_OK) {
        status = gml_preparation_place(made, true);
    }
    if (status != GML_OK) {
        gml_preparation_destroy(made);
        return status;
    }
    *preparation = made;
    return GML_OK;
}

void gml_preparation_destroy(gml_preparation *preparation)
{
    if (preparation == NULL) {
        return;
    }
    gml_context *context = preparation->context;
    gml_schema_clear_names(context, preparation->names, preparation->columns);
    gml_columns_clear(context, preparation->kinds, preparation->columns);
    gml_release(context, preparation->chains, preparation->columns, sizeof *preparation->chains);
    gml_pile_clear(context, &preparation->steps);
    gml_pile_clear(context, &preparation->numbers);
    gml_pile_clear(context, &preparation->description);
    gml_release(context, preparation, 1, sizeof *preparation);
}

size_t gml_preparation_columns(const gml_preparation *preparation)
{
    return preparation != NULL ? preparation->columns : 0;
}

size_t gml_preparation_inputs(const gml_preparation *preparation)
{
    return preparation != NULL ? preparation->inputs : 0;
}

gml_preparation_layout gml_preparation_layout_of(const gml_preparation *preparation)
{
    return preparation != NULL ? preparation->layout : (gml_preparation_layout){0};
}

const char *gml_preparation_description(const gml_preparation *preparation)
{
    return preparation != NULL ? preparation->description.data : NULL;
}
