/* data/table.c - public tables: columns that are added one by one, or read from a file, and their descriptions.
 *
 * Added columns are kept one after the other, each its own memory, until something needs the table row by row. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "data/column/date.h"
#include "data/column/inputs.h"
#include "data/csv/csv_reading.h"
#include "gemmule/table.h"

enum { EXAMPLES = 3 };

/* What is known of a column. */
typedef struct column_facts {
    bool known;
    gml_column_finding finding;
    double least, greatest;
    char **levels; /* [level_count] or null */
    size_t level_count;
} column_facts;

struct gml_table {
    gml_context *context;
    gml_cells cells;        /* `columns` of them, in `column_memory`; the first `assembled` have their values there */
    gml_pile column_memory; /* gml_cells_column [columns] */
    gml_pile pending;       /* gml_pile [columns - assembled]: f64 [rows] of each further column */
    size_t assembled;
    gml_labels names;        /* of the columns, if they have names */
    char *columns, *ignore;  /* what was said of them, or null */
    gml_pile facts;          /* column_facts [columns], or empty */
    gml_column_wish *wishes; /* [wish_count] or null */
    size_t wish_count;
};

/* ---- making ---- */

static void forget(gml_table *table)
{
    column_facts *facts = table->facts.data;
    for (size_t i = 0; i < table->facts.size / sizeof *facts; i++) {
        gml_schema_clear_names(table->context, facts[i].levels, facts[i].level_count);
    }
    gml_pile_clear(table->context, &table->facts);
    gml_release(table->context, table->wishes, table->wish_count, sizeof *table->wishes);
    table->wishes = NULL;
    table->wish_count = 0;
}

static void clear_column(gml_context *context, gml_cells_column *column)
{
    gml_release_string(context, column->name);
    gml_labels_clear(context, &column->texts);
    gml_pile_clear(context, &column->kinds);
}

void gml_table_destroy(gml_table *table)
{
    if (table == NULL) {
        return;
    }
    gml_context *context = table->context;
    forget(table);
    for (size_t i = 0; i < table->cells.columns; i++) {
        clear_column(context, &table->cells.column[i]);
    }
    for (size_t i = 0; i < table->pending.size / sizeof(gml_pile); i++) {
        gml_pile_clear(context, (gml_pile *)table->pending.data + i);
    }
    gml_pile_clear(context, &table->pending);
    gml_pile_clear(context, &table->column_memory);
    gml_pile_clear(context, &table->cells.values);
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

/* ---- adding columns ---- */

static gml_status check_new(const gml_table *table, const char *name, size_t count)
{
    gml_context *context = table->context;
    size_t label = 0;
    const size_t columns = table->cells.columns;
    if (!gml_utf8_is_name(name, strlen(name))) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: its name is not text in UTF-8", columns + 1);
    }
    if (columns > table->names.count) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: the columns of the table have no names", columns + 1);
    }
    if (gml_labels_find(&table->names, name, strlen(name), &label)) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: column %zu has the name \"%.60s\" already",
                        columns + 1, label + 1, name);
    }
    if (count == 0 || (columns > 0 && count != table->cells.rows)) {
        return gml_fail(context, GML_ERROR_SHAPE, "column %zu: %zu rows; the table has %zu", columns + 1, count,
                        table->cells.rows);
    }
    return GML_OK;
}

/* Reads or copies a cell. */
static gml_status make_cell(gml_table *table, size_t column, const double *values, const char *const *texts, size_t row,
                            double *cell)
{
    if (values != NULL) {
        *cell = isnan(values[row]) ? gml_cell_missing() : values[row];
        return !isinf(values[row]) ? GML_OK
                                   : gml_fail(table->context, GML_ERROR_ARGUMENT,
                                              "column %zu, row %zu: the number is infinite", column + 1, row + 1);
    }
    const char *text = texts[row] != NULL ? texts[row] : "";
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        length--;
    }
    return gml_cells_read(&table->cells, column, text, length, cell);
}

static gml_status fill(gml_table *table, const double *values, const char *const *texts, size_t count, gml_pile *cells)
{
    const size_t column = table->cells.columns;
    size_t size = 0;
    if (__builtin_mul_overflow(count, sizeof(double), &size)) {
        return gml_fail(table->context, GML_ERROR_MEMORY, "a column of more bytes than can be counted");
    }
    gml_status status = gml_pile_reserve(table->context, cells, size, "a column of a table");
    for (size_t row = 0; status == GML_OK && row < count; row++) {
        double cell;
        status = make_cell(table, column, values, texts, row, &cell);
        if (status == GML_OK) {
            ((double *)cells->data)[row] = cell;
            gml_cells_count(&table->cells, column, cell, 1);
            if (isnan(cell)) {
                gml_cells_note(&table->cells, column, cell, row);
            }
        }
    }
    cells->size = size;
    return status;
}

static gml_status add_column(gml_table *table, const char *name, const double *values, const char *const *texts,
                             size_t count)
{
    gml_context *context = table->context;
    gml_cells *cells = &table->cells;
    gml_pile made = {0};
    size_t label = 0;
    gml_cells_column empty = {.least = (double)INFINITY, .greatest = (double)-INFINITY};
    gml_status status = check_new(table, name, count);
    if (status == GML_OK) {
        status = gml_pile_reserve(context, &table->pending, sizeof made, "the columns of a table");
    }
    if (status == GML_OK) {
        status = gml_pile_push(context, &table->column_memory, &empty, sizeof empty, "the columns of a table");
    }
    if (status != GML_OK) {
        return status;
    }
    forget(table);
    cells->column = table->column_memory.data;
    status = gml_cells_name(cells, cells->columns, name, strlen(name));
    if (status == GML_OK) {
        status = fill(table, values, texts, count, &made);
    }
    if (status == GML_OK) {
        status = gml_labels_add(context, &table->names, name, strlen(name), &label);
    }
    if (status != GML_OK) {
        gml_pile_clear(context, &made);
        clear_column(context, &cells->column[cells->columns]);
        table->column_memory.size -= sizeof empty;
        return status;
    }
    memcpy((char *)table->pending.data + table->pending.size, &made, sizeof made);
    table->pending.size += sizeof made;
    cells->rows = count;
    cells->columns++;
    return GML_OK;
}

gml_status gml_table_add_numbers(gml_table *table, const char *name, const double *values, size_t count)
{
    gml_status status = gml_refuse_null(table != NULL ? table->context : NULL, __func__,
                                        (gml_argument[]){{"table", table}, {"name", name}, {"values", values}, {0}});
    return status == GML_OK ? add_column(table, name, values, NULL, count) : status;
}

gml_status gml_table_add_texts(gml_table *table, const char *name, const char *const *texts, size_t count)
{
    gml_status status = gml_refuse_null(table != NULL ? table->context : NULL, __func__,
                                        (gml_argument[]){{"table", table}, {"name", name}, {"texts", texts}, {0}});
    return status == GML_OK ? add_column(table, name, NULL, texts, count) : status;
}

/* Brings the values of all columns into rows. */
static gml_status assemble(gml_table *table)
{
    gml_cells *cells = &table->cells;
    const size_t columns = cells->columns, before = table->assembled;
    const gml_pile *pending = table->pending.data;
    gml_pile values = {0};
    size_t size = 0;
    if (before == columns) {
        return GML_OK;
    }
    if (__builtin_mul_overflow(cells->rows, columns * sizeof(double), &size)) {
        return gml_fail(table->context, GML_ERROR_MEMORY, "a table of more bytes than can be counted");
    }
    gml_status status = gml_pile_reserve(table->context, &values, size, "the cells of a table");
    if (status != GML_OK) {
        return status;
    }
    const double *from = cells->values.data;
    double *to = values.data;
    for (size_t row = 0; row < cells->rows; row++, to += columns) {
        for (size_t i = 0; i < columns; i++) {
            to[i] = i < before ? from[row * before + i] : ((const double *)pending[i - before].data)[row];
        }
    }
    for (size_t i = before; i < columns; i++) {
        gml_pile_clear(table->context, (gml_pile *)table->pending.data + (i - before));
    }
    table->pending.size = 0;
    gml_pile_clear(table->context, &cells->values);
    cells->values = values;
    cells->values.size = size;
    table->assembled = columns;
    return GML_OK;
}

/* ---- files ---- */

/* Takes over the cells of a reading. */
static gml_status take_cells(gml_table *table, gml_csv_reading *reading)
{
    gml_cells *read = &reading->cells;
    gml_context *context = table->context;
    gml_status status = gml_pile_push(context, &table->column_memory, read->column,
                                      read->columns * sizeof *read->column, "the columns of a table");
    size_t label = 0;
    for (size_t i = 0; status == GML_OK && reading->columns.header && i < read->columns; i++) {
        status = gml_labels_add(context, &table->names, read->column[i].name, strlen(read->column[i].name), &label);
    }
    if (status != GML_OK) {
        table->column_memory.size = 0; /* the reading still owns the columns */
        return status;
    }
    gml_origin_clear(context, &table->cells.origin);
    table->cells = *read;
    table->cells.column = table->column_memory.data;
    table->assembled = read->columns;
    gml_release(context, read->column, read->columns, sizeof *read->column);
    *read = (gml_cells){0};
    return GML_OK;
}

static gml_status read_file(gml_context *context, const char *path, const gml_dataset_options *options,
                            gml_table *table)
{
    gml_source source = {.context = context, .path = path, .options = options};
    gml_csv_reading reading;
    if (context->hooks.files.kind(context->hooks.files.user, path) == GML_PATH_FOLDER) {
        return gml_fail(context, GML_ERROR_DATA, "%s: is a folder; a table is a CSV file", path);
    }
    gml_status status = gml_reader_open(context, path, &source.reader);
    if (status == GML_OK && !gml_format_csv.recognizes(&source)) {
        status = gml_fail(context, GML_ERROR_DATA, "%s: is no text, as a CSV is", path);
    }
    if (status == GML_OK) {
        status = gml_csv_read(&source, &reading);
        gml_csv_scan_clear(&reading.scan);
        if (status == GML_OK) {
            status = take_cells(table, &reading);
        }
        gml_csv_reading_clear(&reading);
    }
    gml_reader_close(source.reader);
    return status;
}

gml_status gml_table_open(gml_context *context, const char *path, const gml_dataset_options *options, gml_table **table)
{
    gml_status status = gml_refuse_null(context, __func__,
                                        (gml_argument[]){{"context", context}, {"path", path}, {"table", table}, {0}});
    gml_dataset_options used = options != NULL ? *options : (gml_dataset_options){0};
    gml_table *made = NULL;
    used.targets = GML_CHOICE_NO;
    used.task = GML_TASK_AUTO;
    used.features = used.classes = 0;
    used.feature_names = used.class_names = NULL;
    used.weights = used.groups = NULL;
    used.columns = used.ignore = NULL;
    if (status == GML_OK) {
        status = gml_dataset_check_options(context, &used);
    }
    if (status == GML_OK) {
        status = gml_table_create(context, &made);
    }
    if (status != GML_OK) {
        return status;
    }
    status = read_file(context, path, &used, made);
    if (status == GML_OK && options != NULL) {
        status = gml_table_set_columns(made, options->columns, options->ignore);
    }
    if (status != GML_OK) {
        gml_table_destroy(made);
        return status;
    }
    *table = made;
    return GML_OK;
}

/* ---- what columns are ---- */

/* Reads what was said of the columns. */
static gml_status read_wishes(gml_table *table, const char *columns, const char *ignore)
{
    const size_t count = table->cells.columns;
    forget(table);
    table->wishes = gml_allocate(table->context, count, sizeof *table->wishes, "the columns of a table");
    if (table->wishes == NULL) {
        return GML_ERROR_MEMORY;
    }
    table->wish_count = count;
    memset(table->wishes, 0, count * sizeof *table->wishes);
    gml_status status = gml_wishes_read(table->context, table->cells.origin.path, columns, ignore,
                                        table->names.count > 0 ? &table->names : NULL, count, table->wishes);
    if (status != GML_OK) {
        forget(table);
    }
    return status;
}

gml_status gml_table_set_columns(gml_table *table, const char *columns, const char *ignore)
{
    gml_status status =
        gml_refuse_null(table != NULL ? table->context : NULL, __func__, (gml_argument[]){{"table", table}, {0}});
    if (status == GML_OK) {
        status = read_wishes(table, columns, ignore);
    }
    if (status != GML_OK) {
        return status;
    }
    char *kinds = columns != NULL ? gml_copy_string(table->context, columns) : NULL;
    char *ignored = ignore != NULL ? gml_copy_string(table->context, ignore) : NULL;
    if ((columns != NULL && kinds == NULL) || (ignore != NULL && ignored == NULL)) {
        gml_release_string(table->context, kinds);
        gml_release_string(table->context, ignored);
        forget(table);
        return GML_ERROR_MEMORY;
    }
    gml_release_string(table->context, table->columns);
    gml_release_string(table->context, table->ignore);
    table->columns = kinds;
    table->ignore = ignored;
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

static bool is_level(const void *user, size_t label)
{
    return gml_column_has_label(user, label);
}

/* Names the levels of a category. */
static gml_status find_levels(const gml_table *table, size_t index, column_facts *facts)
{
    const gml_cells_column *column = &table->cells.column[index];
    gml_levels levels = {0};
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
static gml_status find_examples(const gml_table *table, size_t index, column_facts *facts)
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
static void find_dates(const gml_table *table, size_t index, column_facts *facts)
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
            const double days = gml_date_days(&date, facts->finding.date_order);
            facts->least = !(days >= facts->least) && !isnan(days) ? days : facts->least;
            facts->greatest = !(days <= facts->greatest) && !isnan(days) ? days : facts->greatest;
        }
    }
}

static gml_status find_facts(const gml_table *table, size_t index, column_facts *facts)
{
    const gml_cells_column *column = &table->cells.column[index];
    gml_column_finding *finding = &facts->finding;
    gml_status status = gml_column_find(&table->cells, index, &table->wishes[index], finding);
    if (status == GML_OK) {
        status = gml_column_count(&table->cells, index, finding);
    }
    facts->least = facts->greatest = (double)NAN;
    if (status != GML_OK) {
        return status;
    }
    facts->known = true;
    switch (finding->kind) {
    case GML_COLUMN_CATEGORY:
        return finding->distinct <= GML_COLUMN_COUNTED ? find_levels(table, index, facts) : GML_OK;
    case GML_COLUMN_DATE:
        find_dates(table, index, facts);
        return GML_OK;
    default:
        if (column->uses[GML_TEXT_WORD] > 0) {
            return find_examples(table, index, facts);
        }
        facts->least = finding->known > 0 ? column->least : (double)NAN;
        facts->greatest = finding->known > 0 ? column->greatest : (double)NAN;
        return GML_OK;
    }
}

/* Makes room for what is known of each column. */
static gml_status prepare(gml_table *table)
{
    const size_t size = table->cells.columns * sizeof(column_facts);
    gml_status status = assemble(table);
    if (status == GML_OK && table->wishes == NULL) {
        status = read_wishes(table, table->columns, table->ignore);
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
    column_facts *facts = (column_facts *)table->facts.data + index;
    if (!facts->known) {
        status = find_facts(table, index, facts);
    }
    if (status != GML_OK) {
        gml_schema_clear_names(table->context, facts->levels, facts->level_count);
        *facts = (column_facts){0};
        return status;
    }
    const gml_column_finding *finding = &facts->finding;
    size_t shown = 0;
    while (shown < facts->level_count && facts->levels[shown] != NULL) {
        shown++;
    }
    *view = (gml_table_column_view){.name = table->cells.column[index].name,
                                    .kind = finding->kind,
                                    .reason = finding->reason,
                                    .used = finding->used && !finding->refused,
                                    .refused = finding->refused,
                                    .missing = finding->missing,
                                    .distinct = finding->distinct,
                                    .least = facts->least,
                                    .greatest = facts->greatest,
                                    .levels = (const char *const *)facts->levels,
                                    .level_count = shown};
    return GML_OK;
}

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
        status = assemble(table);
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
