/* tests/library/null_pass.c - null pointers for each function of passes and of explanations. */
#include "null_case.h"

static void pass_create(const objects *o)
{
    gml_pass *made = NULL;
    refused(gml_pass_create(NULL, ROWS, &made));
    refused_as(o, "pass", gml_pass_create(o->network, ROWS, NULL));
}

static void pass_destroy(const objects *o)
{
    (void)o;
    gml_pass_destroy(NULL);
}

static void pass_forward(const objects *o)
{
    refused(gml_pass_forward(NULL, o->x, o->y));
    refused_view(o, gml_pass_forward(o->pass, o->wild, o->y));
    refused_view(o, gml_pass_forward(o->pass, o->x, gml_matrix_f32(NULL, ROWS, OUTPUTS)));
}

static void pass_backward(const objects *o)
{
    assert_ok(o->context, gml_pass_forward(o->pass, o->x, o->y));
    refused(gml_pass_backward(NULL, o->y, o->none));
    refused_view(o, gml_pass_backward(o->pass, gml_matrix_f32(NULL, ROWS, OUTPUTS), o->none));
}

static void pass_gradient(const objects *o)
{
    gml_block block;
    refused(gml_pass_gradient(NULL, 0, &block));
    refused_as(o, "gradient", gml_pass_gradient(o->pass, 0, NULL));
}

static void attribution_entry(const objects *o)
{
    (void)o;
    ck_assert_ptr_nonnull(gml_attribution_entry(0));
}

static void attribution_default(const objects *o)
{
    ck_assert_ptr_null(gml_attribution_default(NULL));
    ck_assert_str_eq(gml_attribution_default(o->network), "integrated_gradients");
}

static void attribute(const objects *o)
{
    double values[ROWS * INPUTS];
    const gml_matrix attributions = gml_matrix_f64(values, ROWS, INPUTS);
    refused(gml_attribute(NULL, o->x, NULL, attributions, NULL));
    refused_view(o, gml_attribute(o->network, o->wild, NULL, attributions, NULL));
    refused_view(o, gml_attribute(o->network, o->x, NULL, gml_matrix_f64(NULL, ROWS, INPUTS), NULL));
    assert_ok(o->context, gml_attribute(o->network, o->x, NULL, attributions, NULL));
}

static void network_jacobian(const objects *o)
{
    float values[ROWS * OUTPUTS * INPUTS];
    refused(gml_network_jacobian(NULL, o->x, gml_matrix_f32(values, ROWS * OUTPUTS, INPUTS)));
    refused_view(o, gml_network_jacobian(o->network, o->wild, gml_matrix_f32(values, ROWS * OUTPUTS, INPUTS)));
    refused_view(o, gml_network_jacobian(o->network, o->x, gml_matrix_f32(NULL, ROWS * OUTPUTS, INPUTS)));
}

const null_case null_cases_pass[] = {
    {"pass_create", pass_create},
    {"pass_destroy", pass_destroy},
    {"pass_forward", pass_forward},
    {"pass_backward", pass_backward},
    {"pass_gradient", pass_gradient},
    {"attribution_entry", attribution_entry},
    {"attribution_default", attribution_default},
    {"attribute", attribute},
    {"network_jacobian", network_jacobian},
    {NULL, NULL},
};
