/* tests/library/null_texts.c - null pointers for each function of texts, tables, contexts and arrays. */
#include "null_case.h"

static void status_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_nonnull(gml_status_name((gml_status)77));
}

static void version(const objects *o)
{
    (void)o;
    ck_assert_ptr_nonnull(gml_version());
}

static void dtype_size(const objects *o)
{
    ck_assert_uint_eq(gml_dtype_size(o->wild.dtype), 0);
}

static void dtype_name(const objects *o)
{
    ck_assert_str_eq(gml_dtype_name(o->wild.dtype), "?");
}

static void tables_end(const gml_entry *(*table)(size_t index))
{
    ck_assert_ptr_nonnull(table(0));
    ck_assert_ptr_null(table(SIZE_MAX));
}

static void activation_entry(const objects *o)
{
    (void)o;
    tables_end(gml_activation_entry);
}

static void trainable_entry(const objects *o)
{
    (void)o;
    tables_end(gml_trainable_entry);
}

static void initializer_entry(const objects *o)
{
    (void)o;
    tables_end(gml_initializer_entry);
}

static void data_init_entry(const objects *o)
{
    (void)o;
    tables_end(gml_data_init_entry);
}

static void layer_entry(const objects *o)
{
    (void)o;
    tables_end(gml_layer_entry);
}

static void metric_entry(const objects *o)
{
    (void)o;
    tables_end(gml_metric_entry);
}

static void loss_entry(const objects *o)
{
    (void)o;
    tables_end(gml_loss_entry);
}

static void optimizer_entry(const objects *o)
{
    (void)o;
    tables_end(gml_optimizer_entry);
}

static void average_entry(const objects *o)
{
    (void)o;
    tables_end(gml_average_entry);
}

static void group_entry(const objects *o)
{
    (void)o;
    tables_end(gml_group_entry);
}

static void schedule_entry(const objects *o)
{
    (void)o;
    tables_end(gml_schedule_entry);
}

static void format_entry(const objects *o)
{
    (void)o;
    tables_end(gml_format_entry);
}

static void split_entry(const objects *o)
{
    (void)o;
    tables_end(gml_split_entry);
}

static void recipe_entry(const objects *o)
{
    (void)o;
    tables_end(gml_recipe_entry);
}

static void recipe_winners(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_recipe_winners(NULL), 0);
    ck_assert_uint_eq(gml_recipe_winners("auto"), 4);
}

static void recipe_takes_time(const objects *o)
{
    (void)o;
    ck_assert_int_eq(gml_recipe_takes_time(NULL), 0);
    ck_assert_int_eq(gml_recipe_takes_time("auto"), 0);
    ck_assert_int_ne(gml_recipe_takes_time("best"), 0);
}

static void space_entry(const objects *o)
{
    (void)o;
    tables_end(gml_space_entry);
}

static void distribution_entry(const objects *o)
{
    (void)o;
    tables_end(gml_distribution_entry);
}

static void search_method_entry(const objects *o)
{
    (void)o;
    tables_end(gml_search_method_entry);
}

static void kernel_set_name(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_kernel_set_name(SIZE_MAX));
}

static void build_feature(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_build_feature(SIZE_MAX));
}

static void activation_initializer(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_activation_initializer(NULL));
}

static void activation_learns(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_activation_learns(NULL));
}

static void call_check(const objects *o)
{
    refused(gml_call_check(NULL, "loss", "huber"));
    refused_as(o, "kind", gml_call_check(o->context, NULL, "huber"));
    refused_as(o, "text", gml_call_check(o->context, "loss", NULL));
}

static void call_read(const objects *o)
{
    gml_call_view view;
    refused(gml_call_read(NULL, "loss", "huber", &view));
    refused_as(o, "kind", gml_call_read(o->context, NULL, "huber", &view));
    refused_as(o, "text", gml_call_read(o->context, "loss", NULL, &view));
    refused_as(o, "view", gml_call_read(o->context, "loss", "huber", NULL));
}

static void effect_entry(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_effect_entry(SIZE_MAX));
}

static void name_nearest(const objects *o)
{
    (void)o;
    const char *const names[] = {"relu", NULL};
    ck_assert_ptr_null(gml_name_nearest(NULL, names));
    ck_assert_ptr_null(gml_name_nearest("relu", NULL));
}

static void loss_targets(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_loss_targets(NULL, 1), 0);
    ck_assert_uint_eq(gml_loss_targets("", 1), 0);
}

static void loss_facts_of(const objects *o)
{
    (void)o;
    ck_assert_str_eq(gml_loss_facts_of(NULL).class_activation, "softmax");
    ck_assert_ptr_null(gml_loss_facts_of("").value_activation);
}

static void context_create(const objects *o)
{
    (void)o;
    char message[256] = "";
    gml_context *made = NULL;
    refused(gml_context_create(NULL, NULL, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "context"));
    refused(gml_context_create(NULL, NULL, NULL, sizeof message));
    ck_assert_int_eq(gml_context_create(NULL, &made, NULL, sizeof message), GML_OK);
    gml_context_destroy(made);
}

static void context_destroy(const objects *o)
{
    (void)o;
    gml_context_destroy(NULL);
}

static void context_message(const objects *o)
{
    (void)o;
    ck_assert_str_eq(gml_context_message(NULL), "");
}

static void context_copy_message(const objects *o)
{
    char text[8] = "before";
    gml_context_copy_message(o->context, NULL, sizeof text);
    gml_context_copy_message(NULL, text, sizeof text);
    ck_assert_str_eq(text, "");
}

static void context_threads(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_context_threads(NULL), 0);
}

static void context_isa(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_context_isa(NULL));
}

static void activation_apply(const objects *o)
{
    refused(gml_activation_apply(NULL, "tanh", o->x, o->x, o->none));
    refused_as(o, "activation", gml_activation_apply(o->context, NULL, o->x, o->x, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", o->wild, o->x, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", o->x, o->wild, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", gml_matrix_f32(NULL, ROWS, INPUTS), o->x, o->none));
    refused_view(o, gml_activation_apply(o->context, "tanh", o->x, gml_matrix_f32(NULL, ROWS, INPUTS), o->none));
}

static void register_activation(const objects *o)
{
    const gml_custom_activation empty = {.entry = {.name = "own"}};
    refused(gml_register_activation(NULL, &empty));
    refused_as(o, "activation", gml_register_activation(o->context, NULL));
    assert_refused(o->context, gml_register_activation(o->context, &empty), GML_ERROR_ARGUMENT, "function", NULL);
}

static void register_loss(const objects *o)
{
    const gml_custom_loss empty = {.entry = {.name = "own"}};
    refused(gml_register_loss(NULL, &empty));
    refused_as(o, "loss", gml_register_loss(o->context, NULL));
    assert_refused(o->context, gml_register_loss(o->context, &empty), GML_ERROR_ARGUMENT, "function", NULL);
}

static void register_metric(const objects *o)
{
    gml_custom_metric empty = {.entry = {.name = "own"}};
    refused(gml_register_metric(NULL, &empty));
    refused_as(o, "metric", gml_register_metric(o->context, NULL));
    assert_refused(o->context, gml_register_metric(o->context, &empty), GML_ERROR_ARGUMENT, "functions", NULL);
}

static void register_optimizer(const objects *o)
{
    const gml_custom_optimizer empty = {.entry = {.name = "own"}};
    refused(gml_register_optimizer(NULL, &empty));
    refused_as(o, "optimizer", gml_register_optimizer(o->context, NULL));
    assert_refused(o->context, gml_register_optimizer(o->context, &empty), GML_ERROR_ARGUMENT, "function", NULL);
}

static void loss_evaluate(const objects *o)
{
    double value;
    const char *loss = "mean_squared_error";
    gml_matrix bare = gml_matrix_f32(NULL, ROWS, OUTPUTS);
    refused(gml_loss_evaluate(NULL, loss, o->y, o->y, &value, o->none));
    refused_as(o, "loss", gml_loss_evaluate(o->context, NULL, o->y, o->y, &value, o->none));
    refused_as(o, "value", gml_loss_evaluate(o->context, loss, o->y, o->y, NULL, o->none));
    refused_view(o, gml_loss_evaluate(o->context, loss, o->wild, o->y, &value, o->none));
    refused_view(o, gml_loss_evaluate(o->context, loss, bare, o->y, &value, o->none));
    refused_view(o, gml_loss_evaluate(o->context, loss, o->y, bare, &value, o->none));
}

static void schedule_rate(const objects *o)
{
    double rate;
    refused(gml_schedule_rate(NULL, "constant", 1, 0, 1, 1, &rate));
    refused_as(o, "rate", gml_schedule_rate(o->context, "constant", 1, 0, 1, 1, NULL));
    assert_ok(o->context, gml_schedule_rate(o->context, NULL, 1, 0, 1, 1, &rate));
}

const null_case null_cases_texts[] = {
    {"status_name", status_name},
    {"version", version},
    {"dtype_size", dtype_size},
    {"dtype_name", dtype_name},
    {"activation_entry", activation_entry},
    {"trainable_entry", trainable_entry},
    {"initializer_entry", initializer_entry},
    {"data_init_entry", data_init_entry},
    {"layer_entry", layer_entry},
    {"loss_entry", loss_entry},
    {"metric_entry", metric_entry},
    {"optimizer_entry", optimizer_entry},
    {"average_entry", average_entry},
    {"group_entry", group_entry},
    {"schedule_entry", schedule_entry},
    {"format_entry", format_entry},
    {"split_entry", split_entry},
    {"recipe_entry", recipe_entry},
    {"recipe_winners", recipe_winners},
    {"recipe_takes_time", recipe_takes_time},
    {"space_entry", space_entry},
    {"distribution_entry", distribution_entry},
    {"search_method_entry", search_method_entry},
    {"kernel_set_name", kernel_set_name},
    {"build_feature", build_feature},
    {"activation_initializer", activation_initializer},
    {"activation_learns", activation_learns},
    {"call_check", call_check},
    {"call_read", call_read},
    {"effect_entry", effect_entry},
    {"name_nearest", name_nearest},
    {"loss_facts_of", loss_facts_of},
    {"loss_targets", loss_targets},
    {"context_create", context_create},
    {"context_destroy", context_destroy},
    {"context_message", context_message},
    {"context_copy_message", context_copy_message},
    {"context_threads", context_threads},
    {"context_isa", context_isa},
    {"activation_apply", activation_apply},
    {"register_activation", register_activation},
    {"register_loss", register_loss},
    {"register_metric", register_metric},
    {"register_optimizer", register_optimizer},
    {"loss_evaluate", loss_evaluate},
    {"schedule_rate", schedule_rate},
    {NULL, NULL},
};
