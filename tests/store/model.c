/* tests/store/model.c - model files: the same network comes back, to the bit. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "files.h"
#include "model_case.h"
#include "store/format.h"

/* A file of the folder made last. */
static bytes file_bytes(const char *name)
{
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder(name), &file.size);
    return file;
}

TEST(a_network_comes_back_with_all_it_has_to_the_bit)
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = full_network(context, (gml_dtype)dtype), *again = NULL;
        assert_ok(context, gml_model_save(network, in_folder("m.gemmule")));
        assert_ok(context, gml_model_load(context, in_folder("m.gemmule"), &again));
        assert_same_network(network, again);
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
}

TEST(a_network_that_knows_nothing_comes_back_knowing_nothing)
{
    gml_network *network = plain_network(context), *again = NULL;
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    assert_same_network(network, again);
    ck_assert_int_eq(gml_network_task(again), GML_TASK_AUTO);
    gml_network_destroy(network);
    gml_network_destroy(again);
}

TEST(a_reloaded_network_predicts_the_same_bits)
{
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
}

TEST(a_network_with_members_comes_back_and_needs_a_version_that_knows_them)
{
    gml_network *network = NULL, *again = NULL;
    assert_ok(context,
              gml_network_create(context,
                                 "3 -> members 4 -> scale(std=1) -> 6 bias=no -> affine -> tanh -> batchnorm -> "
                                 "2 softmax heads -> average",
                                 &(gml_network_options){.dtype = GML_F64, .seed = 5}, &network));
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    assert_same_network(network, again);
    bytes file = file_bytes("m");
    ck_assert_ptr_nonnull(strstr((char *)file.data + 8, "\"needs\":\"members\""));
    free(file.data);
    gml_network_destroy(network);
    gml_network_destroy(again);
}

TEST(the_same_network_gives_the_same_file)
{
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
}

TEST(tensors_begin_on_a_64_byte_line_and_follow_each_other)
{
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
}

TEST(the_checksum_is_crc_64_xz)
{
    ck_assert_uint_eq(gml_checksum(0, "123456789", 9), UINT64_C(0x995dc9bbdf1939fa));
    ck_assert_uint_eq(gml_checksum(gml_checksum(0, "1234", 4), "56789", 5), UINT64_C(0x995dc9bbdf1939fa));
    ck_assert_uint_eq(gml_checksum(0, "", 0), 0);
    unsigned char all[256]; /* every remainder is needed */
    for (size_t i = 0; i < 256; i++) {
        all[i] = (unsigned char)i;
    }
    ck_assert_uint_eq(gml_checksum(0, all, 256), UINT64_C(0x72414b2f65db3ab0));
}

TEST(many_bytes_at_once_have_the_checksum_of_their_pieces)
{
    enum { MANY = 100003 };
    static unsigned char many[MANY];
    uint64_t sum = 0;
    for (size_t i = 0; i < MANY; i++) {
        many[i] = (unsigned char)(i * i >> 3);
    }
    for (size_t at = 0; at < MANY; at += 1000) {
        sum = gml_checksum(sum, many + at, MANY - at < 1000 ? MANY - at : 1000);
    }
    ck_assert_uint_eq(gml_checksum(0, many, MANY), sum);
}

TEST(the_checksum_stands_where_the_documentation_says)
{
    bytes file = saved(context, plain_network(context));
    char digits[17] = "", expected[17];
    memcpy(digits, file.data + 58, 16);
    memset(file.data + 58, '0', 16);
    snprintf(expected, sizeof expected, "%016" PRIx64, gml_checksum(0, file.data, file.size));
    ck_assert_str_eq(digits, expected);
    free(file.data);
}

TEST(lengths_are_little_endian_and_bytes_can_be_turned_round)
{
    uint8_t eight[8];
    gml_write_length(UINT64_C(0x0807060504030201), eight);
    ck_assert_int_eq(memcmp(eight, "\1\2\3\4\5\6\7\10", 8), 0);
    ck_assert_uint_eq(gml_read_length(eight), UINT64_C(0x0807060504030201));
    gml_reverse_bytes(eight, 2, 4);
    ck_assert_int_eq(memcmp(eight, "\4\3\2\1\10\7\6\5", 8), 0);
}

TEST(the_example_of_the_documentation_reads_a_file)
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    if (root == NULL || system("python3 -c 'import json, struct' >/dev/null 2>&1") != 0) {
        return;
    }
    const char *folder = make_folder();
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
}

int main(void)
{
    return run_file_tests("model", 60);
}
