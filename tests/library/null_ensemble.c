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
    {"network_members", network_members},
    {"network_member", network_member},
    {NULL, NULL},
};
