/* cli/explain/explain_permutation.c - `gemmule explain --method permutation`: importances of inputs, and of inputs that
 * are permuted together. */
#include <stdlib.h>
#include <string.h>

#include "cli/explain/explain_data.h"
#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"

/* What is permuted: the groups of --group, then other inputs one by one. */
typedef struct permuted_inputs {
    gml_column_group *groups; /* [count] */
    const char **names;       /* [count] of inputs; "a + b" of groups */
    size_t count;
    size_t *columns[MOST_INPUT_GROUPS]; /* of the groups of --group */
    char *joined[MOST_INPUT_GROUPS];    /* their names */
} permuted_inputs;

/* ---- groups ---- */

/* "a + b"; null without memory. */
static char *join_names(const data_explanation *of, const gml_column_group *group)
{
    size_t size = 1;
    for (size_t i = 0; i < group->count; i++) {
        size += strlen(of->input_names[group->columns[i]]) + 3;
    }
    char *joined = calloc(size, 1), *end = joined;
    for (size_t i = 0; joined != NULL && i < group->count; i++) {
        end = stpcpy(stpcpy(end, i > 0 ? " + " : ""), of->input_names[group->columns[i]]);
    }
    return joined;
}

static bool add_group(const data_explanation *of, size_t index, bool *grouped, permuted_inputs *to)
{
    size_t *columns = to->columns[index] = calloc(of->inputs, sizeof *columns);
    if (columns == NULL) {
        return false;
    }
    gml_column_group *group = &to->groups[to->count];
    *group = (gml_column_group){columns, explanation_inputs(of, "--group", of->flags->groups[index], columns)};
    for (size_t i = 0; i < group->count; i++) {
        grouped[columns[i]] = true;
    }
    to->names[to->count++] = to->joined[index] = join_names(of, group);
    return to->joined[index] != NULL;
}

/* Inputs that --feature names are permuted one by one even if they are in a group. */
static bool list_inputs(const data_explanation *of, permuted_inputs *made)
{
    const size_t most = of->flags->group_count + of->chosen_count;
    bool *grouped = calloc(of->inputs, sizeof *grouped);
    made->groups = calloc(most, sizeof *made->groups);
    made->names = calloc(most, sizeof *made->names);
    bool listed = grouped != NULL && made->groups != NULL && made->names != NULL;
    for (size_t i = 0; listed && i < of->flags->group_count; i++) {
        listed = add_group(of, i, grouped, made);
    }
    for (size_t i = 0; listed && i < of->chosen_count; i++) {
        if (of->flags->features != NULL || !grouped[of->chosen[i]]) {
            made->groups[made->count] = (gml_column_group){&of->chosen[i], 1};
            made->names[made->count++] = of->input_names[of->chosen[i]];
        }
    }
    free(grouped);
    return listed;
}

static void clear(permuted_inputs *of)
{
    for (size_t i = 0; i < MOST_INPUT_GROUPS; i++) {
        free(of->columns[i]), free(of->joined[i]);
    }
    free(of->groups), free(of->names);
}

/* ---- importances ---- */

static const char *default_metric(const data_explanation *of)
{
    return gml_dataset_task(of->data) == GML_TASK_CLASSIFICATION ? "accuracy" : "r2";
}

static int print_importances(const data_explanation *of, const permuted_inputs *inputs,
                             const gml_importance_options *options, const gml_importance *found, double base)
{
    static const char *const headings[] = {"input", "importance", "deviation", "low", "high"};
    sheet table;
    sheet_begin(&table, headings, 5, 1);
    for (size_t i = 0; i < inputs->count; i++) {
        sheet_add_text(&table, inputs->names[i]);
        sheet_add_number(&table, found[i].mean);
        sheet_add_number(&table, found[i].deviation);
        sheet_add_number(&table, found[i].low);
        sheet_add_number(&table, found[i].high);
    }
    sheet_sort(&table, 1);
    json_t *facts = explanation_facts(of);
    json_object_set_new(facts, "metric", json_text(options->metric));
    json_object_set_new(facts, "base", json_number(base));
    explanation_line(of, "%s is %.6g; by how much it gets worse as an input is permuted, with intervals of %g %%",
                     options->metric, base, 100 * options->level);
    const int code = sheet_print(&table, of->flags->format, of->flags->top, facts);
    sheet_clear(&table);
    return code;
}

static int permute(const data_explanation *of, const permuted_inputs *inputs)
{
    const gml_importance_options options = {.metric =
                                                of->flags->metric != NULL ? of->flags->metric : default_metric(of),
                                            .repeats = (size_t)of->call.values[0],
                                            .seed = (uint64_t)of->call.values[1],
                                            .level = of->call.values[2],
                                            .groups = inputs->groups,
                                            .group_count = inputs->count};
    const int wrong = check_score(of->context, "--metric", of->flags->metric);
    if (wrong != 0) {
        return wrong;
    }
    gml_importance *found = calloc(inputs->count, sizeof *found);
    if (found == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to explain");
    }
    double base = 0;
    const gml_status status =
        gml_permutation_importance(of->network, of->data, &options, &base, found, gml_matrix_none());
    const bool by_flag = status == GML_ERROR_ARGUMENT && of->flags->metric != NULL;
    const int code = status == GML_OK ? print_importances(of, inputs, &options, found, base)
                     : by_flag        ? complain_of_flag(of->context, status, "metric", "--metric")
                                      : explanation_failed(of, status);
    free(found);
    return code;
}

int explain_permutation(const data_explanation *of)
{
    permuted_inputs inputs = {.count = 0};
    const int code =
        list_inputs(of, &inputs) ? permute(of, &inputs) : complain(EXIT_MEMORY, "not enough memory to explain");
    clear(&inputs);
    return code;
}
