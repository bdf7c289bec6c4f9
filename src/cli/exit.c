/* cli/exit.c - from a status to the program's exit code, and the sentence that goes with it. */
#include "exit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"

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

int complain(int code, const char *format, ...)
{
    char sentence[SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s: ", speaker);
    print_text(stderr, sentence, 0);
    fputc('\n', stderr);
    return code;
}

int exit_code(gml_status status)
{
    return code_of[status];
}

/* Advice of the library and the same advice for the command line. */
static const struct {
    const char *library, *program;
} advice[] = {
    {"; missing targets can be masked", "; --missing-targets mask leaves missing targets out"},
    {"empty and mask missing targets", "empty and use --missing-targets mask"},
    {"or set the task to classification", "or use --task classification"},
    {"choose another column as the target", "choose another column with --target"},
    {"say that there is a header", "use --header yes"},
    {" (gml_network_set_output_scaling with nulls takes that back)", ""},
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

static int complain_of_message(int code, const char *message)
{
    char text[SENTENCE_SIZE];
    program_words(message, text);
    return complain(code, "%s", text);
}

int complain_status(const gml_context *context, gml_status status)
{
    return complain_of_message(code_of[status], gml_context_message(context));
}

int complain_input(const gml_context *context, gml_status status)
{
    const int code = code_of[status];
    return complain_of_message(code == EXIT_USAGE ? EXIT_DATA : code, gml_context_message(context));
}
