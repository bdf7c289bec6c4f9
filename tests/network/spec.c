/* tests/network/spec.c - descriptions of networks: text and JSON, read, refused and written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "network/spec.h"

static char *as_text(gml_context *context, const char *description)
{
    gml_spec spec;
    char *text = NULL;
    assert_ok(context, gml_spec_parse(context, description, &spec));
    assert_ok(context, gml_spec_to_text(context, &spec, &text));
    gml_spec_clear(context, &spec);
    return text;
}

static char *as_json(gml_context *context, const char *description)
{
    gml_spec spec;
    char *json = NULL;
    assert_ok(context, gml_spec_parse(context, description, &spec));
    assert_ok(context, gml_spec_to_json(context, &spec, &json));
    gml_spec_clear(context, &spec);
    return json;
}

static const char *const canonical[] = {
    "1 -> 1",
    "784 -> 512 relu -> 256 relu -> 10 softmax",
    "2 -> 4 sigmoid -> 1 sigmoid",
    "3 -> 5 leaky_relu(slope=0.2) init=he_normal bias=no -> 2",
    "3 -> 5 init=uniform(low=-0.1, high=0.1) -> 2 tanh bias=no",
    "2147483647 -> 2147483647 step",
};

TEST(canonical_text_reads_and_prints_the_same)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof canonical / sizeof canonical[0]; i++) {
        char *text = as_text(context, canonical[i]);
        ck_assert_str_eq(text, canonical[i]);
        gml_release_string(context, text);
    }
    gml_context_destroy(context);
}

TEST(json_reads_and_prints_the_same_and_means_the_same_as_text)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof canonical / sizeof canonical[0]; i++) {
        char *json = as_json(context, canonical[i]);
        char *again = as_json(context, json);
        char *text = as_text(context, json);
        ck_assert_str_eq(json, again);
        ck_assert_str_eq(text, canonical[i]);
        gml_release_string(context, json);
        gml_release_string(context, again);
        gml_release_string(context, text);
    }
    gml_context_destroy(context);
}

TEST(json_writes_every_argument)
{
    gml_context *context = test_context();
    char *json = as_json(context, "3 -> 5 leaky_relu");
    ck_assert_str_eq(json, "{\"inputs\":3,\"layers\":[{\"type\":\"dense\",\"units\":5,\"activation\":{\"name\":"
                           "\"leaky_relu\",\"slope\":0.01},\"initializer\":{\"name\":\"he_uniform\"},\"bias\":true}]}");
    gml_release_string(context, json);
    json = as_json(context, "3 -> 5 bias_init=normal(std=2)");
    ck_assert_ptr_nonnull(
        strstr(json, "\"bias\":true,\"bias_initializer\":{\"name\":\"normal\",\"mean\":0,\"std\":2}}"));
    gml_release_string(context, json);
    gml_context_destroy(context);
}

TEST(spaces_order_and_defaults_do_not_matter)
{
    static const struct {
        const char *text, *printed;
    } cases[] = {
        {"784->512 relu->10", "784 -> 512 relu -> 10"},
        {"  4\n -> 3   leaky_relu ( slope = 0.5 )\t-> 1 identity ", "4 -> 3 leaky_relu(slope=0.5) -> 1"},
        {"4 -> 3 bias=no init=zeros tanh", "4 -> 3 tanh init=zeros bias=no"},
        {"4 -> 3 relu init=he_uniform bias=yes", "4 -> 3 relu"},
        {"4 -> 3 relu bias_init=fan_in_uniform", "4 -> 3 relu"},
        {"4 -> 3 bias_init=zeros relu init=normal", "4 -> 3 relu init=normal bias_init=zeros"},
        {"4 -> 3 init=zeros bias_init=zeros", "4 -> 3 init=zeros"},
        {"4 -> 3 init=nguyen_widrow bias_init=nguyen_widrow", "4 -> 3 init=nguyen_widrow"},
        {"4 -> 3 init=identity bias_init=uniform(low=1)", "4 -> 3 init=identity bias_init=uniform(low=1)"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"bias_initializer\":{\"name\":\"normal\",\"std\":"
         "2}}]}",
         "4 -> 3 bias_init=normal(std=2)"},
        {"4 -> 3 leaky_relu(slope=0.01)", "4 -> 3 leaky_relu"},
        {" {\"layers\":[{\"units\":3,\"type\":\"dense\"}],\"inputs\":4}", "4 -> 3"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"activation\":{\"name\":\"relu\"}}]}",
         "4 -> 3 relu"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"activation\":{\"slope\":1,\"name\":"
         "\"leaky_relu\"},\"bias\":false}]}",
         "4 -> 3 leaky_relu(slope=1) bias=no"},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = as_text(context, cases[i].text);
        ck_assert_str_eq(text, cases[i].printed);
        gml_release_string(context, text);
    }
    gml_context_destroy(context);
}

typedef struct refusal {
    const char *text;
    gml_status status;
    const char *place, *reason;
} refusal;

static void assert_all_refused(const refusal *cases, size_t count)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < count; i++) {
        gml_spec spec = {.inputs = 5};
        assert_refused(context, gml_spec_parse(context, cases[i].text, &spec), cases[i].status, cases[i].place,
                       cases[i].reason, NULL);
        ck_assert_uint_eq(spec.inputs, 0);
        ck_assert_ptr_null(spec.layers);
    }
    gml_context_destroy(context);
}

TEST(bad_text_is_refused_at_its_character)
{
    static const refusal cases[] = {
        {"", GML_ERROR_ARGUMENT, "inputs, character 1", "found nothing"},
        {"4", GML_ERROR_ARGUMENT, "network description", "from 1 to 1024 layers, not 0"},
        {"x -> 2", GML_ERROR_ARGUMENT, "inputs, character 1", "found \"x\""},
        {"4 relu -> 2", GML_ERROR_ARGUMENT, "inputs, character 3", "found \"relu\""},
        {"4 -> ", GML_ERROR_ARGUMENT, "layer 1, character 6", "found nothing"},
        {"4 -> -> 2", GML_ERROR_ARGUMENT, "layer 1, character 6", "found nothing"},
        {"4 -> 0", GML_ERROR_ARGUMENT, "layer 1, character 6", "from 1 to 2147483647, found \"0\""},
        {"4 -> -3", GML_ERROR_ARGUMENT, "layer 1, character 6", "found \"-3\""},
        {"4 -> 2.5", GML_ERROR_ARGUMENT, "layer 1, character 6", "found \"2.5\""},
        {"4 -> 2147483648", GML_ERROR_ARGUMENT, "layer 1, character 6", "from 1 to 2147483647"},
        {"4 -> 99999999999999999999999", GML_ERROR_ARGUMENT, "layer 1, character 6", "found \"9999"},
        {"4 -> relu 3", GML_ERROR_ARGUMENT, "layer 1, character 11", "found \"3\""},
        {"4 -> 3 rellu", GML_ERROR_NAME, "activation, character 8", "did you mean \"relu\""},
        {"4 -> 3 relu -> 3 leaky_relu(slope=2x)", GML_ERROR_ARGUMENT, "activation, character 35", "a number"},
        {"4 -> 3 leaky_relu(slope=-1)", GML_ERROR_ARGUMENT, "character 19", "at least 0"},
        {"4 -> 3 leaky_relu(slope=1", GML_ERROR_ARGUMENT, "character 26", "found the end"},
        {"4 -> 3 init=he", GML_ERROR_NAME, "initializer, character 13", "he_normal"},
        {"4 -> 3 bias=maybe", GML_ERROR_ARGUMENT, "layer 1, character 13", "bias=yes or bias=no"},
        {"4 -> 3 bias=noo", GML_ERROR_ARGUMENT, "layer 1, character 13", "found \"noo\""},
        {"4 -> 3 relu tanh", GML_ERROR_ARGUMENT, "layer 1, character 13", "one activation"},
        {"4 -> 3 bias=no bias=no", GML_ERROR_ARGUMENT, "layer 1, character 16", "one bias="},
        {"4 -> 3 init=zeros init=zeros", GML_ERROR_ARGUMENT, "layer 1, character 19", "one init="},
    };
    assert_all_refused(cases, sizeof cases / sizeof cases[0]);
}

#define LAYER "{\"type\":\"dense\",\"units\":3}"

TEST(bad_json_is_refused_with_its_path)
{
    static const refusal cases[] = {
        {"{", GML_ERROR_ARGUMENT, "line 1, character 1", "expected"},
        {"{} x", GML_ERROR_ARGUMENT, "line 1", "end of file expected"},
        {"{\"inputs\":4,\"inputs\":4,\"layers\":[" LAYER "]}", GML_ERROR_ARGUMENT, "line 1", "duplicate"},
        {"{\"layers\":[" LAYER "]}", GML_ERROR_ARGUMENT, "the whole", "\"inputs\", a whole number"},
        {"{\"inputs\":\"4\",\"layers\":[" LAYER "]}", GML_ERROR_ARGUMENT, "the whole", "\"inputs\", a whole number"},
        {"{\"inputs\":4.0,\"layers\":[" LAYER "]}", GML_ERROR_ARGUMENT, "the whole", "\"inputs\", a whole number"},
        {"{\"inputs\":0,\"layers\":[" LAYER "]}", GML_ERROR_ARGUMENT, "the whole", "from 1 to 2147483647"},
        {"{\"inputs\":4}", GML_ERROR_ARGUMENT, "the whole", "\"layers\", an array"},
        {"{\"inputs\":4,\"layers\":[]}", GML_ERROR_ARGUMENT, "network description", "from 1 to 1024 layers"},
        {"{\"inputs\":4,\"layers\":[" LAYER "],\"outputs\":3}", GML_ERROR_ARGUMENT, "the whole", "no key \"outputs\""},
        {"{\"inputs\":4,\"layers\":[7]}", GML_ERROR_ARGUMENT, "layer 1", "an object"},
        {"{\"inputs\":4,\"layers\":[{\"units\":3}]}", GML_ERROR_ARGUMENT, "layer 1", "\"type\": \"dense\""},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"conv\",\"units\":3}]}", GML_ERROR_NAME, "layer 1", "dense"},
        {"{\"inputs\":4,\"layers\":[" LAYER ",{\"type\":\"dense\"}]}", GML_ERROR_ARGUMENT, "layer 2", "\"units\""},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"bias\":1}]}", GML_ERROR_ARGUMENT, "layer 1",
         "true or false"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"init\":1}]}", GML_ERROR_ARGUMENT, "layer 1",
         "no key \"init\""},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"activation\":\"relu\"}]}", GML_ERROR_ARGUMENT,
         "layer 1, activation", "an object with a \"name\""},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"activation\":{\"name\":\"rely\"}}]}",
         GML_ERROR_NAME, "layer 1, activation", "did you mean \"relu\""},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"activation\":{\"name\":\"leaky_relu\",\"slope\":"
         "\"1\"}}]}",
         GML_ERROR_ARGUMENT, "layer 1, activation", "slope is \"1\", it must be a number"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"activation\":{\"name\":\"leaky_relu\",\"slope\":"
         "-1}}]}",
         GML_ERROR_ARGUMENT, "layer 1, activation", "slope is -1"},
        {"{\"inputs\":4,\"layers\":[{\"type\":\"dense\",\"units\":3,\"initializer\":{\"name\":\"zeros\",\"std\":1}}]}",
         GML_ERROR_NAME, "layer 1, initializer", "\"std\""},
    };
    assert_all_refused(cases, sizeof cases / sizeof cases[0]);
}

TEST(more_layers_than_the_limit_are_refused)
{
    gml_context *context = test_context();
    char *text = malloc(8 * (GML_MAX_LAYERS + 2));
    ck_assert_ptr_nonnull(text);
    size_t used = (size_t)sprintf(text, "1");
    for (int i = 0; i < GML_MAX_LAYERS; i++) {
        used += (size_t)sprintf(text + used, " -> 1");
    }
    gml_spec spec;
    assert_ok(context, gml_spec_parse(context, text, &spec));
    ck_assert_uint_eq(spec.layer_count, GML_MAX_LAYERS);
    gml_spec_clear(context, &spec);
    sprintf(text + used, " -> 1");
    assert_refused(context, gml_spec_parse(context, text, &spec), GML_ERROR_ARGUMENT, "not 1025", NULL);
    free(text);
    gml_context_destroy(context);
}

/* An allocator that counts what is out and says no from a given call on. */
typedef struct meter {
    size_t out, left;
} meter;

static void *metered_allocate(void *user, size_t size, size_t alignment)
{
    meter *m = user;
    void *pointer = NULL;
    if (m->left == 0 || posix_memalign(&pointer, alignment, size) != 0) {
        return NULL;
    }
    m->left--;
    m->out += size;
    return pointer;
}

static void metered_release(void *user, void *pointer, size_t size)
{
    ((meter *)user)->out -= size;
    free(pointer);
}

TEST(a_failing_allocator_is_reported_and_nothing_leaks)
{
    meter m = {.left = 100};
    gml_context_options options = {.allocator = {&m, metered_allocate, metered_release}, .threads = 1};
    gml_context *context = context_with(options);
    size_t before = m.out;
    gml_spec spec;
    char *text = NULL;
    m.left = 0;
    assert_refused(context, gml_spec_parse(context, canonical[1], &spec), GML_ERROR_MEMORY, "layers of a network",
                   NULL);
    ck_assert_uint_eq(m.out, before);
    m.left = 1;
    assert_ok(context, gml_spec_parse(context, canonical[1], &spec));
    assert_refused(context, gml_spec_to_text(context, &spec, &text), GML_ERROR_MEMORY, NULL);
    assert_refused(context, gml_spec_to_json(context, &spec, &text), GML_ERROR_MEMORY, NULL);
    gml_spec_clear(context, &spec);
    ck_assert_uint_eq(m.out, before);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("spec", 60);
}
