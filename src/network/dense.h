/* network/dense.h - the three products of a dense layer, each by whoever computes it faster: OpenBLAS, or for small
 * matrices the library's own kernel. */
#ifndef GML_NETWORK_DENSE_H
#define GML_NETWORK_DENSE_H

#include "kernel/gemm.h"
#include "network/network.h"

/* C = op(A) op(B) by the way that gml_plan_own_product names. */
void gml_dense_multiply(const gml_network *network, const gml_gemm *call);

/* Y = f(X W + b) for `rows` rows of X; `activation` is the layer's, or another that stands in for it; `slope` takes
 * f'(X W + b), or is null. Y and the slope share their stride. */
typedef struct gml_dense_forward_call {
    const gml_dense *layer;
    const gml_activation_kernel *activation;
    size_t rows;
    const void *x;
    size_t x_stride;
    void *y, *slope;
    size_t y_stride;
} gml_dense_forward_call;

void gml_dense_forward(const gml_network *network, const gml_dense_forward_call *call);

#endif
