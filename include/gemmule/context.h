/* gemmule/context.h - where the library meets its host: memory, files, clock, log, threads.
 *
 * Everything the library does outside of arithmetic goes through a context's hooks, so that a host can meter it and a
 * test can make it fail. A context outlives what is made with it. Objects made with one context may be used from
 * several threads as each function says; the context itself may be shared by them.
 *
 * Stack: a call takes at most 64 KiB of its thread's stack, of which a matrix product takes at most 16 KiB; OpenBLAS,
 * file formats and hooks come on top. Products of large matrices use memory of the context instead: 57 KiB for each
 * thread that computes at the same time, taken from the allocator when a network or trainer first needs it and kept
 * until the context goes. If later more threads compute at the same time, a step or a prediction may take more of it.
 * Where the allocator refuses it, products take longer and give the same bits.
 *
 * fork(): after the library has run on several threads, a child process computes everything on the calling thread, with
 * contexts of the parent and with new ones; results are the same bits. A child that is forked before that has threads
 * of its own. No thread may be in a call of the library at the time of the fork. */
#ifndef GEMMULE_CONTEXT_H
#define GEMMULE_CONTEXT_H

#include "gemmule/matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_context gml_context;

/* No message is longer, its end included. */
enum { GML_MESSAGE_SIZE = 1024 };

/* Memory. `alignment` is a power of two, 64 for all numerical memory. `allocate` answers null when there is none;
 * `release` gets the size that was asked for. Both may be called from any thread that calls the library. */
typedef struct gml_allocator {
    void *user;
    void *(*allocate)(void *user, size_t size, size_t alignment);
    void (*release)(void *user, void *pointer, size_t size);
} gml_allocator;

typedef enum gml_file_mode {
    GML_FILE_READ = 0,      /* an existing file, from its start */
    GML_FILE_CREATE_NEW,    /* a file that must not be there yet; others than its owner may read it, as umask says */
    GML_FILE_CREATE_PRIVATE /* the same; only its owner may read it */
} gml_file_mode;

typedef enum gml_path_kind {
    GML_PATH_NONE = 0, /* nothing is there */
    GML_PATH_FILE,     /* a regular file */
    GML_PATH_FOLDER,
    GML_PATH_OTHER /* a device, a pipe, a socket: may be read, is never replaced */
} gml_path_kind;

/* Files. Each call answers 0 or an errno value. `read` answers fewer bytes than asked only at the end of the file;
 * `write` writes all or fails. `sync` makes what was written to an open file last; `sync_folder` does so for the names
 * in the folder that holds `path`.
 *
 * The functions from `resolve` on may be null; the comment of each says what is done then. `lock` and `unlock` are both
 * given or both null. */
typedef struct gml_file_system {
    void *user;
    int (*open)(void *user, const char *path, gml_file_mode mode, void **file);
    int (*read)(void *user, void *file, void *buffer, size_t capacity, size_t *got);
    int (*write)(void *user, void *file, const void *data, size_t size);
    int (*sync)(void *user, void *file);
    int (*close)(void *user, void *file);
    int (*rename)(void *user, const char *from, const char *to);
    int (*remove)(void *user, const char *path);
    int (*sync_folder)(void *user, const char *path);
    gml_path_kind (*kind)(void *user, const char *path);

    /* Writes to `resolved` the path of the file that `path` means, itself no symbolic link; the file need not be there.
     * Null: a save replaces a symbolic link, where else it replaces the link's target. */
    int (*resolve)(void *user, const char *path, char *resolved, size_t capacity);

    /* Gives an open new file the permissions of the file at `path`, and its owner and group where this process may.
     * Null: a save makes a file with the permissions of a new one. */
    int (*copy_permissions)(void *user, void *file, const char *path);

    /* Locks an open file until `unlock`, also beyond its `close`; the system unlocks what a process that ended had
     * locked. Answers EWOULDBLOCK where the file is locked by another open file, of this process or any other, and
     * ENOENT where `path` no longer names the file, and EMFILE or ENFILE where it lacks a descriptor for the lock,
     * which makes a save fail. Null, or another error: temporary files that killed saves left behind stay where they
     * are. */
    int (*lock)(void *user, void *file, const char *path, void **lock);
    void (*unlock)(void *user, void *lock);
} gml_file_system;

typedef enum gml_log_level { GML_LOG_DEBUG = 0, GML_LOG_INFO, GML_LOG_WARNING } gml_log_level;

/* Zero-initialised means: the C library's memory (of arrays of some megabytes, asked to be in huge pages) and files,
 * the monotonic clock, no log, as many threads as the process may use processors, the best kernel set this processor
 * has. A hook struct is taken whole: its first function null means "the default", and then the rest must be null too.
 * Otherwise all must be given but those that their comments say may be null. */
typedef struct gml_context_options {
    gml_allocator allocator;
    gml_file_system files;
    void (*log)(void *user, gml_log_level level, const char *message); /* hears of each epoch, of divergence and,
        as the context is made, of kernels of OpenBLAS that this processor leaves behind */
    void *log_user;
    uint64_t (*clock)(void *user); /* nanoseconds from any fixed start, never going back; called by every thread that
                                      uses the context, also at the same time */
    void *clock_user;
    size_t threads; /* how many threads a call may use, at most 1024; results do not depend on it, to the bit */
    const char
        *isa; /* a kernel set by name, see gml_kernel_set_name; null: GEMMULE_ISA of the environment, else best */
    const char *products; /* of layers; "auto": by kernels of the library or by OpenBLAS, whichever was found faster for
                             the shapes; "blas": all by OpenBLAS; null: GEMMULE_PRODUCTS of the environment, else
                             "auto". Bits of results differ between the two */
} gml_context_options;

/* Makes a context; `options` may be null. Errors: argument (a half-filled hook struct, too many threads), name (a
 * kernel set that this build or processor lacks, a way of multiplying that is none), memory. With no context to hold
 * the message, gml_context_create writes it to `message` (capacity `message_size`, may be null and 0). */
GML_API gml_status gml_context_create(const gml_context_options *options, gml_context **context, char *message,
                                      size_t message_size);

/* Gives back what gml_context_create took. Null is fine. Whatever was made with it must be gone. */
GML_API void gml_context_destroy(gml_context *context);

/* The sentence about the last call that failed with this context, "" before the first or for a null context. It stays
 * until the next failure; where several threads share a context, copy it with gml_context_copy_message. A callback of
 * gml_fit_many is answered the sentence of its own job. */
GML_API const char *gml_context_message(const gml_context *context);

/* Copies the last sentence, cut to size - 1 bytes. Safe beside failing calls of other threads. */
GML_API void gml_context_copy_message(const gml_context *context, char *text, size_t size);

/* The number of threads a call may use. */
GML_API size_t gml_context_threads(const gml_context *context);

/* The kernel set in use: "x86-64-v4", "x86-64-v3" or "baseline". */
GML_API const char *gml_context_isa(const gml_context *context);

/* The kernel sets of this build that this processor can run, best first; null past the last. */
GML_API const char *gml_kernel_set_name(size_t index);

/* What the build has, a line each: "openmp yes", "zlib no", the BLAS at run time, and what would make it faster; null
 * past the last. The text is the library's. */
GML_API const char *gml_build_feature(size_t index);

#ifdef __cplusplus
}
#endif
#endif
