/* tests/support/kernel_tables.h - for tests of kernels: each table of this build and processor, and entries as double.
 */
#ifndef GML_TESTS_KERNEL_TABLES_H
#define GML_TESTS_KERNEL_TABLES_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "harness.h"
#include "kernel/random/random.h"

/* Runs a check on every (set, dtype) that runs here. */
static inline void for_each_table(void (*check)(const gml_kernels *kernels))
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        for (size_t i = 0; gml_kernel_set_name(i) != NULL; i++) {
            check(gml_kernels_find((gml_dtype)dtype, gml_kernel_set_name(i)));
        }
    }
}

static inline double get(const gml_kernels *kernels, const void *array, size_t i)
{
    return kernels->dtype == GML_F32 ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

static inline void put(const gml_kernels *kernels, void *array, size_t i, double value)
{
    if (kernels->dtype == GML_F32) {
        ((float *)array)[i] = (float)value;
    } else {
        ((double *)array)[i] = value;
    }
}

/* The value as the table's type holds it. */
static inline double rounded(const gml_kernels *kernels, double value)
{
    return kernels->dtype == GML_F32 ? (double)(float)value : value;
}

/* The distance between 1 and the next number. */
static inline double epsilon(const gml_kernels *kernels)
{
    return kernels->dtype == GML_F32 ? 0x1p-23 : 0x1p-52;
}

/* Memory for `count` entries, every one `fill`; the test frees it. */
static inline void *entries(const gml_kernels *kernels, size_t count, double fill)
{
    void *array = malloc((count + 1) * kernels->size);
    ck_assert_ptr_nonnull(array);
    for (size_t i = 0; i < count; i++) {
        put(kernels, array, i, fill);
    }
    return array;
}

/* The same with normal numbers drawn by the table under a number of one's own. */
static inline void *random_entries(const gml_kernels *kernels, size_t count, uint64_t seed)
{
    void *array = entries(kernels, count, 0);
    gml_fill_call call = {.count = count, .target = array, .stream = {seed, GML_RANDOM_CHECK, 0, 0}, .a = 0, .b = 2};
    kernels->random->fill_normal(&call);
    return array;
}

/* Fails unless |found - wanted| is within `tolerance` epsilons of the greater of |wanted| and 1; NaN wants NaN. */
static inline void assert_near(const gml_kernels *kernels, double found, double wanted, double tolerance,
                               const char *what, size_t i)
{
    double size = fabs(wanted) > 1 ? fabs(wanted) : 1;
    bool fine =
        isnan(wanted) ? isnan(found) : found == wanted || fabs(found - wanted) <= tolerance * epsilon(kernels) * size;
    if (!fine) {
        ck_abort_msg("%s %s, %s, entry %zu: %.17g instead of %.17g", gml_dtype_name(kernels->dtype), kernels->isa, what,
                     i, found, wanted);
    }
}

#endif
