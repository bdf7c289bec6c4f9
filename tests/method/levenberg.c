/* tests/method/levenberg.c - Levenberg-Marquardt: its Jacobian against differences, its step against the reference,
 * what it ends with and what it refuses. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "method/jacobian.h"
#include "numbers.h"
#include "reference/methods.h"

enum { MOST = 64, ROWS = 14 };

/* Where each learned number lies. */
static size_t list_parameters(const gml_network *network, double *at[MOST])
{
    size_t count = 0;
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        gml_network_block(network, b, &block);
        for (size_t i = 0; i < block.values.rows * block.values.cols && block.role != GML_ROLE_STATISTIC; i++) {
            ck_assert_uint_lt(count, MOST);
            at[count++] = (double *)block.values.data + i;
        }
    }
    return count;
}

static double errors_plus[ROWS * 4], errors_minus[ROWS * 4], dense[ROWS * 4 * MOST], e[ROWS * 4];

static void find_errors(const fixture *f, double *errors)
{
    assert_ok(f->context, gml_network_predict(f->network, gml_matrix_f64(f->x, f->rows, f->inputs),
                                              gml_matrix_f64(errors, f->rows, f->outputs)));
    for (size_t i = 0; i < f->rows * f->outputs; i++) {
        errors[i] -= f->y[i];
    }
}

/* J by differences, the errors, and how many columns. */
static size_t differentiate(const fixture *f)
{
    double *at[MOST], step = 1e-5;
    size_t count = list_parameters(f->network, at);
    for (size_t p = 0; p < count; p++) {
        double kept = *at[p];
        *at[p] = kept + step;
        find_errors(f, errors_plus);
        *at[p] = kept - step;
        find_errors(f, errors_minus);
        *at[p] = kept;
        for (size_t i = 0; i < f->rows * f->outputs; i++) {
            dense[i * count + p] = (errors_plus[i] - errors_minus[i]) / (2 * step);
        }
    }
    find_errors(f, e);
    return count;
}

static const char *const NETWORKS[] = {
    "3 -> 2",
    "3 -> 4 tanh -> 3 sigmoid",
    "2 -> 3 swish(per=unit) -> layernorm -> 3 tanh bias=no -> residual(over=1) -> 2",
    "3 -> 6 -> swiglu -> 3 softmax",
    "3 -> 4 bias=no -> weight_norm -> tanh -> 3",
};

TEST(normal_equations_are_those_of_differences)
{
    for (size_t n = 0; n < sizeof NETWORKS / sizeof NETWORKS[0]; n++) {
        fixture f = set_up(NETWORKS[n], GML_F64, 2, ROWS);
        size_t count = differentiate(&f), errors = f.rows * f.outputs;
        gml_jacobian jacobian;
        double squares, wanted = 0;
        assert_ok(f.context, gml_jacobian_create(f.network, f.data, "mean_squared_error", &jacobian));
        ck_assert_uint_eq(jacobian.parameters, count);
        assert_ok(f.context, gml_jacobian_run(&jacobian, true, &squares));
        for (size_t i = 0; i < errors; i++) {
            wanted += e[i] * e[i];
        }
        ck_assert_double_eq_tol(squares, wanted, 1e-12 * wanted);
        for (size_t a = 0; a < count; a++) {
            for (size_t b = 0; b <= a; b++) {
                double sum = 0, slope = 0;
                for (size_t i = 0; i < errors; i++) {
                    sum += dense[i * count + a] * dense[i * count + b];
                    slope += dense[i * count + a] * e[i];
                }
                ck_assert_msg(fabs(jacobian.normal[a * count + b] - sum) < 1e-7, "%s: J'J %zu %zu: %g, not %g",
                              NETWORKS[n], a, b, jacobian.normal[a * count + b], sum);
                ck_assert_double_eq_tol(jacobian.gradient[a], slope, 1e-7);
            }
        }
        gml_jacobian_destroy(&jacobian);
        tear_down(&f);
    }
}

/* More samples than go through at a time, more columns than one task takes, in an order of the data's own. */
TEST(parts_of_the_data_add_up)
{
    fixture f = set_up("3 -> 20 tanh -> 4", GML_F64, 2, 3000);
    gml_dataset *part = NULL, *rest = NULL;
    assert_ok(f.context, gml_dataset_split(f.data, 0.5, 1, &part, &rest));
    const gml_dataset *sets[] = {part, rest, f.data};
    gml_jacobian made[3];
    double squares[3];
    for (size_t i = 0; i < 3; i++) {
        assert_ok(f.context, gml_jacobian_create(f.network, sets[i], "mean_squared_error", &made[i]));
        assert_ok(f.context, gml_jacobian_run(&made[i], true, &squares[i]));
    }
    size_t count = made[0].parameters;
    ck_assert_uint_gt(count, 128);
    ck_assert_uint_lt(made[0].workspace.batch, 1500);
    ck_assert_double_eq_tol(squares[0] + squares[1], squares[2], 1e-11 * squares[2]);
    for (size_t a = 0; a < count; a++) {
        ck_assert_double_eq_tol(made[0].gradient[a] + made[1].gradient[a], made[2].gradient[a], 1e-9);
        for (size_t b = 0; b <= a; b++) {
            size_t at = a * count + b;
            ck_assert_double_eq_tol(made[0].normal[at] + made[1].normal[at], made[2].normal[at], 1e-8);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        gml_jacobian_destroy(&made[i]);
    }
    gml_dataset_destroy(part);
    gml_dataset_destroy(rest);
    tear_down(&f);
}

static void find_squares(void *user, const double *x, double *errors, double *j)
{
    const fixture *f = user;
    double *at[MOST];
    size_t count = list_parameters(f->network, at);
    for (size_t i = 0; i < count; i++) {
        *at[i] = x[i];
    }
    if (j != NULL) {
        differentiate(f);
        memcpy(j, dense, f->rows * f->outputs * count * sizeof *j);
    }
    find_errors(f, errors);
}

/* With so little damping at first that some steps are tried in vain. */
TEST(steps_are_those_of_hagan_and_menhaj)
{
    enum { EPOCHS = 6, ERRORS = ROWS * 3 };
    static double work[ERRORS + MOST * (ERRORS + MOST + 2)];
    static const char CALL[] = "levenberg_marquardt(damping=1e-5, up=4, down=0.25)";
    fixture f = set_up("3 -> 4 tanh -> 3", GML_F64, 1, ROWS), other = set_up("3 -> 4 tanh -> 3", GML_F64, 1, ROWS);
    double *at[MOST], x[MOST], mu = 1e-5;
    size_t count = list_parameters(f.network, at), tries = 0;
    for (size_t i = 0; i < count; i++) {
        x[i] = *at[i];
    }
    gml_reference_squares problem = {.errors = ERRORS, .parameters = count, .find = find_squares, .user = &other};
    problem.work = work;
    for (size_t epochs = 1; epochs <= EPOCHS; epochs++) {
        fixture fresh = set_up("3 -> 4 tanh -> 3", GML_F64, 1, ROWS);
        gml_train_options options = {.optimizer = CALL, .epochs = epochs};
        tries += gml_reference_marquardt(&problem, x, &mu, 4, 0.25);
        assert_ok(fresh.context, gml_fit(fresh.network, fresh.data, NULL, &options, NULL, NULL));
        list_parameters(fresh.network, at);
        for (size_t i = 0; i < count; i++) {
            ck_assert_msg(fabs(*at[i] - x[i]) < 1e-5, "step %zu, %zu: %.9g, not %.9g", epochs, i, *at[i], x[i]);
        }
        tear_down(&fresh);
    }
    ck_assert_uint_gt(tries, EPOCHS);
    tear_down(&f), tear_down(&other);
}

/* A net of one linear layer is solved in one step without damping: there the gradient is 0, with decay and without. */
TEST(ridge_regression_takes_one_step)
{
    for (size_t way = 0; way < 2; way++) {
        double l2 = way == 0 ? 0 : 0.3;
        fixture f = set_up("3 -> 2", GML_F64, 2, 40);
        gml_train_options options = {.optimizer = "levenberg_marquardt(damping=1e-12)", .l2 = l2, .epochs = 1};
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        gml_block weight, bias;
        gml_network_block(f.network, 0, &weight);
        gml_network_block(f.network, 1, &bias);
        const double *w = weight.values.data, *b = bias.values.data;
        for (size_t o = 0; o < 2; o++) {
            double slope[4] = {0};
            for (size_t i = 0; i < f.rows; i++) {
                const double *x = f.x + 3 * i;
                double error = x[0] * w[o] + x[1] * w[2 + o] + x[2] * w[4 + o] + b[o] - f.y[2 * i + o];
                for (size_t k = 0; k < 4; k++) {
                    slope[k] += 2 * error * (k < 3 ? x[k] : 1) / (double)(f.rows * 2);
                }
            }
            for (size_t k = 0; k < 4; k++) {
                ck_assert_double_eq_tol(slope[k] + (k < 3 ? l2 * w[2 * k + o] : 0), 0, 1e-12);
            }
        }
        tear_down(&f);
    }
}

static int falls(void *user, const gml_progress *progress)
{
    double *last = user;
    ck_assert_double_le(progress->loss, *last);
    *last = progress->loss;
    return 0;
}

TEST(the_loss_never_rises_and_the_fit_ends_where_nothing_is_left_to_gain)
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        fixture f = set_up("3 -> 4 tanh -> 1", (gml_dtype)dtype, 2, 60);
        double last = INFINITY;
        gml_fit_callbacks callbacks = {.user = &last, .on_epoch = falls};
        gml_train_options options = {.optimizer = "levenberg_marquardt", .epochs = 5000};
        gml_fit_report report;
        gml_metrics metrics;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, &callbacks, &report));
        ck_assert_uint_lt(report.epochs, 5000);
        assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
        ck_assert_double_eq_tol(metrics.loss, report.train_loss, (dtype == GML_F32 ? 1e-2 : 1e-12) * last);
        tear_down(&f);
    }
}

TEST(weights_are_the_same_bits_for_any_number_of_threads)
{
    uint64_t first = 0;
    for (size_t threads = 1; threads <= 4; threads++) {
        fixture f = set_up("3 -> 20 tanh -> 4", GML_F32, threads, 2000);
        gml_train_options options = {.optimizer = "levenberg_marquardt", .l2 = 1e-4, .epochs = 4};
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        uint64_t hash = hash_weights(f.network);
        first = threads == 1 ? hash : first;
        ck_assert_uint_eq(hash, first);
        tear_down(&f);
    }
}

TEST(other_losses_and_large_nets_are_refused_with_the_figure)
{
    fixture f = set_up("3 -> 30 -> 2", GML_F32, 1, 10);
    const struct {
        gml_train_options options;
        const char *texts[2];
    } cases[] = {
        {{.optimizer = "levenberg_marquardt", .loss = "mean_absolute_error"}, {"mean_squared_error", "mean_absolute"}},
        {{.optimizer = "levenberg_marquardt(memory=0.5)"}, {"182 parameters", "1 MB"}},
        {{.optimizer = "levenberg_marquardt", .clip_value = 1}, {"clip_value", "levenberg_marquardt"}},
    };
    for (size_t i = gml_loss_entry(3) == NULL; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(f.context, gml_fit(f.network, f.data, NULL, &cases[i].options, NULL, NULL), GML_ERROR_ARGUMENT,
                       cases[i].texts[0], cases[i].texts[1], NULL);
    }
    gml_network *classes = NULL;
    assert_ok(f.context, gml_network_create(f.context, "3 -> 2 softmax", NULL, &classes));
    gml_train_options options = {.optimizer = "levenberg_marquardt"};
    assert_refused(f.context, gml_fit(classes, f.data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "mean_squared_error", "softmax_cross_entropy", NULL);
    gml_network_destroy(classes);
    f.y[3] = INFINITY;
    options.epochs = 3;
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_DATA, "finite", NULL);
    tear_down(&f);
}

int main(void)
{
    return run_tests("levenberg", 60);
}
