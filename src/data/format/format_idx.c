/* data/format/format_idx.c - IDX, the format of MNIST: a file of images and, beside it, one of labels. */
#include <stdio.h>
#include <string.h>

#include "data/format/format.h"
#include "data/format/idx_file.h"

enum { MAX_PATH = 4096 };

/* ---- names ---- */

static bool is_file(gml_context *context, const char *path)
{
    gml_path_kind kind = context->hooks.files.kind(context->hooks.files.user, path);
    return kind == GML_PATH_FILE || kind == GML_PATH_OTHER;
}

/* Finds the file at `path`, or else the one with ".gz" appended or removed; `path` then becomes its name. */
static bool find_file(gml_context *context, char path[MAX_PATH])
{
    if (is_file(context, path)) {
        return true;
    }
    size_t length = strlen(path);
    bool packed = length >= 3 && strcmp(path + length - 3, ".gz") == 0;
    if (packed) {
        path[length - 3] = '\0';
    } else if (length + 3 < MAX_PATH) {
        strcpy(path + length, ".gz");
    }
    bool found = is_file(context, path);
    if (!found) { /* the first name again, for a message */
        path[length - 3 * packed] = packed ? '.' : '\0';
    }
    return found;
}

static bool name_images(const char *folder, const char *part, char path[MAX_PATH])
{
    int length = snprintf(path, MAX_PATH, "%s/%s-images-idx3-ubyte", folder, part);
    return length > 0 && length < MAX_PATH;
}

int gml_dataset_part_exists(gml_context *context, const char *path, const char *part)
{
    char images[MAX_PATH];
    return context != NULL && path != NULL && part != NULL && name_images(path, part, images) &&
           find_file(context, images);
}

/* Replaces the last `from` in a file's name by `to`, of the same length; false if there is none. */
static bool replace_word(char *path, const char *from, const char *to)
{
    char *name = strrchr(path, '/');
    char *last = NULL;
    for (char *p = strstr(name != NULL ? name : path, from); p != NULL; p = strstr(p + 1, from)) {
        last = p;
    }
    if (last != NULL) {
        memcpy(last, to, strlen(to));
    }
    return last != NULL;
}

static gml_status find_labels(const gml_source *source, const char *images, char path[MAX_PATH])
{
    gml_context *context = source->context;
    if (snprintf(path, MAX_PATH, "%s", images) >= MAX_PATH || !replace_word(path, "images", "labels")) {
        return gml_fail(context, GML_ERROR_NOT_FOUND,
                        "%s: its labels cannot be found, because \"images\" is not in its name", images);
    }
    replace_word(path, "idx3", "idx1");
    if (!find_file(context, path)) {
        return gml_fail(context, GML_ERROR_NOT_FOUND, "%s: there is no labels file %s, with or without .gz", images,
                        path);
    }
    return GML_OK;
}

/* ---- a dataset ---- */

/* Every label must be below the number of given classes; without given classes, labels must differ. */
static gml_status check_labels(gml_context *context, const char *path, const gml_idx_file *labels,
                               const gml_dataset_options *options, gml_schema *schema)
{
    const uint8_t *label = labels->entries.data;
    size_t greatest = 0;
    bool alike = true;
    for (size_t i = 0; i < labels->count; i++) {
        if (options->classes > 0 && label[i] >= options->classes) {
            return gml_fail(context, GML_ERROR_DATA, "%s: sample %zu has label %u; there are only %zu classes", path,
                            i + 1, label[i], options->classes);
        }
        greatest = label[i] > greatest ? label[i] : greatest;
        alike = alike && label[i] == label[0];
    }
    if (alike && options->classes == 0) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: all %zu labels are %u: one class only; there is nothing to tell apart", path,
                        labels->count, label[0]);
    }
    schema->classes = options->classes > 0 ? options->classes : greatest + 1;
    return GML_OK;
}

/* Names the classes: the given names, or the class numbers. */
static gml_status name_classes(gml_context *context, const gml_dataset_options *options, gml_schema *schema)
{
    if (options->classes > 0) {
        return gml_schema_copy_names(context, options->class_names, schema->classes, &schema->class_names);
    }
    char digits[256][4];
    const char *names[256];
    for (size_t i = 0; i < schema->classes; i++) {
        snprintf(digits[i], sizeof digits[i], "%u", (unsigned)(uint8_t)i);
        names[i] = digits[i];
    }
    return gml_schema_copy_names(context, names, schema->classes, &schema->class_names);
}

static gml_status add_labels(const gml_source *source, const char *images, gml_dataset *made)
{
    gml_context *context = source->context;
    char path[MAX_PATH];
    gml_idx_file labels = {0};
    gml_status status = find_labels(source, images, path);
    if (status == GML_OK) {
        status = gml_idx_read_path(context, path, false, &labels);
    }
    made->owned_targets = labels.entries;
    if (status == GML_OK && labels.count != made->size) {
        status = gml_fail(context, GML_ERROR_DATA, "%s: %zu labels for the %zu images of %s", path, labels.count,
                          made->size, images);
    }
    if (status != GML_OK) {
        return status;
    }
    made->targets = gml_matrix_u8(labels.entries.data, labels.count, 1);
    made->schema.targets = 1;
    made->schema.task = source->options->task;
    if (made->schema.task == GML_TASK_REGRESSION) {
        return GML_OK;
    }
    made->schema.task = GML_TASK_CLASSIFICATION;
    status = check_labels(context, path, &labels, source->options, &made->schema);
    return status == GML_OK ? name_classes(context, source->options, &made->schema) : status;
}

static gml_status make_dataset(const gml_source *source, const char *images, gml_dataset *made)
{
    gml_context *context = source->context;
    const gml_dataset_options *options = source->options;
    gml_idx_file file = {0};
    if (options->weights != NULL && !options->weights_optional) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: IDX data has no columns, and so none of weights",
                        source->path);
    }
    gml_status status = source->reader != NULL ? gml_idx_read(context, source->reader, true, &file)
                                               : gml_idx_read_path(context, images, true, &file);
    made->owned_inputs = file.entries;
    if (status != GML_OK) {
        return status;
    }
    made->origin.path = gml_copy_string(context, images);
    if (made->origin.path == NULL) {
        return GML_ERROR_MEMORY;
    }
    made->inputs = gml_matrix_u8(file.entries.data, file.count, file.width);
    made->size = file.count;
    made->schema.features = file.width;
    if (options->features != 0 && options->features != file.width) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: images of %zu pixels; %zu inputs are expected", images,
                        file.width, options->features);
    }
    return options->targets == GML_CHOICE_NO ? GML_OK : add_labels(source, images, made);
}

static gml_status open_idx(const gml_source *source, gml_dataset **dataset)
{
    gml_context *context = source->context;
    const char *part = source->options->part != NULL ? source->options->part : "train";
    char images[MAX_PATH];
    if (source->reader != NULL) {
        if (snprintf(images, sizeof images, "%s", source->path) >= MAX_PATH) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "a path of %zu characters is too long", strlen(source->path));
        }
    } else if (!name_images(source->path, part, images) || !find_file(context, images)) {
        return gml_fail(context, GML_ERROR_NOT_FOUND,
                        "%s: there is no %s-images-idx3-ubyte in this folder, with or without .gz", source->path, part);
    }
    gml_dataset made = {.context = context};
    return gml_dataset_adopt(make_dataset(source, images, &made), &made, dataset);
}

static bool recognizes(const gml_source *source)
{
    if (source->reader == NULL) {
        return true;
    }
    size_t size = 0;
    const uint8_t *bytes = gml_reader_peek(source->reader, &size);
    return gml_idx_recognizes(bytes, size);
}

const gml_format gml_format_idx = {
    .entry = {.name = "idx",
              .summary = "images and labels as unsigned bytes, as MNIST has them, also under gzip",
              .formula = "00 00 08 | dimensions | sizes, 4 bytes each, most significant first | entries",
              .derivative = "",
              .pitfall = "Images and labels are two files whose names differ in \"images-idx3\" and \"labels-idx1\".",
              .source = "Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits"},
    .recognizes = recognizes,
    .open = open_idx,
};
