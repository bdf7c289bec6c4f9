/* base/temporary.c - temporary files: names, locks, leftovers.
 *
 * A target has SLOTS names for temporary files, ".gemmule-HASH-NN.tmp": HASH is a hash of the target's name, NN the
 * slot. A process locks the file while it uses it. An unlocked file was left by a killed process, or has just been
 * created and is about to be locked; if such a file is removed, its process notices and takes another slot. Without
 * locks the slots have other names, so that processes with locks do not take them for leftovers. */
#include "base/temporary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/system_text.h"

enum { SLOTS = 64, NAME_SIZE = 48 };

/* FNV-1a. */
static uint64_t hash(const char *text)
{
    uint64_t sum = 0xcbf29ce484222325;
    for (; *text != '\0'; text++) {
        sum = (sum ^ (uint8_t)*text) * 0x100000001b3;
    }
    return sum;
}

static void name_slot(const gml_file_system *files, const char *target, int slot, gml_temporary *temporary)
{
    const char *slash = strrchr(target, '/');
    const char *name = slash != NULL ? slash + 1 : target;
    int folder = (int)(name - target);
    snprintf(temporary->path, temporary->path_size, "%.*s.gemmule-%016" PRIx64 "-%s%02d.tmp", folder, target,
             hash(name), files->lock != NULL ? "" : "x", slot);
}

/* Removes the file of a slot if no process has locked it. */
static void remove_leftover(const gml_file_system *files, const char *path)
{
    void *file = NULL, *lock = NULL;
    if (files->lock == NULL || files->kind(files->user, path) != GML_PATH_FILE ||
        files->open(files->user, path, GML_FILE_READ, &file) != 0) {
        return;
    }
    if (files->lock(files->user, file, path, &lock) == 0) {
        files->remove(files->user, path);
        files->unlock(files->user, lock);
    }
    files->close(files->user, file);
}

/* Classifies a failure to lock a new file. EWOULDBLOCK, ENOENT: another process took the file for a leftover and
 * removes it. EMFILE, ENFILE: locks exist, so other processes would take the unlocked file for a leftover. Other
 * errors: the file system has no locks. */
static int judge_lock(int failure)
{
    return failure == EWOULDBLOCK || failure == ENOENT ? EEXIST : failure == EMFILE || failure == ENFILE ? failure : 0;
}

/* Creates and locks the file of a slot. EEXIST: the slot is in use. */
static int take_slot(const gml_file_system *files, gml_file_mode mode, gml_temporary *temporary)
{
    int failure = files->open(files->user, temporary->path, mode, &temporary->file);
    if (failure != 0 || files->lock == NULL) {
        return failure;
    }
    failure = judge_lock(files->lock(files->user, temporary->file, temporary->path, &temporary->lock));
    if (failure != 0) {
        files->close(files->user, temporary->file);
        temporary->file = NULL;
    }
    if (failure != 0 && failure != EEXIST) {
        files->remove(files->user, temporary->path);
    }
    return failure;
}

/* Takes the first free slot, and removes leftovers in all others. */
static int take_first(const gml_file_system *files, gml_file_mode mode, const char *target, gml_temporary *temporary)
{
    int failure = EEXIST, taken = SLOTS;
    for (int slot = 0; slot < SLOTS; slot++) {
        name_slot(files, target, slot, temporary);
        remove_leftover(files, temporary->path);
        if (taken == SLOTS) {
            failure = take_slot(files, mode, temporary);
            if (failure != 0 && failure != EEXIST) {
                return failure;
            }
            taken = failure == 0 ? slot : taken;
        }
    }
    name_slot(files, target, taken < SLOTS ? taken : SLOTS - 1, temporary);
    return failure;
}

static gml_status fail(gml_context *context, const char *path, const gml_temporary *temporary, int failure)
{
    if (failure == EEXIST) {
        return gml_fail(
            context, GML_ERROR_CREATE,
            "%s: cannot be created: there are already %d temporary files for it, the last of them %s; their "
            "writers are still running, or this file system has no locks",
            path, SLOTS, temporary->path);
    }
    return gml_fail(context, GML_ERROR_CREATE, "%s: cannot be created: %s", path, gml_system_text(failure));
}

/* Creates the file; `keep`: with the permissions of the target. */
static gml_status create(gml_context *context, gml_file_mode mode, bool keep, const char *path, const char *target,
                         gml_temporary *temporary)
{
    const gml_file_system *files = &context->hooks.files;
    gml_temporary made = {.path_size = strlen(target) + NAME_SIZE};
    made.path = gml_allocate(context, made.path_size, 1, "a file name");
    if (made.path == NULL) {
        return GML_ERROR_MEMORY;
    }
    int failure = take_first(files, mode, target, &made);
    bool there = failure == 0;
    if (there && keep) {
        failure = files->copy_permissions(files->user, made.file, target);
    }
    if (failure != 0) {
        gml_status status = fail(context, path, &made, failure);
        gml_temporary_end(context, &made, there);
        return status;
    }
    *temporary = made;
    return GML_OK;
}

gml_status gml_temporary_create(gml_context *context, const char *path, const char *target, gml_temporary *temporary)
{
    const gml_file_system *files = &context->hooks.files;
    bool keep = files->copy_permissions != NULL && files->kind(files->user, target) == GML_PATH_FILE;
    return create(context, keep ? GML_FILE_CREATE_PRIVATE : GML_FILE_CREATE_NEW, keep, path, target, temporary);
}

gml_status gml_temporary_create_as(gml_context *context, gml_file_mode mode, const char *path, const char *target,
                                   gml_temporary *temporary)
{
    return create(context, mode, false, path, target, temporary);
}

void gml_temporary_end(gml_context *context, gml_temporary *temporary, bool remove)
{
    const gml_file_system *files = &context->hooks.files;
    if (temporary->file != NULL) {
        files->close(files->user, temporary->file);
    }
    if (remove) {
        files->remove(files->user, temporary->path);
    }
    if (temporary->lock != NULL) {
        files->unlock(files->user, temporary->lock);
    }
    gml_release(context, temporary->path, temporary->path_size, 1);
}
