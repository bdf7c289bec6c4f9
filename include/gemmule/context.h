/* gemmule/context.h - the interface to the host program: memory, files, clock, log, threads.
 *
 * Memory, files, clock and log are used only through the hooks of a context. A host can meter them; a test can make
 * them fail. A context must outlive every object made with it. Several threads may share a context; each function
 * states the thread-safety of its other arguments.
 *
 * Stack: a call uses at most 64 KiB of its thread's stack, at most 16 KiB of that in a matrix product. OpenBLAS, file
 * formats and hooks come on top. Products of large matrices use memory of the context instead: 464 KiB for each thread
 * that computes at the same time. It is allocated when a network or trainer first needs it, and released with the
 * context. A step or a prediction allocates more of it if more threads than before compute at the same time. If the
 * allocator refuses, products are slower and have the same bits.
 *
 * fork(): if the library has run on several threads, a child process computes everything on the calling thread, with
 * old and new contexts, with the same bits. A child forked before that uses threads as usual. No thread may be inside a
 * call of the library at the time of the fork. */
#ifndef GEMMULE_CONTEXT_H
#define GEMMULE_CONTEXT_H

#include "gemmule/matrix.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_context gml_context;

/* Capacity for any message, in bytes, its terminating null included. */
enum { GML_MESSAGE_SIZE = 1024 };

/* Memory hooks. `alignment` is a power of two, 64 for all numerical memory. `allocate` returns null if there is no
 * memory; `release` receives the size that was allocated. Both may be called from any thread that calls the library,
 * and from the thread on which a fit writes a checkpoint. */
typedef struct gml_allocator {
    void *user;
    void *(*allocate)(void *user, size_t size, size_t alignment);
    void (*release)(void *user, void *pointer, size_t size);
} gml_allocator;

typedef enum gml_file_mode {
    GML_FILE_READ = 0,       /* an existing file, from its start */
    GML_FILE_CREATE_NEW,     /* a file that must not exist yet; permissions 0666 less the umask */
    GML_FILE_CREATE_PRIVATE, /* the same; only its owner may read it */
    GML_FILE_CREATE_SCRATCH  /* as private, and the file can be mapped; used only if `map` is given */
} gml_file_mode;

/* What tells that a file has changed. */
typedef struct gml_file_stamp {
    uint64_t size;    /* bytes */
    int64_t modified; /* time of the last change in nanoseconds since 1970 */
} gml_file_stamp;

typedef enum gml_path_kind {
    GML_PATH_NONE = 0, /* nothing is there */
    GML_PATH_FILE,     /* a regular file */
    GML_PATH_FOLDER,
    GML_PATH_OTHER /* a device, a pipe, a socket: may be read, is never replaced */
} gml_path_kind;

/* File hooks. A fit calls them on a thread of its own to write a checkpoint, one at a time
 * (gml_train_options.checkpoint). Each function that returns int returns 0 or an errno value. `read` reads fewer bytes
 * than `capacity` only at the end of the file; `write` writes all bytes or fails. `sync` flushes an open file to
 * storage; `sync_folder` flushes the entries of the folder that holds `path`.
 *
 * `resolve` and the functions after it may be null; each comment states what happens then. `lock` and `unlock` are
 * either both given or both null, and so are `stamp`, `reserve`, `map` and `unmap`. */
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

    /* Writes the path of the file behind any symbolic links to `resolved`; the file need not exist. Null: saving to a
     * symbolic link replaces the link instead of its target. */
    int (*resolve)(void *user, const char *path, char *resolved, size_t capacity);

    /* Copies permissions from the file at `path` to the open file, and owner and group if the process may set them.
     * Null: a saved file has the permissions of a new file. */
    int (*copy_permissions)(void *user, void *file, const char *path);

    /* Locks an open file until `unlock`, even after its `close`. The lock ends with the process. Returns EWOULDBLOCK if
     * the file is locked through another open file, of this or another process; ENOENT if `path` no longer names the
     * file; EMFILE or ENFILE if no descriptor is left for the lock, which makes the save fail. Null, or another error:
     * temporary files left by killed saves are not removed. */
    int (*lock)(void *user, void *file, const char *path, void **lock);
    void (*unlock)(void *user, void *lock);

    /* Files as memory, for data larger than memory. Null: tables have no cache (gml_dataset_options.cache), and large
     * arrays are in memory.
     *
     * `stamp` finds size and time of the file at `path`. `reserve` extends an open scratch file to `size` bytes that
     * have space on the disk; ENOSPC if there is none. `map` maps all bytes of an open file into memory, shared with
     * the file, and returns their number in `size`; the mapping stays after `close`. A scratch file is mapped for
     * reading and writing, any other file for reading. An empty file has a null `memory`. `remove` of a scratch file
     * that is open must leave its contents until the last `close` or `unmap`, or fail. */
    int (*stamp)(void *user, const char *path, gml_file_stamp *stamp);
    int (*reserve)(void *user, void *file, uint64_t size);
    int (*map)(void *user, void *file, void **memory, size_t *size);
    void (*unmap)(void *user, void *memory, size_t size);

    /* Reads what is there: at least one byte, or none at the end of the file. Waits only while there is no byte. Null:
     * `read` is used, so that rows of a pipe (gemmule/rows.h) come when a buffer is full. */
    int (*read_some)(void *user, void *file, void *buffer, size_t capacity, size_t *got);

    /* Begins to read memory that will be used soon, and does not wait for it. The memory may lie in a mapped file, of
     * the library or of the host, or in none: then there is nothing to do. Null: pages are read when they are used,
     * which is slow for shuffled rows (gml_fit). Fits side by side call it at the same time. */
    void (*read_ahead)(void *user, const void *memory, size_t size);
} gml_file_system;

typedef enum gml_log_level { GML_LOG_DEBUG = 0, GML_LOG_INFO, GML_LOG_WARNING } gml_log_level;

/* Zero-initialised means the defaults: memory and files of the C library (huge pages requested for arrays of some
 * megabytes), the monotonic clock, no log, one thread for each processor available to the process, the best kernel set
 * of this processor. A hook struct is either all null (the default) or complete, except for functions that may be null
 * by their comments. */
typedef struct gml_context_options {
    gml_allocator allocator;
    gml_file_system files;
    void (*log)(void *user, gml_log_level level, const char *message); /* receives each epoch, divergence, and, when
        the context is made, a warning if OpenBLAS uses kernels for an older processor */
    void *log_user;
    uint64_t (*clock)(void *user); /* nanoseconds since any fixed time, never decreasing; called concurrently by
                                      the threads that use the context */
    void *clock_user;
    size_t threads; /* the most threads a call may use, at most 1024; results have the same bits for any number */
    const char
        *isa; /* name of a kernel set (gml_kernel_set_name); null: environment variable GEMMULE_ISA, else the best */
    const char *products; /* matrix products of layers. "auto": native or OpenBLAS, whichever was measured faster for
                             the shape; "blas": OpenBLAS only; null: environment variable GEMMULE_PRODUCTS, else "auto".
                             Results differ in rounding between the two */
} gml_context_options;

/* Makes a context; `options` may be null. An error message is written to `message` (capacity `message_size`; null and 0
 * if not wanted). Errors: argument (an incomplete hook struct, too many threads), name (a kernel set that this build or
 * processor lacks, an unknown value of `products`), memory. */
GML_API gml_status gml_context_create(const gml_context_options *options, gml_context **context, char *message,
                                      size_t message_size);

/* Frees a context; null is allowed. All objects made with it must be destroyed before. */
GML_API void gml_context_destroy(gml_context *context);

/* Returns the message of the last failed call with this context; "" before the first failure or for a null context. The
 * context owns it, and the next failure overwrites it: if threads share the context, use gml_context_copy_message. In a
 * callback of gml_fit_many it is the message of the callback's job. */
GML_API const char *gml_context_message(const gml_context *context);

/* Copies the last message, cut to size - 1 bytes. Thread-safe, also while calls of other threads fail. */
GML_API void gml_context_copy_message(const gml_context *context, char *text, size_t size);

/* Returns the number of threads a call may use. */
GML_API size_t gml_context_threads(const gml_context *context);

/* Returns the kernel set in use: "x86-64-v4", "x86-64-v3" or "baseline". */
GML_API const char *gml_context_isa(const gml_context *context);

/* Returns name `index` of the kernel sets that this build has and this processor supports, best first; null past the
 * last. */
GML_API const char *gml_kernel_set_name(size_t index);

/* Returns line `index` about the build: "openmp yes", "zlib no", the BLAS found at run time, and a hint if another
 * would be faster; null past the last. The library owns the text. */
GML_API const char *gml_build_feature(size_t index);

#ifdef __cplusplus
}
#endif
#endif
