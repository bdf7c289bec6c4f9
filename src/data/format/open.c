/* data/format/open.c - recognising the format of a file and reading it. */
#include <string.h>

#include "base/call.h"
#include "data/format/format.h"

/* Tried in this order; CSV accepts any text, so it comes last. */
static const gml_format *const formats[] = {&gml_format_idx,         &gml_format_npy,  &gml_format_npz,
                                            &gml_format_safetensors, &gml_format_arff, &gml_format_libsvm,
                                            &gml_format_csv};

enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

const gml_entry *gml_format_entry(size_t index)
{
    return index < FORMAT_COUNT ? &formats[index]->entry : NULL;
}

static gml_status find_format(const gml_source *source, const gml_format **format)
{
    gml_context *context = source->context;
    const char *name = source->options->format;
    if (name != NULL) {
        gml_call call;
        gml_status status = gml_call_parse(context, "format", gml_format_entry, name, strlen(name), &call);
        *format = status == GML_OK ? formats[call.row] : NULL;
        return status;
    }
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (formats[i]->recognizes(source)) {
            *format = formats[i];
            return GML_OK;
        }
    }
    return gml_fail(context, GML_ERROR_DATA,
                    "%s: is neither text, as a CSV or an ARFF is, nor of the formats IDX, NPY, NPZ and safetensors",
                    source->path);
}

static gml_status check_names(gml_context *context, const char *const *names, size_t count, const char *what,
                              const char *each)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i] == NULL) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "%s[%zu] is null; each %s needs a name", what, i, each);
        }
    }
    return GML_OK;
}

gml_status gml_dataset_check_options(gml_context *context, const gml_dataset_options *options)
{
    if ((unsigned)options->header > GML_CHOICE_NO || (unsigned)options->targets > GML_CHOICE_NO) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "header and targets are choices of auto, yes and no");
    }
    if ((unsigned)options->task > GML_TASK_CLASSIFICATION) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "the task %d is none", (int)options->task);
    }
    if (options->classes > GML_MAX_CLASSES || (options->classes > 0 && options->class_names == NULL)) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%zu classes: up to %d are possible, each with a name",
                        options->classes, GML_MAX_CLASSES);
    }
    if (options->more_count > 0 && options->more == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "more: there are %zu further files and no paths",
                        options->more_count);
    }
    gml_status status = check_names(context, options->more, options->more_count, "more", "file");
    if (status == GML_OK) {
        status = check_names(context, options->class_names, options->classes, "class_names", "class");
    }
    if (status != GML_OK || options->feature_names == NULL) {
        return status;
    }
    if (options->features == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "feature_names: features says how many there are; it is 0");
    }
    return check_names(context, options->feature_names, options->features, "feature_names", "input");
}

gml_status gml_source_open(gml_source *source, bool eager, const gml_format **format)
{
    gml_context *context = source->context;
    const gml_file_system *files = &context->hooks.files;
    gml_status status = gml_dataset_check_options(context, source->options);
    if (status == GML_OK && files->kind(files->user, source->path) != GML_PATH_FOLDER) {
        status = eager ? gml_reader_open_eager(context, source->path, &source->reader)
                       : gml_reader_open(context, source->path, &source->reader);
    }
    if (status == GML_OK) {
        status = find_format(source, format);
    }
    return status == GML_OK && source->options->more_count > 0 && *format != &gml_format_csv
               ? gml_fail(context, GML_ERROR_ARGUMENT, "%s: further files can only follow a CSV", source->path)
               : status;
}

gml_status gml_dataset_open(gml_context *context, const char *path, const gml_dataset_options *options,
                            gml_dataset **dataset)
{
    static const gml_dataset_options defaults = {0};
    gml_source source = {.context = context, .path = path, .options = options != NULL ? options : &defaults};
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"context", context}, {"path", path}, {"dataset", dataset}, {0}});
    const gml_format *format = NULL;
    if (status == GML_OK) {
        status = gml_source_open(&source, false, &format);
    }
    if (status == GML_OK) {
        status = format->open(&source, dataset);
    }
    gml_reader_close(source.reader);
    return status;
}
