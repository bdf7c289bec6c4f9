/* data/format/format_libsvm.c - LIBSVM text: a sample a line, sparse; read into a dense matrix. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "data/field.h"
#include "data/format/format.h"
#include "data/format/libsvm_line.h"
#include "data/format/sparse.h"
#include "data/target/class_name.h"
#include "data/target/lone_target.h"

enum {
    CHUNK_SIZE = 1 << 16,
    MAX_LINE = 1 << 26, /* bytes */
    MAX_INDEX = 1 << 20 /* as many inputs as a CSV may have columns */
};

typedef struct reading {
    const gml_source *source;
    size_t line;   /* from 1 */
    size_t bytes;  /* of all lines */
    gml_pile text; /* the bytes of an unfinished line */
    gml_sparse sparse;
    bool targeted; /* targets are read */
    gml_cells target;
    bool grouped; /* qid are groups */
    gml_labels groups;
    gml_dataset made;
} reading;

static gml_status refuse_word(const reading *r, gml_libsvm_word word, const char *complaint)
{
    char excerpt[GML_EXCERPT_SIZE];
    gml_excerpt(word.text, word.length, excerpt);
    return gml_fail(r->source->context, GML_ERROR_DATA, "%s: line %zu: %s %s", r->source->path, r->line, excerpt,
                    complaint);
}

/* ---- one line ---- */

static gml_status take_label(reading *r, gml_libsvm_word word)
{
    if (!r->targeted) {
        return GML_OK;
    }
    return memchr(word.text, ',', word.length) != NULL
               ? refuse_word(r, word, "is a list of labels; one label a sample is read")
               : gml_lone_target_add_text(&r->target, r->line, word.text, word.length);
}

/* Numbers the group of a qid. */
static gml_status take_group(reading *r, gml_libsvm_word id)
{
    gml_context *context = r->source->context;
    char buffer[GML_NUMBER_SIZE];
    double number = 0;
    size_t label = 0;
    const gml_cell_kind kind = gml_cell_read(id.text, id.length, &number);
    if (kind == GML_CELL_MISSING) {
        return refuse_word(r, id, "is not a qid");
    }
    const char *key = gml_class_key(kind, number, id.text, &id.length, buffer);
    gml_status status = gml_labels_add(context, &r->groups, key, id.length, &label);
    const uint32_t group = (uint32_t)label;
    return status == GML_OK ? gml_pile_push(context, &r->made.owned_groups, &group, sizeof group, "the groups")
                            : status;
}

static gml_status take_entry(reading *r, gml_libsvm_word name, gml_libsvm_word value, size_t *last)
{
    const gml_dataset_options *options = r->source->options;
    const size_t limit = options->features != 0 ? options->features : MAX_INDEX;
    double number = 0;
    size_t index = 0;
    if (!gml_text_to_size(name.text, name.length, &index) || index == 0) {
        return refuse_word(r, name, "is not an index; indexes are whole numbers from 1");
    }
    if (index > limit) {
        return gml_fail(r->source->context, options->features != 0 ? GML_ERROR_SHAPE : GML_ERROR_DATA,
                        "%s: line %zu: index %zu; %s%zu %s", r->source->path, r->line, index,
                        options->features != 0 ? "" : "up to ", limit,
                        options->features != 0 ? "inputs are expected" : "inputs are read");
    }
    if (index <= *last) {
        return refuse_word(r, name, "does not follow the index before it; the indexes of a sample ascend");
    }
    *last = index;
    if (!gml_text_to_double(value.text, value.length, &number) || !isfinite(number)) {
        if (!options->bad_inputs) {
            return refuse_word(r, value, "is not a finite number");
        }
        number = NAN;
    }
    return gml_sparse_add(r->source->context, &r->sparse, index - 1, number);
}

static gml_status take_line(reading *r, const char *text, size_t length)
{
    gml_libsvm_line line;
    gml_libsvm_word word, name, value;
    bool grouped = false;
    size_t last = 0;
    if (!gml_libsvm_begin(&line, text, length)) {
        return GML_OK;
    }
    gml_libsvm_take(&line, &word);
    gml_status status = gml_libsvm_split(word, &name, &value)
                            ? refuse_word(r, word, "is an entry where the label should be")
                            : take_label(r, word);
    while (status == GML_OK && gml_libsvm_take(&line, &word)) {
        if (!gml_libsvm_split(word, &name, &value)) {
            return refuse_word(r, word, "is no entry of the form index:value");
        }
        const bool qid = gml_libsvm_is_qid(name) && !grouped && last == 0;
        grouped = grouped || qid;
        status = !qid ? take_entry(r, name, value, &last) : r->grouped ? take_group(r, value) : GML_OK;
    }
    if (status == GML_OK && r->grouped && !grouped) {
        return gml_fail(r->source->context, GML_ERROR_DATA, "%s: line %zu has no qid", r->source->path, r->line);
    }
    if (status == GML_OK) {
        status = gml_origin_note(r->source->context, &r->made.origin, r->sparse.rows, r->line);
    }
    return status == GML_OK ? gml_sparse_end_row(r->source->context, &r->sparse) : status;
}

/* ---- all lines ---- */

static gml_status hold(reading *r, const char *text, size_t length)
{
    return r->text.size + length > MAX_LINE
               ? gml_fail(r->source->context, GML_ERROR_DATA, "%s: line %zu has more than %d bytes", r->source->path,
                          r->line, MAX_LINE)
               : gml_pile_push(r->source->context, &r->text, text, length, "a line of LIBSVM text");
}

/* Takes the lines that end in a chunk, and holds the rest. */
static gml_status take_chunk(reading *r, const char *chunk, size_t size)
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
        status = r->text.size > 0 ? take_line(r, r->text.data, r->text.size) : take_line(r, at, (size_t)(newline - at));
        r->text.size = 0;
        r->line++;
        at = newline + 1;
    }
    return status;
}

static gml_status read_lines(reading *r)
{
    gml_context *context = r->source->context;
    size_t got = CHUNK_SIZE;
    gml_status status = GML_OK;
    char *chunk = gml_allocate(context, CHUNK_SIZE, 1, "a piece of LIBSVM text");
    if (chunk == NULL) {
        return GML_ERROR_MEMORY;
    }
    while (status == GML_OK && got == CHUNK_SIZE) {
        status = gml_reader_read(r->source->reader, chunk, CHUNK_SIZE, &got);
        if (status == GML_OK) {
            r->bytes += got;
            status = take_chunk(r, chunk, got);
        }
    }
    gml_release(context, chunk, CHUNK_SIZE, 1);
    return status == GML_OK && r->text.size > 0 ? take_line(r, r->text.data, r->text.size) : status;
}

/* ---- the dataset ---- */

static gml_status finish(reading *r)
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

/* ---- from beginning to end ---- */

static gml_status check_options(const gml_source *source)
{
    const gml_dataset_options *options = source->options;
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; LIBSVM text is a file", source->path);
    }
    if (options->weights != NULL && !options->weights_optional) {
        return gml_fail(source->context, GML_ERROR_ARGUMENT, "%s: LIBSVM text has no column of weights", source->path);
    }
    if (options->target != NULL && options->features == 0) {
        return gml_fail(source->context, GML_ERROR_ARGUMENT,
                        "%s: the target of LIBSVM text is its label; a target cannot be chosen", source->path);
    }
    return options->groups != NULL && !options->groups_unread && strcmp(options->groups, "qid") != 0
               ? gml_fail(source->context, GML_ERROR_ARGUMENT, "%s: the groups of LIBSVM text are called qid",
                          source->path)
               : GML_OK;
}

static gml_status read_text(reading *r)
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
    reading r = {.source = source, .line = 1, .made = {.context = source->context}};
    gml_status status = check_options(source);
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
};
