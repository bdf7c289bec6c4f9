/* cli/describe/describe_json.c - the columns of a table as one JSON object. */
#include <math.h>

#include "cli/describe/describe.h"
#include "cli/report/cell.h"
#include "cli/report/report.h"
#include "cli/shell/exit.h"

enum { MOST_LEVELS = 1000 };

static json_t *bound(const gml_table_column_view *view, double value)
{
    char text[DATE_SIZE];
    if (view->kind != GML_COLUMN_DATE || isnan(value)) {
        return json_number(value);
    }
    date_text(value, text);
    return json_text(text);
}

static json_t *column_json(const described_column *column)
{
    static const char *const kinds[] = {"number", "category", "date", "identifier", "text", "constant", "empty"};
    static const char *const roles[] = {NULL, "input", "target", "weights", "groups"};
    const gml_table_column_view *view = &column->view;
    json_t *levels = json_array();
    for (size_t i = 0; levels != NULL && i < view->level_count && i < MOST_LEVELS; i++) {
        json_array_append_new(levels, json_text(view->levels[i]));
    }
    const json_member members[] = {{"name", json_text(described_name(column))},
                                   {"kind", json_text(view->refused ? "unclear" : kinds[view->kind])},
                                   {"reason", json_text(view->reason)},
                                   {"becomes", json_text(roles[column->role])},
                                   {"inputs", column->inputs > 0 ? json_size(column->inputs) : json_null()},
                                   {"distinct", json_size(view->distinct)},
                                   {"missing", json_size(view->missing)},
                                   {"least", bound(view, view->least)},
                                   {"greatest", bound(view, view->greatest)},
                                   {"levels", levels}};
    return json_members(members, sizeof members / sizeof members[0]);
}

static const char *task_word(const gml_dataset *data)
{
    const gml_task task = gml_dataset_task(data);
    return task == GML_TASK_CLASSIFICATION ? "classification" : task == GML_TASK_REGRESSION ? "regression" : NULL;
}

int describe_json(const description *of)
{
    json_t *columns = json_array();
    for (size_t i = 0; columns != NULL && i < of->count; i++) {
        json_array_append_new(columns, column_json(&of->columns[i]));
    }
    const json_member members[] = {
        {"data", json_text(of->path)},
        {"rows", json_size(gml_table_rows(of->table))},
        {"columns", columns},
        {"target", json_text(describe_target(of))},
        {"task", json_text(task_word(of->data))},
        {"reason", json_text(gml_dataset_task_reason(of->data))},
        {"classes", gml_dataset_classes(of->data) > 0 ? json_size(gml_dataset_classes(of->data)) : json_null()},
        {"inputs", of->preparation != NULL ? json_size(gml_preparation_inputs(of->preparation)) : json_null()},
        {"preparation", json_text(of->preparation != NULL ? gml_preparation_description(of->preparation) : NULL)}};
    return print_json(json_members(members, sizeof members / sizeof members[0]));
}
