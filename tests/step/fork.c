/* tests/step/fork.c - training goes on in the child of a fork(), with the same bits. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parallel.h"
#include "harness.h"
#include "network/network.h"
#include "numbers.h"

enum { ROWS = 512, INPUTS = 100, CLASSES = 10, SECONDS = 30 };

typedef struct fixture {
    gml_context *context;
    double *x, *y;
    gml_dataset *data;
} fixture;

static fixture set_up(void)
{
    fixture f = {.x = random_doubles(ROWS * INPUTS, 1), .y = random_classes(ROWS, CLASSES, 2)};
    f.context = test_context();
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f64(f.x, ROWS, INPUTS),
                                                   gml_matrix_f64(f.y, ROWS, 1), GML_TASK_CLASSIFICATION, &f.data));
    return f;
}

static void tear_down(fixture *f)
{
    gml_dataset_destroy(f->data);
    gml_context_destroy(f->context);
    free(f->x);
    free(f->y);
}

/* A network with the same seed and fit each time; batches are large enough for several threads. */
static gml_network *fitted(gml_context *context, const gml_dataset *data)
{
    gml_network *network = NULL;
    gml_train_options options = {.batch = 256, .epochs = 2};
    assert_ok(context, gml_network_create(context, "100 -> 256 relu -> 10 softmax", NULL, &network));
    assert_ok(context, gml_fit(network, data, data, &options, NULL, NULL));
    return network;
}

static bool is_same(const gml_network *a, const gml_network *b)
{
    return memcmp(a->parameters, b->parameters, a->parameter_bytes) == 0;
}

static void note_worker(void *argument, gml_share share)
{
    atomic_size_t *greatest = argument;
    if (share.worker > *greatest) {
        *greatest = share.worker;
    }
    usleep(20000); /* long enough for the other thread to take its share */
}

/* Tasks on up to two threads; true if a second one took some. */
static bool runs_together(void)
{
    atomic_size_t greatest = 0;
    gml_phase phase = {.count = 4, .task = note_worker};
    gml_parallel_run(2, &phase, 1, &greatest);
    return greatest > 0;
}

/* Runs `body` in a child, which must return true within some seconds. */
static void assert_child(bool (*body)(const fixture *f, const gml_network *expected), const fixture *f,
                         const gml_network *expected)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        alarm(SECONDS);
        _exit(body(f, expected) ? 0 : 1);
    }
    int state = 0;
    ck_assert_int_eq(waitpid(child, &state, 0), child);
    ck_assert_msg(!WIFSIGNALED(state), "the child was ended by signal %d (%d: it hung)", WTERMSIG(state), SIGALRM);
    ck_assert_int_eq(WEXITSTATUS(state), 0);
}

/* ---- after a team has run ---- */

static bool fit_with_context_of_parent(const fixture *f, const gml_network *expected)
{
    gml_network *network = fitted(f->context, f->data);
    return is_same(network, expected) && !runs_together();
}

static bool fit_with_own_context(const fixture *f, const gml_network *expected)
{
    fixture own = set_up();
    gml_network *network = fitted(own.context, own.data), *copy = NULL;
    float y[ROWS * CLASSES], parents[ROWS * CLASSES];
    assert_ok(own.context, gml_network_copy(expected, GML_F32, &copy));
    assert_ok(own.context,
              gml_network_predict(network, gml_matrix_f64(own.x, ROWS, INPUTS), gml_matrix_f32(y, ROWS, CLASSES)));
    assert_ok(f->context,
              gml_network_predict(copy, gml_matrix_f64(f->x, ROWS, INPUTS), gml_matrix_f32(parents, ROWS, CLASSES)));
    return is_same(network, expected) && memcmp(y, parents, sizeof y) == 0;
}

static bool fit_many(const fixture *f, const gml_network *expected)
{
    gml_fit_job jobs[3] = {{0}};
    for (size_t i = 0; i < 3; i++) {
        jobs[i].dataset = jobs[i].validation = f->data;
        jobs[i].options = (gml_train_options){.batch = 256, .epochs = 2};
        assert_ok(f->context, gml_network_create(f->context, "100 -> 256 relu -> 10 softmax", NULL, &jobs[i].network));
    }
    assert_ok(f->context, gml_fit_many(f->context, jobs, 3));
    return is_same(jobs[0].network, expected) && is_same(jobs[2].network, expected);
}

static bool fork_again(const fixture *f, const gml_network *expected)
{
    assert_child(fit_with_context_of_parent, f, expected);
    return true;
}

TEST(a_child_trains_alone_after_the_parent_has_run_on_several_threads)
{
    fixture f = set_up();
    gml_network *network = fitted(f.context, f.data);
    ck_assert(runs_together() || !gml_parallel_has_openmp());
    assert_child(fit_with_context_of_parent, &f, network);
    assert_child(fit_with_own_context, &f, network);
    assert_child(fit_many, &f, network);
    assert_child(fork_again, &f, network);
    ck_assert(runs_together() || !gml_parallel_has_openmp()); /* the parent still has its threads */
    gml_network *again = fitted(f.context, f.data);
    ck_assert(is_same(again, network));
    gml_network_destroy(again);
    gml_network_destroy(network);
    tear_down(&f);
}

/* ---- before any has ---- */

static bool fit_on_threads(const fixture *f, const gml_network *expected)
{
    (void)expected;
    gml_network_destroy(fitted(f->context, f->data));
    return runs_together() || !gml_parallel_has_openmp();
}

TEST(a_child_has_threads_if_it_is_forked_before_any_ran)
{
    fixture f = set_up();
    assert_child(fit_on_threads, &f, NULL);
    tear_down(&f);
}

int main(void)
{
    return run_tests("fork", 60);
}
