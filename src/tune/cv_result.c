/* tune/cv_result.c - the result of a cross-validation and its memory. */
#include <string.h>

#include "base/layout.h"
#include "data/dataset.h"
#include "measure/metric.h"
#include "tune/cv.h"

static void lay_out(void *owner, gml_layout *layout)
{
    gml_cv_owned *made = owner;
    void *arena = made->arena;
    const size_t networks = made->result.folds * made->result.repeats, metrics = made->result.metrics;
    size_t rows = 0;
    if (__builtin_mul_overflow(made->samples, made->result.repeats, &rows)) {
        rows = SIZE_MAX;
    }
    made->folds = gml_layout_take(layout, arena, networks, 1, sizeof *made->folds);
    made->metrics = gml_layout_take(layout, arena, metrics, 1, sizeof *made->metrics);
    made->values = gml_layout_take(layout, arena, networks, metrics, sizeof *made->values);
    made->calls = gml_layout_take(layout, arena, made->text, 1, 1);
    made->each = gml_layout_take(layout, arena, rows, made->outputs, sizeof *made->each);
    made->mean = made->each;
    if (made->result.repeats > 1) {
        made->mean = gml_layout_take(layout, arena, made->samples, made->outputs, sizeof *made->mean);
    }
}

/* Sets what is known before the first network: no fold has finished, and no sample has a prediction. */
static void begin_result(const gml_cv_run *run, gml_cv_owned *made)
{
    const size_t folds = made->result.folds, networks = folds * made->result.repeats;
    char *text = made->calls;
    for (size_t i = 0; i < networks; i++) {
        made->folds[i] =
            (gml_cv_fold){.repeat = i / folds, .fold = i % folds, .values = made->values + i * made->result.metrics};
    }
    for (size_t i = 0; i < run->count; i++) {
        const size_t size = strlen(run->calls[i]) + 1;
        memcpy(text, run->calls[i], size);
        made->metrics[i] = (gml_cv_metric){.metric = text};
        gml_metric_undefined(&made->metrics[i].pooled, "not every sample has a prediction");
        text += size;
    }
    memset(made->each, 0xff, made->result.repeats * made->samples * made->outputs * sizeof *made->each); /* NaN */
    made->result.fold = made->folds;
    made->result.metric = made->metrics;
    gml_cv_summarize(made);
}

gml_status gml_cv_make_result(gml_cv_run *run, size_t outputs, int probabilities)
{
    gml_cv_owned *made = gml_allocate(run->context, 1, sizeof *made, "the result of a cross-validation");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_cv_owned){.context = run->context, .samples = run->dataset->size, .outputs = outputs};
    made->result = (gml_cv_result){.folds = gml_split_folds(run->split),
                                   .repeats = gml_split_repeats(run->split),
                                   .confidence = run->options.confidence,
                                   .metrics = run->count,
                                   .probabilities = probabilities,
                                   .predictions = gml_matrix_none(),
                                   .repeat_predictions = gml_matrix_none()};
    for (size_t i = 0; i < run->count; i++) {
        made->text += strlen(run->calls[i]) + 1;
    }
    const gml_status status = gml_layout_make(run->context, lay_out, made, "cross-validation", "the dataset",
                                              &made->arena, &made->arena_size);
    run->made = made;
    if (status == GML_OK) {
        begin_result(run, made);
    }
    return status;
}

void gml_cv_destroy(gml_cv_result *result)
{
    gml_cv_owned *made = (gml_cv_owned *)result;
    if (made != NULL) {
        gml_release(made->context, made->arena, made->arena_size, 1);
        gml_release(made->context, made, 1, sizeof *made);
    }
}
