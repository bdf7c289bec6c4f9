/* tests/loss/targets.c - targets outside the domain of a loss are refused by row, column and value. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "loss/loss.h"
#include "loss_case.h"

enum { ROWS = 9, INPUTS = 2, OUTPUTS = 4, BAD_ROW = 6, BAD_COL = 1 };

typedef struct fixture {
    gml_context *context;
    gml_network *network;
    double x[ROWS * INPUTS], y[ROWS * OUTPUTS];
    size_t width; /* targets of a sample */
} fixture;

/* A network in double without activation at its end, and targets that the loss takes. */
static fixture set_up(const gml_loss_row *loss)
{
    fixture f = {.context = test_context()};
    gml_network_options options = {.dtype = GML_F64, .seed = 4};
    assert_ok(f.context, gml_network_create(f.context, "2 -> 3 tanh -> 4", &options, &f.network));
    f.width = gml_loss_row_targets(loss, OUTPUTS);
    for (size_t i = 0; i < ROWS * INPUTS; i++) {
        f.x[i] = sin((double)i);
    }
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < f.width; j++) {
            f.y[i * f.width + j] = loss_target(loss, cos((double)(3 * i + j)));
        }
        settle_row(loss, f.width, f.y + i * f.width);
    }
    return f;
}

static void tear_down(fixture *f)
{
    gml_network_destroy(f->network);
    gml_context_destroy(f->context);
}

static gml_dataset *dataset(const fixture *f, gml_dtype dtype, int missing)
{
    static float x[ROWS * INPUTS], y[ROWS * OUTPUTS];
    gml_dataset *made = NULL;
    gml_dataset_parts parts = {.inputs = gml_matrix_f64((void *)f->x, ROWS, INPUTS),
                               .targets = gml_matrix_f64((void *)f->y, ROWS, f->width),
                               .task = GML_TASK_REGRESSION,
                               .missing_targets = missing};
    if (dtype == GML_F32) {
        for (size_t i = 0; i < ROWS * INPUTS; i++) {
            x[i] = (float)f->x[i];
        }
        for (size_t i = 0; i < ROWS * f->width; i++) {
            y[i] = (float)f->y[i];
        }
        parts.inputs = gml_matrix_f32(x, ROWS, INPUTS);
        parts.targets = gml_matrix_f32(y, ROWS, f->width);
    }
    assert_ok(f->context, gml_dataset_create(f->context, &parts, &made));
    return made;
}

TEST(every_loss_states_which_targets_it_takes)
{
    for (size_t i = 0; gml_loss_row_at(i) != NULL; i++) {
        const gml_loss_row *row = gml_loss_row_at(i);
        ck_assert_msg(row->domain != GML_DOMAIN_UNSTATED, "%s: no domain", row->entry.name);
        ck_assert_msg(row->entry.range != NULL && row->entry.range[0] != '\0', "%s: no range", row->entry.name);
        for (size_t k = 0; k < i; k++) {
            const gml_loss_row *other = gml_loss_row_at(k);
            ck_assert_msg((row->domain == other->domain) == (strcmp(row->entry.range, other->entry.range) == 0),
                          "%s and %s: the same domain in other words", row->entry.name, other->entry.name);
        }
    }
}

/* Numbers outside of a domain, and a last one that makes the sum of a row wrong; ends with NaN. */
static const double *outside(gml_domain domain)
{
    static const double numbers[][4] = {
        [GML_DOMAIN_NOT_NEGATIVE] = {-0.5, -1e-30, NAN}, [GML_DOMAIN_POSITIVE] = {0, -2, NAN},
        [GML_DOMAIN_UNIT] = {-0.25, 1.0625, 61, NAN},    [GML_DOMAIN_BINARY] = {-1, 0.5, 2, NAN},
        [GML_DOMAIN_SHARES] = {-0.25, 1.0625, 61, NAN},  [GML_DOMAIN_ANY] = {NAN}};
    return numbers[domain];
}

/* The targets of `f` in row 7 are refused wherever they are given, with `what` in the message, and no weight moves. */
static void assert_refused_everywhere(const fixture *f, const gml_loss_row *loss, const char *what)
{
    char place[96], sample[96];
    snprintf(place, sizeof place, "row 7: %s", what);
    snprintf(sample, sizeof sample, "sample 7 of the batch: %s", what);
    const char *name = loss->entry.name, *takes = loss->entry.range;
    gml_dataset *data = dataset(f, GML_F32, 0);
    gml_train_options options = {.loss = name, .batch = 2, .epochs = 1, .optimizer = "sgd"};
    gml_metrics metrics;
    gml_block block;
    double value, outputs[ROWS * OUTPUTS] = {0}, before;
    gml_matrix x = gml_matrix_f64((void *)f->x, ROWS, INPUTS), y = gml_matrix_f64((void *)f->y, ROWS, f->width);
    assert_ok(f->context, gml_network_block(f->network, 0, &block));
    before = *(double *)block.values.data;

    assert_refused(
        f->context,
        gml_loss_evaluate(f->context, name, gml_matrix_f64(outputs, ROWS, OUTPUTS), y, &value, gml_matrix_none()),
        GML_ERROR_DATA, place, name, takes, NULL);
    assert_refused(f->context, gml_fit(f->network, data, NULL, &options, NULL, NULL), GML_ERROR_DATA, place, name,
                   takes, NULL);
    assert_refused(f->context, gml_evaluate(f->network, data, name, &metrics), GML_ERROR_DATA, place, name, takes,
                   NULL);
    gml_trainer *trainer = NULL;
    options.batch = ROWS;
    assert_ok(f->context, gml_trainer_create(f->network, &options, &trainer));
    assert_refused(f->context, gml_trainer_step(trainer, x, y, &value), GML_ERROR_DATA, sample, name, takes, NULL);
    gml_trainer_destroy(trainer);
    ck_assert_double_eq(*(double *)block.values.data, before);
    gml_dataset_destroy(data);
}

TEST(targets_outside_of_the_domain_are_refused_by_row_column_and_value_and_train_nothing)
{
    for (size_t l = 0; gml_loss_row_at(l) != NULL; l++) {
        const gml_loss_row *loss = gml_loss_row_at(l);
        fixture f = set_up(loss);
        double *y = &f.y[BAD_ROW * f.width + BAD_COL], kept = *y;
        for (const double *bad = outside(loss->domain); !isnan(*bad); bad++) {
            char place[64];
            snprintf(place, sizeof place, "target %d is %g;", BAD_COL + 1, *bad);
            *y = *bad;
            assert_refused_everywhere(&f, loss, place);
        }
        *y = loss->domain == GML_DOMAIN_SHARES && kept > 0.5 ? kept - 0.5 : kept + 0.5;
        if (loss->domain == GML_DOMAIN_SHARES) {
            assert_refused_everywhere(&f, loss, kept > 0.5 ? "the targets sum to 0.5;" : "the targets sum to 1.5;");
        }
        tear_down(&f);
    }
}

TEST(targets_inside_of_the_domain_and_those_not_known_are_taken)
{
    for (size_t l = 0; gml_loss_row_at(l) != NULL; l++) {
        const gml_loss_row *loss = gml_loss_row_at(l);
        fixture f = set_up(loss);
        gml_train_options options = {.loss = loss->entry.name, .batch = 4, .epochs = 2};
        gml_metrics metrics;
        for (int missing = 0; missing < 2; missing++) {
            f.y[BAD_ROW * f.width + BAD_COL] = missing ? NAN : f.y[BAD_ROW * f.width + BAD_COL];
            gml_dataset *data = dataset(&f, GML_F64, missing);
            assert_ok(f.context, gml_fit(f.network, data, data, &options, NULL, NULL));
            assert_ok(f.context, gml_evaluate(f.network, data, NULL, &metrics));
            ck_assert(isfinite(metrics.loss));
            gml_dataset_destroy(data);
        }
        tear_down(&f);
    }
}

TEST(shares_may_miss_a_sum_of_1_by_what_two_digits_leave_out)
{
    double shares[] = {0.33, 0.33, 0.33}, outputs[] = {1, 0, -1}, value;
    gml_context *context = test_context();
    gml_matrix y = gml_matrix_f64(outputs, 1, 3), t = gml_matrix_f64(shares, 1, 3);
    assert_ok(context, gml_loss_evaluate(context, "softmax_cross_entropy", y, t, &value, gml_matrix_none()));
    shares[2] = 0.3;
    assert_refused(context, gml_loss_evaluate(context, "kl_divergence", y, t, &value, gml_matrix_none()),
                   GML_ERROR_DATA, "row 1: the targets sum to 0.96; kl_divergence takes", NULL);
    gml_context_destroy(context);
}

TEST(bad_targets_of_validation_are_refused_before_the_first_step)
{
    const gml_loss_row *loss = gml_loss_linked("sigmoid");
    fixture f = set_up(loss), g = set_up(loss);
    g.y[BAD_ROW * g.width] = 3;
    gml_dataset *data = dataset(&f, GML_F64, 0), *other = dataset(&g, GML_F64, 0);
    gml_fit_report report;
    gml_train_options options = {.loss = loss->entry.name, .epochs = 3};
    assert_refused(f.context, gml_fit(f.network, data, other, &options, NULL, &report), GML_ERROR_DATA,
                   "row 7: target 1 is 3", NULL);
    ck_assert_uint_eq(report.steps, 0);
    gml_dataset_destroy(other);
    gml_dataset_destroy(data);
    tear_down(&g);
    tear_down(&f);
}

int main(void)
{
    return run_tests("targets", 60);
}
