/* explain/health/spectra.c - norms and singular values of the weights. */
#include <math.h>

#include "explain/health/health.h"
#include "kernel/entry/entry.h"
#include "kernel/product/gemm.h"

enum { MOST_SIDE = 1024 };

static size_t smaller_side(const gml_layer *layer)
{
    return layer->weight_rows < layer->weight_cols ? layer->weight_rows : layer->weight_cols;
}

static bool is_wanted(const gml_health *health, const gml_layer *layer, double norm)
{
    gml_choice choice = health->options.spectra;
    bool small = choice == GML_CHOICE_YES || (choice == GML_CHOICE_AUTO && smaller_side(layer) <= MOST_SIDE);
    return small && isfinite(norm);
}

/* Writes the singular values of W [in x out], descending. LAPACK overwrites a copy in double. */
static gml_status find_values(const gml_health *health, const gml_layer *layer, double *values, size_t *count)
{
    size_t entries = layer->weight_rows * layer->weight_cols,
           work = gml_gemm_singular_memory(layer->weight_rows, layer->weight_cols);
    double *memory = gml_allocate(health->context, entries + work, sizeof *memory, "singular values");
    if (memory == NULL) {
        return GML_ERROR_MEMORY;
    }
    health->network->kernels->observe->widen(layer->weight_rows, layer->weight_cols, layer->weight_cols, layer->weight,
                                             NULL, memory);
    bool found =
        gml_gemm_singular_values(layer->weight_rows, layer->weight_cols, memory, values, memory + entries, work);
    *count = found ? smaller_side(layer) : 0;
    gml_release(health->context, memory, entries + work, sizeof *memory);
    return GML_OK;
}

void gml_health_find_norms(gml_health *health)
{
    const gml_network *network = health->network;
    for (size_t i = 0; i < health->layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        health->spectra[i] = (gml_spectrum){.norm = NAN};
        if (layer->weight != NULL) {
            health->spectra[i].norm = sqrt(
                network->kernels->entry->dot(layer->weight_rows * layer->weight_cols, layer->weight, layer->weight));
        }
    }
}

gml_status gml_health_find_spectra(gml_health *health)
{
    const gml_network *network = health->network;
    gml_status status = GML_OK;
    gml_health_find_norms(health);
    gml_gemm_open();
    for (size_t i = 0; status == GML_OK && i < health->layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        gml_spectrum *spectrum = &health->spectra[i];
        if (is_wanted(health, layer, spectrum->norm)) {
            status = find_values(health, layer, health->singular + health->watches[i].spectrum, &spectrum->count);
        }
    }
    gml_gemm_close();
    return status;
}
