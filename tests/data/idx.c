/* tests/data/idx.c - IDX data: folders, files, the digits, and files that lie (data/format/format_idx.c). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/gunzip.h"
#include "files.h"

/* Two images of 2 x 3 pixels and their labels. */
static const char images[] = "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03"
                             "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\xff";
static const char labels[] = "\0\0\x08\x01\0\0\0\x02\x03\x01";
enum { IMAGES_SIZE = sizeof images - 1, LABELS_SIZE = sizeof labels - 1 };

static const char *const images_name = "train-images-idx3-ubyte";
static const char *const labels_name = "train-labels-idx1-ubyte";

static void put_pair(void)
{
    put_file(images_name, images, IMAGES_SIZE);
    put_file(labels_name, labels, LABELS_SIZE);
}

static gml_dataset *open_well(const char *path, const gml_dataset_options *options)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, path, options, &dataset));
    return dataset;
}

/* The status of opening; on failure nothing is made. */
static gml_status open_badly(const char *path, const gml_dataset_options *options)
{
    gml_dataset *dataset = NULL;
    gml_status status = gml_dataset_open(context, path, options, &dataset);
    ck_assert_ptr_null(dataset);
    return status;
}

static void assert_is_the_pair(gml_dataset *dataset)
{
    double x[2][6];
    double y[2];
    ck_assert_uint_eq(gml_dataset_size(dataset), 2);
    ck_assert_uint_eq(gml_dataset_features(dataset), 6);
    assert_ok(context, gml_dataset_gather(dataset, NULL, 2, gml_matrix_f64(x[0], 2, 6), gml_matrix_f64(y, 2, 1)));
    for (size_t i = 0; i < 12; i++) {
        ck_assert_double_eq(x[i / 6][i % 6], i == 11 ? 255.0 : (double)i + 1.0);
    }
    ck_assert_double_eq(y[0], 3.0);
    ck_assert_double_eq(y[1], 1.0);
}

TEST(a_folder_and_an_images_file_give_the_same_data)
{
    put_pair();
    const char *paths[] = {in_folder("."), in_folder(images_name)};
    for (size_t i = 0; i < 2; i++) {
        gml_dataset *dataset = open_well(paths[i], NULL);
        assert_is_the_pair(dataset);
        ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_CLASSIFICATION);
        ck_assert_uint_eq(gml_dataset_classes(dataset), 4);
        ck_assert_str_eq(gml_dataset_class_name(dataset, 3), "3");
        ck_assert_ptr_null(gml_dataset_class_name(dataset, 4));
        ck_assert_ptr_null(gml_dataset_feature_name(dataset, 0));
        gml_dataset_destroy(dataset);
    }
}

TEST(the_part_asked_for_is_read)
{
    put_file("t10k-images-idx3-ubyte", images, IMAGES_SIZE);
    put_file("t10k-labels-idx1-ubyte", labels, LABELS_SIZE);
    ck_assert(gml_dataset_part_exists(context, in_folder("."), "t10k"));
    ck_assert(!gml_dataset_part_exists(context, in_folder("."), "train"));
    ck_assert(!gml_dataset_part_exists(context, in_folder("none"), "t10k"));
    gml_dataset *dataset = open_well(in_folder("."), &(gml_dataset_options){.part = "t10k"});
    assert_is_the_pair(dataset);
    gml_dataset_destroy(dataset);
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_NOT_FOUND, images_name, ".gz", NULL);
}

TEST(without_targets_no_labels_file_is_needed)
{
    put_file(images_name, images, IMAGES_SIZE);
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_NOT_FOUND, labels_name,
                   "1-ubyte, with or without .gz", NULL);
    gml_dataset *dataset = open_well(in_folder("."), &(gml_dataset_options){.targets = GML_CHOICE_NO});
    ck_assert_uint_eq(gml_dataset_targets(dataset), 0);
    ck_assert_uint_eq(gml_dataset_size(dataset), 2);
    gml_dataset_destroy(dataset);
}

TEST(labels_can_be_values)
{
    put_pair();
    gml_dataset *dataset = open_well(in_folder("."), &(gml_dataset_options){.task = GML_TASK_REGRESSION});
    assert_is_the_pair(dataset);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 0);
    gml_dataset_destroy(dataset);
}

TEST(given_classes_are_kept_and_a_label_beyond_them_is_refused)
{
    put_pair();
    const char *const names[] = {"zero", "one", "two", "three", "four"};
    gml_dataset_options options = {.class_names = names, .classes = 5};
    gml_dataset *dataset = open_well(in_folder("."), &options);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 5);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 4), "four");
    gml_dataset_destroy(dataset);
    options.classes = 3;
    assert_refused(context, open_badly(in_folder("."), &options), GML_ERROR_DATA, labels_name, "sample 1 has label 3",
                   "3 classes", NULL);
}

TEST(images_of_another_size_than_expected_are_refused)
{
    put_pair();
    assert_refused(context, open_badly(in_folder("."), &(gml_dataset_options){.features = 784}), GML_ERROR_SHAPE, "6",
                   "784", NULL);
}

TEST(one_class_only_is_refused)
{
    put_file(images_name, images, IMAGES_SIZE);
    put_file(labels_name, "\0\0\x08\x01\0\0\0\x02\x05\x05", LABELS_SIZE);
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_DATA, labels_name, "one class", NULL);
}

TEST(files_cut_anywhere_are_refused)
{
    put_pair();
    for (size_t cut = 0; cut < IMAGES_SIZE; cut++) {
        put_file(images_name, images, cut);
        assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_DATA, images_name, "byte", NULL);
    }
    put_file(images_name, images, IMAGES_SIZE);
    for (size_t cut = 0; cut < LABELS_SIZE; cut++) {
        put_file(labels_name, labels, cut);
        assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_DATA, labels_name, "byte", NULL);
    }
}

TEST(bytes_beyond_the_promise_are_refused)
{
    put_pair();
    put_file(images_name, images, IMAGES_SIZE + 1);
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_DATA, images_name, "continues at byte 28",
                   NULL);
}

TEST(headers_that_lie_are_refused_without_much_memory)
{
    put_pair();
    static const struct {
        const char *header, *text;
    } lies[] = {
        {"\0\0\x08\x03\x3b\x9a\xca\x00\0\0\0\x1c\0\0\0\x1c", "1000000000"},
        {"\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "counted"},
        {"\0\0\x08\x03\0\0\0\x00\0\0\0\x02\0\0\0\x03", "dimension 1"},
        {"\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x00", "dimension 3"},
        {"\0\0\x0d\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03", "type 0d"},
        {"\0\0\x08\x01\0\0\0\x0c\0\0\0\x02\0\0\0\x03", "labels"},
        {"\0\0\x08\xff\0\0\0\x02\0\0\0\x02\0\0\0\x03", "counted"},
        {"\x08\x03\0\0\0\0\0\x02\0\0\0\x02\0\0\0\x03", "08 03 00 00"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        char lie[IMAGES_SIZE];
        memcpy(lie, images, IMAGES_SIZE);
        memcpy(lie, lies[i].header, 16);
        put_file(images_name, lie, IMAGES_SIZE);
        f.peak_bytes = f.live_bytes;
        size_t before = f.live_bytes;
        assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_DATA, images_name, lies[i].text, NULL);
        ck_assert_uint_lt(f.peak_bytes - before, 1 << 22);
    }
}

TEST(labels_must_be_as_many_as_images_and_be_labels)
{
    put_pair();
    put_file(labels_name, "\0\0\x08\x01\0\0\0\x03\x03\x01\x00", LABELS_SIZE + 1);
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_DATA, "3 labels", "2 images", NULL);
    put_file(labels_name, images, IMAGES_SIZE);
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_DATA, labels_name, "labels were expected",
                   NULL);
    assert_refused(context, open_badly(put_file("some-idx3-ubyte", images, IMAGES_SIZE), NULL), GML_ERROR_NOT_FOUND,
                   "\"images\"", NULL);
}

TEST(other_files_and_formats_are_named)
{
    assert_refused(context, open_badly(in_folder("none"), NULL), GML_ERROR_NOT_FOUND, "none", "No such file", NULL);
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_NOT_FOUND, images_name, NULL);
    assert_refused(context, open_badly(put_file("picture", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), NULL), GML_ERROR_DATA,
                   "picture", NULL);
    assert_refused(context, open_badly(in_folder("picture"), &(gml_dataset_options){.format = "idx"}), GML_ERROR_DATA,
                   "IDX", NULL);
    assert_refused(context, open_badly(in_folder("picture"), &(gml_dataset_options){.format = "idxx"}), GML_ERROR_NAME,
                   "idx", NULL);
    assert_refused(context, open_badly(in_folder("."), &(gml_dataset_options){.format = "csv"}), GML_ERROR_DATA,
                   "folder", NULL);
    assert_refused(context, open_badly(in_folder("picture"), &(gml_dataset_options){.task = (gml_task)9}),
                   GML_ERROR_ARGUMENT, "9", NULL);
    assert_refused(context, open_badly(in_folder("picture"), &(gml_dataset_options){.classes = 2}), GML_ERROR_ARGUMENT,
                   "classes", NULL);
    assert_refused(context, open_badly(in_folder("picture"), &(gml_dataset_options){.header = (gml_choice)5}),
                   GML_ERROR_ARGUMENT, "header", NULL);
}

TEST(the_table_of_formats_has_rows_with_names_and_summaries)
{
    size_t count = 0;
    for (const gml_entry *entry; (entry = gml_format_entry(count)) != NULL; count++) {
        ck_assert(entry->name[0] != '\0' && entry->summary[0] != '\0' && entry->source[0] != '\0');
    }
    ck_assert_uint_eq(count, 7);
    ck_assert_ptr_null(gml_format_entry(1000));
}

TEST(opening_survives_the_failure_of_each_allocation)
{
    put_pair();
    gml_status status = GML_ERROR_MEMORY;
    size_t before = f.live_bytes;
    for (size_t n = 1; status != GML_OK; n++) {
        gml_dataset *dataset = NULL;
        reset_faults(&f);
        f.fail_at = n;
        status = gml_dataset_open(context, in_folder("."), NULL, &dataset);
        ck_assert(status == GML_OK || (status == GML_ERROR_MEMORY && dataset == NULL));
        gml_dataset_destroy(dataset);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_eq(f.open_files, 0);
        ck_assert_uint_lt(n, 100);
    }
}

TEST(a_read_error_is_no_error_of_data)
{
    put_pair();
    f.read_budget = 10;
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_READ, images_name, NULL);
    f.read_budget = IMAGES_SIZE + 4;
    assert_refused(context, open_badly(in_folder("."), NULL), GML_ERROR_READ, labels_name, NULL);
}

/* ---- real data ---- */

TEST(the_digits_are_as_their_readme_says)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/data/digits", getenv("GEMMULE_SOURCE_ROOT"));
    if (!gml_gunzip_available()) {
        assert_refused(context, open_badly(path, NULL), GML_ERROR_UNSUPPORTED, "zlib", NULL);
        return;
    }
    const char *const parts[] = {"train", "t10k"};
    const size_t sizes[] = {1437, 360};
    for (size_t p = 0; p < 2; p++) {
        ck_assert(gml_dataset_part_exists(context, path, parts[p]));
        gml_dataset *dataset = open_well(path, &(gml_dataset_options){.part = parts[p]});
        ck_assert_uint_eq(gml_dataset_size(dataset), sizes[p]);
        ck_assert_uint_eq(gml_dataset_features(dataset), 64);
        ck_assert_uint_eq(gml_dataset_classes(dataset), 10);
        static double x[1437 * 64];
        double greatest = 0;
        assert_ok(context,
                  gml_dataset_gather(dataset, NULL, sizes[p], gml_matrix_f64(x, sizes[p], 64), gml_matrix_none()));
        for (size_t i = 0; i < sizes[p] * 64; i++) {
            greatest = x[i] > greatest ? x[i] : greatest;
        }
        ck_assert_double_eq(greatest, 16.0);
        gml_dataset_destroy(dataset);
    }
}

TEST(fashion_mnist_is_read_where_it_is_installed)
{
    const char *path = "/usr/share/datasets/fashion-mnist";
    if (gml_gunzip_available() && gml_dataset_part_exists(context, path, "train")) {
        gml_dataset *dataset = open_well(path, NULL);
        ck_assert_uint_eq(gml_dataset_size(dataset), 60000);
        ck_assert_uint_eq(gml_dataset_features(dataset), 784);
        ck_assert_uint_eq(gml_dataset_classes(dataset), 10);
        size_t sample = 59999;
        double y = -1;
        assert_ok(context, gml_dataset_gather(dataset, &sample, 1, gml_matrix_none(), gml_matrix_f64(&y, 1, 1)));
        ck_assert_double_eq(y, 5.0);
        gml_dataset_destroy(dataset);
    }
}

int main(void)
{
    return run_file_tests("data_idx", 120);
}
