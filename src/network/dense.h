/* network/dense.h - the products of a dense layer, each by whoever computes it faster: OpenBLAS, or for small matrices
 * the library's own kernel, as the plan says (`own`). */
#ifndef GML_NETWORK_DENSE_H
#define GML_NETWORK_DENSE_H

#include "kernel/gemm.h"
#include "network/network.h"

/* C = op(A) op(B) */
void gml_dense_multiply(const gml_network *network, const gml_gemm *call, bool own);

/* Y = f(X W + b) for `rows` rows of X and `cols` columns of W, from `col` on. X and Y point at the first row, Y and the
 * slope at the first column as well. */
typedef struct gml_dense_forward_call {
    const gml_layer *layer;
    const gml_activation_kernel *activation; /* the layer's, or another that stands in for it */
    bool own;
    size_t rows, col, cols;
    const void *x;
    size_t x_stride;
    void *y, *slope; /* slope: f'(X W + b), or null */
    size_t y_stride; /* of both */
} gml_dense_forward_call;

void gml_dense_forward(const gml_network *network, const gml_dense_forward_call *call);

#endif
