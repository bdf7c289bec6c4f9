/* tests/support/faults.h - a context whose memory and files fail when told to, and a folder of its own for files. */
#ifndef GML_TESTS_FAULTS_H
#define GML_TESTS_FAULTS_H

#include <stddef.h>

#include "base/context.h"

typedef struct faults {
    size_t allocations;  /* so far */
    size_t fail_at;      /* the allocation that fails, and all after it, counted from 1; 0: none */
    size_t file_calls;   /* calls of the file system so far that can fail */
    size_t fail_file_at; /* the one that fails with EIO, and all after it, counted from 1; 0: none */
    int once;            /* not 0: the one at fail_at or fail_file_at fails, those after it do not */
    size_t live_bytes;   /* allocated and not given back */
    size_t peak_bytes;   /* the most there were */
    size_t open_files;   /* opened and not closed */
    size_t read_budget;  /* bytes that may be read before reading fails with EIO */
    size_t write_budget; /* bytes that may be written before writing fails with ENOSPC */
    int sync_failure;    /* errno values to fail with; 0: not */
    int close_failure;   /* of a file that is written */
    int rename_failure;
    int sync_folder_failure;
    int resolve_failure;
    int permissions_failure;
    int lock_failure;
    size_t lock_failures; /* after so many locks that failed they work again; 0: they never do */
    size_t locks;         /* taken and not given back */
    int reserve_failure;  /* errno values to fail with; 0: not */
    int map_failure;
    size_t mapped_bytes;     /* mapped and not given back */
    gml_allocator allocator; /* the real ones */
    gml_file_system files;
} faults;

/* A context over the default hooks with these faults between. */
gml_context *faulty_context(faults *faults);

/* Forgets what was counted and lets nothing fail. */
void reset_faults(faults *faults);

/* A new empty folder; the name stays until the next call. */
const char *make_folder(void);

/* Removes the folder made last and the files in it. */
void remove_folder(void);

/* "FOLDER/name" in the folder made last; up to eight such names stay. */
const char *in_folder(const char *name);

/* How many files are in the folder made last. */
size_t count_files(void);

/* The name of one of them, good until the next call; the order is that of the system. */
const char *file_name(size_t index);

/* Writes a file into the folder made last and gives its path. */
const char *put_file(const char *name, const void *data, size_t size);
const char *put_text(const char *name, const char *text);

/* The first megabyte of a file; the caller frees it. */
char *get_file(const char *path, size_t *size);

/* Fails unless the file holds exactly this text. */
void assert_file_holds(const char *path, const char *text);

#endif
