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

/* ---- the table ---- */

const null_case null_cases_effects[] = {
    {"permutation_importance", permutation_importance},
    {NULL, NULL},
};
