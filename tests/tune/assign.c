/* tests/tune/assign.c - assignments: what each dimension sets in a recipe, and what does not go together. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "tune/space.h"

static gml_assigned_recipe made;

/* A thousand samples with a value each. */
static const gml_recipe *assign(const fixture *f, const gml_recipe *base, const char *text)
{
    assert_ok(f->context, gml_recipe_assign(f->context, base, text, f->data, &made));
    return &made.recipe;
}

static fixture set_up_values(void)
{
    return set_up("3 -> 1", GML_F32, 1, 1000);
}

TEST(each_dimension_sets_its_option)
{
    fixture f = set_up_values();
    const gml_train_options *fit = &made.recipe.fit;
    assign(&f, NULL, "lr=0.02; batch=8; epochs=17; l2=0.1; l1=0.2; clip_norm=3");
    ck_assert_double_eq(fit->learning_rate, 0.02);
    ck_assert_uint_eq(fit->batch, 8);
    ck_assert_uint_eq(fit->epochs, 17);
    ck_assert_double_eq(fit->l2, 0.1);
    ck_assert_double_eq(fit->l1, 0.2);
    ck_assert_double_eq(fit->clip_norm, 3);
    assign(&f, NULL, "optimizer=adamw(beta2=0.95); decay=0.5; schedule=cosine(warmup=0.1); loss=huber; average=ema");
    ck_assert_str_eq(fit->optimizer, "adamw(beta2=0.95, weight_decay=0.5)");
    ck_assert_str_eq(fit->schedule, "cosine(warmup=0.1)");
    ck_assert_str_eq(fit->loss, "huber");
    ck_assert_str_eq(fit->average, "ema");
    assign(&f, &(gml_recipe){.fit.average = "ema"}, "average=none");
    ck_assert_ptr_null(fit->average);
    tear_down(&f);
}

TEST(dimensions_of_the_network_write_its_hidden_layers)
{
    static const char *const cases[][2] = {
        {"width=64; depth=2", "64 relu -> 64 relu"},
        {"depth=0", ""},
        {"hidden=none", ""},
        {"hidden=256x2-64", "256 relu -> 256 relu -> 64 relu"},
        {"hidden=8-4; activation=leaky_relu(slope=0.2); dropout=0.25",
         "8 leaky_relu(slope=0.2) -> dropout 0.25 -> 4 leaky_relu(slope=0.2) -> dropout 0.25"},
        {"norm=batchnorm; activation=tanh; hidden=16; dropout=0.1", "16 -> batchnorm -> tanh -> dropout 0.1"},
        {"norm=none; width=3", "3 relu"},
        {"dropout=0", "128 relu"},
    };
    fixture f = set_up_values();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_str_eq(assign(&f, NULL, cases[i][0])->hidden, cases[i][1]);
    }
    ck_assert_str_eq(assign(&f, &(gml_recipe){.hidden = "5 relu"}, "lr=1")->hidden, "5 relu");
    tear_down(&f);
}

TEST(length_multiplies_the_epochs_of_the_recipe)
{
    fixture f = set_up_values();
    const size_t usual = assign(&f, NULL, "")->fit.epochs; /* 32 batches of an epoch: 94 epochs */
    ck_assert_uint_eq(usual, 94);
    ck_assert_uint_eq(assign(&f, NULL, "length=3")->fit.epochs, 3 * usual);
    ck_assert_uint_eq(assign(&f, NULL, "length=0.001")->fit.epochs, 1);
    ck_assert_uint_eq(assign(&f, &(gml_recipe){.fit.epochs = 10}, "length=0.5")->fit.epochs, 5);
    tear_down(&f);
}

TEST(values_that_do_not_go_together_are_refused)
{
    static const struct {
        const char *text;
        gml_recipe base;
        const char *words;
    } cases[] = {
        {"hidden=64; depth=2", {.network = NULL}, "hidden and depth"},
        {"epochs=4; length=2", {.network = NULL}, "epochs and length"},
        {"width=64", {.network = "4 -> 2"}, "width cannot vary"},
        {"dropout=0.5", {.hidden = "64 relu"}, "64 relu"},
        {"decay=0.1; optimizer=sgd", {.network = NULL}, "sgd has none"},
        {"decay=0.1", {.network = NULL}, "adam has none"},
        {"lr=log(1e-3, 1)", {.network = NULL}, "several values"},
        {"lr=choice(1, 2)", {.network = NULL}, "several values"},
    };
    fixture f = set_up_values();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(f.context, gml_recipe_assign(f.context, &cases[i].base, cases[i].text, f.data, &made),
                       GML_ERROR_ARGUMENT, cases[i].words, NULL);
    }
    tear_down(&f);
}

TEST(texts_that_do_not_fit_are_refused)
{
    fixture f = set_up_values();
    assert_refused(
        f.context,
        gml_recipe_assign(
            f.context, NULL,
            "hidden=64x64; activation=leaky_relu(slope=0.123456789012345678901234567890123456789012345678901234567890)",
            f.data, &made),
        GML_ERROR_ARGUMENT, "4095 characters", NULL);
    tear_down(&f);
}

TEST(texts_that_fill_all_the_room_leave_none_for_layers)
{
    static struct {
        gml_assigned_recipe made;
        char behind[64];
    } guarded;
    enum { EACH = sizeof guarded.made.texts / 4 - 1 }; /* and its end */
    static const char *const names[] = {"prepare=", "prepare_target=", "groups=", "output="};
    static char text[4 * (EACH + 32)];
    size_t used = 0;
    for (size_t i = 0; i < 4; i++) {
        used += (size_t)sprintf(text + used, "%s%s", i > 0 ? "; " : "", names[i]);
        memset(text + used, 'x', EACH);
        used += EACH;
    }
    memset(guarded.behind, 'g', sizeof guarded.behind);
    fixture f = set_up_values();
    assert_refused(f.context, gml_recipe_assign(f.context, NULL, text, f.data, &guarded.made), GML_ERROR_ARGUMENT,
                   "4095 characters", NULL);
    for (size_t i = 0; i < sizeof guarded.behind; i++) {
        ck_assert_int_eq(guarded.behind[i], 'g');
    }
    tear_down(&f);
}
