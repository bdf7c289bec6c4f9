/* cli/list.c - `gemmule list`: the rows of the library's tables, with their arguments, defaults and formulas. */
#include <stdbool.h>

#include "cli/command.h"
#include "cli/report/report.h"
#include "cli/report/tables.h"
#include "cli/shell/flags.h"

typedef struct list_flags {
    const table *of; /* null: the tables themselves */
    bool json;
} list_flags;

static void read_table(const flag *row, const char *text, void *field)
{
    const char *names[32] = {NULL};
    for (size_t i = 0; table_at(i) != NULL; i++) {
        names[i] = table_at(i)->name;
    }
    *(const table **)field = table_at((size_t)flag_word(row, text, names));
}

static const flag arguments[] = {{"TABLE", .read = read_table, .field = offsetof(list_flags, of)}, {0}};

static const flag flag_rows[] = {{"json", NULL, "print all columns of the rows, as one JSON object", 0, read_switch,
                                  .field = offsetof(list_flags, json)},
                                 {0}};

static json_t *rows_json(const table *of)
{
    json_t *rows = json_array();
    for (size_t i = 0; of->entry(i) != NULL; i++) {
        json_array_append_new(rows, entry_json(of->entry(i)));
    }
    return rows;
}

static json_t *tables_json(const table *of)
{
    json_t *object = json_object();
    for (size_t i = 0; table_at(i) != NULL; i++) {
        if (of == NULL || of == table_at(i)) {
            json_object_set_new(object, table_at(i)->name, rows_json(table_at(i)));
        }
    }
    return object;
}

static void print_tables(void)
{
    for (size_t i = 0; table_at(i) != NULL; i++) {
        printf("%-14s", table_at(i)->name);
        for (size_t j = 0; table_at(i)->entry(j) != NULL; j++) {
            printf("%s%s", j > 0 ? ", " : "", table_at(i)->entry(j)->name);
        }
        putchar('\n');
    }
}

static void print_rows(const table *of)
{
    for (size_t i = 0; of->entry(i) != NULL; i++) {
        const gml_entry *entry = of->entry(i);
        fputs(i > 0 ? "\n" : "", stdout);
        print_entry(stdout, entry);
        printf("\n    %s\n", entry->summary);
        if (entry->formula[0] != '\0') {
            printf("    %s\n", entry->formula);
        }
        if (entry->range != NULL) {
            const char *initializer = gml_activation_initializer(entry->name);
            printf("    %s: %s%s%s\n", initializer != NULL ? "range" : "targets", entry->range,
                   initializer != NULL ? "; starts from " : "", initializer != NULL ? initializer : "");
        }
        for (size_t k = 0; k < entry->parameter_count; k++) {
            printf("    %s: %s\n", entry->parameters[k].name, entry->parameters[k].meaning);
        }
    }
}

int run_list(int argc, char **argv)
{
    static const command_line line = {
        "[TABLE]", "Lists the rows of a table, or the tables.", arguments, {{flag_rows, 0}}, NULL};
    list_flags flags = {.of = NULL};
    parse_flags(&line, argc, argv, &flags);
    if (flags.json) {
        return print_json(tables_json(flags.of));
    }
    if (flags.of != NULL) {
        print_rows(flags.of);
    } else {
        print_tables();
    }
    return 0;
}
