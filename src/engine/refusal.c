/* engine/refusal.c - messages about the input or the layer where numbers stop being finite. */
#include "engine/refusal.h"

#include <stdio.h>

#include "base/text.h"

const char gml_remedies[] = "a smaller learning rate, clip_norm or scaled data may help";

void gml_refusal_begin(const char *what, double value, char wrong[GML_WRONG_SIZE])
{
    char number[GML_NUMBER_SIZE];
    gml_text_from_double(value, number);
    snprintf(wrong, GML_WRONG_SIZE, "%s is %s", what, number);
}

gml_status gml_refuse_values(const gml_workspace *workspace, const gml_batch_names *names, size_t rows, size_t layers,
                             const char *wrong, gml_status of_input)
{
    const gml_network *network = workspace->network;
    char place[GML_ORIGIN_SIZE];
    gml_nonfinite at;
    if (gml_workspace_bad_input(workspace, rows, &at)) {
        gml_batch_name(names, at.row, place);
        gml_prepared_input input;
        if (network->preparation != NULL && gml_preparation_input(network->preparation, at.col, &input) == GML_OK) {
            return gml_fail(network->context, of_input,
                            "%s, because column %zu (%s) of %s is not finite after its "
                            "preparation",
                            wrong, input.column + 1, input.name, place);
        }
        return gml_fail(network->context, of_input, "%s, because input %zu of %s is not finite", wrong, at.col + 1,
                        place);
    }
    at = gml_workspace_first_nonfinite(workspace, rows, layers);
    if (at.layer == layers) {
        return GML_OK;
    }
    gml_batch_name(names, at.row, place);
    const gml_layer_kind *kind = network->layers[at.layer].kind;
    if (kind->nonfinite != NULL) {
        return gml_fail(network->context, of_input,
                        "%s, because layer %zu, %s, gives values that are not finite for %s: %s", wrong, at.layer + 1,
                        kind->entry.name, place, kind->nonfinite);
    }
    return gml_fail(network->context, GML_ERROR_DIVERGED,
                    "%s; the first values that are not finite come out of layer %zu of %zu (%zu %s) for %s; %s", wrong,
                    at.layer + 1, network->spec.layer_count, network->layers[at.layer].out,
                    network->layers[at.layer].spec->activation.entry->name, place, gml_remedies);
}
