/* base/files.h - the default hooks of files, for POSIX. The table of them is in base/files.c; gml_file_system
 * (gemmule/context.h) says what each does. */
#ifndef GML_BASE_FILES_H
#define GML_BASE_FILES_H

#include "base/context.h"

/* An open file is represented by its descriptor + 1 as a pointer, so opening allocates no memory. */
static inline int gml_files_descriptor(void *file)
{
    return (int)((intptr_t)file - 1);
}

/* ---- as the bytes of a pipe arrive: base/files_pipe.c ---- */

/* A large buffer lets the writer of a pipe go on while its reader computes. Without permission it keeps its size. Other
 * files stay as they are. */
void gml_files_enlarge_pipe(int fd);

int gml_files_read_some(void *user, void *file, void *buffer, size_t capacity, size_t *got);

/* ---- what lies at a path: base/files_path.c ---- */

int gml_files_rename(void *user, const char *from, const char *to);
int gml_files_remove(void *user, const char *path);
int gml_files_sync_folder(void *user, const char *path);
gml_path_kind gml_files_kind(void *user, const char *path);
int gml_files_resolve(void *user, const char *path, char *resolved, size_t capacity);
int gml_files_stamp(void *user, const char *path, gml_file_stamp *stamp);

/* ---- a file that takes another's place, and one writer at a time: base/files_owner.c ---- */

int gml_files_copy_permissions(void *user, void *file, const char *path);
int gml_files_lock(void *user, void *file, const char *path, void **lock);
void gml_files_unlock(void *user, void *lock);

/* ---- files as memory: base/files_map.c ---- */

int gml_files_reserve(void *user, void *file, uint64_t size);
int gml_files_map(void *user, void *file, void **memory, size_t *size);
void gml_files_unmap(void *user, void *memory, size_t size);
void gml_files_read_ahead(void *user, const void *memory, size_t size);

#endif
