/* tests/data/table_files.c - tables of files of every format (data/table/open.c), and missing numbers in arrays. */
#include "data/dataset.h"
#include "format_case.h"
#include "gemmule/table.h"

static gml_table *table_of(const char *path, const gml_dataset_options *options)
{
    gml_table *table = NULL;
    assert_ok(context, gml_table_open(context, path, options, &table));
    return table;
}

static gml_dataset *dataset_of(gml_table *table, const gml_dataset_options *options)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_from_table(table, options, &dataset));
    return dataset;
}

/* Writes an NPY array [rows x 2] of f64. */
static const char *put_array(const double *numbers, size_t rows)
{
    char bytes[1024] = "\x93NUMPY\x01\x00\x76\x00", header[119];
    int used = snprintf(header, sizeof header, "{'descr': '<f8', 'fortran_order': False, 'shape': (%zu, 2), }", rows);
    memset(header + used, ' ', sizeof header - (size_t)used);
    header[117] = '\n';
    memcpy(bytes + 10, header, 118);
    memcpy(bytes + 128, numbers, rows * 2 * sizeof *numbers);
    return put_file("array.npy", bytes, 128 + rows * 2 * sizeof *numbers);
}

/* Writes a safetensors file with a header and the bytes 1, 2, ... */
static const char *put_tensors(const char *header, size_t size)
{
    char bytes[400] = {0};
    const size_t length = strlen(header);
    bytes[0] = (char)length;
    memcpy(bytes + 8, header, length);
    for (size_t i = 0; i < size; i++) {
        bytes[8 + length + i] = (char)(i + 1);
    }
    return put_file("x.safetensors", bytes, 8 + length + size);
}

TEST(a_table_of_any_format_makes_the_dataset_of_its_file)
{
    static const char *const names[] = {"table-i1.npy", "table-f4.npy", "table-names.npz", "table.safetensors",
                                        "table.svm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        gml_table *table = table_of(kept_file(names[i]), NULL);
        gml_table_column_view view;
        gml_dataset *read = open_well(kept_file(names[i]), NULL), *made = dataset_of(table, NULL);
        ck_assert_uint_eq(gml_table_rows(table), gml_dataset_size(read));
        ck_assert_uint_eq(gml_table_columns(table), gml_dataset_features(read) + 1);
        assert_same_data(read, made);
        ck_assert_str_eq(gml_dataset_task_reason(made), gml_dataset_task_reason(read));
        assert_ok(context, gml_table_column(table, 0, &view));
        ck_assert_ptr_null(view.name);
        ck_assert_int_eq(view.kind, GML_COLUMN_NUMBER);
        ck_assert_double_le(view.least, view.greatest);
        gml_dataset_destroy(made);
        gml_dataset_destroy(read);
        gml_table_destroy(table);
    }
}

TEST(the_labels_of_libsvm_text_are_texts_of_the_table)
{
    const char *text = "up 1:1.5\ndown 2:2\nup 1:3\n";
    gml_table *table = table_of(put_file("words.svm", text, strlen(text)), NULL);
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, 2, &view));
    ck_assert_int_eq(view.kind, GML_COLUMN_CATEGORY);
    ck_assert_str_eq(view.levels[0], "down");
    gml_table_destroy(table);
}

TEST(an_array_of_targets_that_an_option_names_gives_its_column_a_name)
{
    const gml_dataset_options options = {.target = "labels"};
    gml_table *table = table_of(kept_file("table-names.npz"), &options);
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, gml_table_columns(table) - 1, &view));
    ck_assert_str_eq(view.name, "labels");
    gml_dataset *made = dataset_of(table, &options);
    ck_assert_str_eq(gml_dataset_target_name(made), "labels");
    ck_assert_str_eq(gml_dataset_feature_name(made, 0), "column 1");
    gml_dataset_destroy(made);
    gml_table_destroy(table);
    assert_refused(context,
                   gml_table_open(context, kept_file("table-names.npz"), &(gml_dataset_options){.target = "z"}, &table),
                   GML_ERROR_NAME, "no array \"z\"", NULL);
}

TEST(arrays_without_targets_make_a_table_without_one)
{
    gml_table *table =
        table_of(put_tensors("{\"x\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[0,4]}}", 4), NULL);
    gml_dataset *made = dataset_of(table, NULL);
    ck_assert_uint_eq(gml_dataset_features(made), 2);
    ck_assert_uint_eq(gml_dataset_targets(made), 0);
    gml_dataset_destroy(made);
    made = dataset_of(table, &(gml_dataset_options){.target = "1"});
    ck_assert_uint_eq(gml_dataset_features(made), 1);
    gml_dataset_destroy(made);
    gml_table_destroy(table);
}

TEST(a_table_of_an_arff_has_its_names_levels_and_weights)
{
    const char *text = "@relation r\n@attribute size {small, large}\n@attribute x real\n@attribute y {no, yes}\n@data\n"
                       "large,1,yes\nsmall,2,no,{3}\n?,3,no\n";
    gml_table *table = table_of(put_file("t.arff", text, strlen(text)), NULL);
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, 0, &view));
    ck_assert_str_eq(view.name, "size");
    ck_assert_str_eq(view.reason, "as the file declares");
    ck_assert_str_eq(view.levels[0], "small");
    ck_assert_uint_eq(view.missing, 1);
    for (size_t i = 0; i < 2; i++) { /* the table keeps what it has */
        gml_dataset *made = dataset_of(table, NULL);
        ck_assert_str_eq(gml_dataset_class_name(made, 0), "no");
        ck_assert_double_eq(made->weights[1], 3);
        gml_dataset_destroy(made);
    }
    gml_table_destroy(table);
}

TEST(columns_without_names_do_not_shift_what_is_said_of_others)
{
    const char *text = "a,,,b,c\n1,2,3,4,5\n6,7,8,9,0\n1,2,3,4,6\n";
    const gml_dataset_options options = {.columns = "b=category; column 3=category"};
    gml_table *table = table_of(put_file("t.csv", text, strlen(text)), &options);
    const gml_column_kind kinds[] = {GML_COLUMN_NUMBER, GML_COLUMN_NUMBER, GML_COLUMN_CATEGORY, GML_COLUMN_CATEGORY,
                                     GML_COLUMN_NUMBER};
    for (size_t i = 0; i < 5; i++) {
        gml_table_column_view view;
        assert_ok(context, gml_table_column(table, i, &view));
        ck_assert_msg(view.kind == kinds[i], "column %zu: %d, %s", i + 1, (int)view.kind, view.reason);
    }
    gml_table_destroy(table);
}

TEST(a_file_that_is_no_table_is_refused_in_words)
{
    gml_table *table = NULL;
    assert_refused(context, gml_table_open(context, in_folder("."), NULL, &table), GML_ERROR_DATA, "is a folder",
                   "a table is a file", NULL);
    assert_refused(context, gml_table_open(context, in_folder("."), &(gml_dataset_options){.format = "csv"}, &table),
                   GML_ERROR_DATA, "is a folder", NULL);
    const char *idx = put_file("train-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\x01\0\0\0\x01\0\0\0\x01\x07", 17);
    assert_refused(context, gml_table_open(context, idx, NULL, &table), GML_ERROR_DATA, "has images",
                   "a table is a file", NULL);
    const char *several = "{\"x\":{\"dtype\":\"U8\",\"shape\":[2,1],\"data_offsets\":[0,2]},"
                          "\"y\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[2,6]}}";
    assert_refused(context, gml_table_open(context, put_tensors(several, 6), NULL, &table), GML_ERROR_UNSUPPORTED,
                   "has 2 columns of targets", NULL);
    ck_assert_ptr_null(table);
}

TEST(nan_in_an_array_is_a_missing_cell)
{
    const double numbers[] = {1, 0.5, NAN, 1.5, 3, 2.5};
    const char *path = put_array(numbers, 3);
    gml_dataset *read = open_well(path, NULL);
    gml_column column;
    double x[3];
    assert_ok(context, gml_dataset_column(read, 0, &column));
    ck_assert_int_eq(column.kind, GML_COLUMN_NUMBER);
    ck_assert_ptr_nonnull(read->schema.columns);
    ck_assert_str_eq(gml_dataset_note(read, 0), "1 number is missing among the inputs");
    assert_ok(context, gml_dataset_gather(read, NULL, 3, gml_matrix_f64(x, 3, 1), gml_matrix_none()));
    ck_assert(isnan(x[1]) && x[2] == 3);
    gml_dataset_destroy(read);
    gml_table *table = table_of(path, NULL);
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, 0, &view));
    ck_assert_uint_eq(view.missing, 1);
    gml_table_destroy(table);
    const gml_column kinds[] = {{.kind = GML_COLUMN_NUMBER}, {.kind = GML_COLUMN_NUMBER}};
    assert_refused(context, open_badly(path, &(gml_dataset_options){.features = 2}), GML_ERROR_DATA, "sample 2",
                   "nan is not a finite number", NULL);
    gml_dataset_destroy(open_well(path, &(gml_dataset_options){.features = 2, .column_kinds = kinds}));
}

TEST(an_infinite_number_in_an_array_is_an_error)
{
    const double numbers[] = {1, 0.5, -INFINITY, 1.5, 3, 2.5};
    const char *path = put_array(numbers, 3);
    assert_refused(context, open_badly(path, NULL), GML_ERROR_DATA, "sample 2", "-inf is not a finite number", NULL);
    gml_table *table = table_of(path, NULL);
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, 0, &view));
    ck_assert(view.refused);
    ck_assert_ptr_nonnull(strstr(view.reason, "\"-inf\""));
    gml_table_destroy(table);
}

TEST(opening_survives_the_failure_of_each_allocation)
{
    static const char *const names[] = {"table.svm", "table-names.npz"};
    for (size_t i = 0; i < 2; i++) {
        gml_status status = GML_ERROR_MEMORY;
        const size_t before = f.live_bytes;
        for (size_t n = 1; status != GML_OK; n++) {
            gml_table *table = NULL;
            reset_faults(&f);
            f.fail_at = n;
            status = gml_table_open(context, kept_file(names[i]),
                                    &(gml_dataset_options){.target = i > 0 ? "labels" : NULL}, &table);
            ck_assert(status == GML_OK || (status == GML_ERROR_MEMORY && table == NULL));
            gml_table_destroy(table);
            ck_assert_uint_eq(f.live_bytes, before);
            ck_assert_uint_lt(n, 400);
        }
        reset_faults(&f);
    }
}

int main(void)
{
    return run_file_tests("table_files", 60);
}
