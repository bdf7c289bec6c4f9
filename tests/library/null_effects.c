/* tests/library/null_effects.c - null pointers: explanations by a data set. */
#include "null_case.h"

static void permutation_importance(const objects *o)
{
    gml_importance found[INPUTS];
    gml_importance_options options = {.groups = &(gml_column_group){NULL, 2}, .group_count = 1};
    refused(gml_permutation_importance(NULL, NULL, NULL, NULL, found, o->none));
    refused_as(o, "network", gml_permutation_importance(NULL, o->dataset, NULL, NULL, found, o->none));
    refused_as(o, "dataset", gml_permutation_importance(o->network, NULL, NULL, NULL, found, o->none));
    refused_as(o, "importances", gml_permutation_importance(o->network, o->dataset, NULL, NULL, NULL, o->none));
    refused_view(o, gml_permutation_importance(o->network, o->dataset, &options, NULL, found, o->none));
    assert_ok(o->context, gml_permutation_importance(o->network, o->dataset, NULL, NULL, found, o->none));
}

static void effect_grid(const objects *o)
{
    double values[100];
    size_t count;
    refused(gml_effect_grid(NULL, 0, NULL, values, &count));
    refused_as(o, "values", gml_effect_grid(o->dataset, 0, NULL, NULL, &count));
    refused_as(o, "count", gml_effect_grid(o->dataset, 0, NULL, values, NULL));
}

static void effect_edges(const objects *o)
{
    double edges[41];
    size_t count;
    refused(gml_effect_edges(NULL, 0, 0, edges, &count));
    refused_as(o, "edges", gml_effect_edges(o->dataset, 0, 0, NULL, &count));
    refused_as(o, "count", gml_effect_edges(o->dataset, 0, 0, edges, NULL));
}

static void partial_dependence(const objects *o)
{
    const size_t feature = 0;
    double point = 1, average[OUTPUTS];
    const gml_matrix grid = gml_matrix_f64(&point, 1, 1), out = gml_matrix_f64(average, 1, OUTPUTS);
    refused(gml_partial_dependence(NULL, NULL, &feature, 1, grid, out, o->none));
    refused_as(o, "network", gml_partial_dependence(NULL, o->dataset, &feature, 1, grid, out, o->none));
    refused_as(o, "dataset", gml_partial_dependence(o->network, NULL, &feature, 1, grid, out, o->none));
    refused_as(o, "features", gml_partial_dependence(o->network, o->dataset, NULL, 1, grid, out, o->none));
    refused_view(o, gml_partial_dependence(o->network, o->dataset, &feature, 1, o->none, out, o->none));
    refused_view(o, gml_partial_dependence(o->network, o->dataset, &feature, 1, grid, o->none, o->none));
    refused_view(o, gml_partial_dependence(o->network, o->dataset, &feature, 1, grid, o->wild, o->none));
}

static void accumulated_effects(const objects *o)
{
    static const double edges[] = {0, 1};
    double effects[2 * OUTPUTS];
    const gml_matrix out = gml_matrix_f64(effects, 2, OUTPUTS);
    refused(gml_accumulated_effects(NULL, NULL, 0, edges, 2, out, NULL));
    refused_as(o, "network", gml_accumulated_effects(NULL, o->dataset, 0, edges, 2, out, NULL));
    refused_as(o, "dataset", gml_accumulated_effects(o->network, NULL, 0, edges, 2, out, NULL));
    refused_as(o, "edges", gml_accumulated_effects(o->network, o->dataset, 0, NULL, 2, out, NULL));
    refused_view(o, gml_accumulated_effects(o->network, o->dataset, 0, edges, 2, o->none, NULL));
    assert_ok(o->context, gml_accumulated_effects(o->network, o->dataset, 0, edges, 2, out, NULL));
}

static void connection_weights(const objects *o)
{
    double weights[INPUTS * OUTPUTS];
    refused(gml_connection_weights(NULL, gml_matrix_f64(weights, INPUTS, OUTPUTS)));
    refused_view(o, gml_connection_weights(o->network, o->none));
    refused_view(o, gml_connection_weights(o->network, o->wild));
}

static void garson_shares(const objects *o)
{
    double shares[INPUTS * OUTPUTS];
    refused(gml_garson_shares(NULL, gml_matrix_f64(shares, INPUTS, OUTPUTS)));
    refused_view(o, gml_garson_shares(o->network, o->none));
    refused_view(o, gml_garson_shares(o->network, o->wild));
}

/* ---- units, samples, two networks ---- */

static void class_selectivity(const objects *o)
{
    gml_unit_selectivity units[4];
    refused(gml_class_selectivity(NULL, NULL, 0, units));
    refused_as(o, "network", gml_class_selectivity(NULL, o->dataset, 0, units));
    refused_as(o, "dataset", gml_class_selectivity(o->network, NULL, 0, units));
    refused_as(o, "units", gml_class_selectivity(o->network, o->dataset, 0, NULL));
}

static void find_mistakes(const objects *o)
{
    gml_mistake found[2];
    size_t count;
    refused(gml_find_mistakes(NULL, NULL, found, 2, &count, NULL));
    refused_as(o, "network", gml_find_mistakes(NULL, o->dataset, found, 2, &count, NULL));
    refused_as(o, "dataset", gml_find_mistakes(o->network, NULL, found, 2, &count, NULL));
    refused_as(o, "mistakes", gml_find_mistakes(o->network, o->dataset, NULL, 2, &count, NULL));
    refused_as(o, "count", gml_find_mistakes(o->network, o->dataset, found, 2, NULL, NULL));
}

static void reliability(const objects *o)
{
    gml_reliability_bin bins[2];
    refused(gml_reliability(NULL, NULL, bins, 2, NULL));
    refused_as(o, "network", gml_reliability(NULL, o->dataset, bins, 2, NULL));
    refused_as(o, "dataset", gml_reliability(o->network, NULL, bins, 2, NULL));
    refused_as(o, "bins", gml_reliability(o->network, o->dataset, NULL, 2, NULL));
}

static void diff(const objects *o)
{
    gml_difference stages[3];
    gml_diff_report report;
    refused(gml_diff(NULL, NULL, NULL, 0, stages, &report));
    refused_as(o, "a", gml_diff(NULL, o->network, o->dataset, 0, stages, &report));
    refused_as(o, "b", gml_diff(o->network, NULL, o->dataset, 0, stages, &report));
    refused_as(o, "dataset", gml_diff(o->network, o->network, NULL, 0, stages, &report));
    refused_as(o, "stages", gml_diff(o->network, o->network, o->dataset, 0, NULL, &report));
    refused_as(o, "report", gml_diff(o->network, o->network, o->dataset, 0, stages, NULL));
}

/* ---- the table ---- */

const null_case null_cases_effects[] = {
    {"permutation_importance", permutation_importance},
    {"effect_grid", effect_grid},
    {"effect_edges", effect_edges},
    {"partial_dependence", partial_dependence},
    {"accumulated_effects", accumulated_effects},
    {"connection_weights", connection_weights},
    {"garson_shares", garson_shares},
    {"class_selectivity", class_selectivity},
    {"find_mistakes", find_mistakes},
    {"reliability", reliability},
    {"diff", diff},
    {NULL, NULL},
};
