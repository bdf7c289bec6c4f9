/* data/range.c - doubles are converted piece by piece, and what becomes infinite is named. */
#include "data/range.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/place.h"
#include "kernel/kernel.h"

enum { PIECE = 2048, MOST_COLUMNS = 512 }; /* entries converted at a time, on the stack, and how wide */

gml_status gml_dataset_refuse_entry(const gml_dataset *dataset, bool target, const gml_bad_entry *bad,
                                    const char *purpose)
{
    char place[GML_ORIGIN_SIZE], number[GML_NUMBER_SIZE], name[GML_EXCERPT_SIZE] = "";
    const char *known = target ? gml_dataset_target_name(dataset) : gml_dataset_feature_name(dataset, bad->col);
    bool named = known != NULL && known[0] != '\0' && dataset->schema.feature_names != NULL;
    if (named) {
        gml_excerpt(known, strlen(known), name);
    }
    gml_dataset_place(dataset, bad->row, place);
    gml_text_from_double(bad->value, number);
    bool finite = isfinite(bad->value);
    return gml_fail(dataset->context, GML_ERROR_DATA, "%s: %s %zu%s%s%s is %s%s%s", place, target ? "target" : "input",
                    bad->col + 1, named ? " (" : "", name, named ? ")" : "", number,
                    finite ? ", too large for " : "; a finite number is needed", finite ? purpose : "");
}

/* Rows [row, row + rows) and columns [col, col + cols) of a matrix of f64. */
typedef struct rectangle {
    size_t row, rows, col, cols;
} rectangle;

/* The first entry of a piece that is not finite in f32; false if there is none. */
static bool find_bad(const gml_dataset *dataset, const gml_matrix *m, rectangle r, bool masked, gml_bad_entry *bad)
{
    const gml_kernels *kernels = dataset->context->kernels[GML_F32];
    const double *source = (const double *)m->data + r.col;
    const size_t *order = dataset->order != NULL ? dataset->order + r.row : NULL;
    float converted[PIECE];
    source += order == NULL ? r.row * m->stride : 0;
    kernels->gather(&(gml_gather_call){.rows = r.rows,
                                       .cols = r.cols,
                                       .source = source,
                                       .source_dtype = GML_F64,
                                       .source_stride = m->stride,
                                       .order = order,
                                       .target = converted,
                                       .target_stride = r.cols});
    if (masked) {
        kernels->fill_unknown(r.rows, r.cols, 0, NULL, converted);
    }
    size_t entry = kernels->first_nonfinite(r.rows * r.cols, converted);
    if (entry == r.rows * r.cols) {
        return false;
    }
    size_t row = entry / r.cols, col = entry % r.cols;
    double value = source[(order != NULL ? order[row] : row) * m->stride + col];
    *bad = (gml_bad_entry){.row = r.row + row, .col = r.col + col, .value = value};
    return true;
}

static gml_status check_matrix(const gml_dataset *dataset, bool target)
{
    const gml_matrix *m = target ? &dataset->targets : &dataset->inputs;
    size_t cols = m->cols < MOST_COLUMNS ? m->cols : MOST_COLUMNS, rows = PIECE / cols;
    for (size_t row = 0; row < dataset->size; row += rows) {
        for (size_t col = 0; col < m->cols; col += cols) {
            rectangle piece = {.row = row, .rows = rows, .col = col, .cols = cols};
            piece.rows = dataset->size - row < rows ? dataset->size - row : rows;
            piece.cols = m->cols - col < cols ? m->cols - col : cols;
            gml_bad_entry bad;
            if (find_bad(dataset, m, piece, target && dataset->masked, &bad)) {
                return gml_dataset_refuse_entry(dataset, target, &bad, "a network in f32");
            }
        }
    }
    return GML_OK;
}

gml_status gml_dataset_check_range(const gml_dataset *dataset, gml_dtype dtype)
{
    if (dtype != GML_F32) {
        return GML_OK;
    }
    gml_status status = dataset->inputs.dtype == GML_F64 ? check_matrix(dataset, false) : GML_OK;
    bool values = dataset->targets.data != NULL && dataset->targets.dtype == GML_F64 &&
                  dataset->schema.task == GML_TASK_REGRESSION;
    return status == GML_OK && values ? check_matrix(dataset, true) : status;
}
