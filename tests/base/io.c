/* tests/base/io.c - the bounded reader and the atomic writer (base/reader.h, base/writer.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/gunzip.h"
#include "base/reader.h"
#include "base/system_text.h"
#include "base/writer.h"
#include "reader_case.h"

/* ---- the reader ---- */

TEST(a_plain_file_comes_whole_in_pieces_of_any_size)
{
    char *text = long_text();
    assert_reads(put_file("plain", text, LONG), text, LONG);
    assert_reads(put_file("short", "\x1f", 1), "\x1f", 1);
    assert_reads(put_file("empty", "", 0), "", 0);
    free(text);
}

TEST(a_missing_file_and_a_folder_are_told_apart_from_bad_data)
{
    gml_reader *reader = NULL;
    assert_refused(context, gml_reader_open(context, in_folder("none"), &reader), GML_ERROR_NOT_FOUND, "none",
                   "No such file", NULL);
    assert_refused(context, gml_reader_open(context, in_folder("."), &reader), GML_ERROR_READ, "directory", NULL);
    ck_assert_ptr_null(reader);
}

TEST(an_exact_read_says_what_is_missing_and_where)
{
    gml_reader *reader = NULL;
    char out[16];
    assert_ok(context, gml_reader_open(context, put_text("ten", "0123456789"), &reader));
    ck_assert_str_eq(gml_reader_path(reader), in_folder("ten"));
    assert_ok(context, gml_reader_read_exact(reader, out, 6, "header"));
    ck_assert_int_eq(memcmp(out, "012345", 6), 0);
    assert_refused(context, gml_reader_expect_end(reader, "header"), GML_ERROR_DATA, "byte 6", "header", NULL);
    assert_refused(context, gml_reader_read_exact(reader, out, 8, "body"), GML_ERROR_DATA, "ten", "byte 10", "5 bytes",
                   "body", NULL);
    assert_ok(context, gml_reader_expect_end(reader, "body"));
    gml_reader_close(reader);
}

TEST(a_read_error_in_the_middle_is_reported_with_its_place)
{
    char *text = long_text();
    char *out = malloc(2 * LONG);
    size_t got = 0;
    put_file("long", text, LONG);
    for (size_t piece = 1000; piece < LONG; piece *= 17) {
        f.read_budget = 100000;
        assert_refused(context, read_in_pieces(in_folder("long"), piece, out, &got), GML_ERROR_READ, "long", "byte",
                       "Input/output error", NULL);
    }
    free(text);
    free(out);
}

TEST(a_build_without_zlib_says_so)
{
    gml_reader *reader = NULL;
    const char *path = put_file("packed.gz", "\x1f\x8b\x08", 3);
    gml_status status = gml_reader_open(context, path, &reader);
    if (gml_gunzip_available()) {
        assert_refused(context, status, GML_ERROR_DATA, "packed.gz", "truncated", NULL);
    } else {
        assert_refused(context, status, GML_ERROR_UNSUPPORTED, "packed.gz", "zlib", NULL);
    }
}

/* ---- the writer ---- */

static gml_status write_text(const char *path, const char *text)
{
    gml_writer *writer = NULL;
    gml_status status = gml_writer_open(context, path, &writer);
    if (status != GML_OK) {
        return status;
    }
    status = gml_writer_write(writer, text, strlen(text) / 2);
    if (status == GML_OK) {
        status = gml_writer_write(writer, text + strlen(text) / 2, strlen(text) - strlen(text) / 2);
    }
    if (status != GML_OK) {
        gml_writer_abandon(writer);
        return status;
    }
    return gml_writer_commit(writer);
}

TEST(a_committed_file_is_whole_and_alone)
{
    assert_ok(context, write_text(in_folder("model"), "first"));
    assert_file_holds(in_folder("model"), "first");
    assert_ok(context, write_text(in_folder("model"), "the second"));
    assert_file_holds(in_folder("model"), "the second");
    ck_assert_uint_eq(count_files(), 1);
}

TEST(until_the_commit_the_old_file_stands)
{
    gml_writer *writer = NULL;
    const char *path = put_text("model", "old");
    assert_ok(context, gml_writer_open(context, path, &writer));
    assert_ok(context, gml_writer_write(writer, "new", 3));
    assert_file_holds(path, "old");
    gml_writer_abandon(writer);
    assert_file_holds(path, "old");
    ck_assert_uint_eq(count_files(), 1);
    gml_writer_abandon(NULL);
}

TEST(any_failure_leaves_the_old_file_and_nothing_else)
{
    const char *path = put_text("model", "old");
    for (int stage = 0; stage < 5; stage++) {
        reset_faults(&f);
        f.write_budget = stage == 0 ? 0 : stage == 1 ? 3 : SIZE_MAX;
        f.sync_failure = stage == 2 ? EIO : 0;
        f.close_failure = stage == 3 ? EDQUOT : 0;
        f.rename_failure = stage == 4 ? EACCES : 0;
        int failure = stage < 2 ? ENOSPC : stage == 2 ? EIO : stage == 3 ? EDQUOT : EACCES;
        assert_refused(context, write_text(path, "new text"), GML_ERROR_WRITE, path, gml_system_text(failure), NULL);
        assert_file_holds(path, "old");
        ck_assert_uint_eq(count_files(), 1);
        ck_assert_uint_eq(f.open_files, 0);
    }
}

TEST(a_folder_that_cannot_be_synced_is_reported)
{
    f.sync_folder_failure = EIO;
    assert_refused(context, write_text(in_folder("model"), "new"), GML_ERROR_WRITE, "model", "folder", NULL);
    assert_file_holds(in_folder("model"), "new");
}

TEST(what_cannot_be_made_is_refused_at_once)
{
    assert_refused(context, write_text(in_folder("none/model"), "new"), GML_ERROR_CREATE, "none/model", "No such file",
                   NULL);
    assert_refused(context, write_text(in_folder("."), "new"), GML_ERROR_CREATE, "folder", NULL);
    ck_assert_int_eq(mkfifo(in_folder("pipe"), 0600), 0);
    assert_refused(context, write_text(in_folder("pipe"), "new"), GML_ERROR_CREATE, "pipe", NULL);
}

/* Looks only: a writer that failed to refuse a device would put a file in its place, if root runs the test. */
TEST(devices_are_told_from_regular_files)
{
    ck_assert_int_eq(f.files.kind(f.files.user, "/dev/full"), GML_PATH_OTHER);
    ck_assert_int_eq(f.files.kind(f.files.user, "/dev/null"), GML_PATH_OTHER);
    ck_assert_int_eq(f.files.kind(f.files.user, put_text("file", "")), GML_PATH_FILE);
    ck_assert_int_eq(f.files.kind(f.files.user, in_folder(".")), GML_PATH_FOLDER);
    ck_assert_int_eq(f.files.kind(f.files.user, in_folder("none")), GML_PATH_NONE);
}

TEST(writing_survives_the_failure_of_each_allocation)
{
    const char *path = put_text("model", "old");
    gml_status status = GML_ERROR_MEMORY;
    size_t before = f.live_bytes;
    for (size_t n = 1; status != GML_OK; n++) {
        assert_file_holds(path, "old");
        reset_faults(&f);
        f.fail_at = n;
        status = write_text(path, "new");
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_eq(count_files(), 1);
    }
    assert_file_holds(path, "new");
}

TEST(the_systems_words_are_never_missing)
{
    ck_assert_str_eq(gml_system_text(ENOSPC), "No space left on device");
    ck_assert_ptr_nonnull(gml_system_text(987654));
}

int main(void)
{
    return run_file_tests("io", 60);
}
