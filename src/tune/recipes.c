/* tune/recipes.c - the table of named recipes: complete settings, and choices among recipes. */
#include <string.h>

#include "base/call.h"
#include "tune/space.h"

/* Three times as long as plain; on large tables a choice would take too long. */
#define SMOOTH "optimizer=adamw; schedule=cosine(warmup=0.05); batch=32; [samples>=200000] length=1; length=3"

/* RealMLP's inputs, groups and training; its rates are of the NTK parametrisation. The paper scales and bounds one-hot
 * inputs too; here they are 0 and 1, or -1 and 1, and the trainable scale follows. The slow embeddings are those of
 * numbers, in layer 1: where a table has no numbers, they are those of categories, which the paper trains at rate 1.
 * The paper has 256 epochs; half of them are as good by the best epoch of five folds, on ten tables. */
#define REAL_INPUTS(scaled) "prepare={number -> impute(value=mean) -> " scaled "; category -> encode(one_hot=8)}; "
#define REAL_LAYERS(embedded, f)                                                                                       \
    "layers=" embedded " -> embedding -> scale -> 256 mix(f=" f ") init=lecun_normal -> dropout 0.15 -> 256 mix(f=" f  \
    ") init=lecun_normal -> dropout 0.15 -> 256 mix(f=" f ") init=lecun_normal -> dropout 0.15; "
#define REALMLP(scaled, embedded)                                                                                      \
    REAL_INPUTS(scaled)                                                                                                \
    "[classes] " REAL_LAYERS(embedded, "selu") REAL_LAYERS(                                                            \
        embedded,                                                                                                      \
        "mish") "[values] clamp=yes; "                                                                                 \
                "optimizer=adamw(beta2=0.95, weight_decay=0.02); [classes] lr=0.04; lr=0.2; schedule=coslog; "         \
                "noise_schedule=flat_cosine; decay_schedule=flat_cosine; batch=256; drop_last=yes; "                   \
                "[samples<6000] epochs=128; length=1; "                                                                \
                "groups={ntk; biases(rate=0.1); scales(rate=6); activations(rate=0.1); embeddings(rate=0.1, "          \
                "last=1)}; "                                                                                           \
                "data_init=per_unit; "
#define SIMPLE_START     " init=lecun_normal bias_init=normal(std=1)"
#define SIMPLE_LAYERS(f) "layers=scale -> 256 " f SIMPLE_START " -> 256 " f SIMPLE_START " -> 256 " f SIMPLE_START "; "
/* TabM. The paper draws a member's first factors once for all inputs of a column; its biases are shared by the members,
 * those of tabm at the start and those of tabm_mini for good; and it stops early, instead of after 60 epochs. */
#define TABM_TRAINING                                                                                                  \
    "optimizer=adamw(lr=0.002, weight_decay=0.0003); clip_norm=1; epochs=60; [samples<2800] batch=32; "                \
    "[samples<4500] batch=64; [samples<6400] batch=128; [samples<32000] batch=256; [samples<108000] batch=512; "       \
    "batch=1024"
#define QUANTILES  "prepare={number -> impute(value=mean) -> quantile; category -> encode(one_hot=8)}; "
#define TABM_START " init=fan_in_uniform"
#define TABM_BLOCK "512 bias=no" TABM_START " -> affine -> relu -> dropout 0.1"
#define MINI_BLOCK "512 relu" TABM_START " -> dropout 0.1"

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
    {RECIPE("realmlp", "embedded numbers and categories, trainable activations, scheduled regularisation",
            REALMLP("robust -> smooth_clip", "pbld"),
            "Holzmueller, Grinsztajn and Steinwart, Better by default, 2024")},
    {RECIPE("realmlp_plr", "realmlp on quantiles of numbers with many frequencies, for jumps and thresholds",
            REALMLP("quantile", "plr(size=8, frequencies=16, std=0.5)"),
            "Holzmueller, Grinsztajn and Steinwart, Better by default, 2024; Gorishniy, Rubachev and Babenko, On "
            "embeddings for numerical features in tabular deep learning, 2022")},
    {RECIPE("realmlp_simple", "three layers with trainable scales of inputs, without regularisation",
            "prepare={number -> impute(value=mean) -> robust -> smooth_clip; category -> one_hot}; "
            "[classes] " SIMPLE_LAYERS("selu")
                SIMPLE_LAYERS("mish") "output=init=zeros; [values] clamp=yes; "
                                      "optimizer=adam(beta2=0.95); [classes] lr=0.04; lr=0.07; schedule=coslog; "
                                      "batch=256; drop_last=yes; "
                                      "epochs=256; groups={ntk; biases(rate=0.1); scales(rate=6)}",
            "Holzmueller, Grinsztajn and Steinwart, Better by default, 2024")},
    {RECIPE("tabm", "32 networks in one that share weights, on piecewise-linear encoded numbers",
            QUANTILES "layers=ple -> embedding -> members 32 -> scale(std=1) -> " TABM_BLOCK " -> scale -> " TABM_BLOCK
                      "; output=heads" TABM_START " -> average; " TABM_TRAINING,
            "Gorishniy, Kotelnikov and Babenko, TabM, 2024")},
    {RECIPE("tabm_mini", "32 networks in one that differ in the signs of their inputs, their biases and their heads",
            QUANTILES "layers=embedding -> members 32 -> scale(signs=yes) -> " MINI_BLOCK " -> " MINI_BLOCK
                      " -> " MINI_BLOCK "; output=heads" TABM_START " -> average; " TABM_TRAINING,
            "Gorishniy, Kotelnikov and Babenko, TabM, 2024")},
    {RECIPE("bagged", "five realmlp networks, each trained without one fold to its best epoch on it, and averaged",
            REALMLP("robust -> smooth_clip", "pbld") "folds=5",
            "Holzmueller, Grinsztajn and Steinwart, Better by default, 2024; Breiman, Bagging predictors, 1996")},
    {RECIPE("auto", "a choice: the mean of the recipes that predict five folds best which they were not trained on",
            "[judged<50] recipe=mlp_strong; [columns>=10000] recipe=mlp_strong; [columns>=10000] length=1; "
            "[samples<300] recipe=choice(mlp_strong, mlp_light); [columns>=500] "
            "recipe=choice(mlp_strong, mlp_light); "
            "[samples>=200000] recipe=choice(mlp_strong, mlp_light); recipe=choice(mlp_strong, mlp_light, realmlp, "
            "realmlp_plr)",
            "Breiman, Stacked regressions, 1996; Caruana et al., Ensemble selection from libraries of models, 2004"),
     .method = "grid", .winners = 4, .folds = 5},
    {RECIPE("best", "a choice: as many trials of recipes as there is time for, and the mean of the best",
            "[judged<50] recipe=mlp_strong; [columns>=500] recipe=choice(mlp_strong, mlp_light, mlp_shallow); "
            "recipe=choice(mlp_strong, mlp_light, realmlp, realmlp_plr, mlp_shallow); "
            "[judged>=50] rate_factor=log(0.5, 2)",
            "Caruana et al., Ensemble selection from libraries of models, 2004"),
     .method = "random", .winners = 16, .folds = 5},
};

const gml_recipe_row *gml_recipe_row_at(size_t index)
{
    return index < sizeof recipes / sizeof recipes[0] ? &recipes[index] : NULL;
}

const gml_entry *gml_recipe_entry(size_t index)
{
    return index < sizeof recipes / sizeof recipes[0] ? &recipes[index].entry : NULL;
}

/* The row of a choice by its name; null: there is none. */
static const gml_recipe_row *choice_named(const char *name)
{
    gml_call call;
    const bool known = name != NULL && gml_call_default(gml_recipe_entry, name, &call);
    const gml_recipe_row *row = known ? gml_call_row(&call) : NULL;
    return row != NULL && row->method != NULL ? row : NULL;
}

size_t gml_recipe_winners(const char *name)
{
    const gml_recipe_row *row = choice_named(name);
    return row != NULL ? row->winners : 0;
}

int gml_recipe_takes_time(const char *name)
{
    const gml_recipe_row *row = choice_named(name);
    return row != NULL && strcmp(row->method, "grid") != 0;
}

gml_status gml_recipe_find(gml_context *context, const char *what, const char *name, const gml_recipe_row **row)
{
    gml_call call;
    const gml_status status = gml_call_parse(context, what, gml_recipe_entry, name, strlen(name), &call);
    *row = status == GML_OK ? gml_call_row(&call) : NULL;
    return status;
}
