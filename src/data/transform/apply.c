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

/* Writes the inputs of a category from its codes. */
static void encode(const gml_preparation *preparation, size_t column, gml_lanes *lanes, gml_matrix inputs)
{
    const gml_chain *chain = &preparation->chains[column];
    const gml_step *step = &chain->steps[chain->step_count - 1];
    const gml_category encoding = gml_category_of(step, numbers_of(preparation, step), &preparation->kinds[column]);
    void *target = input_at(inputs, chain->first_input);
    if (encoding.form == GML_CATEGORY_ONE_HOT) {
        gml_write_one_hot(lanes->rows, lanes->x[0], &encoding.map, inputs.dtype, target, inputs.stride);
        return;
    }
    if (encoding.form == GML_CATEGORY_SIGN) {
        gml_map_signs(lanes->rows, lanes->x[0]);
    } else {
        gml_map_places(lanes->rows, &encoding.map, chain->first_code, lanes->x[0]);
    }
    gml_write_column(lanes->rows, lanes->x[0], inputs.dtype, target, inputs.stride);
}

/* One column of a block, from the data to its inputs. */
static void apply_chain(const gml_preparation *preparation, size_t column, gml_lanes *lanes, gml_matrix inputs)
{
    const gml_chain *chain = &preparation->chains[column];
    for (size_t i = 0; i < chain->step_count; i++) {
        const gml_step *step = &chain->steps[i];
        if (gml_step_row(step)->last) {
            encode(preparation, column, lanes, inputs);
            lanes->count = 0;
        } else {
            gml_step_apply(preparation, step, lanes);
        }
    }
    for (size_t lane = 0; lane < lanes->count; lane++) {
        gml_write_column(lanes->rows, lanes->x[lane], inputs.dtype, input_at(inputs, chain->first_input + lane),
                         inputs.stride);
    }
    if (lanes->marked) {
        gml_write_column(lanes->rows, lanes->mark, inputs.dtype, input_at(inputs, chain->mark), inputs.stride);
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

/* ---- values that are not finite ---- */

static bool is_finite_in(gml_dtype dtype, double x)
{
    return dtype == GML_F32 ? isfinite((float)x) : isfinite(x);
}

/* The first row of a block with a value that is not finite after one column's chain; lanes->rows if there is none. */
static size_t first_unfit(const gml_preparation *preparation, size_t column, gml_dtype dtype, gml_lanes *lanes)
{
    const gml_chain *chain = &preparation->chains[column];
    for (size_t i = 0; i < chain->step_count; i++) {
        if (gml_step_row(&chain->steps[i])->last) {
            return lanes->rows; /* inputs of a category are finite */
        }
        gml_step_apply(preparation, &chain->steps[i], lanes);
    }
    for (size_t row = 0; row < lanes->rows; row++) {
        for (size_t lane = 0; lane < lanes->count; lane++) {
            if (!is_finite_in(dtype, lanes->x[lane][row])) {
                return row;
            }
        }
    }
    return lanes->rows;
}

bool gml_preparation_find_unfit(const gml_preparation *preparation, const gml_batch *batch, gml_dtype dtype,
                                gml_bad_entry *bad)
{
    gml_lanes lanes;
    for (size_t first = 0; first < batch->rows; first += GML_LANE_ROWS) {
        const size_t rows = gml_least(batch->rows - first, GML_LANE_ROWS), none = rows;
        const gml_matrix x = batch->order != NULL ? batch->x : gml_matrix_rows(batch->x, first, rows);
        const size_t *order = batch->order != NULL ? batch->order + first : NULL;
        bad->row = none;
        for (size_t column = 0; column < preparation->columns; column++) {
            lanes.rows = rows;
            load(x, order, column, &lanes);
            const size_t row = first_unfit(preparation, column, dtype, &lanes);
            if (row < bad->row) {
                *bad = (gml_bad_entry){.row = row, .col = column};
            }
        }
        if (bad->row < none) {
            const size_t row = order != NULL ? order[bad->row] : bad->row;
            bad->value = gml_entry_at(x.dtype, x.data, row * x.stride + bad->col);
            bad->row += first;
            return true;
        }
    }
    return false;
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
    static const double none[GML_LANE_ROWS] = {0};
    for (size_t input = 0; input < chain->input_count; input++) {
        gml_write_column(lanes->rows, !encoded && input < lanes->count ? slope[input] : none, slopes.dtype,
                         input_at(slopes, chain->first_input + input), slopes.stride);
    }
    if (chain->marked) {
        gml_write_column(lanes->rows, none, slopes.dtype, input_at(slopes, chain->mark), slopes.stride);
    }
}

void gml_preparation_slope_rows(const gml_preparation *preparation, gml_matrix columns, gml_matrix slopes)
{
    visit(preparation, columns, NULL, columns.rows, slopes, slope_chain);
}

void gml_preparation_fold(const gml_preparation *preparation, gml_matrix values, gml_matrix factors, gml_matrix columns)
{
    for (size_t j = 0; j < preparation->columns; j++) {
        gml_fold_inputs(&(gml_fold_call){.rows = values.rows,
                                         .inputs = gml_chain_inputs(&preparation->chains[j]),
                                         .dtype = values.dtype,
                                         .values = values.data,
                                         .factors = factors.data,
                                         .stride = values.stride,
                                         .target_dtype = columns.dtype,
                                         .target = input_at(columns, j),
                                         .target_stride = columns.stride});
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
