/* data/transform/apply.c - columns of data through their chains, block by block. */
#include <math.h>
#include <string.h>

#include "base/least.h"
#include "base/view.h"
#include "data/transform/transform.h"
#include "kernel/data/entry.h"

static const double *numbers_of(const gml_preparation *preparation, const gml_step *step)
{
    return (const double *)preparation->numbers.data + step->first;
}

gml_one_hot gml_one_hot_of(const gml_step *step, const double *numbers, const gml_column *column)
{
    const size_t levels = column->level_count;
    const size_t width = step->numbers > 0 ? (size_t)step->call.values[0] : levels;
    return (gml_one_hot){.levels = levels,
                         .width = width,
                         .otherwise = step->numbers > 0 ? width - 1 : width,
                         .places = step->numbers > 0 ? numbers : NULL};
}

void gml_step_apply(const gml_preparation *preparation, const gml_step *step, gml_lanes *lanes)
{
    const double *numbers = numbers_of(preparation, step);
    const size_t each = step->numbers / step->lanes;
    for (size_t lane = 0; lane < step->lanes; lane++) {
        gml_step_row(step)->apply(step, numbers + lane * each, lane, lanes);
    }
}

static void load(gml_matrix columns, const size_t *order, size_t column, gml_lanes *lanes)
{
    lanes->count = 1;
    lanes->marked = false;
    for (size_t i = 0; i < lanes->rows; i++) {
        const size_t row = order != NULL ? order[i] : i;
        lanes->x[0][i] = gml_entry_at(columns.dtype, columns.data, row * columns.stride + column);
    }
}

static void *input_at(gml_matrix inputs, size_t input)
{
    return (char *)inputs.data + input * gml_dtype_size(inputs.dtype);
}

/* One column of a block, from the data to its inputs. */
static void apply_chain(const gml_preparation *preparation, size_t column, gml_lanes *lanes, gml_matrix inputs)
{
    const gml_chain *chain = &preparation->chains[column];
    size_t next = chain->first_input;
    for (size_t i = 0; i < chain->step_count; i++) {
        const gml_step *step = &chain->steps[i];
        if (gml_step_row(step)->last) {
            const gml_one_hot map = gml_one_hot_of(step, numbers_of(preparation, step), &preparation->kinds[column]);
            gml_write_one_hot(lanes->rows, lanes->x[0], &map, inputs.dtype, input_at(inputs, next), inputs.stride);
            next += map.width;
            lanes->count = 0;
        } else {
            gml_step_apply(preparation, step, lanes);
        }
    }
    for (size_t lane = 0; lane < lanes->count; lane++) {
        gml_write_column(lanes->rows, lanes->x[lane], inputs.dtype, input_at(inputs, next++), inputs.stride);
    }
    if (lanes->marked) {
        gml_write_column(lanes->rows, lanes->mark, inputs.dtype, input_at(inputs, next), inputs.stride);
    }
}

/* What is done with one column of a block. */
typedef void chain_user(const gml_preparation *preparation, size_t column, gml_lanes *lanes, gml_matrix inputs);

static void visit(const gml_preparation *preparation, gml_matrix columns, const size_t *order, size_t count,
                  gml_matrix inputs, chain_user *use)
{
    gml_lanes lanes;
    for (size_t first = 0; first < count; first += GML_LANE_ROWS) {
        lanes.rows = gml_least(count - first, GML_LANE_ROWS);
        gml_matrix rows = order != NULL ? columns : gml_matrix_rows(columns, first, lanes.rows);
        gml_matrix target = gml_matrix_rows(inputs, first, lanes.rows);
        for (size_t column = 0; column < preparation->columns; column++) {
            load(rows, order != NULL ? order + first : NULL, column, &lanes);
            use(preparation, column, &lanes, target);
        }
    }
}

void gml_preparation_rows(const gml_preparation *preparation, gml_matrix columns, const size_t *order, size_t count,
                          gml_matrix inputs)
{
    visit(preparation, columns, order, count, inputs, apply_chain);
}

/* ---- derivatives ---- */

/* The slope of a lane is 1 at the start, and the product of the slopes of all steps at the end. After date_parts the
 * first lane, the days, keeps its slope, and the others have none. */
static void slope_chain(const gml_preparation *preparation, size_t column, gml_lanes *lanes, gml_matrix slopes)
{
    const gml_chain *chain = &preparation->chains[column];
    double slope[GML_MOST_LANES][GML_LANE_ROWS] = {{0}};
    for (size_t i = 0; i < lanes->rows; i++) {
        slope[0][i] = 1;
    }
    for (size_t i = 0; i < chain->step_count && !gml_step_row(&chain->steps[i])->last; i++) {
        const gml_step *step = &chain->steps[i];
        const gml_transform *row = gml_step_row(step);
        const double *numbers = numbers_of(preparation, step);
        const size_t each = step->numbers / step->lanes;
        for (size_t lane = 0; lane < step->lanes && row->slope != NULL; lane++) {
            row->slope(step, numbers + lane * each, lanes->rows, lanes->x[lane], slope[lane]);
        }
        if (row->slope == NULL && row->spread == 1) {
            memset(slope, 0, sizeof slope);
        }
        gml_step_apply(preparation, step, lanes);
    }
    const bool encoded = chain->step_count > 0 && gml_step_row(&chain->steps[chain->step_count - 1])->last;
    for (size_t input = 0; input < chain->input_count; input++) {
        static const double none[GML_LANE_ROWS] = {0};
        gml_write_column(lanes->rows, !encoded && input < lanes->count ? slope[input] : none, slopes.dtype,
                         input_at(slopes, chain->first_input + input), slopes.stride);
    }
}

/* ---- for callers ---- */

static gml_status check(const gml_preparation *preparation, gml_matrix columns, gml_matrix inputs)
{
    const struct {
        const char *what;
        gml_matrix m;
        size_t cols;
    } views[] = {{"columns", columns, preparation->columns}, {"inputs", inputs, preparation->inputs}};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        const gml_matrix m = views[i].m;
        if (m.data == NULL || (m.dtype != GML_F32 && m.dtype != GML_F64)) {
            return gml_fail(preparation->context, GML_ERROR_ARGUMENT, "%s: a matrix of f32 or f64 is needed",
                            views[i].what);
        }
        if (m.rows != columns.rows || m.cols != views[i].cols || m.stride < m.cols || gml_view_overflows(m)) {
            return gml_fail(preparation->context, GML_ERROR_SHAPE,
                            "%s: a matrix of %zu x %zu, rows %zu entries apart; %zu x %zu are needed", views[i].what,
                            m.rows, m.cols, m.stride, columns.rows, views[i].cols);
        }
    }
    return GML_OK;
}

static gml_status run(const gml_preparation *preparation, const char *function, gml_matrix columns, gml_matrix inputs,
                      chain_user *use)
{
    gml_status status = gml_refuse_null(NULL, function, (gml_argument[]){{"preparation", preparation}, {0}});
    if (status == GML_OK) {
        status = check(preparation, columns, inputs);
    }
    if (status == GML_OK) {
        visit(preparation, columns, NULL, columns.rows, inputs, use);
    }
    return status;
}

gml_status gml_preparation_apply(const gml_preparation *preparation, gml_matrix columns, gml_matrix inputs)
{
    return run(preparation, __func__, columns, inputs, apply_chain);
}

gml_status gml_preparation_slopes(const gml_preparation *preparation, gml_matrix columns, gml_matrix slopes)
{
    return run(preparation, __func__, columns, slopes, slope_chain);
}
