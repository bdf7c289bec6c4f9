/* data/csv/csv_targets.c - the columns of targets: lists of names, and the columns they mean. */
#include <stdio.h>
#include <string.h>

#include "data/csv/csv_columns.h"

/* ---- lists of names ---- */

static const char blanks[] = " \t\n\r";

/* Appends the `length` characters as a string; of text in quotes, single quotes for doubled ones. */
static gml_status push(gml_context *context, gml_csv_row *names, const char *text, size_t length, bool quoted)
{
    const size_t begin = names->bytes.size;
    gml_status status = gml_pile_reserve(context, &names->bytes, begin + length + 1, "the names of targets");
    if (status != GML_OK) {
        return status;
    }
    char *to = (char *)names->bytes.data + begin;
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        to[used++] = text[i];
        i += quoted && text[i] == '\'';
    }
    to[used++] = '\0';
    names->bytes.size = begin + used;
    names->count++;
    return gml_pile_push(context, &names->ends, &names->bytes.size, sizeof names->bytes.size, "the names of targets");
}

static gml_status refuse_list(const gml_csv_decision *decision, const char *text, const char *complaint)
{
    return gml_fail(decision->context, GML_ERROR_ARGUMENT, "%s: the targets \"%.100s\": %s", decision->path, text,
                    complaint);
}

/* Reads names separated by commas, each without the blanks around it, or in single quotes. */
static gml_status read_list(const gml_csv_decision *decision, const char *text, gml_csv_row *names)
{
    gml_status status = GML_OK;
    const char *at = text;
    for (bool more = true; status == GML_OK && more; at++) {
        at += strspn(at, blanks);
        const bool quoted = *at == '\'';
        const char *begin = at + quoted, *end = begin;
        while (*end != '\0' && (quoted ? *end != '\'' || end[1] == '\'' : *end != ',')) {
            end += quoted && *end == '\'' ? 2 : 1;
        }
        if (quoted && *end == '\0') {
            return refuse_list(decision, text, "the quote is not closed");
        }
        at = end + quoted + (quoted ? strspn(end + 1, blanks) : 0);
        while (!quoted && end > begin && strchr(blanks, end[-1]) != NULL) {
            end--;
        }
        if (begin == end || (*at != ',' && *at != '\0')) {
            return refuse_list(decision, text,
                               begin == end ? "a name is missing" : "a comma is expected after a name in quotes");
        }
        status = push(decision->context, names, begin, (size_t)(end - begin), quoted);
        more = *at == ',';
    }
    return status;
}

gml_status gml_csv_list_names(const gml_csv_decision *decision, const char *text, gml_csv_row *names)
{
    size_t column = 0;
    const bool whole = text != NULL && (gml_csv_index_find(&decision->index, text, &column) ||
                                        (strchr(text, ',') == NULL && text[0] != '\''));
    return text == NULL ? GML_OK
           : whole      ? push(decision->context, names, text, strlen(text), false)
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
    gml_status status = list->size > 0 ? gml_pile_push(context, list, ",", 1, "the names of targets") : GML_OK;
    if (status == GML_OK && quoted) {
        status = gml_pile_push(context, list, "'", 1, "the names of targets");
    }
    for (const char *at = name; status == GML_OK && *at != '\0'; at++) {
        status = gml_pile_push(context, list, "''", *at == '\'' ? 2 : 0, "the names of targets");
        if (status == GML_OK && *at != '\'') {
            status = gml_pile_push(context, list, at, 1, "the names of targets");
        }
    }
    return status == GML_OK && quoted ? gml_pile_push(context, list, "'", 1, "the names of targets") : status;
}

/* Returns the finished list as a string of the schema; releases the pile. */
static gml_status keep_list(gml_context *context, gml_status status, gml_pile *list, char **kept)
{
    if (status == GML_OK) {
        *kept = gml_schema_copy_name(context, list->data, list->size);
        status = *kept != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    gml_pile_clear(context, list);
    return status;
}

static gml_status keep_indexes(const gml_csv_decision *decision, char **kept)
{
    const gml_csv_columns *columns = decision->columns;
    gml_pile list = {0};
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < columns->target_count; i++) {
        char text[GML_NUMBER_SIZE];
        snprintf(text, sizeof text, "%zu", columns->targets[i]);
        status = append_name(decision->context, &list, text);
    }
    return keep_list(decision->context, status, &list, kept);
}

gml_status gml_csv_keep_targets(const gml_csv_decision *decision, gml_schema *schema)
{
    const gml_csv_columns *columns = decision->columns;
    gml_pile list = {0};
    gml_status status = GML_OK;
    const bool last = columns->target_count == 1 && columns->targets[0] == gml_csv_default_target(columns);
    if (columns->target_count == 0 || (last && !columns->header)) {
        return GML_OK;
    }
    for (size_t i = 0; status == GML_OK && schema->target_names != NULL && i < columns->target_count; i++) {
        status = append_name(decision->context, &list, schema->target_names[i]);
    }
    if (schema->target_names != NULL) {
        status = keep_list(decision->context, status, &list, &schema->target_name);
    }
    return status == GML_OK ? keep_indexes(decision, columns->header ? &schema->target_index : &schema->target_name)
                            : status;
}
