/* kernel/product/multiply.c - working memory for native products. */
#include "kernel/product/multiply.h"

/* A smaller B fits the buffer on the stack. For layers narrower than GML_MULTIPLY_LEAST_ROWS, either A has fewer rows,
 * or B is this small. */
enum { LEAST_DEPTH = 32, LEAST_BYTES = 8 * 1024 };

void gml_multiply_reserve(gml_context *context, size_t threads, size_t widest)
{
    if (widest >= GML_MULTIPLY_LEAST_ROWS) {
        gml_slots_reserve(context, &context->products, threads);
    }
}

/* True if the product packs or transposes B or skips zeros (kernel/product/product.c). */
static bool needs_memory(const gml_kernels *kernels, const gml_gemm *call)
{
    return call->k > LEAST_DEPTH || call->k * call->n * kernels->size > LEAST_BYTES;
}

void gml_multiply_with_memory(gml_context *context, const gml_kernels *kernels, const gml_gemm *call, const void *bias)
{
    gml_slot *slot = needs_memory(kernels, call) ? gml_slot_try(context, &context->products) : NULL;
    if (slot == NULL) {
        kernels->product->run(call, bias);
        return;
    }
    gml_gemm product = *call;
    product.memory = slot->memory;
    kernels->product->run(&product, bias);
    gml_slot_give_back(slot);
}
