/* tests/data/format_named.c - named arrays: NPZ archives and safetensors data (data/format/named_arrays.c). */
#include "format_case.h"

static const gml_dataset_options none = {0};

static const char *const archives[] = {"table-places.npz", "table-names.npz", "table-deflated.npz", "table-piped.npz",
                                       "table.safetensors"};

TEST(named_arrays_read_as_the_csv_does)
{
    if (!gml_gunzip_available()) {
        assert_refused(context, open_badly(kept_file("table-deflated.npz"), &none), GML_ERROR_UNSUPPORTED, "zlib",
                       NULL);
        return;
    }
    for (size_t i = 0; i < sizeof archives / sizeof *archives; i++) {
        assert_as_csv("table.csv", archives[i], &none);
        assert_as_csv("table.csv", archives[i], &(gml_dataset_options){.task = GML_TASK_REGRESSION});
    }
    assert_as_csv("real.csv", "real.npz", &none);
    assert_as_csv("real.csv", "real.safetensors", &none);
}

TEST(options_name_targets_weights_and_groups)
{
    const gml_dataset_options options = {.target = "group", .weights = "weight", .groups = "labels"};
    gml_dataset *dataset = open_well(kept_file("table-names.npz"), &options);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 2);
    ck_assert_uint_eq(gml_dataset_groups(dataset), 3);
    ck_assert_str_eq(gml_dataset_target_name(dataset), "group");
    gml_dataset_destroy(dataset);
    dataset = open_well(kept_file("table.safetensors"), &(gml_dataset_options){.targets = GML_CHOICE_NO});
    ck_assert_uint_eq(gml_dataset_targets(dataset), 0);
    gml_dataset_destroy(dataset);
    const gml_dataset_options of_network = {
        .features = 3, .target = "elsewhere", .weights = "no", .weights_optional = 1};
    dataset = open_well(kept_file("table-names.npz"), &of_network);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 3);
    gml_dataset_destroy(dataset);
}

TEST(names_that_are_missing_are_refused_with_those_that_are_there)
{
    const char *path = kept_file("table.safetensors");
    assert_refused(context, open_badly(path, &(gml_dataset_options){.target = "kind"}), GML_ERROR_NAME, "\"kind\"",
                   "\"targets\"", NULL);
    assert_refused(context, open_badly(path, &(gml_dataset_options){.weights = "w"}), GML_ERROR_NAME, "\"w\"", NULL);
    assert_refused(context, open_badly(path, &(gml_dataset_options){.groups = "g"}), GML_ERROR_NAME, "\"g\"", NULL);
    assert_refused(context, open_badly(path, &(gml_dataset_options){.weights = "other"}), GML_ERROR_DATA,
                   "24 samples of inputs, but 3 of weights", NULL);
    assert_refused(context, open_badly(path, &(gml_dataset_options){.features = 7}), GML_ERROR_SHAPE, "3 inputs", "7",
                   NULL);
}

/* Puts a safetensors file. */
static const char *put_tensors(const char *header, const void *data, size_t size)
{
    static char bytes[4096];
    const size_t length = strlen(header);
    memset(bytes, 0, 8);
    bytes[0] = (char)length;
    bytes[1] = (char)(length >> 8);
    memcpy(bytes + 8, header, length);
    memcpy(bytes + 8 + length, data, size);
    return put_file("data.safetensors", bytes, 8 + length + size);
}

TEST(several_columns_of_targets_are_values)
{
    static const float numbers[] = {1, 2, 3, 4, 5, 6, 7, 8};
    const char *header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                         "\"y\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[16,32]}}";
    gml_dataset *dataset = open_well(put_tensors(header, numbers, sizeof numbers), &none);
    double y[4];
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_REGRESSION);
    ck_assert_uint_eq(gml_dataset_targets(dataset), 2);
    assert_ok(context, gml_dataset_gather(dataset, NULL, 2, gml_matrix_none(), gml_matrix_f64(y, 2, 2)));
    ck_assert_double_eq(y[3], 8);
    gml_dataset_destroy(dataset);
    assert_refused(context,
                   open_badly(in_folder("data.safetensors"), &(gml_dataset_options){.task = GML_TASK_CLASSIFICATION}),
                   GML_ERROR_DATA, "2 columns of targets", NULL);
}

TEST(headers_of_safetensors_that_lie_are_refused)
{
    static const struct {
        const char *header, *text;
    } lies[] = {
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[1000000000000,2],\"data_offsets\":[0,8000000000000]}}", "short of its"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,8]}}", "another size"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[4,20]}}", "does not begin"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[16,0]}}", "data_offsets"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[2,2]}}", "data_offsets"},
        {"{\"x\":{\"dtype\":\"BF16\",\"shape\":[2,4],\"data_offsets\":[0,16]}}", "another type"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,16]}}", "dimensions"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[-2,2],\"data_offsets\":[0,16]}}", "whole number"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[0,2],\"data_offsets\":[0,0]}}", "dimension 1 of 2 is 0"},
        {"{\"x\":3}", "data_offsets"},
        {"{\"z\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", "no array of inputs"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
         "\"X\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}",
         "may both be the inputs"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", "continues"},
        {"{\"__metadata__\":{\"format\":\"gemmule 1\"}}", "model file"},
        {"{", "header"},
    };
    static const float numbers[4] = {1, 2, 3, 4};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        const char *path = put_tensors(lies[i].header, numbers, sizeof numbers);
        f.peak_bytes = f.live_bytes;
        size_t before = f.live_bytes;
        assert_refused(context, open_badly(path, &none), GML_ERROR_DATA, "data.safetensors", lies[i].text, NULL);
        ck_assert_uint_lt(f.peak_bytes - before, 1 << 20);
    }
}

TEST(files_cut_anywhere_are_refused)
{
    assert_cuts_are_refused("table.safetensors", 9, &none);
    if (gml_gunzip_available()) {
        size_t size = 0;
        for (size_t i = 0; i < 4; i++) {
            char *bytes = read_kept(archives[i], &size);
            size_t members = 0; /* where the directory begins, which is not read */
            while (memcmp(bytes + members, "PK\1\2", 4) != 0) {
                members++;
            }
            for (size_t cut = 4; cut < members; cut++) {
                assert_refused(context, open_badly(put_file("cut", bytes, cut), &none), GML_ERROR_DATA, "cut", NULL);
            }
            free(bytes);
        }
    }
}

TEST(a_damaged_archive_is_refused)
{
    if (!gml_gunzip_available()) {
        return;
    }
    size_t size = 0;
    char *bytes = read_kept("table-places.npz", &size);
    bytes[300] = (char)(bytes[300] ^ 1); /* a number of the first array */
    assert_refused(context, open_badly(put_file("bad.npz", bytes, size), &none), GML_ERROR_DATA, "arr_0.npy",
                   "checksum", NULL);
    bytes[300] = (char)(bytes[300] ^ 1);
    bytes[6] = 1;
    assert_refused(context, open_badly(put_file("bad.npz", bytes, size), &none), GML_ERROR_DATA, "encrypted", NULL);
    bytes[6] = 0;
    bytes[8] = 12;
    assert_refused(context, open_badly(put_file("bad.npz", bytes, size), &none), GML_ERROR_DATA, "another method",
                   NULL);
    bytes[8] = 0;
    bytes[6] = 8;
    assert_refused(context, open_badly(put_file("bad.npz", bytes, size), &none), GML_ERROR_DATA, "pipe", NULL);
    free(bytes);
    bytes = read_kept("table-deflated.npz", &size);
    for (size_t i = 0; i < size; i++) { /* whatever byte is wrong, nothing breaks */
        gml_dataset *dataset = NULL;
        bytes[i] = (char)(bytes[i] ^ 0x55);
        gml_dataset_open(context, put_file("bad.npz", bytes, size), &(gml_dataset_options){.format = "npz"}, &dataset);
        gml_dataset_destroy(dataset);
        bytes[i] = (char)(bytes[i] ^ 0x55);
    }
    free(bytes);
    assert_refused(context, open_badly(put_file("no.zip", "PK\5\6", 4), &none), GML_ERROR_DATA, "no array of inputs",
                   NULL);
}

TEST(a_member_of_another_size_than_its_header_says_is_refused)
{
    enum { UNPACKED = 22 }; /* where the header of the first member has its size */
    static const char *const says[] = {"is larger than its header says", "has another size than its header says"};
    for (int i = 0; gml_gunzip_available() && i < 2; i++) {
        size_t size = 0;
        char *bytes = read_kept("table-deflated.npz", &size);
        bytes[UNPACKED] = (char)(bytes[UNPACKED] + (i == 0 ? -1 : 1));
        assert_refused(context, open_badly(put_file("size.npz", bytes, size), &none), GML_ERROR_DATA, "size.npz",
                       says[i], NULL);
        free(bytes);
    }
}

TEST(opening_survives_faults)
{
    const gml_dataset_options options = {.weights = "weight", .groups = "group"};
    assert_survives_lack_of_memory(kept_file("table.safetensors"), &none);
    if (gml_gunzip_available()) {
        assert_survives_lack_of_memory(kept_file("table-names.npz"), &options);
        assert_survives_lack_of_memory(kept_file("table-deflated.npz"), &none);
        f.read_budget = 400;
        assert_refused(context, open_badly(kept_file("table-places.npz"), &none), GML_ERROR_READ, "table-places.npz",
                       NULL);
    }
}

int main(void)
{
    return run_file_tests("data_format_named", 120);
}
