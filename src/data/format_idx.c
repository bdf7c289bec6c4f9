/* data/format_idx.c - IDX, the form of MNIST and its kin: images of unsigned bytes and, in a file of its own, labels.
 *
 *     00 00 | type | dimensions | that many sizes, 4 bytes each, most significant first | the entries, row-major */
#include <stdio.h>
#include <string.h>

#include "data/format.h"

enum {
    MAGIC_SIZE = 4,
    TYPE_U8 = 0x08,
    MAX_PATH = 4096,
    LEAST_PIECE = 1 << 20 /* bytes read at a time; more when as much has arrived already */
};

/* ---- one file ---- */

typedef struct idx_file {
    size_t count; /* samples: the first dimension */
    size_t width; /* entries a sample: the product of the others */
    gml_pile entries;
} idx_file;

static bool is_magic(const uint8_t *bytes, size_t size)
{
    /* The types are 08, 09 and 0b to 0e. */
    return size >= MAGIC_SIZE && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 0x08 && bytes[2] <= 0x0e &&
           bytes[3] >= 1;
}

/* Reads the header; `images` says whether entries must have further dimensions or none. */
static gml_status read_header(gml_context *context, gml_reader *reader, bool images, idx_file *file)
{
    const char *path = gml_reader_path(reader);
    uint8_t magic[MAGIC_SIZE];
    gml_status status = gml_reader_read_exact(reader, magic, sizeof magic, "IDX header");
    if (status != GML_OK) {
        return status;
    }
    if (!is_magic(magic, sizeof magic)) {
        return gml_fail(context, GML_ERROR_DATA, "%s: begins with the bytes %02x %02x %02x %02x, not as an IDX file",
                        path, magic[0], magic[1], magic[2], magic[3]);
    }
    if (magic[2] != TYPE_U8) {
        return gml_fail(context, GML_ERROR_DATA, "%s: holds entries of type %02x; only unsigned bytes (08) are read",
                        path, magic[2]);
    }
    size_t dimensions = magic[3];
    if (images != (dimensions > 1)) {
        return gml_fail(context, GML_ERROR_DATA, "%s: has %zu dimension%s; %s", path, dimensions,
                        dimensions == 1 ? ", so it holds labels" : "s, so it holds images",
                        images ? "images were expected" : "labels were expected");
    }
    file->width = 1;
    for (size_t i = 0; i < dimensions; i++) {
        uint8_t b[4];
        status = gml_reader_read_exact(reader, b, sizeof b, "IDX header");
        if (status != GML_OK) {
            return status;
        }
        size_t size = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        size_t *product = i == 0 ? &file->count : &file->width;
        if (size == 0) {
            return gml_fail(context, GML_ERROR_DATA, "%s: dimension %zu of %zu is 0; the file holds nothing", path,
                            i + 1, dimensions);
        }
        if (i == 0) {
            *product = size;
        } else if (__builtin_mul_overflow(*product, size, product)) {
            return gml_fail(context, GML_ERROR_DATA, "%s: its dimensions promise more than can be counted", path);
        }
    }
    return GML_OK;
}

/* Reads the entries piece by piece, so that a header that lies costs no memory. */
static gml_status read_entries(gml_context *context, gml_reader *reader, idx_file *file)
{
    const char *path = gml_reader_path(reader);
    gml_pile *entries = &file->entries;
    size_t promised = 0;
    if (__builtin_mul_overflow(file->count, file->width, &promised)) {
        return gml_fail(context, GML_ERROR_DATA, "%s: its header promises more bytes than can be counted", path);
    }
    while (entries->size < promised) {
        size_t piece = entries->size > LEAST_PIECE ? entries->size : LEAST_PIECE;
        piece = piece < promised - entries->size ? piece : promised - entries->size;
        size_t got = 0;
        gml_status status = gml_pile_reserve(context, entries, piece, "IDX data");
        if (status == GML_OK) {
            status = gml_reader_read(reader, (char *)entries->data + entries->size, piece, &got);
        }
        if (status != GML_OK) {
            return status;
        }
        entries->size += got;
        if (got < piece) {
            return gml_fail(context, GML_ERROR_DATA,
                            "%s: ends at byte %llu; its header promises %zu entries of %zu byte%s, it brings %zu of "
                            "those %zu bytes",
                            path, (unsigned long long)gml_reader_position(reader), file->count, file->width,
                            file->width == 1 ? "" : "s", entries->size, promised);
        }
    }
    return gml_reader_expect_end(reader, "last entry");
}

static gml_status read_file(gml_context *context, gml_reader *reader, bool images, idx_file *file)
{
    gml_status status = read_header(context, reader, images, file);
    return status == GML_OK ? read_entries(context, reader, file) : status;
}

static gml_status read_path(gml_context *context, const char *path, bool images, idx_file *file)
{
    gml_reader *reader = NULL;
    gml_status status = gml_reader_open(context, path, &reader);
    if (status == GML_OK) {
        status = read_file(context, reader, images, file);
    }
    gml_reader_close(reader);
    return status;
}

/* ---- names ---- */

/* The file at `path`, or else the one with ".gz" put behind or taken away, whose name then replaces it. */
static bool find_file(gml_context *context, char path[MAX_PATH])
{
    const gml_file_system *files = &context->hooks.files;
    size_t length = strlen(path);
    for (int attempt = 0; attempt < 2; attempt++) {
        gml_path_kind kind = files->kind(files->user, path);
        if (kind == GML_PATH_FILE || kind == GML_PATH_OTHER) {
            return true;
        }
        if (attempt == 0 && length >= 3 && strcmp(path + length - 3, ".gz") == 0) {
            path[length - 3] = '\0';
        } else if (attempt == 0 && length + 3 < MAX_PATH) {
            strcpy(path + length, ".gz");
        }
    }
    return false;
}

static bool name_images(const char *folder, const char *part, char path[MAX_PATH])
{
    int length = snprintf(path, MAX_PATH, "%s/%s-images-idx3-ubyte", folder, part);
    return length > 0 && length < MAX_PATH;
}

int gml_dataset_part_exists(gml_context *context, const char *path, const char *part)
{
    char images[MAX_PATH];
    return name_images(path, part, images) && find_file(context, images);
}

/* Writes `to` over the last `from` of a file's name, of the same length; false if there is none. */
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

/* Every label must have a class; more than one class must be there, unless they were given. */
static gml_status check_labels(gml_context *context, const char *path, const idx_file *labels,
                               const gml_dataset_options *options, gml_schema *schema)
{
    const uint8_t *label = labels->entries.data;
    size_t greatest = 0;
    bool alike = true;
    for (size_t i = 0; i < labels->count; i++) {
        if (options->classes > 0 && label[i] >= options->classes) {
            return gml_fail(context, GML_ERROR_DATA, "%s: label %u of sample %zu; there are only %zu classes", path,
                            label[i], i, options->classes);
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

/* The names given, or the class numbers. */
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
    idx_file labels = {0};
    gml_status status = find_labels(source, images, path);
    if (status == GML_OK) {
        status = read_path(context, path, false, &labels);
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
    idx_file file = {0};
    gml_status status = source->reader != NULL ? read_file(context, source->reader, true, &file)
                                               : read_path(context, images, true, &file);
    made->owned_inputs = file.entries;
    if (status != GML_OK) {
        return status;
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
    gml_status status = make_dataset(source, images, &made);
    if (status != GML_OK) {
        gml_dataset_clear(&made);
        return status;
    }
    return gml_dataset_adopt(context, &made, dataset);
}

static bool recognizes(const gml_source *source)
{
    if (source->reader == NULL) {
        return true;
    }
    size_t size = 0;
    const uint8_t *bytes = gml_reader_peek(source->reader, &size);
    return is_magic(bytes, size);
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
