/* base/gunzip.c - the only file that uses zlib. */
#include "base/gunzip.h"

bool gml_gunzip_recognizes(const uint8_t *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

#ifdef GML_HAVE_ZLIB
#include <zlib.h>

struct gml_gunzip {
    gml_context *context;
    z_stream stream;
    bool begun; /* inside a member */
};

/* zlib frees memory without its size; therefore each block begins with its size. */
static void *allocate(void *context, uInt count, uInt size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow((size_t)count, (size_t)size, &bytes) ||
        __builtin_add_overflow(bytes, (size_t)GML_ALIGNMENT, &bytes)) {
        return NULL;
    }
    char *block = gml_allocate(context, bytes, 1, "zlib's working memory");
    if (block == NULL) {
        return NULL;
    }
    *(size_t *)(void *)block = bytes;
    return block + GML_ALIGNMENT;
}

static void release(void *context, void *pointer)
{
    char *block = (char *)pointer - GML_ALIGNMENT;
    gml_release(context, block, *(size_t *)(void *)block, 1);
}

static gml_status create(gml_context *context, const char *path, int window, gml_gunzip **gunzip)
{
    gml_gunzip *made = gml_allocate(context, 1, sizeof *made, "a gzip reader");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_gunzip){.context = context, .stream = {.zalloc = allocate, .zfree = release, .opaque = context}};
    int code = inflateInit2(&made->stream, window);
    if (code != Z_OK) {
        gml_release(context, made, 1, sizeof *made);
        return code == Z_MEM_ERROR
                   ? GML_ERROR_MEMORY
                   : gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: zlib %s cannot read gzip", path, zlibVersion());
    }
    *gunzip = made;
    return GML_OK;
}

gml_status gml_gunzip_create(gml_context *context, const char *path, gml_gunzip **gunzip)
{
    return create(context, path, 16 + MAX_WBITS, gunzip); /* 16: gzip format, not zlib format */
}

gml_status gml_inflate_create(gml_context *context, const char *path, gml_gunzip **gunzip)
{
    return create(context, path, -MAX_WBITS, gunzip); /* negative: neither gzip nor zlib format */
}

void gml_gunzip_destroy(gml_gunzip *gunzip)
{
    if (gunzip != NULL) {
        inflateEnd(&gunzip->stream);
        gml_release(gunzip->context, gunzip, 1, sizeof *gunzip);
    }
}

static uInt clamp(size_t size)
{
    return size < (1u << 30) ? (uInt)size : 1u << 30;
}

void gml_gunzip_run(gml_gunzip *gunzip, gml_gunzip_step *step)
{
    z_stream *stream = &gunzip->stream;
    if (!gunzip->begun) {
        inflateReset(stream);
        gunzip->begun = true;
    }
    uInt in = clamp(step->in_size);
    uInt out = clamp(step->out_size);
    stream->next_in = (Bytef *)(uintptr_t)step->in;
    stream->avail_in = in;
    stream->next_out = step->out;
    stream->avail_out = out;
    int code = inflate(stream, Z_NO_FLUSH);
    step->in += in - stream->avail_in;
    step->in_size -= in - stream->avail_in;
    step->out += out - stream->avail_out;
    step->out_size -= out - stream->avail_out;
    step->member_ended = code == Z_STREAM_END;
    step->lacks_memory = code == Z_MEM_ERROR;
    step->problem = NULL;
    if (code == Z_STREAM_END) {
        gunzip->begun = false;
    } else if (code != Z_MEM_ERROR && code != Z_OK && code != Z_BUF_ERROR) {
        step->problem = stream->msg != NULL ? stream->msg : zError(code);
    }
}

uint32_t gml_gunzip_checksum(uint32_t sum, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        uInt piece = clamp(size - done);
        sum = (uint32_t)crc32(sum, (const Bytef *)bytes + done, piece);
        done += piece;
    }
    return sum;
}

bool gml_gunzip_available(void)
{
    return true;
}

#else

gml_status gml_gunzip_create(gml_context *context, const char *path, gml_gunzip **gunzip)
{
    (void)gunzip;
    return gml_fail(context, GML_ERROR_UNSUPPORTED,
                    "%s: is compressed with gzip, which this build cannot read: it was made without zlib", path);
}

gml_status gml_inflate_create(gml_context *context, const char *path, gml_gunzip **gunzip)
{
    (void)gunzip;
    return gml_fail(context, GML_ERROR_UNSUPPORTED,
                    "%s: is a zip archive, which this build cannot read: it was made without zlib", path);
}

uint32_t gml_gunzip_checksum(uint32_t sum, const void *bytes, size_t size)
{
    (void)sum;
    (void)bytes;
    (void)size;
    return 0;
}

void gml_gunzip_destroy(gml_gunzip *gunzip)
{
    (void)gunzip;
}

void gml_gunzip_run(gml_gunzip *gunzip, gml_gunzip_step *step)
{
    (void)gunzip;
    step->problem = "no zlib";
}

bool gml_gunzip_available(void)
{
    return false;
}
#endif
