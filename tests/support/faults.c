/* tests/support/faults.c - counts allocations and file calls, and lets them fail; files of a folder. */
#include "faults.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

static char folder[256];

/* Does call `number` fail, where the one at `at` does, with all after it or alone? */
static int fails(const faults *f, size_t number, size_t at)
{
    return at != 0 && (f->once ? number == at : number >= at);
}

static int file_fails(faults *f)
{
    return fails(f, ++f->file_calls, f->fail_file_at);
}

static void *allocate(void *user, size_t size, size_t alignment)
{
    faults *f = user;
    if (fails(f, ++f->allocations, f->fail_at)) {
        return NULL;
    }
    void *pointer = f->allocator.allocate(f->allocator.user, size, alignment);
    f->live_bytes += pointer != NULL ? size : 0;
    f->peak_bytes = f->live_bytes > f->peak_bytes ? f->live_bytes : f->peak_bytes;
    return pointer;
}

static void release(void *user, void *pointer, size_t size)
{
    faults *f = user;
    f->live_bytes -= size;
    f->allocator.release(f->allocator.user, pointer, size);
}

static int open_file(void *user, const char *path, gml_file_mode mode, void **file)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    int failure = f->files.open(f->files.user, path, mode, file);
    f->open_files += failure == 0;
    return failure;
}

static int read_file(void *user, void *file, void *buffer, size_t capacity, size_t *got)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    if (f->read_budget == 0) {
        return EIO;
    }
    size_t allowed = capacity < f->read_budget ? capacity : f->read_budget;
    int failure = f->files.read(f->files.user, file, buffer, allowed, got);
    if (failure == 0 && allowed < capacity && *got == allowed) {
        return EIO;
    }
    f->read_budget -= failure == 0 ? *got : 0;
    return failure;
}

static int write_file(void *user, void *file, const void *data, size_t size)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    if (size > f->write_budget) {
        f->files.write(f->files.user, file, data, f->write_budget);
        f->write_budget = 0;
        return ENOSPC;
    }
    f->write_budget -= size;
    return f->files.write(f->files.user, file, data, size);
}

static int sync_file(void *user, void *file)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    return f->sync_failure != 0 ? f->sync_failure : f->files.sync(f->files.user, file);
}

static int close_file(void *user, void *file)
{
    faults *f = user;
    f->open_files--;
    int failure = f->files.close(f->files.user, file);
    if (file_fails(f)) { /* the file is closed all the same, as by close(2) */
        return EIO;
    }
    return f->close_failure != 0 ? f->close_failure : failure;
}

static int rename_file(void *user, const char *from, const char *to)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    return f->rename_failure != 0 ? f->rename_failure : f->files.rename(f->files.user, from, to);
}

static int remove_file(void *user, const char *path)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    return f->files.remove(f->files.user, path);
}

static int sync_folder(void *user, const char *path)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    return f->sync_folder_failure != 0 ? f->sync_folder_failure : f->files.sync_folder(f->files.user, path);
}

static gml_path_kind path_kind(void *user, const char *path)
{
    faults *f = user;
    return f->files.kind(f->files.user, path);
}

static int resolve_path(void *user, const char *path, char *resolved, size_t capacity)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    return f->resolve_failure != 0 ? f->resolve_failure : f->files.resolve(f->files.user, path, resolved, capacity);
}

static int copy_permissions(void *user, void *file, const char *path)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    return f->permissions_failure != 0 ? f->permissions_failure : f->files.copy_permissions(f->files.user, file, path);
}

static int lock_file(void *user, void *file, const char *path, void **lock)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    int failure = f->lock_failure != 0 ? f->lock_failure : f->files.lock(f->files.user, file, path, lock);
    if (f->lock_failures > 0 && --f->lock_failures == 0) {
        f->lock_failure = 0;
    }
    f->locks += failure == 0;
    return failure;
}

static void unlock_file(void *user, void *lock)
{
    faults *f = user;
    f->locks--;
    f->files.unlock(f->files.user, lock);
}

static int stamp_file(void *user, const char *path, gml_file_stamp *stamp)
{
    faults *f = user;
    return file_fails(f) ? EIO : f->files.stamp(f->files.user, path, stamp);
}

static int reserve_file(void *user, void *file, uint64_t size)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    return f->reserve_failure != 0 ? f->reserve_failure : f->files.reserve(f->files.user, file, size);
}

static int map_file(void *user, void *file, void **memory, size_t *size)
{
    faults *f = user;
    if (file_fails(f)) {
        return EIO;
    }
    int failure = f->map_failure != 0 ? f->map_failure : f->files.map(f->files.user, file, memory, size);
    f->mapped_bytes += failure == 0 ? *size : 0;
    return failure;
}

static void unmap_file(void *user, void *memory, size_t size)
{
    faults *f = user;
    f->mapped_bytes -= size;
    f->files.unmap(f->files.user, memory, size);
}

void reset_faults(faults *f)
{
    *f = (faults){.read_budget = SIZE_MAX,
                  .write_budget = SIZE_MAX,
                  .live_bytes = f->live_bytes,
                  .open_files = f->open_files,
                  .locks = f->locks,
                  .mapped_bytes = f->mapped_bytes,
                  .allocator = f->allocator,
                  .files = f->files};
}

gml_context *faulty_context(faults *f)
{
    memset(f, 0, sizeof *f);
    f->allocator = gml_default_allocator();
    f->files = gml_default_file_system();
    reset_faults(f);
    gml_context_options options = {
        .allocator = {.user = f, .allocate = allocate, .release = release},
        .files = {.user = f,
                  .open = open_file,
                  .read = read_file,
                  .write = write_file,
                  .sync = sync_file,
                  .close = close_file,
                  .rename = rename_file,
                  .remove = remove_file,
                  .sync_folder = sync_folder,
                  .kind = path_kind,
                  .resolve = resolve_path,
                  .copy_permissions = copy_permissions,
                  .lock = lock_file,
                  .unlock = unlock_file,
                  .stamp = stamp_file,
                  .reserve = reserve_file,
                  .map = map_file,
                  .unmap = unmap_file},
        .threads = 1,
    };
    gml_context *context = NULL;
    char message[256] = "";
    ck_assert_msg(gml_context_create(&options, &context, message, sizeof message) == GML_OK, "no context: %s", message);
    return context;
}

const char *make_folder(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/gemmule-test-XXXXXX", base != NULL ? base : "/tmp");
    ck_assert_msg(mkdtemp(folder) != NULL, "no folder %s: %s", folder, strerror(errno));
    return folder;
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

size_t count_files(void)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    ck_assert_ptr_nonnull(open);
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        count += is_entry(entry) != 0;
    }
    closedir(open);
    return count;
}

const char *file_name(size_t index)
{
    static char name[512];
    DIR *open = opendir(folder);
    ck_assert_ptr_nonnull(open);
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (is_entry(entry) && index-- == 0) {
            snprintf(name, sizeof name, "%s", entry->d_name);
        }
    }
    closedir(open);
    return name;
}

void remove_folder(void)
{
    DIR *open = opendir(folder);
    ck_assert_ptr_nonnull(open);
    for (const struct dirent *entry; (entry = readdir(open)) != NULL;) {
        if (is_entry(entry)) {
            remove(in_folder(entry->d_name));
        }
    }
    closedir(open);
    ck_assert_int_eq(rmdir(folder), 0);
}

const char *in_folder(const char *name)
{
    static char paths[8][512];
    static size_t next = 0;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

const char *put_file(const char *name, const void *data, size_t size)
{
    const char *path = in_folder(name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

const char *put_text(const char *name, const char *text)
{
    return put_file(name, text, strlen(text));
}

char *get_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    size_t capacity = 1 << 20;
    char *data = malloc(capacity);
    ck_assert_ptr_nonnull(data);
    *size = fread(data, 1, capacity, file);
    fclose(file);
    return data;
}

void assert_file_holds(const char *path, const char *text)
{
    size_t size = 0;
    char *data = get_file(path, &size);
    ck_assert_uint_eq(size, strlen(text));
    ck_assert_int_eq(memcmp(data, text, size), 0);
    free(data);
}
