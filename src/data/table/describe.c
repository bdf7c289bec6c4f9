/* data/table/describe.c - what the columns of a table are. */
#include <stdio.h>
#include <string.h>

#include "data/column/date.h"
#include "data/table/table.h"

enum { EXAMPLES = 3 };

gml_status gml_table_read_wishes(gml_table *table, const char *columns, const char *ignore)
{
    const size_t count = table->cells.columns;
    gml_table_forget(table);
    table->wishes = gml_allocate(table->context, count, sizeof *table->wishes, "the columns of a table");
    if (table->wishes == NULL) {
        return GML_ERROR_MEMORY;
    }
    table->wish_count = count;
    memset(table->wishes, 0, count * sizeof *table->wishes);
    gml_status status = gml_wishes_read(table->context, table->cells.origin.path, columns, ignore,
                                        table->names.count > 0 ? &table->names : NULL, count, table->wishes);
    if (status != GML_OK) {
        gml_table_forget(table);
    }
    return status;
}

gml_status gml_table_set_columns(gml_table *table, const char *columns, const char *ignore)
{
    gml_status status =
        gml_refuse_null(table != NULL ? table->context : NULL, __func__, (gml_argument[]){{"table", table}, {0}});
    if (status == GML_OK) {
        status = gml_table_read_wishes(table, columns, ignore);
    }
    if (status != GML_OK) {
        return status;
    }
    char *kinds = columns != NULL ? gml_copy_string(table->context, columns) : NULL;
    char *ignored = ignore != NULL ? gml_copy_string(table->context, ignore) : NULL;
    if ((columns != NULL && kinds == NULL) || (ignore != NULL && ignored == NULL)) {
        gml_release_string(table->context, kinds);
        gml_release_string(table->context, ignored);
        gml_table_forget(table);
        return GML_ERROR_MEMORY;
    }
    gml_release_string(table->context, table->columns);
    gml_release_string(table->context, table->ignore);
    table->columns = kinds;
    table->ignore = ignored;
    return GML_OK;
}

static bool is_level(const void *user, size_t label)
{
    return gml_column_has_label(user, label);
}

/* Names the levels of a category: those that the file declares, or the values that are found. */
static gml_status find_levels(const gml_table *table, size_t index, const gml_column_wish *wish, gml_table_facts *facts)
{
    const gml_cells_column *column = &table->cells.column[index];
    gml_levels levels = {0};
    if (wish->declared) {
        facts->level_count = wish->known.level_count;
        return gml_schema_copy_names(table->context, wish->known.levels, wish->known.level_count, &facts->levels);
    }
    gml_status status = column->whole + column->fractions > 0
                            ? gml_column_label_numbers(&table->cells, index, GML_MOST_LEVELS, &levels.numbers)
                            : GML_OK;
    if (status == GML_OK) {
        status = gml_levels_rank(table->context, column, column->uses[GML_TEXT_WORD] > 0, is_level, column, &levels);
    }
    if (status == GML_OK) {
        facts->levels = gml_levels_copy_names(table->context, &levels);
        facts->level_count = facts->levels != NULL ? levels.names.count : 0;
        status = facts->levels != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    gml_levels_clear(table->context, &levels);
    return status;
}

/* Copies the first texts. */
static gml_status find_examples(const gml_table *table, size_t index, gml_table_facts *facts)
{
    const gml_cells_column *column = &table->cells.column[index];
    facts->levels = gml_schema_make_names(table->context, EXAMPLES);
    facts->level_count = facts->levels != NULL ? EXAMPLES : 0;
    size_t found = 0;
    for (size_t label = 0; facts->levels != NULL && label < column->texts.count && found < EXAMPLES; label++) {
        size_t length;
        const char *text = gml_cells_text(column, label, &length);
        if (gml_column_has_label(column, label)) {
            facts->levels[found] = gml_schema_copy_name(table->context, text, length);
            if (facts->levels[found++] == NULL) {
                return GML_ERROR_MEMORY;
            }
        }
    }
    return facts->levels != NULL ? GML_OK : GML_ERROR_MEMORY;
}

/* Finds the first and the last date. */
static void find_dates(const gml_table *table, size_t index, gml_date_order order, gml_table_facts *facts)
{
    const gml_cells_column *column = &table->cells.column[index];
    if (column->whole > 0) {
        facts->least = gml_date_of_number(column->least);
        facts->greatest = gml_date_of_number(column->greatest);
    }
    for (size_t label = 0; label < column->texts.count; label++) {
        size_t length;
        gml_date date;
        const char *text = gml_cells_text(column, label, &length);
        if (gml_date_read(text, length, &date)) {
            const double days = gml_date_days(&date, order);
            facts->least = !(days >= facts->least) && !isnan(days) ? days : facts->least;
            facts->greatest = !(days <= facts->greatest) && !isnan(days) ? days : facts->greatest;
        }
    }
}

static gml_status find_facts(const gml_table *table, size_t index, gml_table_facts *facts)
{
    const gml_cells_column *column = &table->cells.column[index];
    gml_column_finding finding;
    const gml_column_wish wish = gml_column_wish_of(column, &table->wishes[index]);
    gml_status status = gml_column_find(&table->cells, index, &wish, &finding);
    if (status == GML_OK) {
        status = gml_column_count(&table->cells, index, &finding);
    }
    if (status != GML_OK) {
        return status;
    }
    *facts = (gml_table_facts){.reason = gml_copy_string(table->context, finding.reason),
                               .kind = finding.kind,
                               .used = finding.used && !finding.refused,
                               .refused = finding.refused,
                               .missing = finding.missing,
                               .distinct = finding.distinct,
                               .least = (double)NAN,
                               .greatest = (double)NAN};
    if (facts->reason == NULL) {
        return GML_ERROR_MEMORY;
    }
    switch (finding.kind) {
    case GML_COLUMN_CATEGORY:
        return finding.distinct <= GML_COLUMN_COUNTED ? find_levels(table, index, &wish, facts) : GML_OK;
    case GML_COLUMN_DATE:
        find_dates(table, index, finding.date_order, facts);
        return GML_OK;
    default:
        if (column->uses[GML_TEXT_WORD] > 0) {
            return find_examples(table, index, facts);
        }
        facts->least = finding.known > 0 ? column->least : (double)NAN;
        facts->greatest = finding.known > 0 ? column->greatest : (double)NAN;
        return GML_OK;
    }
}

/* Makes room for what is known of each column. */
static gml_status prepare(gml_table *table)
{
    const size_t size = table->cells.columns * sizeof(gml_table_facts);
    gml_status status = gml_table_assemble(table);
    if (status == GML_OK && table->wishes == NULL) {
        status = gml_table_read_wishes(table, table->columns, table->ignore);
    }
    if (status == GML_OK && table->facts.size == 0) {
        status = gml_pile_reserve(table->context, &table->facts, size, "the columns of a table");
        if (status == GML_OK) {
            memset(table->facts.data, 0, size);
            table->facts.size = size;
        }
    }
    return status;
}

gml_status gml_table_column(gml_table *table, size_t index, gml_table_column_view *view)
{
    gml_status status = gml_refuse_null(table != NULL ? table->context : NULL, __func__,
                                        (gml_argument[]){{"table", table}, {"view", view}, {0}});
    if (status == GML_OK && index >= table->cells.columns) {
        status =
            gml_fail(table->context, GML_ERROR_ARGUMENT, "column %zu of a table of %zu", index, table->cells.columns);
    }
    if (status == GML_OK) {
        status = prepare(table);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_table_facts *facts = (gml_table_facts *)table->facts.data + index;
    if (facts->reason == NULL) {
        status = find_facts(table, index, facts);
    }
    if (status != GML_OK) {
        gml_table_clear_facts(table->context, facts);
        return status;
    }
    size_t shown = 0;
    while (shown < facts->level_count && facts->levels[shown] != NULL) {
        shown++;
    }
    *view = (gml_table_column_view){.name = table->cells.column[index].name,
                                    .kind = facts->kind,
                                    .reason = facts->reason,
                                    .used = facts->used,
                                    .refused = facts->refused,
                                    .missing = facts->missing,
                                    .distinct = facts->distinct,
                                    .least = facts->least,
                                    .greatest = facts->greatest,
                                    .levels = (const char *const *)facts->levels,
                                    .level_count = shown};
    return GML_OK;
}
