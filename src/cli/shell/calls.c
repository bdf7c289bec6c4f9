/* cli/shell/calls.c - messages of the library about calls and options, in terms of the flags. */
#include "cli/shell/calls.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/shell/exit.h"

/* Names of training options and the flags that set them. `leads`: the name is also an English word, and stands for the
 * option only at the start of a message. */
static const struct {
    const char *option, *flag;
    bool leads;
} options[] = {
    {"learning_rate", "--lr", false},
    {"l2", "--l2", false},
    {"l1", "--l1", false},
    {"max_norm", "--max-norm", false},
    {"gradient_noise", "--gradient-noise", false},
    {"clip_norm", "--clip-norm", false},
    {"clip_value", "--clip-value", false},
    {"class_weights", "--class-weights", false},
    {"missing_targets", "--missing-targets", false},
    {"keep_best", "--keep", false},
    {"patience", "--patience", true},
    {"patience_growth", "--patience-growth", true},
    {"noise_schedule", "--noise-schedule", true},
    {"decay_schedule", "--decay-schedule", true},
    {"halvings", "--on-divergence halve", false},
    {"metric", "--metric", true},
    {"average", "--average", true},
    {"schedule", "--schedule", true},
    {"optimizer", "--optimizer", true},
    {"group", "--group", true},
};
enum { OPTION_COUNT = sizeof options / sizeof options[0] };

int complain_of_flag(const gml_context *context, gml_status status, const char *word, const char *flag)
{
    const char *message = gml_context_message(context);
    const size_t length = strlen(word);
    if (strncmp(message, word, length) != 0 || isalnum((unsigned char)message[length])) {
        return complain_status(context, status);
    }
    return complain(exit_code(status), "%s%s", flag, message + length);
}

int check_call(gml_context *context, const char *flag, const char *kind, const char *call)
{
    const gml_status status = call != NULL ? gml_call_check(context, kind, call) : GML_OK;
    return status == GML_OK ? 0 : complain_of_flag(context, status, kind, flag);
}

int check_score(gml_context *context, const char *flag, const char *score)
{
    static const char word[] = "metric";
    const char *message = gml_context_message(context);
    if (score == NULL || strcmp(score, "loss") == 0 || gml_call_check(context, word, score) == GML_OK) {
        return 0;
    }
    const bool lists = strstr(message, "there is no metric") != NULL; /* and ends with the list of them */
    return complain(EXIT_USAGE, "%s%s%s", flag, message + strlen(word), lists ? ", and loss" : "");
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The index in `options` of the word of `length` characters; OPTION_COUNT if it is not there. `at_start`: the word is
 * the first of the message. */
static size_t find_option(const char *word, size_t length, bool at_start)
{
    size_t i = 0;
    while (i < OPTION_COUNT && (strlen(options[i].option) != length || strncmp(word, options[i].option, length) != 0 ||
                                (options[i].leads && !at_start))) {
        i++;
    }
    return i;
}

void flag_words(const char *message, char text[FLAG_WORDS_SIZE])
{
    const char *at = message;
    size_t used = 0;
    bool quoted = false;
    while (*at != '\0') {
        size_t length = 0;
        while (is_name(at[length])) {
            length++;
        }
        const size_t option = quoted || length == 0 ? OPTION_COUNT : find_option(at, length, at == message);
        quoted = quoted != (*at == '"');
        length = length > 0 ? length : 1;
        const char *word = option < OPTION_COUNT ? options[option].flag : at;
        const size_t width = option < OPTION_COUNT ? strlen(word) : length;
        if (used + width >= FLAG_WORDS_SIZE) {
            break;
        }
        memcpy(text + used, word, width);
        used += width;
        at += length;
    }
    text[used] = '\0';
}

int complain_of_options(const gml_context *context, gml_status status)
{
    char message[SENTENCE_SIZE], text[FLAG_WORDS_SIZE];
    if (exit_code(status) != EXIT_USAGE && exit_code(status) != EXIT_DIVERGED) {
        return complain_status(
            context, status); /* the message is about data, where names of columns may equal those of options */
    }
    program_words(gml_context_message(context), message);
    flag_words(message, text);
    return complain(exit_code(status), "%s", text);
}
