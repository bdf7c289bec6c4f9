/* network/dense.c - products of a dense layer. */
#include "network/dense.h"

void gml_dense_multiply(const gml_network *network, const gml_gemm *call, bool own)
{
    if (own) {
        network->kernels->product(call, NULL);
    } else {
        gml_gemm_run(network->kernels->dtype, call);
    }
}

void gml_dense_forward(const gml_network *network, const gml_dense_forward_call *call)
{
    const gml_layer *layer = call->layer;
    const gml_kernels *kernels = network->kernels;
    const void *bias = layer->bias != NULL ? (const char *)layer->bias + call->col * kernels->size : NULL;

    /* Z [rows x cols] = X [rows x in] W[:, col ..] [in x cols], with b where our own kernel begins its sums with it */
    gml_gemm product = {.m = call->rows, .n = call->cols, .k = layer->in};
    product.a = call->x;
    product.a_stride = call->x_stride;
    product.b = (const char *)layer->weight + call->col * kernels->size;
    product.b_stride = layer->out;
    product.c = call->y;
    product.c_stride = call->y_stride;
    if (call->own) {
        kernels->product(&product, bias);
        bias = NULL;
        if (call->activation->identity) {
            return;
        }
    } else {
        gml_gemm_run(kernels->dtype, &product);
    }

    /* Y = f(Z + b), and f'(Z + b) where it is wanted later */
    gml_forward_call activate = {.rows = call->rows, .cols = call->cols, .stride = call->y_stride};
    activate.z = call->y;
    activate.bias = bias;
    activate.y = call->y;
    activate.slope = call->slope;
    activate.parameters = layer->spec->activation.values;
    call->activation->forward(&activate);
}
