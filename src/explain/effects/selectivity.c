/* explain/effects/selectivity.c - the class selectivity of units. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "explain/effects/activity.h"
#include "explain/effects/targets.h"
#include "gemmule/diagnosis.h"
#include "kernel/effect/effect.h"

enum { BLOCK = 512 };

typedef struct selectivity_run {
    const gml_network *network;
    const gml_dataset *dataset;
    size_t layer, most;
    gml_activity activity;
    double *values;            /* [most x outputs of the layer] */
    double *classes, *weights; /* [most] */
    double *sums, *totals;     /* [classes x outputs of the layer], [classes] */
    void *arena;
    size_t arena_size;
} selectivity_run;

static void lay_out(void *owner, gml_layout *layout)
{
    selectivity_run *run = owner;
    const size_t out = run->network->layers[run->layer].out, classes = run->dataset->schema.classes;
    const size_t real = sizeof(double);
    run->values = gml_layout_take(layout, run->arena, run->most, out, real);
    run->classes = gml_layout_take(layout, run->arena, run->most, 1, real);
    run->weights = gml_layout_take(layout, run->arena, run->most, 1, real);
    run->sums = gml_layout_take(layout, run->arena, classes, out, real);
    run->totals = gml_layout_take(layout, run->arena, classes, 1, real);
}

static gml_status add_block(selectivity_run *run, size_t first)
{
    gml_batch_room room;
    const gml_batch batch = gml_dataset_batch(run->dataset, first, run->most, &room);
    gml_status status = gml_targets_read_classes(run->dataset, &batch, run->classes, run->weights);
    if (status == GML_OK) {
        gml_activity_run(&run->activity, &batch);
        const size_t cols = gml_activity_copy(&run->activity, run->layer + 1, run->values);
        gml_add_class_rows(&(gml_class_block){batch.rows, cols, run->values, run->classes, run->weights}, run->sums,
                           run->totals);
    }
    return status;
}

static gml_status write_units(const selectivity_run *run, gml_unit_selectivity *units)
{
    const size_t classes = run->dataset->schema.classes, out = run->network->layers[run->layer].out;
    size_t seen = 0;
    for (size_t c = 0; c < classes; c++) {
        seen += run->totals[c] > 0;
    }
    if (seen < 2) {
        return gml_fail(run->network->context, GML_ERROR_DATA,
                        "the samples that count are of %zu class%s; class selectivity needs two or more", seen,
                        seen == 1 ? "" : "es");
    }
    for (size_t j = 0; j < out; j++) {
        const gml_class_contrast found = gml_contrast_classes(classes, out, run->sums + j, run->totals);
        const double sum = found.greatest + found.others;
        const bool defined = found.least >= 0 && sum > 0;
        units[j] = (gml_unit_selectivity){.selectivity = defined ? (found.greatest - found.others) / sum : (double)NAN,
                                          .preferred = found.best,
                                          .greatest = found.greatest,
                                          .others = found.others};
    }
    return GML_OK;
}

static gml_status run_blocks(selectivity_run *run, gml_unit_selectivity *units)
{
    gml_context *context = run->network->context;
    gml_status status = gml_layout_make(context, lay_out, run, "class selectivity", run->network->description,
                                        &run->arena, &run->arena_size);
    if (status != GML_OK) {
        return status;
    }
    const size_t classes = run->dataset->schema.classes, out = run->network->layers[run->layer].out;
    memset(run->sums, 0, classes * out * sizeof *run->sums);
    memset(run->totals, 0, classes * sizeof *run->totals);
    for (size_t first = 0; first < run->dataset->size && status == GML_OK; first += run->activity.rows) {
        status = add_block(run, first);
    }
    status = status == GML_OK ? write_units(run, units) : status;
    gml_release(context, run->arena, run->arena_size, 1);
    return status;
}

gml_status gml_class_selectivity(const gml_network *network, const gml_dataset *dataset, size_t layer,
                                 gml_unit_selectivity *units)
{
    gml_context *context = network != NULL ? network->context : gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"network", network}, {"dataset", dataset}, {"units", units}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status == GML_OK) {
        status = gml_targets_check_classes(network, dataset);
    }
    if (status == GML_OK && layer >= network->spec.layer_count) {
        status = gml_fail(context, GML_ERROR_ARGUMENT, "there is no layer %zu; the network has %zu", layer,
                          network->spec.layer_count);
    }
    if (status != GML_OK) {
        return status;
    }
    selectivity_run run = {
        .network = network, .dataset = dataset, .layer = layer, .most = gml_least(dataset->size, BLOCK)};
    status = gml_activity_create(network, run.most, layer + 1, &run.activity);
    if (status == GML_OK) {
        status = run_blocks(&run, units);
        gml_activity_destroy(&run.activity);
    }
    return status;
}
