/* bench/peak_loops.c - the loops of one (type, instruction set): chains of multiply-adds, and copies. */
#include "kernel/real.h"
#include "peak.h"

/* ---- multiply-adds ---- */

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32 };
#else
enum { VECTOR_BYTES = 16 };
#endif

/* Enough chains to hide the latency of two FMA units, or of four on aarch64; few enough for the 16 or 32 registers,
 * with the factor and the term. */
#if defined(__aarch64__)
enum { CHAINS = 24 };
#else
enum { CHAINS = 12 };
#endif

enum { LANES = VECTOR_BYTES / sizeof(real) };

typedef real vector __attribute__((vector_size(VECTOR_BYTES)));

static double multiply_add(size_t rounds, double factor, double term)
{
    vector x[CHAINS], a = (vector){0} + (real)factor, b = (vector){0} + (real)term;
#pragma GCC unroll 24
    for (size_t c = 0; c < CHAINS; c++) {
        x[c] = (vector){0} + (real)c;
    }
    for (size_t i = 0; i < rounds; i++) {
#pragma GCC unroll 24
        for (size_t c = 0; c < CHAINS; c++) {
            x[c] = x[c] * a + b;
        }
    }
    double sum = 0;
    for (size_t c = 0; c < CHAINS; c++) {
        for (size_t lane = 0; lane < LANES; lane++) {
            sum += (double)x[c][lane];
        }
    }
    return sum;
}

/* ---- copies ---- */

/* `reads` and `writes` are constants in each caller. A stream that is read but not written is multiplied by zero and
 * added, which costs no more than reading it. */
GML_INLINE void copy_mix(const bench_streams *streams, size_t reads, size_t writes, real zero)
{
    const real *read[BENCH_STREAMS];
    real *write[BENCH_STREAMS];
    for (size_t k = 0; k < BENCH_STREAMS; k++) {
        read[k] = streams->read[k];
        write[k] = streams->write[k];
    }
#pragma omp simd
    for (size_t i = 0; i < streams->count; i++) {
        real rest = reads > writes ? zero * read[writes][i] : 0;
        real first = (reads > 0 ? read[0][i] : zero) + rest;
        real second = reads > 1 ? read[1][i] : first;
        real third = reads > 2 ? read[2][i] : first;
        real fourth = reads > 3 ? read[3][i] : first;
        write[0][i] = first;
        if (writes > 1) {
            write[1][i] = second;
        }
        if (writes > 2) {
            write[2][i] = third;
        }
        if (writes > 3) {
            write[3][i] = fourth;
        }
    }
}

static void copy_u8(const bench_streams *streams)
{
    const uint8_t *read = streams->read[0];
    real *write = streams->write[0];
#pragma omp simd
    for (size_t i = 0; i < streams->count; i++) {
        write[i] = (real)read[i];
    }
}

static void copy_f32(const bench_streams *streams)
{
    const float *read = streams->read[0];
    real *write = streams->write[0];
#pragma omp simd
    for (size_t i = 0; i < streams->count; i++) {
        write[i] = (real)read[i];
    }
}

static void copy_f64(const bench_streams *streams)
{
    const double *read = streams->read[0];
    real *write = streams->write[0];
#pragma omp simd
    for (size_t i = 0; i < streams->count; i++) {
        write[i] = (real)read[i];
    }
}

static void copy_same(const bench_streams *streams, real zero)
{
    switch (10 * streams->reads + streams->writes) {
    case 1:
        copy_mix(streams, 0, 1, zero);
        break;
    case 11:
        copy_mix(streams, 1, 1, zero);
        break;
    case 12:
        copy_mix(streams, 1, 2, zero);
        break;
    case 21:
        copy_mix(streams, 2, 1, zero);
        break;
    case 32:
        copy_mix(streams, 3, 2, zero);
        break;
    default:
        copy_mix(streams, 4, 3, zero);
        break;
    case 54:
        copy_mix(streams, 5, 4, zero);
        break;
    }
}

static void copy(const bench_streams *streams, double zero)
{
    if (streams->source == GML_REAL) {
        copy_same(streams, (real)zero);
    } else if (streams->source == GML_U8) {
        copy_u8(streams);
    } else if (streams->source == GML_F32) {
        copy_f32(streams);
    } else {
        copy_f64(streams);
    }
}

extern const bench_loops GML_VARIANT(bench_loops);

const bench_loops GML_VARIANT(bench_loops) = {
    .isa = GML_ISA,
    .dtype = GML_REAL,
    .multiply_add = multiply_add,
    .flops = 2.0 * CHAINS * LANES,
    .copy = copy,
};
