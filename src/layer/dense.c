/* layer/dense.c - Y = f(X W + b), by native or BLAS products. */
#include "kernel/product/multiply.h"
#include "layer/layer.h"

static void *at_column(const gml_layer_call *call, const void *matrix, size_t col)
{
    return matrix != NULL ? (char *)matrix + col * call->layer->kernels->size : NULL;
}

void gml_dense_multiply(const gml_layer *layer, const gml_gemm *product, bool native)
{
    if (native) {
        gml_multiply(layer->context, layer->kernels, product, NULL);
    } else {
        gml_gemm_run(layer->kernels->dtype, product);
    }
}

/* ---- members ----
 * A sample is `shares` rows of a product, and there is a product for each matrix of weights. */

/* The first products' operands, and how far those of the next matrix are from them, in entries. */
typedef struct products {
    gml_gemm first;
    size_t a_step, b_step, c_step;
} products;

static void multiply_all(const gml_layer *layer, const products *of, const void *bias, bool native)
{
    const size_t size = layer->kernels->size;
    gml_gemm product = of->first;
    for (size_t i = 0; i < layer->matrices; i++) {
        if (bias != NULL) {
            gml_multiply(layer->context, layer->kernels, &product, bias);
        } else {
            gml_dense_multiply(layer, &product, native);
        }
        product.a = (const char *)product.a + of->a_step * size;
        product.b = (const char *)product.b + of->b_step * size;
        product.c = (char *)product.c + of->c_step * size;
    }
}

/* An activation of whole rows takes those of each member, after the bias is added to the rows of all. */
static void activate_members(const gml_layer_call *call, gml_forward_call activate)
{
    const gml_layer *layer = call->layer;
    if (activate.bias != NULL) {
        gml_forward_call shift = {.rows = activate.rows, .cols = activate.cols, .stride = activate.stride};
        shift.z = activate.z;
        shift.y = activate.y;
        shift.bias = activate.bias;
        gml_kernels_activation(layer->kernels, "identity")->forward(&shift);
        activate.z = activate.y;
    }
    activate.bias = NULL;
    activate.rows *= layer->members;
    activate.cols /= layer->members;
    activate.stride /= layer->members;
    call->activation->forward(&activate);
}

static void derive_members(const gml_layer_call *call, gml_backward_call back)
{
    const gml_layer *layer = call->layer;
    gml_backward_call sums = {.rows = back.rows, .cols = back.cols, .stride = back.stride};
    sums.gradient = back.gradient;
    sums.saved = back.saved;
    sums.bias_gradient = back.bias_gradient;
    back.bias_gradient = NULL;
    back.rows *= layer->members;
    back.cols /= layer->members;
    back.stride /= layer->members;
    call->activation->backward(&back);
    if (sums.bias_gradient != NULL) {
        gml_kernels_activation(layer->kernels, "identity")->backward(&sums);
    }
}

static bool takes_members(const gml_layer_call *call)
{
    return call->layer->members > 1 && call->activation->whole_rows;
}

/* ---- the layer ---- */

void gml_activate(const gml_layer_call *call, const void *z, const void *bias)
{
    gml_forward_call activate = {.rows = call->rows, .cols = call->cols, .stride = call->y_stride};
    activate.z = at_column(call, z, call->col);
    activate.y = at_column(call, call->y, call->col);
    activate.bias = bias;
    activate.slope = at_column(call, call->saved, call->col);
    activate.parameters = call->layer->spec->activation.values;
    activate.theta = call->layer->theta;
    activate.custom = call->activation->custom;
    if (takes_members(call)) {
        activate_members(call, activate);
    } else {
        call->activation->forward(&activate);
    }
}

void gml_dense_forward(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    const void *bias = at_column(call, layer->bias, call->col);
    bool joined = call->native && layer->members == 1;

    /* Z [rows x cols] = X [rows x in] W[:, col ..] [in x cols] (+ b in a native product), for each matrix */
    const size_t in = layer->in / layer->members, cols = call->cols / layer->members;
    products of = {.first = {.m = call->rows * layer->shares, .n = cols, .k = in},
                   .a_step = in,
                   .b_step = in * layer->weight_cols,
                   .c_step = cols};
    of.first.a = call->x;
    of.first.a_stride = call->x_stride / layer->shares;
    of.first.b = at_column(call, layer->weight, call->col);
    of.first.b_stride = layer->weight_cols;
    of.first.c = at_column(call, call->y, call->col);
    of.first.c_stride = call->y_stride / layer->shares;
    multiply_all(layer, &of, joined ? bias : NULL, call->native);
    bias = joined ? NULL : bias;

    /* Y = f(Z + b), and f'(Z + b) if it is saved */
    if (bias != NULL || !call->activation->identity) {
        gml_activate(call, call->y, bias);
    }
}

/* dZ = dY f'(Z), and the panel's part of db = sum of dZ over the rows */
void gml_dense_derive(const gml_layer_call *call)
{
    gml_backward_call back = {.rows = call->rows, .cols = call->cols, .stride = call->y_stride};
    back.gradient = at_column(call, call->gradient, call->col);
    back.saved = at_column(call, call->saved != NULL ? call->saved : call->y, call->col);
    back.bias_gradient = call->layer->bias != NULL ? at_column(call, call->partial, call->col) : NULL;
    back.parameters = call->layer->spec->activation.values;
    if (call->layer->theta.count > 0) {
        back.theta = call->layer->theta;
        back.theta_gradient =
            at_column(call, call->partial, call->layer->vectors[call->layer->vector_count - 1].offset);
    }
    if (takes_members(call)) {
        derive_members(call, back);
    } else {
        call->activation->backward(&back);
    }
}

/* dX [rows x cols] = dZ [rows x out] W[col .., :]^T [out x cols], for each matrix */
void gml_dense_propagate(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    const size_t cols = call->cols / layer->members, out = layer->weight_cols;
    products of = {.first = {.m = call->rows * layer->shares, .n = cols, .k = out, .b_transposed = true},
                   .a_step = out,
                   .b_step = cols * out,
                   .c_step = cols};
    of.first.a = call->gradient;
    of.first.a_stride = call->y_stride / layer->shares;
    of.first.b = at_column(call, layer->weight, call->col * out);
    of.first.b_stride = out;
    of.first.c = at_column(call, call->dx, call->col);
    of.first.c_stride = call->dx_stride / layer->shares;
    multiply_all(layer, &of, NULL, call->native);
}
