/* kernel/product/blas_core.c - OpenBLAS's names for its kernels on x86-64, and the instructions they use. */
#include "kernel/product/blas_core.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "kernel/product/gemm.h"

static const struct {
    const char *core;
    gml_blas_level level;
} cores[] = {
    {"Katmai", GML_BLAS_SSE},        {"Coppermine", GML_BLAS_SSE},
    {"Northwood", GML_BLAS_SSE},     {"Prescott", GML_BLAS_SSE},
    {"Banias", GML_BLAS_SSE},        {"Atom", GML_BLAS_SSE},
    {"Core2", GML_BLAS_SSE},         {"Penryn", GML_BLAS_SSE},
    {"Dunnington", GML_BLAS_SSE},    {"Nehalem", GML_BLAS_SSE},
    {"Athlon", GML_BLAS_SSE},        {"Opteron", GML_BLAS_SSE},
    {"Opteron(SSE3)", GML_BLAS_SSE}, {"Barcelona", GML_BLAS_SSE},
    {"Bobcat", GML_BLAS_SSE},        {"Nano", GML_BLAS_SSE},
    {"Sandybridge", GML_BLAS_AVX},   {"Bulldozer", GML_BLAS_AVX},
    {"Piledriver", GML_BLAS_AVX},    {"Steamroller", GML_BLAS_AVX},
    {"Excavator", GML_BLAS_AVX2},    {"Haswell", GML_BLAS_AVX2},
    {"Zen", GML_BLAS_AVX2},          {"SkylakeX", GML_BLAS_AVX512},
    {"Cooperlake", GML_BLAS_AVX512}, {"SapphireRapids", GML_BLAS_AVX512},
};

/* By level: the name of the instructions, and the recommended kernels. */
static const char *const instructions[] = {"SSE", "AVX", "AVX2", "AVX-512"};
static const char *const recommended[] = {NULL, "Sandybridge", "Haswell", "SkylakeX"};

bool gml_blas_core_advise(const char *core, gml_blas_level processor, gml_log_level *level,
                          char text[GML_BLAS_ADVICE_SIZE])
{
    for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++) {
        if (strcmp(cores[i].core, core) != 0 || cores[i].level >= processor) {
            continue;
        }
        *level = cores[i].level + 1 < processor || processor < GML_BLAS_AVX512 ? GML_LOG_WARNING : GML_LOG_INFO;
        snprintf(text, GML_BLAS_ADVICE_SIZE,
                 "OpenBLAS runs its kernels for %s, which use %s; this processor has %s: OPENBLAS_CORETYPE=%s in the "
                 "environment makes its products faster",
                 core, instructions[cores[i].level], instructions[processor], recommended[processor]);
        return true;
    }
    return false;
}

gml_blas_level gml_blas_level_here(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
        return GML_BLAS_AVX512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return GML_BLAS_AVX2;
    }
    return __builtin_cpu_supports("avx") ? GML_BLAS_AVX : GML_BLAS_SSE;
#else
    return GML_BLAS_SSE;
#endif
}

/* Computed once: OpenBLAS does not change its kernels while a process runs. */
static struct {
    bool given;
    gml_log_level level;
    char text[GML_BLAS_ADVICE_SIZE];
} advice;

static void find_advice(void)
{
    advice.given = gml_blas_core_advise(gml_gemm_core(), gml_blas_level_here(), &advice.level, advice.text);
}

const char *gml_blas_advice(gml_log_level *level)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_advice);
    if (advice.given && level != NULL) {
        *level = advice.level;
    }
    return advice.given ? advice.text : NULL;
}
