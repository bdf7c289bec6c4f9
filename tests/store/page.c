/* tests/store/page.c - docs/model-format.md lists every tensor that a model file can hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "network/network.h"
#include "store/format.h"

enum { PAGE = 1 << 16, INPUTS = 3, OUTPUTS = 5, PREPARED = 7 };

static char page[PAGE];

static void read_page(void)
{
    char path[4096];
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    snprintf(path, sizeof path, "%s/docs/model-format.md", root);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s is not there", path);
    page[fread(page, 1, PAGE - 1, file)] = '\0';
    fclose(file);
}

/* The size that a word of the page means, in a layer that learns `numbers` numbers for its activation. */
static size_t size_of(const char *word, const gml_layer_spec *layer, size_t numbers)
{
    const gml_call *kind = &layer->kind; /* of layers on inputs */
    const bool sines = strcmp(kind->entry->name, "plr") == 0;
    const size_t many = (size_t)gml_call_value(kind, "numbers", 0), width = (size_t)gml_call_value(kind, "size", 0);
    const size_t learned = sines ? width : width - 1, bins = (size_t)gml_call_value(kind, "bins", 0);
    const size_t frequencies = (size_t)gml_call_value(kind, "frequencies", 0);
    const struct {
        const char *word;
        size_t size;
    } sizes[] = {{"inputs", INPUTS},
                 {"outputs", OUTPUTS},
                 {"in", layer->in},
                 {"out", layer->units},
                 {"numbers", numbers},
                 {"1", 1},
                 {"all", PREPARED},
                 {"levels", (size_t)gml_call_value(kind, "levels", 0)},
                 {"size", width},
                 {"learned", learned},
                 {"frequencies", frequencies},
                 {"features", sines ? 2 * frequencies : frequencies},
                 {"maps", many * learned},
                 {"shares", many * bins},
                 {"edges", bins + 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (strcmp(word, sizes[i].word) == 0) {
            return sizes[i].size;
        }
    }
    ck_abort_msg("the page has a size \"%s\"", word);
    return 0;
}

/* Whether a row of the page, from its name to its end, has a shape such as [in, out] that is the tensor's. */
static bool has_shape(const char *row, size_t length, const gml_tensor *tensor, const gml_layer_spec *layer)
{
    for (const char *at = row; (at = memchr(at, '[', length - (size_t)(at - row))) != NULL; at++) {
        char first[16], second[16];
        int words = sscanf(at, "[%15[a-z0-9], %15[a-z0-9]]", first, second);
        if (words == (int)tensor->rank && size_of(first, layer, tensor->shape[0]) == tensor->shape[0] &&
            (words == 1 || size_of(second, layer, tensor->shape[0]) == tensor->shape[1])) {
            return true;
        }
    }
    return false;
}

/* Whether the page has a row for a tensor: its name with N for the layer, its shape, its type, the kind of its layer.
 */
static bool is_listed(const gml_tensor *tensor, const gml_layer_spec *layer, const char *kind)
{
    char start[96];
    const char *block = strrchr(tensor->name, '.') + 1;
    snprintf(start, sizeof start, "\n| `%s` |", tensor->name);
    if (kind != NULL) {
        snprintf(start, sizeof start, "\n| `layers.N.%s` |", block);
    }
    for (const char *row = page; (row = strstr(row, start)) != NULL; row++) {
        const size_t length = strcspn(row + 1, "\n");
        char text[1024];
        snprintf(text, sizeof text, "%.*s", (int)length, row + 1);
        if (has_shape(text, strlen(text), tensor, layer) &&
            strstr(text, kind == NULL ? "| F64 |" : "| as the parameters |") != NULL &&
            (kind == NULL || strstr(text, kind) != NULL)) {
            return true;
        }
    }
    return false;
}

/* Every tensor of a file of the network is listed. */
static void expect_listed(gml_context *context, const char *description)
{
    gml_network *network = NULL;
    gml_tensor tensor;
    assert_ok(context, gml_network_create(context, description, NULL, &network));
    const gml_contents contents = {
        .spec = &network->spec, .dtype = GML_F32, .prepared = PREPARED, .input_scaling = true, .output_scaling = true};
    for (size_t i = 0; gml_contents_tensor(&contents, i, &tensor); i++) {
        size_t index = 0;
        const bool layered = sscanf(tensor.name, "layers.%zu.", &index) == 1;
        gml_layer_view view;
        assert_ok(context, gml_network_layer(network, index, &view));
        ck_assert_int_eq(tensor.dtype, layered ? GML_F32 : GML_F64);
        ck_assert_msg(is_listed(&tensor, &network->spec.layers[index], layered ? view.kind : NULL),
                      "docs/model-format.md does not list %s [%zu, %zu] of %s", tensor.name, tensor.shape[0],
                      tensor.shape[1], view.kind);
    }
    gml_network_destroy(network);
}

TEST(every_tensor_of_every_kind_of_layer_is_listed)
{
    gml_context *context = test_context();
    read_page();
    expect_listed(context, "3 -> 4 -> 5 bias=no");
    for (size_t i = 0; gml_layer_entry(i) != NULL; i++) {
        char text[128];
        const char *name = gml_layer_entry(i)->name;
        if (strcmp(name, "dense") != 0 && strcmp(name, "activation") != 0) { /* written otherwise */
            static const char *const embeddings[] = {"embedding", "pbld", "plr", "ple"};
            static const char *const arguments[] = {"(columns=2, levels=3)", "(numbers=2)", "(numbers=2)",
                                                    "(numbers=2)"};
            const char *with = "";
            for (size_t k = 0; k < sizeof embeddings / sizeof *embeddings; k++) {
                with = strcmp(name, embeddings[k]) == 0 ? arguments[k] : with;
            }
            const bool ensemble =
                strcmp(name, "members") == 0 || strcmp(name, "average") == 0; /* one needs the other */
            snprintf(text, sizeof text, "3 -> 4 -> 4 bias=no -> %s%s -> 5", name, with);
            expect_listed(context, ensemble ? "3 -> members -> average -> 5" : text);
        }
    }
    gml_context_destroy(context);
}

TEST(every_trainable_activation_is_listed_with_its_count_of_numbers)
{
    gml_context *context = test_context();
    read_page();
    for (size_t i = 0; gml_trainable_entry(i) != NULL; i++) {
        const char *name = gml_trainable_entry(i)->name;
        char text[128], row[64];
        gml_network *network = NULL;
        gml_block block;
        snprintf(text, sizeof text, "3 -> 4 %s(per=unit) -> %s -> 5", name, name);
        expect_listed(context, text);
        assert_ok(context, gml_network_create(context, text, NULL, &network));
        assert_ok(context, gml_network_block(network, 2, &block));
        ck_assert_int_eq(block.role, GML_ROLE_ACTIVATION);
        snprintf(row, sizeof row, "\n| `%s` | %zu |", name, block.values.rows);
        ck_assert_msg(strstr(page, row) != NULL, "docs/model-format.md has no row %s", row + 1);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("model_page", 60);
}
