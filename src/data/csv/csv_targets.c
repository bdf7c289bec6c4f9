/* data/csv/csv_targets.c - the columns of targets: lists of names, and the columns they mean. */
#include <stdio.h>
#include <string.h>

#include "data/csv/csv_columns.h"

/* ---- lists of names ---- */

static const char blanks[] = " \t\n\r";

static gml_status refuse_list(const gml_csv_decision *decision, const char *text, const char *complaint)
{
    return gml_fail(decision->context, GML_ERROR_ARGUMENT, "%s: the targets \"%.100s\": %s", decision->path, text,
                    complaint);
}

/* Appends `length` characters as a string. */
static gml_status push(gml_context *context, gml_csv_row *names, const char *text, size_t length)
{
    gml_status status = gml_pile_push(context, &names->bytes, text, length, "the names of targets");
    return status == GML_OK ? gml_csv_row_push(context, names, "", 1) : status;
}

/* Appends the text in quotes that begins at `*at`, with single quotes for doubled ones, and moves behind it and the
 * blanks that follow. `closed` becomes false if the quote is not closed. */
static gml_status push_quoted(gml_context *context, gml_csv_row *names, const char **at, bool *closed)
{
    gml_status status = GML_OK;
    for ((*at)++; status == GML_OK && **at != '\0' && (**at != '\'' || (*at)[1] == '\''); (*at)++) {
        *at += **at == '\'';
        status = gml_pile_push(context, &names->bytes, *at, 1, "the names of targets");
    }
    *closed = **at == '\'';
    *at += *closed;
    *at += strspn(*at, blanks);
    return status == GML_OK ? push(context, names, "", 0) : status;
}

/* Appends the text up to the next comma, without the blanks around it, and moves to the comma. */
static gml_status push_plain(gml_context *context, gml_csv_row *names, const char **at)
{
    const char *begin = *at, *end = begin + strcspn(begin, ",");
    *at = end;
    while (end > begin && strchr(blanks, end[-1]) != NULL) {
        end--;
    }
    return end > begin ? push(context, names, begin, (size_t)(end - begin)) : GML_OK;
}

/* Reads names separated by commas. */
static gml_status read_list(const gml_csv_decision *decision, const char *text, gml_csv_row *names)
{
    const char *at = text;
    for (bool more = true; more; at++) {
        const size_t before = names->count;
        bool closed = true;
        at += strspn(at, blanks);
        gml_status status = *at == '\'' ? push_quoted(decision->context, names, &at, &closed)
                                        : push_plain(decision->context, names, &at);
        if (status != GML_OK) {
            return status;
        }
        const char *complaint = !closed                     ? "the quote is not closed"
                                : names->count == before    ? "a name is missing"
                                : *at != ',' && *at != '\0' ? "a comma is expected after a name in quotes"
                                                            : NULL;
        if (complaint != NULL) {
            return refuse_list(decision, text, complaint);
        }
        more = *at == ',';
    }
    return GML_OK;
}

gml_status gml_csv_list_names(const gml_csv_decision *decision, const char *text, gml_csv_row *names)
{
    size_t column = 0;
    const bool whole = text != NULL && (gml_csv_index_find(&decision->index, text, &column) ||
                                        (strchr(text, ',') == NULL && text[0] != '\''));
    return text == NULL ? GML_OK
           : whole      ? push(decision->context, names, text, strlen(text))
                        : read_list(decision, text, names);
}

const char *gml_csv_listed_name(const gml_csv_row *names, size_t index)
{
    size_t length = 0;
    return gml_csv_row_field(names, index, &length);
}

const gml_csv_row *gml_csv_targets_here(const gml_csv_decision *decision)
{
    const bool placed = !decision->columns->header && decision->target_indexes.count > 0;
    return placed ? &decision->target_indexes : &decision->targets;
}

bool gml_csv_has_names(const gml_csv_decision *decision, const gml_csv_row *names)
{
    size_t i = 0, column = 0;
    while (i < names->count && gml_csv_index_find(&decision->index, gml_csv_listed_name(names, i), &column)) {
        i++;
    }
    return names->count > 0 && i == names->count;
}

/* ---- columns ---- */

void gml_csv_set_target(gml_csv_columns *columns, size_t column)
{
    columns->targets[columns->target_count++] = column;
    columns->is_target[column] = true;
}

void gml_csv_clear_targets(gml_csv_columns *columns)
{
    for (size_t i = 0; i < columns->target_count; i++) {
        columns->is_target[columns->targets[i]] = false;
    }
    columns->target_count = 0;
}

gml_status gml_csv_find_targets(gml_csv_decision *decision, const gml_csv_row *names, gml_csv_find *find)
{
    gml_csv_columns *columns = decision->columns;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < names->count; i++) {
        size_t column = columns->count;
        status = find(decision, gml_csv_listed_name(names, i), &column);
        if (status == GML_OK && column == columns->count) {
            gml_csv_clear_targets(columns);
            return GML_OK;
        }
        if (status == GML_OK && columns->is_target[column]) {
            return gml_fail(decision->context, GML_ERROR_ARGUMENT, "%s: column %zu is named twice as a target",
                            decision->path, column + 1);
        }
        if (status == GML_OK) {
            gml_csv_set_target(columns, column);
        }
    }
    return status;
}

/* ---- what a schema keeps ---- */

/* Appends a name to a list, in quotes if the list would be read otherwise. */
static gml_status append_name(gml_context *context, gml_pile *list, const char *name)
{
    const bool quoted = name[0] == '\0' || strpbrk(name, ",'") != NULL || strchr(blanks, name[0]) != NULL ||
                        strchr(blanks, name[strlen(name) - 1]) != NULL;
    gml_status status = gml_pile_push(context, list, ",", list->size > 0, "the names of targets");
    if (status == GML_OK) {
        status = gml_pile_push(context, list, "'", quoted, "the names of targets");
    }
    for (const char *at = name; status == GML_OK && *at != '\0'; at++) {
        const char doubled[] = {*at, *at};
        status = gml_pile_push(context, list, doubled, *at == '\'' ? 2 : 1, "the names of targets");
    }
    return status == GML_OK ? gml_pile_push(context, list, "'", quoted, "the names of targets") : status;
}

/* Keeps the list of these names, or of the indexes of the targets if they are null. */
static gml_status keep_list(const gml_csv_decision *decision, char *const *names, char **kept)
{
    const gml_csv_columns *columns = decision->columns;
    gml_pile list = {0};
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < columns->target_count; i++) {
        char index[GML_NUMBER_SIZE];
        snprintf(index, sizeof index, "%zu", columns->targets[i]);
        status = append_name(decision->context, &list, names != NULL ? names[i] : index);
    }
    if (status == GML_OK) {
        *kept = gml_schema_copy_name(decision->context, list.data, list.size);
        status = *kept != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    gml_pile_clear(decision->context, &list);
    return status;
}

gml_status gml_csv_keep_targets(const gml_csv_decision *decision, gml_schema *schema)
{
    const gml_csv_columns *columns = decision->columns;
    const bool last = columns->target_count == 1 && columns->targets[0] == gml_csv_default_target(columns);
    if (columns->target_count == 0 || (last && !columns->header)) {
        return GML_OK;
    }
    gml_status status =
        schema->target_names != NULL ? keep_list(decision, schema->target_names, &schema->target_name) : GML_OK;
    return status == GML_OK ? keep_list(decision, NULL, columns->header ? &schema->target_index : &schema->target_name)
                            : status;
}
