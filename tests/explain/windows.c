/* tests/explain/windows.c - alarms while training: since which epoch, and those that only training can tell. */
#include <math.h>
#include <string.h>

#include "faults.h"
#include "health_case.h"

static const gml_health_options every_batch = {.every = 1};

/* Kills units at the end of an epoch. */
typedef struct killer {
    gml_network *network;
    size_t epoch;
} killer;

static int kill_units(void *user, const gml_progress *progress)
{
    const killer *at = user;
    for (size_t unit = 0; unit < 5 && progress->epoch == at->epoch; unit++) {
        set_bias(at->network, 0, unit, -1000);
    }
    return 0;
}

TEST(an_alarm_tells_since_which_epoch_it_holds)
{
    health_case c = set_up_health("8 -> 32 relu -> 3 softmax", GML_F32, 2, 1);
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    killer at = {c.network, 3};
    const gml_fit_callbacks callbacks = {.user = &at, .on_epoch = kill_units};
    const gml_train_options options = {.epochs = 7, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, &callbacks, NULL));
    assert_ok(c.context, gml_health_finish(health));
    const gml_alarm *alarm = find_alarm(health, "dead", 1);
    ck_assert_ptr_nonnull(alarm);
    ck_assert_uint_eq(alarm->since, 4);
    ck_assert_uint_eq(alarm->unit_count, 5);
    ck_assert_ptr_nonnull(strstr(alarm->text, "5 of 32 units never fire since epoch 4;"));
    assert_ok(c.context, gml_health_measure(health, c.data));
    ck_assert_uint_eq(find_alarm(health, "dead", 1)->since, 4);
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* Trains with every batch observed, also if that diverges. */
static void fit(health_case *c, gml_train_options options)
{
    gml_health_destroy(c->health);
    assert_ok(c->context, gml_health_create(c->network, &every_batch, &c->health));
    options.observer = gml_health_observer(c->health);
    gml_status status = gml_fit(c->network, c->data, NULL, &options, NULL, NULL);
    ck_assert(status == GML_OK || status == GML_ERROR_DIVERGED);
    assert_ok(c->context, gml_health_finish(c->health));
}

TEST(a_rate_that_is_too_small_stalls_and_one_too_great_is_unstable)
{
    health_case c = set_up_health("8 -> 32 tanh -> 3 softmax", GML_F64, 1, 1);
    fit(&c, (gml_train_options){.optimizer = "sgd(lr=1e-9)", .epochs = 4});
    ck_assert_ptr_nonnull(find_alarm(c.health, "stalled", 1));
    ck_assert_ptr_nonnull(find_alarm(c.health, "stalled", 2));
    ck_assert_ptr_null(find_alarm(c.health, "unstable", 1));
    tear_down_health(&c);
    c = set_up_health("8 -> 32 tanh -> 3 softmax", GML_F64, 1, 1);
    fit(&c, (gml_train_options){.optimizer = "adam(lr=3)", .epochs = 1});
    ck_assert_ptr_nonnull(find_alarm(c.health, "unstable", 1));
    ck_assert_double_gt(find_alarm(c.health, "unstable", 1)->figure, 0.1);
    tear_down_health(&c);
}

/* Breaks the weights after a batch. */
static int break_weights(void *user, const gml_progress *progress)
{
    gml_network *network = user;
    for (size_t i = 0; i < 32 && progress->epoch == 8 && progress->batch == 3; i++) {
        set_weight(network, 1, i, 0, 60 * (i % 2 == 0 ? 1 : -1));
    }
    return 0;
}

TEST(spikes_of_loss_and_gradient_are_told_with_their_epoch)
{
    health_case c = set_up_health("8 -> 32 relu -> 3 softmax", GML_F32, 1, 1);
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    const gml_fit_callbacks callbacks = {.user = c.network, .on_batch = break_weights};
    const gml_train_options options = {.epochs = 12, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, &callbacks, NULL));
    assert_ok(c.context, gml_health_finish(health));
    const gml_alarm *alarm = find_alarm(health, "loss_spike", 0);
    ck_assert_ptr_nonnull(alarm);
    ck_assert_uint_eq(alarm->since, 8);
    ck_assert_double_gt(alarm->figure, 10);
    ck_assert_ptr_eq(strstr(alarm->text, "epoch 8: the loss rose to"), alarm->text);
    alarm = find_alarm(health, "gradient_spike", 0);
    ck_assert_ptr_nonnull(alarm);
    ck_assert_uint_eq(alarm->since, 8);
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* What on_epoch and on_batch of a fit share. */
typedef struct watcher {
    const gml_health *health;
    gml_network *network;
    size_t stop_epoch, stop_batch;
    size_t epochs; /* seen */
} watcher;

/* Observed batches in an epoch of 20. */
static size_t observed(const gml_health_options *health_options)
{
    health_case c = set_up_health("8 -> 16 relu -> 3 softmax", GML_F32, 1, 1);
    gml_health *health = NULL;
    gml_health_summary summary;
    assert_ok(c.context, gml_health_create(c.network, health_options, &health));
    const gml_train_options options = {.epochs = 1, .batch = 25, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, NULL, NULL));
    assert_ok(c.context, gml_health_finish(health));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    gml_health_destroy(health);
    tear_down_health(&c);
    return summary.batches;
}

TEST(the_interval_that_is_chosen_has_a_bound)
{
    const size_t chosen = observed(NULL);
    ck_assert_uint_le(chosen, 2);
    ck_assert_uint_eq(observed(&(gml_health_options){.longest = 4}), 5);
    ck_assert_uint_eq(observed(&(gml_health_options){.longest = 1}), 20);
    ck_assert_uint_eq(observed(&(gml_health_options){.longest = SIZE_MAX}), chosen);
    ck_assert_uint_eq(observed(&(gml_health_options){.every = 5, .longest = 2}), 4);
}

static double norm_of_first_layer(const gml_network *network)
{
    double square = 0;
    for (size_t i = 0; i < 8 * 16; i++) {
        square += pow(weight_at(network, 0, i / 16, i % 16), 2);
    }
    return sqrt(square);
}

static int see_figures(void *user, const gml_progress *progress)
{
    watcher *at = user;
    gml_health_summary summary;
    ck_assert_int_eq(gml_health_summarize(at->health, &summary), GML_OK);
    ck_assert_uint_eq(summary.epoch, progress->epoch);
    ck_assert_uint_eq(summary.samples, CASE_ROWS);
    ck_assert_double_eq_tol(layer_health(at->health, 0).weight_norm, norm_of_first_layer(at->network), 1e-12);
    ck_assert_uint_eq(layer_health(at->health, 0).singular_count, 0);
    at->epochs++;
    return 0;
}

static int stop_in_epoch(void *user, const gml_progress *progress)
{
    const watcher *at = user;
    return progress->epoch == at->stop_epoch && progress->batch == at->stop_batch;
}

TEST(the_end_of_an_epoch_sees_the_figures_of_that_epoch)
{
    health_case c = set_up_health("8 -> 16 relu -> 3 softmax", GML_F64, 1, 1);
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    watcher at = {.health = health, .network = c.network};
    const gml_fit_callbacks callbacks = {.user = &at, .on_epoch = see_figures};
    const gml_train_options options = {.epochs = 4, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, &callbacks, NULL));
    ck_assert_uint_eq(at.epochs, 4);
    gml_health_summary summary;
    assert_ok(c.context, gml_health_measure(health, c.data));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_uint_eq(summary.epoch, 0);
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* A new health observes the epochs from the fourth on. */
TEST(a_fit_that_goes_on_counts_the_epochs_of_the_whole_run)
{
    health_case c = set_up_health("8 -> 16 relu -> 3 softmax", GML_F64, 1, 1);
    watcher at = {.stop_epoch = 4, .stop_batch = 2};
    make_folder();
    const gml_fit_callbacks callbacks = {.user = &at, .on_batch = stop_in_epoch};
    gml_train_options options = {.epochs = 6, .batch = 50, .checkpoint = in_folder("run")};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, &callbacks, NULL));
    gml_health *health = NULL;
    gml_health_summary summary;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    options.resume = options.checkpoint;
    options.observer = gml_health_observer(health);
    at.stop_batch = 6;
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, &callbacks, NULL));
    assert_ok(c.context, gml_health_finish(health));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_uint_eq(summary.epoch, 4);
    ck_assert_uint_eq(summary.samples, 200); /* four batches */
    gml_health_destroy(health);
    remove_folder();
    tear_down_health(&c);
}

TEST(a_window_of_a_small_dataset_spans_epochs)
{
    health_case c = set_up_health("8 -> 16 relu -> 3 softmax", GML_F32, 1, 1);
    const gml_health_options options = {.every = 1000};
    gml_health *health = NULL;
    gml_health_summary summary;
    assert_ok(c.context, gml_health_create(c.network, &options, &health));
    gml_train_options fit_options = {.epochs = 7, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &fit_options, NULL, NULL));
    ck_assert_int_eq(gml_health_summarize(health, &summary), GML_ERROR_ARGUMENT);
    fit_options.epochs = 9;
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &fit_options, NULL, NULL));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_uint_eq(summary.samples, 256);
    ck_assert_uint_eq(summary.batches, 8);
    gml_health_destroy(health);
    tear_down_health(&c);
}

TEST(one_batch_in_so_many_and_the_first_of_each_epoch_are_observed)
{
    health_case c = set_up_health("8 -> 16 relu -> 3 softmax", GML_F32, 1, 1);
    const gml_health_options options = {.every = 5};
    gml_health *health = NULL;
    gml_health_summary summary;
    assert_ok(c.context, gml_health_create(c.network, &options, &health));
    const gml_train_options fit_options = {.epochs = 2, .batch = 25, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &fit_options, NULL, NULL));
    assert_ok(c.context, gml_health_finish(health));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_uint_eq(summary.batches, 8); /* 4 of 20 in each of two epochs: 200 samples are no window */
    gml_health_destroy(health);
    tear_down_health(&c);
}
