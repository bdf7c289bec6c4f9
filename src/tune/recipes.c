/* tune/recipes.c - the table of named recipes: complete settings, and choices among recipes. */
#include <string.h>

#include "base/call.h"
#include "tune/space.h"

/* A choice among three takes ten times as long as plain, so on large tables they are as long as plain. */
#define SMOOTH "optimizer=adamw; schedule=cosine(warmup=0.05); batch=32; [samples>=200000] length=1; length=3"

#define RECIPE(called, means, settings, from)                                                                          \
    .entry = {                                                                                                         \
        .name = (called), .summary = (means), .formula = settings, .derivative = "", .pitfall = "", .source = (from)}

/* Settings are in the grammar of gemmule/search.h. The first four are also the first trials of a search without a space
 * (anchor.c), so they give each dimension of the default space. */
static const gml_recipe_row recipes[] = {
    {RECIPE("plain", "one hidden layer, a constant rate, no regularisation",
            "hidden=128; activation=relu; dropout=0; optimizer=adam; lr=0.001; decay=0; schedule=constant; batch=32; "
            "length=1",
            "Kingma and Ba, Adam: a method for stochastic optimization, 2015")},
    {RECIPE("mlp_light", "two hidden layers with light regularisation",
            "hidden=128x2; activation=relu; dropout=0.1; lr=0.001; decay=0.1; " SMOOTH,
            "Kadra et al., Well-tuned simple nets excel on tabular datasets, 2021; strengths measured on 16 tables")},
    {RECIPE("mlp_strong", "two hidden layers with strong regularisation, for noisy tables",
            "hidden=128x2; activation=relu; dropout=0.3; lr=0.001; decay=1; " SMOOTH,
            "Kadra et al., Well-tuned simple nets excel on tabular datasets, 2021; strengths measured on 16 tables")},
    {RECIPE("mlp_shallow", "one hidden layer with strong regularisation and a larger rate",
            "hidden=128; activation=relu; dropout=0.3; lr=0.002; decay=1; " SMOOTH,
            "Kadra et al., Well-tuned simple nets excel on tabular datasets, 2021; strengths measured on 16 tables")},
    {RECIPE("snn", "four self-normalising layers",
            "layers=256 selu -> alpha_dropout 0.05 -> 256 selu -> alpha_dropout 0.05 -> 256 selu -> alpha_dropout 0.05 "
            "-> 256 selu; prepare=number -> impute(value=mean) -> standard; optimizer=adam; lr=0.001; "
            "schedule=cosine(warmup=0.05); batch=32; length=1",
            "Klambauer et al., Self-normalizing neural networks, 2017")},
    {RECIPE("auto", "a choice: the strength of regularisation that predicts samples best which it was not trained on",
            "[judged<40] recipe=mlp_strong; recipe=choice(mlp_light, mlp_strong, mlp_shallow)",
            "Kadra et al., Well-tuned simple nets excel on tabular datasets, 2021"),
     .method = "grid", .winners = 1},
    {RECIPE("best", "a choice: as many trials of all recipes as there is time for, and an ensemble of the best",
            "[judged<40] recipe=mlp_strong; recipe=choice(mlp_light, mlp_strong, mlp_shallow, snn); "
            "[judged>=40] rate_factor=log(0.3, 3); [judged>=40] length=choice(1, 3)",
            "Caruana et al., Ensemble selection from libraries of models, 2004"),
     .method = "random", .winners = 5},
};

const gml_recipe_row *gml_recipe_row_at(size_t index)
{
    return index < sizeof recipes / sizeof recipes[0] ? &recipes[index] : NULL;
}

const gml_entry *gml_recipe_entry(size_t index)
{
    return index < sizeof recipes / sizeof recipes[0] ? &recipes[index].entry : NULL;
}

size_t gml_recipe_winners(const char *name)
{
    gml_call call;
    const bool known = name != NULL && gml_call_default(gml_recipe_entry, name, &call);
    const gml_recipe_row *row = known ? gml_call_row(&call) : NULL;
    return row != NULL && row->method != NULL ? row->winners : 0;
}

gml_status gml_recipe_find(gml_context *context, const char *what, const char *name, const gml_recipe_row **row)
{
    gml_call call;
    const gml_status status = gml_call_parse(context, what, gml_recipe_entry, name, strlen(name), &call);
    *row = status == GML_OK ? gml_call_row(&call) : NULL;
    return status;
}
