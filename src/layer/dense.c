/* layer/dense.c - Y = f(X W + b), by native or BLAS products. */
#include "kernel/product/multiply.h"
#include "layer/layer.h"

static void *at_column(const gml_layer_call *call, void *matrix, size_t col)
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

void gml_dense_forward(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    const void *bias = at_column(call, layer->bias, call->col);

    /* Z [rows x cols] = X [rows x in] W[:, col ..] [in x cols] (+ b in a native product) */
    gml_gemm product = {.m = call->rows, .n = call->cols, .k = layer->in};
    product.a = call->x;
    product.a_stride = call->x_stride;
    product.b = at_column(call, layer->weight, call->col);
    product.b_stride = layer->out;
    product.c = at_column(call, call->y, call->col);
    product.c_stride = call->y_stride;
    if (call->native) {
        gml_multiply(layer->context, layer->kernels, &product, bias);
        bias = NULL;
        if (call->activation->identity) {
            return;
        }
    } else {
        gml_gemm_run(layer->kernels->dtype, &product);
    }

    /* Y = f(Z + b), and f'(Z + b) if it is saved */
    gml_forward_call activate = {.rows = call->rows, .cols = call->cols, .stride = call->y_stride};
    activate.z = product.c;
    activate.bias = bias;
    activate.y = product.c;
    activate.slope = at_column(call, call->saved, call->col);
    activate.parameters = layer->spec->activation.values;
    activate.theta = layer->theta;
    activate.custom = call->activation->custom;
    call->activation->forward(&activate);
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
    call->activation->backward(&back);
}

/* dX [rows x cols] = dZ [rows x out] W[col .., :]^T [out x cols] */
void gml_dense_propagate(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    gml_gemm product = {.m = call->rows, .n = call->cols, .k = layer->out, .b_transposed = true};
    product.a = call->gradient;
    product.a_stride = call->y_stride;
    product.b = at_column(call, layer->weight, call->col * layer->out);
    product.b_stride = layer->out;
    product.c = at_column(call, call->dx, call->col);
    product.c_stride = call->dx_stride;
    gml_dense_multiply(layer, &product, call->native);
}
