/* tests/library/races.c - what may be called from several threads at once, called so. ThreadSanitizer watches it in
 * tools/test --races; in every other build the outcomes are compared. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "harness.h"
#include "network/network.h"
#include "numbers.h"

enum { THREADS = 4, ROUNDS = 5, SAMPLES = 150, INPUTS = 12, CLASSES = 4 };

/* What the threads of a test share, and what each finds. */
typedef struct scene {
    pthread_barrier_t start;
    gml_context *context;
    gml_network *network;
    gml_dataset *data;
    double *x, *y;
    gml_matrix inputs, targets;
} scene;

typedef struct actor {
    scene *scene;
    size_t index;
    void (*act)(struct actor *self);
    float answers[SAMPLES * CLASSES];
    char path[512];
    pthread_t thread;
} actor;

static void open_scene(scene *s)
{
    memset(s, 0, sizeof *s);
    ck_assert_int_eq(pthread_barrier_init(&s->start, NULL, THREADS), 0);
    s->x = random_doubles(SAMPLES * INPUTS, 1);
    s->y = random_classes(SAMPLES, CLASSES, 2);
    s->inputs = gml_matrix_f64(s->x, SAMPLES, INPUTS);
    s->targets = gml_matrix_f64(s->y, SAMPLES, 1);
}

/* Gives the scene a context of two threads, data and a network that knows them. Wide enough to take both threads. */
static void furnish(scene *s)
{
    s->context = test_context();
    assert_ok(s->context,
              gml_dataset_from_matrices(s->context, s->inputs, s->targets, GML_TASK_CLASSIFICATION, &s->data));
    assert_ok(s->context, gml_network_create(s->context, "12 -> 256 relu -> batchnorm -> 256 relu -> 4 softmax", NULL,
                                             &s->network));
    assert_ok(s->context, gml_network_adapt(s->network, s->data, GML_SCALING_STANDARD));
}

static void close_scene(scene *s)
{
    gml_network_destroy(s->network);
    gml_dataset_destroy(s->data);
    gml_context_destroy(s->context);
    pthread_barrier_destroy(&s->start);
    free(s->x);
    free(s->y);
}

static void *run_actor(void *argument)
{
    actor *self = argument;
    pthread_barrier_wait(&self->scene->start);
    self->act(self);
    return NULL;
}

/* Lets THREADS actors begin at once and waits for them; `acts` is taken in turn. */
static void play(scene *s, actor actors[THREADS], void (*const *acts)(actor *), size_t count)
{
    memset(actors, 0, THREADS * sizeof *actors);
    for (size_t i = 0; i < THREADS; i++) {
        actors[i].scene = s;
        actors[i].index = i;
        actors[i].act = acts[i % count];
        snprintf(actors[i].path, sizeof actors[i].path, "%s", in_folder((const char *[]){"a", "b", "c", "d"}[i % 4]));
        ck_assert_int_eq(pthread_create(&actors[i].thread, NULL, run_actor, &actors[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(actors[i].thread, NULL);
    }
}

static gml_matrix answers_of(actor *self)
{
    return gml_matrix_f32(self->answers, SAMPLES, CLASSES);
}

/* ---- acts ---- */

static void predict(actor *self)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        assert_ok(self->scene->context,
                  gml_network_predict(self->scene->network, self->scene->inputs, answers_of(self)));
    }
}

static void save(actor *self)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        gml_network *loaded = NULL;
        assert_ok(self->scene->context, gml_model_save(self->scene->network, self->path));
        assert_ok(self->scene->context, gml_model_load(self->scene->context, self->path, &loaded));
        assert_ok(self->scene->context, gml_network_predict(loaded, self->scene->inputs, answers_of(self)));
        gml_network_destroy(loaded);
    }
}

static void evaluate(actor *self)
{
    for (size_t i = 0; i < ROUNDS; i++) {
        gml_metrics metrics;
        gml_network *copy = NULL;
        assert_ok(self->scene->context, gml_evaluate(self->scene->network, self->scene->data, NULL, &metrics));
        assert_ok(self->scene->context, gml_network_copy(self->scene->network, GML_F32, &copy));
        assert_ok(self->scene->context, gml_network_predict(copy, self->scene->inputs, answers_of(self)));
        gml_network_destroy(copy);
    }
}

/* All of a life, in a context of its own. */
static void live_alone(actor *self)
{
    scene own = {.inputs = self->scene->inputs, .targets = self->scene->targets};
    const gml_train_options options = {.epochs = 2, .batch = 64};
    furnish(&own);
    assert_ok(own.context, gml_fit(own.network, own.data, own.data, &options, NULL, NULL));
    assert_ok(own.context, gml_model_save(own.network, self->path));
    assert_ok(own.context, gml_network_predict(own.network, own.inputs, answers_of(self)));
    gml_network_destroy(own.network);
    gml_dataset_destroy(own.data);
    gml_context_destroy(own.context);
}

/* A network of its own, trained in the context that all share. */
static void train_beside(actor *self)
{
    gml_network *network = NULL;
    const gml_train_options options = {.epochs = 2, .batch = 64};
    assert_ok(self->scene->context, gml_network_copy(self->scene->network, GML_F32, &network));
    assert_ok(self->scene->context, gml_fit(network, self->scene->data, NULL, &options, NULL, NULL));
    assert_ok(self->scene->context, gml_network_predict(network, self->scene->inputs, answers_of(self)));
    gml_network_destroy(network);
}

/* Failing alone, without a look at the message, so that no lock but that of failing orders the threads. */
static void be_refused(actor *self)
{
    gml_network *network = NULL;
    for (size_t i = 0; i < 50 * ROUNDS; i++) {
        ck_assert_int_ne(gml_network_create(self->scene->context, "2 -> x", NULL, &network), GML_OK);
    }
}

/* Every sentence that is read is whole: one of those that these calls leave. */
static void read_refusals(actor *self)
{
    static const char *const wrong[] = {"2 -> 3 no_such", "2 -> x", "0 -> 1", "2 -> 3 relu("};
    char text[GML_MESSAGE_SIZE], known[THREADS][GML_MESSAGE_SIZE];
    gml_context *own = test_context();
    gml_network *network = NULL;
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_ne(gml_network_create(own, wrong[i], NULL, &network), GML_OK);
        gml_context_copy_message(own, known[i], sizeof known[i]);
    }
    for (size_t i = 0; i < 50 * ROUNDS; i++) {
        int found = 0;
        ck_assert_int_ne(gml_network_create(self->scene->context, wrong[self->index], NULL, &network), GML_OK);
        gml_context_copy_message(self->scene->context, text, sizeof text);
        for (size_t k = 0; k < THREADS; k++) {
            found = found || strcmp(text, known[k]) == 0;
        }
        ck_assert_msg(found, "a sentence in pieces: %s", text);
    }
    gml_context_destroy(own);
}

/* ---- scenes ---- */

static void assert_same_answers(const actor actors[THREADS])
{
    for (size_t i = 1; i < THREADS; i++) {
        ck_assert_int_eq(memcmp(actors[0].answers, actors[i].answers, sizeof actors[0].answers), 0);
    }
}

/* The first test, so that in one process with the others the first contexts are made at the same time. */
TEST(contexts_of_their_own_share_nothing)
{
    static actor actors[THREADS];
    scene s;
    make_folder();
    open_scene(&s);
    play(&s, actors, (void (*[])(actor *)){live_alone}, 1);
    assert_same_answers(actors);
    close_scene(&s);
    remove_folder();
}

TEST(one_network_answers_copies_and_saves_at_once)
{
    static actor actors[THREADS];
    scene s;
    make_folder();
    open_scene(&s);
    furnish(&s);
    play(&s, actors, (void (*[])(actor *)){predict, save, evaluate, predict}, THREADS);
    assert_same_answers(actors);
    close_scene(&s);
    remove_folder();
}

TEST(one_ensemble_answers_copies_and_saves_at_once)
{
    static actor actors[THREADS];
    gml_network *members[2] = {NULL};
    scene s;
    make_folder();
    open_scene(&s);
    furnish(&s);
    members[0] = s.network;
    assert_ok(s.context, gml_network_copy(s.network, GML_F32, &members[1]));
    assert_ok(s.context, gml_ensemble_create(members, 2, &s.network));
    play(&s, actors, (void (*[])(actor *)){predict, save, evaluate, predict}, THREADS);
    assert_same_answers(actors);
    close_scene(&s);
    remove_folder();
}

TEST(fits_of_several_threads_share_a_context_and_data)
{
    static actor actors[THREADS];
    scene s;
    make_folder();
    open_scene(&s);
    furnish(&s);
    play(&s, actors, (void (*[])(actor *)){train_beside}, 1);
    assert_same_answers(actors);
    close_scene(&s);
    remove_folder();
}

TEST(the_message_of_a_shared_context_is_whole)
{
    static actor actors[THREADS];
    scene s;
    make_folder();
    open_scene(&s);
    furnish(&s);
    play(&s, actors, (void (*[])(actor *)){read_refusals, be_refused}, 2);
    close_scene(&s);
    remove_folder();
}

static int ask_message(void *user, const gml_progress *progress)
{
    (void)progress;
    return gml_context_message(user)[0] == '\0' ? 0 : 1;
}

TEST(many_fits_share_a_context_and_data)
{
    scene s;
    gml_fit_job jobs[2 * THREADS];
    memset(jobs, 0, sizeof jobs);
    open_scene(&s);
    furnish(&s);
    for (size_t i = 0; i < 2 * THREADS; i++) {
        jobs[i].dataset = jobs[i].validation = s.data;
        jobs[i].options = (gml_train_options){.epochs = 2, .batch = 32};
        jobs[i].callbacks = (gml_fit_callbacks){.user = s.context, .on_batch = ask_message};
        assert_ok(s.context, gml_network_copy(s.network, GML_F32, &jobs[i].network));
    }
    assert_ok(s.context, gml_fit_many(s.context, jobs, 2 * THREADS));
    for (size_t i = 0; i < 2 * THREADS; i++) {
        ck_assert_int_eq(jobs[i].report.stopped, 0);
        ck_assert_int_eq(memcmp(jobs[i].network->parameters, jobs[0].network->parameters, s.network->parameter_bytes),
                         0);
    }
    for (size_t i = 0; i < 2 * THREADS; i++) {
        gml_network_destroy(jobs[i].network);
    }
    close_scene(&s);
}

int main(void)
{
    return run_tests("races", 300);
}
