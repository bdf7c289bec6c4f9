/* base/gunzip.h - taking gzip away from a stream of bytes. */
#ifndef GML_BASE_GUNZIP_H
#define GML_BASE_GUNZIP_H

#include <stdbool.h>

#include "base/context.h"

typedef struct gml_gunzip gml_gunzip;

typedef struct gml_gunzip_step {
    const uint8_t *in; /* advanced past what was used */
    size_t in_size;
    uint8_t *out; /* advanced past what was made */
    size_t out_size;
    bool member_ended;   /* the last byte used was the last of a gzip member */
    const char *problem; /* what is wrong with the data; null: nothing */
} gml_gunzip_step;

/* Does the file begin as gzip does? */
bool gml_gunzip_recognizes(const uint8_t *bytes, size_t size);

/* Errors: memory, unsupported (a build without zlib). */
gml_status gml_gunzip_create(gml_context *context, const char *path, gml_gunzip **gunzip);
void gml_gunzip_destroy(gml_gunzip *gunzip);

/* Makes as much as `in` and `out` allow, at most to the end of a member; the next call begins a new one. */
void gml_gunzip_run(gml_gunzip *gunzip, gml_gunzip_step *step);

/* Was the library built with zlib? */
bool gml_gunzip_available(void);

#endif
