/* tests/library/null_ensemble.c - null pointers to the functions of ensembles. */
#include "null_case.h"

static void ensemble_create(const objects *o)
{
    gml_network *members[] = {o->network, NULL}, *made = NULL;
    refused(gml_ensemble_create(NULL, 1, &made));
    refused_as(o, "network", gml_ensemble_create(members, 1, NULL));
    refused(gml_ensemble_create(members + 1, 1, &made));
    refused_view(o, gml_ensemble_create(members, 2, &made));
}

static void ensemble_size(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_ensemble_size(NULL), 5);
}

static void ensemble_fit(const objects *o)
{
    const gml_recipe recipe = {.fit = {.epochs = 1}};
    gml_network *made = NULL;
    refused(gml_ensemble_fit(&recipe, NULL, NULL, NULL, &made, NULL));
    refused_as(o, "network", gml_ensemble_fit(&recipe, o->dataset, NULL, NULL, NULL, NULL));
    assert_ok(o->context, gml_ensemble_fit(NULL, o->dataset, NULL, NULL, &made, NULL));
    gml_network_destroy(made);
}

static void network_predict_dataset(const objects *o)
{
    refused_as(o, "network", gml_network_predict_dataset(NULL, o->dataset, o->y));
    refused_as(o, "dataset", gml_network_predict_dataset(o->network, NULL, o->y));
    refused_view(o, gml_network_predict_dataset(o->network, o->dataset, gml_matrix_f32(NULL, ROWS, OUTPUTS)));
}

static void network_members(const objects *o)
{
    ck_assert_uint_eq(gml_network_members(NULL), 0);
    ck_assert_uint_eq(gml_network_members(o->network), 0);
}

static void network_member(const objects *o)
{
    ck_assert_ptr_null(gml_network_member(NULL, 0));
    ck_assert_ptr_null(gml_network_member(o->network, 0));
}

const null_case null_cases_ensemble[] = {
    {"ensemble_create", ensemble_create},
    {"ensemble_size", ensemble_size},
    {"ensemble_fit", ensemble_fit},
    {"network_predict_dataset", network_predict_dataset},
    {"network_members", network_members},
    {"network_member", network_member},
    {NULL, NULL},
};
