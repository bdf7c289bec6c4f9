/* tests/measure/intervals_coverage.c - prediction intervals of trained networks hold the share of new targets that they
 * say, on the average over seeds. */
#include "intervals_case.h"

enum {
    SEEDS = 20,
    COLUMNS = 2,
    TRAINING = 300,
    VALIDATION = 200,
    TEST_SAMPLES = 600,
    ALL = TRAINING + VALIDATION + TEST_SAMPLES
};

/* Samples of one seed, in parts. Noise grows with the first input, and is not symmetric. */
typedef struct drawn_samples {
    double *inputs, *noise, targets[ALL];
    gml_dataset *training, *validation, *test;
} drawn_samples;

static gml_dataset *part_of(gml_context *context, drawn_samples *of, size_t first, size_t count)
{
    gml_dataset *part = NULL;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(of->inputs + first * COLUMNS, count, COLUMNS),
                                        gml_matrix_f64(of->targets + first, count, 1), GML_TASK_REGRESSION, &part));
    return part;
}

static void draw(gml_context *context, uint64_t seed, drawn_samples *made)
{
    made->inputs = random_doubles(ALL * COLUMNS, 2 * seed + 1);
    made->noise = random_doubles(ALL, 2 * seed + 2);
    for (size_t i = 0; i < ALL; i++) {
        const double *x = made->inputs + i * COLUMNS, u = made->noise[i];
        made->targets[i] = exp(1 + 1.5 * x[0] + 0.5 * x[1] * x[1] + (0.3 + 0.2 * x[0]) * (u + u * u));
    }
    made->training = part_of(context, made, 0, TRAINING);
    made->validation = part_of(context, made, TRAINING, VALIDATION);
    made->test = part_of(context, made, TRAINING + VALIDATION, TEST_SAMPLES);
}

static void clear(drawn_samples *made)
{
    gml_dataset_destroy(made->training);
    gml_dataset_destroy(made->validation);
    gml_dataset_destroy(made->test);
    free(made->inputs);
    free(made->noise);
}

/* Trains as `gemmule train` does, with the validation part choosing the epoch. */
static gml_network *train(gml_context *context, const gml_recipe *recipe, size_t members, const drawn_samples *data)
{
    gml_network *made = NULL;
    if (members > 1) {
        const gml_ensemble_options options = {.members = members};
        assert_ok(context, gml_ensemble_fit(recipe, data->training, data->validation, &options, &made, NULL));
        return made;
    }
    assert_ok(context, gml_recipe_network(recipe, data->training, &made));
    assert_ok(context, gml_fit(made, data->training, data->validation, &recipe->fit, NULL, NULL));
    return made;
}

/* The mean coverage of test samples, and the mean width over the seeds. */
static gml_interval_score mean_score(gml_recipe recipe, size_t members, double level)
{
    gml_context *context = test_context();
    gml_interval_score mean = {0};
    recipe.fit.epochs = 12;
    recipe.fit.learning_rate = 0.02;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        drawn_samples data;
        gml_interval_score score;
        draw(context, seed, &data);
        recipe.options.seed = recipe.fit.seed = seed;
        gml_network *network = train(context, &recipe, members, &data);
        assert_ok(context, gml_fit_intervals(network, data.validation, level));
        assert_ok(context, gml_score_intervals(network, data.test, &score));
        mean.samples += score.samples;
        mean.coverage += score.coverage / SEEDS;
        mean.mean_width += score.mean_width / SEEDS;
        gml_network_destroy(network);
        clear(&data);
    }
    gml_context_destroy(context);
    return mean;
}

TEST(intervals_hold_the_share_of_new_targets_that_they_say)
{
    static const struct {
        gml_recipe recipe;
        size_t members;
        double level;
    } cases[] = {
        {{.hidden = "16 relu"}, 1, 0.9},
        {{.hidden = "16 relu"}, 1, 0.5},
        {{.hidden = "16 relu", .target_preparation = "log -> standard"}, 1, 0.9},
        {{.hidden = "16 relu", .clamp = 1}, 1, 0.9},
        {{.hidden = "16 relu", .fit = {.loss = "gaussian_nll"}}, 1, 0.9},
        {{.hidden = "8 relu"}, 3, 0.9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const gml_interval_score mean = mean_score(cases[i].recipe, cases[i].members, cases[i].level);
        ck_assert_uint_eq(mean.samples, SEEDS * TEST_SAMPLES);
        ck_assert_double_eq_tol(mean.coverage, cases[i].level, 0.02);
    }
}

TEST(intervals_that_grow_with_the_noise_are_narrower)
{
    const gml_interval_score constant = mean_score((gml_recipe){.hidden = "16 relu"}, 1, 0.9),
                             growing = mean_score(
                                 (gml_recipe){.hidden = "16 relu", .target_preparation = "log -> standard"}, 1, 0.9);
    ck_assert_double_lt(growing.mean_width, 0.9 * constant.mean_width);
}
