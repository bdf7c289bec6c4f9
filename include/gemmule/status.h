/* gemmule/status.h - what a call answers.
 *
 * Every function that can fail returns a gml_status and fills an out-parameter only when it returns GML_OK.
 * The sentence that says what was wrong, where, and what was expected is kept by the context
 * (gml_context_message).
 *
 * A null pointer is refused unless the function's comment allows it. A function that returns a status answers
 * GML_ERROR_ARGUMENT, and the sentence names the argument where another argument leads to a context. All other
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
    GML_ERROR_ARGUMENT,   /* a value that this call never accepts: a negative rate, a null pointer, a view without
                             memory, a number that is none of an enum's, a bad text */
    GML_ERROR_SHAPE,      /* sizes that do not fit each other, or are too large to be counted */
    GML_ERROR_NAME,       /* a name that stands in no table */
    GML_ERROR_MEMORY,     /* the allocator said no */
    GML_ERROR_NOT_FOUND,  /* a file or folder that is not there or may not be opened for reading */
    GML_ERROR_READ,       /* reading stopped with an error of the file system */
    GML_ERROR_DATA,       /* a file that was read, and says something that cannot be right */
    GML_ERROR_CREATE,     /* an output file that cannot be made */
    GML_ERROR_WRITE,      /* writing stopped: a full disk, a broken pipe */
    GML_ERROR_DIVERGED,   /* the loss or a gradient is no longer finite */
    GML_ERROR_UNSUPPORTED /* this build was made without what is needed (zlib, say) */
} gml_status;

/* The status as a word, such as "shape"; never null, owned by the library. */
GML_API const char *gml_status_name(gml_status status);

/* The library's version, such as "0.3.0". */
GML_API const char *gml_version(void);

#ifdef __cplusplus
}
#endif
#endif
