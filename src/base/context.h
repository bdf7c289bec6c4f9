/* base/context.h - the inside of a context: hooks, messages, and the two ways to fail.
 *
 * kernel/context.c makes contexts, because a context also names the kernel tables to use. */
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

/* Messages of one thread, kept apart from those of others that work with the same context. */
typedef struct gml_message_scope {
    pthread_t thread;
    char *message; /* [GML_MESSAGE_SIZE] */
    struct gml_message_scope *outer;
} gml_message_scope;

struct gml_context {
    gml_context_options hooks;              /* complete: no null function but `log` */
    size_t threads;                         /* at least 1 */
    const struct gml_kernels *kernels[2];   /* by dtype: GML_F32, GML_F64 */
    struct gml_registered *registered;      /* rows of the user's own (base/registry.h) */
    const struct gml_native_limits *native; /* which products are native (kernel/product/choose.h) */
    gml_slots products;                     /* memory of the library's own products (kernel/product/multiply.h) */
    atomic_flag message_lock;
    gml_message_scope *scopes; /* the open ones, latest first */
    char message[GML_MESSAGE_SIZE];
};

/* Keeps the sentence and returns `status`, so that a failing path reads `return gml_fail(...)`. With a null context
 * nothing is kept. */
gml_status gml_fail(gml_context *context, gml_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A pointer that a public function was given under this name. */
typedef struct gml_argument {
    const char *name;
    const void *pointer;
} gml_argument;

/* Refuses a call of the public function `function` if one of its arguments is null: argument. The list ends with an
 * argument that has no name. */
gml_status gml_refuse_null(gml_context *context, const char *function, const gml_argument *arguments);

/* From here until the close, what fails on the calling thread goes to `message` [GML_MESSAGE_SIZE], which starts empty,
 * and not to the context; gml_context_message on that thread answers it. Scopes of one thread nest. */
void gml_message_open(gml_context *context, gml_message_scope *scope, char *message);
void gml_message_close(gml_context *context, gml_message_scope *scope);

/* Tells the host's log, if it has one. */
void gml_log(const gml_context *context, gml_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* 64-byte aligned memory through the hook, not cleared; null (and the message kept) when there is none or the size
 * overflows. `what` names the thing in the message. A count or size of 0 takes one byte. */
void *gml_allocate(gml_context *context, size_t count, size_t size, const char *what);

/* Gives back what gml_allocate gave for the same count and size. Null is fine. */
void gml_release(gml_context *context, void *pointer, size_t count, size_t size);

/* A copy of a string in hooked memory, and its release. */
char *gml_copy_string(gml_context *context, const char *text);
void gml_release_string(gml_context *context, char *text);

/* Nanoseconds by the context's clock. */
uint64_t gml_now(const gml_context *context);

/* The defaults of the hooks (base/hooks.c). */
gml_allocator gml_default_allocator(void);
gml_file_system gml_default_file_system(void);
uint64_t gml_default_clock(void *user);

#endif
