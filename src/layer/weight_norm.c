/* layer/weight_norm.c - what a dense layer gives, divided by the lengths of the weights into each unit, times a gain.
 *
 * In terms of the column norms of kernel/norm/norm.c: mean 0, variance |v|^2. Lengths are found anew by each call, so
 * that whoever changes weights need not know: a pass over them for each panel of rows. */
#include "kernel/matrix/matrix.h"
#include "kernel/norm/norm.h"
#include "layer/layer.h"

enum { GAIN, BIAS };

/* Columns of a piece that is narrow enough for its squares to be kept here; of either type. */
enum { PIECE = 64 };

/* Keeps a unit without weights at its bias; next to other squares it vanishes in rounding. */
static const double NO_LENGTH = 1e-30;

typedef void norm_kernel(const gml_norm_call *call);

static void *at_column(const gml_layer *layer, const void *matrix, size_t col)
{
    return matrix != NULL ? (char *)matrix + col * layer->kernels->size : NULL;
}

/* Runs a kernel on the call's columns, piece by piece; `y` is the outputs or their gradient. */
static void each_piece(const gml_layer_call *call, void *y, norm_kernel *run)
{
    const gml_layer *layer = call->layer, *dense = layer->scaled;
    double squares[PIECE], zeros[PIECE] = {0};
    for (size_t j = call->col, end = call->col + call->cols; j < end; j += PIECE) {
        size_t cols = end - j < PIECE ? end - j : PIECE;
        layer->kernels->matrix->column_lengths(dense->in, cols, dense->out, at_column(layer, dense->weight, j), true,
                                               squares);
        gml_norm_call norm = {.rows = call->rows, .cols = cols, .mean = zeros, .variance = squares, .eps = NO_LENGTH};
        norm.x = at_column(layer, call->x, j);
        norm.x_stride = call->x_stride;
        norm.y = at_column(layer, y, j);
        norm.y_stride = call->y_stride;
        norm.gain = at_column(layer, layer->vectors[GAIN].values, j);
        norm.bias = at_column(layer, layer->vectors[BIAS].values, j);
        norm.gain_sum = at_column(layer, call->partial, layer->vectors[GAIN].offset + j);
        norm.bias_sum = at_column(layer, call->partial, layer->vectors[BIAS].offset + j);
        norm.dx = at_column(layer, call->dx, j);
        norm.dx_stride = call->dx_stride;
        if (call->partial == NULL) { /* any numbers: they are multiplied by 0 samples */
            norm.gain_sum = norm.bias_sum = zeros;
        }
        run(&norm);
    }
}

void gml_weight_norm_forward(const gml_layer_call *call)
{
    each_piece(call, call->y, call->layer->kernels->norm->column_norm);
}

void gml_weight_norm_derive(const gml_layer_call *call)
{
    each_piece(call, call->gradient, call->layer->kernels->norm->column_norm_sums);
}

void gml_weight_norm_propagate(const gml_layer_call *call)
{
    each_piece(call, call->gradient, call->layer->kernels->norm->column_norm_backward);
}

void gml_weight_norm_start(const gml_layer *layer)
{
    const gml_layer *dense = layer->scaled;
    layer->kernels->matrix->column_lengths(dense->in, dense->out, dense->out, dense->weight, false,
                                           layer->vectors[GAIN].values);
}

void gml_weight_norm_project(const gml_layer *dense, size_t col, size_t cols, void *gradient, size_t stride)
{
    const void *weights = at_column(dense, dense->weight, col);
    dense->kernels->matrix->project_columns(dense->in, cols, dense->out, weights, stride, gradient);
}
