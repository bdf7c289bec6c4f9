/* tests/train/calibrate_case.c - draws logits and classes that agree. */
#include "calibrate_case.h"

#include "base/random.h"

static double uniform(uint32_t i)
{
    uint32_t words[4];
    gml_random_block(&(gml_stream){.seed = 11, .purpose = GML_RANDOM_CHECK}, i / 4, words);
    return ((double)words[i % 4] + 0.5) * 0x1p-32;
}

/* Draws a class from softmax(z), or sigmoid(z) of one output. */
static size_t draw_class(const double *z, size_t outputs, double chance)
{
    double sum = 0, below = 0;
    if (outputs == 1) {
        return chance < 1 / (1 + exp(-z[0])) ? 1 : 0;
    }
    for (size_t j = 0; j < outputs; j++) {
        sum += exp(z[j]);
    }
    for (size_t j = 0; j < outputs; j++) {
        below += exp(z[j]) / sum;
        if (chance < below) {
            return j;
        }
    }
    return outputs - 1;
}

gml_dataset *make_data(logits_case *made, size_t samples)
{
    gml_dataset *data = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(made->logits, samples, made->outputs),
                                     .targets = gml_matrix_f64(made->targets, samples, 1),
                                     .weights = gml_matrix_f64(made->weights, samples, 1),
                                     .task = GML_TASK_CLASSIFICATION,
                                     .missing_targets = 1};
    assert_ok(made->context, gml_dataset_create(made->context, &parts, &data));
    return data;
}

void set_up(logits_case *made, size_t outputs, double confidence)
{
    made->context = test_context();
    made->outputs = outputs;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        double *z = made->logits + i * outputs;
        for (uint32_t j = 0; j < outputs; j++) {
            z[j] = 4 * uniform(8 * i + j) - 2;
        }
        made->classes[i] = draw_class(z, outputs, uniform(8 * i + 4));
        made->targets[i] = (double)made->classes[i];
        made->weights[i] = 1 + i % 3;
        for (uint32_t j = 0; j < outputs; j++) {
            z[j] = (double)(float)(confidence * z[j]);
        }
    }
    made->data = make_data(made, SAMPLES);
}

void tear_down(logits_case *made)
{
    gml_dataset_destroy(made->data);
    gml_context_destroy(made->context);
}

gml_network *identity(const logits_case *of, const char *format, gml_dtype dtype, const char *loss)
{
    char description[96];
    snprintf(description, sizeof description, format, of->outputs, of->outputs);
    gml_network *made = new_network(of->context, description, dtype, 1);
    assert_ok(of->context, gml_network_set_fact(made, "loss", loss));
    return made;
}

gml_reference_logits reference_of(const logits_case *of, size_t samples)
{
    return (gml_reference_logits){samples, of->outputs, of->logits, of->classes, of->weights};
}

void predict(const logits_case *of, const gml_network *network, double *y)
{
    float narrow[SAMPLES * MOST];
    const bool f64 = gml_network_dtype(network) == GML_F64;
    const gml_matrix x = gml_matrix_f64(of->logits, SAMPLES, of->outputs);
    assert_ok(of->context, gml_network_predict(network, x,
                                               f64 ? gml_matrix_f64(y, SAMPLES, of->outputs)
                                                   : gml_matrix_f32(narrow, SAMPLES, of->outputs)));
    for (size_t i = 0; !f64 && i < SAMPLES * of->outputs; i++) {
        y[i] = (double)narrow[i];
    }
}
