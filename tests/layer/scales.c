/* tests/layer/scales.c - what scales begin with. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds_case.h"

static const double *first_block(gml_context *context, const gml_network *network)
{
    gml_block block;
    assert_ok(context, gml_network_block(network, 0, &block));
    ck_assert_int_eq(block.role, GML_ROLE_SCALE);
    return block.values.data;
}

TEST(a_scale_begins_as_the_identity)
{
    gml_context *context = test_context();
    const char *const descriptions[] = {"6 -> scale", "6 -> affine"};
    double *x = random_doubles(ROWS * 6, 3);
    for (size_t i = 0; i < 2; i++) {
        gml_network *network = new_network(context, descriptions[i], GML_F64, 4);
        double *y = predict(context, network, x, ROWS);
        ck_assert_int_eq(memcmp(x, y, ROWS * 6 * sizeof *x), 0);
        free(y);
        gml_network_destroy(network);
    }
    free(x);
    gml_context_destroy(context);
}

TEST(scales_are_drawn_normal_or_as_signs_once_for_each_group)
{
    enum { COLS = 10000, GROUP = 4 };
    gml_context *context = test_context();
    const char *const descriptions[] = {"10000 -> scale(group=4, std=2)", "10000 -> affine(group=4, signs=yes)"};
    for (int signs = 0; signs < 2; signs++) {
        gml_network *network = new_network(context, descriptions[signs], GML_F64, 4);
        const double *scale = first_block(context, network);
        double sum = 0, square = 0;
        for (size_t i = 0; i < COLS; i++) {
            ck_assert_double_eq(scale[i], scale[i / GROUP * GROUP]);
            ck_assert(signs == 0 || fabs(scale[i]) == 1);
            sum += scale[i];
            square += scale[i] * scale[i];
        }
        double deviation = signs == 0 ? 2 : 1, error = deviation / sqrt(COLS / GROUP);
        ck_assert_double_eq_tol(sum / COLS, 0, 4 * error);
        ck_assert_double_eq_tol(sqrt(square / COLS), deviation, 4 * error);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(groups_of_columns_end_where_a_member_ends)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> members 2 -> scale(group=4, std=1) -> average", GML_F64, 4);
    const double *scale = first_block(context, network);
    for (size_t i = 0; i < 10; i++) {
        const size_t first = i / 5 * 5 + i % 5 / 4 * 4; /* of the group */
        ck_assert_double_eq(scale[i], scale[first]);
        ck_assert(first == 0 || scale[first] != scale[first - 1]);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_group_that_is_not_a_whole_number_is_refused)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_refused(context, gml_network_create(context, "6 -> 4 -> scale(group=1.5)", NULL, &network), GML_ERROR_SHAPE,
                   "scale", "group must be a whole number", NULL);
    gml_context_destroy(context);
}
