/* store/image.c - reads a model file into memory, and checks its kind and checksum. */
#include "store/image.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/checksum.h"
#include "base/reader.h"
#include "store/features.h"
#include "store/format.h"

enum { FIRST_CHUNK = 1 << 16 };

static size_t chunk_size(size_t index)
{
    return (size_t)FIRST_CHUNK << (index > 0 ? index - 1 : 0);
}

/* ---- the kind of a file ---- */

/* True if the text follows the length at the start of the file. */
static bool begins(const uint8_t *bytes, size_t size, const char *text)
{
    size_t length = strlen(text);
    return size >= GML_LENGTH_SIZE + length && memcmp(bytes + GML_LENGTH_SIZE, text, length) == 0;
}

/* Fails because of the format version, which follows GML_FORMAT_KEY. */
static gml_status refuse_version(gml_context *context, const char *path, const uint8_t *bytes, size_t size)
{
    size_t begin = GML_LENGTH_SIZE + strlen(GML_FORMAT_KEY), length = 0;
    while (begin + length < size && length < 20 && bytes[begin + length] != '"') {
        length++;
    }
    return gml_fail(context, GML_ERROR_DATA,
                    "%s: is in the format \"gemmule %.*s\"; this library reads \"gemmule " GML_FORMAT_VERSION "\": %s",
                    path, (int)length, (const char *)bytes + begin, gml_newer_needed());
}

/* Fails unless the file is a model file of this format. */
static gml_status check_kind(gml_context *context, const char *path, const uint8_t *bytes, size_t size)
{
    const char *problem = NULL;
    if (size == 0) {
        problem = "the file is empty; a model file was expected";
    } else if (!begins(bytes, size, "{")) {
        problem = "is not a model file: a safetensors file begins with a length and a JSON header";
    } else if (gml_read_length(bytes) > GML_MAX_HEADER) {
        problem = "is not a model file: its header would be longer than 100 MB";
    } else if (begins(bytes, size, GML_HEADER_START)) {
        return GML_OK;
    } else if (begins(bytes, size, GML_FORMAT_KEY)) {
        return refuse_version(context, path, bytes, size);
    } else {
        problem = "is not a model file of gemmule: its header begins differently";
    }
    return gml_fail(context, GML_ERROR_DATA, "%s: %s", path, problem);
}

/* ---- reading ---- */

/* Reads chunk after chunk; allocates each when the one before is full. */
static gml_status read_chunks(gml_reader *reader, gml_image *image)
{
    size_t got = 0, capacity = 0;
    for (size_t i = 0; got == capacity; i++) {
        if (i == GML_IMAGE_CHUNKS) {
            return gml_fail(image->context, GML_ERROR_MEMORY, "%s: the file is too large", gml_reader_path(reader));
        }
        capacity = chunk_size(i);
        image->chunks[i] = gml_allocate(image->context, capacity, 1, "the bytes of a model file");
        if (image->chunks[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
        gml_status status = gml_reader_read(reader, image->chunks[i], capacity, &got);
        if (status != GML_OK) {
            return status;
        }
        image->size += got;
    }
    return GML_OK;
}

/* Returns the checksum of the whole image. */
static uint64_t sum_up(const gml_image *image)
{
    uint64_t sum = 0, left = image->size;
    for (size_t i = 0; left > 0; i++) {
        size_t size = left < chunk_size(i) ? (size_t)left : chunk_size(i);
        sum = gml_checksum(sum, image->chunks[i], size);
        left -= size;
    }
    return sum;
}

/* Compares the stored checksum with the computed one, and the header's length with the file's. Sets the digits of the
 * checksum in the image to 0, as they were when it was computed. */
static gml_status verify(gml_image *image, const char *path)
{
    if (image->size < GML_FRONT_SIZE) {
        return gml_fail(image->context, GML_ERROR_DATA,
                        "%s: ends at byte %" PRIu64 ", %" PRIu64 " bytes short of its checksum", path, image->size,
                        GML_FRONT_SIZE - image->size);
    }
    char digits[GML_DIGITS], sum[GML_DIGITS + 1];
    memcpy(digits, image->chunks[0] + GML_DIGITS_AT, GML_DIGITS);
    memset(image->chunks[0] + GML_DIGITS_AT, '0', GML_DIGITS);
    snprintf(sum, sizeof sum, "%016" PRIx64, sum_up(image));
    if (memcmp(digits, sum, GML_DIGITS) != 0) {
        return gml_fail(image->context, GML_ERROR_DATA,
                        "%s: is damaged: its stored checksum is %.16s, that of its %" PRIu64 " bytes is %s", path,
                        digits, image->size, sum);
    }
    image->header = gml_read_length(image->chunks[0]);
    if (image->header > image->size - GML_LENGTH_SIZE) {
        return gml_fail(image->context, GML_ERROR_DATA,
                        "%s: its header would have %" PRIu64 " bytes; the whole file has %" PRIu64, path, image->header,
                        image->size);
    }
    return GML_OK;
}

static gml_status read_all(gml_reader *reader, gml_image *image)
{
    const char *path = gml_reader_path(reader);
    size_t size = 0;
    const uint8_t *bytes = gml_reader_peek(reader, &size);
    gml_status status = check_kind(image->context, path, bytes, size);
    if (status == GML_OK) {
        status = read_chunks(reader, image);
    }
    return status == GML_OK ? verify(image, path) : status;
}

gml_status gml_image_read(gml_context *context, const char *path, gml_image *image)
{
    gml_reader *reader = NULL;
    *image = (gml_image){.context = context};
    gml_status status = gml_reader_open(context, path, &reader);
    if (status == GML_OK) {
        status = read_all(reader, image);
    }
    gml_reader_close(reader);
    if (status != GML_OK) {
        gml_image_clear(image);
    }
    return status;
}

/* ---- consuming ---- */

static void release_chunk(gml_image *image, size_t index)
{
    gml_release(image->context, image->chunks[index], chunk_size(index), 1);
    image->chunks[index] = NULL;
}

void gml_image_take(gml_image *image, void *bytes, size_t size)
{
    for (size_t done = 0, step; done < size; done += step) {
        size_t left = chunk_size(image->chunk) - image->at;
        step = size - done < left ? size - done : left;
        memcpy((char *)bytes + done, image->chunks[image->chunk] + image->at, step);
        image->at += step;
        if (step == left) {
            release_chunk(image, image->chunk++);
            image->at = 0;
        }
    }
}

void gml_image_clear(gml_image *image)
{
    for (size_t i = 0; i < GML_IMAGE_CHUNKS; i++) {
        if (image->chunks[i] != NULL) {
            release_chunk(image, i);
        }
    }
}
