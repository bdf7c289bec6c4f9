/* data/format/format_arff.c - ARFF: attributes with their types, then rows, dense or sparse, as weka writes them. */
#include <math.h>
#include <string.h>

#include "data/format/arff_value.h"
#include "data/format/sparse.h"

static gml_status refuse_count(const gml_arff_reading *r, size_t found)
{
    return gml_fail(r->source->context, GML_ERROR_DATA, "%s: line %zu has %zu value%s; there are %zu attributes",
                    r->source->path, r->lines.number, found, found == 1 ? "" : "s", gml_arff_count(&r->header));
}

/* Takes the values of a dense row; `word` is the first, and becomes what follows the last. */
static gml_status take_dense(const gml_arff_reading *r, gml_arff_line *line, gml_arff_word *word)
{
    const size_t count = gml_arff_count(&r->header);
    gml_status status = GML_OK;
    size_t index = 0;
    for (; status == GML_OK && (word->token == GML_ARFF_WORD || word->token == GML_ARFF_QUOTED); index++) {
        status = index < count ? gml_arff_take_value(r, index, word, &r->row[index]) : GML_OK;
        gml_arff_take(line, word);
    }
    return status == GML_OK && index != count && word->token <= GML_ARFF_CLOSE ? refuse_count(r, index) : status;
}

/* Takes the entries of a sparse row, {index value, index value}; `word` becomes what follows its brace. */
static gml_status take_sparse(gml_arff_reading *r, gml_arff_line *line, gml_arff_word *word)
{
    const size_t count = gml_arff_count(&r->header);
    size_t next = 0;
    gml_status status = GML_OK;
    while (status == GML_OK && gml_arff_take(line, word) != GML_ARFF_CLOSE) {
        size_t index = 0;
        if (word->token != GML_ARFF_WORD || !gml_text_to_size(word->text, word->length, &index)) {
            return word->token > GML_ARFF_CLOSE
                       ? gml_arff_refuse(&r->header, &r->lines, NULL, gml_arff_fault(word->token))
                       : gml_arff_refuse(&r->header, &r->lines, word,
                                         "stands where the index of an attribute, or }, is expected");
        }
        if (index >= count || index < next) {
            return gml_arff_refuse(&r->header, &r->lines, word,
                                   index >= count ? "is no index of an attribute; indexes begin at 0"
                                                  : "does not follow the index before it; the indexes of a row ascend");
        }
        status = gml_arff_take_zeros(r, next, index);
        gml_arff_take(line, word);
        if (word->token != GML_ARFF_WORD && word->token != GML_ARFF_QUOTED) {
            return gml_arff_refuse(&r->header, &r->lines, NULL,
                                   word->token > GML_ARFF_CLOSE ? gml_arff_fault(word->token)
                                                                : "an index has no value behind it");
        }
        status = status == GML_OK ? gml_arff_take_value(r, index, word, &r->row[index]) : status;
        next = index + 1;
    }
    r->sparse = true;
    gml_arff_take(line, word);
    return status == GML_OK ? gml_arff_take_zeros(r, next, count) : status;
}

/* Takes the weight of a row, {0.5}, whose brace is `word`, and the end of the line. Rows without one weigh 1. */
static gml_status take_weight(const gml_arff_reading *r, gml_arff_line *line, gml_arff_word *word)
{
    gml_pile *weights = &r->cells->weights;
    gml_status status = GML_OK;
    double weight = 1;
    const bool given = word->token == GML_ARFF_OPEN;
    if (given) {
        gml_arff_take(line, word);
        if (word->token != GML_ARFF_WORD || !gml_text_to_double(word->text, word->length, &weight) ||
            !(weight >= 0 && isfinite(weight)) || gml_arff_take(line, word) != GML_ARFF_CLOSE) {
            return gml_arff_refuse(&r->header, &r->lines, NULL,
                                   "the braces after the values hold no weight, which is a number from 0 on");
        }
        gml_arff_take(line, word);
    }
    if (word->token != GML_ARFF_END) {
        return gml_arff_refuse(&r->header, &r->lines, NULL,
                               word->token > GML_ARFF_CLOSE ? gml_arff_fault(word->token)
                                                            : "the line has text after the values of its row");
    }
    static const double one = 1;
    while (given && status == GML_OK && weights->size < r->cells->rows * sizeof one) {
        status = gml_pile_push(r->source->context, weights, &one, sizeof one, "the sample weights");
    }
    return status == GML_OK && (given || weights->size > 0)
               ? gml_pile_push(r->source->context, weights, &weight, sizeof weight, "the sample weights")
               : status;
}

static gml_status take_row(gml_arff_reading *r, gml_arff_line *line)
{
    gml_arff_word word;
    gml_arff_take(line, &word);
    gml_status status = word.token == GML_ARFF_OPEN ? take_sparse(r, line, &word) : take_dense(r, line, &word);
    if (status == GML_OK) {
        status = take_weight(r, line, &word);
    }
    if (status == GML_OK) {
        status = gml_cells_add_rows(r->cells, r->row, 1, r->lines.number);
    }
    return status == GML_OK && r->sparse ? gml_sparse_check(r->source->context, r->source->path, r->cells->rows,
                                                            r->cells->columns, gml_lines_position(&r->lines) - r->begin)
                                         : status;
}

static gml_status read_rows(gml_arff_reading *r)
{
    gml_status status = GML_OK;
    char *text = NULL;
    size_t length = 0;
    gml_arff_line line;
    r->begin = gml_lines_position(&r->lines);
    do {
        status = gml_lines_next(&r->lines, &text, &length);
        if (status == GML_OK && text != NULL && gml_arff_begin(&line, text, length)) {
            status = take_row(r, &line);
        }
    } while (status == GML_OK && text != NULL);
    return status;
}

/* ---- the table ---- */

/* Says what a column is, where the attribute does. */
static gml_status declare(gml_context *context, const gml_arff_attribute *attribute, gml_cells_column *column)
{
    const size_t count = attribute->levels.count;
    column->declared = attribute->type != GML_ARFF_NOMINAL || count > 0;
    column->declaration.kind = attribute->type == GML_ARFF_NOMINAL  ? GML_COLUMN_CATEGORY
                               : attribute->type == GML_ARFF_STRING ? GML_COLUMN_TEXT
                               : attribute->type == GML_ARFF_DATE   ? GML_COLUMN_DATE
                                                                    : GML_COLUMN_NUMBER;
    if (count == 0) {
        return GML_OK;
    }
    char **levels = gml_schema_make_names(context, count);
    column->declaration.levels = (const char *const *)levels;
    column->declaration.level_count = levels != NULL ? count : 0;
    for (size_t i = 0; levels != NULL && i < count; i++) {
        size_t length;
        const char *name = gml_labels_key(&attribute->levels, i, &length);
        levels[i] = gml_schema_copy_name(context, name, length);
        if (levels[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return levels != NULL ? GML_OK : GML_ERROR_MEMORY;
}

static gml_status begin_cells(gml_arff_reading *r)
{
    gml_context *context = r->source->context;
    const size_t count = gml_arff_count(&r->header);
    gml_status status = gml_cells_begin(context, r->source->path, count, r->cells);
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        const gml_arff_attribute *attribute = gml_arff_attribute_at(&r->header, i);
        status = gml_cells_name(r->cells, i, attribute->name, strlen(attribute->name));
        if (status == GML_OK) {
            status = declare(context, attribute, &r->cells->column[i]);
        }
    }
    r->row = status == GML_OK ? gml_allocate(context, count, sizeof *r->row, "a row of a table") : NULL;
    return status == GML_OK && r->row == NULL ? GML_ERROR_MEMORY : status;
}

static gml_status read_cells(const gml_source *source, gml_cells *cells)
{
    gml_arff_reading r = {
        .source = source, .cells = cells, .header = {.context = source->context, .path = source->path}};
    *cells = (gml_cells){.context = source->context};
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; an ARFF is a file", source->path);
    }
    gml_status status = gml_lines_begin(source->context, source->reader, &r.lines);
    if (status == GML_OK) {
        status = gml_arff_read_header(&r.lines, &r.header);
    }
    if (status == GML_OK) {
        status = begin_cells(&r);
    }
    if (status == GML_OK) {
        status = read_rows(&r);
    }
    gml_release(source->context, r.row, gml_arff_count(&r.header), sizeof *r.row);
    gml_lines_clear(&r.lines);
    gml_arff_header_clear(&r.header);
    return status;
}

static gml_status open_arff(const gml_source *source, gml_dataset **dataset)
{
    gml_cells cells;
    gml_status status = read_cells(source, &cells);
    if (status != GML_OK) {
        gml_cells_clear(&cells);
        return status;
    }
    return gml_dataset_from_cells(&cells, source->options, dataset);
}

/* A file that begins with comments alone is taken for an ARFF, unless lines with % are said to be comments of a CSV. */
static bool recognizes(const gml_source *source)
{
    size_t size = 0;
    bool ambiguous = false;
    const uint8_t *bytes = source->reader != NULL ? gml_reader_peek(source->reader, &size) : NULL;
    return bytes != NULL && gml_arff_recognizes((const char *)bytes, size, &ambiguous) &&
           !(ambiguous && source->options->comment != NULL && source->options->comment[0] == '%');
}

const gml_format gml_format_arff = {
    .entry = {.name = "arff",
              .summary = "attributes with names and types, then a sample a row, dense or sparse",
              .formula = "@relation name | @attribute name type ... | @data | value, value, ... or {index value, ...}",
              .derivative = "",
              .pitfall = "The target is the last attribute unless it is given: classes if it is nominal, else values.",
              .source = "weka, Attribute-Relation File Format"},
    .recognizes = recognizes,
    .open = open_arff,
    .read = read_cells,
};
