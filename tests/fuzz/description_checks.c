/* tests/fuzz/description_checks.c - what holds of every description of a network that is accepted. */
#include "description_checks.h"

#include <stdlib.h>
#include <string.h>

#include "gemmule/gemmule.h"
#include "network/spec.h"

enum { LARGEST_WIDTH = 64, MOST_PARAMETERS = 2000, MOST_LAYERS = 12 };

/* Reads what was written, and writes it again to the same text. */
static void check_written(const char *written, const char *text)
{
    gml_spec again = {0};
    char *text_again = NULL;
    fuzz_ok(gml_spec_parse(fuzz_context(), written, &again));
    if (again.layers != NULL) {
        fuzz_ok(gml_spec_to_text(fuzz_context(), &again, &text_again));
    }
    fuzz_check(text_again == NULL || strcmp(text, text_again) == 0, "a description that is written reads the same");
    gml_release_string(fuzz_context(), text_again);
    gml_spec_clear(fuzz_context(), &again);
}

static bool is_small(const gml_spec *spec)
{
    bool small = spec->inputs <= LARGEST_WIDTH && spec->layer_count <= MOST_LAYERS;
    for (size_t i = 0; small && i < spec->layer_count; i++) {
        small = spec->layers[i].units <= LARGEST_WIDTH;
    }
    return small;
}

static void check_network(const char *text, const char *description)
{
    static const double x[LARGEST_WIDTH];
    float y[LARGEST_WIDTH];
    size_t parameters = 0;
    gml_network *network = NULL;
    fuzz_ok(gml_network_measure(fuzz_context(), description, &parameters));
    if (parameters > MOST_PARAMETERS) {
        return;
    }
    fuzz_ok(gml_network_create(fuzz_context(), description, NULL, &network));
    if (network == NULL) {
        return;
    }
    fuzz_check(gml_network_parameter_count(network) == parameters, "a network has the parameters that were measured");
    fuzz_check(strcmp(gml_network_description(network), text) == 0, "a network keeps its canonical description");
    fuzz_ok(gml_network_predict(network, gml_matrix_f64((double *)(uintptr_t)x, 1, gml_network_inputs(network)),
                                gml_matrix_f32(y, 1, gml_network_outputs(network))));
    gml_network_destroy(network);
}

void check_description(const uint8_t *data, size_t size)
{
    static const gml_status documented[] = {GML_ERROR_ARGUMENT, GML_ERROR_NAME, GML_ERROR_SHAPE};
    gml_context *context = fuzz_context();
    gml_spec spec = {0};
    char *text = NULL, *json = NULL, *description = malloc(size + 1);
    fuzz_check(description != NULL, "the fuzzer has memory");
    memcpy(description, data, size);
    description[size] = '\0';
    fuzz_begin(((size_t)4 << 20) + 1024 * size);
    if (fuzz_status(gml_spec_parse(context, description, &spec), documented, 3)) {
        fuzz_ok(gml_spec_to_text(context, &spec, &text));
        fuzz_ok(gml_spec_to_json(context, &spec, &json));
        if (text != NULL && json != NULL) {
            check_written(text, text);
            check_written(json, text);
            if (is_small(&spec)) {
                check_network(text, description);
            }
        }
    }
    gml_release_string(context, text);
    gml_release_string(context, json);
    gml_spec_clear(context, &spec);
    free(description);
    fuzz_end();
}
