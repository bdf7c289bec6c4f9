/* engine/cost.c - rates, measured, and the sizes of caches, asked for. */
#include "engine/cost.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "gemmule/context.h"

enum { LEAST_CACHE = 256 * 1024, USUAL_CACHE = 1024 * 1024, GREATEST_CACHE = 2 * 1024 * 1024 };

/* Flops a nanosecond in float; double has half. OpenBLAS takes what the processor has, whatever our own kernels use. */
typedef struct rate {
    const char *isa;
    double own, blas;
} rate;

static const rate RATES[] = {{"x86-64-v4", 235, 215}, {"x86-64-v3", 105, 115}, {"baseline", 10, 42}};
enum { RATE_COUNT = sizeof RATES / sizeof RATES[0] };

/* Nanoseconds: of a call of OpenBLAS and of our own, of an entry that OpenBLAS packs or that ours transposes, of a
 * barrier. */
static const double BLAS_CALL = 150, OWN_CALL = 30, PACKED_ENTRY = 0.2, TRANSPOSED_ENTRY = 0.06, BARRIER = 1500;

/* Bytes of a vector: columns left over from whole ones cost as much as one. */
enum { VECTOR_BYTES = 64 };

/* Bytes a nanosecond that elementwise work reads and writes, from the second-level cache. */
static const double ELEMENT_BYTES = 60;

static size_t system_cache(void)
{
    long found = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
    found = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    return found > 0 ? (size_t)found : USUAL_CACHE;
}

size_t gml_cost_cache(void)
{
    const char *given = getenv("GEMMULE_CACHE");
    size_t size = 0;
    if (given == NULL || !gml_text_to_size(given, strlen(given), &size)) {
        size = system_cache();
    }
    size_t power = LEAST_CACHE;
    while (power < GREATEST_CACHE && 2 * power <= size) {
        power *= 2;
    }
    return power;
}

static const rate *rate_of(const char *isa)
{
    for (size_t i = 0; i + 1 < RATE_COUNT; i++) {
        if (strcmp(RATES[i].isa, isa) == 0) {
            return &RATES[i];
        }
    }
    return &RATES[RATE_COUNT - 1];
}

static size_t whole_vectors(const gml_kernels *kernels, size_t cols)
{
    size_t lanes = VECTOR_BYTES / kernels->size;
    return (cols + lanes - 1) / lanes * lanes;
}

double gml_cost_product(const gml_kernels *kernels, const gml_gemm *product, bool own)
{
    double m = (double)product->m, n = (double)whole_vectors(kernels, product->n), k = (double)product->k;
    double width = kernels->dtype == GML_F64 ? 2 : 1;
    const rate *ours = rate_of(kernels->isa), *best = rate_of(gml_kernel_set_name(0));
    if (own) {
        double transposed = product->b_transposed ? n * k : 0;
        return (OWN_CALL + TRANSPOSED_ENTRY * transposed + 2 * m * n * k * width / ours->own) * 1e-9;
    }
    double packed = gml_gemm_is_small(product->m, product->n, product->k) ? 0 : (m + n) * k;
    return (BLAS_CALL + PACKED_ENTRY * width * packed + 2 * m * n * k * width / best->blas) * 1e-9;
}

double gml_cost_elements(double bytes)
{
    return bytes / ELEMENT_BYTES * 1e-9;
}

double gml_cost_barrier(size_t threads)
{
    return threads > 1 ? BARRIER * 1e-9 : 0;
}
