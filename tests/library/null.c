/* tests/library/null.c - null pointers: every function that the shared library exports refuses them and does not crash.
 *
 * Each exported function has one case, in one of null_*.c; scripts/exported_cases.py
 * compares them with the symbols of the shared library. */
#include "null_case.h"

static float inputs[ROWS * INPUTS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5f};
static float outputs[ROWS * OUTPUTS] = {1, 2, 3, 4, 5, 6, 7, 8.5f};
static const char *name_under_test;

static objects set_up(void)
{
    objects made = {.context = test_context()};
    made.x = gml_matrix_f32(inputs, ROWS, INPUTS);
    made.y = gml_matrix_f32(outputs, ROWS, OUTPUTS);
    made.none = gml_matrix_none();
    made.wild = gml_matrix_view(NULL, (gml_dtype)77, ROWS, INPUTS);
    assert_ok(made.context, gml_network_create(made.context, "3 -> 4 tanh -> 2", NULL, &made.network));
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, made.x, made.y, GML_TASK_REGRESSION, &made.dataset));
    assert_ok(made.context, gml_trainer_create(made.network, NULL, &made.trainer));
    assert_ok(made.context, gml_pass_create(made.network, ROWS, &made.pass));
    return made;
}

static void tear_down(objects *o)
{
    gml_pass_destroy(o->pass);
    gml_trainer_destroy(o->trainer);
    gml_dataset_destroy(o->dataset);
    gml_network_destroy(o->network);
    gml_context_destroy(o->context);
}

void refused(gml_status status)
{
    ck_assert_msg(status == GML_ERROR_ARGUMENT, "%s: expected argument, got %s", name_under_test,
                  gml_status_name(status));
}

void refused_as(const objects *o, const char *what, gml_status status)
{
    char quoted[64];
    snprintf(quoted, sizeof quoted, "`%s`", what);
    assert_refused(o->context, status, GML_ERROR_ARGUMENT, name_under_test, quoted, NULL);
}

void refused_view(const objects *o, gml_status status)
{
    assert_refused(o->context, status, GML_ERROR_ARGUMENT, NULL);
}

/* ---- the cases ---- */

static const null_case *const tables[] = {null_cases_texts,   null_cases_data,     null_cases_network,
                                          null_cases_pass,    null_cases_training, null_cases_tune,
                                          null_cases_measure, null_cases_effects,  null_cases_preparation,
                                          null_cases_table,   null_cases_ensemble};
enum { TABLES = sizeof tables / sizeof tables[0] };

/* The case at an index over all tables; null past the last. */
static const null_case *case_at(size_t index)
{
    for (size_t i = 0; i < TABLES; i++) {
        for (const null_case *row = tables[i]; row->name != NULL; row++) {
            if (index-- == 0) {
                return row;
            }
        }
    }
    return NULL;
}

START_TEST(null_pointers_are_refused_and_the_sentence_names_them)
{
    const null_case *row = case_at((size_t)_i);
    char name[64];
    snprintf(name, sizeof name, "gml_%s", row->name);
    name_under_test = name;
    objects o = set_up();
    row->run(&o);
    tear_down(&o);
}
END_TEST

/* A size that overflows, and rows that overlap, are refused before memory is touched. */
TEST(views_that_cannot_lie_in_memory_are_refused)
{
    objects o = set_up();
    gml_matrix wide = o.x, narrow = o.x, tall = o.x;
    wide.stride = SIZE_MAX / 2;
    narrow.stride = INPUTS - 1;
    tall.rows = SIZE_MAX / 4;
    const gml_matrix bad[] = {wide, narrow, tall};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        gml_dataset *made = NULL;
        gml_check_block blocks[8];
        size_t count;
        gml_matrix y = gml_matrix_f32(outputs, bad[i].rows, OUTPUTS);
        assert_refused(o.context, gml_network_predict(o.network, bad[i], y), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_network_scale_to_data(o.network, bad[i]), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_pass_forward(o.pass, bad[i], y), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_trainer_step(o.trainer, bad[i], y, NULL), GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_activation_apply(o.context, "relu", bad[i], bad[i], o.none), GML_ERROR_SHAPE,
                       NULL);
        assert_refused(o.context, gml_dataset_from_matrices(o.context, bad[i], o.none, GML_TASK_AUTO, &made),
                       GML_ERROR_SHAPE, NULL);
        assert_refused(o.context, gml_dataset_gather(o.dataset, NULL, bad[i].rows, bad[i], o.none), GML_ERROR_SHAPE,
                       NULL);
        assert_refused(o.context, gml_gradient_check(o.network, bad[i], y, NULL, 1, blocks, 8, &count), GML_ERROR_SHAPE,
                       NULL);
    }
    tear_down(&o);
}

/* `--list` writes the names of the functions that have a case. */
int main(int count, char **arguments)
{
    int cases = 0;
    while (case_at((size_t)cases) != NULL) {
        cases++;
    }
    if (count > 1 && strcmp(arguments[1], "--list") == 0) {
        for (size_t i = 0; case_at(i) != NULL; i++) {
            printf("gml_%s\n", case_at(i)->name);
        }
        return EXIT_SUCCESS;
    }
    know_test(null_pointers_are_refused_and_the_sentence_names_them, cases);
    return run_tests("null", 60);
}
