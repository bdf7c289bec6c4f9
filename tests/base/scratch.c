/* tests/base/scratch.c - mapped files and arrays outside of memory (base/mapping.h, base/scratch.h). */
#include "base/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mapping.h"
#include "files.h"

enum { SIZE = 100000 };

static gml_context_options without_mapping(void)
{
    gml_context_options options = {.files = gml_default_file_system()};
    options.files.stamp = NULL;
    options.files.reserve = NULL;
    options.files.map = NULL;
    options.files.unmap = NULL;
    return options;
}

/* ---- mapped files ---- */

TEST(a_mapped_file_is_its_bytes)
{
    gml_mapping mapping;
    assert_ok(context, gml_mapping_open(context, put_text("table", "hello"), &mapping));
    ck_assert_uint_eq(mapping.size, 5);
    ck_assert_int_eq(memcmp(mapping.data, "hello", 5), 0);
    gml_mapping_close(context, &mapping);
    ck_assert_ptr_null(mapping.data);
    gml_mapping_close(context, &mapping);
}

TEST(a_mapped_file_that_is_replaced_keeps_its_bytes)
{
    gml_mapping mapping;
    const char *path = put_text("table", "hello");
    assert_ok(context, gml_mapping_open(context, path, &mapping));
    ck_assert_int_eq(rename(put_text("other", "world"), path), 0);
    ck_assert_int_eq(memcmp(mapping.data, "hello", 5), 0);
    gml_mapping_close(context, &mapping);
}

TEST(an_empty_file_has_no_bytes)
{
    gml_mapping mapping;
    assert_ok(context, gml_mapping_open(context, put_text("table", ""), &mapping));
    ck_assert_uint_eq(mapping.size, 0);
    ck_assert_ptr_null(mapping.data);
    gml_mapping_close(context, &mapping);
}

TEST(what_cannot_be_mapped_is_refused_with_its_reason)
{
    gml_mapping mapping;
    assert_refused(context, gml_mapping_open(context, in_folder("none"), &mapping), GML_ERROR_NOT_FOUND, "none",
                   "No such file", NULL);
    assert_refused(context, gml_mapping_open(context, in_folder("."), &mapping), GML_ERROR_READ, "mapped", NULL);
    assert_refused(context, gml_mapping_open(context, "/dev/null", &mapping), GML_ERROR_READ, "/dev/null", NULL);
    f.map_failure = ENOMEM;
    assert_refused(context, gml_mapping_open(context, put_text("table", "hello"), &mapping), GML_ERROR_READ, "memory",
                   NULL);
}

TEST(a_host_without_mapping_is_told)
{
    gml_mapping mapping;
    gml_scratch scratch;
    gml_context *host = context_with(without_mapping());
    ck_assert(gml_mapping_available(context));
    ck_assert(!gml_mapping_available(host));
    assert_refused(host, gml_mapping_open(host, put_text("table", "hello"), &mapping), GML_ERROR_UNSUPPORTED, "map",
                   NULL);
    assert_refused(host, gml_scratch_open(host, in_folder("."), "rows", &scratch), GML_ERROR_UNSUPPORTED, "rows", NULL);
    gml_context_destroy(host);
}

/* ---- arrays ---- */

/* The array must hold what is written to it. */
static void assert_holds_bytes(gml_scratch *scratch, size_t size)
{
    ck_assert_uint_eq(scratch->size, size);
    ck_assert_uint_eq((uintptr_t)scratch->data % GML_ALIGNMENT, 0);
    memset(scratch->data, 7, size);
    ck_assert_uint_eq(((uint8_t *)scratch->data)[size - 1], 7);
    gml_scratch_destroy(context, scratch);
    ck_assert_ptr_null(scratch->data);
    gml_scratch_destroy(context, scratch);
}

TEST(a_scratch_array_takes_no_memory_and_leaves_no_name)
{
    gml_scratch scratch;
    size_t before = f.live_bytes;
    assert_ok(context, gml_scratch_create(context, in_folder("."), SIZE, "rows", &scratch));
    ck_assert_uint_eq(f.live_bytes, before);
    ck_assert_uint_ge(scratch.mapped, SIZE);
    ck_assert_uint_eq(count_files(), 0);
    ck_assert_uint_eq(f.open_files, 0);
    assert_holds_bytes(&scratch, SIZE);
}

TEST(a_scratch_array_in_the_working_directory_leaves_no_name)
{
    gml_scratch scratch;
    ck_assert_int_eq(chdir(in_folder(".")), 0);
    assert_ok(context, gml_scratch_create(context, NULL, SIZE, "rows", &scratch));
    ck_assert_uint_ge(scratch.mapped, SIZE);
    assert_holds_bytes(&scratch, SIZE);
    assert_ok(context, gml_scratch_create(context, "", SIZE, "rows", &scratch));
    ck_assert_uint_ge(scratch.mapped, SIZE);
    assert_holds_bytes(&scratch, SIZE);
    ck_assert_uint_eq(count_files(), 0);
}

/* Lets each call of the file system fail in turn. */
TEST(a_scratch_array_that_no_file_can_hold_is_in_memory)
{
    gml_scratch scratch;
    size_t failures = 0;
    for (size_t at = 1; at == 1 || f.file_calls >= at - 1; at++) {
        reset_faults(&f);
        f.fail_file_at = at;
        assert_ok(context, gml_scratch_create(context, in_folder("."), SIZE, "rows", &scratch));
        failures += scratch.mapped == 0;
        ck_assert_str_eq(gml_context_message(context), "");
        assert_holds_bytes(&scratch, SIZE);
    }
    ck_assert_uint_gt(failures, 3);
    reset_faults(&f);
    f.reserve_failure = ENOSPC;
    assert_ok(context, gml_scratch_create(context, in_folder("."), SIZE, "rows", &scratch));
    ck_assert_uint_eq(scratch.mapped, 0);
    assert_holds_bytes(&scratch, SIZE);
    reset_faults(&f);
    assert_ok(context, gml_scratch_create(context, in_folder("no folder"), SIZE, "rows", &scratch));
    assert_holds_bytes(&scratch, SIZE);
}

TEST(a_scratch_array_without_file_and_memory_is_an_error)
{
    gml_scratch scratch;
    f.fail_at = 1;
    assert_refused(context, gml_scratch_create(context, in_folder("."), SIZE, "rows", &scratch), GML_ERROR_MEMORY,
                   "rows", NULL);
    gml_scratch_destroy(context, &scratch);
}

TEST(bytes_that_were_appended_are_mapped)
{
    gml_scratch scratch;
    assert_ok(context, gml_scratch_open(context, in_folder("."), "rows", &scratch));
    ck_assert_uint_eq(count_files(), 0);
    assert_ok(context, gml_scratch_append(context, &scratch, "hello ", 6));
    assert_ok(context, gml_scratch_append(context, &scratch, "world", 5));
    assert_ok(context, gml_scratch_map(context, &scratch));
    ck_assert_int_eq(memcmp(scratch.data, "hello world", 11), 0);
    assert_holds_bytes(&scratch, 11);
}

TEST(a_full_disk_keeps_the_bytes_that_were_appended_before)
{
    gml_scratch scratch;
    assert_ok(context, gml_scratch_open(context, in_folder("."), "rows", &scratch));
    assert_ok(context, gml_scratch_append(context, &scratch, "hello", 5));
    f.write_budget = 3;
    assert_refused(context, gml_scratch_append(context, &scratch, "world", 5), GML_ERROR_WRITE, "rows",
                   "No space left on device", NULL);
    assert_ok(context, gml_scratch_map(context, &scratch));
    ck_assert_int_eq(memcmp(scratch.data, "hello", 5), 0);
    assert_holds_bytes(&scratch, 5);
}

TEST(nothing_appended_is_an_array_of_no_bytes)
{
    gml_scratch scratch;
    assert_ok(context, gml_scratch_open(context, in_folder("."), "rows", &scratch));
    assert_ok(context, gml_scratch_map(context, &scratch));
    ck_assert_uint_eq(scratch.size, 0);
    gml_scratch_destroy(context, &scratch);
}

TEST(a_scratch_that_is_never_mapped_is_closed)
{
    gml_scratch scratch;
    assert_ok(context, gml_scratch_open(context, in_folder("."), "rows", &scratch));
    gml_scratch_destroy(context, &scratch);
    assert_refused(context, gml_scratch_open(context, in_folder("no folder"), "rows", &scratch), GML_ERROR_CREATE,
                   "no folder", NULL);
    gml_scratch_destroy(context, &scratch);
}

/* A name that a process left behind when it was killed. */
TEST(leftovers_are_removed_by_the_next_scratch)
{
    gml_scratch scratch;
    for (size_t at = 1; count_files() == 0 && at < 300; at++) {
        reset_faults(&f);
        f.fail_file_at = at;
        if (gml_scratch_open(context, in_folder("."), "rows", &scratch) == GML_OK) {
            gml_scratch_destroy(context, &scratch);
        }
    }
    ck_assert_uint_eq(count_files(), 1);
    reset_faults(&f);
    assert_ok(context, gml_scratch_open(context, in_folder("."), "rows", &scratch));
    ck_assert_uint_eq(count_files(), 0);
    gml_scratch_destroy(context, &scratch);
}

int main(void)
{
    return run_file_tests("scratch", 30);
}
