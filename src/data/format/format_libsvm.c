/* data/format/format_libsvm.c - LIBSVM text: a sample a line, sparse; read into a dense matrix. */
#include <string.h>

#include "data/format/libsvm_reading.h"
#include "data/target/lone_target.h"
#include "data/target/target.h"

/* ---- all lines ---- */

static gml_status hold(gml_libsvm_reading *r, const char *text, size_t length)
{
    return r->text.size + length > GML_LIBSVM_LINE
               ? gml_libsvm_refuse_length(r)
               : gml_pile_push(r->source->context, &r->text, text, length, "a line of LIBSVM text");
}

/* Takes the lines that end in a chunk, and holds the rest. */
static gml_status take_chunk(gml_libsvm_reading *r, const char *chunk, size_t size)
{
    gml_status status = GML_OK;
    for (const char *at = chunk, *end = chunk + size; status == GML_OK && at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (newline == NULL || r->text.size > 0) {
            status = hold(r, at, (size_t)((newline != NULL ? newline : end) - at));
        }
        if (status != GML_OK || newline == NULL) {
            return status;
        }
        status = r->text.size > 0 ? gml_libsvm_take_line(r, r->text.data, r->text.size)
                                  : gml_libsvm_take_line(r, at, (size_t)(newline - at));
        r->text.size = 0;
        r->line++;
        at = newline + 1;
    }
    return status;
}

static gml_status read_lines(gml_libsvm_reading *r)
{
    gml_context *context = r->source->context;
    size_t got = GML_LIBSVM_CHUNK;
    gml_status status = GML_OK;
    char *chunk = gml_allocate(context, GML_LIBSVM_CHUNK, 1, "a piece of LIBSVM text");
    if (chunk == NULL) {
        return GML_ERROR_MEMORY;
    }
    while (status == GML_OK && got == GML_LIBSVM_CHUNK) {
        status = gml_reader_read(r->source->reader, chunk, GML_LIBSVM_CHUNK, &got);
        if (status == GML_OK) {
            r->bytes += got;
            status = take_chunk(r, chunk, got);
        }
    }
    gml_release(context, chunk, GML_LIBSVM_CHUNK, 1);
    return status == GML_OK && r->text.size > 0 ? gml_libsvm_take_line(r, r->text.data, r->text.size) : status;
}

/* ---- the dataset ---- */

static gml_status finish(gml_libsvm_reading *r)
{
    gml_dataset *made = &r->made;
    const gml_source *source = r->source;
    const size_t width = source->options->features != 0 ? source->options->features : r->sparse.width;
    if (r->sparse.rows == 0 || width == 0) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: has no %s", source->path,
                        r->sparse.rows == 0 ? "samples" : "entries");
    }
    gml_status status = gml_sparse_to_inputs(&r->sparse, source->path, width, r->bytes, made);
    made->masked = made->schema.missing_targets = source->options->missing_targets != 0;
    if (status == GML_OK && r->targeted) {
        status = gml_target_take(&r->target, 0, source->options, made);
    }
    if (status == GML_OK && r->grouped) {
        made->groups = made->owned_groups.data;
        made->group_count = r->groups.count;
        made->schema.groups_name = gml_copy_string(source->context, "qid");
        status = made->schema.groups_name != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    return status;
}

static gml_status read_text(gml_libsvm_reading *r)
{
    const gml_dataset_options *options = r->source->options;
    gml_context *context = r->source->context;
    r->targeted = options->targets != GML_CHOICE_NO;
    r->grouped = r->targeted && options->groups != NULL && !options->groups_unread;
    gml_status status = gml_lone_target_begin(context, r->source->path, 0, &r->target);
    r->made.origin.path = gml_copy_string(context, r->source->path);
    if (status == GML_OK) {
        status = r->made.origin.path != NULL ? read_lines(r) : GML_ERROR_MEMORY;
    }
    if (status == GML_OK) {
        status = finish(r);
    }
    gml_cells_clear(&r->target);
    gml_labels_clear(context, &r->groups);
    gml_pile_clear(context, &r->text);
    gml_sparse_clear(context, &r->sparse);
    return status;
}

static gml_status open_libsvm(const gml_source *source, gml_dataset **dataset)
{
    gml_libsvm_reading r = {.source = source, .line = 1, .made = {.context = source->context}};
    gml_status status = gml_libsvm_check(source);
    if (status == GML_OK) {
        status = read_text(&r);
    }
    return gml_dataset_adopt(status, &r.made, dataset);
}

static bool recognizes(const gml_source *source)
{
    size_t size = 0;
    const uint8_t *bytes = source->reader != NULL ? gml_reader_peek(source->reader, &size) : NULL;
    return bytes != NULL && gml_libsvm_recognizes((const char *)bytes, size, gml_reader_peek_is_whole(source->reader));
}

const gml_format gml_format_libsvm = {
    .entry = {.name = "libsvm",
              .summary = "LIBSVM and SVMlight text: a sample a line, with the entries that are not 0",
              .formula = "label [qid:group] index:value index:value ... # comment",
              .derivative = "",
              .pitfall = "Indexes begin at 1. The matrix is dense in memory; a file that is too sparse is refused.",
              .source = "C.-C. Chang, C.-J. Lin, LIBSVM: a library for support vector machines, README"},
    .recognizes = recognizes,
    .open = open_libsvm,
    .rows = &gml_libsvm_row_format,
};
