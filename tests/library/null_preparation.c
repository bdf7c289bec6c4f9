/* tests/library/null_preparation.c - null pointers: columns and preparations. */
#include "null_case.h"

static gml_preparation *fitted(const objects *o)
{
    gml_preparation *preparation = NULL;
    assert_ok(o->context, gml_preparation_fit(o->context, o->dataset, NULL, &preparation));
    return preparation;
}

static void dataset_column(const objects *o)
{
    gml_column column;
    refused(gml_dataset_column(NULL, 0, &column));
    refused_as(o, "column", gml_dataset_column(o->dataset, 0, NULL));
}

static void preparation_fit(const objects *o)
{
    gml_preparation *preparation = NULL;
    refused(gml_preparation_fit(NULL, o->dataset, NULL, &preparation));
    refused_as(o, "dataset", gml_preparation_fit(o->context, NULL, NULL, &preparation));
    refused_as(o, "preparation", gml_preparation_fit(o->context, o->dataset, NULL, NULL));
}

static void preparation_apply(const objects *o)
{
    gml_preparation *preparation = fitted(o);
    refused(gml_preparation_apply(NULL, o->x, o->x));
    refused_view(o, gml_preparation_apply(preparation, o->none, o->x));
    refused_view(o, gml_preparation_apply(preparation, o->x, o->none));
    refused_view(o, gml_preparation_apply(preparation, o->x, o->wild));
    gml_preparation_destroy(preparation);
}

static void preparation_slopes(const objects *o)
{
    gml_preparation *preparation = fitted(o);
    refused(gml_preparation_slopes(NULL, o->x, o->x));
    refused_view(o, gml_preparation_slopes(preparation, o->none, o->x));
    refused_view(o, gml_preparation_slopes(preparation, o->x, o->none));
    gml_preparation_destroy(preparation);
}

static void preparation_input(const objects *o)
{
    gml_prepared_input input;
    gml_preparation *preparation = fitted(o);
    refused(gml_preparation_input(NULL, 0, &input));
    refused(gml_preparation_input(preparation, 0, NULL));
    gml_preparation_destroy(preparation);
}

static void preparation_destroy(const objects *o)
{
    (void)o;
    gml_preparation_destroy(NULL);
}

static void preparation_columns(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_preparation_columns(NULL), 0);
}

static void preparation_inputs(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_preparation_inputs(NULL), 0);
}

static void preparation_layout_of(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_preparation_layout_of(NULL).numbers, 0);
}

static void preparation_description(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_preparation_description(NULL));
}

static void network_set_preparation(const objects *o)
{
    (void)o;
    refused(gml_network_set_preparation(NULL, NULL));
}

static void network_preparation(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_preparation(NULL));
}

static void network_columns(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_network_columns(NULL), 0);
}

static void transform_entry(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_transform_entry(SIZE_MAX));
}

/* ---- the table ---- */

const null_case null_cases_preparation[] = {
    {"dataset_column", dataset_column},
    {"preparation_fit", preparation_fit},
    {"preparation_apply", preparation_apply},
    {"preparation_slopes", preparation_slopes},
    {"preparation_input", preparation_input},
    {"preparation_destroy", preparation_destroy},
    {"preparation_columns", preparation_columns},
    {"preparation_inputs", preparation_inputs},
    {"preparation_layout_of", preparation_layout_of},
    {"preparation_description", preparation_description},
    {"network_set_preparation", network_set_preparation},
    {"network_preparation", network_preparation},
    {"network_columns", network_columns},
    {"transform_entry", transform_entry},
    {NULL, NULL},
};
