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

/* ---- effects ---- */

static void grid(stage *s)
{
    gml_dataset *data = make_classes(s);
    double values[5] = {0};
    size_t count;
    ATTEMPT(s, NULL, gml_effect_grid(data, 1, &(gml_grid_options){.points = 5}, values, &count));
    note_bytes(s, values, sizeof values);
    gml_dataset_destroy(data);
}

static void edges(stage *s)
{
    gml_dataset *data = make_classes(s);
    double values[5] = {0};
    size_t count;
    ATTEMPT(s, NULL, gml_effect_edges(data, 1, 4, values, &count));
    note_bytes(s, values, sizeof values);
    gml_dataset_destroy(data);
}

static void dependence(stage *s)
{
    static const double points[] = {0, 1};
    static const size_t feature = 2;
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    double averages[2 * CLASSES];
    ATTEMPT(s, network,
            gml_partial_dependence(network, data, &feature, 1, gml_matrix_f64(points, 2, 1),
                                   gml_matrix_f64(averages, 2, CLASSES), gml_matrix_none()));
    note_bytes(s, averages, sizeof averages);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void accumulated(stage *s)
{
    static const double between[] = {-1, 0, 1};
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    double effects[3 * CLASSES];
    ATTEMPT(s, network,
            gml_accumulated_effects(network, data, 2, between, 3, gml_matrix_f64(effects, 3, CLASSES), NULL));
    note_bytes(s, effects, sizeof effects);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

const operation effect_operations[] = {
    {"gml_permutation_importance", "loss", importance},
    {"gml_permutation_importance", "roc_auc", importance},
    {"gml_effect_grid", NULL, grid},
    {"gml_effect_edges", NULL, edges},
    {"gml_partial_dependence", NULL, dependence},
    {"gml_accumulated_effects", NULL, accumulated},
    {NULL},
};
