/* optimizer/group.c - the table of groups of parameters, and the reading of lists of them. */
#include "optimizer/group.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gemmule/optimizer.h"

/* Arguments that rows have in common. */
#define FIRST                                                                                                          \
    {                                                                                                                  \
        "first", 1, 1, 1e9, "the first layer, from 1"                                                                  \
    }
#define LAST                                                                                                           \
    {                                                                                                                  \
        "last", 0, 0, 1e9, "the last layer; 0: of the network"                                                         \
    }
#define RATE                                                                                                           \
    {                                                                                                                  \
        "rate", 1, 0, 1e6, "times the learning rate; 0: they stay as they are"                                         \
    }
#define DECAY                                                                                                          \
    {                                                                                                                  \
        "decay", 1, 0, 1e6, "times each decay"                                                                         \
    }

enum { FIRST_AT, LAST_AT, RATE_AT, DECAY_AT };

static const char pitfall[] =
    "Where several name the same parameters the last one counts, and what it leaves out is 1.";
static const char source[] = "as PyTorch's parameter groups";

static const gml_group_row rows[] = {
    {
        .entry = {.name = "all",
                  .summary = "all that layers learn",
                  .formula = "lr of the group = rate lr, decay of the group = decay times each decay",
                  .derivative = "",
                  .pitfall = pitfall,
                  .source = source,
                  .parameters = {FIRST, LAST, RATE, DECAY},
                  .parameter_count = 4},
        .roles = 1U << GML_ROLE_WEIGHT | 1U << GML_ROLE_BIAS | 1U << GML_ROLE_SCALE | 1U << GML_ROLE_ACTIVATION,
        .decay = DECAY_AT,
    },
    {
        .entry = {.name = "weights",
                  .summary = "matrices of weights",
                  .formula = "lr of the group = rate lr, decay of the group = decay times each decay",
                  .derivative = "",
                  .pitfall = pitfall,
                  .source = source,
                  .parameters = {FIRST, LAST, RATE, DECAY},
                  .parameter_count = 4},
        .roles = 1U << GML_ROLE_WEIGHT,
        .decay = DECAY_AT,
    },
    {
        .entry = {.name = "biases",
                  .summary = "biases, and the gains of norms",
                  .formula = "lr of the group = rate lr",
                  .derivative = "",
                  .pitfall = pitfall,
                  .source = source,
                  .parameters = {FIRST, LAST, RATE},
                  .parameter_count = 3},
        .roles = 1U << GML_ROLE_BIAS | 1U << GML_ROLE_SCALE,
    },
    {
        .entry = {.name = "activations",
                  .summary = "what trainable activations learn",
                  .formula = "lr of the group = rate lr",
                  .derivative = "",
                  .pitfall = pitfall,
                  .source = source,
                  .parameters = {FIRST, LAST, RATE},
                  .parameter_count = 3},
        .roles = 1U << GML_ROLE_ACTIVATION,
    },
};

const gml_group_row *gml_group_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const gml_entry *gml_group_entry(size_t index)
{
    const gml_group_row *row = gml_group_row_at(index);
    return row != NULL ? &row->entry : NULL;
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
    const gml_group_row *row = gml_group_row_at(call.row);
    *group = (gml_group_call){.first = (size_t)first - 1, .last = (size_t)last - 1, .roles = row->roles};
    group->rate = p[RATE_AT];
    group->decay = row->decay != 0 ? p[row->decay] : 1;
    *at = text[end] == ';' ? end + 1 : end;
    return GML_OK;
}
