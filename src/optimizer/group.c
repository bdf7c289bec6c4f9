/* optimizer/group.c - the table of parameter groups, and their parser. */
#include "optimizer/group.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gemmule/optimizer.h"

/* Arguments shared by several rows. */
#define FIRST                                                                                                          \
    {                                                                                                                  \
        "first", 1, 1, 1e9, "first layer, counted from 1"                                                              \
    }
#define LAST                                                                                                           \
    {                                                                                                                  \
        "last", 0, 0, 1e9, "last layer; 0: the last layer of the network"                                              \
    }
#define RATE                                                                                                           \
    {                                                                                                                  \
        "rate", 1, 0, 1e6, "factor of the learning rate; 0 freezes the parameters"                                     \
    }
#define DECAY                                                                                                          \
    {                                                                                                                  \
        "decay", 1, 0, 1e6, "factor of every decay"                                                                    \
    }

static const char pitfall[] =
    "If several groups select the same parameters, the last one applies; an argument that it omits is 1.";

/* A row with the first `count` of these arguments. */
#define GROUP(group_name, group_summary, group_formula, count, group_roles)                                            \
    {                                                                                                                  \
        .entry = {.name = (group_name),                                                                                \
                  .summary = (group_summary),                                                                          \
                  .formula = (group_formula),                                                                          \
                  .derivative = "",                                                                                    \
                  .pitfall = pitfall,                                                                                  \
                  .source = "as PyTorch's parameter groups",                                                           \
                  .parameters = {FIRST, LAST, RATE, DECAY},                                                            \
                  .parameter_count = (count)},                                                                         \
        .roles = (group_roles)                                                                                         \
    }

enum { FIRST_AT, LAST_AT, RATE_AT };

enum { WEIGHT = 1U << GML_ROLE_WEIGHT, SCALE = 1U << GML_ROLE_SCALE, OFFSET = 1U << GML_ROLE_BIAS | SCALE };
enum { ACTIVATION = 1U << GML_ROLE_ACTIVATION, EMBEDDING = 1U << GML_ROLE_EMBEDDING };

static const char rate_only[] = "lr of the group = rate lr";
static const char rate_and_decay[] = "lr of the group = rate lr; decays of the group = decay times each decay";

static const gml_group_row rows[] = {
    GROUP("all", "all parameters", rate_and_decay, 4, WEIGHT | OFFSET | ACTIVATION | EMBEDDING),
    GROUP("weights", "weight matrices", rate_and_decay, 4, WEIGHT),
    GROUP("biases", "biases, and the parameters of `scales`", rate_only, 3, OFFSET),
    GROUP("scales", "gains of normalisation layers, and factors of scale layers", rate_only, 3, SCALE),
    GROUP("activations", "parameters of trainable activations", rate_only, 3, ACTIVATION),
    GROUP("embeddings", "parameters of embeddings of inputs", rate_only, 3, EMBEDDING),
    {
        .entry = {.name = "ntk",
                  .summary = "weight matrices, trained as the V of y = x V / sqrt(in) + b (NTK parametrisation)",
                  .formula =
                      "with W = V / sqrt(in): lr = rate lr / sqrt(in), weight_decay sqrt(in), l2 in, l1 as it is; with "
                      "sgd, momentum and nesterov lr = rate lr / in, weight_decay in, l2 in, l1 sqrt(in); decays "
                      "also times decay",
                  .derivative = "",
                  .pitfall =
                      "Start with init=lecun_normal, which is V ~ N(0, 1). A rate of V is sqrt(in) times one of W. "
                      "eps and the limits of gradients and norms are those of W.",
                  .source = "Jacot, Gabriel and Hongler, Neural Tangent Kernel, 2018; Holzmueller, Grinsztajn and "
                            "Steinwart, Better by Default, 2024",
                  .parameters = {FIRST, LAST, RATE, DECAY},
                  .parameter_count = 4},
        .roles = WEIGHT,
        .by_inputs = true,
    },
};

const gml_entry *gml_group_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

gml_status gml_group_read(gml_context *context, const char *text, size_t layers, size_t *at, gml_group_call *group)
{
    gml_call call;
    size_t begin = *at, end = begin + strcspn(text + begin, ";");
    gml_status status = gml_call_parse_part(context, NULL, "group", gml_group_entry, text, begin, end, &call);
    if (status != GML_OK) {
        return status;
    }
    const double *p = call.values;
    double first = p[FIRST_AT], last = p[LAST_AT] > 0 ? p[LAST_AT] : (double)layers;
    if (first > last || last > (double)layers || first != floor(first) || last != floor(last)) {
        char place[32] = "";
        if (begin > 0) {
            snprintf(place, sizeof place, ", character %zu", begin + 1);
        }
        return gml_fail(context, GML_ERROR_ARGUMENT, "group%s: layers %g to %g are named, and the network has %zu",
                        place, first, last, layers);
    }
    const gml_group_row *row = gml_call_row(&call);
    *group = (gml_group_call){
        .first = (size_t)first - 1, .last = (size_t)last - 1, .roles = row->roles, .by_inputs = row->by_inputs};
    group->rate = p[RATE_AT];
    group->decay = gml_call_value(&call, "decay", 1);
    *at = text[end] == ';' ? end + 1 : end;
    return GML_OK;
}
