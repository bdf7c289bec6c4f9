/* base/context.c - failures with messages, and memory and time through the hooks. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void lock_message(const gml_context *context)
{
    atomic_flag *lock = (atomic_flag *)(uintptr_t)&context->message_lock;
    while (atomic_flag_test_and_set_explicit(lock, memory_order_acquire)) {
    }
}

static void unlock_message(const gml_context *context)
{
    atomic_flag_clear_explicit((atomic_flag *)(uintptr_t)&context->message_lock, memory_order_release);
}

/* Returns the buffer for the calling thread's messages. The caller holds the lock. */
static char *message_place(const gml_context *context)
{
    const gml_message_scope *scope = context->scopes;
    while (scope != NULL && !pthread_equal(scope->thread, pthread_self())) {
        scope = scope->outer;
    }
    return scope != NULL ? scope->message : (char *)(uintptr_t)context->message;
}

void gml_message_open(gml_context *context, gml_message_scope *scope, char *message)
{
    message[0] = '\0';
    lock_message(context);
    *scope = (gml_message_scope){.thread = pthread_self(), .message = message, .outer = context->scopes};
    context->scopes = scope;
    unlock_message(context);
}

void gml_message_close(gml_context *context, gml_message_scope *scope)
{
    lock_message(context);
    gml_message_scope **link = &context->scopes;
    while (*link != scope) {
        link = &(*link)->outer;
    }
    *link = scope->outer;
    unlock_message(context);
}

gml_status gml_fail(gml_context *context, gml_status status, const char *format, ...)
{
    if (context == NULL) {
        return status;
    }
    char message[GML_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    gml_text_format(message, sizeof message, format, arguments);
    va_end(arguments);

    lock_message(context);
    memcpy(message_place(context), message, sizeof message);
    unlock_message(context);
    return status;
}

gml_status gml_refuse_null(gml_context *context, const char *function, const gml_argument *arguments)
{
    for (; arguments->name != NULL; arguments++) {
        if (arguments->pointer == NULL) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "%s: `%s` is null; this argument is needed", function,
                            arguments->name);
        }
    }
    return GML_OK;
}

void gml_log(const gml_context *context, gml_log_level level, const char *format, ...)
{
    if (context->hooks.log == NULL) {
        return;
    }
    char message[GML_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    gml_text_format(message, sizeof message, format, arguments);
    va_end(arguments);
    context->hooks.log(context->hooks.log_user, level, message);
}

const char *gml_context_message(const gml_context *context)
{
    if (context == NULL) {
        return "";
    }
    lock_message(context);
    const char *message = message_place(context);
    unlock_message(context);
    return message;
}

void gml_context_copy_message(const gml_context *context, char *text, size_t size)
{
    if (text == NULL || size == 0) {
        return;
    }
    text[0] = '\0';
    if (context == NULL) {
        return;
    }
    lock_message(context);
    strncpy(text, message_place(context), size - 1);
    unlock_message(context);
    text[size - 1] = '\0';
}

size_t gml_context_threads(const gml_context *context)
{
    return context != NULL ? context->threads : 0;
}

void *gml_allocate(gml_context *context, size_t count, size_t size, const char *what)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        gml_fail(context, GML_ERROR_MEMORY, "%s: %zu times %zu bytes are more than can be counted", what, count, size);
        return NULL;
    }
    void *pointer =
        context->hooks.allocator.allocate(context->hooks.allocator.user, bytes == 0 ? 1 : bytes, GML_ALIGNMENT);
    if (pointer == NULL) {
        gml_fail(context, GML_ERROR_MEMORY, "%s: there is no memory for %zu bytes", what, bytes);
    }
    return pointer;
}

void gml_release(gml_context *context, void *pointer, size_t count, size_t size)
{
    if (pointer != NULL) {
        size_t bytes = count * size;
        context->hooks.allocator.release(context->hooks.allocator.user, pointer, bytes == 0 ? 1 : bytes);
    }
}

char *gml_copy_string(gml_context *context, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = gml_allocate(context, size, 1, "a name");
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

void gml_release_string(gml_context *context, char *text)
{
    if (text != NULL) {
        gml_release(context, text, strlen(text) + 1, 1);
    }
}

void gml_read_ahead(const gml_context *context, const void *memory, size_t size)
{
    const gml_file_system *files = &context->hooks.files;
    if (files->read_ahead != NULL) {
        files->read_ahead(files->user, memory, size);
    }
}

uint64_t gml_now(const gml_context *context)
{
    return context->hooks.clock(context->hooks.clock_user);
}
