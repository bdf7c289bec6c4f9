/* kernel/context.c - creates contexts: completes or rejects hooks, sets the number of threads, chooses kernels. */
#include "base/context.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gunzip.h"
#include "base/parallel.h"
#include "base/registry.h"
#include "kernel/kernel.h"
#include "kernel/product/blas_core.h"
#include "kernel/product/choose.h"
#include "kernel/product/gemm.h"

/* Receives the error message as long as there is no context. */
typedef struct refusal {
    char *message;
    size_t size;
} refusal;

static gml_status refuse(refusal to, gml_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

static gml_status refuse(refusal to, gml_status status, const char *format, ...)
{
    if (to.message != NULL && to.size > 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(to.message, to.size, format, arguments);
        va_end(arguments);
    }
    return status;
}

/* ---- hooks: complete, or not given ---- */

static gml_status complete_allocator(gml_allocator *allocator, refusal to)
{
    if (allocator->allocate == NULL && allocator->release == NULL) {
        *allocator = gml_default_allocator();
        return GML_OK;
    }
    if (allocator->allocate == NULL || allocator->release == NULL) {
        return refuse(to, GML_ERROR_ARGUMENT, "allocator: `%s` is missing; give both functions or neither",
                      allocator->allocate == NULL ? "allocate" : "release");
    }
    return GML_OK;
}

static gml_status complete_files(gml_file_system *files, refusal to)
{
    const struct {
        const char *name;
        bool given;
    } functions[] = {
        {"open", files->open != NULL},     {"read", files->read != NULL},
        {"write", files->write != NULL},   {"sync", files->sync != NULL},
        {"close", files->close != NULL},   {"rename", files->rename != NULL},
        {"remove", files->remove != NULL}, {"sync_folder", files->sync_folder != NULL},
        {"kind", files->kind != NULL},
    };
    enum { COUNT = sizeof functions / sizeof functions[0] };
    bool mapping = files->stamp != NULL && files->reserve != NULL && files->map != NULL && files->unmap != NULL;
    bool some_mapping = files->stamp != NULL || files->reserve != NULL || files->map != NULL || files->unmap != NULL;
    bool optional = files->resolve != NULL || files->copy_permissions != NULL || files->lock != NULL ||
                    files->unlock != NULL || files->read_some != NULL || files->read_ahead != NULL || some_mapping;
    size_t given = optional;
    const char *missing = NULL;
    for (size_t i = 0; i < COUNT; i++) {
        given += functions[i].given;
        missing = functions[i].given ? missing : functions[i].name;
    }
    if (given == 0) {
        *files = gml_default_file_system();
    } else if (missing != NULL) {
        return refuse(to, GML_ERROR_ARGUMENT, "files: `%s` is missing; give at least the first %d functions or none",
                      missing, COUNT);
    } else if ((files->lock == NULL) != (files->unlock == NULL)) {
        return refuse(to, GML_ERROR_ARGUMENT, "files: `lock` and `unlock` are given together, or neither");
    } else if (some_mapping && !mapping) {
        return refuse(to, GML_ERROR_ARGUMENT,
                      "files: `stamp`, `reserve`, `map` and `unmap` are given together, or none");
    }
    return GML_OK;
}

static gml_status complete_hooks(gml_context_options *hooks, refusal to)
{
    gml_status status = complete_allocator(&hooks->allocator, to);
    if (status == GML_OK) {
        status = complete_files(&hooks->files, to);
    }
    if (hooks->clock == NULL) {
        hooks->clock = gml_default_clock;
    }
    return status;
}

/* ---- threads and kernels ---- */

static gml_status choose_threads(size_t requested, size_t *threads, refusal to)
{
    if (requested > GML_MAX_THREADS) {
        return refuse(to, GML_ERROR_ARGUMENT, "threads: %zu requested, at most %d are possible", requested,
                      GML_MAX_THREADS);
    }
    size_t processors = gml_parallel_processors();
    size_t most = processors < GML_MAX_THREADS ? processors : GML_MAX_THREADS;
    *threads = requested > 0 ? requested : most;
    return GML_OK;
}

static gml_status refuse_isa(refusal to, const char *isa, bool from_environment)
{
    char known[128] = "";
    size_t length = 0;
    const char *name = NULL;
    for (size_t i = 0; (name = gml_kernel_set_name(i)) != NULL && length < sizeof known; i++) {
        length += (size_t)snprintf(known + length, sizeof known - length, "%s%s", i > 0 ? ", " : "", name);
    }
    return refuse(to, GML_ERROR_NAME,
                  "%s: there is no kernel set \"%.64s\" for this build and processor; there are: %s",
                  from_environment ? "GEMMULE_ISA of the environment" : "isa", isa, known);
}

/* Returns the option, or the environment variable if the option is null; null if neither is set. */
static const char *setting(const char *option, const char *variable)
{
    const char *value = option != NULL ? option : getenv(variable);
    return value != NULL && (option != NULL || value[0] != '\0') ? value : NULL;
}

static gml_status choose_kernels(const char *option, const gml_kernels *kernels[2], refusal to)
{
    const char *isa = setting(option, "GEMMULE_ISA");
    kernels[GML_F32] = gml_kernels_find(GML_F32, isa);
    kernels[GML_F64] = gml_kernels_find(GML_F64, isa);
    if (kernels[GML_F32] == NULL || kernels[GML_F64] == NULL) {
        return refuse_isa(to, isa, option == NULL);
    }
    return GML_OK;
}

static gml_status choose_products(const char *option, gml_context *made, refusal to)
{
    const char *products = setting(option, "GEMMULE_PRODUCTS");
    bool blas_only = products != NULL && strcmp(products, "blas") == 0;
    if (products != NULL && !blas_only && strcmp(products, "auto") != 0) {
        return refuse(to, GML_ERROR_NAME, "%s: unknown value \"%.64s\"; known: auto, blas",
                      option == NULL ? "GEMMULE_PRODUCTS of the environment" : "products", products);
    }
    made->native = gml_native_limits_of(made->kernels[GML_F32]->isa, blas_only);
    made->blas_merges = gml_gemm_merges();
    return GML_OK;
}

/* Logs the advice once for each context. */
static void log_advice(const gml_context *context)
{
    gml_log_level level = GML_LOG_INFO;
    const char *advice = gml_blas_advice(&level);
    if (advice != NULL) {
        gml_log(context, level, "%s", advice);
    }
}

/* ---- the context ---- */

gml_status gml_context_create(const gml_context_options *options, gml_context **context, char *message,
                              size_t message_size)
{
    refusal to = {message, message_size};
    if (context == NULL) {
        return refuse(to, GML_ERROR_ARGUMENT, "context: the pointer for the result is null");
    }
    gml_context made = {.threads = 0};
    atomic_flag_clear(&made.message_lock);
    if (options != NULL) {
        made.hooks = *options;
    }
    gml_status status = complete_hooks(&made.hooks, to);
    if (status == GML_OK) {
        status = choose_threads(made.hooks.threads, &made.threads, to);
    }
    if (status == GML_OK) {
        status = choose_kernels(made.hooks.isa, made.kernels, to);
    }
    if (status == GML_OK) {
        status = choose_products(made.hooks.products, &made, to);
    }
    if (status != GML_OK) {
        return status;
    }
    made.hooks.isa = made.hooks.products = NULL; /* the caller owns these strings; not needed from here on */
    const gml_allocator *allocator = &made.hooks.allocator;
    gml_context *place = allocator->allocate(allocator->user, sizeof made, GML_ALIGNMENT);
    if (place == NULL) {
        return refuse(to, GML_ERROR_MEMORY, "context: no memory for %zu bytes", sizeof made);
    }
    *place = made;
    size_t processors = gml_parallel_processors();
    gml_slots_begin(&place->products, NULL, GML_PRODUCT_BYTES, made.threads > processors ? made.threads : processors);
    *context = place;
    log_advice(place);
    return GML_OK;
}

void gml_context_destroy(gml_context *context)
{
    if (context != NULL) {
        gml_registry_clear(context);
        gml_slots_end(context, &context->products);
        gml_allocator allocator = context->hooks.allocator;
        allocator.release(allocator.user, context, sizeof *context);
    }
}

const char *gml_context_isa(const gml_context *context)
{
    return context != NULL ? context->kernels[GML_F32]->isa : NULL;
}

/* ---- the build ---- */

const char *gml_build_feature(size_t index)
{
    switch (index) {
    case 0:
        return gml_parallel_has_openmp() ? "openmp yes" : "openmp no";
    case 1:
        return gml_gunzip_available() ? "zlib yes" : "zlib no";
    case 2:
        return gml_gemm_backend();
    case 3:
        return gml_blas_advice(NULL);
    default:
        return NULL;
    }
}
