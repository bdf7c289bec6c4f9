/* cli/names.c - the names that the library's tables offer, for --help. */
#include "names.h"

#include <argp.h>
#include <stdio.h>

#include "tables.h"

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
    for (size_t i = 0; table_at(i) != NULL; i++) {
        const table *of = table_at(i);
        fprintf(stream, "\n\n%s: ", of->name);
        for (size_t j = 0; of->entry(j) != NULL; j++) {
            fputs(j > 0 ? ", " : "", stream);
            print_entry(stream, of->entry(j));
        }
        fputc('.', stream);
    }
    fclose(stream);
    return extended;
}
