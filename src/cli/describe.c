/* cli/describe.c - `gemmule describe`: what each column of a table is, and what becomes of it. */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/describe/describe.h"
#include "cli/shell/exit.h"

typedef struct describe_flags {
    const char *data;
    data_flags file;
    int task;
    const char *groups;
    bool json;
} describe_flags;

static const flag arguments[] = {{"DATA", .help = "a file of CSV, ARFF, NPY, NPZ, safetensors or LIBSVM data",
                                  .read = read_data, .field = offsetof(describe_flags, data)},
                                 {0}};

static const flag table[] = {{"task", "TASK", "regression, classification or auto (auto)", GROUP_DATA, read_choice,
                              .field = offsetof(describe_flags, task),
                              .words = (const char *const[]){"auto", "regression", "classification", NULL}},
                             {"groups", "NAME|INDEX", "column of a CSV with the group of each sample", 0, read_text,
                              .field = offsetof(describe_flags, groups)},
                             {"json", NULL, "report as one JSON object on stdout", GROUP_REPORT, read_switch,
                              .field = offsetof(describe_flags, json)},
                             {0}};

/* ---- roles ---- */

static bool has_name(const described_column *column, size_t index, const char *name)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", index);
    return name != NULL && strcmp(column->view.name != NULL ? described_name(column) : text, name) == 0;
}

/* Finds the column that a flag means, by its name or index; `count` if there is none. */
static size_t find_column(const description *of, const char *name)
{
    for (size_t i = 0; name != NULL && i < of->count; i++) {
        if (has_name(&of->columns[i], i, name)) {
            return i;
        }
    }
    char *end = NULL;
    const long index = name != NULL ? strtol(name, &end, 10) : 0;
    const size_t place = index < 0 ? of->count - (size_t)-index : (size_t)index;
    return name != NULL && end != name && *end == '\0' && place < of->count ? place : of->count;
}

static size_t find_target(const description *of, const describe_flags *flags)
{
    const char *name = flags->file.target != NULL ? flags->file.target : gml_dataset_target_name(of->data);
    size_t last = of->count;
    while (name == NULL && last > 0 &&
           (of->columns[last - 1].role == ROLE_WEIGHTS || of->columns[last - 1].role == ROLE_GROUPS)) {
        last--;
    }
    return name != NULL ? find_column(of, name) : last - 1;
}

/* Marks several targets: by their names, or in a table without names by the indexes in the list. */
static void mark_targets(const description *of)
{
    const char *list = gml_dataset_target_name(of->data);
    for (size_t i = 0; i < gml_dataset_targets(of->data); i++) {
        const char *name = gml_dataset_target_name_at(of->data, i);
        char *end = NULL;
        const size_t column = name != NULL ? find_column(of, name) : strtoul(list, &end, 10);
        of->columns[column].role = ROLE_TARGET;
        list = end != NULL && *end == ',' ? end + 1 : list;
    }
}

/* Says which columns are inputs: those that the dataset names, or without names all others. */
static void find_inputs(const description *of)
{
    size_t input = 0;
    for (size_t i = 0; i < of->count && input < gml_dataset_features(of->data); i++) {
        described_column *column = &of->columns[i];
        const char *name = gml_dataset_feature_name(of->data, input);
        if (column->role == ROLE_NONE && (name == NULL || strcmp(name, described_name(column)) == 0)) {
            column->role = ROLE_INPUT;
            input++;
        }
    }
}

static void count_inputs(const description *of)
{
    gml_prepared_input made;
    size_t column = 0, at = 0;
    for (size_t i = 0; i < gml_preparation_inputs(of->preparation); i++) {
        if (gml_preparation_input(of->preparation, i, &made) != GML_OK) {
            return;
        }
        if (made.column < column) { /* the next part of the inputs */
            column = at = 0;
        }
        for (; at < of->count && (of->columns[at].role != ROLE_INPUT || column < made.column); at++) {
            column += of->columns[at].role == ROLE_INPUT;
        }
        if (at < of->count) {
            of->columns[at].inputs++;
        }
    }
}

static void find_roles(const description *of, const describe_flags *flags)
{
    const struct {
        const char *name;
        column_role role;
    } flagged[] = {{flags->file.weights, ROLE_WEIGHTS}, {flags->groups, ROLE_GROUPS}};
    for (size_t i = 0; i < 2; i++) {
        const size_t column = find_column(of, flagged[i].name);
        if (column < of->count) {
            of->columns[column].role = flagged[i].role;
        }
    }
    const size_t target = gml_dataset_targets(of->data) == 1 ? find_target(of, flags) : of->count;
    if (gml_dataset_targets(of->data) > 1) {
        mark_targets(of);
    }
    if (target < of->count) {
        of->columns[target].role = ROLE_TARGET;
    }
    find_inputs(of);
    if (of->preparation != NULL) {
        count_inputs(of);
    }
}

/* ---- the command ---- */

static gml_status view_columns(description *of)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < of->count; i++) {
        snprintf(of->columns[i].name, sizeof of->columns[i].name, "column %zu", i + 1);
        status = gml_table_column(of->table, i, &of->columns[i].view);
    }
    return status;
}

static int open_table(gml_context *context, const describe_flags *flags, description *of)
{
    gml_dataset_options options = {.target = flags->file.target};
    set_csv_options(&flags->file, &options);
    gml_status status = gml_table_open(context, flags->data, &options, &of->table);
    of->count = gml_table_columns(of->table);
    of->columns = calloc(of->count + 1, sizeof *of->columns);
    if (status == GML_OK && of->columns == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for %zu columns", of->count);
    }
    if (status == GML_OK) {
        status = view_columns(of);
    }
    return status == GML_OK ? 0 : complain_status(context, status);
}

/* Makes the dataset that training would have; a message of the context says why there is none. */
static gml_status make_dataset(gml_context *context, const describe_flags *flags, description *of)
{
    const gml_dataset_options options = {.target = flags->file.target,
                                         .weights = flags->file.weights,
                                         .groups = flags->groups,
                                         .task = (gml_task)flags->task,
                                         .missing_targets = 1};
    const gml_status status = gml_dataset_from_table(of->table, &options, &of->data);
    if (status == GML_OK && gml_preparation_fit(context, of->data, NULL, &of->preparation) != GML_OK) {
        of->preparation = NULL; /* more inputs than a network can have */
    }
    if (status == GML_OK) {
        find_roles(of, flags);
    }
    return status;
}

static int describe(gml_context *context, const describe_flags *flags, description *of)
{
    int code = open_table(context, flags, of);
    if (code != 0) {
        return code;
    }
    const gml_status status = make_dataset(context, flags, of);
    code = flags->json ? describe_json(of) : describe_text(of);
    fflush(stdout);
    return code != 0 || status == GML_OK ? code : complain_status(context, status);
}

int run_describe(int argc, char **argv)
{
    static const command_line line = {"DATA",
                                      "Says what each column of DATA, a table, is, and what training makes of it.",
                                      arguments,
                                      {{data_table, offsetof(describe_flags, file)}, {table, 0}},
                                      NULL};
    describe_flags flags = {.json = false};
    gml_context *context = NULL;
    parse_flags(&line, argc, argv, &flags);
    description found = {.path = flags.data};
    int code = open_context(flags.file.threads, &context);
    if (code == 0) {
        code = describe(context, &flags, &found);
    }
    gml_preparation_destroy(found.preparation);
    gml_dataset_destroy(found.data);
    gml_table_destroy(found.table);
    free(found.columns);
    gml_context_destroy(context);
    return code;
}
