/* data/csv_row.c - rows of text, and finding their fields. */
#include "data/csv_row.h"

#include <string.h>

gml_status gml_csv_row_push(gml_context *context, gml_csv_row *row, const char *text, size_t length)
{
    gml_status status = gml_pile_push(context, &row->bytes, text, length, "the first rows");
    if (status == GML_OK) {
        status = gml_pile_push(context, &row->lengths, &length, sizeof length, "the first rows");
    }
    row->count += status == GML_OK;
    return status;
}

void gml_csv_row_clear(gml_context *context, gml_csv_row *row)
{
    gml_pile_clear(context, &row->bytes);
    gml_pile_clear(context, &row->lengths);
    *row = (gml_csv_row){0};
}

const char *gml_csv_row_next(const gml_csv_row *row, gml_csv_cursor *cursor, size_t *length)
{
    if (cursor->field == row->count) {
        return NULL;
    }
    const char *bytes = row->bytes.data != NULL ? row->bytes.data : "";
    const char *text = bytes + cursor->offset;
    *length = ((const size_t *)row->lengths.data)[cursor->field++];
    cursor->offset += *length;
    return text;
}

gml_status gml_csv_index_row(gml_context *context, const gml_csv_row *row, gml_csv_index *index)
{
    gml_csv_cursor cursor = {0};
    size_t length = 0;
    gml_status status = GML_OK;
    for (const char *text; status == GML_OK && (text = gml_csv_row_next(row, &cursor, &length)) != NULL;) {
        size_t known = index->fields.count, label = 0;
        status = gml_labels_add(context, &index->fields, text, length, &label);
        if (status == GML_OK && label < known && !index->doubled) {
            index->doubled = true;
            index->first = label;
            index->second = cursor.field - 1;
        }
    }
    return status;
}

void gml_csv_index_clear(gml_context *context, gml_csv_index *index)
{
    gml_labels_clear(context, &index->fields);
    *index = (gml_csv_index){0};
}

bool gml_csv_index_find(const gml_csv_index *index, const char *name, size_t *column)
{
    return gml_labels_find(&index->fields, name, strlen(name), column);
}
