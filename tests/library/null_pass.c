/* tests/library/null_pass.c - null pointers for each function of passes. */
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

const null_case null_cases_pass[] = {
    {"pass_create", pass_create},     {"pass_destroy", pass_destroy},   {"pass_forward", pass_forward},
    {"pass_backward", pass_backward}, {"pass_gradient", pass_gradient}, {NULL, NULL},
};
