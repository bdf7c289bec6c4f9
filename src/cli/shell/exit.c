/* cli/shell/exit.c - exit codes and messages for the status codes of the library. */
#include "cli/shell/exit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shell/escape.h"

static const char *speaker = "gemmule";

static const int code_of[] = {
    [GML_OK] = 0,
    [GML_ERROR_ARGUMENT] = EXIT_USAGE,
    [GML_ERROR_SHAPE] = EXIT_USAGE,
    [GML_ERROR_NAME] = EXIT_USAGE,
    [GML_ERROR_MEMORY] = EXIT_MEMORY,
    [GML_ERROR_NOT_FOUND] = EXIT_NO_INPUT,
    [GML_ERROR_READ] = EXIT_IO,
    [GML_ERROR_DATA] = EXIT_DATA,
    [GML_ERROR_CREATE] = EXIT_CREATE,
    [GML_ERROR_WRITE] = EXIT_IO,
    [GML_ERROR_DIVERGED] = EXIT_DIVERGED,
    [GML_ERROR_UNSUPPORTED] = EXIT_UNSUPPORTED,
};

void speak_as(const char *name)
{
    speaker = name;
}

static void print_sentence(const char *format, va_list arguments)
{
    char sentence[SENTENCE_SIZE];
    vsnprintf(sentence, sizeof sentence, format, arguments);
    fprintf(stderr, "%s: ", speaker);
    print_text(stderr, sentence, 0);
    fputc('\n', stderr);
}

int complain(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_sentence(format, arguments);
    va_end(arguments);
    return code;
}

void refuse(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_sentence(format, arguments);
    va_end(arguments);
    fprintf(stderr, "Try `%s --help' or `%s --usage' for more information.\n", speaker, speaker);
    exit(EXIT_USAGE);
}

int exit_code(gml_status status)
{
    return code_of[status];
}

/* Advice in messages of the library, and the same advice in terms of flags. */
static const struct {
    const char *library, *program;
} advice[] = {
    {"; missing targets can be masked", "; --missing-targets mask leaves missing targets out"},
    {"empty and mask missing targets", "empty and use --missing-targets mask"},
    {"or set the task to classification", "or use --task classification"},
    {"choose another column as the target", "choose another column with --target"},
    {"say that there is a header", "use --header yes"},
    {"name it as a word for missing cells, or the kind of the column",
     "use --missing WORD, or --columns 'NAME=category'"},
    {"give its kind as dmy or mdy", "use --columns 'NAME=dmy' or 'NAME=mdy'"},
    {"An override allows the change", "--override allows the change"},
    {" (gml_network_set_output_scaling with nulls removes the scaling)", ""},
};

void program_words(const char *message, char text[SENTENCE_SIZE])
{
    char rest[SENTENCE_SIZE];
    snprintf(text, SENTENCE_SIZE, "%s", message);
    for (size_t i = 0; i < sizeof advice / sizeof advice[0]; i++) {
        char *at = strstr(text, advice[i].library);
        if (at != NULL) {
            snprintf(rest, sizeof rest, "%s", at + strlen(advice[i].library));
            snprintf(at, SENTENCE_SIZE - (size_t)(at - text), "%s%s", advice[i].program, rest);
        }
    }
}

int complain_status(const gml_context *context, gml_status status)
{
    char text[SENTENCE_SIZE];
    program_words(gml_context_message(context), text);
    return complain(code_of[status], "%s", text);
}

int complain_input(const gml_context *context, gml_status status)
{
    const int code = complain_status(context, status);
    return code == EXIT_USAGE ? EXIT_DATA : code;
}
