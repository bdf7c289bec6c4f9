/* cli/train/train_network.c - the recipe and the network of `gemmule train` from the flags and the data. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"
#include "cli/train/train.h"

/* Returns the description of the hidden layers, which the caller frees; null: out of memory. */
static char *describe_hidden(const train_flags *flags)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return NULL;
    }
    const char *activation = flags->activation != NULL ? flags->activation : "relu";
    for (size_t i = 0; i < flags->hidden_count; i++) {
        fprintf(stream, "%s%zu %s", i > 0 ? " -> " : "", flags->hidden[i], activation);
        if (flags->initializer != NULL) {
            fprintf(stream, " init=%s", flags->initializer);
        }
    }
    return fclose(stream) == 0 ? text : NULL;
}

int train_recipe_create(const train_flags *flags, train_recipe *made)
{
    const bool described = flags->hidden_given || flags->activation != NULL || flags->initializer != NULL;
    *made = (train_recipe){.base = {.network = flags->net.text,
                                    .options = flags->network,
                                    .scaling = flags->scaling,
                                    .preparation = flags->preparation,
                                    .target_preparation = flags->target_preparation,
                                    .clamp = flags->clamp,
                                    .data_init = flags->data_init,
                                    .fit = flags->fit}};
    made->used = &made->base;
    if (flags->net.text != NULL || !described) {
        return 0;
    }
    made->hidden = describe_hidden(flags);
    made->base.hidden = made->hidden;
    made->base.output_initializer = flags->initializer;
    return made->hidden != NULL ? 0 : complain(EXIT_MEMORY, "not enough memory for the network's description");
}

int train_recipe_assign(gml_context *context, const char *assignment, const gml_dataset *data, train_recipe *made)
{
    const gml_status status = gml_recipe_assign(context, &made->base, assignment, data, &made->assigned);
    made->used = &made->assigned.recipe;
    return status == GML_OK ? 0 : complain_of_recipe(context, status);
}

void train_recipe_clear(train_recipe *made)
{
    free(made->hidden);
    *made = (train_recipe){.hidden = NULL};
}

/* Refuses a network that is too large for the machine: a system that overcommits memory would kill the program later.
 * Training needs the weights, those of each of `networks`, their gradients and, with Adam, two moments. */
static int refuse_giant(const gml_recipe *recipe, const gml_dataset *data, size_t networks)
{
    size_t count = 0;
    if (gml_recipe_measure(recipe, data, &count) != GML_OK) {
        return 0; /* gml_recipe_network then fails with a message */
    }
    const double parameters = (double)count;
    const double need = (double)(networks + 3) * parameters * (double)gml_dtype_size(recipe->options.dtype);
    const double have = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    char need_text[16], have_text[16];
    if (need <= have) {
        return 0;
    }
    return complain(EXIT_MEMORY,
                    "%s: the network has %.4g parameters: training takes about %s of memory, and this machine has %s; "
                    "try smaller layers",
                    recipe->network != NULL ? "--net" : "--hidden", parameters, size_text(need, need_text),
                    size_text(have, have_text));
}

int complain_of_network(const gml_context *context, gml_status status)
{
    static const struct {
        const char *word, *flag;
    } words[] = {{"preparation", "--prepare"},
                 {"target preparation", "--prepare-target"},
                 {"limits of predictions", "--clamp"},
                 {"network description", "--net"}};
    size_t i = 0;
    while (i + 1 < sizeof words / sizeof words[0] &&
           strncmp(gml_context_message(context), words[i].word, strlen(words[i].word)) != 0) {
        i++;
    }
    return complain_of_flag(context, status, words[i].word, words[i].flag);
}

int train_make_network(train_run *run, const gml_dataset *data)
{
    train_recipe *recipe = &run->recipe;
    int code = train_recipe_create(&run->flags, recipe);
    recipe->base.name = run->choice.plain ? "plain" : NULL;
    if (code == 0 && run->choice.assignment[0] != '\0') {
        /* The settings of a trial were read with all samples. */
        const bool tried = run->choice.search.best.number > 0;
        code = train_recipe_assign(run->context, run->choice.assignment, tried ? run->data.all : data, recipe);
        run->flags.fit = recipe->used->fit;
    }
    if (code == 0) {
        code = refuse_giant(recipe->used, data, run->flags.ensemble > 0 ? run->flags.ensemble : 1);
    }
    if (code == 0) {
        const gml_status status = gml_recipe_network(recipe->used, data, &run->network);
        const bool named = run->choice.assignment[0] != '\0' && run->flags.net.text == NULL;
        code = status == GML_OK ? 0
               : named          ? complain_of_flag(run->context, status, "network description", "--recipe")
                                : complain_of_network(run->context, status);
    }
    return code;
}
