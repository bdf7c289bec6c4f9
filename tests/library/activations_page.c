/* tests/library/activations_page.c - the worked example of docs/activations.md, against a training step of the library.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gemmule/gemmule.h"
#include "harness.h"

enum { PARAMETERS = 9 };

/* In the order of the network's blocks: W [2 x 2], b [2], V [2 x 1], c. */
static const char *const names[PARAMETERS] = {"w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c"};

typedef struct table_row {
    double before, gradient, after;
} table_row;

static char *read_page(void)
{
    char path[4096];
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    snprintf(path, sizeof path, "%s/docs/activations.md", root);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is not there", path);
    char *text = calloc(1, 1 << 20);
    ck_assert_uint_gt(fread(text, 1, (1 << 20) - 1, file), 0);
    fclose(file);
    return text;
}

static table_row read_row(const char *page, const char *name)
{
    char start[32];
    table_row row;
    snprintf(start, sizeof start, "\n| %s |", name);
    const char *at = strstr(page, start);
    ck_assert_msg(at != NULL, "the page has no row %s", name);
    ck_assert_int_eq(sscanf(at + strlen(start), "%lf | %lf | %lf |", &row.before, &row.gradient, &row.after), 3);
    return row;
}

/* The number after the first `text` of the page. */
static double number_after(const char *page, const char *text)
{
    const char *at = strstr(page, text);
    ck_assert_msg(at != NULL, "the page has no \"%s\"", text);
    return strtod(at + strlen(text), NULL);
}

static double *parameter(const gml_network *network, size_t index)
{
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block((gml_network *)(uintptr_t)network, b, &block), GML_OK);
        size_t count = block.values.rows * block.values.cols;
        if (index < count) {
            return (double *)block.values.data + index;
        }
        index -= count;
    }
    return NULL;
}

static double step(gml_network *network, double rate)
{
    gml_train_options options = {.optimizer = "sgd", .learning_rate = rate, .loss = "mean_squared_error", .batch = 1};
    gml_trainer *trainer = NULL;
    double x[] = {1, 0.5}, target[] = {1}, loss;
    ck_assert_int_eq(gml_trainer_create(network, &options, &trainer), GML_OK);
    ck_assert_int_eq(gml_trainer_step(trainer, gml_matrix_f64(x, 1, 2), gml_matrix_f64(target, 1, 1), &loss), GML_OK);
    gml_trainer_destroy(trainer);
    return loss;
}

TEST(the_worked_example_is_what_a_training_step_does)
{
    char *page = read_page();
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_network_options options = {.dtype = GML_F64};
    const double rounding = 0.51e-6, rate = number_after(page, "One step with a rate of ");
    assert_ok(context, gml_network_create(context, "2 -> 2 sigmoid -> 1 sigmoid", &options, &network));
    for (size_t i = 0; i < PARAMETERS; i++) {
        *parameter(network, i) = read_row(page, names[i]).before;
    }
    double loss = step(network, rate);
    ck_assert_double_eq_tol(number_after(page, "L  = (y - t)^2            = "), loss, rounding);
    ck_assert_double_eq_tol(number_after(page, "The loss falls from "), loss, rounding);
    for (size_t i = 0; i < PARAMETERS; i++) {
        table_row row = read_row(page, names[i]);
        ck_assert_double_eq_tol(row.after, *parameter(network, i), rounding);
        ck_assert_double_eq_tol(row.gradient, (row.before - *parameter(network, i)) / rate, rounding);
    }
    ck_assert_double_eq_tol(number_after(page, "and the gradient says\n"), read_row(page, "w11").gradient, rounding);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(page);
}

int main(void)
{
    return run_tests("activations_page", 60);
}
