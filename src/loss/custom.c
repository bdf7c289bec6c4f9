/* loss/custom.c - registration of custom losses. */
#include "gemmule/custom.h"

#include "base/registry.h"
#include "gemmule/loss.h"
#include "loss/loss.h"

typedef struct custom_row {
    gml_loss_row row; /* first, since a call points at its entry */
    gml_custom_loss given;
    gml_loss_kernel kernels[2]; /* by dtype: GML_F32, GML_F64 */
} custom_row;

static const gml_entries tables[] = {gml_loss_entry, NULL};

gml_status gml_register_loss(gml_context *context, const gml_custom_loss *loss)
{
    gml_status status = gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"loss", loss}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (loss->function == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "gml_register_loss: a function is needed");
    }
    custom_row made = {
        .row = {.entry = loss->entry, .class_numbers = loss->class_numbers != 0, .domain = GML_DOMAIN_ANY},
        .given = *loss};
    gml_entry *kept = NULL;
    status = gml_register(context, "loss", tables, &made.row.entry, sizeof made, &kept);
    if (status != GML_OK) {
        return status;
    }
    custom_row *own = (custom_row *)(void *)kept;
    own->row.kernels = own->kernels;
    for (size_t dtype = 0; dtype < 2; dtype++) {
        own->kernels[dtype] = *context->kernels[dtype]->loss->custom;
        own->kernels[dtype].name = kept->name;
        own->kernels[dtype].custom = &own->given;
    }
    return GML_OK;
}
