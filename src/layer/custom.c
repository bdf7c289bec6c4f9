/* layer/custom.c - custom activations, as rows of the table. */
#include "gemmule/custom.h"

#include <string.h>

#include "base/registry.h"
#include "layer/activation.h"
#include "layer/layer.h"

typedef struct custom_row {
    gml_activation_row row; /* first: a call points at its entry */
    gml_custom_activation given;
    gml_activation_kernel kernels[2]; /* by dtype: GML_F32, GML_F64 */
} custom_row;

static const gml_entries tables[] = {gml_any_activation_entry, gml_layer_word_entry, NULL};

gml_status gml_register_activation(gml_context *context, const gml_custom_activation *activation)
{
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"activation", activation}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (activation->function == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "gml_register_activation: a function in double is needed");
    }
    const char *name = activation->initializer != NULL ? activation->initializer : "glorot_uniform";
    gml_call initializer;
    status = gml_call_find(context, "gml_register_activation", "initializer", gml_initializer_entry, name, strlen(name),
                           &initializer);
    if (status != GML_OK) {
        return status;
    }
    custom_row made = {.row = {.entry = activation->entry, .initializer = initializer.entry->name},
                       .given = *activation};
    gml_entry *kept = NULL;
    status = gml_register(context, "activation", tables, &made.row.entry, sizeof made, &kept);
    if (status != GML_OK) {
        return status;
    }
    custom_row *own = (custom_row *)(void *)kept;
    own->row.kernels = own->kernels;
    for (size_t dtype = 0; dtype < 2; dtype++) {
        own->kernels[dtype] = *context->kernels[dtype]->activation->custom;
        own->kernels[dtype].name = kept->name;
        own->kernels[dtype].custom = &own->given;
    }
    return GML_OK;
}
