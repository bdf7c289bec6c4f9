/* data/table/table.c - making tables, and datasets of them. */
#include "data/table/table.h"
#include "data/format/format.h"

/* ---- making ---- */

void gml_table_clear_facts(gml_context *context, gml_table_facts *facts)
{
    gml_release_string(context, facts->reason);
    gml_schema_clear_names(context, facts->levels, facts->level_count);
    *facts = (gml_table_facts){0};
}

void gml_table_forget(gml_table *table)
{
    gml_table_facts *facts = table->facts.data;
    for (size_t i = 0; i < table->facts.size / sizeof *facts; i++) {
        gml_table_clear_facts(table->context, &facts[i]);
    }
    gml_pile_clear(table->context, &table->facts);
    gml_release(table->context, table->wishes, table->wish_count, sizeof *table->wishes);
    table->wishes = NULL;
    table->wish_count = 0;
}

void gml_table_destroy(gml_table *table)
{
    if (table == NULL) {
        return;
    }
    gml_context *context = table->context;
    gml_table_forget(table);
    for (size_t i = 0; i < table->cells.columns; i++) {
        gml_cells_clear_column(context, &table->cells.column[i]);
    }
    for (size_t i = 0; i < table->pending.size / sizeof(gml_pile); i++) {
        gml_pile_clear(context, (gml_pile *)table->pending.data + i);
    }
    gml_pile_clear(context, &table->pending);
    gml_pile_clear(context, &table->column_memory);
    gml_pile_clear(context, &table->cells.values);
    gml_pile_clear(context, &table->cells.weights);
    gml_origin_clear(context, &table->cells.origin);
    gml_labels_clear(context, &table->names);
    gml_release_string(context, table->columns);
    gml_release_string(context, table->ignore);
    gml_release(context, table, 1, sizeof *table);
}

gml_status gml_table_create(gml_context *context, gml_table **table)
{
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"table", table}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_table *made = gml_allocate(context, 1, sizeof *made, "a table");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_table){.context = context, .cells = {.context = context}};
    made->cells.origin.path = gml_copy_string(context, "table");
    if (made->cells.origin.path == NULL) {
        gml_table_destroy(made);
        return GML_ERROR_MEMORY;
    }
    *table = made;
    return GML_OK;
}

size_t gml_table_rows(const gml_table *table)
{
    return table != NULL ? table->cells.rows : 0;
}

size_t gml_table_columns(const gml_table *table)
{
    return table != NULL ? table->cells.columns : 0;
}

/* ---- datasets ---- */

gml_status gml_dataset_from_table(gml_table *table, const gml_dataset_options *options, gml_dataset **dataset)
{
    gml_status status = gml_refuse_null(table != NULL ? table->context : NULL, __func__,
                                        (gml_argument[]){{"table", table}, {"dataset", dataset}, {0}});
    gml_dataset_options used = options != NULL ? *options : (gml_dataset_options){0};
    if (status == GML_OK) {
        status = gml_dataset_check_options(table->context, &used);
    }
    if (status == GML_OK && table->cells.columns == 0) {
        status = gml_fail(table->context, GML_ERROR_DATA, "the table has no columns");
    }
    if (status == GML_OK) {
        status = gml_table_assemble(table);
    }
    if (status != GML_OK) {
        return status;
    }
    if (used.columns == NULL && used.ignore == NULL && used.features == 0) {
        used.columns = table->columns;
        used.ignore = table->ignore;
    }
    gml_cells cells = table->cells;
    cells.kept = true;
    return gml_dataset_from_cells(&cells, &used, dataset);
}
