/* tests/data/format_npy.c - NPY arrays: types, orders, shapes, roles of columns, and files that lie
 * (data/format/format_npy.c). */
#include "data/dataset.h"
#include "format_case.h"

static const gml_dataset_options none = {0};

/* Puts an NPY file of version 1 with this header and these numbers. */
static const char *put_npy(const char *header, const void *numbers, size_t size)
{
    static char bytes[4096];
    const size_t length = strlen(header);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = (char)length;
    bytes[9] = (char)(length >> 8);
    memcpy(bytes + 10, header, length);
    memcpy(bytes + 10 + length, numbers, size);
    return put_file("array.npy", bytes, 10 + length + size);
}

TEST(arrays_of_every_type_and_order_read_as_the_csv_does)
{
    static const char *const names[] = {
        "table-i1.npy",       "table-i2.npy",         "table-i4.npy",         "table-i8.npy",
        "table-u1.npy",       "table-u2.npy",         "table-u4.npy",         "table-u8.npy",
        "table-f4.npy",       "table-f8.npy",         "table-i2-big.npy",     "table-i4-big.npy",
        "table-i8-big.npy",   "table-u2-big.npy",     "table-u4-big.npy",     "table-u8-big.npy",
        "table-f4-big.npy",   "table-f8-big.npy",     "table-u1-fortran.npy", "table-i2-fortran.npy",
        "table-version2.npy", "table-f4-fortran.npy", "table-f8-fortran.npy", "table-version3.npy"};
    static const char *const targets[] = {NULL, "0", "2", "-2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t t = 0; t < 4; t++) {
            assert_as_csv("table.csv", names[i], &(gml_dataset_options){.target = targets[t]});
        }
        assert_as_csv("table.csv", names[i], &(gml_dataset_options){.targets = GML_CHOICE_NO});
        assert_as_csv("table.csv", names[i], &(gml_dataset_options){.task = GML_TASK_REGRESSION});
        assert_as_csv("table.csv", names[i], &(gml_dataset_options){.features = 4});
        assert_as_csv("table.csv", names[i], &(gml_dataset_options){.weights = "1", .groups = "0"});
    }
    assert_as_csv("real.csv", "real.npy", &none);
    assert_as_csv("real.csv", "real-big-fortran.npy", &none);
    assert_as_csv("bits.csv", "bits.npy", &none);
}

TEST(bytes_and_floats_stay_in_their_type)
{
    static const struct {
        const char *name;
        gml_dtype dtype;
    } rows[] = {{"table-u1.npy", GML_U8},     {"bits.npy", GML_U8},      {"images-fortran.npy", GML_U8},
                {"table-f4.npy", GML_F32},    {"table-i1.npy", GML_F64}, {"table-f4-big.npy", GML_F32},
                {"table-i8-big.npy", GML_F64}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        gml_dataset *dataset = open_well(kept_file(rows[i].name), &none);
        ck_assert_int_eq(dataset->inputs.dtype, rows[i].dtype);
        gml_dataset_destroy(dataset);
    }
}

TEST(images_are_flattened_and_have_no_targets)
{
    static const char *const names[] = {"images.npy", "images-fortran.npy", "images-f4.npy", "images-four.npy"};
    for (size_t i = 0; i < 4; i++) {
        assert_as_csv("images.csv", names[i], &(gml_dataset_options){.targets = GML_CHOICE_NO});
        assert_as_csv("images.csv", names[i], &(gml_dataset_options){.features = 6});
        assert_refused(context, open_badly(kept_file(names[i]), &(gml_dataset_options){.targets = GML_CHOICE_YES}),
                       GML_ERROR_DATA, names[i], "NPZ", NULL);
        assert_refused(context, open_badly(kept_file(names[i]), &(gml_dataset_options){.features = 7}), GML_ERROR_SHAPE,
                       "6 inputs", "7", NULL);
    }
}

TEST(arrays_of_other_things_than_numbers_are_refused_in_words)
{
    static const struct {
        const char *name, *says;
    } rows[] = {{"bad-objects.npy", "Python objects"},
                {"bad-complex.npy", "complex"},
                {"bad-records.npy", "records"},
                {"bad-scalar.npy", "single number"},
                {"bad-texts.npy", "texts"},
                {"bad-bytes.npy", "texts"},
                {"bad-half.npy", "another type"},
                {"bad-dates.npy", "dates"},
                {"bad-five.npy", "dimensions"},
                {"bad-nothing.npy", "dimension 1 of 2 is 0"},
                {"bad-long.npy", "another type"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_refused(context, open_badly(kept_file(rows[i].name), &none), GML_ERROR_DATA, rows[i].name, rows[i].says,
                       NULL);
    }
}

TEST(one_dimension_is_one_column)
{
    static const double numbers[] = {1, 2, 3};
    const char *path = put_npy("{'descr': '<f8', 'fortran_order': True, 'shape': (3,), }", numbers, sizeof numbers);
    gml_dataset *dataset = open_well(path, &(gml_dataset_options){.targets = GML_CHOICE_NO});
    ck_assert_uint_eq(gml_dataset_size(dataset), 3);
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    gml_dataset_destroy(dataset);
    assert_refused(context, open_badly(path, &none), GML_ERROR_DATA, "one column", NULL);
}

TEST(integers_that_a_double_cannot_hold_are_different_classes)
{
    static const int64_t numbers[] = {1, 9007199254740992, 2, 9007199254740993, 3, -9007199254740993,
                                      4, 9007199254740992, 5, 9007199254740993, 6, -9007199254740993};
    gml_dataset *dataset =
        open_well(put_npy("{'descr': '<i8', 'fortran_order': False, 'shape': (6, 2)}", numbers, sizeof numbers), &none);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 3);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "-9007199254740993");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 2), "9007199254740993");
    gml_dataset_destroy(dataset);
}

TEST(numbers_that_are_not_finite_are_refused_with_their_place)
{
    double numbers[] = {1, 2, 0, 3, 4, 1, 5, 6, 0, 7, 8, 1};
    const char *header = "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3)}";
    numbers[4] = (double)INFINITY;
    assert_refused(context, open_badly(put_npy(header, numbers, sizeof numbers), &none), GML_ERROR_DATA,
                   "sample 2, input 2", "inf", NULL);
    gml_dataset *dataset = open_well(in_folder("array.npy"), &(gml_dataset_options){.bad_inputs = 1});
    gml_dataset_destroy(dataset);
    numbers[4] = 4;
    numbers[8] = (double)NAN;
    const char *path = put_npy(header, numbers, sizeof numbers);
    assert_refused(context, open_badly(path, &none), GML_ERROR_DATA, "sample 3, column 3", "masked", NULL);
    dataset = open_well(path, &(gml_dataset_options){.missing_targets = 1});
    ck_assert_uint_eq(gml_dataset_size(dataset), 4);
    gml_dataset_destroy(dataset);
    numbers[8] = -(double)INFINITY;
    assert_refused(context, open_badly(put_npy(header, numbers, sizeof numbers), &none), GML_ERROR_DATA,
                   "sample 3, column 3", "-inf", NULL);
    numbers[8] = -1;
    assert_refused(context,
                   open_badly(put_npy(header, numbers, sizeof numbers), &(gml_dataset_options){.weights = "2"}),
                   GML_ERROR_DATA, "array.npy", "weight", NULL);
}

TEST(columns_are_chosen_by_index)
{
    const char *path = kept_file("table-f4.npy");
    assert_refused(context, open_badly(path, &(gml_dataset_options){.target = "4"}), GML_ERROR_NAME, "0 to 3", NULL);
    assert_refused(context, open_badly(path, &(gml_dataset_options){.target = "kind"}), GML_ERROR_NAME, "kind", NULL);
    assert_refused(context, open_badly(path, &(gml_dataset_options){.target = "1", .weights = "1"}), GML_ERROR_ARGUMENT,
                   "both", NULL);
    assert_refused(context, open_badly(path, &(gml_dataset_options){.features = 9}), GML_ERROR_SHAPE, "9", NULL);
    gml_dataset *dataset = open_well(path, &(gml_dataset_options){.target = "1"});
    ck_assert_str_eq(gml_dataset_target_name(dataset), "1");
    gml_dataset_destroy(dataset);
}

TEST(files_cut_anywhere_are_refused)
{
    assert_cuts_are_refused("table-i2.npy", 6, &none);
    assert_cuts_are_refused("table-version2.npy", 6, &none);
    size_t size = 0;
    char *bytes = read_kept("table-i2.npy", &size);
    bytes[size] = 0;
    assert_refused(context, open_badly(put_file("long.npy", bytes, size + 1), &none), GML_ERROR_DATA, "continues at",
                   NULL);
    free(bytes);
}

TEST(headers_that_lie_are_refused_without_much_memory)
{
    static const struct {
        const char *header, *text;
    } lies[] = {
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000, 4)}", "short of its"},
        {"{'descr': '<f8', 'fortran_order': True, 'shape': (1000000000000000, 4)}", "short of its"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 4)}", "counted"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999, 4)}", "too large"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 100000000)}", "numbers a sample"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4294967296, 4294967296)}", "numbers a sample"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (-2, 4)}", "dimension"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2 4)}", "broken shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4)", "broken"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2, 4)} 1", "continues"},
        {"{'descr': '<f8', 'fortran_order': False}", "lacks"},
        {"{'descr': '<f8', 'fortran_order': 1, 'shape': (2, 4)}", "order"},
        {"{'descr': 8, 'fortran_order': False, 'shape': (2, 4)}", "no text"},
        {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 4)}", "second"},
        {"{'descr': '<f8', 'order': 'C', 'fortran_order': False, 'shape': (2, 4)}", "unknown"},
        {"{'descr': '|f8', 'fortran_order': False, 'shape': (2, 4)}", "byte order"},
        {"{'descr': '<f3', 'fortran_order': False, 'shape': (2, 4)}", "another type"},
        {"{'descr': '', 'fortran_order': False, 'shape': (2, 4)}", "another type"},
        {"{'descr': '<b8', 'fortran_order': False, 'shape': (2, 4)}", "another type"},
        {"[1]", "brace"},
        {"", "brace"},
    };
    static const double numbers[8] = {0};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        const char *path = put_npy(lies[i].header, numbers, sizeof numbers);
        f.peak_bytes = f.live_bytes;
        size_t before = f.live_bytes;
        assert_refused(context, open_badly(path, &none), GML_ERROR_DATA, "array.npy", lies[i].text, NULL);
        ck_assert_uint_lt(f.peak_bytes - before, 1 << 20);
    }
    assert_refused(context, open_badly(put_file("v9.npy", "\x93NUMPY\x09\0\0\0", 10), &none), GML_ERROR_DATA,
                   "version 9", NULL);
    assert_refused(context, open_badly(put_file("v2.npy", "\x93NUMPY\x02\0\xff\xff\xff\xff", 12), &none),
                   GML_ERROR_DATA, "4294967295 bytes; up to 65536 are read", NULL);
    assert_refused(context, open_badly(put_file("no.npy", "1,2\n", 4), &(gml_dataset_options){.format = "npy"}),
                   GML_ERROR_DATA, "no.npy", NULL);
    assert_refused(context, open_badly(in_folder("."), &(gml_dataset_options){.format = "npy"}), GML_ERROR_DATA,
                   "folder", NULL);
}

TEST(opening_survives_faults)
{
    assert_survives_lack_of_memory(kept_file("table-i2-fortran.npy"),
                                   &(gml_dataset_options){.weights = "1", .groups = "0"});
    f.read_budget = 100;
    assert_refused(context, open_badly(kept_file("table-i2.npy"), &none), GML_ERROR_READ, "table-i2.npy", NULL);
}

int main(void)
{
    return run_file_tests("data_format_npy", 60);
}
