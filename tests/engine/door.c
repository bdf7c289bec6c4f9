/* tests/engine/door.c - the door to OpenBLAS is open while work on a batch computes products, and closed afterwards
 * (kernel/product/gemm.h).
 *
 * A custom activation, called between products, reads how many threads OpenBLAS may use. That number is the process's
 * in the pthread flavour only; with another flavour these tests have nothing to see. */
#include <stdatomic.h>

#include "harness.h"

/* As in cblas.h, which only kernel/product/gemm.c includes. */
extern int openblas_get_num_threads(void);
extern void openblas_set_num_threads(int threads);
extern int openblas_get_parallel(void);

enum { PTHREAD = 1, HOST_THREADS = 2, ROWS = 96 };

static atomic_int most; /* threads of OpenBLAS that the activation has seen; 0: it was not called */

static void look(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    (void)user, (void)arguments;
    int threads = openblas_get_num_threads();
    if (threads > atomic_load(&most)) {
        atomic_store(&most, threads);
    }
    for (size_t i = 0; i < count; i++) {
        y[i] = x[i];
        if (slope != NULL) {
            slope[i] = 1;
        }
    }
}

static void assert_open_within(const char *work)
{
    ck_assert_msg(atomic_exchange(&most, 0) == 1, "%s: the door was not open", work);
    ck_assert_msg(openblas_get_num_threads() == HOST_THREADS, "%s: the host's setting was not restored", work);
}

TEST(work_on_a_batch_opens_the_door_and_closes_it)
{
    if (openblas_get_parallel() != PTHREAD) {
        return;
    }
    double x[ROWS * 4], y[ROWS];
    for (size_t i = 0; i < ROWS * 4; i++) {
        x[i] = (double)(i % 7) - 3;
        y[i / 4] = x[i];
    }
    const gml_matrix inputs = gml_matrix_f64(x, ROWS, 4), targets = gml_matrix_f64(y, ROWS, 1);
    const gml_custom_activation seen = {.entry = {.name = "seen"}, .function = look};
    const gml_train_options options = {.batch = ROWS, .epochs = 1};
    gml_context *context = context_with((gml_context_options){.threads = 2, .products = "blas"});
    assert_ok(context, gml_register_activation(context, &seen));
    gml_network *network = new_network(context, "4 -> 40 seen -> 1", GML_F64, 1);
    gml_dataset *dataset = NULL;
    gml_trainer *trainer = NULL;
    gml_pass *pass = NULL;
    gml_metrics metrics;
    double loss;
    assert_ok(context, gml_dataset_from_matrices(context, inputs, targets, GML_TASK_REGRESSION, &dataset));
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    assert_ok(context, gml_pass_create(network, ROWS, &pass));
    openblas_set_num_threads(HOST_THREADS);
    atomic_store(&most, 0);

    assert_ok(context, gml_trainer_step(trainer, inputs, targets, &loss));
    assert_open_within("a step");
    assert_ok(context, gml_network_predict(network, inputs, gml_matrix_f64(y, ROWS, 1)));
    assert_open_within("a prediction");
    assert_ok(context, gml_pass_forward(pass, inputs, gml_matrix_f64(y, ROWS, 1)));
    assert_open_within("a pass");
    assert_ok(context, gml_evaluate(network, dataset, NULL, &metrics));
    assert_open_within("an evaluation");
    assert_ok(context, gml_fit(network, dataset, NULL, &options, NULL, NULL));
    assert_open_within("a fit");

    gml_pass_destroy(pass);
    gml_trainer_destroy(trainer);
    gml_dataset_destroy(dataset);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("door", 60);
}
