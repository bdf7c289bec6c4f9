/* tests/library/operations_data.c - operations on data sets in memory, and on files. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "harness.h"
#include "operations.h"

/* ---- in memory ---- */

static void from_matrices(stage *s)
{
    gml_dataset *data = NULL;
    ATTEMPT(s, NULL,
            gml_dataset_from_matrices(s->context, sample_inputs(), sample_classes(), GML_TASK_CLASSIFICATION, &data));
    note_dataset(s, data);
    gml_dataset_destroy(data);
}

static void create(stage *s)
{
    static const double weights[SAMPLES] = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3};
    const gml_dataset_parts parts = {.inputs = sample_inputs(),
                                     .targets = sample_values(),
                                     .task = GML_TASK_REGRESSION,
                                     .weights = gml_matrix_f64(weights, SAMPLES, 1)};
    gml_dataset *data = NULL;
    ATTEMPT(s, NULL, gml_dataset_create(s->context, &parts, &data));
    note_dataset(s, data);
    gml_dataset_destroy(data);
}

static void split(stage *s)
{
    gml_dataset *data = strcmp(s->variant, "classes") == 0 ? make_classes(s) : make_values(s);
    gml_dataset *first = NULL, *second = NULL;
    ATTEMPT(s, NULL, gml_dataset_split(data, 0.3, 1, &first, &second));
    note_dataset(s, first);
    note_dataset(s, second);
    gml_dataset_destroy(second);
    gml_dataset_destroy(first);
    gml_dataset_destroy(data);
}

/* Folds of groups, which need most memory. */
static void create_split(stage *s)
{
    static const uint8_t groups[SAMPLES] = {5, 5, 6, 7, 7, 6, 8, 9, 9, 8, 5, 6};
    const gml_split_options options = {.folds = 3, .repeats = 2, .groups = gml_matrix_u8(groups, SAMPLES, 1)};
    gml_dataset *data = make_classes(s);
    gml_split *made = NULL;
    ATTEMPT(s, NULL, gml_split_create(data, &options, &made));
    for (size_t i = 0; i < SAMPLES; i++) {
        size_t fold = gml_split_fold_of(made, 1, i);
        note_bytes(s, &fold, sizeof fold);
    }
    gml_split_destroy(made);
    gml_dataset_destroy(data);
}

static void fold(stage *s)
{
    gml_dataset *data = make_values(s), *train = NULL, *validation = NULL;
    gml_split *made = NULL;
    assert_ok(s->context, gml_split_create(data, NULL, &made));
    ATTEMPT(s, NULL, gml_split_fold(made, 0, 0, &train, &validation));
    note_dataset(s, train);
    note_dataset(s, validation);
    gml_dataset_destroy(validation);
    gml_dataset_destroy(train);
    gml_split_destroy(made);
    gml_dataset_destroy(data);
}

static void gather(stage *s)
{
    static const size_t order[] = {3, 1, 2};
    gml_dataset *data = make_values(s);
    float x[3 * INPUTS];
    ATTEMPT(s, NULL, gml_dataset_gather(data, order, 3, gml_matrix_f32(x, 3, INPUTS), gml_matrix_none()));
    note_bytes(s, x, sizeof x);
    gml_dataset_destroy(data);
}

const operation data_operations[] = {
    {"gml_dataset_from_matrices", NULL, from_matrices},
    {"gml_dataset_create", NULL, create},
    {"gml_dataset_split", "classes", split},
    {"gml_dataset_split", "values", split},
    {"gml_split_create", NULL, create_split},
    {"gml_split_fold", NULL, fold},
    {"gml_dataset_gather", NULL, gather},
    {NULL},
};

/* ---- files ---- */

static const char csv[] = "length,width,kind\n1,2,cat\n2,1,dog\n1.5,\"2\",cat\n2.5,1,dog\n4,4,eel\n";
static const char images[] = "\0\0\010\003\0\0\0\004\0\0\0\002\0\0\0\002abcdefghijklmnop";
static const char labels[] = "\0\0\010\001\0\0\0\004\0\001\001\0";

static void put_packed(const char *name, const char *data, size_t size)
{
    gzFile file = gzopen(in_folder(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(gzwrite(file, data, (unsigned)size), (int)size);
    ck_assert_int_eq(gzclose(file), Z_OK);
}

static void open_data(stage *s)
{
    gml_dataset *data = NULL;
    put_file("a.csv", csv, sizeof csv - 1);
    put_packed("b.csv.gz", csv, sizeof csv - 1);
    put_file("train-images-idx3-ubyte", images, sizeof images - 1);
    put_packed("train-labels-idx1-ubyte.gz", labels, sizeof labels - 1);
    const char *path = in_folder(s->variant);
    ATTEMPT(s, NULL, gml_dataset_open(s->context, path, NULL, &data));
    note_dataset(s, data);
    gml_dataset_destroy(data);
}

/* As a network has it read: by the names of its columns, in another order, with weights. */
static void open_columns(stage *s)
{
    static const char *const inputs[] = {"b", "a"}, *const kinds[] = {"cat", "dog"};
    const gml_dataset_options options = {
        .features = 2, .feature_names = inputs, .target = "kind", .weights = "w", .class_names = kinds, .classes = 2};
    gml_dataset *data = NULL;
    const char *path = put_text("c.csv", "w,kind,a,b\n1,cat,2,3\n2,dog,4,5\n");
    ATTEMPT(s, NULL, gml_dataset_open(s->context, path, &options, &data));
    note_dataset(s, data);
    gml_dataset_destroy(data);
}

/* A network that knows its data, so that a file has everything that files can have. */
static gml_network *make_model(stage *s)
{
    gml_network *network = make_network(s, "4 -> 6 relu -> batchnorm -> 3 softmax", GML_F32);
    gml_dataset *data = make_classes(s);
    assert_ok(s->context, gml_network_adapt(network, data, GML_SCALING_STANDARD));
    assert_ok(s->context, gml_network_set_fact(network, "note", "a text"));
    gml_dataset_destroy(data);
    return network;
}

static void save(stage *s)
{
    gml_network *network = make_model(s);
    const char *path = in_folder("model");
    size_t size = 0;
    if (strcmp(s->variant, "over an old file") == 0) {
        put_text("model", "an old file");
    }
    ATTEMPT(s, network, gml_model_save(network, path));
    char *file = get_file(path, &size);
    note_bytes(s, file, size);
    free(file);
    gml_network_destroy(network);
}

static void load(stage *s)
{
    gml_network *network = make_model(s), *loaded = NULL;
    const char *path = in_folder("model");
    assert_ok(s->context, gml_model_save(network, path));
    ATTEMPT(s, NULL, gml_model_load(s->context, path, &loaded));
    note_network(s, loaded);
    gml_network_destroy(loaded);
    gml_network_destroy(network);
}

const operation file_operations[] = {
    {"gml_dataset_open", "a.csv", open_data}, {"gml_dataset_open", "b.csv.gz", open_data},
    {"gml_dataset_open", ".", open_data},     {"gml_dataset_open", "columns", open_columns},
    {"gml_model_save", "new", save},          {"gml_model_save", "over an old file", save},
    {"gml_model_load", NULL, load},           {NULL},
};
