/* data/from_cells.c - a dataset from a table of cells: inputs, targets, weights and groups. */
#include "data/cache/cache.h"
#include "data/column/inputs.h"
#include "data/csv/csv_columns.h"
#include "data/target/class_name.h"
#include "data/target/target.h"

/* Refuses a cell. Errors: data. */
static gml_status refuse(const gml_cells *cells, size_t column, size_t row, const char *complaint)
{
    char buffer[GML_NUMBER_SIZE];
    gml_field field = gml_cells_field(cells, column, row, gml_cells_row(cells, row)[column], buffer);
    return gml_field_refuse(cells->context, &field, complaint);
}

gml_status gml_inputs_refuse(const gml_cells *cells, const gml_dataset_options *options, size_t column, size_t row)
{
    const gml_cells_column *of = &cells->column[column];
    double cell = gml_cells_row(cells, row)[column], value;
    size_t length = 0;
    const char *text = gml_cells_text(of, gml_cell_is_text(cell) ? gml_cell_label(cell) : SIZE_MAX, &length);
    bool number = gml_text_to_double(text, length, &value);
    bool heads = of->name == NULL && row == 0 && options->header == GML_CHOICE_AUTO;
    return refuse(cells, column, row,
                  gml_cell_is_missing(cell) ? "should hold a number"
                  : number                  ? "is not a finite number"
                  : heads ? "is not a number; if this row holds the names of the columns, say that there is a header"
                          : "is not a number");
}

/* ---- inputs ---- */

/* Inputs that are made of cells. */
typedef struct coder {
    const gml_cells *cells;
    const gml_inputs *inputs;
    double *row; /* [features] */
} coder;

/* Makes the inputs of some rows, [count x features]; `to` may be the memory of these cells or of cells before. */
static void make_rows(const void *user, size_t first, size_t count, double *to)
{
    const coder *of = user;
    const size_t features = of->inputs->count;
    for (size_t row = first; row < first + count; row++, to += features) {
        const double *from = gml_cells_row(of->cells, row);
        for (size_t i = 0; i < features; i++) {
            const double cell = from[of->inputs->column[i]];
            const gml_column_coding *coding = &of->inputs->coding[i];
            of->row[i] = coding->listed || isnan(cell) ? gml_column_coded(coding, cell) : cell;
        }
        memcpy(to, of->row, features * sizeof *to);
    }
}

/* Moves the inputs to the front of the cells' memory, [rows x features], or to new memory if the cells are kept. */
static gml_status move_inputs(gml_cells *cells, const coder *of, gml_dataset *made)
{
    const size_t features = of->inputs->count;
    gml_pile *memory = cells->kept ? &made->owned_inputs : &cells->values;
    gml_status status =
        cells->kept ? gml_pile_reserve(cells->context, memory, cells->rows * features * sizeof(double), "inputs")
                    : GML_OK;
    if (status == GML_OK) {
        make_rows(of, 0, cells->rows, memory->data);
        made->owned_inputs = *memory;
        made->owned_inputs.size = cells->rows * features * sizeof(double);
        cells->values = cells->kept ? cells->values : (gml_pile){0};
        made->inputs = gml_matrix_f64(made->owned_inputs.data, cells->rows, features);
    }
    return status;
}

/* Makes the inputs in a cache, or in memory. */
static gml_status take_inputs(gml_cells *cells, const gml_inputs *inputs, gml_dataset *made)
{
    coder of = {.cells = cells, .inputs = inputs};
    of.row = gml_allocate(cells->context, inputs->count, sizeof *of.row, "a row of a table");
    gml_status status = of.row != NULL ? GML_OK : GML_ERROR_MEMORY;
    if (status == GML_OK) {
        gml_table_cache_write(cells, &(gml_row_maker){make_rows, &of}, made);
    }
    if (status == GML_OK && made->inputs.data == NULL) {
        status = move_inputs(cells, &of, made);
    }
    gml_release(cells->context, of.row, inputs->count, sizeof *of.row);
    return status;
}

/* ---- weights and groups ---- */

static gml_status take_weights(const gml_cells *cells, const gml_csv_columns *columns,
                               const gml_dataset_options *options, gml_dataset *made)
{
    gml_status status =
        gml_pile_reserve(cells->context, &made->owned_weights, cells->rows * sizeof(double), "the weights of a table");
    for (size_t row = 0; status == GML_OK && row < cells->rows; row++) {
        double weight = gml_cells_value(cells, columns->weights, gml_cells_row(cells, row)[columns->weights]);
        if (!isfinite(weight)) {
            return gml_inputs_refuse(cells, options, columns->weights, row);
        }
        if (weight < 0) {
            return refuse(cells, columns->weights, row, "is a weight below 0");
        }
        status = gml_pile_push(cells->context, &made->owned_weights, &weight, sizeof weight, "the weights of a table");
    }
    made->weights = made->owned_weights.data;
    return status == GML_OK ? gml_weights_check(cells->context, cells->origin.path,
                                                gml_matrix_f64(made->owned_weights.data, cells->rows, 1), cells->rows)
                            : status;
}

/* Takes the weights that the file has beside its columns. */
static gml_status take_given_weights(gml_cells *cells, gml_dataset *made)
{
    gml_pile *given = &cells->weights;
    gml_status status = GML_OK;
    if (cells->kept) {
        status = gml_pile_push(cells->context, &made->owned_weights, given->data, given->size, "the sample weights");
    } else {
        made->owned_weights = *given;
        *given = (gml_pile){0};
    }
    made->weights = made->owned_weights.data;
    return status == GML_OK ? gml_weights_check(cells->context, cells->origin.path,
                                                gml_matrix_f64(made->owned_weights.data, cells->rows, 1), cells->rows)
                            : status;
}

/* Numbers the groups. Cells of equal value are one group, and words for missing cells groups among texts, as for
 * classes. */
static gml_status number_groups(const gml_cells *cells, size_t column, gml_labels *groups, gml_dataset *made)
{
    gml_status status =
        gml_pile_reserve(cells->context, &made->owned_groups, cells->rows * sizeof(uint32_t), "the groups of a table");
    const gml_cells_column *of = &cells->column[column];
    const bool worded = of->uses[GML_TEXT_WORD] > 0 ||
                        of->whole + of->fractions + of->uses[GML_TEXT_CODE] + of->uses[GML_TEXT_AMOUNT] == 0;
    for (size_t row = 0; status == GML_OK && row < cells->rows; row++) {
        double cell = gml_cells_row(cells, row)[column];
        size_t label = 0;
        const bool missing = gml_cell_is_missing(cell);
        const gml_text_kind kind = gml_cell_is_text(cell) ? gml_cells_kind(of, gml_cell_label(cell)) : GML_TEXT_WORD;
        if (missing || kind == GML_TEXT_MISSING || (kind == GML_TEXT_ABSENT && !worded)) {
            return refuse(cells, column, row, missing ? "should hold a group" : "is not a group");
        }
        const double key = gml_cell_is_text(cell) ? cell : cell + 0.0; /* -0 is 0 */
        status = gml_labels_add(cells->context, groups, &key, sizeof key, &label);
        const uint32_t group = (uint32_t)label;
        status = status == GML_OK
                     ? gml_pile_push(cells->context, &made->owned_groups, &group, sizeof group, "the groups of a table")
                     : status;
    }
    return status;
}

static gml_status take_groups(const gml_cells *cells, size_t column, gml_dataset *made)
{
    gml_labels groups = {0};
    if (cells->column[column].endless) {
        return gml_fail(cells->context, GML_ERROR_DATA, "%s: column %zu: more than %zu different texts for groups",
                        cells->origin.path, column + 1, cells->column[column].texts.count);
    }
    gml_status status = number_groups(cells, column, &groups, made);
    made->groups = made->owned_groups.data;
    made->group_count = groups.count;
    gml_labels_clear(cells->context, &groups);
    return status;
}

/* ---- targets ---- */

/* Cells and their columns. */
typedef struct target_source {
    const gml_cells *cells;
    const gml_csv_columns *columns;
} target_source;

static gml_status take_target(void *user, size_t index, const gml_dataset_options *options, gml_dataset *made)
{
    const target_source *from = user;
    return gml_target_take(from->cells, from->columns->targets[index], options, made);
}

static gml_status take_targets(const gml_cells *cells, const gml_csv_columns *columns,
                               const gml_dataset_options *options, gml_dataset *made)
{
    target_source from = {cells, columns};
    const gml_targets_reading targets = {.context = cells->context,
                                         .path = cells->origin.path,
                                         .options = options,
                                         .rows = cells->rows,
                                         .count = columns->target_count,
                                         .take = take_target,
                                         .user = &from};
    return gml_targets_take(&targets, made);
}

/* ---- all parts ---- */

static gml_status take_parts(gml_cells *cells, const gml_csv_columns *columns, const gml_dataset_options *options,
                             gml_dataset *made)
{
    gml_inputs inputs = {0};
    gml_status status = gml_inputs_choose(cells, columns, options, made, &inputs);
    made->size = cells->rows;
    made->owned_targets.folder = made->owned_weights.folder = made->owned_groups.folder = cells->folder;
    made->masked = made->schema.missing_targets = options->missing_targets != 0;
    if (status == GML_OK && columns->groups < columns->count && !columns->inputs_alone && !options->groups_unread) {
        status = take_groups(cells, columns->groups, made);
    }
    if (status == GML_OK && columns->weights < columns->count && !columns->inputs_alone) {
        status = take_weights(cells, columns, options, made);
    } else if (status == GML_OK && cells->weights.size > 0 && !columns->inputs_alone) {
        status = take_given_weights(cells, made);
    }
    if (status == GML_OK && columns->target_count > 0 && !columns->inputs_alone) {
        status = take_targets(cells, columns, options, made);
    }
    if (status == GML_OK) {
        status = take_inputs(cells, &inputs, made);
    }
    gml_inputs_clear(cells->context, &inputs);
    if (status == GML_OK && cells->kept) {
        return gml_origin_copy(cells->context, &cells->origin, &made->origin);
    }
    if (!cells->kept) {
        made->origin = cells->origin;
        cells->origin = (gml_origin){0};
    }
    return status;
}

gml_status gml_dataset_from_columns(gml_cells *cells, const gml_csv_columns *columns,
                                    const gml_dataset_options *options, gml_schema *schema, gml_dataset **dataset)
{
    gml_dataset made = {.context = cells->context, .schema = *schema};
    *schema = (gml_schema){0};
    gml_status status = cells->remark != NULL ? gml_dataset_add_note(&made, "%s", cells->remark) : GML_OK;
    if (status == GML_OK) {
        status = take_parts(cells, columns, options, &made);
    }
    if (!cells->kept) {
        gml_cells_clear(cells);
    }
    return gml_dataset_adopt(status, &made, dataset);
}

/* Makes the first row of a CSV from the names of the columns. */
static gml_status make_header(const gml_cells *cells, gml_csv_row *header)
{
    gml_status status = GML_OK;
    header->line = 1;
    for (size_t i = 0; status == GML_OK && i < cells->columns; i++) {
        const char *name = cells->column[i].name != NULL ? cells->column[i].name : "";
        status = gml_csv_row_push(cells->context, header, name, strlen(name));
    }
    return status;
}

gml_status gml_dataset_from_cells(gml_cells *cells, const gml_dataset_options *options, gml_dataset **dataset)
{
    gml_context *context = cells->context;
    gml_csv_row header = {0}, none = {0};
    gml_csv_columns columns = {0};
    gml_schema schema = {0};
    gml_dataset_options known = *options;
    if (cells->targetless && known.target == NULL && known.targets == GML_CHOICE_AUTO && known.features == 0) {
        known.targets = GML_CHOICE_NO;
    }
    known.header = cells->columns > 0 && cells->column[0].name != NULL ? GML_CHOICE_YES : GML_CHOICE_NO;
    gml_csv_decision decision = {.context = context,
                                 .path = cells->origin.path,
                                 .options = &known,
                                 .first = &header,
                                 .second = &none,
                                 .style = {.mark = '.'},
                                 .columns = &columns};
    gml_status status = make_header(cells, &header);
    if (status == GML_OK && cells->rows == 0) {
        status = gml_fail(context, GML_ERROR_DATA, "%s: has no rows", cells->origin.path);
    }
    if (status == GML_OK) {
        status = gml_csv_columns_decide(&decision, &schema);
    }
    if (status == GML_OK) {
        status = gml_dataset_from_columns(cells, &columns, options, &schema, dataset);
    } else {
        gml_schema_clear(context, &schema);
    }
    if (status != GML_OK && !cells->kept) {
        gml_cells_clear(cells);
    }
    gml_csv_columns_clear(context, &columns);
    gml_csv_row_clear(context, &header);
    return status;
}
