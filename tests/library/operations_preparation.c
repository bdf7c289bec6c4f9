/* tests/library/operations_preparation.c - columns of several kinds and their preparation. */
#include <string.h>

#include "harness.h"
#include "operations.h"

static const char *const levels[] = {"low", "middle", "high"};
static const gml_column columns[INPUTS] = {{.kind = GML_COLUMN_NUMBER},
                                           {GML_COLUMN_CATEGORY, levels, 3},
                                           {.kind = GML_COLUMN_DATE},
                                           {.kind = GML_COLUMN_NUMBER}};

/* The samples of the other rows, with codes in the second column. */
static gml_dataset_parts parts_of(double x[SAMPLES * INPUTS])
{
    memcpy(x, sample_inputs().data, SAMPLES * INPUTS * sizeof *x);
    for (size_t i = 0; i < SAMPLES; i++) {
        x[i * INPUTS + 1] = (double)(i % 4);
    }
    return (gml_dataset_parts){.inputs = gml_matrix_f64(x, SAMPLES, INPUTS), .columns = columns};
}

static void create(stage *s)
{
    double x[SAMPLES * INPUTS];
    const gml_dataset_parts parts = parts_of(x);
    gml_dataset *data = NULL;
    ATTEMPT(s, NULL, gml_dataset_create(s->context, &parts, &data));
    note_dataset(s, data);
    gml_dataset_destroy(data);
}

static void column(stage *s)
{
    double x[SAMPLES * INPUTS];
    const gml_dataset_parts parts = parts_of(x);
    gml_dataset *data = NULL;
    gml_column view = {0};
    assert_ok(s->context, gml_dataset_create(s->context, &parts, &data));
    ATTEMPT(s, NULL, gml_dataset_column(data, 1, &view));
    note_bytes(s, view.levels[2], strlen(view.levels[2]));
    gml_dataset_destroy(data);
}

static gml_dataset *make_mixed(stage *s, double x[SAMPLES * INPUTS])
{
    const gml_dataset_parts parts = parts_of(x);
    gml_dataset *data = NULL;
    assert_ok(s->context, gml_dataset_create(s->context, &parts, &data));
    return data;
}

static void fit(stage *s)
{
    double x[SAMPLES * INPUTS], y[SAMPLES * 64];
    gml_dataset *data = make_mixed(s, x);
    gml_preparation *made = NULL;
    ATTEMPT(s, NULL, gml_preparation_fit(s->context, data, s->variant, &made));
    const size_t inputs = gml_preparation_inputs(made);
    assert_ok(s->context,
              gml_preparation_apply(made, gml_matrix_f64(x, SAMPLES, INPUTS), gml_matrix_f64(y, SAMPLES, inputs)));
    note_bytes(s, y, SAMPLES * inputs * sizeof *y);
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
}

typedef gml_status using(const gml_preparation *preparation, gml_matrix columns, gml_matrix inputs);

static void use(stage *s, using *call)
{
    double x[SAMPLES * INPUTS], y[SAMPLES * 64];
    gml_dataset *data = make_mixed(s, x);
    gml_preparation *made = NULL;
    assert_ok(s->context, gml_preparation_fit(s->context, data, NULL, &made));
    const size_t inputs = gml_preparation_inputs(made);
    ATTEMPT(s, NULL, call(made, gml_matrix_f64(x, SAMPLES, INPUTS), gml_matrix_f64(y, SAMPLES, inputs)));
    note_bytes(s, y, SAMPLES * inputs * sizeof *y);
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
}

static void apply(stage *s)
{
    use(s, gml_preparation_apply);
}

static void slopes(stage *s)
{
    use(s, gml_preparation_slopes);
}

static void input(stage *s)
{
    double x[SAMPLES * INPUTS];
    gml_dataset *data = make_mixed(s, x);
    gml_preparation *made = NULL;
    gml_prepared_input view;
    memset(&view, 0, sizeof view);
    assert_ok(s->context, gml_preparation_fit(s->context, data, NULL, &made));
    ATTEMPT(s, NULL, gml_preparation_input(made, 3, &view));
    note_bytes(s, &view, sizeof view);
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
}

const operation preparation_operations[] = {
    {"gml_dataset_create", "columns", create},
    {"gml_dataset_column", NULL, column},
    {"gml_preparation_fit", NULL, fit},
    {"gml_preparation_fit", "category -> one_hot(levels=2); number -> quantile(quantiles=3); 4 -> impute -> robust",
     fit},
    {"gml_preparation_apply", NULL, apply},
    {"gml_preparation_slopes", NULL, slopes},
    {"gml_preparation_input", NULL, input},
    {NULL},
};
