/* tests/tune/recipes.c - named recipes: what each makes, which settings are overruled, conditions. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "numbers.h"
#include "tune/space.h"

enum { ROWS = 60 };

static gml_assigned_recipe made;

/* Three inputs, and classes or a value. */
static gml_dataset *make_data(const fixture *f, gml_task task)
{
    static double classes[ROWS];
    gml_dataset *data = NULL;
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = (double)(i % 3);
    }
    const gml_matrix y = gml_matrix_f64(task == GML_TASK_CLASSIFICATION ? classes : f->y, ROWS, 1);
    assert_ok(f->context, gml_dataset_from_matrices(f->context, gml_matrix_f64(f->x, ROWS, 3), y, task, &data));
    return data;
}

static fixture set_up_rows(void)
{
    return set_up("3 -> 1", GML_F32, 1, ROWS);
}

static const gml_recipe *assign(const fixture *f, const gml_recipe *base, const char *text, const gml_dataset *data)
{
    assert_ok(f->context, gml_recipe_assign(f->context, base, text, data, &made));
    return &made.recipe;
}

TEST(each_recipe_makes_and_trains_a_network_for_classes_and_for_values)
{
    static const gml_task tasks[] = {GML_TASK_CLASSIFICATION, GML_TASK_REGRESSION};
    fixture f = set_up_rows();
    for (size_t t = 0; t < 2; t++) {
        gml_dataset *data = make_data(&f, tasks[t]);
        for (size_t i = 0; gml_recipe_row_at(i) != NULL; i++) {
            char text[64];
            gml_network *network = NULL;
            if (gml_recipe_row_at(i)->method == NULL) {
                snprintf(text, sizeof text, "recipe=%s; epochs=2", gml_recipe_entry(i)->name);
                assert_ok(f.context, gml_recipe_network(assign(&f, NULL, text, data), data, &network));
                assert_ok(f.context, gml_fit(network, data, NULL, &made.recipe.fit, NULL, NULL));
                ck_assert_str_eq(gml_network_fact(network, "recipe"), gml_recipe_entry(i)->name);
                gml_network_destroy(network);
            }
        }
        gml_dataset_destroy(data);
    }
    tear_down(&f);
}

/* How often a text is in the description of the network that a recipe makes for values. */
static size_t count_described(const char *recipe, const char *text)
{
    fixture f = set_up_rows();
    gml_network *network = NULL;
    char setting[64];
    snprintf(setting, sizeof setting, "recipe=%s", recipe);
    assert_ok(f.context, gml_recipe_network(assign(&f, NULL, setting, f.data), f.data, &network));
    size_t count = 0;
    for (const char *at = gml_network_description(network); (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    gml_network_destroy(network);
    tear_down(&f);
    return count;
}

TEST(layers_of_published_recipes_start_as_published)
{
    ck_assert_uint_eq(count_described("realmlp_simple", "256 mish init=lecun_normal bias_init=normal(std=1)"), 3);
    ck_assert_uint_eq(count_described("realmlp_simple", "1 init=zeros"), 1);
    ck_assert_uint_eq(count_described("tabm", "init=fan_in_uniform"), 3); /* two blocks and the heads */
    ck_assert_uint_eq(count_described("tabm_mini", "init=fan_in_uniform"), 4);
}

TEST(realmlp_trains_embeddings_of_numbers_slowly_and_those_of_categories_as_weights)
{
    ck_assert_uint_eq(count_described("realmlp", "3 -> pbld(numbers=3) -> scale"), 1); /* layer 1: numbers */
    fixture f = set_up_rows();
    ck_assert_ptr_nonnull(
        strstr(assign(&f, NULL, "recipe=realmlp", f.data)->fit.groups, "embeddings(rate=0.1, last=1)"));
    tear_down(&f);
}

TEST(plain_is_the_default_recipe)
{
    fixture f = set_up_rows();
    gml_dataset *data = make_data(&f, GML_TASK_CLASSIFICATION);
    gml_network *plain = NULL, *network = NULL;
    const gml_train_options options = gml_recipe_fit_options(NULL, ROWS);
    assert_ok(f.context, gml_recipe_network(assign(&f, NULL, "recipe=plain", data), data, &plain));
    assert_ok(f.context, gml_recipe_network(NULL, data, &network));
    ck_assert_str_eq(gml_network_description(plain), gml_network_description(network));
    assert_ok(f.context, gml_fit(plain, data, NULL, &made.recipe.fit, NULL, NULL));
    assert_ok(f.context, gml_fit(network, data, NULL, &options, NULL, NULL));
    ck_assert_uint_eq(hash_weights(plain), hash_weights(network));
    gml_network_destroy(plain);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    tear_down(&f);
}

TEST(values_beside_a_recipe_overrule_its_own)
{
    fixture f = set_up_rows();
    const gml_train_options *fit = &made.recipe.fit;
    assign(&f, NULL, "lr=0.5; recipe=mlp_light; dropout=0; batch=8", f.data);
    ck_assert_str_eq(made.recipe.hidden, "128 relu -> 128 relu");
    ck_assert_str_eq(fit->optimizer, "adamw(weight_decay=0.1)");
    ck_assert_double_eq(fit->learning_rate, 0.5);
    ck_assert_uint_eq(fit->batch, 8);
    assign(&f, NULL, "recipe=snn; width=5", f.data); /* its layers as a whole */
    ck_assert_str_eq(made.recipe.hidden, "5 relu");
    assign(&f, NULL, "recipe=mlp_light; optimizer=sgd(lr=0.3)", f.data); /* another optimizer, another rate */
    ck_assert_str_eq(fit->optimizer, "sgd(lr=0.3)");
    ck_assert_double_eq(fit->learning_rate, 0);
    assign(&f, NULL, "recipe=mlp_light; epochs=7", f.data);
    ck_assert_uint_eq(fit->epochs, 7);
    tear_down(&f);
}

TEST(settings_of_the_callers_recipe_overrule_those_of_a_named_one)
{
    const gml_recipe base = {.network = "3 -> 1", .fit = {.optimizer = "adam", .epochs = 3}, .preparation = "number"};
    fixture f = set_up_rows();
    const gml_recipe *recipe = assign(&f, &base, "recipe=snn", f.data);
    ck_assert_ptr_null(recipe->hidden);
    ck_assert_str_eq(recipe->preparation, "number");
    ck_assert_str_eq(recipe->fit.optimizer, "adam");
    ck_assert_double_eq(recipe->fit.learning_rate, 0);
    ck_assert_uint_eq(recipe->fit.epochs, 3);
    ck_assert_str_eq(recipe->fit.schedule, "cosine(warmup=0.05)");
    tear_down(&f);
}

TEST(a_condition_decides_by_task_and_samples_and_the_first_that_holds_counts)
{
    static const struct {
        const char *text;
        double lr; /* 0: none is set */
    } cases[] = {
        {"[classes] lr=1; [values] lr=2", 2},
        {"[classes] lr=1; lr=3", 3},
        {"[samples<60] lr=1; [samples<61] lr=2; lr=3", 2},
        {"[samples>=60] lr=1; lr=3", 1},
        {"[ samples >= 61 , values ] lr=1", 0},
        {"[samples>=60, values] lr=1; [samples>=60] lr=2", 1},
    };
    fixture f = set_up_rows();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_double_eq(assign(&f, NULL, cases[i].text, f.data)->fit.learning_rate, cases[i].lr);
    }
    tear_down(&f);
}

TEST(every_mistake_in_a_condition_is_told_with_its_place)
{
    static const struct {
        const char *text;
        gml_status status;
        const char *place, *words;
    } cases[] = {
        {"[classes lr=1", GML_ERROR_ARGUMENT, "character 14", "\"]\""},
        {"[class] lr=1", GML_ERROR_NAME, "character 2", "did you mean \"classes\""},
        {"[] lr=1", GML_ERROR_ARGUMENT, "character 2", "a condition"},
        {"[classes,] lr=1", GML_ERROR_ARGUMENT, "character 10", "a condition"},
        {"[classes<3] lr=1", GML_ERROR_ARGUMENT, "character 9", "\"]\""},
        {"[samples] lr=1", GML_ERROR_ARGUMENT, "character 9", "\">=\""},
        {"[samples=3] lr=1", GML_ERROR_ARGUMENT, "character 9", "\">=\""},
        {"[samples<-3] lr=1", GML_ERROR_ARGUMENT, "character 10", "a whole number"},
        {"[samples<3]", GML_ERROR_ARGUMENT, "character 12", "the name of a dimension"},
        {"[classes] lr=0", GML_ERROR_ARGUMENT, "character 14", "lr is 0"},
        {"lr=1; [classes] lr=2", GML_ERROR_ARGUMENT, "character 17", "given twice"},
        {"clamp=maybe", GML_ERROR_ARGUMENT, "character 7", "yes or no"},
        {"prepare={number -> robust", GML_ERROR_ARGUMENT, "character 26", "\"}\""},
        {"layers=8 relu; depth=2", GML_ERROR_ARGUMENT, "assignment", "layers and depth"},
        {"recipe=sn", GML_ERROR_NAME, "character 8", "did you mean \"snn\""},
        {"recipe=auto", GML_ERROR_ARGUMENT, "recipe", "a choice among recipes"},
    };
    fixture f = set_up_rows();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(f.context, gml_recipe_assign(f.context, NULL, cases[i].text, f.data, &made), cases[i].status,
                       cases[i].place, cases[i].words, NULL);
    }
    tear_down(&f);
}

TEST(texts_are_settings_as_they_are)
{
    fixture f = set_up_rows();
    assign(&f, NULL,
           "layers=8 relu -> dropout 0.1; prepare={number -> robust; category -> one_hot}; clamp=yes; "
           "prepare_target=log -> standard; groups={biases(rate=0.1); weights(decay=2)}; lr=0.1; rate_factor=3",
           f.data);
    ck_assert_str_eq(made.recipe.hidden, "8 relu -> dropout 0.1");
    ck_assert_str_eq(made.recipe.preparation, "number -> robust; category -> one_hot");
    ck_assert_str_eq(made.recipe.target_preparation, "log -> standard");
    ck_assert_int_eq(made.recipe.clamp, 1);
    ck_assert_str_eq(made.recipe.fit.groups, "biases(rate=0.1); weights(decay=2)");
    ck_assert_double_eq_tol(made.recipe.fit.learning_rate, 0.3, 1e-15);
    assign(&f, NULL, "optimizer=sgd(lr=0.2); rate_factor=0.5", f.data);
    ck_assert_double_eq(made.recipe.fit.learning_rate, 0.1);
    tear_down(&f);
}

TEST(a_recipe_says_how_many_folds_it_is_meant_for)
{
    fixture f = set_up_rows();
    ck_assert_uint_eq(assign(&f, NULL, "folds=3", f.data)->folds, 3);
    ck_assert_uint_eq(assign(&f, NULL, "recipe=bagged", f.data)->folds, 5);
    ck_assert_uint_eq(assign(&f, NULL, "recipe=bagged; folds=0", f.data)->folds, 0);
    ck_assert_uint_eq(assign(&f, NULL, "recipe=realmlp", f.data)->folds, 0);
    tear_down(&f);
}

TEST(the_output_layer_is_described_further_and_goes_with_the_layers)
{
    fixture f = set_up_rows();
    gml_network *network = NULL;
    assign(&f, NULL, "layers=8 relu; output=bias=no; noise_schedule=linear; decay_schedule=cosine", f.data);
    ck_assert_str_eq(made.recipe.fit.noise_schedule, "linear");
    ck_assert_str_eq(made.recipe.fit.decay_schedule, "cosine");
    assert_ok(f.context, gml_recipe_network(&made.recipe, f.data, &network));
    ck_assert_str_eq(gml_network_description(network), "3 -> 8 relu -> 1 bias=no");
    gml_network_destroy(network);
    assert_refused(f.context, gml_recipe_assign(f.context, NULL, "output=bias=no; depth=2", f.data, &made),
                   GML_ERROR_ARGUMENT, "output and depth", NULL);
    const gml_recipe both = {.network = "3 -> 1", .output = "bias=no"};
    assert_refused(f.context, gml_recipe_network(&both, f.data, &network), GML_ERROR_ARGUMENT, "`output` beside it",
                   NULL);
    tear_down(&f);
}

int main(void)
{
    return run_tests("recipes", 60);
}
