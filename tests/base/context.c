/* tests/base/context.c - contexts: hooks taken whole, threads counted, kernel sets by name, refusals with a sentence.
 */
#include "base/context.h"
#include "harness.h"
#include "kernel/product/blas_core.h"
#include "kernel/product/choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Creates with these options, which must be refused with a sentence that contains `words`. */
static void refuse(const gml_context_options *options, gml_status expected, const char *words)
{
    gml_context *context = NULL;
    char message[256] = "";
    ck_assert_int_eq(gml_context_create(options, &context, message, sizeof message), expected);
    ck_assert_ptr_null(context);
    ck_assert_msg(strstr(message, words) != NULL, "\"%s\" is not in: %s", words, message);
    ck_assert_int_eq(gml_context_create(options, &context, NULL, 0), expected);
}

/* ---- an allocator that counts ---- */

typedef struct meter {
    size_t taken, given_back;
    int broken;
} meter;

static void *metered_allocate(void *user, size_t size, size_t alignment)
{
    meter *counted = user;
    void *pointer = NULL;
    if (counted->broken || posix_memalign(&pointer, alignment, size) != 0) {
        return NULL;
    }
    counted->taken += size;
    return pointer;
}

static void metered_release(void *user, void *pointer, size_t size)
{
    ((meter *)user)->given_back += size;
    free(pointer);
}

static gml_path_kind any_kind(void *user, const char *path)
{
    (void)user, (void)path;
    return GML_PATH_NONE;
}

static int any_resolve(void *user, const char *path, char *resolved, size_t capacity)
{
    (void)user, (void)path, (void)resolved, (void)capacity;
    return 0;
}

static void any_unlock(void *user, void *lock)
{
    (void)user, (void)lock;
}

TEST(null_options_mean_the_best_kernel_set_and_at_least_one_thread)
{
    unsetenv("GEMMULE_ISA");
    gml_context *context = NULL;
    ck_assert_int_eq(gml_context_create(NULL, &context, NULL, 0), GML_OK);
    ck_assert_str_eq(gml_context_isa(context), gml_kernel_set_name(0));
    ck_assert_uint_ge(gml_context_threads(context), 1);
    ck_assert_str_eq(gml_context_message(context), "");
    gml_context_destroy(context);
    gml_context_destroy(NULL);
}

TEST(every_kernel_set_can_be_chosen_by_option_and_by_environment)
{
    size_t count = 0;
    for (; gml_kernel_set_name(count) != NULL; count++) {
        const char *name = gml_kernel_set_name(count);
        gml_context_options options = {.isa = name};
        gml_context *context = NULL;
        setenv("GEMMULE_ISA", "nonsense", 1); /* the option goes before it */
        ck_assert_int_eq(gml_context_create(&options, &context, NULL, 0), GML_OK);
        ck_assert_str_eq(gml_context_isa(context), name);
        gml_context_destroy(context);
        setenv("GEMMULE_ISA", name, 1);
        ck_assert_int_eq(gml_context_create(NULL, &context, NULL, 0), GML_OK);
        ck_assert_str_eq(gml_context_isa(context), name);
        gml_context_destroy(context);
    }
    ck_assert_str_eq(gml_kernel_set_name(count - 1), "baseline");
    setenv("GEMMULE_ISA", "", 1);
    gml_context *context = NULL;
    ck_assert_int_eq(gml_context_create(NULL, &context, NULL, 0), GML_OK);
    gml_context_destroy(context);
    unsetenv("GEMMULE_ISA");
}

TEST(an_unknown_kernel_set_is_refused_with_those_there_are)
{
    unsetenv("GEMMULE_ISA");
    refuse(&(gml_context_options){.isa = "sse9"}, GML_ERROR_NAME, "\"sse9\"");
    refuse(&(gml_context_options){.isa = "sse9"}, GML_ERROR_NAME, "baseline");
    setenv("GEMMULE_ISA", "sse9", 1);
    refuse(NULL, GML_ERROR_NAME, "GEMMULE_ISA");
    unsetenv("GEMMULE_ISA");
}

static void assert_blas_only(const gml_context_options *options, bool wanted)
{
    gml_context *context = NULL;
    ck_assert_int_eq(gml_context_create(options, &context, NULL, 0), GML_OK);
    const gml_gemm one = {.m = 1, .n = 1, .k = 1};
    ck_assert(gml_product_is_native(context, sizeof(float), &one) != wanted);
    gml_context_destroy(context);
}

TEST(who_multiplies_is_chosen_by_option_and_by_environment)
{
    unsetenv("GEMMULE_PRODUCTS");
    assert_blas_only(NULL, false);
    assert_blas_only(&(gml_context_options){.products = "blas"}, true);
    setenv("GEMMULE_PRODUCTS", "blas", 1);
    assert_blas_only(NULL, true);
    assert_blas_only(&(gml_context_options){.products = "auto"}, false);
    setenv("GEMMULE_PRODUCTS", "abacus", 1);
    refuse(NULL, GML_ERROR_NAME, "GEMMULE_PRODUCTS of the environment: unknown value \"abacus\"");
    unsetenv("GEMMULE_PRODUCTS");
    refuse(&(gml_context_options){.products = "abacus"}, GML_ERROR_NAME, "auto, blas");
}

TEST(threads_are_taken_as_given_up_to_1024)
{
    gml_context_options options = {.threads = 1024};
    gml_context *context = NULL;
    ck_assert_int_eq(gml_context_create(&options, &context, NULL, 0), GML_OK);
    ck_assert_uint_eq(gml_context_threads(context), 1024);
    gml_context_destroy(context);
    refuse(&(gml_context_options){.threads = 1025}, GML_ERROR_ARGUMENT, "1025");
}

TEST(half_filled_hooks_are_refused_by_name)
{
    refuse(&(gml_context_options){.allocator = {.allocate = metered_allocate}}, GML_ERROR_ARGUMENT, "`release`");
    refuse(&(gml_context_options){.allocator = {.release = metered_release}}, GML_ERROR_ARGUMENT, "`allocate`");
    refuse(&(gml_context_options){.files = {.kind = any_kind}}, GML_ERROR_ARGUMENT, "is missing");
    refuse(&(gml_context_options){.files = {.resolve = any_resolve}}, GML_ERROR_ARGUMENT, "is missing");
    refuse(&(gml_context_options){.files = {.unlock = any_unlock}}, GML_ERROR_ARGUMENT, "is missing");
    gml_context_options locked = {.files = gml_default_file_system()};
    locked.files.unlock = NULL;
    refuse(&locked, GML_ERROR_ARGUMENT, "`lock` and `unlock`");
    gml_context_options mapped = {.files = gml_default_file_system()};
    mapped.files.unmap = NULL;
    refuse(&mapped, GML_ERROR_ARGUMENT, "`stamp`, `reserve`, `map` and `unmap`");
    char message[64] = "";
    ck_assert_int_eq(gml_context_create(NULL, NULL, message, sizeof message), GML_ERROR_ARGUMENT);
}

TEST(a_context_lives_in_its_own_allocator_and_leaves_nothing)
{
    meter counted = {0};
    gml_context_options options = {
        .allocator = {.user = &counted, .allocate = metered_allocate, .release = metered_release}};
    gml_context *context = NULL;
    ck_assert_int_eq(gml_context_create(&options, &context, NULL, 0), GML_OK);
    ck_assert_uint_gt(counted.taken, 0);
    gml_context_destroy(context);
    ck_assert_uint_eq(counted.taken, counted.given_back);
    counted.broken = 1;
    refuse(&options, GML_ERROR_MEMORY, "no memory");
}

TEST(the_build_says_what_it_has)
{
    const char *const words[] = {"openmp ", "zlib ", "OpenBLAS", "OPENBLAS_CORETYPE"};
    size_t count = 0;
    for (; gml_build_feature(count) != NULL; count++) {
        ck_assert_ptr_nonnull(strstr(gml_build_feature(count), words[count]));
    }
    ck_assert_uint_eq(count, gml_blas_advice(NULL) != NULL ? 4 : 3);
}

/* ---- OpenBLAS's kernels ---- */

static void assert_advice(const char *core, gml_blas_level processor, gml_log_level expected, const char *remedy)
{
    gml_log_level level = GML_LOG_DEBUG;
    char text[GML_BLAS_ADVICE_SIZE] = "";
    ck_assert_msg(gml_blas_core_advise(core, processor, &level, text), "no advice about %s", core);
    ck_assert_int_eq(level, expected);
    ck_assert_msg(strstr(text, core) != NULL && strstr(text, remedy) != NULL, "%s, %s: %s", core, remedy, text);
}

TEST(kernels_of_openblas_far_below_the_processor_are_told_with_the_remedy)
{
    assert_advice("Prescott", GML_BLAS_AVX512, GML_LOG_WARNING, "OPENBLAS_CORETYPE=SkylakeX");
    assert_advice("Sandybridge", GML_BLAS_AVX512, GML_LOG_WARNING, "OPENBLAS_CORETYPE=SkylakeX");
    assert_advice("Haswell", GML_BLAS_AVX512, GML_LOG_INFO, "OPENBLAS_CORETYPE=SkylakeX");
    assert_advice("Nehalem", GML_BLAS_AVX2, GML_LOG_WARNING, "OPENBLAS_CORETYPE=Haswell");
    assert_advice("Sandybridge", GML_BLAS_AVX2, GML_LOG_WARNING, "OPENBLAS_CORETYPE=Haswell");
    assert_advice("Prescott", GML_BLAS_AVX, GML_LOG_WARNING, "OPENBLAS_CORETYPE=Sandybridge");
    gml_log_level level;
    char text[GML_BLAS_ADVICE_SIZE];
    ck_assert(!gml_blas_core_advise("SkylakeX", GML_BLAS_AVX512, &level, text));
    ck_assert(!gml_blas_core_advise("Zen", GML_BLAS_AVX2, &level, text));
    ck_assert(!gml_blas_core_advise("armv8", GML_BLAS_AVX512, &level, text));
}

TEST(kernels_of_openblas_for_neon_are_told_where_vectors_of_sve_are_long)
{
    assert_advice("armv8", GML_BLAS_SVE, GML_LOG_WARNING, "OPENBLAS_CORETYPE=NEOVERSEV1");
    assert_advice("NEOVERSEN1", GML_BLAS_SVE, GML_LOG_WARNING, "OPENBLAS_CORETYPE=NEOVERSEV1");
    gml_log_level level;
    char text[GML_BLAS_ADVICE_SIZE];
    ck_assert(!gml_blas_core_advise("armv8", GML_BLAS_NEON, &level, text));
    ck_assert(!gml_blas_core_advise("neoversev1", GML_BLAS_SVE, &level, text));
    ck_assert(!gml_blas_core_advise("a64fx", GML_BLAS_SVE, &level, text));
    ck_assert(!gml_blas_core_advise("neoversev1", GML_BLAS_NEON, &level, text));
    ck_assert(!gml_blas_core_advise("Prescott", GML_BLAS_SVE, &level, text));
}

typedef struct heard {
    size_t lines;
    gml_log_level level;
    char text[GML_MESSAGE_SIZE];
} heard;

static void hear(void *user, gml_log_level level, const char *message)
{
    heard *all = user;
    all->lines++;
    all->level = level;
    snprintf(all->text, sizeof all->text, "%s", message);
}

/* In one run of this test OPENBLAS_CORETYPE is Prescott (tests/meson.build). */
TEST(the_log_hears_of_them_as_a_context_is_made)
{
    const char *forced = getenv("OPENBLAS_CORETYPE");
    bool old = forced != NULL && strcmp(forced, "Prescott") == 0 && strcmp(gml_gemm_core(), "Prescott") == 0;
    heard all = {0};
    gml_context_options options = {.log = hear, .log_user = &all};
    gml_context *context = NULL;
    ck_assert_int_eq(gml_context_create(&options, &context, NULL, 0), GML_OK);
    ck_assert_uint_eq(all.lines, gml_blas_advice(NULL) != NULL ? 1 : 0);
    if (old && gml_blas_level_here() > GML_BLAS_SSE) {
        ck_assert_uint_eq(all.lines, 1);
        ck_assert_int_eq(all.level, GML_LOG_WARNING);
        ck_assert_msg(strstr(all.text, "Prescott") != NULL, "%s", all.text);
        ck_assert_str_eq(gml_build_feature(3), all.text);
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("context", 60);
}
