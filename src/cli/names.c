/* cli/names.c - the names that the library's tables offer, for --help. */
#include "names.h"

#include <argp.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

typedef struct table {
    const char *title;
    const gml_entry *(*entry)(size_t index);
} table;

static const table tables[] = {
    {"Activations", gml_activation_entry},
    {"Losses", gml_loss_entry},
    {"Optimizers", gml_optimizer_entry},
    {"Initializers", gml_initializer_entry},
};

/* "leaky_relu(slope=0.01)": the name, and each parameter with its default. */
static void print_entry(FILE *stream, const gml_entry *entry)
{
    fputs(entry->name, stream);
    for (size_t i = 0; i < entry->parameter_count; i++) {
        const gml_parameter *parameter = &entry->parameters[i];
        fprintf(stream, "%s%s=%g", i == 0 ? "(" : ", ", parameter->name, parameter->initial);
    }
    fputs(entry->parameter_count > 0 ? ")" : "", stream);
}

char *help_with_names(int key, const char *text, void *input)
{
    (void)input;
    char *extended = NULL;
    size_t size;
    FILE *stream = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&extended, &size) : NULL;
    if (stream == NULL) {
        return (char *)(uintptr_t)text;
    }
    fputs(text != NULL ? text : "", stream);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        fprintf(stream, "\n\n%s: ", tables[i].title);
        for (size_t j = 0; tables[i].entry(j) != NULL; j++) {
            fputs(j > 0 ? ", " : "", stream);
            print_entry(stream, tables[i].entry(j));
        }
        fputc('.', stream);
    }
    fclose(stream);
    return extended;
}
