/* cli/exit.c - from a status to the program's exit code, and the sentence that goes with it. */
#include "exit.h"

#include <stdarg.h>
#include <stdio.h>

#include "escape.h"

enum { LONGEST_SENTENCE = 8192 }; /* room for two paths */

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
    char sentence[LONGEST_SENTENCE];
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

int complain_status(const gml_context *context, gml_status status)
{
    return complain(code_of[status], "%s", gml_context_message(context));
}

int complain_input(const gml_context *context, gml_status status)
{
    const int code = code_of[status];
    return complain(code == EXIT_USAGE ? EXIT_DATA : code, "%s", gml_context_message(context));
}
