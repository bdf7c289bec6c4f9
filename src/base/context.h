/* base/context.h - the context: hooks, messages, memory.
 *
 * kernel/context.c creates contexts, since a context also refers to the kernel tables. */
#ifndef GML_BASE_CONTEXT_H
#define GML_BASE_CONTEXT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/slots.h"
#include "gemmule/context.h"

struct gml_kernels;
struct gml_native_limits;
struct gml_registered;

enum { GML_ALIGNMENT = 64, GML_MAX_THREADS = 1024 };

/* Collects the messages of one thread separately from those of other threads with the same context. */
typedef struct gml_message_scope {
    pthread_t thread;
    char *message; /* [GML_MESSAGE_SIZE] */
    struct gml_message_scope *outer;
} gml_message_scope;

struct gml_context {
    gml_context_options hooks; /* complete: all functions set, except `log` and the optional ones of `files` */
    size_t threads;            /* at least 1 */
    const struct gml_kernels *kernels[2];   /* by dtype: GML_F32, GML_F64 */
    struct gml_registered *registered;      /* custom rows (base/registry.h) */
    const struct gml_native_limits *native; /* which products are native (kernel/product/choose.h) */
    bool blas_merges;                       /* gml_gemm_merges() of kernel/product/gemm.h */
    gml_slots products;                     /* working memory of native products (kernel/product/multiply.h) */
    atomic_flag message_lock;
    gml_message_scope *scopes; /* open scopes, latest first */
    char message[GML_MESSAGE_SIZE];
};

/* Stores the message and returns `status`, for use as `return gml_fail(...)`. Stores nothing if `context` is null.
 * Thread-safe. */
gml_status gml_fail(gml_context *context, gml_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A pointer argument of a public function, and its name. */
typedef struct gml_argument {
    const char *name;
    const void *pointer;
} gml_argument;

/* Fails if an argument of the public function `function` is null. The list ends with an element without a name. Errors:
 * argument. */
gml_status gml_refuse_null(gml_context *context, const char *function, const gml_argument *arguments);

/* Redirects messages of the calling thread to `message` [GML_MESSAGE_SIZE], initially empty, until the close.
 * gml_context_message on that thread returns it. Scopes of one thread can be nested. */
void gml_message_open(gml_context *context, gml_message_scope *scope, char *message);
void gml_message_close(gml_context *context, gml_message_scope *scope);

/* Calls the host's log function, if there is one. */
void gml_log(const gml_context *context, gml_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Allocates count * size bytes through the hook, 64-byte aligned and uninitialized; one byte if the product is 0.
 * Returns null and stores a message if there is no memory or the product overflows. `what` names the memory in the
 * message. */
void *gml_allocate(gml_context *context, size_t count, size_t size, const char *what);

/* Frees memory from gml_allocate; count and size must be the same. Null is allowed. */
void gml_release(gml_context *context, void *pointer, size_t count, size_t size);

/* Copy a string into memory from the hook, and free the copy. */
char *gml_copy_string(gml_context *context, const char *text);
void gml_release_string(gml_context *context, char *text);

/* Begins to read memory of a mapped file that will be used soon, if the host can. */
void gml_read_ahead(const gml_context *context, const void *memory, size_t size);

/* Returns the time of the context's clock in nanoseconds. */
uint64_t gml_now(const gml_context *context);

/* The default hooks (base/hooks.c, base/files.c). */
gml_allocator gml_default_allocator(void);
gml_file_system gml_default_file_system(void);
uint64_t gml_default_clock(void *user);

#endif
