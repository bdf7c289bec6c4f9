/* tests/layer/bins.c - piecewise-linear embeddings of numbers: their edges, and their slopes at these. */
#include "kinds_case.h"

TEST(bins_are_quantiles_of_data_and_a_nearly_constant_column_has_none)
{
    enum { N = 101, BINS = 4 };
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = NULL, *again = NULL;
        const gml_network_options options = {.dtype = (gml_dtype)dtype};
        assert_ok(context,
                  gml_network_create(context, "5 -> scale -> ple(numbers=4, bins=4) -> 1", &options, &network));
        double x[N * 5];
        for (size_t i = 0; i < N; i++) {
            x[5 * i] = (double)(i * 37 % N) / 100;                /* all quantiles differ */
            x[5 * i + 1] = 3 + 1e-7 * (double)(i % 2);            /* nearly constant */
            x[5 * i + 2] = i < 80 ? 1 : 2;                        /* most are equal */
            x[5 * i + 3] = i == 7 ? NAN : i == 9 ? INFINITY : -1; /* no finite value but one */
            x[5 * i + 4] = 0;
        }
        assert_ok(context, gml_network_initialize_to_data(network, gml_matrix_f64(x, N, 5), NULL, 0));
        gml_network_initialize(network, 3); /* keeps what is from data */
        assert_ok(context, gml_network_copy(network, GML_F64, &again));
        const gml_block edges = block_named(context, again, "layers.1.edges");
        static const double expected[4 * (BINS + 1)] = {0, 0.25, 0.5, 0.75, 1, 0, 0, 0, 0, 0,
                                                        1, 2,    2,   2,    2, 0, 0, 0, 0, 0};
        ck_assert_int_eq(edges.role, GML_ROLE_STATISTIC);
        for (size_t i = 0; i < 4 * (BINS + 1); i++) {
            ck_assert_double_eq_tol(((const double *)edges.values.data)[i], expected[i], 1e-6);
        }
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
    gml_context_destroy(context);
}

TEST(bins_are_kept_in_training_and_predictions_beyond_them_stay_moderate)
{
    enum { N = 64 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "1 -> ple(numbers=1, bins=8) -> 8 tanh -> 1", GML_F64, 4);
    double x[N], y[N], far[] = {-1e3, 1e3, 0.5}, out[3], kept[9];
    for (size_t i = 0; i < N; i++) {
        x[i] = (double)i / N;
        y[i] = sin(9 * x[i]);
    }
    assert_ok(context, gml_network_initialize_to_data(network, gml_matrix_f64(x, N, 1), NULL, 0));
    const gml_block edges = block_named(context, network, "layers.0.edges");
    memcpy(kept, edges.values.data, sizeof kept);
    gml_trainer *trainer = NULL;
    double first = 0, last = 0;
    assert_ok(context,
              gml_trainer_create(network, &(gml_train_options){.optimizer = "adamw(lr=0.02)", .batch = N}, &trainer));
    for (int i = 0; i < 400; i++) {
        assert_ok(context,
                  gml_trainer_step(trainer, gml_matrix_f64(x, N, 1), gml_matrix_f64(y, N, 1), i == 0 ? &first : &last));
    }
    ck_assert_double_lt(last, 0.02 * first);
    ck_assert_mem_eq(kept, edges.values.data, sizeof kept);
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(far, 3, 1), gml_matrix_f64(out, 3, 1)));
    ck_assert(fabs(out[0]) < 20 && fabs(out[1]) < 20);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(edges_ascend_as_numbers_of_the_networks_type)
{
    enum { N = 1000, BINS = 48 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "1 -> ple(numbers=1) -> 1", GML_F32, 4);
    double x[N];
    for (size_t i = 0; i < N; i++) {
        x[i] = 1.7e9 + 3.6 * (double)i; /* seconds of an hour, of which a float tells 29 apart */
    }
    assert_ok(context, gml_network_initialize_to_data(network, gml_matrix_f64(x, N, 1), NULL, 0));
    const float *edges = block_named(context, network, "layers.0.edges").values.data;
    size_t bins = 0;
    while (bins < BINS && edges[bins + 1] > edges[bins]) {
        bins++;
    }
    ck_assert_uint_eq(bins, 28);
    ck_assert_float_eq(edges[bins], (float)x[N - 1]);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(the_slope_at_an_edge_is_that_of_the_bin_above_it)
{
    static const double data[] = {0, 1, 3}, x[] = {-1, 0, 0.5, 1, 2, 3, 4}, slopes[] = {10, 10, 10, 15, 15, 15, 15};
    enum { N = sizeof x / sizeof *x };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "1 -> ple(numbers=1, bins=2, size=1)", GML_F64, 4);
    double found[N];
    assert_ok(context, gml_network_initialize_to_data(network, gml_matrix_f64(data, 3, 1), NULL, 0));
    *(double *)block_named(context, network, "layers.0.scale").values.data = 0;
    double *table = block_named(context, network, "layers.0.table").values.data;
    table[0] = 10, table[1] = 30; /* over widths of 1 and 2 */
    assert_ok(context, gml_network_jacobian(network, gml_matrix_f64(x, N, 1), gml_matrix_f64(found, N, 1)));
    for (size_t i = 0; i < N; i++) {
        ck_assert_double_eq(found[i], slopes[i]);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("bins", 60);
}
