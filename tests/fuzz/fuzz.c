/* tests/fuzz/fuzz.c - a context with files in memory and counted memory, and the checks of fuzz targets. */
#include "fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"

enum { MOST_FILES = 8, NAME_SIZE = 128 };

typedef struct memory_file {
    char name[NAME_SIZE]; /* "" where the slot is free */
    uint8_t *data;
    size_t size, capacity;
    size_t position; /* of the one reader or writer */
    bool open;
} memory_file;

static memory_file files[MOST_FILES];
static gml_context *context;
static size_t live_bytes, limit_bytes, live_at_begin;
static size_t refused_bytes; /* of the first request beyond the limit; 0: none */

/* ---- checks ---- */

void fuzz_check(bool holds, const char *promise)
{
    if (!holds) {
        dprintf(STDERR_FILENO, "fuzz: broken promise: %s (message: \"%s\")\n", promise, gml_context_message(context));
        abort();
    }
}

bool fuzz_status(gml_status status, const gml_status *allowed, size_t count)
{
    if (status == GML_OK) {
        return true;
    }
    bool documented = false;
    for (size_t i = 0; i < count; i++) {
        documented = documented || allowed[i] == status;
    }
    fuzz_check(documented || refused_bytes > 0, gml_status_name(status));
    fuzz_check(gml_context_message(context)[0] != '\0', "a failure leaves a message");
    return false;
}

void fuzz_ok(gml_status status)
{
    fuzz_check(status == GML_OK || refused_bytes > 0, "what was read can be used");
}

/* ---- memory ---- */

static void *allocate(void *user, size_t size, size_t alignment)
{
    (void)user;
    if (live_bytes + size > limit_bytes || live_bytes + size < size) {
        refused_bytes = refused_bytes == 0 ? size : refused_bytes;
        return NULL;
    }
    void *pointer = arena_take(size, alignment);
    live_bytes += pointer != NULL ? size : 0;
    return pointer;
}

static void release(void *user, void *pointer, size_t size)
{
    (void)user;
    live_bytes -= size;
    arena_give(pointer, size);
}

/* ---- files ---- */

static memory_file *find(const char *name)
{
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (name[0] != '\0' && strcmp(files[i].name, name) == 0) {
            return &files[i];
        }
    }
    return NULL;
}

static void grow(memory_file *file, size_t size)
{
    if (size > file->capacity) {
        file->capacity = size > 2 * file->capacity ? size : 2 * file->capacity;
        file->data = realloc(file->data, file->capacity);
        fuzz_check(file->data != NULL, "the fuzzer has memory for its files");
    }
}

/* An empty file of that name; its buffer stays from file to file. */
static memory_file *make(const char *name)
{
    for (size_t i = 0; i < MOST_FILES; i++) {
        if (files[i].name[0] == '\0') {
            snprintf(files[i].name, NAME_SIZE, "%s", name);
            files[i].size = 0;
            files[i].open = false;
            return &files[i];
        }
    }
    fuzz_check(false, "the library makes few files");
    return NULL;
}

static int open_file(void *user, const char *path, gml_file_mode mode, void **file)
{
    (void)user;
    memory_file *found = find(path);
    if (mode == GML_FILE_READ && found == NULL) {
        return ENOENT;
    }
    if (mode != GML_FILE_READ && found != NULL) {
        return EEXIST;
    }
    if (strlen(path) >= NAME_SIZE) {
        return ENAMETOOLONG;
    }
    found = found != NULL ? found : make(path);
    found->position = 0;
    found->open = true;
    *file = found;
    return 0;
}

static int read_file(void *user, void *file, void *buffer, size_t capacity, size_t *got)
{
    (void)user;
    memory_file *from = file;
    size_t left = from->size - from->position;
    *got = left < capacity ? left : capacity;
    if (*got > 0) {
        memcpy(buffer, from->data + from->position, *got);
    }
    from->position += *got;
    return 0;
}

static int write_file(void *user, void *file, const void *data, size_t size)
{
    (void)user;
    memory_file *to = file;
    grow(to, to->size + size);
    if (size > 0) {
        memcpy(to->data + to->size, data, size);
    }
    to->size += size;
    return 0;
}

static int sync_file(void *user, void *file)
{
    (void)user;
    (void)file;
    return 0;
}

static int close_file(void *user, void *file)
{
    (void)user;
    ((memory_file *)file)->open = false;
    return 0;
}

static int remove_file(void *user, const char *path)
{
    (void)user;
    memory_file *found = find(path);
    if (found == NULL) {
        return ENOENT;
    }
    found->name[0] = '\0';
    return 0;
}

static int rename_file(void *user, const char *from, const char *to)
{
    memory_file *found = find(from);
    if (found == NULL) {
        return ENOENT;
    }
    remove_file(user, to);
    snprintf(found->name, NAME_SIZE, "%s", to);
    return 0;
}

static int sync_folder(void *user, const char *path)
{
    (void)user;
    (void)path;
    return 0;
}

static gml_path_kind path_kind(void *user, const char *path)
{
    (void)user;
    return find(path) != NULL ? GML_PATH_FILE : GML_PATH_NONE;
}

void fuzz_put(const char *name, const uint8_t *data, size_t size)
{
    memory_file *found = find(name);
    found = found != NULL ? found : make(name);
    found->size = 0;
    write_file(NULL, found, data, size);
}

const uint8_t *fuzz_get(const char *name, size_t *size)
{
    const memory_file *found = find(name);
    *size = found != NULL ? found->size : 0;
    return found != NULL ? found->data : NULL;
}

/* ---- one input ---- */

gml_context_options fuzz_hooks(void)
{
    return (gml_context_options){
        .allocator = {.allocate = allocate, .release = release},
        .files = {.open = open_file,
                  .read = read_file,
                  .write = write_file,
                  .sync = sync_file,
                  .close = close_file,
                  .rename = rename_file,
                  .remove = remove_file,
                  .sync_folder = sync_folder,
                  .kind = path_kind},
        .threads = 1,
    };
}

gml_context *fuzz_context(void)
{
    if (context == NULL) {
        gml_context_options options = fuzz_hooks();
        limit_bytes = SIZE_MAX;
        fuzz_check(gml_context_create(&options, &context, NULL, 0) == GML_OK, "a context is made");
    }
    return context;
}

void fuzz_begin(size_t limit)
{
    fuzz_context()->message[0] = '\0';
    for (size_t i = 0; i < MOST_FILES; i++) {
        files[i].name[0] = '\0';
        files[i].open = false;
    }
    arena_begin();
    live_at_begin = live_bytes;
    limit_bytes = live_bytes + limit;
    refused_bytes = 0;
}

void fuzz_abandon(void)
{
    live_bytes = live_at_begin;
    for (size_t i = 0; i < MOST_FILES; i++) {
        files[i].open = false;
    }
}

void fuzz_pardon_refusals(void)
{
    refused_bytes = 0;
}

void fuzz_end(void)
{
    size_t open = 0;
    for (size_t i = 0; i < MOST_FILES; i++) {
        open += files[i].name[0] != '\0' && files[i].open;
    }
    fuzz_check(open == 0, "every opened file is closed");
    fuzz_check(live_bytes == live_at_begin, "all memory is given back");
    if (refused_bytes > 0) {
        dprintf(STDERR_FILENO, "fuzz: %zu bytes were asked for, above the limit of %zu\n", refused_bytes,
                limit_bytes - live_at_begin);
        abort();
    }
}
