/* kernel/dispatch.c - run-time dispatch: the kernel sets of this build; lookup of tables and rows by name. */
#include <stdbool.h>
#include <string.h>

#include "gemmule/context.h"
#include "kernel/kernel.h"

extern const gml_kernels gml_kernels_f32_baseline, gml_kernels_f64_baseline;
#ifdef GML_KERNELS_X86_64
extern const gml_kernels gml_kernels_f32_v3, gml_kernels_f64_v3, gml_kernels_f32_v4, gml_kernels_f64_v4;
#endif
#ifdef GML_KERNELS_AARCH64
extern const gml_kernels gml_kernels_f32_neon, gml_kernels_f64_neon;
#endif

typedef struct kernel_set {
    const gml_kernels *tables[2]; /* by dtype: GML_F32, GML_F64 */
    bool (*runs_here)(void);
} kernel_set;

static bool runs_anywhere(void)
{
    return true;
}

#ifdef GML_KERNELS_X86_64
/* Every processor with these has the level's other instructions (F16C, LZCNT, MOVBE), which not every compiler can
 * test. */
static bool has_v3(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

static bool has_v4(void)
{
    return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}
#endif

/* Best first. */
static const kernel_set sets[] = {
#ifdef GML_KERNELS_X86_64
    {{&gml_kernels_f32_v4, &gml_kernels_f64_v4}, has_v4},
    {{&gml_kernels_f32_v3, &gml_kernels_f64_v3}, has_v3},
#endif
#ifdef GML_KERNELS_AARCH64
    {{&gml_kernels_f32_neon, &gml_kernels_f64_neon}, runs_anywhere},
#endif
    {{&gml_kernels_f32_baseline, &gml_kernels_f64_baseline}, runs_anywhere},
};

/* Returns set number `index` of those that this processor runs; null past the last. */
static const kernel_set *set_at(size_t index)
{
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (sets[i].runs_here() && index-- == 0) {
            return &sets[i];
        }
    }
    return NULL;
}

const char *gml_kernel_set_name(size_t index)
{
    const kernel_set *set = set_at(index);
    return set != NULL ? set->tables[0]->isa : NULL;
}

const gml_kernels *gml_kernels_find(gml_dtype dtype, const char *isa)
{
    const kernel_set *set = NULL;
    for (size_t i = 0; (dtype == GML_F32 || dtype == GML_F64) && (set = set_at(i)) != NULL; i++) {
        if (isa == NULL || strcmp(isa, set->tables[dtype]->isa) == 0) {
            return set->tables[dtype];
        }
    }
    return NULL;
}

const void *gml_kernels_row(gml_kernel_rows rows, size_t size, const char *name)
{
    for (; *rows != NULL; rows++) {
        const char *row = *rows;
        for (const char *found = NULL; (found = *(const char *const *)(const void *)row) != NULL; row += size) {
            if (strcmp(found, name) == 0) {
                return row;
            }
        }
    }
    return NULL;
}
