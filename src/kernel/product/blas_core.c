/* kernel/product/blas_core.c - OpenBLAS's names for its kernels, and the instructions they use. */
#include "kernel/product/blas_core.h"

#include <pthread.h>
#include <stdio.h>
#include <strings.h>
#if defined __aarch64__ && defined __linux__
#include <sys/prctl.h>
#endif

#include "kernel/product/gemm.h"

/* Builds for several processors name the kernels of aarch64 in lower case. */
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
    {"ARMV8", GML_BLAS_NEON},        {"CORTEXA53", GML_BLAS_NEON},
    {"CORTEXA55", GML_BLAS_NEON},    {"CORTEXA57", GML_BLAS_NEON},
    {"CORTEXA72", GML_BLAS_NEON},    {"CORTEXA73", GML_BLAS_NEON},
    {"CORTEXA76", GML_BLAS_NEON},    {"CORTEXX1", GML_BLAS_NEON},
    {"EMAG8180", GML_BLAS_NEON},     {"FALKOR", GML_BLAS_NEON},
    {"FT2000", GML_BLAS_NEON},       {"NEOVERSEN1", GML_BLAS_NEON},
    {"NEOVERSEN2", GML_BLAS_NEON},   {"THUNDERX", GML_BLAS_NEON},
    {"THUNDERX2T99", GML_BLAS_NEON}, {"THUNDERX3T110", GML_BLAS_NEON},
    {"TSV110", GML_BLAS_NEON},       {"VORTEX", GML_BLAS_NEON},
    {"A64FX", GML_BLAS_SVE},         {"ARMV8SVE", GML_BLAS_SVE},
    {"NEOVERSEV1", GML_BLAS_SVE},    {"NEOVERSEV2", GML_BLAS_SVE},
};

/* By level: the name of the instructions, and the recommended kernels. A version that knows A64FX chooses its kernels;
 * an older one has those of NEOVERSEV1, which take vectors of any length. */
static const char *const instructions[] = {"SSE", "AVX", "AVX2", "AVX-512", "NEON", "long vectors of SVE"};
static const char *const recommended[] = {NULL, "Sandybridge", "Haswell", "SkylakeX", NULL, "NEOVERSEV1"};

static bool is_below(gml_blas_level kernels, gml_blas_level processor)
{
    return kernels < processor && (kernels < GML_BLAS_NEON) == (processor < GML_BLAS_NEON);
}

bool gml_blas_core_advise(const char *core, gml_blas_level processor, gml_log_level *level,
                          char text[GML_BLAS_ADVICE_SIZE])
{
    for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++) {
        if (strcasecmp(cores[i].core, core) != 0 || !is_below(cores[i].level, processor)) {
            continue;
        }
        *level = processor == GML_BLAS_AVX512 && cores[i].level == GML_BLAS_AVX2 ? GML_LOG_INFO : GML_LOG_WARNING;
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
#elif defined __aarch64__ && defined __linux__
    const int sve = prctl(PR_SVE_GET_VL); /* -1 without SVE */
    return sve >= 0 && (sve & PR_SVE_VL_LEN_MASK) > 32 ? GML_BLAS_SVE : GML_BLAS_NEON;
#elif defined __aarch64__
    return GML_BLAS_NEON;
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
