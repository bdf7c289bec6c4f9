/* cli/page/importance.c - which inputs matter: attributions of some samples, and for pictures their means. */
#include "cli/page/importance.h"

#include <math.h>
#include <stdlib.h>

#include "cli/page/html.h"
#include "cli/page/picture.h"

enum { MOST_ATTRIBUTED = 256, MOST_CLASSES = 12 };

static void clear_attributed(attributed *of)
{
    sample_set_clear(&of->samples);
    free(of->values);
}

/* The count is 0 if a single sample would take too long. */
static gml_status attribute(const page_source *source, attributed *made)
{
    const size_t size = gml_dataset_size(source->data);
    const size_t count = samples_affordable(source->network, source->data, ATTRIBUTION_PASSES, MOST_ATTRIBUTED);
    *made = (attributed){.values = NULL};
    if (!sample_set_create(source->network, source->data, count, &made->samples)) {
        return GML_ERROR_MEMORY;
    }
    made->values = calloc(count > 0 ? count : 1, made->samples.inputs * sizeof *made->values);
    for (size_t i = 0; i < count; i++) {
        made->samples.order[i] = (size_t)((double)i * (double)size / (double)count);
    }
    gml_status status = made->values != NULL ? GML_OK : GML_ERROR_MEMORY;
    if (status == GML_OK && count > 0) {
        status = sample_set_read(source->network, source->data, &made->samples);
    }
    return status == GML_OK && count > 0 ? sample_set_attribute(source->network, &made->samples, made->values) : status;
}

/* ---- pixels ---- */

/* Adds up the attributions of the samples predicted as a class, or their magnitudes if `magnitudes`; returns how many
 * samples these are. SIZE_MAX: all classes. */
static size_t add_up(const attributed *of, size_t class, bool magnitudes, double *sums)
{
    const size_t inputs = of->samples.inputs;
    size_t count = 0;
    for (size_t j = 0; j < inputs; j++) {
        sums[j] = 0;
    }
    for (size_t i = 0; i < of->samples.count; i++) {
        if (class == SIZE_MAX || sample_set_class(&of->samples, i) == class) {
            count++;
            for (size_t j = 0; j < inputs; j++) {
                const double value = of->values[i * inputs + j];
                sums[j] += !isfinite(value) ? 0 : magnitudes ? fabs(value) : value;
            }
        }
    }
    for (size_t j = 0; count > 0 && j < inputs; j++) {
        sums[j] /= (double)count;
    }
    return count;
}

static int write_map(FILE *stream, const page_source *source, const attributed *of, size_t class, double *means)
{
    const size_t count = add_up(of, class, class == SIZE_MAX, means);
    char room[PAGE_NUMBER], label[256] = "mean magnitude of the attributions of each pixel";
    if (count == 0) {
        return 0;
    }
    fputs("<figure class=\"sample\">\n<figcaption>", stream);
    if (class == SIZE_MAX) {
        fputs("all: mean magnitude", stream);
    } else {
        const char *name = page_class_name(source, class, room);
        fputs("predicted ", stream);
        page_short_name(stream, name);
        snprintf(label, sizeof label, "mean attributions of each pixel, predicted %.200s", name);
    }
    fputs("</figcaption>\n", stream);
    const int code =
        page_picture_signed(stream, means, source->shape, page_picture_most(means, of->samples.inputs), label);
    html_figure_end(stream);
    return code;
}

static int write_maps(FILE *stream, const page_source *source, const attributed *of)
{
    double *means = calloc(of->samples.inputs, sizeof *means);
    if (means == NULL) {
        return page_no_memory();
    }
    const bool classes = gml_network_task(source->network) == GML_TASK_CLASSIFICATION;
    const size_t outputs = of->samples.outputs == 1 ? 2 : of->samples.outputs;
    fprintf(stream, "<p>Mean attributions of the pixels, by %s of %zu samples%s. Each picture has its own range.</p>\n",
            sample_set_method(source->network), of->samples.count,
            classes ? ": what speaks for the predicted class (orange) and against it (blue)" : "");
    html_grid_begin(stream, true);
    int code = write_map(stream, source, of, SIZE_MAX, means);
    for (size_t k = 0; code == 0 && classes && outputs <= MOST_CLASSES && k < outputs; k++) {
        code = write_map(stream, source, of, k, means);
    }
    html_grid_end(stream);
    free(means);
    return code;
}

int page_importance(FILE *stream, const page_source *source)
{
    if (source->network == NULL || source->data == NULL || gml_dataset_size(source->data) == 0) {
        return 0;
    }
    const bool pictures = page_picture_fits(source->shape) &&
                          source->shape.height * source->shape.width == gml_network_columns(source->network);
    attributed of;
    const gml_status status = attribute(source, &of);
    int code = 0;
    if (status == GML_ERROR_MEMORY) {
        code = page_no_memory();
    } else if (pictures && status != GML_OK) {
        code = page_refused(stream, source, status);
    } else if (of.samples.count == 0) {
        html_note(stream,
                  "The network is so large that importances take long; <code>gemmule explain</code> finds them.");
    } else if (pictures) {
        code = write_maps(stream, source, &of);
    } else if (page_has_classes(source) || page_has_values(source)) {
        code = page_importance_columns(stream, source, &of);
    }
    clear_attributed(&of);
    return code;
}
