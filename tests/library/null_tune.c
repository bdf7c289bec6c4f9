/* tests/library/null_tune.c - null pointers: recipes, cross-validation and tuning. */
#include "null_case.h"

static void find_rate(const objects *o)
{
    gml_rate_result result;
    refused_as(o, "network", gml_find_rate(NULL, o->dataset, NULL, NULL, NULL, NULL, &result));
    refused_as(o, "train", gml_find_rate(o->network, NULL, NULL, NULL, NULL, NULL, &result));
    refused_as(o, "result", gml_find_rate(o->network, o->dataset, NULL, NULL, NULL, NULL, NULL));
    assert_ok(o->context, gml_find_rate(o->network, o->dataset, NULL, NULL, NULL, NULL, &result));
}

static void recipe_assign(const objects *o)
{
    static gml_assigned_recipe made;
    refused(gml_recipe_assign(NULL, NULL, "lr=1", o->dataset, &made));
    refused_as(o, "assignment", gml_recipe_assign(o->context, NULL, NULL, o->dataset, &made));
    refused_as(o, "dataset", gml_recipe_assign(o->context, NULL, "lr=1", NULL, &made));
    refused_as(o, "assigned", gml_recipe_assign(o->context, NULL, "lr=1", o->dataset, NULL));
    assert_ok(o->context, gml_recipe_assign(o->context, NULL, "lr=1", o->dataset, &made));
}

static void find_recipe(const objects *o)
{
    static gml_search_result result;
    const gml_search_options options = {.space = "lr=0.1; epochs=1", .trials = 1};
    refused(gml_find_recipe(NULL, o->dataset, NULL, NULL, &options, NULL, &result));
    refused_as(o, "data", gml_find_recipe(o->context, NULL, NULL, NULL, &options, NULL, &result));
    refused_as(o, "result", gml_find_recipe(o->context, o->dataset, NULL, NULL, &options, NULL, NULL));
    assert_ok(o->context, gml_find_recipe(o->context, o->dataset, NULL, NULL, &options, NULL, &result));
}

static void search_key_of(const objects *o)
{
    gml_search_key key;
    refused(gml_search_key_of(NULL, o->dataset, NULL, NULL, NULL, &key));
    refused_as(o, "data", gml_search_key_of(o->context, NULL, NULL, NULL, NULL, &key));
    refused_as(o, "key", gml_search_key_of(o->context, o->dataset, NULL, NULL, NULL, NULL));
    assert_ok(o->context, gml_search_key_of(o->context, o->dataset, NULL, NULL, NULL, &key));
}

static void recipe_network(const objects *o)
{
    const gml_recipe recipe = {0};
    gml_network *made = NULL;
    refused(gml_recipe_network(&recipe, NULL, &made));
    refused_as(o, "network", gml_recipe_network(&recipe, o->dataset, NULL));
    ck_assert_ptr_null(made);
}

static void recipe_measure(const objects *o)
{
    const gml_recipe recipe = {0};
    size_t parameters = 0;
    refused(gml_recipe_measure(&recipe, NULL, &parameters));
    refused_as(o, "parameters", gml_recipe_measure(&recipe, o->dataset, NULL));
    assert_ok(o->context, gml_recipe_measure(NULL, o->dataset, &parameters));
}

static void recipe_fit_options(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_recipe_fit_options(NULL, 0).batch, 1);
}

static void cross_validate(const objects *o)
{
    const gml_split_options two = {.folds = 2};
    gml_split *split = NULL;
    gml_cv_result *result = NULL;
    assert_ok(o->context, gml_split_create(o->dataset, &two, &split));
    refused(gml_cross_validate(NULL, NULL, split, NULL, 0, NULL, &result));
    refused_as(o, "result", gml_cross_validate(NULL, o->dataset, split, NULL, 0, NULL, NULL));
    assert_refused(o->context, gml_cross_validate(NULL, o->dataset, split, NULL, 2, NULL, &result), GML_ERROR_ARGUMENT,
                   "2 metrics, but no array", NULL);
    assert_ok(o->context, gml_cross_validate(NULL, o->dataset, split, NULL, 0, NULL, &result));
    gml_cv_destroy(result);
    gml_split_destroy(split);
}

static void cv_destroy(const objects *o)
{
    (void)o;
    gml_cv_destroy(NULL);
}

const null_case null_cases_tune[] = {
    {"find_rate", find_rate},
    {"cross_validate", cross_validate},
    {"cv_destroy", cv_destroy},
    {"recipe_assign", recipe_assign},
    {"find_recipe", find_recipe},
    {"search_key_of", search_key_of},
    {"recipe_network", recipe_network},
    {"recipe_measure", recipe_measure},
    {"recipe_fit_options", recipe_fit_options},
    {NULL, NULL},
};
