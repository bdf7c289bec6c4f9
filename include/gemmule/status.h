/* gemmule/status.h - status codes.
 *
 * A function that can fail returns a gml_status. It writes its out-parameters only if it returns GML_OK, unless its
 * comment says otherwise. The context keeps the message: what was wrong, where, and what was expected
 * (gml_context_message).
 *
 * A null pointer is an error unless the function's comment allows it. A function with a status returns
 * GML_ERROR_ARGUMENT; the message names the argument if another argument gives access to the context. All other
 * functions return null, 0, an empty view or zero-initialised options (gml_context_message: ""), or do nothing. */
#ifndef GEMMULE_STATUS_H
#define GEMMULE_STATUS_H

#if defined(_WIN32) || defined(__CYGWIN__)
#define GML_API
#else
#define GML_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gml_status {
    GML_OK = 0,
    GML_ERROR_ARGUMENT,   /* an invalid argument: a negative rate, a null pointer, a view without memory, an invalid
                             enum value, a malformed text */
    GML_ERROR_SHAPE,      /* sizes that do not fit each other or overflow */
    GML_ERROR_NAME,       /* a name that is in no table */
    GML_ERROR_MEMORY,     /* the allocator returned null */
    GML_ERROR_NOT_FOUND,  /* a file or folder that does not exist or cannot be opened for reading */
    GML_ERROR_READ,       /* the file system reported an error while reading */
    GML_ERROR_DATA,       /* invalid data in a file or an array */
    GML_ERROR_CREATE,     /* an output file that cannot be created */
    GML_ERROR_WRITE,      /* writing failed: a full disk, a broken pipe */
    GML_ERROR_DIVERGED,   /* the loss or a gradient is no longer finite */
    GML_ERROR_UNSUPPORTED /* this build lacks an optional feature, such as zlib */
} gml_status;

/* Returns the status as a word, such as "shape"; never null; owned by the library. */
GML_API const char *gml_status_name(gml_status status);

/* The library's version, such as "0.8.0". */
GML_API const char *gml_version(void);

#ifdef __cplusplus
}
#endif
#endif
