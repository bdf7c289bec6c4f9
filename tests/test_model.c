/* tests/test_model.c - model files: the same network comes back, and what fails leaves no trace. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "harness.h"
#include "model_case.h"
#include "store/checksum.h"
#include "store/format.h"

/* A file of the folder made last. */
static bytes file_bytes(const char *name)
{
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder(name), &file.size);
    return file;
}

START_TEST(a_network_comes_back_with_all_it_has_to_the_bit)
{
    make_folder();
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = full_network(context, (gml_dtype)dtype), *again = NULL;
        assert_ok(context, gml_model_save(network, in_folder("m.gemmule")));
        assert_ok(context, gml_model_load(context, in_folder("m.gemmule"), &again));
        assert_same_network(network, again);
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(a_network_that_knows_nothing_comes_back_knowing_nothing)
{
    make_folder();
    gml_context *context = test_context();
    gml_network *network = plain_network(context), *again = NULL;
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    assert_same_network(network, again);
    ck_assert_int_eq(gml_network_task(again), GML_TASK_AUTO);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(a_reloaded_network_predicts_the_same_bits)
{
    make_folder();
    gml_context *context = test_context();
    gml_network *network = full_network(context, GML_F32), *again = NULL;
    assert_ok(context, gml_network_set_input_scaling(network, (double[]){0.1, -2, 5}, (double[]){3, 0.7, -1}));
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    const float x[2][3] = {{1, -2, 3}, {0.25f, 1e-3f, -7}};
    float y[2][3], z[2][3];
    assert_ok(context, gml_network_predict(network, gml_matrix_f32(x[0], 2, 3), gml_matrix_f32(y[0], 2, 3)));
    assert_ok(context, gml_network_predict(again, gml_matrix_f32(x[0], 2, 3), gml_matrix_f32(z[0], 2, 3)));
    ck_assert_int_eq(memcmp(y, z, sizeof y), 0);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(the_same_network_gives_the_same_file)
{
    make_folder();
    gml_context *context = test_context();
    gml_network *network = full_network(context, GML_F32), *again = NULL;
    assert_ok(context, gml_model_save(network, in_folder("a")));
    assert_ok(context, gml_model_load(context, in_folder("a"), &again));
    assert_ok(context, gml_model_save(again, in_folder("b")));
    bytes a = file_bytes("a"), b = file_bytes("b");
    ck_assert_uint_eq(a.size, b.size);
    ck_assert_int_eq(memcmp(a.data, b.data, a.size), 0);
    free(a.data);
    free(b.data);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(tensors_begin_on_a_64_byte_line_and_follow_each_other)
{
    make_folder();
    gml_context *context = test_context();
    gml_network *network = full_network(context, GML_F32);
    assert_ok(context, gml_model_save(network, in_folder("m")));
    bytes file = file_bytes("m");
    uint64_t header = gml_read_length(file.data);
    ck_assert_uint_eq((header + 8) % 64, 0);
    json_t *root = json_loadb((char *)file.data + 8, header, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(root);
    static const char *const names[] = {"input.shift",     "input.scale",     "output.shift", "output.scale",
                                        "layers.0.weight", "layers.1.weight", "layers.1.bias"};
    json_int_t begin = 0;
    ck_assert_uint_eq(json_object_size(root), 8);
    for (size_t i = 0; i < 7; i++) {
        json_t *offsets = json_object_get(json_object_get(root, names[i]), "data_offsets");
        ck_assert_int_eq(json_integer_value(json_array_get(offsets, 0)), begin);
        begin = json_integer_value(json_array_get(offsets, 1));
    }
    ck_assert_uint_eq(file.size, 8 + header + (uint64_t)begin);
    json_decref(root);
    free(file.data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(the_checksum_is_crc_64_xz)
{
    ck_assert_uint_eq(gml_checksum(0, "123456789", 9), UINT64_C(0x995dc9bbdf1939fa));
    ck_assert_uint_eq(gml_checksum(gml_checksum(0, "1234", 4), "56789", 5), UINT64_C(0x995dc9bbdf1939fa));
    ck_assert_uint_eq(gml_checksum(0, "", 0), 0);
}
END_TEST

START_TEST(the_checksum_stands_where_the_documentation_says)
{
    make_folder();
    gml_context *context = test_context();
    bytes file = saved(context, plain_network(context));
    char digits[17] = "", expected[17];
    memcpy(digits, file.data + 58, 16);
    memset(file.data + 58, '0', 16);
    snprintf(expected, sizeof expected, "%016" PRIx64, gml_checksum(0, file.data, file.size));
    ck_assert_str_eq(digits, expected);
    free(file.data);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(lengths_are_little_endian_and_bytes_can_be_turned_round)
{
    uint8_t eight[8];
    gml_write_length(UINT64_C(0x0807060504030201), eight);
    ck_assert_int_eq(memcmp(eight, "\1\2\3\4\5\6\7\10", 8), 0);
    ck_assert_uint_eq(gml_read_length(eight), UINT64_C(0x0807060504030201));
    gml_reverse_bytes(eight, 2, 4);
    ck_assert_int_eq(memcmp(eight, "\4\3\2\1\10\7\6\5", 8), 0);
}
END_TEST

/* A save fails with the status; the old file stays as it was, alone. */
static void assert_save_fails(gml_context *context, const faults *f, const gml_network *network, bytes old,
                              gml_status expected)
{
    size_t before = f->live_bytes;
    assert_refused(context, gml_model_save(network, in_folder("good")), expected, "good", NULL);
    bytes now = file_bytes("good");
    ck_assert_uint_eq(now.size, old.size);
    ck_assert_int_eq(memcmp(now.data, old.data, old.size), 0);
    free(now.data);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_uint_eq(f->live_bytes, before);
    ck_assert_uint_eq(f->open_files, 0);
}

START_TEST(a_save_that_fails_keeps_the_old_file)
{
    make_folder();
    faults f;
    gml_context *context = faulty_context(&f);
    bytes old = saved(context, plain_network(context));
    gml_network *network = full_network(context, GML_F32);
    for (size_t budget = 0; budget < 1000; budget += 37) { /* the file is longer */
        f.write_budget = budget;
        assert_save_fails(context, &f, network, old, GML_ERROR_WRITE);
    }
    reset_faults(&f);
    f.sync_failure = EIO;
    assert_save_fails(context, &f, network, old, GML_ERROR_WRITE);
    reset_faults(&f);
    f.close_failure = EIO;
    assert_save_fails(context, &f, network, old, GML_ERROR_WRITE);
    reset_faults(&f);
    f.rename_failure = EXDEV;
    assert_save_fails(context, &f, network, old, GML_ERROR_WRITE);
    reset_faults(&f);
    assert_refused(context, gml_model_save(network, in_folder("no/such/folder")), GML_ERROR_CREATE, "no/such/folder",
                   NULL);
    free(old.data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(a_text_that_is_not_utf_8_is_refused_and_named)
{
    make_folder();
    faults f;
    gml_context *context = faulty_context(&f);
    bytes old = saved(context, plain_network(context));
    gml_network *network = plain_network(context);
    assert_ok(context, gml_network_set_fact(network, "note", "caf\xe9"));
    assert_save_fails(context, &f, network, old, GML_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(gml_context_message(context), "not UTF-8"));
    assert_ok(context, gml_network_set_fact(network, "note", NULL));
    assert_ok(context, gml_network_set_fact(network, "caf\xe9", "note"));
    assert_save_fails(context, &f, network, old, GML_ERROR_DATA);
    free(old.data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(reads_that_fail_leave_nothing)
{
    make_folder();
    faults f;
    gml_context *context = faulty_context(&f);
    bytes file = saved(context, full_network(context, GML_F32));
    size_t before = f.live_bytes;
    gml_network *network = NULL;
    for (size_t budget = 0; budget < 2 * file.size; budget += 37) { /* the file is read twice */
        f.read_budget = budget;
        assert_refused(context, gml_model_load(context, in_folder("good"), &network), GML_ERROR_READ, "good", NULL);
        ck_assert_ptr_null(network);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_eq(f.open_files, 0);
    }
    free(file.data);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(memory_that_runs_out_anywhere_leaks_nothing)
{
    make_folder();
    faults f;
    gml_context *context = faulty_context(&f);
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
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

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

START_TEST(memory_that_runs_out_for_jansson_leaks_nothing)
{
    make_folder();
    faults f;
    gml_context *context = faulty_context(&f);
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
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

START_TEST(the_example_of_the_documentation_reads_a_file)
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    if (root == NULL || system("python3 -c 'import json, struct' >/dev/null 2>&1") != 0) {
        return;
    }
    const char *folder = make_folder();
    gml_context *context = test_context();
    gml_network *network = full_network(context, GML_F32);
    assert_ok(context, gml_model_save(network, in_folder("model.gemmule")));
    char command[1024];
    snprintf(command, sizeof command,
             "sed -n '/^```python/,/^```/{/^```/!p}' '%s/docs/model-format.md' > %s/read.py && cd %s && "
             "python3 read.py > out.txt",
             root, folder, folder);
    ck_assert_int_eq(system(command), 0);
    FILE *out = fopen(in_folder("out.txt"), "r");
    ck_assert_ptr_nonnull(out);
    gml_block block;
    assert_ok(context, gml_network_block(network, 0, &block));
    char name[32] = "";
    ck_assert_int_eq(fscanf(out, "%31s", name), 1);
    ck_assert_str_eq(name, "layers.0.weight");
    for (size_t i = 0; i < 12; i++) {
        double number = 0;
        ck_assert_int_eq(fscanf(out, "%lf", &number), 1);
        ck_assert_float_eq((float)number, ((const float *)block.values.data)[i]);
    }
    fclose(out);
    gml_network_destroy(network);
    gml_context_destroy(context);
    remove_folder();
}
END_TEST

int main(void)
{
    return run_tests(
        "model", 60,
        (const TTest *[]){
            a_network_comes_back_with_all_it_has_to_the_bit, a_network_that_knows_nothing_comes_back_knowing_nothing,
            a_reloaded_network_predicts_the_same_bits, the_same_network_gives_the_same_file,
            tensors_begin_on_a_64_byte_line_and_follow_each_other, the_checksum_is_crc_64_xz,
            the_checksum_stands_where_the_documentation_says, lengths_are_little_endian_and_bytes_can_be_turned_round,
            a_save_that_fails_keeps_the_old_file, a_text_that_is_not_utf_8_is_refused_and_named,
            reads_that_fail_leave_nothing, memory_that_runs_out_anywhere_leaks_nothing,
            memory_that_runs_out_for_jansson_leaks_nothing, the_example_of_the_documentation_reads_a_file, NULL});
}
