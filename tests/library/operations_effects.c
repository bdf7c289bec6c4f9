/* tests/library/operations_effects.c - explanations by a data set. */
#include <string.h>

#include "operations.h"

static const char net[] = "4 -> 6 relu -> batchnorm -> 3 softmax";

/* ---- importances ---- */

static void importance(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    const gml_importance_options options = {.metric = s->variant, .repeats = 2};
    gml_importance found[INPUTS];
    memset(found, 0, sizeof found);
    ATTEMPT(s, network, gml_permutation_importance(network, data, &options, NULL, found, gml_matrix_none()));
    note_bytes(s, found, sizeof found);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

const operation effect_operations[] = {
    {"gml_permutation_importance", "loss", importance},
    {"gml_permutation_importance", "roc_auc", importance},
    {NULL},
};
