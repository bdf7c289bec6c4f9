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

/* ---- weights ---- */

static void connections(stage *s)
{
    gml_network *network = make_network(s, "4 -> 6 -> batchnorm -> relu -> 3 softmax", GML_F32);
    double found[INPUTS * CLASSES];
    const gml_matrix out = gml_matrix_f64(found, INPUTS, CLASSES);
    if (s->variant == NULL) {
        ATTEMPT(s, network, gml_connection_weights(network, out));
    } else {
        ATTEMPT(s, network, gml_garson_shares(network, out));
    }
    note_bytes(s, found, sizeof found);
    gml_network_destroy(network);
}

/* ---- diagnoses ---- */

static void selectivity(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_unit_selectivity units[6];
    memset(units, 0, sizeof units);
    ATTEMPT(s, network, gml_class_selectivity(network, data, 0, units));
    note_bytes(s, units, sizeof units);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void mistakes(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_mistake found[3];
    size_t count;
    memset(found, 0, sizeof found);
    ATTEMPT(s, network, gml_find_mistakes(network, data, found, 3, &count, NULL));
    note_bytes(s, found, sizeof found);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void reliability(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_reliability_bin bins[4];
    memset(bins, 0, sizeof bins);
    ATTEMPT(s, network, gml_reliability(network, data, bins, 4, NULL));
    note_bytes(s, bins, sizeof bins);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void diff(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32), *other = make_network(s, net, GML_F64);
    gml_dataset *data = make_values(s);
    gml_difference stages[4];
    gml_diff_report report;
    memset(stages, 0, sizeof stages);
    ATTEMPT(s, network, gml_diff(network, other, data, 0, stages, &report));
    note_bytes(s, stages, sizeof stages);
    gml_dataset_destroy(data);
    gml_network_destroy(other);
    gml_network_destroy(network);
}

const operation effect_operations[] = {
    {"gml_permutation_importance", "loss", importance},
    {"gml_permutation_importance", "roc_auc", importance},
    {"gml_effect_grid", NULL, grid},
    {"gml_effect_edges", NULL, edges},
    {"gml_partial_dependence", NULL, dependence},
    {"gml_accumulated_effects", NULL, accumulated},
    {"gml_connection_weights", NULL, connections},
    {"gml_garson_shares", "shares", connections},
    {"gml_class_selectivity", NULL, selectivity},
    {"gml_find_mistakes", NULL, mistakes},
    {"gml_reliability", NULL, reliability},
    {"gml_diff", NULL, diff},
    {NULL},
};
