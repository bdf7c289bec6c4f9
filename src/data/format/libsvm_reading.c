/* data/format/libsvm_reading.c - the samples of LIBSVM text. */
#include "data/format/libsvm_reading.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/field.h"
#include "data/target/class_name.h"
#include "data/target/lone_target.h"

enum { MAX_INDEX = 1 << 20 /* as many inputs as a CSV may have columns */ };

gml_status gml_libsvm_check(const gml_source *source)
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

static gml_status refuse_word(const gml_libsvm_reading *r, gml_libsvm_word word, const char *complaint)
{
    char excerpt[GML_EXCERPT_SIZE];
    gml_excerpt(word.text, word.length, excerpt);
    return gml_fail(r->source->context, GML_ERROR_DATA, "%s: line %zu: %s %s", r->source->path, r->line, excerpt,
                    complaint);
}

/* ---- one line ---- */

static gml_status take_label(gml_libsvm_reading *r, gml_libsvm_word word)
{
    if (!r->targeted) {
        return GML_OK;
    }
    return memchr(word.text, ',', word.length) != NULL
               ? refuse_word(r, word, "is a list of labels; one label a sample is read")
               : gml_lone_target_add_text(&r->target, r->line, word.text, word.length);
}

/* Numbers the group of a qid. */
static gml_status take_group(gml_libsvm_reading *r, gml_libsvm_word id)
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

static gml_status take_entry(gml_libsvm_reading *r, gml_libsvm_word name, gml_libsvm_word value, size_t *last)
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

gml_status gml_libsvm_take_line(gml_libsvm_reading *r, const char *text, size_t length)
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

gml_status gml_libsvm_refuse_length(const gml_libsvm_reading *r)
{
    return gml_fail(r->source->context, GML_ERROR_DATA, "%s: line %zu has more than %d bytes", r->source->path, r->line,
                    GML_LIBSVM_LINE);
}
