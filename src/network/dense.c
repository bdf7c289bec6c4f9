/* network/dense.c - products of a dense layer. */
#include "network/dense.h"

#include "network/plan.h"

static void multiply(const gml_network *network, const gml_gemm *call, const void *bias)
{
    if (gml_plan_own_product(network, call)) {
        network->kernels->product(call, bias);
    } else {
        gml_gemm_run(network->kernels->dtype, call);
    }
}

void gml_dense_multiply(const gml_network *network, const gml_gemm *call)
{
    multiply(network, call, NULL);
}

void gml_dense_forward(const gml_network *network, const gml_dense_forward_call *call)
{
    const gml_dense *layer = call->layer;

    /* Z [rows x out] = X [rows x in] W [in x out], with b where our own kernel begins its sums with it */
    gml_gemm product = {.m = call->rows, .n = layer->out, .k = layer->in};
    product.a = call->x;
    product.a_stride = call->x_stride;
    product.b = layer->weight;
    product.b_stride = layer->out;
    product.c = call->y;
    product.c_stride = call->y_stride;
    multiply(network, &product, layer->bias);

    /* Y = f(Z + b), and f'(Z + b) where it is wanted later */
    gml_forward_call activate = {.rows = call->rows, .cols = layer->out, .stride = call->y_stride};
    activate.z = call->y;
    activate.bias = gml_plan_own_product(network, &product) ? NULL : layer->bias;
    activate.y = call->y;
    activate.slope = call->slope;
    activate.parameters = layer->spec->activation.values;
    call->activation->forward(&activate);
}
