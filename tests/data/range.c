/* tests/data/range.c - values that a network's numbers cannot hold: an error of their line and column (data/range.c,
 * kernel/data/statistics.c).
 */
#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"

enum { ROWS = 60 };

static const char *const networks[] = {"2 -> 4 tanh -> 1", "2 -> 1"};

/* A CSV of a, b and y, in which the cell (row, column) is `cell`; row 0 is line 3, after the header and an empty line.
 */
static gml_dataset *open_table(size_t row, size_t column, const char *cell)
{
    static char text[ROWS * 64];
    size_t used = (size_t)sprintf(text, "a,b,y\n\n");
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < 3; j++) {
            char number[32];
            sprintf(number, "%g", (double)(i * (j + 1) % 7) + 0.5);
            used += (size_t)sprintf(text + used, "%s%c", i == row && j == column ? cell : number, j < 2 ? ',' : '\n');
        }
    }
    return open_text(text, &(gml_dataset_options){.missing_targets = 1});
}

static gml_network *network_of(const char *description, gml_dtype dtype)
{
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, description, &(gml_network_options){.dtype = dtype}, &network));
    return network;
}

TEST(what_f32_cannot_hold_is_refused_by_adapting_fitting_and_measuring)
{
    static const struct {
        size_t row, column;
        const char *cell, *says;
    } cases[] = {
        {0, 0, "1e300", "table.csv: line 3: input 1 (\"a\") is 1e+300, too large for a network in f32"},
        {59, 1, "-3.5e38", "table.csv: line 62: input 2 (\"b\") is -3.5e+38, too large"},
        {30, 2, "1e39", "table.csv: line 33: target 1 (\"y\") is 1e+39, too large"},
    };
    const gml_train_options options = {.epochs = 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *bad = open_table(cases[i].row, cases[i].column, cases[i].cell);
        gml_dataset *good = open_table(0, 0, "2.5");
        for (size_t n = 0; n < 2; n++) {
            gml_network *network = network_of(networks[n], GML_F32);
            gml_metrics metrics;
            for (int kind = GML_SCALING_AUTO; kind <= GML_SCALING_STANDARD; kind++) {
                assert_refused(context, gml_network_adapt(network, bad, (gml_scaling_kind)kind), GML_ERROR_DATA,
                               cases[i].says, NULL);
            }
            assert_refused(context, gml_fit(network, bad, NULL, &options, NULL, NULL), GML_ERROR_DATA, cases[i].says,
                           NULL);
            assert_refused(context, gml_fit(network, good, bad, &options, NULL, NULL), GML_ERROR_DATA, cases[i].says,
                           NULL);
            assert_refused(context, gml_evaluate(network, bad, NULL, &metrics), GML_ERROR_DATA, cases[i].says, NULL);
            gml_network_destroy(network);
        }
        gml_dataset_destroy(good);
        gml_dataset_destroy(bad);
    }
}

TEST(a_value_whose_column_has_no_finite_variance_is_refused_in_f64_as_well)
{
    for (size_t column = 0; column < 3; column++) {
        gml_dataset *dataset = open_table(17, column, "1e300");
        gml_network *network = network_of(networks[1], GML_F64);
        assert_refused(context, gml_network_adapt(network, dataset, GML_SCALING_STANDARD), GML_ERROR_DATA,
                       column < 2 ? "line 20: input" : "line 20: target 1 (\"y\")", "1e+300",
                       "too large for the variance of its column", NULL);
        assert_ok(context, gml_network_adapt(network, dataset, GML_SCALING_NONE));
        gml_network_destroy(network);
        gml_dataset_destroy(dataset);
    }
}

TEST(the_greatest_float_and_missing_targets_pass)
{
    static const struct {
        size_t column;
        const char *cell;
    } cases[] = {{0, "3.4028234663852886e38"}, {1, "-3e38"}, {2, "nan"}, {2, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = open_table(7, cases[i].column, cases[i].cell);
        gml_network *network = network_of(networks[0], GML_F32);
        assert_ok(context, gml_network_adapt(network, dataset, GML_SCALING_STANDARD));
        assert_ok(context, gml_fit(network, dataset, NULL, &(gml_train_options){.epochs = 1}, NULL, NULL));
        gml_network_destroy(network);
        gml_dataset_destroy(dataset);
    }
}

/* Rows and columns are looked through in pieces: none is left out, and a part of a dataset names rows of the whole. */
TEST(every_entry_of_wide_and_long_data_is_looked_at)
{
    enum { N = 37, WIDE = 1100 };
    double *x = calloc((size_t)N * WIDE, sizeof *x), y[N] = {0};
    gml_network *network = network_of("1100 -> 1", GML_F32);
    gml_dataset *dataset = NULL, *first = NULL, *second = NULL;
    static const size_t places[][2] = {{0, 0}, {0, 511}, {3, 512}, {4, 1023}, {5, 1024}, {36, 1099}, {36, 0}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        double *entry = &x[places[i][0] * WIDE + places[i][1]];
        char says[80];
        sprintf(says, "row %zu: input %zu is 1e+300", places[i][0] + 1, places[i][1] + 1);
        *entry = 1e300;
        assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, N, WIDE), gml_matrix_f64(y, N, 1),
                                                     GML_TASK_REGRESSION, &dataset));
        assert_ok(context, gml_dataset_split(dataset, 0.5, 1, &first, &second));
        assert_refused(context, gml_fit(network, dataset, NULL, NULL, NULL, NULL), GML_ERROR_DATA, says, NULL);
        gml_status statuses[2];
        gml_dataset *parts[] = {first, second};
        for (size_t p = 0; p < 2; p++) {
            statuses[p] = gml_network_adapt(network, parts[p], GML_SCALING_AUTO);
            if (statuses[p] != GML_OK) {
                assert_refused(context, statuses[p], GML_ERROR_DATA, says, NULL);
            }
        }
        ck_assert((statuses[0] == GML_OK) != (statuses[1] == GML_OK));
        gml_dataset_destroy(second);
        gml_dataset_destroy(first);
        gml_dataset_destroy(dataset);
        *entry = 0;
    }
    gml_network_destroy(network);
    free(x);
}

int main(void)
{
    return run_file_tests("data_range", 60);
}
