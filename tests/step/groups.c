/* tests/step/groups.c - groups of parameters: rates and decays of their own, and layers that are frozen. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

enum { ROWS = 24, MOST = 96, STEPS = 5 };

static const char NET[] = "2 -> 7 prelu -> batchnorm -> 5 tanh -> 1";

/* All parameters, with the layer and the role of each. */
typedef struct picture {
    double values[MOST];
    size_t layer[MOST];
    gml_role role[MOST];
    size_t count;
} picture;

static picture read_parameters(const gml_network *network)
{
    picture made = {.count = 0};
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block(network, b, &block), GML_OK);
        for (size_t i = 0; i < block.values.rows; i++) {
            for (size_t j = 0; j < block.values.cols; j++, made.count++) {
                size_t at = i * block.values.stride + j;
                ck_assert_uint_lt(made.count, MOST);
                made.values[made.count] = block.values.dtype == GML_F64 ? ((double *)block.values.data)[at]
                                                                        : (double)((float *)block.values.data)[at];
                made.layer[made.count] = (size_t)(block.name[strlen("layers.")] - '0') + 1;
                made.role[made.count] = block.role;
            }
        }
    }
    return made;
}

/* The parameters after some steps from the same start. */
static picture train(fixture *f, gml_train_options options, size_t steps)
{
    gml_trainer *trainer = NULL;
    gml_network_initialize(f->network, 3);
    options.batch = ROWS;
    assert_ok(f->context, gml_trainer_create(f->network, &options, &trainer));
    for (size_t i = 0; i < steps; i++) {
        assert_ok(f->context,
                  gml_trainer_step(trainer, gml_matrix_f64(f->x, ROWS, 2), gml_matrix_f64(f->y, ROWS, 1), NULL));
    }
    gml_trainer_destroy(trainer);
    return read_parameters(f->network);
}

/* Which parameters a group is about, as the test sees it. */
typedef bool is_in(size_t layer, gml_role role);

static bool all_of_layer_1(size_t layer, gml_role role)
{
    return layer == 1 && role != GML_ROLE_STATISTIC;
}

static bool weights_up_to_3(size_t layer, gml_role role)
{
    return layer <= 3 && role == GML_ROLE_WEIGHT;
}

static bool biases(size_t layer, gml_role role)
{
    (void)layer;
    return role == GML_ROLE_BIAS || role == GML_ROLE_SCALE;
}

static bool scales(size_t layer, gml_role role)
{
    (void)layer;
    return role == GML_ROLE_SCALE;
}

static bool activations_of_1(size_t layer, gml_role role)
{
    return layer == 1 && role == GML_ROLE_ACTIVATION;
}

static const struct {
    const char *name; /* and arguments without the rate */
    is_in *is_in;
} GROUPS[] = {{"all(last=1", all_of_layer_1},
              {"weights(last=3", weights_up_to_3},
              {"biases(first=1", biases},
              {"scales(first=2", scales},
              {"activations(first=1, last=2", activations_of_1}};
enum { GROUP_COUNT = sizeof GROUPS / sizeof GROUPS[0] };

static const char *with_rate(size_t group, const char *rate)
{
    static char text[80];
    snprintf(text, sizeof text, "%s, rate=%s)", GROUPS[group].name, rate);
    return text;
}

TEST(a_step_of_a_group_is_as_much_longer_as_its_rate_says)
{
    fixture f = set_up_waves(NET, GML_F64, 2, ROWS);
    static const char *const optimizers[] = {"sgd(lr=0.01)", "adam(lr=0.01)", "momentum(lr=0.01)", "nadam(lr=0.01)",
                                             "lion(lr=0.01)"};
    picture start = train(&f, (gml_train_options){.optimizer = "sgd"}, 0);
    for (size_t o = 0; o < 5; o++) {
        picture plain = train(&f, (gml_train_options){.optimizer = optimizers[o]}, 1);
        for (size_t g = 0; g < GROUP_COUNT; g++) {
            gml_train_options options = {.optimizer = optimizers[o], .groups = with_rate(g, "0.25")};
            picture grouped = train(&f, options, 1);
            size_t in = 0;
            for (size_t i = 0; i < start.count; i++) {
                bool slow = GROUPS[g].is_in(start.layer[i], start.role[i]);
                double step = (plain.values[i] - start.values[i]) * (slow ? 0.25 : 1);
                ck_assert_double_eq_tol(grouped.values[i], start.values[i] + step, 1e-15);
                in += slow;
            }
            ck_assert_uint_gt(in, 0);
            ck_assert_uint_lt(in, start.count);
        }
    }
    tear_down(&f);
}

TEST(what_is_frozen_stays_to_the_bit_whatever_else_is_on)
{
    fixture f = set_up_waves(NET, GML_F32, 2, ROWS);
    const gml_train_options ways[] = {
        {.optimizer = "adamw(weight_decay=1)", .l2 = 0.1},
        {.optimizer = "sgd", .l1 = 1, .max_norm = 0.1, .gradient_noise = 1},
        {.optimizer = "rprop", .clip_norm = 0.1},
        {.optimizer = "momentum", .average = "ema", .accumulate = 2},
        {.optimizer = "muon(weight_decay=1)", .l1 = 1, .gradient_noise = 1},
    };
    picture start = train(&f, ways[0], 0);
    for (size_t way = 0; way < 4; way++) {
        for (size_t g = 0; g < GROUP_COUNT; g++) {
            gml_train_options options = ways[way];
            options.groups = with_rate(g, "0");
            picture end = train(&f, options, STEPS);
            size_t moved = 0;
            for (size_t i = 0; i < start.count; i++) {
                bool frozen = GROUPS[g].is_in(start.layer[i], start.role[i]);
                ck_assert(!frozen || start.values[i] == end.values[i]);
                moved += start.values[i] != end.values[i];
            }
            ck_assert_uint_gt(moved, 0);
        }
    }
    tear_down(&f);
}

TEST(frozen_weights_are_their_own_average)
{
    fixture f = set_up_waves(NET, GML_F64, 1, ROWS);
    static const char *const optimizers[] = {"schedule_free_adamw", "sgd"};
    for (size_t o = 0; o < 2; o++) {
        gml_train_options options = {.optimizer = optimizers[o], .average = o == 1 ? "swa" : NULL, .batch = ROWS};
        options.groups = "all(last=1, rate=0)";
        gml_network_initialize(f.network, 3);
        picture start = read_parameters(f.network);
        gml_trainer *trainer = NULL;
        assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
        assert_ok(f.context,
                  gml_trainer_step(trainer, gml_matrix_f64(f.x, ROWS, 2), gml_matrix_f64(f.y, ROWS, 1), NULL));
        assert_ok(f.context, gml_trainer_use_average(trainer, 1));
        picture end = read_parameters(f.network);
        for (size_t i = 0; i < start.count; i++) {
            ck_assert(!all_of_layer_1(start.layer[i], start.role[i]) || start.values[i] == end.values[i]);
        }
        gml_trainer_destroy(trainer);
    }
    tear_down(&f);
}

TEST(the_norm_that_is_cut_is_that_of_what_learns)
{
    fixture f = set_up_waves(NET, GML_F64, 1, ROWS);
    const gml_train_options options = {
        .optimizer = "sgd(lr=1)", .clip_norm = 1e-3, .groups = "all(rate=0); biases(first=5, last=5)"};
    const gml_train_options last = {
        .optimizer = "sgd(lr=1)", .clip_norm = 1e-3, .groups = "all(rate=0); biases(first=4, last=4)"};
    gml_trainer *trainer = NULL;
    assert_refused(f.context, gml_trainer_create(f.network, &options, &trainer), GML_ERROR_ARGUMENT, "5", NULL);
    picture start = train(&f, last, 0), end = train(&f, last, 1);
    double squares = 0;
    for (size_t i = 0; i < start.count; i++) {
        squares += start.role[i] == GML_ROLE_STATISTIC ? 0 : pow(end.values[i] - start.values[i], 2);
    }
    ck_assert_double_eq_tol(sqrt(squares), 1e-3, 1e-12);
    tear_down(&f);
}

TEST(decay_is_multiplied_for_the_weights_of_the_group)
{
    fixture f = set_up_waves(NET, GML_F64, 1, ROWS);
    static const char *const names[] = {"sgd(lr=0.01)", "adamw(lr=0.01, weight_decay=0.5)", "sgd(lr=0.01)"};
    for (size_t way = 0; way < 3; way++) {
        gml_train_options options = {.optimizer = names[way],
                                     .l2 = way == 0 ? 0.5 : 0,
                                     .l1 = way == 2 ? 0.5 : 0,
                                     .groups = "weights(last=1, decay=0)"};
        gml_train_options none = {.optimizer = way == 1 ? "adamw(lr=0.01, weight_decay=0)" : "sgd(lr=0.01)"};
        gml_train_options full = options;
        full.groups = NULL;
        picture grouped = train(&f, options, 1), without = train(&f, none, 1), with = train(&f, full, 1);
        for (size_t i = 0; i < grouped.count; i++) {
            bool in = grouped.layer[i] == 1 && grouped.role[i] == GML_ROLE_WEIGHT;
            ck_assert_double_eq_tol(grouped.values[i], in ? without.values[i] : with.values[i], 1e-16);
        }
    }
    tear_down(&f);
}

TEST(the_last_group_that_names_a_parameter_counts)
{
    fixture f = set_up_waves(NET, GML_F64, 1, ROWS);
    gml_train_options first = {.groups = "all(rate=0); weights(rate=2) ;biases(rate=0.5, first=3)"};
    gml_train_options second = {
        .groups = "biases(rate=0.5, first=3);weights(rate=2);activations(rate=0); biases(rate=0, last=2)"};
    picture a = train(&f, first, STEPS), b = train(&f, second, STEPS);
    for (size_t i = 0; i < a.count; i++) {
        ck_assert_double_eq(a.values[i], b.values[i]);
    }
    tear_down(&f);
}

TEST(groups_train_the_same_bits_for_any_number_of_threads)
{
    picture kept = {.count = 0};
    for (size_t threads = 1; threads <= 3; threads++) {
        fixture f = set_up_waves(NET, GML_F32, threads, ROWS);
        picture now =
            train(&f, (gml_train_options){.groups = "all(rate=0.3); biases(rate=3); all(last=1, rate=0)"}, STEPS);
        kept = threads == 1 ? now : kept;
        ck_assert_mem_eq(kept.values, now.values, now.count * sizeof(double));
        tear_down(&f);
    }
}

TEST(groups_that_are_none_are_refused)
{
    fixture f = set_up_waves(NET, GML_F32, 1, ROWS);
    static const struct {
        const char *text;
        gml_status status;
        const char *says;
    } wrong[] = {{"weight", GML_ERROR_NAME, "did you mean \"weights\""},
                 {"weights(rate=0.5); bias", GML_ERROR_NAME, "character 20"},
                 {"biases(decay=2)", GML_ERROR_NAME, "decay"},
                 {"all(rate=-1)", GML_ERROR_ARGUMENT, "rate"},
                 {"all(first=5)", GML_ERROR_ARGUMENT, "layers 5 to 4 are named, and the network has 4"},
                 {"all(first=3, last=2)", GML_ERROR_ARGUMENT, "layers 3 to 2"},
                 {"all(first=1.5)", GML_ERROR_ARGUMENT, "1.5"},
                 {"all;;all", GML_ERROR_ARGUMENT, "a name"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        gml_train_options options = {.groups = wrong[i].text};
        gml_trainer *trainer = NULL;
        assert_refused(f.context, gml_trainer_create(f.network, &options, &trainer), wrong[i].status, wrong[i].says,
                       NULL);
    }
    tear_down(&f);
}

int main(void)
{
    return run_tests("groups", 60);
}
