/* tests/store/refusal.c - files that are no model files, or damaged, or lie, are refused. */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "model_case.h"
#include "store/format.h"

/* Loads the bytes as a file and sees to it that they are refused, with nothing made and nothing leaked. */
static void assert_bytes_refused(const void *data, size_t size, const char *reason)
{
    gml_network *network = NULL;
    size_t before = f.live_bytes;
    put_file("broken", data, size);
    assert_refused(context, gml_model_load(context, in_folder("broken"), &network), GML_ERROR_DATA, "broken", reason,
                   NULL);
    ck_assert_ptr_null(network);
    ck_assert_uint_eq(f.live_bytes, before);
    ck_assert_uint_eq(f.open_files, 0);
}

TEST(any_changed_byte_is_refused)
{
    bytes file = saved(context, full_network(context, GML_F32));
    static const unsigned char changes[] = {0x01, 0x20, 0x81};
    for (size_t i = 0; i < file.size; i++) {
        for (size_t j = 0; j < sizeof changes; j++) {
            file.data[i] ^= changes[j];
            assert_bytes_refused(file.data, file.size, "");
            file.data[i] ^= changes[j];
        }
    }
    free(file.data);
}

TEST(a_file_cut_at_any_length_is_refused)
{
    bytes file = saved(context, full_network(context, GML_F32));
    for (size_t size = 0; size < file.size; size++) {
        assert_bytes_refused(file.data, size, "");
    }
    free(file.data);
}

TEST(a_byte_too_many_is_refused)
{
    bytes file = saved(context, full_network(context, GML_F32));
    for (int c = 0; c < 256; c++) {
        file.data[file.size] = (unsigned char)c;
        assert_bytes_refused(file.data, file.size + 1, "is damaged");
    }
    free(file.data);
}

TEST(other_files_are_refused_by_what_they_are)
{
    static const char torch[] = "{\"weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}    ";
    static const char later[] = "{\"__metadata__\":{\"format\":\"gemmule 2\",\"checksum\":\"0123456789abcdef\"}}";
    unsigned char made[256] = {0};
    assert_bytes_refused("", 0, "is empty");
    assert_bytes_refused("hello", 5, "not a model file");
    assert_bytes_refused("a,b,c\n1,2,3\n4,5,6\n", 18, "not a model file");
    assert_bytes_refused("\xff\xff\xff\xff\xff\xff\xff\x7f{\"a\":1}", 15, "longer than 100 MB");
    gml_write_length(sizeof torch - 1, made);
    memcpy(made + 8, torch, sizeof torch);
    assert_bytes_refused(made, 8 + sizeof torch - 1 + 4, "not a model file of gemmule");
    gml_write_length(sizeof later - 1, made);
    memcpy(made + 8, later, sizeof later);
    assert_bytes_refused(made, 8 + sizeof later - 1,
                         "\"gemmule 2\"; this library reads \"gemmule 1\": a gemmule newer than");
}

TEST(a_file_that_is_not_there_is_not_found)
{
    gml_network *network = NULL;
    assert_refused(context, gml_model_load(context, in_folder("none"), &network), GML_ERROR_NOT_FOUND, "none", NULL);
    assert_refused(context, gml_model_load(context, NULL, &network), GML_ERROR_ARGUMENT, "path", NULL);
}

TEST(a_header_that_lies_under_a_right_checksum_is_refused)
{
    static const struct {
        const char *from, *to, *reason;
    } lies[] = {
        {"\\\"units\\\":4", "\\\"units\\\":5", "layers.0.weight is not in the header"},
        {"\\\"units\\\":4", "\\\"units\\\":2147483647", "the network needs more"},
        {"\\\"units\\\":4", "\\\"units\\\":0", "metadata \"network\""},
        {"\\\"inputs\\\":3", "\\\"inputs\\\":3,\\\"inputs\\\":3", "duplicate"},
        {"{\\\"inputs\\\":3", "3 -> 3 {", "metadata \"network\""},
        {"\"network\":", "\"netwerk\":", "unknown key \"netwerk\": a gemmule newer than"},
        {"\"data\":\"{", "\"data\":\"[", "valid JSON"},
        {"\"training\":\"{", "\"trainings\":\"{", "unknown key \"trainings\""},
        {"\"training\":", "\"more\":\"\",\"training\":", "unknown key \"more\": a gemmule newer than"},
        {"\"needs\":\"columns\"", "\"needs\":\"columns ternary tables\"",
         "the unknown feature \"ternary\": a gemmule newer than"},
        {"\"needs\":\"columns\"", "\"needs\":\"column\"", "the unknown feature \"column\""},
        {"\"needs\":\"columns\"", "\"needs\":[]", "\"needs\" is not a string"},
        {"\\\"bias\\\":false", "\\\"bias\\\":false,\\\"mask\\\":1", "\"mask\""},
        {"\"layers.0.weight\"", "\"layers.0.wait\"", "layers.0.weight is not in the header"},
        {"\"layers.1.bias\":{", "\"extra\":{},\"layers.1.bias\":{",
         "8 tensors; the network has 7. \"extra\" is unknown: a gemmule newer than"},
        {"\"input.shift\"", "\"input.shaft\"", ""},
        {"\"dtype\":\"F32\",\"shape\":[3,4]", "\"dtype\":\"F16\",\"shape\":[3,4]",
         "layers.0.weight has the unknown type \"F16\": a gemmule newer than"},
        {"\"dtype\":\"F32\",\"shape\":[3,4]", "\"dtype\":\"F64\",\"shape\":[3,4]", ""},
        {"\"shape\":[3,4]", "\"shape\":[4,3]", "layers.0.weight"},
        {"\"shape\":[3,4]", "\"shape\":[12]", "layers.0.weight"},
        {"\"shape\":[3,4]", "\"shape\":[3,4.0]", "layers.0.weight"},
        {"\"shape\":[3,4],", "\"shape\":[3,4],\"x\":0,", "layers.0.weight"},
        {"\"data_offsets\":[0,24]", "\"data_offsets\":[8,32]", "input.shift"},
        {"\"data_offsets\":[0,24]", "\"data_offsets\":[0,23]", "input.shift"},
        {"\"data_offsets\":[0,24]", "\"data_offsets\":[-24,0]", "input.shift"},
        {"classification", "clustering", "\"task\" is not"},
        {"\\\"features\\\":3", "\\\"features\\\":2", "\"features\" is not"},
        {"\\\"features\\\":3", "\\\"features\\\":\\\"3\\\"", "\"features\" is not"},
        {"\\\"classes\\\":3", "\\\"classes\\\":2", "\"class_names\" is not"},
        {"\\\"classes\\\":3", "\\\"classes\\\":4000000000", "\"classes\" is not"},
        {"\\\"targets\\\":1", "\\\"targets\\\":-1", "\"targets\" is not"},
        {"\\\"target_name\\\":", "\\\"target_name\\\":7,\\\"x\\\":", "unknown key \"x\": a gemmule newer than"},
        {"\\\"target_index\\\":\\\"4\\\"", "\\\"target_index\\\":4", "\"target_index\" is not a string"},
        {"\\\"weights_name\\\":\\\"W\\\"", "\\\"weights_name\\\":null", "\"weights_name\" is not a string"},
        {"\\\"weights_index\\\":\\\"0\\\"", "\\\"weights_index\\\":[]", "\"weights_index\" is not a string"},
        {"\\\"groups_name\\\":\\\"patient\\\"", "\\\"groups_name\\\":1", "\"groups_name\" is not a string"},
        {"\\\"groups_index\\\":\\\"5\\\"", "\\\"groups_index\\\":{}", "\"groups_index\" is not a string"},
        {"\\\"missing_targets\\\":true", "\\\"missing_targets\\\":1", "\"missing_targets\" is not true"},
        {"\\\"loss\\\":\\\"softmax_cross_entropy\\\"", "\\\"loss\\\":3", "\"loss\" is not a string"},
        {"\\\"loss\\\":", "\\\"note\\\":", "duplicate"},
        {"}}", "}", "valid JSON"},
    };
    bytes file = saved(context, full_network(context, GML_F32));
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i].from, lies[i].to);
        assert_bytes_refused(forged.data, forged.size, lies[i].reason);
        free(forged.data);
    }
    free(file.data);
}

TEST(a_forgery_that_does_not_lie_is_read)
{
    bytes file = saved(context, full_network(context, GML_F32));
    bytes forged = forge(file, "softmax_cross_entropy", "something else");
    put_file("forged", forged.data, forged.size);
    gml_network *network = NULL;
    assert_ok(context, gml_model_load(context, in_folder("forged"), &network));
    ck_assert_str_eq(gml_network_fact(network, "loss"), "something else");
    gml_network_destroy(network);
    free(forged.data);
    free(file.data);
}

TEST(a_file_that_knows_less_of_its_columns_is_read)
{
    bytes file = saved(context, full_network(context, GML_F32));
    bytes older =
        forge(file,
              ",\\\"target_index\\\":\\\"4\\\",\\\"weights_name\\\":\\\"W\\\",\\\"weights_index\\\":\\\"0\\\","
              "\\\"groups_name\\\":\\\"patient\\\",\\\"groups_index\\\":\\\"5\\\","
              "\\\"missing_targets\\\":true",
              "");
    put_file("older", older.data, older.size);
    gml_network *network = NULL;
    assert_ok(context, gml_model_load(context, in_folder("older"), &network));
    gml_dataset_options options = gml_network_data_options(network);
    ck_assert_ptr_nonnull(options.target);
    ck_assert_ptr_nonnull(options.feature_names);
    ck_assert(options.target_index == NULL && options.weights == NULL && options.weights_index == NULL);
    ck_assert(options.groups == NULL && options.groups_index == NULL && options.groups_unread == 0);
    ck_assert(options.missing_targets == 0 && options.weights_optional == 0);
    gml_network_destroy(network);
    free(older.data);
    free(file.data);
}

TEST(a_header_longer_than_the_file_takes_no_memory)
{
    bytes file = saved(context, plain_network(context));
    gml_write_length(99999999, file.data);
    sign(file);
    assert_bytes_refused(file.data, file.size, "its header would have 99999999 bytes");
    free(file.data);
}

TEST(scalings_that_cannot_be_are_refused_with_the_file)
{
    bytes file = saved(context, full_network(context, GML_F32));
    uint64_t header = gml_read_length(file.data);
    memset(file.data + 8 + header + 72, 0, 8); /* the first output's scale */
    sign(file);
    assert_bytes_refused(file.data, file.size, "scaling of outputs: column 1");
    free(file.data);
}

int main(void)
{
    return run_file_tests("model_refusal", 120);
}
