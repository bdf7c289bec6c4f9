/* tests/network/samples.c - which samples of a dataset a network can answer (network/samples.c, data/range.c). */
#include <float.h>
#include <math.h>

#include "csv_case.h"
#include "gemmule/gemmule.h"

enum { ROWS = 2500, INPUTS = 3 }; /* more rows than are looked at in one piece */

static double wide[ROWS * INPUTS];
static float narrow[ROWS * INPUTS];
static uint8_t bytes[ROWS * INPUTS];

static void fill(void)
{
    for (size_t i = 0; i < ROWS * INPUTS; i++) {
        bytes[i] = (uint8_t)(i * 37 % 251);
        wide[i] = narrow[i] = (float)bytes[i] / 16;
    }
}

static gml_network *network_of(gml_dtype dtype)
{
    gml_network *network = NULL;
    assert_ok(context,
              gml_network_create(context, "3 -> 4 tanh -> 2", &(gml_network_options){.dtype = dtype}, &network));
    return network;
}

static gml_dataset *dataset_of(gml_matrix x)
{
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, x, gml_matrix_none(), GML_TASK_AUTO, &dataset));
    return dataset;
}

/* The first sample from `first` on that is refused; ROWS if none is. */
static size_t first_refused(const gml_network *network, const gml_dataset *dataset, size_t first)
{
    size_t sample = ROWS;
    gml_status status = gml_network_check_samples(network, dataset, first, ROWS - first, gml_matrix_none(), &sample);
    ck_assert((status == GML_ERROR_DATA && sample < ROWS) || (status == GML_OK && sample == ROWS));
    return sample;
}

TEST(inputs_that_are_not_finite_are_found_wherever_they_are)
{
    const size_t places[] = {0, 1, 1023, 1024, ROWS - 1};
    const double values[] = {NAN, -NAN, INFINITY, -INFINITY};
    for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = network_of(dtype);
        fill();
        gml_dataset *sets[] = {dataset_of(gml_matrix_f64(wide, ROWS, INPUTS)),
                               dataset_of(gml_matrix_f32(narrow, ROWS, INPUTS)),
                               dataset_of(gml_matrix_u8(bytes, ROWS, INPUTS))};
        for (size_t s = 0; s < 3; s++) {
            ck_assert_uint_eq(first_refused(network, sets[s], 0), ROWS);
        }
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            wide[places[i] * INPUTS + i % INPUTS] = narrow[places[i] * INPUTS + i % INPUTS] = (float)values[i % 4];
        }
        for (size_t s = 0; s < 2; s++) {
            size_t from = 0;
            for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
                ck_assert_uint_eq(first_refused(network, sets[s], from), places[i]);
                from = places[i] + 1;
            }
            assert_refused(context, gml_network_check_samples(network, sets[s], 1, 5, gml_matrix_none(), NULL),
                           GML_ERROR_DATA, "row 2: input 2 is not a number", NULL);
        }
        for (size_t s = 0; s < 3; s++) {
            gml_dataset_destroy(sets[s]);
        }
        gml_network_destroy(network);
    }
}

TEST(inputs_are_looked_at_as_the_first_layer_reads_them)
{
    enum { NOT_SET = -1 }; /* a scaling that f32 cannot hold */
    static const struct {
        double value, shift, scale;
        int fits_f32, fits_f64;
    } cases[] = {
        {1e38, 0, 1, 1, 1},     {1e39, 0, 1, 0, 1},    {-1e39, 0, 1e-3, 0, 1},         {1e38, 0, 10, 0, 1},
        {3e38, -3e38, 1, 0, 1}, {1e308, 0, 100, 0, 0}, {1e308, -1e308, 1, NOT_SET, 0}, {FLT_MAX, 0, 1, 1, 1},
        {1e30, 0, 0, 1, 1},     {5e-324, 0, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
            int fits = dtype == GML_F32 ? cases[i].fits_f32 : cases[i].fits_f64;
            if (fits == NOT_SET) {
                continue;
            }
            gml_network *network = network_of(dtype);
            fill();
            wide[7 * INPUTS + 2] = cases[i].value;
            assert_ok(context, gml_network_set_input_scaling(network, (double[]){0, 0, cases[i].shift},
                                                             (double[]){1, 1, cases[i].scale}));
            gml_dataset *data = dataset_of(gml_matrix_f64(wide, ROWS, INPUTS));
            ck_assert_msg(first_refused(network, data, 0) == (fits ? (size_t)ROWS : 7), "case %zu in %s", i,
                          gml_dtype_name(dtype));
            if (!fits) {
                ck_assert_ptr_nonnull(strstr(gml_context_message(context), "row 8: input 3 is "));
                ck_assert_ptr_nonnull(strstr(gml_context_message(context), "too large for a network in f"));
            }
            gml_dataset_destroy(data);
            gml_network_destroy(network);
        }
    }
}

TEST(a_sample_of_a_file_is_named_by_its_line_and_column)
{
    static const char *const names[] = {"p", "q"};
    gml_dataset_options options = {
        .features = 2, .feature_names = names, .targets = GML_CHOICE_NO, .bad_inputs = 1, .target = "t"};
    gml_dataset *data = open_text("q,t,p\n1,x,2\n\n3,y,1e39\nword,z,1\n,,1\n1e999,y,inf\n", &options);
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
    const char *const says[] = {"table.csv: line 4: input 1 (\"p\") is 1e+39, too large for a network in f32",
                                "table.csv: line 5: input 2 (\"q\") is not a number",
                                "table.csv: line 6: input 2 (\"q\") is not a number",
                                "table.csv: line 7: input 1 (\"p\") is not a number"};
    for (size_t i = 0; i < 4; i++) {
        size_t sample = 0;
        assert_refused(context, gml_network_check_samples(network, data, i + 1, 4 - i, gml_matrix_none(), &sample),
                       GML_ERROR_DATA, says[i], NULL);
        ck_assert_uint_eq(sample, i + 1);
    }
    assert_ok(context, gml_network_check_samples(network, data, 0, 1, gml_matrix_none(), NULL));
    gml_dataset_destroy(data);
    options.bad_inputs = 0;
    assert_refused(context, open_bad_text("q,p\n1,2\nword,1\n", &options), GML_ERROR_DATA, "\"word\"", NULL);
    gml_network_destroy(network);
}

TEST(answers_are_looked_at_too)
{
    fill();
    gml_network *network = network_of(GML_F32);
    gml_dataset *data = dataset_of(gml_matrix_f64(wide, ROWS, INPUTS));
    double y[4 * 2] = {1, 2, 3, 4, 5, 6, 7, 8};
    float z[4 * 2] = {1, 2, 3, 4, 5, 6, 7, 8};
    size_t sample = 0;
    assert_ok(context, gml_network_check_samples(network, data, 10, 4, gml_matrix_f64(y, 4, 2), &sample));
    assert_ok(context, gml_network_check_samples(network, data, 10, 4, gml_matrix_f32(z, 4, 2), &sample));
    y[5] = -NAN;
    z[7] = INFINITY;
    assert_refused(context, gml_network_check_samples(network, data, 10, 4, gml_matrix_f64(y, 4, 2), &sample),
                   GML_ERROR_DATA, "row 13: number 2 of the prediction is nan", NULL);
    ck_assert_uint_eq(sample, 12);
    assert_refused(context, gml_network_check_samples(network, data, 10, 4, gml_matrix_f32(z, 4, 2), &sample),
                   GML_ERROR_DATA, "row 14: number 2 of the prediction is inf", NULL);
    wide[11 * INPUTS] = NAN; /* the earlier of the two */
    assert_refused(context, gml_network_check_samples(network, data, 10, 4, gml_matrix_f64(y, 4, 2), &sample),
                   GML_ERROR_DATA, "row 12: input 1 is not a number", NULL);
    ck_assert_uint_eq(sample, 11);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

TEST(calls_that_make_no_sense_are_refused)
{
    fill();
    gml_network *network = network_of(GML_F32);
    gml_dataset *data = dataset_of(gml_matrix_f64(wide, ROWS, INPUTS)),
                *other = dataset_of(gml_matrix_f64(wide, ROWS, INPUTS - 1));
    double y[2 * 2] = {0};
    gml_matrix none = gml_matrix_none();
    assert_ok(context, gml_network_check_samples(network, data, ROWS, 0, none, NULL));
    assert_refused(context, gml_network_check_samples(network, data, ROWS - 1, 2, none, NULL), GML_ERROR_ARGUMENT,
                   "2500", NULL);
    assert_refused(context, gml_network_check_samples(network, data, 1, SIZE_MAX, none, NULL), GML_ERROR_ARGUMENT,
                   NULL);
    assert_refused(context, gml_network_check_samples(network, other, 0, 1, none, NULL), GML_ERROR_SHAPE, "2 inputs",
                   "takes 3", NULL);
    assert_refused(context, gml_network_check_samples(network, data, 0, 3, gml_matrix_f64(y, 2, 2), NULL),
                   GML_ERROR_SHAPE, NULL);
    assert_refused(context, gml_network_check_samples(network, data, 0, 2, gml_matrix_u8(bytes, 2, 2), NULL),
                   GML_ERROR_ARGUMENT, "u8", NULL);
    gml_dataset_destroy(data);
    gml_dataset_destroy(other);
    gml_network_destroy(network);
}

TEST(measuring_refuses_what_it_cannot_read)
{
    fill();
    float y[ROWS] = {0};
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    gml_metrics metrics;
    assert_ok(context, gml_network_create(context, "3 -> 4 tanh -> 1", NULL, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(narrow, ROWS, INPUTS),
                                                 gml_matrix_f32(y, ROWS, 1), GML_TASK_REGRESSION, &data));
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    narrow[1500 * INPUTS + 1] = INFINITY; /* which tanh makes finite */
    assert_refused(context, gml_evaluate(network, data, NULL, &metrics), GML_ERROR_DATA, "row 1501: input 2 is inf",
                   NULL);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

int main(void)
{
    return run_file_tests("samples", 60);
}
