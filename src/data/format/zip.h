/* data/format/zip.h - the members of a zip archive, one after another, as a pipe brings them.
 *
 * Sizes come from the headers before the members; the directory at the end is not read. */
#ifndef GML_DATA_ZIP_H
#define GML_DATA_ZIP_H

#include "base/gunzip.h"
#include "data/format/bytes.h"

enum { GML_ZIP_NAME = 256, GML_ZIP_BUFFER = 1 << 14 };

typedef struct gml_zip {
    gml_context *context;
    const char *path;
    gml_bytes file;
    gml_gunzip *inflate;            /* made for the first deflated member */
    char name[GML_ZIP_NAME];        /* of the current member; longer ones are cut */
    char title[3 * GML_ZIP_NAME];   /* "points.npz: member x.npy" */
    bool deflated, described;       /* described: sizes and checksum follow the member */
    bool wide;                      /* sizes after the member have 8 bytes */
    bool ended;                     /* all bytes of the member were returned and checked */
    uint64_t packed, unpacked;      /* bytes of the member that are left; of a described one unknown */
    uint32_t expected, sum;         /* checksums */
    uint8_t buffer[GML_ZIP_BUFFER]; /* bytes of the file that are not used yet */
    size_t begin, end;
} gml_zip;

/* True if these are the first bytes of a zip archive. */
bool gml_zip_recognizes(const uint8_t *bytes, size_t size);

/* Begins at the start of a file. The zip must be cleared. */
void gml_zip_begin(gml_context *context, gml_reader *reader, gml_zip *zip);

/* Moves to the next member; false after the last. A member that was not read to its end is skipped. Errors: those of
 * the reader, data, unsupported (a build without zlib), memory. */
gml_status gml_zip_next(gml_zip *zip, bool *found);

/* Returns the bytes of the current member. Reading its end checks its checksum. */
gml_bytes gml_zip_member(gml_zip *zip);

void gml_zip_clear(gml_zip *zip);

/* ---- shared by the files of this header ---- */

/* Reads exactly `size` bytes of the file; `what` names them. Errors: those of the reader, data. */
gml_status gml_zip_take(gml_zip *zip, void *bytes, size_t size, const char *what);

/* Returns the number in `size` bytes, the least significant first. */
uint64_t gml_zip_number(const uint8_t *bytes, size_t size);

/* Refuses the current member. Errors: data. */
gml_status gml_zip_refuse(const gml_zip *zip, const char *complaint);

/* Reads the header of a member after its signature. Errors: as gml_zip_next. */
gml_status gml_zip_begin_member(gml_zip *zip);

#endif
