/* data/range.c - converts entries piece by piece and reports the first that is not finite. */
#include "data/range.h"

#include <math.h>
#include <string.h>

#include "base/least.h"
#include "base/text.h"
#include "data/field.h"
#include "kernel/data/data.h"
#include "kernel/data/entry.h"

enum { PIECE = 1024, MOST_COLUMNS = 512 }; /* entries converted at a time, on the stack, and how wide */

gml_status gml_dataset_refuse_entry(const gml_dataset *dataset, bool target, const gml_bad_entry *bad,
                                    const char *purpose)
{
    char place[GML_ORIGIN_SIZE], number[GML_NUMBER_SIZE], name[GML_EXCERPT_NAME_SIZE];
    const char *known =
        target ? gml_dataset_target_name_at(dataset, bad->col) : gml_dataset_feature_name(dataset, bad->col);
    gml_excerpt_name(dataset->schema.feature_names != NULL ? known : NULL, name);
    gml_dataset_place(dataset, bad->row, place);
    gml_text_from_double(bad->value, number);
    bool finite = isfinite(bad->value), nan = isnan(bad->value); /* NaN may stand for a text */
    return gml_fail(dataset->context, GML_ERROR_DATA, "%s: %s %zu%s is %s%s%s", place, target ? "target" : "input",
                    bad->col + 1, name, nan ? "not a number" : number,
                    finite ? ", too large for "
                    : nan  ? ""
                           : "; a finite number is needed",
                    finite ? purpose : "");
}

/* How entries are converted before the check. */
typedef struct conversion {
    gml_column_scan columns;
    gml_dtype dtype;             /* f32 or f64 */
    const double *shift, *scale; /* [cols] or null */
} conversion;

/* Samples [row, row + rows) and columns [col, col + cols). */
typedef struct rectangle {
    size_t row, rows, col, cols;
} rectangle;

/* Finds the first entry of a piece that is not finite after conversion; false if there is none. */
static bool find_bad(const gml_dataset *dataset, const conversion *c, rectangle r, gml_bad_entry *bad)
{
    const gml_kernels *kernels = dataset->context->kernels[c->dtype];
    const gml_matrix *m = &c->columns.matrix;
    size_t room[PIECE];
    const size_t *order = gml_selection_rows(&c->columns.chosen, r.row, r.rows, room);
    size_t start = r.col + (order == NULL ? r.row * m->stride : 0);
    union {
        double wide[PIECE];
        float narrow[PIECE];
    } converted;
    kernels->data->gather(&(gml_gather_call){.rows = r.rows,
                                             .cols = r.cols,
                                             .source = (const char *)m->data + start * gml_dtype_size(m->dtype),
                                             .source_dtype = m->dtype,
                                             .source_stride = m->stride,
                                             .order = order,
                                             .shift = c->shift != NULL ? c->shift + r.col : NULL,
                                             .scale = c->scale != NULL ? c->scale + r.col : NULL,
                                             .target = &converted,
                                             .target_stride = r.cols});
    if (c->columns.masked) {
        kernels->data->fill_unknown(r.rows, r.cols, 0, NULL, &converted);
    }
    size_t entry = kernels->data->first_nonfinite(r.rows * r.cols, &converted);
    if (entry == r.rows * r.cols) {
        return false;
    }
    *bad = (gml_bad_entry){.row = r.row + entry / r.cols, .col = r.col + entry % r.cols};
    const size_t row = gml_selection_row(&c->columns.chosen, bad->row);
    bad->value = gml_entry_at(m->dtype, m->data, row * m->stride + bad->col);
    return true;
}

/* The same for the samples first .. first+count-1. */
static bool find_bad_sample(const gml_dataset *dataset, const conversion *c, size_t first, size_t count,
                            gml_bad_entry *bad)
{
    size_t width = c->columns.matrix.cols, end = first + count;
    size_t cols = gml_least(width, MOST_COLUMNS), rows = PIECE / cols;
    for (size_t row = first; row < end; row += rows) {
        for (size_t col = 0; col < width; col += cols) {
            rectangle piece = {row, gml_least(end - row, rows), col, gml_least(width - col, cols)};
            if (find_bad(dataset, c, piece, bad)) {
                return true;
            }
        }
    }
    return false;
}

/* True if the greatest magnitudes are known, and all fit the type. */
static bool is_known_to_fit(const gml_dataset *dataset, gml_dtype dtype)
{
    const double *greatest = dataset->greatest;
    size_t j = 0;
    while (greatest != NULL && j < dataset->inputs.cols &&
           isfinite(dtype == GML_F32 ? (double)(float)greatest[j] : greatest[j])) {
        j++;
    }
    return greatest != NULL && j == dataset->inputs.cols;
}

/* Refuses an input or target that is not finite in this type. */
static gml_status check_matrix(const gml_dataset *dataset, bool target, gml_dtype dtype)
{
    if (!target && is_known_to_fit(dataset, dtype)) {
        return GML_OK;
    }
    const conversion converted = {
        .columns = target ? gml_dataset_targets_scan(dataset) : gml_dataset_inputs_scan(dataset), .dtype = dtype};
    gml_bad_entry bad;
    return find_bad_sample(dataset, &converted, 0, dataset->size, &bad)
               ? gml_dataset_refuse_entry(dataset, target, &bad, "a network in f32")
               : GML_OK;
}

gml_status gml_dataset_check_finite(const gml_dataset *dataset)
{
    const gml_dtype dtype = dataset->inputs.dtype;
    return dtype == GML_U8 ? GML_OK : check_matrix(dataset, false, dtype);
}

bool gml_dataset_find_unfit(const gml_dataset *dataset, const gml_reading *reading, gml_bad_entry *bad)
{
    conversion c = {.columns = gml_dataset_inputs_scan(dataset), .dtype = reading->dtype};
    bool narrows = dataset->inputs.dtype == GML_F64 && c.dtype == GML_F32;
    gml_bad_entry unscaled, scaled;
    bool bad_unscaled =
        (narrows || reading->shift == NULL) && find_bad_sample(dataset, &c, reading->first, reading->count, &unscaled);
    c.shift = reading->shift;
    c.scale = reading->scale;
    bool bad_scaled = c.shift != NULL && find_bad_sample(dataset, &c, reading->first, reading->count, &scaled);
    if (bad_unscaled && bad_scaled) {
        bool earlier = unscaled.row < scaled.row || (unscaled.row == scaled.row && unscaled.col <= scaled.col);
        *bad = earlier ? unscaled : scaled;
    } else if (bad_unscaled || bad_scaled) {
        *bad = bad_unscaled ? unscaled : scaled;
    }
    return bad_unscaled || bad_scaled;
}

gml_status gml_dataset_check_range(const gml_dataset *dataset, gml_dtype dtype, bool inputs)
{
    if (dtype != GML_F32) {
        return GML_OK;
    }
    gml_status status = inputs && dataset->inputs.dtype == GML_F64 ? check_matrix(dataset, false, GML_F32) : GML_OK;
    bool values = dataset->targets.data != NULL && dataset->targets.dtype == GML_F64 &&
                  dataset->schema.task == GML_TASK_REGRESSION;
    return status == GML_OK && values ? check_matrix(dataset, true, GML_F32) : status;
}
