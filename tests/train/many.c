/* tests/train/many.c - many fits side by side: the same bits as alone, failures and stops that stay with their job,
 * refusals. Meson runs this test once for each flavour of OpenBLAS it finds. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "harness.h"
#include "network/network.h"
#include "numbers.h"

enum { JOBS = 12, SAMPLES = 300, INPUTS = 20, CLASSES = 5 };

/* A context, data that all jobs share, and a job for each of JOBS seeds. */
typedef struct fixture {
    gml_context *context;
    double *x, *y;
    gml_dataset *data;
    gml_fit_job jobs[JOBS];
} fixture;

static void make_jobs(fixture *f, gml_context *context)
{
    *f = (fixture){.context = context};
    f->x = random_doubles(SAMPLES * INPUTS, 1);
    f->y = random_classes(SAMPLES, CLASSES, 2);
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(f->x, SAMPLES, INPUTS),
                                                 gml_matrix_f64(f->y, SAMPLES, 1), GML_TASK_CLASSIFICATION, &f->data));
    for (size_t i = 0; i < JOBS; i++) {
        gml_network_options options = {.seed = i, .dtype = i % 2 == 0 ? GML_F64 : GML_F32};
        gml_fit_job *job = &f->jobs[i];
        /* Some are large enough to take several threads when they are trained alone. */
        const char *description = i % 3 == 0 ? "20 -> 200 relu -> 200 relu -> 5 softmax" : "20 -> 16 tanh -> 5 softmax";
        assert_ok(context, gml_network_create(context, description, &options, &job->network));
        job->dataset = f->data;
        job->validation = f->data;
        job->options = (gml_train_options){.batch = i % 3 == 0 ? 128 : 7, .epochs = 3, .seed = i};
    }
}

static void set_up(fixture *f, size_t threads)
{
    gml_context *context = context_with((gml_context_options){.threads = threads});
    make_jobs(f, context);
}

static void tear_down(fixture *f)
{
    for (size_t i = 0; i < JOBS; i++) {
        gml_network_destroy(f->jobs[i].network);
    }
    gml_dataset_destroy(f->data);
    free(f->x);
    free(f->y);
    gml_context_destroy(f->context);
}

static bool same_weights(const gml_network *a, const gml_network *b)
{
    return a->parameter_bytes == b->parameter_bytes && memcmp(a->parameters, b->parameters, a->parameter_bytes) == 0;
}

static void assert_as_alone(const gml_fit_job *job, const gml_fit_job *alone)
{
    ck_assert_int_eq(job->status, GML_OK);
    ck_assert_str_eq(job->message, "");
    ck_assert(same_weights(job->network, alone->network));
    ck_assert_uint_eq(job->report.steps, alone->report.steps);
    ck_assert_double_eq(job->report.train_loss, alone->report.train_loss);
    ck_assert_double_eq(job->report.validation.loss, alone->report.validation.loss);
}

static void fit_alone(gml_fit_job *job)
{
    job->status = gml_fit(job->network, job->dataset, job->validation, &job->options, &job->callbacks, &job->report);
}

TEST(jobs_end_with_the_bits_they_have_when_trained_alone)
{
    static const size_t threads[] = {1, 2, 3, 8};
    fixture alone;
    set_up(&alone, 2);
    for (size_t i = 0; i < JOBS; i++) {
        fit_alone(&alone.jobs[i]);
        assert_ok(alone.context, alone.jobs[i].status);
    }
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        fixture f;
        set_up(&f, threads[t]);
        assert_ok(f.context, gml_fit_many(f.context, f.jobs, JOBS));
        for (size_t i = 0; i < JOBS; i++) {
            assert_as_alone(&f.jobs[i], &alone.jobs[i]);
            ck_assert_str_eq(gml_network_fact(f.jobs[i].network, "epochs"), "3");
        }
        tear_down(&f);
    }
    tear_down(&alone);
}

TEST(jobs_that_diverge_keep_their_own_message_and_leave_the_others_alone)
{
    fixture f, alone;
    set_up(&f, 4);
    set_up(&alone, 4);
    for (size_t i = 0; i < JOBS; i++) {
        if (i % 2 == 1) {
            f.jobs[i].options.optimizer = "sgd";
            f.jobs[i].options.learning_rate = 1e6;
            f.jobs[i].options.l2 = 1e35;
        } else {
            fit_alone(&alone.jobs[i]);
        }
    }
    f.jobs[5].options.optimizer = "no_such_optimizer";
    assert_refused(f.context, gml_fit_many(f.context, f.jobs, JOBS), GML_ERROR_DIVERGED, "job 2 of 12", "step 2", NULL);
    for (size_t i = 0; i < JOBS; i++) {
        if (i == 5) {
            ck_assert_int_eq(f.jobs[i].status, GML_ERROR_NAME);
            ck_assert_ptr_nonnull(strstr(f.jobs[i].message, "no_such_optimizer"));
        } else if (i % 2 == 1) {
            const char *units = i % 3 == 0 ? "of 3" : "of 2";
            ck_assert_int_eq(f.jobs[i].status, GML_ERROR_DIVERGED);
            ck_assert_msg(strstr(f.jobs[i].message, units) != NULL, "job %zu: %s", i + 1, f.jobs[i].message);
        } else {
            assert_as_alone(&f.jobs[i], &alone.jobs[i]);
        }
    }
    tear_down(&alone);
    tear_down(&f);
}

TEST(the_only_job_may_use_all_threads_and_still_keeps_its_message)
{
    fixture f;
    set_up(&f, 8);
    gml_fit_job *job = &f.jobs[3];
    job->options.optimizer = "sgd";
    job->options.learning_rate = 1e6;
    job->options.l2 = 1e35;
    assert_refused(f.context, gml_fit_many(f.context, job, 1), GML_ERROR_DIVERGED, "job 1 of 1: step 2", NULL);
    ck_assert_ptr_eq(strstr(job->message, "step 2"), job->message);
    tear_down(&f);
}

/* ---- callbacks ---- */

static int stop_with_seven(void *user, const gml_progress *progress)
{
    (void)user;
    return progress->epoch == 2 ? 7 : 0;
}

TEST(a_callback_stops_its_own_job)
{
    fixture f;
    set_up(&f, 2);
    f.jobs[3].callbacks.on_epoch = stop_with_seven;
    assert_ok(f.context, gml_fit_many(f.context, f.jobs, JOBS));
    for (size_t i = 0; i < JOBS; i++) {
        ck_assert_int_eq(f.jobs[i].report.stopped, i == 3 ? 7 : 0);
        ck_assert_uint_eq(f.jobs[i].report.epochs, i == 3 ? 2 : 3);
    }
    tear_down(&f);
}

/* Which job took its first step as which. */
typedef struct starter {
    atomic_size_t *started;
    size_t rank; /* SIZE_MAX before */
} starter;

static int note_start(void *user, const gml_progress *progress)
{
    starter *s = user;
    (void)progress;
    if (s->rank == SIZE_MAX) {
        s->rank = atomic_fetch_add(s->started, 1);
    }
    return 0;
}

/* While the first is under way on one thread, the other takes all that follow. */
TEST(jobs_begin_in_the_order_of_the_array)
{
    fixture f;
    set_up(&f, 2);
    atomic_size_t started = 0;
    starter starters[JOBS];
    for (size_t i = 0; i < JOBS; i++) {
        starters[i] = (starter){.started = &started, .rank = SIZE_MAX};
        f.jobs[i].callbacks = (gml_fit_callbacks){.user = &starters[i], .on_batch = note_start};
        f.jobs[i].options.epochs = i == 0 ? 200 : 1;
    }
    assert_ok(f.context, gml_fit_many(f.context, f.jobs, JOBS));
    for (size_t i = 2; i < JOBS; i++) {
        ck_assert_msg(starters[i].rank > starters[i - 1].rank, "job %zu began before job %zu", i, i - 1);
    }
    tear_down(&f);
}

typedef struct keeper {
    gml_context *context;
    const gml_network *network;
    gml_network *kept;
    char message[GML_MESSAGE_SIZE];
} keeper;

/* What early stopping does: keep a copy of the network. And a failing call, whose message belongs to the job. */
static int keep_a_copy(void *user, const gml_progress *progress)
{
    keeper *k = user;
    if (progress->epoch == 1) {
        gml_network_create(k->context, "3 -> nonsense", NULL, &k->kept);
        gml_context_copy_message(k->context, k->message, sizeof k->message);
    }
    gml_network_destroy(k->kept);
    k->kept = NULL;
    return gml_network_copy(k->network, GML_F32, &k->kept) == GML_OK ? 0 : 1;
}

TEST(a_callback_may_copy_its_network_and_read_its_own_messages)
{
    fixture f;
    set_up(&f, 4);
    keeper keepers[JOBS];
    for (size_t i = 0; i < JOBS; i++) {
        keepers[i] = (keeper){.context = f.context, .network = f.jobs[i].network};
        f.jobs[i].callbacks = (gml_fit_callbacks){.user = &keepers[i], .on_epoch = keep_a_copy};
    }
    assert_ok(f.context, gml_fit_many(f.context, f.jobs, JOBS));
    ck_assert_str_eq(gml_context_message(f.context), "");
    for (size_t i = 0; i < JOBS; i++) {
        ck_assert_ptr_nonnull(strstr(keepers[i].message, "nonsense"));
        ck_assert(gml_network_dtype(f.jobs[i].network) != GML_F32 || same_weights(f.jobs[i].network, keepers[i].kept));
        gml_network_destroy(keepers[i].kept);
    }
    tear_down(&f);
}

/* ---- refusals ---- */

TEST(two_jobs_with_one_network_are_refused_before_anything_is_trained)
{
    fixture f, before;
    set_up(&f, 2);
    set_up(&before, 2);
    gml_network *own = f.jobs[7].network;
    f.jobs[7].network = f.jobs[2].network;
    assert_refused(f.context, gml_fit_many(f.context, f.jobs, JOBS), GML_ERROR_ARGUMENT, "jobs 3 and 8",
                   "the same network", NULL);
    for (size_t i = 0; i < JOBS; i++) {
        ck_assert_int_eq(f.jobs[i].status, GML_ERROR_ARGUMENT);
        ck_assert_str_eq(f.jobs[i].message, gml_context_message(f.context));
    }
    f.jobs[7].network = own;
    for (size_t i = 0; i < JOBS; i++) {
        ck_assert(same_weights(f.jobs[i].network, before.jobs[i].network));
    }
    tear_down(&before);
    tear_down(&f);
}

TEST(a_job_that_lacks_something_or_is_of_another_context_is_named)
{
    fixture f, other;
    set_up(&f, 2);
    set_up(&other, 2);
    gml_network *own = f.jobs[1].network;
    f.jobs[1].network = NULL;
    assert_refused(f.context, gml_fit_many(f.context, f.jobs, JOBS), GML_ERROR_ARGUMENT, "job 2 of 12", "network",
                   NULL);
    f.jobs[1].network = other.jobs[1].network;
    assert_refused(f.context, gml_fit_many(f.context, f.jobs, JOBS), GML_ERROR_ARGUMENT, "job 2 of 12",
                   "another context", NULL);
    f.jobs[1].network = own;
    f.jobs[4].dataset = NULL;
    assert_refused(f.context, gml_fit_many(f.context, f.jobs, JOBS), GML_ERROR_ARGUMENT, "job 5 of 12", "dataset",
                   NULL);
    assert_refused(f.context, gml_fit_many(f.context, NULL, 2), GML_ERROR_ARGUMENT, "2 jobs", "no array", NULL);
    tear_down(&other);
    tear_down(&f);
}

/* ---- jobs that make their network when they begin ---- */

static atomic_size_t networks, most_networks;

static gml_status make_network(gml_fit_job *job)
{
    const fixture *f = job->user;
    const size_t now = atomic_fetch_add(&networks, 1) + 1;
    if (now > atomic_load(&most_networks)) {
        atomic_store(&most_networks, now);
    }
    job->dataset = f->data;
    return job->options.seed == 5 ? gml_network_create(f->context, "20 -> 5 softmux", NULL, &job->network)
                                  : gml_network_create(f->context, "20 -> 16 tanh -> 5 softmax", NULL, &job->network);
}

static void measure_network(gml_fit_job *job)
{
    job->options.l2 = job->network != NULL ? job->report.train_loss : -1; /* any field of the job */
    gml_network_destroy(job->network);
    job->network = NULL;
    atomic_fetch_sub(&networks, 1);
}

TEST(a_job_may_make_its_network_when_it_begins_and_destroy_it_when_it_ends)
{
    fixture f;
    set_up(&f, 2);
    gml_fit_job jobs[JOBS];
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = (gml_fit_job){
            .options = {.epochs = 2, .seed = i}, .user = &f, .begin = make_network, .end = measure_network};
    }
    atomic_store(&networks, 0);
    atomic_store(&most_networks, 0);
    assert_refused(f.context, gml_fit_many(f.context, jobs, JOBS), GML_ERROR_NAME, "job 6 of 12", "softmux", NULL);
    ck_assert_uint_eq(atomic_load(&networks), 0);
    ck_assert_uint_le(atomic_load(&most_networks), 2);
    for (size_t i = 0; i < JOBS; i++) {
        ck_assert_int_eq(jobs[i].status, i == 5 ? GML_ERROR_NAME : GML_OK);
        ck_assert_double_eq(jobs[i].options.l2, i == 5 ? -1 : jobs[i].report.train_loss);
        ck_assert_uint_eq(jobs[i].report.epochs, i == 5 ? 0 : 2);
    }
    tear_down(&f);
}

TEST(no_jobs_are_no_failure)
{
    gml_context *context = test_context();
    assert_ok(context, gml_fit_many(context, NULL, 0));
    gml_context_destroy(context);
}

TEST(a_missing_memory_is_said_and_nothing_leaks)
{
    faults memory = {0};
    fixture f;
    make_jobs(&f, faulty_context(&memory));
    size_t live = memory.live_bytes;
    memory.fail_at = memory.allocations + 1;
    assert_refused(f.context, gml_fit_many(f.context, f.jobs, 1), GML_ERROR_MEMORY, "the list of jobs", NULL);
    ck_assert_int_eq(f.jobs[0].status, GML_ERROR_MEMORY);
    memory.fail_at = memory.allocations + 2;
    assert_refused(f.context, gml_fit_many(f.context, f.jobs, 1), GML_ERROR_MEMORY, "job 1 of 1", "a trainer", NULL);
    ck_assert_uint_eq(memory.live_bytes, live);
    reset_faults(&memory);
    tear_down(&f);
}

int main(void)
{
    return run_tests("many", 120);
}
