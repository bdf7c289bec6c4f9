/* data/csv/csv_row.c - rows of text, and finding their fields. */
#include "data/csv/csv_row.h"

#include <stdio.h>
#include <string.h>

gml_status gml_csv_row_push(gml_context *context, gml_csv_row *row, const char *text, size_t length)
{
    gml_status status = gml_pile_push(context, &row->bytes, text, length, "the first rows");
    if (status == GML_OK) {
        status = gml_pile_push(context, &row->ends, &row->bytes.size, sizeof(size_t), "the first rows");
    }
    row->count += status == GML_OK;
    return status;
}

void gml_csv_row_clear(gml_context *context, gml_csv_row *row)
{
    gml_pile_clear(context, &row->bytes);
    gml_pile_clear(context, &row->ends);
}

const char *gml_csv_row_field(const gml_csv_row *row, size_t field, size_t *length)
{
    const size_t *ends = row->ends.data;
    size_t begin = field > 0 ? ends[field - 1] : 0;
    *length = ends[field] - begin;
    return row->bytes.data != NULL ? (const char *)row->bytes.data + begin : "";
}

const char *gml_csv_row_name(const gml_csv_row *row, size_t field, char buffer[GML_CSV_PLACE_SIZE], size_t *length)
{
    const char *name = gml_csv_row_field(row, field, length);
    if (*length > 0) {
        return name;
    }
    *length = (size_t)snprintf(buffer, GML_CSV_PLACE_SIZE, "column %zu", field + 1);
    return buffer;
}

gml_status gml_csv_index_row(gml_context *context, const gml_csv_row *row, gml_csv_index *index)
{
    gml_status status = GML_OK;
    index->unnamed = SIZE_MAX;
    for (size_t i = 0; status == GML_OK && i < row->count; i++) {
        char buffer[GML_CSV_PLACE_SIZE];
        size_t length, known = index->fields.count, label = 0;
        const char *text = gml_csv_row_name(row, i, buffer, &length);
        index->unnamed = text == buffer && index->unnamed == SIZE_MAX ? i : index->unnamed;
        status = gml_labels_add(context, &index->fields, text, length, &label);
        if (status == GML_OK && label < known && !index->doubled) {
            index->doubled = true;
            index->first = label;
            index->second = i;
        }
    }
    return status;
}

bool gml_csv_index_find(const gml_csv_index *index, const char *name, size_t *column)
{
    if (name[0] == '\0' && index->unnamed != SIZE_MAX) {
        *column = index->unnamed;
        return true;
    }
    return gml_labels_find(&index->fields, name, strlen(name), column);
}
