/* tests/library/allocation.c - after the first step nothing is allocated: counted through the context's hook and, under
 * it, by standing in for the C library's malloc. Under a sanitizer, which does that itself, only the hook counts. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/parallel.h"
#include "engine/plan.h"
#include "harness.h"
#include "numbers.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define STANDS_IN_FOR_MALLOC 1
#else
#define STANDS_IN_FOR_MALLOC 0
#endif

static atomic_size_t hook_calls, hook_bytes, hook_refuses, malloc_calls;

#if STANDS_IN_FOR_MALLOC
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    malloc_calls++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    malloc_calls++;
    return __libc_calloc(count, size);
}

void *realloc(void *pointer, size_t size)
{
    malloc_calls++;
    return __libc_realloc(pointer, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    malloc_calls++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size)
{
    malloc_calls++;
    *pointer = __libc_memalign(alignment, size);
    return *pointer != NULL ? 0 : 12;
}
#endif

static void *count_allocation(void *user, size_t size, size_t alignment)
{
    (void)user;
    if (hook_refuses != 0) {
        return NULL;
    }
    hook_calls++;
    hook_bytes += size;
    void *pointer = NULL;
    return posix_memalign(&pointer, alignment, size) == 0 ? pointer : NULL;
}

static void release(void *user, void *pointer, size_t size)
{
    (void)user;
    (void)size;
    free(pointer);
}

enum { ROWS = 128, INPUTS = 50, CLASSES = 10 };

typedef struct fixture {
    gml_context *context;
    gml_network *network;
    double *x, *y;
    gml_matrix inputs, targets;
} fixture;

/* Widths of every kind: whole vectors, and less and more than half of one left over. */
static fixture set_up(gml_dtype dtype)
{
    fixture made = {.x = random_doubles(ROWS * INPUTS, 1), .y = random_classes(ROWS, CLASSES, 2)};
    gml_context_options options = {.threads = 2, .allocator = {.allocate = count_allocation, .release = release}};
    made.context = context_with(options);
    gml_network_options network_options = {.dtype = dtype};
    assert_ok(made.context, gml_network_create(made.context, "50 -> 201 relu -> 100 step -> 44 tanh -> 10 softmax",
                                               &network_options, &made.network));
    made.inputs = gml_matrix_f64(made.x, ROWS, INPUTS);
    made.targets = gml_matrix_f64(made.y, ROWS, 1);
    return made;
}

static void tear_down(fixture *made)
{
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
    free(made->x);
    free(made->y);
}

static void assert_nothing_allocated_since(size_t hook_before, size_t malloc_before)
{
    size_t hook_after = hook_calls, malloc_after = malloc_calls;
    ck_assert_uint_eq(hook_after, hook_before);
    ck_assert_uint_eq(malloc_after, malloc_before);
}

TEST(the_count_sees_allocations)
{
    size_t hook_before = hook_calls, malloc_before = malloc_calls;
    fixture f = set_up(GML_F32);
    ck_assert_uint_gt(hook_calls, hook_before);
    ck_assert(!STANDS_IN_FOR_MALLOC || malloc_calls > malloc_before);
    tear_down(&f);
}

static void assert_steps_allocate_nothing(gml_dtype dtype, const char *optimizer, double clip_norm)
{
    fixture f = set_up(dtype);
    gml_trainer *trainer = NULL;
    gml_health *health = NULL;
    const gml_health_options every_third = {.every = 3};
    gml_train_options options = {.optimizer = optimizer, .batch = ROWS, .clip_norm = clip_norm};
    assert_ok(f.context, gml_health_create(f.network, &every_third, &health));
    options.observer = gml_health_observer(health);
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    assert_ok(f.context, gml_trainer_step(trainer, f.inputs, f.targets, NULL));
    size_t hook_before = hook_calls, malloc_before = malloc_calls;
    for (size_t step = 0; step < 50; step++) {
        gml_matrix x = f.inputs, y = f.targets;
        x.rows = y.rows = ROWS - step;
        gml_trainer_step(trainer, x, y, NULL);
    }
    assert_nothing_allocated_since(hook_before, malloc_before);
    gml_trainer_destroy(trainer);
    gml_health_destroy(health);
    tear_down(&f);
}

TEST(steps_after_the_first_allocate_nothing_observed_or_not)
{
    assert_steps_allocate_nothing(GML_F32, "adam", 0);
    assert_steps_allocate_nothing(GML_F64, "adam", 0);
    assert_steps_allocate_nothing(GML_F32, "adam", 1);
    assert_steps_allocate_nothing(GML_F32, "muon", 0);
    assert_steps_allocate_nothing(GML_F64, "muon", 1);
}

static void assert_predictions_allocate_nothing(const fixture *f)
{
    float y[ROWS * CLASSES];
    gml_matrix out = gml_matrix_f32(y, ROWS, CLASSES);
    assert_ok(f->context, gml_network_predict(f->network, f->inputs, out));
    size_t hook_before = hook_calls, malloc_before = malloc_calls;
    for (size_t i = 0; i < 50; i++) {
        gml_network_predict(f->network, f->inputs, out);
        gml_network_predict(f->network, gml_matrix_rows(f->inputs, i, 1), gml_matrix_rows(out, i, 1));
    }
    assert_nothing_allocated_since(hook_before, malloc_before);
}

TEST(predictions_after_the_first_allocate_nothing)
{
    fixture f = set_up(GML_F32);
    assert_predictions_allocate_nothing(&f);
    tear_down(&f);
}

TEST(predictions_of_an_ensemble_after_the_first_allocate_nothing)
{
    fixture f = set_up(GML_F32);
    gml_network *members[2] = {f.network, NULL};
    assert_ok(f.context, gml_network_copy(f.network, GML_F32, &members[1]));
    assert_ok(f.context, gml_ensemble_create(members, 2, &f.network));
    assert_predictions_allocate_nothing(&f);
    tear_down(&f);
}

/* Which threads take part in a prediction is chance, so the first one makes the memory of all. */
TEST(the_first_prediction_makes_the_memory_of_all_its_threads)
{
    enum { PANELS = 16, SAMPLES = PANELS * GML_PREDICT_PANEL, WIDTH = 200 };
    const gml_phase panels = {.count = PANELS};
    float *x = calloc(SAMPLES, WIDTH * sizeof *x), *y = calloc(SAMPLES, WIDTH * sizeof *y);
    gml_context *context = NULL;
    gml_network *network = NULL;
    context = context_with((gml_context_options){.threads = PANELS});
    assert_ok(context, gml_network_create(context, "200 -> 200", NULL, &network));
    ck_assert_uint_eq(network->slots->made, 1);
    assert_ok(context,
              gml_network_predict(network, gml_matrix_f32(x, SAMPLES, WIDTH), gml_matrix_f32(y, SAMPLES, WIDTH)));
    size_t threads = gml_parallel_threads(PANELS, &panels, 1);
    ck_assert_uint_eq(network->slots->made, threads);
    ck_assert_uint_eq(context->products.made, threads);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
    free(y);
}

/* ---- what a network takes ---- */

static size_t bytes_of_network(size_t threads, const char *description)
{
    gml_context_options options = {.threads = threads, .allocator = {.allocate = count_allocation, .release = release}};
    gml_context *context = NULL;
    gml_network *network = NULL;
    context = context_with(options);
    size_t before = hook_bytes;
    assert_ok(context, gml_network_create(context, description, NULL, &network));
    size_t bytes = hook_bytes - before;
    gml_network_destroy(network);
    gml_context_destroy(context);
    return bytes;
}

TEST(a_network_takes_the_same_memory_for_any_number_of_threads)
{
    ck_assert_uint_eq(bytes_of_network(1, "2 -> 8 tanh -> 1"), bytes_of_network(1024, "2 -> 8 tanh -> 1"));
    ck_assert_uint_lt(bytes_of_network(1024, "2 -> 8 tanh -> 1"), 32 * 1024);
}

enum { CALLERS = 4 };

static void *ask(void *argument)
{
    const fixture *f = argument;
    float *y = malloc(ROWS * CLASSES * sizeof *y);
    for (size_t i = 0; y != NULL && i < 20; i++) {
        if (gml_network_predict(f->network, f->inputs, gml_matrix_f32(y, ROWS, CLASSES)) != GML_OK) {
            free(y);
            return NULL;
        }
    }
    return y;
}

/* Callers side by side, more than there are slots. */
TEST(predictions_take_turns_where_memory_is_refused)
{
    fixture f = set_up(GML_F32);
    float expected[ROWS * CLASSES];
    pthread_t callers[CALLERS];
    hook_refuses = 1;
    assert_ok(f.context, gml_network_predict(f.network, f.inputs, gml_matrix_f32(expected, ROWS, CLASSES)));
    ck_assert_str_eq(gml_context_message(f.context), "");
    for (int refuses = 1; refuses >= 0; refuses--) {
        hook_refuses = (size_t)refuses;
        for (size_t i = 0; i < CALLERS; i++) {
            ck_assert_int_eq(pthread_create(&callers[i], NULL, ask, &f), 0);
        }
        for (size_t i = 0; i < CALLERS; i++) {
            void *y = NULL;
            pthread_join(callers[i], &y);
            ck_assert_ptr_nonnull(y);
            ck_assert_int_eq(memcmp(y, expected, sizeof expected), 0);
            free(y);
        }
    }
    tear_down(&f);
}

TEST(passes_after_the_first_allocate_nothing)
{
    fixture f = set_up(GML_F32);
    gml_pass *pass = NULL;
    float y[ROWS * CLASSES], dx[ROWS * INPUTS];
    gml_matrix out = gml_matrix_f32(y, ROWS, CLASSES), to = gml_matrix_f32(dx, ROWS, INPUTS);
    assert_ok(f.context, gml_pass_create(f.network, ROWS, &pass));
    assert_ok(f.context, gml_pass_forward(pass, f.inputs, out));
    assert_ok(f.context, gml_pass_backward(pass, out, to));
    size_t hook_before = hook_calls, malloc_before = malloc_calls;
    for (size_t i = 0; i < 20; i++) {
        gml_pass_forward(pass, f.inputs, out);
        gml_pass_backward(pass, out, to);
    }
    assert_nothing_allocated_since(hook_before, malloc_before);
    gml_pass_destroy(pass);
    tear_down(&f);
}

static size_t hook_after_first_epoch, malloc_after_first_epoch, hook_at_end, malloc_at_end;

static int note_allocations(void *user, const gml_progress *progress)
{
    (void)user;
    if (progress->epoch == 1) {
        hook_after_first_epoch = hook_calls;
        malloc_after_first_epoch = malloc_calls;
    }
    hook_at_end = hook_calls;
    malloc_at_end = malloc_calls;
    return 0;
}

static void assert_epochs_allocate_nothing(gml_train_options options)
{
    fixture f = set_up(GML_F32);
    gml_dataset *data = NULL;
    assert_ok(f.context, gml_dataset_from_matrices(f.context, f.inputs, f.targets, GML_TASK_CLASSIFICATION, &data));
    gml_fit_callbacks callbacks = {.on_epoch = note_allocations};
    options.batch = 24;
    options.epochs = 5;
    assert_ok(f.context, gml_fit(f.network, data, data, &options, &callbacks, NULL));
    ck_assert_uint_eq(hook_at_end, hook_after_first_epoch);
    ck_assert_uint_eq(malloc_at_end, malloc_after_first_epoch);
    gml_dataset_destroy(data);
    tear_down(&f);
}

TEST(epochs_after_the_first_allocate_nothing_validation_metrics_and_copies_of_the_state_included)
{
    assert_epochs_allocate_nothing((gml_train_options){.l2 = 0});
    assert_epochs_allocate_nothing((gml_train_options){.metric = "roc_auc", .patience = 10});
    assert_epochs_allocate_nothing((gml_train_options){.metric = "accuracy", .halvings = 3});
}

/* Whether two threads multiply at the same time in the first step is chance, so the memory of their products is there
 * before it. Narrow matrices need it as well: for the depth of a product, of the inputs or of a batch. */
TEST(a_trainer_makes_the_memory_of_products_for_all_its_threads)
{
    const struct {
        const char *net;
        gml_train_options options;
    } cases[] = {
        {"784 -> 64 relu -> 10 softmax", {.batch = 256}},
        {"100 -> 4", {.batch = 10000}},
        {"40 -> 4 -> 40 -> 4", {.batch = 10000}},
        {"33 -> 33 bias=no", {.batch = 1, .optimizer = "muon(steps=100)"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_context *context = context_with((gml_context_options){.threads = 2});
        gml_network *network = NULL;
        gml_trainer *trainer = NULL;
        assert_ok(context, gml_network_create(context, cases[i].net, NULL, &network));
        assert_ok(context, gml_trainer_create(network, &cases[i].options, &trainer));
        ck_assert_msg(context->products.made == 2, "%s: %zu", cases[i].net, (size_t)context->products.made);
        gml_trainer_destroy(trainer);
        gml_network_destroy(network);
        gml_context_destroy(context);
    }
}

int main(void)
{
    return run_tests("allocation", 120);
}
