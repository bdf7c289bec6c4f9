/* tests/base/gzip.c - files under gzip, as the bounded reader sees them. Built only with zlib, which makes the files
 * here. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/reader.h"
#include "reader_case.h"

/* Puts `size` bytes under gzip behind the `used` that are there; the new size. */
static size_t pack(char *out, size_t used, size_t capacity, const void *data, size_t size)
{
    z_stream stream = {0};
    ck_assert_int_eq(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)data;
    stream.avail_in = (uInt)size;
    stream.next_out = (Bytef *)out + used;
    stream.avail_out = (uInt)(capacity - used);
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    used += stream.total_out;
    deflateEnd(&stream);
    return used;
}

TEST(gzip_is_taken_away_from_one_and_from_joined_members)
{
    char *text = long_text();
    char *packed = malloc(2 * LONG);
    size_t size = pack(packed, 0, 2 * LONG, text, LONG);
    assert_reads(put_file("one", packed, size), text, LONG);
    size = pack(packed, 0, 2 * LONG, text, 1000);
    size = pack(packed, size, 2 * LONG, "", 0);
    size = pack(packed, size, 2 * LONG, text + 1000, LONG - 1000);
    assert_reads(put_file("three", packed, size), text, LONG);
    assert_reads(put_file("nothing", packed, pack(packed, 0, 2 * LONG, "", 0)), "", 0);
    free(text);
    free(packed);
}

TEST(a_gzip_file_cut_anywhere_is_refused)
{
    char packed[2000];
    char out[4000];
    size_t got = 0;
    size_t size = pack(packed, 0, sizeof packed, "hello, hello, hello, world", 26);
    for (size_t cut = 2; cut < size; cut++) {
        const char *path = put_file("cut.gz", packed, cut);
        assert_refused(context, read_in_pieces(path, 2000, out, &got), GML_ERROR_DATA, path, "truncated gzip", "byte",
                       NULL);
    }
}

TEST(a_gzip_file_with_a_changed_byte_is_refused)
{
    char packed[2000];
    char out[4000];
    size_t got = 0;
    size_t size = pack(packed, 0, sizeof packed, "hello, hello, hello, world", 26);
    for (size_t i = 10; i < size; i++) {
        packed[i] ^= 0x55;
        const char *path = put_file("changed.gz", packed, size);
        assert_refused(context, read_in_pieces(path, 2000, out, &got), GML_ERROR_DATA, path, "gzip", "byte", NULL);
        packed[i] ^= 0x55;
    }
}

TEST(bytes_behind_a_gzip_member_are_refused)
{
    char packed[2000];
    char out[4000];
    size_t got = 0;
    size_t size = pack(packed, 0, sizeof packed, "hello", 5);
    memcpy(packed + size, "rest", 4);
    assert_refused(context, read_in_pieces(put_file("rest.gz", packed, size + 4), 2000, out, &got), GML_ERROR_DATA,
                   "rest.gz", "byte", NULL);
}

TEST(peeking_sees_the_contents_and_does_not_move)
{
    gml_reader *reader = NULL;
    char packed[2000];
    char out[16];
    size_t size = pack(packed, 0, sizeof packed, "0123456789", 10);
    assert_ok(context, gml_reader_open(context, put_file("ten.gz", packed, size), &reader));
    const uint8_t *bytes = gml_reader_peek(reader, &size);
    ck_assert_uint_eq(size, 10);
    ck_assert_int_eq(memcmp(bytes, "0123456789", 10), 0);
    ck_assert_uint_eq(gml_reader_position(reader), 0);
    assert_ok(context, gml_reader_read_exact(reader, out, 10, "all"));
    ck_assert_int_eq(memcmp(out, "0123456789", 10), 0);
    gml_reader_close(reader);
}

TEST(reading_survives_the_failure_of_each_allocation)
{
    char packed[2000];
    char out[4000];
    size_t got = 0;
    const char *path = put_file("hello.gz", packed, pack(packed, 0, sizeof packed, "hello", 5));
    gml_status status = GML_ERROR_MEMORY;
    size_t before = f.live_bytes;
    for (size_t n = 1; status != GML_OK; n++) {
        reset_faults(&f);
        f.fail_at = n;
        status = read_in_pieces(path, 2000, out, &got);
        ck_assert_msg(status == GML_OK || status == GML_ERROR_MEMORY, "%s", gml_context_message(context));
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_eq(f.open_files, 0);
        ck_assert_uint_lt(n, 20);
    }
}

TEST(memory_does_not_grow_with_the_file)
{
    char *zeros = calloc(1, 1 << 24);
    char *packed = malloc(1 << 20);
    put_file("zeros.gz", packed, pack(packed, 0, 1 << 20, zeros, 1 << 24));
    gml_reader *reader = NULL;
    size_t before = f.live_bytes;
    f.peak_bytes = before;
    assert_ok(context, gml_reader_open(context, in_folder("zeros.gz"), &reader));
    assert_ok(context, gml_reader_read_exact(reader, zeros, 1 << 24, "zeros"));
    assert_ok(context, gml_reader_expect_end(reader, "zeros"));
    gml_reader_close(reader);
    ck_assert_uint_lt(f.peak_bytes - before, 1 << 18);
    free(zeros);
    free(packed);
}

TEST(a_read_error_within_gzip_is_reported_with_its_place)
{
    char *text = long_text();
    char *out = malloc(2 * LONG);
    char *packed = malloc(2 * LONG);
    size_t got = 0;
    put_file("long.gz", packed, pack(packed, 0, 2 * LONG, text, LONG));
    f.read_budget = 100000;
    assert_refused(context, read_in_pieces(in_folder("long.gz"), 777, out, &got), GML_ERROR_READ, "long.gz", "byte",
                   "Input/output error", NULL);
    free(text);
    free(out);
    free(packed);
}

int main(void)
{
    return run_file_tests("gzip", 60);
}
