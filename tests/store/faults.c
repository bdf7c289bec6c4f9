/* tests/store/faults.c - saving and loading that fail leave no trace. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "model_case.h"

/* A save fails with the status; the old file stays as it was, alone. */
static void assert_save_fails(const gml_network *network, bytes old, gml_status expected)
{
    size_t before = f.live_bytes;
    assert_refused(context, gml_model_save(network, in_folder("good")), expected, "good", NULL);
    bytes now = {NULL, 0};
    now.data = (unsigned char *)get_file(in_folder("good"), &now.size);
    ck_assert_uint_eq(now.size, old.size);
    ck_assert_int_eq(memcmp(now.data, old.data, old.size), 0);
    free(now.data);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_uint_eq(f.live_bytes, before);
    ck_assert_uint_eq(f.open_files, 0);
}

TEST(a_save_that_fails_keeps_the_old_file)
{
    bytes old = saved(context, plain_network(context));
    gml_network *network = full_network(context, GML_F32);
    for (size_t budget = 0; budget < 1000; budget += 37) { /* the file is longer */
        f.write_budget = budget;
        assert_save_fails(network, old, GML_ERROR_WRITE);
    }
    reset_faults(&f);
    f.sync_failure = EIO;
    assert_save_fails(network, old, GML_ERROR_WRITE);
    reset_faults(&f);
    f.close_failure = EIO;
    assert_save_fails(network, old, GML_ERROR_WRITE);
    reset_faults(&f);
    f.rename_failure = EXDEV;
    assert_save_fails(network, old, GML_ERROR_WRITE);
    reset_faults(&f);
    assert_refused(context, gml_model_save(network, in_folder("no/such/folder")), GML_ERROR_CREATE, "no/such/folder",
                   NULL);
    free(old.data);
    gml_network_destroy(network);
}

TEST(a_text_that_is_not_utf_8_is_refused_and_named)
{
    bytes old = saved(context, plain_network(context));
    gml_network *network = plain_network(context);
    assert_ok(context, gml_network_set_fact(network, "note", "caf\xe9"));
    assert_save_fails(network, old, GML_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(gml_context_message(context), "not UTF-8"));
    assert_ok(context, gml_network_set_fact(network, "note", NULL));
    assert_ok(context, gml_network_set_fact(network, "caf\xe9", "note"));
    assert_save_fails(network, old, GML_ERROR_DATA);
    free(old.data);
    gml_network_destroy(network);
}

TEST(reads_that_fail_leave_nothing)
{
    bytes file = saved(context, full_network(context, GML_F32));
    size_t before = f.live_bytes;
    gml_network *network = NULL;
    for (size_t budget = 0; budget < file.size; budget += 37) {
        f.read_budget = budget;
        assert_refused(context, gml_model_load(context, in_folder("good"), &network), GML_ERROR_READ, "good", NULL);
        ck_assert_ptr_null(network);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_eq(f.open_files, 0);
    }
    free(file.data);
}

TEST(memory_that_runs_out_anywhere_leaks_nothing)
{
    gml_network *network = full_network(context, GML_F64), *again = NULL;
    gml_status status = GML_ERROR_MEMORY;
    size_t before = f.live_bytes, count = 0;
    for (; status != GML_OK && count < 1000; count++) {
        reset_faults(&f);
        f.fail_at = count + 1;
        status = gml_model_save(network, in_folder("good"));
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_eq(count_files(), status == GML_OK);
    }
    ck_assert_uint_gt(count, 3);
    status = GML_ERROR_MEMORY;
    for (count = 0; status != GML_OK && count < 1000; count++) {
        reset_faults(&f);
        f.fail_at = count + 1;
        status = gml_model_load(context, in_folder("good"), &again);
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert(status == GML_OK || f.live_bytes == before);
    }
    ck_assert_uint_gt(count, 20);
    assert_same_network(network, again);
    gml_network_destroy(network);
    gml_network_destroy(again);
}

/* Jansson takes memory by hooks of its own. */
static size_t json_allocations_left;

static void *json_allocate(size_t size)
{
    if (json_allocations_left == 0) {
        return NULL;
    }
    json_allocations_left--;
    return malloc(size);
}

TEST(memory_that_runs_out_for_jansson_leaks_nothing)
{
    gml_network *network = full_network(context, GML_F64), *again = NULL;
    gml_status status = GML_ERROR_MEMORY;
    size_t before = f.live_bytes, count = 0;
    json_set_alloc_funcs(json_allocate, free);
    for (; status == GML_ERROR_MEMORY && count < 10000; count++) {
        json_allocations_left = count;
        status = gml_model_save(network, in_folder("good"));
        ck_assert_uint_eq(f.live_bytes, before);
    }
    assert_ok(context, status);
    ck_assert_uint_gt(count, 50);
    /* Within a word, Jansson takes a lack of memory for a fault of the text. */
    status = GML_ERROR_MEMORY;
    for (count = 0; status != GML_OK && count < 10000; count++) {
        json_allocations_left = count;
        status = gml_model_load(context, in_folder("good"), &again);
        ck_assert(status == GML_OK || f.live_bytes == before);
    }
    assert_ok(context, status);
    ck_assert_uint_gt(count, 50);
    assert_same_network(network, again);
    json_set_alloc_funcs(malloc, free);
    gml_network_destroy(network);
    gml_network_destroy(again);
}

int main(void)
{
    return run_file_tests("model_faults", 60);
}
