/* data/format/arff_value.c - from a word of an ARFF to the cell of an attribute. */
#include "data/format/arff_value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/format/arff_date.h"
#include "data/target/class_name.h"

static gml_status refuse_value(const gml_arff_reading *r, size_t index, const gml_arff_word *word,
                               const char *complaint)
{
    return gml_field_refuse(r->source->context,
                            &(gml_field){.path = r->source->path,
                                         .row = r->lines.number,
                                         .column = index + 1,
                                         .name = gml_arff_attribute_at(&r->header, index)->name,
                                         .text = word->text,
                                         .length = word->length},
                            complaint);
}

static gml_status refuse_level(const gml_arff_reading *r, size_t index, const gml_arff_word *word)
{
    const gml_labels *levels = &gml_arff_attribute_at(&r->header, index)->levels;
    char complaint[400], excerpt[GML_EXCERPT_SIZE];
    size_t length, used = (size_t)snprintf(complaint, sizeof complaint,
                                           "is none of the %zu values that are declared:", levels->count);
    for (size_t i = 0; i < levels->count && used < sizeof complaint - GML_EXCERPT_SIZE - 8; i++) {
        const char *name = gml_labels_key(levels, i, &length);
        gml_excerpt(name, length, excerpt);
        used += (size_t)snprintf(complaint + used, sizeof complaint - used, "%s %s", i > 0 ? "," : "", excerpt);
    }
    return refuse_value(r, index, word, complaint);
}

/* ---- values ---- */

/* Takes a value of a nominal attribute. Words for missing cells, such as none, are values like any other. */
static gml_status take_level(const gml_arff_reading *r, size_t index, const gml_arff_word *word, double *cell)
{
    gml_arff_attribute *attribute = gml_arff_attribute_at(&r->header, index);
    char buffer[GML_NUMBER_SIZE];
    double number = 0, *known = NULL;
    size_t label = 0, length = word->length;
    const gml_cell_kind kind = gml_cell_read(word->text, length, &number);
    const char *name = gml_class_key(kind, number, word->text, &length, buffer);
    if (gml_labels_find(&attribute->levels, name, length, &label)) {
        known = (double *)attribute->cells.data + label;
    } else if (!r->source->options->bad_inputs) {
        return refuse_level(r, index, word);
    }
    if (known != NULL && !gml_cell_is_missing(*known)) {
        *cell = *known;
        return GML_OK;
    }
    gml_status status = GML_OK;
    *cell = number;
    if (kind != GML_CELL_NUMBER) {
        status = gml_cells_add_text(r->cells, index, kind == GML_CELL_CODE ? GML_TEXT_CODE : GML_TEXT_WORD, number,
                                    name, length, cell);
    }
    if (known != NULL && status == GML_OK) {
        *known = *cell;
    }
    return status;
}

static gml_status take_number(const gml_arff_reading *r, size_t index, const gml_arff_word *word, double *cell)
{
    gml_text_kind kind;
    double value;
    if (!gml_text_kind_of(word->text, word->length, (gml_decimal_style){.mark = '.'}, &kind, &value)) {
        *cell = value;
        return GML_OK;
    }
    return kind == GML_TEXT_WORD && !r->source->options->bad_inputs
               ? refuse_value(r, index, word, "is not a finite number, as the attribute is declared")
               : gml_cells_add_text(r->cells, index, kind, value, word->text, word->length, cell);
}

static gml_status take_date(const gml_arff_reading *r, size_t index, const gml_arff_word *word, double *cell)
{
    const char *pattern = gml_arff_attribute_at(&r->header, index)->pattern;
    char iso[GML_ARFF_DATE_SIZE], complaint[120];
    if (gml_arff_read_date(pattern, word->text, word->length, iso)) {
        return gml_cells_add_text(r->cells, index, GML_TEXT_WORD, NAN, iso, strlen(iso), cell);
    }
    snprintf(complaint, sizeof complaint, "is no date of the form %.60s", pattern);
    return r->source->options->bad_inputs ? GML_OK : refuse_value(r, index, word, complaint);
}

gml_status gml_arff_take_value(const gml_arff_reading *r, size_t index, const gml_arff_word *word, double *cell)
{
    const bool missing = word->token == GML_ARFF_WORD && word->length == 1 && word->text[0] == '?';
    *cell = gml_cell_missing();
    if (missing || word->length == 0) {
        return GML_OK;
    }
    switch (gml_arff_attribute_at(&r->header, index)->type) {
    case GML_ARFF_NOMINAL:
        return take_level(r, index, word, cell);
    case GML_ARFF_NUMERIC:
        return take_number(r, index, word, cell);
    case GML_ARFF_DATE:
        return take_date(r, index, word, cell);
    default:
        return gml_cells_read(r->cells, index, word->text, word->length, cell);
    }
}

gml_status gml_arff_take_zeros(const gml_arff_reading *r, size_t from, size_t to)
{
    static const char epoch[] = "1970-01-01T00:00:00";
    gml_status status = GML_OK;
    for (size_t i = from; status == GML_OK && i < to; i++) {
        const gml_arff_attribute *attribute = gml_arff_attribute_at(&r->header, i);
        gml_arff_word first = {.token = GML_ARFF_QUOTED};
        r->row[i] = attribute->type == GML_ARFF_NUMERIC ? 0 : gml_cell_missing();
        if (attribute->type == GML_ARFF_NOMINAL && attribute->levels.count > 0) {
            first.text = gml_labels_key(&attribute->levels, 0, &first.length);
            status = take_level(r, i, &first, &r->row[i]);
        } else if (attribute->type == GML_ARFF_DATE) {
            status = gml_cells_add_text(r->cells, i, GML_TEXT_WORD, NAN, epoch, strlen(epoch), &r->row[i]);
        }
    }
    return status;
}
