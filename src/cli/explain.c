/* cli/explain.c - `gemmule explain`: which inputs of a model matter. */
#include "cli/explain/explain.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

/* "7" or "3-12", counted from 1. */
static void read_samples(const flag *row, const char *text, void *field)
{
    sample_range *range = field;
    char *end;
    const bool digit = text[0] >= '0' && text[0] <= '9';
    const unsigned long long first = strtoull(text, &end, 10);
    unsigned long long last = first;
    if (digit && *end == '-' && end[1] >= '0' && end[1] <= '9') {
        last = strtoull(end + 1, &end, 10);
    }
    if (!digit || *end != '\0' || first == 0 || last < first || last > SIZE_MAX / 2) {
        refuse_value(row, "'%.40s' is not the number of a sample, from 1, or a range such as 3-12", text);
    }
    *range = (sample_range){.first = (size_t)first, .last = (size_t)last};
}

static void read_inputs_together(const flag *row, const char *text, void *field)
{
    explain_flags *flags = field;
    if (flags->group_count == MOST_INPUT_GROUPS) {
        refuse_value(row, "may be given %d times at most", MOST_INPUT_GROUPS);
    }
    flags->groups[flags->group_count++] = text;
}

static const flag table[] = {
    {"method", "CALL",
     "method, as `gemmule list explanations' has them (integrated_gradients; occlusion where categories are embedded)",
     GROUP_REPORT | MAIN, read_text, .field = offsetof(explain_flags, method)},
    {"sample", "N", "sample to explain, also by individual, counted from 1 (text: 1; csv and json: all)", MAIN,
     read_samples, .field = offsetof(explain_flags, samples)},
    {"samples", "A-B", "samples to explain", MAIN, read_samples, .field = offsetof(explain_flags, samples)},
    {"output", "CLASS|TARGET",
     "name or number, from 0, of the class or target to explain (the predicted class, or target 0)", MAIN, read_text,
     .field = offsetof(explain_flags, output)},
    {"quantity", "WHAT",
     "score: before the last activation, a logit; output: a probability, or a value in the unit of the target; auto: "
     "score for classes (auto)",
     0, read_choice, .field = offsetof(explain_flags, quantity),
     .words = (const char *const[]){"auto", "score", "output", NULL}},
    {"background", "N",
     "the first N samples of DATA are what absent inputs are replaced by (the mean of the training data)", 0,
     read_whole, .field = offsetof(explain_flags, background), 1, SIZE_MAX / 2},
    {"top", "K", "print the K inputs that matter most, in text (20)", MAIN, read_whole,
     .field = offsetof(explain_flags, top), 1, SIZE_MAX / 2},
    {"metric", "CALL", "of permutation: a metric of `gemmule list metrics', or loss (accuracy; for values r2)", 0,
     read_text, .field = offsetof(explain_flags, metric)},
    {"feature", "NAME,NAME...",
     "of permutation, partial_dependence, individual and accumulated_effects: inputs to explain, by name or by number "
     "from 1 (all)",
     0, read_text, .field = offsetof(explain_flags, features)},
    {"group", "NAME,NAME...",
     "of permutation: inputs to permute together, such as those of one category; may be repeated. Other inputs are "
     "permuted one by one",
     0, read_inputs_together, .field = 0},
    {"format", "FORM", "text, csv: a row for each sample, or json: an object on a line for each sample (text)", MAIN,
     read_choice, .field = offsetof(explain_flags, format),
     .words = (const char *const[]){"text", "csv", "json", NULL}},
    {0}};

static void check_flags(const void *field)
{
    const explain_flags *flags = field;
    data_columns columns;
    const bool by_data = explains_data(flags->method, &columns);
    const char *method = flags->method != NULL ? flags->method : "the default method";
    if (flags->group_count > 0 && !explains_groups(flags->method)) {
        refuse("--group: inputs are permuted together by --method permutation alone");
    }
    if (!by_data && (flags->metric != NULL || flags->features != NULL)) {
        refuse("%s: %.60s explains single samples, by all inputs", flags->metric != NULL ? "--metric" : "--feature",
               method);
    }
    if (by_data && (flags->output != NULL || flags->quantity != 0 || flags->background != 0)) {
        refuse("%s: %.60s explains the model as a whole",
               flags->output != NULL    ? "--output"
               : flags->background != 0 ? "--background"
                                        : "--quantity",
               method);
    }
}

/* Without --method, the one that the model permits, and a note if it is not the usual one. */
static void choose_method(explain_flags *flags)
{
    if (flags->method != NULL) {
        return;
    }
    flags->method = gml_attribution_default(flags->input.network);
    if (strcmp(flags->method, "integrated_gradients") != 0) {
        complain(0, "the model embeds categories, for which integrated_gradients is not defined: explained by %s",
                 flags->method);
    }
}

int run_explain(int argc, char **argv)
{
    static const command_line line = {
        "MODEL DATA",
        "Explains predictions of a model for samples of DATA, how much each input contributes, or the model as a whole "
        "by all of DATA. DATA is as for `gemmule train'; the target is read by permutation, selectivity, mistakes and "
        "reliability, weights also by partial_dependence and accumulated_effects.",
        input_arguments,
        {{input_table, offsetof(explain_flags, input)}, {data_table, offsetof(explain_flags, input.file)}, {table, 0}},
        check_flags};
    explain_flags flags = {.top = 20};
    parse_flags(&line, argc, argv, &flags);
    if (!stdout_is_usable((const char *[]){flags.input.data_word, flags.input.model_path, NULL})) {
        return EXIT_CREATE;
    }
    data_columns columns;
    const bool by_data = explains_data(flags.method, &columns);
    int code = input_open(&flags.input, columns);
    if (code == 0) {
        choose_method(&flags);
        code = by_data ? explain_data(&flags) : explain_samples(&flags);
    }
    input_close(&flags.input);
    return code;
}
