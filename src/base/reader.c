/* base/reader.c - the bounded reader: file -> chunk -> (gunzip) -> the caller's buffer. */
#include "base/reader.h"

#include <inttypes.h>
#include <string.h>

#include "base/gunzip.h"
#include "base/system_text.h"

enum { CHUNK_SIZE = 1 << 16 };

struct gml_reader {
    gml_context *context;
    char *path;
    void *file;                    /* null once closed or never opened */
    gml_gunzip *gunzip;            /* null for an uncompressed file */
    bool member_ended;             /* at the end of a gzip member, where the file may end */
    uint8_t *chunk;                /* [CHUNK_SIZE] bytes as in the file */
    size_t chunk_begin, chunk_end; /* the unused part of the chunk */
    uint64_t file_position;        /* bytes of the file used */
    uint64_t position;             /* bytes of the contents returned */
    uint8_t peek[GML_PEEK_SIZE];   /* the first bytes of the contents */
    size_t peek_begin, peek_size;  /* the part not yet returned */
    bool peek_whole;               /* the contents end with them */
    bool eager;                    /* reads what is there, without waiting for full buffers */
};

static gml_status read_file(gml_reader *reader, uint8_t *buffer, size_t capacity, size_t *got)
{
    const gml_file_system *files = &reader->context->hooks.files;
    const bool some = reader->eager && files->read_some != NULL;
    int failure = (some ? files->read_some : files->read)(files->user, reader->file, buffer, capacity, got);
    return failure == 0 ? GML_OK
                        : gml_fail(reader->context, GML_ERROR_READ, "%s: reading stopped at byte %" PRIu64 ": %s",
                                   reader->path, reader->file_position, gml_system_text(failure));
}

/* Fills the empty chunk; it stays empty at the end of the file. */
static gml_status fill_chunk(gml_reader *reader)
{
    reader->chunk_begin = reader->chunk_end = 0;
    return read_file(reader, reader->chunk, CHUNK_SIZE, &reader->chunk_end);
}

/* Reads an uncompressed file: first the rest of the chunk, then large pieces directly into the caller's buffer. */
static gml_status read_plain(gml_reader *reader, uint8_t *buffer, size_t capacity, size_t *got)
{
    size_t left = reader->chunk_end - reader->chunk_begin;
    if (left == 0 && capacity >= CHUNK_SIZE) {
        gml_status status = read_file(reader, buffer, capacity, got);
        reader->file_position += status == GML_OK ? *got : 0;
        return status;
    }
    gml_status status = left == 0 ? fill_chunk(reader) : GML_OK;
    if (status != GML_OK) {
        return status;
    }
    left = reader->chunk_end - reader->chunk_begin;
    *got = left < capacity ? left : capacity;
    memcpy(buffer, reader->chunk + reader->chunk_begin, *got);
    reader->chunk_begin += *got;
    reader->file_position += *got;
    return GML_OK;
}

/* Decompresses one piece of a gzip file. `got` may be 0 before the end; `ended` is set at the end. */
static gml_status read_gzip(gml_reader *reader, uint8_t *buffer, size_t capacity, size_t *got, bool *ended)
{
    *got = 0;
    *ended = false;
    if (reader->chunk_begin == reader->chunk_end) {
        gml_status status = fill_chunk(reader);
        if (status != GML_OK) {
            return status;
        }
        if (reader->chunk_end == 0 && !reader->member_ended) {
            return gml_fail(reader->context, GML_ERROR_DATA,
                            "%s: truncated gzip file: it ends at byte %" PRIu64 " in the middle of its data",
                            reader->path, reader->file_position);
        }
        *ended = reader->chunk_end == 0;
    }
    if (*ended) {
        return GML_OK;
    }
    gml_gunzip_step step = {.in = reader->chunk + reader->chunk_begin,
                            .in_size = reader->chunk_end - reader->chunk_begin,
                            .out = buffer,
                            .out_size = capacity};
    gml_gunzip_run(reader->gunzip, &step);
    size_t used = reader->chunk_end - reader->chunk_begin - step.in_size;
    reader->chunk_begin += used;
    reader->file_position += used;
    reader->member_ended = step.member_ended;
    *got = capacity - step.out_size;
    if (step.lacks_memory) {
        return GML_ERROR_MEMORY;
    }
    if (step.problem != NULL) {
        return gml_fail(reader->context, GML_ERROR_DATA, "%s: broken gzip data near byte %" PRIu64 " of the file: %s",
                        reader->path, reader->file_position, step.problem);
    }
    return GML_OK;
}

/* Reads some bytes after the peeked ones; none at the end, and perhaps none before it. */
static gml_status read_piece(gml_reader *reader, uint8_t *buffer, size_t capacity, size_t *got, bool *ended)
{
    if (reader->gunzip != NULL) {
        return read_gzip(reader, buffer, capacity, got, ended);
    }
    gml_status status = read_plain(reader, buffer, capacity, got);
    *ended = *got == 0;
    return status;
}

/* Reads at least `least` and at most `capacity` bytes after the peeked ones; fewer only at the end. */
static gml_status read_on(gml_reader *reader, uint8_t *buffer, size_t least, size_t capacity, size_t *got)
{
    size_t done = 0;
    bool ended = false;
    while (done < least && !ended) {
        size_t more = 0;
        gml_status status = read_piece(reader, buffer + done, capacity - done, &more, &ended);
        if (status != GML_OK) {
            return status;
        }
        done += more;
    }
    *got = done;
    return GML_OK;
}

bool gml_reader_may_wait(const gml_reader *reader)
{
    return reader->eager && reader->peek_begin == reader->peek_size && reader->chunk_begin == reader->chunk_end;
}

/* Reads the first bytes; of an eager reader, as many as are there once one line is. */
static gml_status read_peek(gml_reader *reader)
{
    uint8_t *peek = reader->peek;
    gml_status status = GML_OK;
    bool waits = true;
    while (status == GML_OK && waits && reader->peek_size < GML_PEEK_SIZE && !reader->peek_whole) {
        size_t more = 0;
        status =
            read_piece(reader, peek + reader->peek_size, GML_PEEK_SIZE - reader->peek_size, &more, &reader->peek_whole);
        reader->peek_size += status == GML_OK ? more : 0;
        waits = !reader->eager || reader->chunk_begin < reader->chunk_end ||
                (memchr(peek, '\n', reader->peek_size) == NULL && memchr(peek, '\r', reader->peek_size) == NULL);
    }
    return status;
}

/* Opens the file, detects gzip, and reads the first bytes of the contents. */
static gml_status begin(gml_reader *reader)
{
    const gml_file_system *files = &reader->context->hooks.files;
    int failure = files->open(files->user, reader->path, GML_FILE_READ, &reader->file);
    if (failure != 0) {
        return gml_fail(reader->context, GML_ERROR_NOT_FOUND, "%s: cannot be opened: %s", reader->path,
                        gml_system_text(failure));
    }
    gml_status status = fill_chunk(reader);
    if (status == GML_OK && reader->eager && reader->chunk_end == 1) { /* too little to tell a gzip file */
        size_t more = 0;
        status = read_file(reader, reader->chunk + 1, CHUNK_SIZE - 1, &more);
        reader->chunk_end += more;
    }
    if (status == GML_OK && gml_gunzip_recognizes(reader->chunk, reader->chunk_end)) {
        status = gml_gunzip_create(reader->context, reader->path, &reader->gunzip);
    }
    return status == GML_OK ? read_peek(reader) : status;
}

static gml_status open_reader(gml_context *context, const char *path, bool eager, gml_reader **reader)
{
    gml_reader *made = gml_allocate(context, 1, sizeof *made, "a file reader");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_reader){.context = context, .eager = eager};
    made->path = gml_copy_string(context, path);
    made->chunk = made->path != NULL ? gml_allocate(context, CHUNK_SIZE, 1, "a file reader's buffer") : NULL;
    gml_status status = made->chunk != NULL ? begin(made) : GML_ERROR_MEMORY;
    if (status != GML_OK) {
        gml_reader_close(made);
        return status;
    }
    *reader = made;
    return GML_OK;
}

gml_status gml_reader_open(gml_context *context, const char *path, gml_reader **reader)
{
    return open_reader(context, path, false, reader);
}

gml_status gml_reader_open_eager(gml_context *context, const char *path, gml_reader **reader)
{
    return open_reader(context, path, true, reader);
}

void gml_reader_close(gml_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    gml_context *context = reader->context;
    if (reader->file != NULL) {
        context->hooks.files.close(context->hooks.files.user, reader->file);
    }
    gml_gunzip_destroy(reader->gunzip);
    gml_release(context, reader->chunk, CHUNK_SIZE, 1);
    gml_release_string(context, reader->path);
    gml_release(context, reader, 1, sizeof *reader);
}

const uint8_t *gml_reader_peek(const gml_reader *reader, size_t *size)
{
    *size = reader->peek_size - reader->peek_begin;
    return reader->peek + reader->peek_begin;
}

bool gml_reader_peek_is_whole(const gml_reader *reader)
{
    return reader->peek_whole;
}

/* Reads at least `least` bytes, as read_on does, and the peeked ones first. */
static gml_status read_bytes(gml_reader *reader, void *buffer, size_t least, size_t capacity, size_t *got)
{
    size_t peeked = reader->peek_size - reader->peek_begin;
    peeked = peeked < capacity ? peeked : capacity;
    memcpy(buffer, reader->peek + reader->peek_begin, peeked);
    reader->peek_begin += peeked;
    size_t more = 0;
    least = least > peeked ? least - peeked : reader->chunk_begin < reader->chunk_end && capacity > peeked;
    gml_status status = read_on(reader, (uint8_t *)buffer + peeked, least, capacity - peeked, &more);
    if (status != GML_OK) {
        return status;
    }
    *got = peeked + more;
    reader->position += *got;
    return GML_OK;
}

gml_status gml_reader_read(gml_reader *reader, void *buffer, size_t capacity, size_t *got)
{
    return read_bytes(reader, buffer, capacity, capacity, got);
}

gml_status gml_reader_read_some(gml_reader *reader, void *buffer, size_t capacity, size_t *got)
{
    return read_bytes(reader, buffer, capacity > 0, capacity, got);
}

gml_status gml_reader_read_exact(gml_reader *reader, void *buffer, size_t size, const char *what)
{
    size_t got = 0;
    gml_status status = gml_reader_read(reader, buffer, size, &got);
    if (status == GML_OK && got < size) {
        return gml_fail(reader->context, GML_ERROR_DATA, "%s: ends at byte %" PRIu64 ", %zu bytes short of its %s",
                        reader->path, reader->position, size - got, what);
    }
    return status;
}

gml_status gml_reader_expect_end(gml_reader *reader, const char *after)
{
    uint8_t byte;
    size_t got = 0;
    uint64_t position = reader->position;
    gml_status status = gml_reader_read(reader, &byte, 1, &got);
    if (status == GML_OK && got > 0) {
        return gml_fail(reader->context, GML_ERROR_DATA, "%s: continues at byte %" PRIu64 ", after its %s",
                        reader->path, position, after);
    }
    return status;
}

uint64_t gml_reader_position(const gml_reader *reader)
{
    return reader->position;
}

const char *gml_reader_path(const gml_reader *reader)
{
    return reader->path;
}
