/* tests/base/reader_case.h - a long file, read in pieces of any size. */
#ifndef GML_TESTS_READER_CASE_H
#define GML_TESTS_READER_CASE_H

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "files.h"

/* Bytes that do not compress well and are longer than every buffer inside. */
enum { LONG = 300000 };

static inline char *long_text(void)
{
    char *text = malloc(LONG);
    ck_assert_ptr_nonnull(text);
    uint32_t state = 1;
    for (size_t i = 0; i < LONG; i++) {
        state = state * 1664525u + 1013904223u;
        text[i] = (char)(state >> 24);
    }
    text[0] = 'x'; /* not gzip's mark */
    return text;
}

/* Reads a file in pieces of `piece` bytes; the status of the first failure, `size` what came before. */
static inline gml_status read_in_pieces(const char *path, size_t piece, char *out, size_t *size)
{
    gml_reader *reader = NULL;
    *size = 0;
    gml_status status = gml_reader_open(context, path, &reader);
    for (size_t got = piece; status == GML_OK && got == piece; *size += got) {
        status = gml_reader_read(reader, out + *size, piece, &got);
        got = status == GML_OK ? got : 0;
    }
    ck_assert(status != GML_OK || gml_reader_position(reader) == *size);
    gml_reader_close(reader);
    return status;
}

static inline void assert_reads(const char *path, const char *expected, size_t expected_size)
{
    static const size_t pieces[] = {1000003, 65536, 65537, 4096, 777, 13};
    char *out = malloc(expected_size + 1000003);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t size = 0;
        assert_ok(context, read_in_pieces(path, pieces[i], out, &size));
        ck_assert_uint_eq(size, expected_size);
        ck_assert_int_eq(memcmp(out, expected, size), 0);
    }
    free(out);
}

#endif
