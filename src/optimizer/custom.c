/* optimizer/custom.c - custom optimizers, as rows of the table. */
#include "gemmule/custom.h"

#include <string.h>

#include "base/registry.h"
#include "optimizer/optimizer.h"
#include "optimizer/scalars.h"

typedef struct custom_row {
    gml_optimizer_row row; /* first: a call points at its entry */
    gml_custom_optimizer given;
    gml_optimizer_kernel kernels[2]; /* by dtype: GML_F32, GML_F64 */
} custom_row;

static const gml_entries tables[] = {gml_optimizer_entry, NULL};

static bool begins_with_rate(const gml_entry *entry)
{
    const gml_parameter *first = &entry->parameters[0];
    return entry->parameter_count > 0 && first->name != NULL && strcmp(first->name, "lr") == 0 && first->word == NULL &&
           first->minimum > 0;
}

static gml_status check(gml_context *context, const gml_custom_optimizer *optimizer)
{
    if (optimizer->update == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "gml_register_optimizer: a function in double is needed");
    }
    if (optimizer->states > GML_MAX_STATES) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "gml_register_optimizer: %zu arrays of state are asked for, at most %d are possible",
                        optimizer->states, GML_MAX_STATES);
    }
    if (!begins_with_rate(&optimizer->entry)) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "gml_register_optimizer: the first argument must be \"lr\", a number with a minimum above 0");
    }
    return GML_OK;
}

/* Returns the index of the argument weight_decay; 0 if there is none. */
static size_t find_decay(const gml_entry *entry)
{
    size_t index = gml_call_parameter(entry, "weight_decay", strlen("weight_decay"));
    return index < entry->parameter_count && entry->parameters[index].word == NULL ? index : 0;
}

gml_status gml_register_optimizer(gml_context *context, const gml_custom_optimizer *optimizer)
{
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"optimizer", optimizer}, {0}});
    if (status == GML_OK) {
        status = check(context, optimizer);
    }
    if (status != GML_OK) {
        return status;
    }
    custom_row made = {
        .row = {.entry = optimizer->entry, .states = optimizer->states, .prepare = gml_prepare_custom},
        .given = *optimizer,
    };
    gml_entry *kept = NULL;
    status = gml_register(context, "optimizer", tables, &made.row.entry, sizeof made, &kept);
    if (status != GML_OK) {
        return status;
    }
    custom_row *own = (custom_row *)(void *)kept;
    own->row.decay = find_decay(kept);
    own->row.kernels = own->kernels;
    for (size_t dtype = 0; dtype < 2; dtype++) {
        own->kernels[dtype] = *context->kernels[dtype]->update->custom;
        own->kernels[dtype].name = kept->name;
        own->kernels[dtype].custom = &own->given;
    }
    return GML_OK;
}
