/* cli/explain/sample_set.c - reads samples, predicts them, and attributes the predictions to the inputs. */
#include "cli/explain/sample_set.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/predictions.h"

/* ---- samples ---- */

bool sample_set_create(const gml_network *network, const gml_dataset *data, size_t count, sample_set *made)
{
    *made = (sample_set){.count = count,
                         .inputs = gml_network_columns(network),
                         .outputs = gml_network_outputs(network),
                         .targets = gml_dataset_targets(data)};
    const size_t rows = count > 0 ? count : 1;
    made->order = calloc(rows, sizeof *made->order);
    made->x = calloc(rows, made->inputs * sizeof *made->x);
    made->y = made->targets > 0 ? calloc(rows, made->targets * sizeof *made->y) : NULL;
    made->predictions = calloc(rows, made->outputs * sizeof *made->predictions);
    return made->order != NULL && made->x != NULL && (made->y != NULL || made->targets == 0) &&
           made->predictions != NULL;
}

void sample_set_clear(sample_set *of)
{
    free(of->order), free(of->x), free(of->y), free(of->predictions);
    *of = (sample_set){.count = 0};
}

gml_status sample_set_read(const gml_network *network, const gml_dataset *data, sample_set *of)
{
    const gml_matrix x = gml_matrix_f64(of->x, of->count, of->inputs);
    const gml_matrix y = of->y != NULL ? gml_matrix_f64(of->y, of->count, of->targets) : gml_matrix_none();
    const prediction_table table = predictions_create(network);
    const bool narrow = gml_network_dtype(network) == GML_F32;
    float *outputs = narrow ? calloc(of->count, of->outputs * sizeof *outputs) : NULL;
    gml_status status = narrow && outputs == NULL ? GML_ERROR_MEMORY : GML_OK;
    if (status == GML_OK) {
        status = gml_dataset_gather(data, of->order, of->count, x, y);
    }
    if (status == GML_OK) {
        status = predictions_make(&table, x, outputs, gml_matrix_f64(of->predictions, of->count, of->outputs));
    }
    free(outputs);
    return status;
}

size_t sample_set_class(const sample_set *of, size_t i)
{
    const double *scores = of->predictions + i * of->outputs;
    size_t best = 0;
    if (of->outputs == 1) {
        return scores[0] > 0.5;
    }
    for (size_t k = 1; k < of->outputs; k++) {
        best = scores[k] > scores[best] ? k : best;
    }
    return best;
}

static bool along_paths(const gml_network *network)
{
    return strcmp(gml_attribution_default(network), "integrated_gradients") == 0;
}

const char *sample_set_method(const gml_network *network)
{
    return along_paths(network) ? "integrated gradients" : gml_attribution_default(network);
}

gml_status sample_set_attribute(const gml_network *network, const sample_set *of, double *attributions)
{
    const gml_attribution_options options = {
        .method = along_paths(network) ? "integrated_gradients(steps=16)" /* ATTRIBUTION_PASSES */ : NULL};
    return gml_attribute(network, gml_matrix_f64(of->x, of->count, of->inputs), &options,
                         gml_matrix_f64(attributions, of->count, of->inputs), NULL);
}

size_t samples_affordable(const gml_network *network, const gml_dataset *data, size_t passes, size_t most)
{
    /* Products: each parameter takes part in about three for a pass forward and backward. Numbers: kept of the inputs
     * of the samples. */
    static const double products = 1e10, numbers = 1 << 23;
    const double parameters = (double)gml_network_parameter_count(network) + 1;
    const double affordable =
        fmin(products / (3 * parameters * (double)passes), numbers / (double)gml_network_columns(network));
    const size_t size = gml_dataset_size(data);
    most = size < most ? size : most;
    return affordable < (double)most ? (size_t)affordable : most;
}

/* ---- values ---- */

void value_set_clear(value_set *of)
{
    free(of->counts), free(of->order), free(of->actual), free(of->predicted);
    *of = (value_set){.targets = 0};
}

static bool make_room(const gml_dataset *data, value_set *made)
{
    const size_t size = gml_dataset_size(data), targets = gml_dataset_targets(data);
    *made = (value_set){.targets = targets < VALUE_SET_TARGETS ? targets : VALUE_SET_TARGETS,
                        .read = size < VALUE_SET_MOST ? size : VALUE_SET_MOST};
    const size_t room = made->targets * made->read;
    made->counts = calloc(made->targets, sizeof *made->counts);
    made->order = calloc(room, sizeof *made->order);
    made->actual = calloc(room, sizeof *made->actual);
    made->predicted = calloc(room, sizeof *made->predicted);
    return made->counts != NULL && made->order != NULL && made->actual != NULL && made->predicted != NULL;
}

static void keep_values(value_set *to, const sample_set *from)
{
    for (size_t i = 0; i < from->count; i++) {
        for (size_t t = 0; t < to->targets; t++) {
            const double actual = from->y[i * from->targets + t], predicted = from->predictions[i * from->outputs + t];
            if (isfinite(actual) && isfinite(predicted)) {
                const size_t at = t * to->read + to->counts[t]++;
                to->order[at] = from->order[i];
                to->actual[at] = actual;
                to->predicted[at] = predicted;
            }
        }
    }
}

gml_status value_set_create(const gml_network *network, const gml_dataset *data, value_set *made)
{
    enum { CHUNK = 256 };
    const size_t size = gml_dataset_size(data);
    sample_set chunk = {.count = 0};
    gml_status status =
        make_room(data, made) && sample_set_create(network, data, CHUNK, &chunk) ? GML_OK : GML_ERROR_MEMORY;
    for (size_t first = 0; status == GML_OK && first < made->read; first += CHUNK) {
        chunk.count = made->read - first < CHUNK ? made->read - first : CHUNK;
        for (size_t i = 0; i < chunk.count; i++) {
            chunk.order[i] = (size_t)((double)(first + i) * (double)size / (double)made->read);
        }
        status = sample_set_read(network, data, &chunk);
        if (status == GML_OK) {
            keep_values(made, &chunk);
        }
    }
    sample_set_clear(&chunk);
    return status;
}
