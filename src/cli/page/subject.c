/* cli/page/subject.c - names, failures, and samples with their predictions, for sections about a model on data. */
#include "cli/page/subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/page/html.h"
#include "cli/report/predictions.h"
#include "cli/shell/exit.h"

/* ---- names ---- */

const char *page_class_name(const page_source *source, size_t index, char room[PAGE_NUMBER])
{
    const char *name = gml_network_class_name(source->network, index);
    if (name == NULL && source->data != NULL) {
        name = gml_dataset_class_name(source->data, index);
    }
    snprintf(room, PAGE_NUMBER, "%zu", index);
    return name != NULL ? name : room;
}

const char *page_input_name(const page_source *source, size_t index, char room[PAGE_NUMBER])
{
    const char *name = gml_network_feature_name(source->network, index);
    snprintf(room, PAGE_NUMBER, "input %zu", index + 1);
    return name != NULL ? name : room;
}

void page_short_name(FILE *stream, const char *name)
{
    enum { MOST = 24 };
    fputs("<bdi", stream);
    if (strlen(name) > MOST) {
        html_attribute(stream, "title", name);
    }
    fputs(">", stream);
    html_escaped(stream, name, MOST);
    fputs("</bdi>", stream);
}

void page_name_cell(FILE *stream, const char *name, bool head)
{
    fputs(head ? "<th scope=\"row\">" : "<td>", stream);
    page_short_name(stream, name);
    fputs(head ? "</th>" : "</td>", stream);
}

void page_name_heading(FILE *stream, const char *name)
{
    fputs("<th scope=\"col\" class=\"number\">", stream);
    page_short_name(stream, name);
    fputs("</th>", stream);
}

/* A long name is set into the width, whatever the font. */
void page_svg_name(FILE *stream, double x, double y, const char *name, double width)
{
    enum { MOST = 16 };
    fprintf(stream, "<text x=\"%.1f\" y=\"%.1f\" class=\"text\" text-anchor=\"end\"", x, y);
    if (strlen(name) > MOST) {
        fprintf(stream, " textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\"", width);
    }
    fputs(">", stream);
    html_tooltip(stream, name);
    html_escaped(stream, name, MOST);
    fputs("</text>\n", stream);
}

void page_narrow_begin(FILE *stream, const char *caption)
{
    fputs("<figure class=\"narrow\">\n", stream);
    if (caption != NULL) {
        fprintf(stream, "<figcaption>%s</figcaption>\n", caption);
    }
}

void page_value(FILE *stream, double value)
{
    if (isfinite(value)) {
        fprintf(stream, "%s%.6g", value < 0 ? "−" : "", fabs(value));
    } else {
        html_number(stream, value);
    }
}

void page_shaded_cell(FILE *stream, double share)
{
    enum { LEVELS = 8 }; /* of page.css */
    static const double least = 0.01;
    fputs("<td class=\"number", stream);
    if (fabs(share) >= least) {
        fprintf(stream, " %s%d", share < 0 ? "below" : "above", (int)fmin(ceil(fabs(share) * LEVELS), LEVELS));
    }
    fputs("\">", stream);
}

/* ---- whether there is something to show ---- */

static bool has_targets(const page_source *source, gml_task task)
{
    return source->network != NULL && source->data != NULL && gml_dataset_targets(source->data) > 0 &&
           gml_dataset_task(source->data) == task;
}

bool page_has_classes(const page_source *source)
{
    return has_targets(source, GML_TASK_CLASSIFICATION);
}

bool page_has_values(const page_source *source)
{
    return has_targets(source, GML_TASK_REGRESSION);
}

void page_on_data(FILE *stream, const page_source *source)
{
    if (source->data_note != NULL) {
        fputs("<p class=\"note\">On ", stream);
        html_text(stream, source->data_note);
        fputs(".</p>\n", stream);
    }
}

/* ---- failures ---- */

int page_no_memory(void)
{
    return complain(EXIT_MEMORY, "not enough memory for the page");
}

int page_refused(FILE *stream, const page_source *source, gml_status status)
{
    if (status == GML_ERROR_MEMORY) {
        return page_no_memory();
    }
    fputs("<p class=\"note\">Not shown: ", stream);
    html_text(stream, gml_context_message(gml_network_context(source->network)));
    fputs("</p>\n", stream);
    return 0;
}

/* ---- samples ---- */

bool page_samples_create(const page_source *source, size_t count, page_samples *made)
{
    *made = (page_samples){.count = count,
                           .inputs = gml_network_inputs(source->network),
                           .outputs = gml_network_outputs(source->network),
                           .targets = gml_dataset_targets(source->data)};
    const size_t rows = count > 0 ? count : 1;
    made->order = calloc(rows, sizeof *made->order);
    made->x = calloc(rows, made->inputs * sizeof *made->x);
    made->y = made->targets > 0 ? calloc(rows, made->targets * sizeof *made->y) : NULL;
    made->predictions = calloc(rows, made->outputs * sizeof *made->predictions);
    return made->order != NULL && made->x != NULL && (made->y != NULL || made->targets == 0) &&
           made->predictions != NULL;
}

void page_samples_clear(page_samples *of)
{
    free(of->order), free(of->x), free(of->y), free(of->predictions);
    *of = (page_samples){.count = 0};
}

gml_status page_samples_read(const page_source *source, page_samples *of)
{
    const gml_matrix x = gml_matrix_f64(of->x, of->count, of->inputs);
    const gml_matrix y = of->y != NULL ? gml_matrix_f64(of->y, of->count, of->targets) : gml_matrix_none();
    const prediction_table table = predictions_create(source->network);
    const bool narrow = gml_network_dtype(source->network) == GML_F32;
    float *outputs = narrow ? calloc(of->count, of->outputs * sizeof *outputs) : NULL;
    gml_status status = narrow && outputs == NULL ? GML_ERROR_MEMORY : GML_OK;
    if (status == GML_OK) {
        status = gml_dataset_gather(source->data, of->order, of->count, x, y);
    }
    if (status == GML_OK) {
        status = predictions_make(&table, x, outputs, gml_matrix_f64(of->predictions, of->count, of->outputs));
    }
    free(outputs);
    return status;
}

size_t page_samples_class(const page_samples *of, size_t i)
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

/* As PAGE_ATTRIBUTION_PASSES of the header. */
static const char method[] = "integrated_gradients(steps=16)";

gml_status page_samples_attribute(const page_source *source, const page_samples *of, const size_t *output,
                                  double *attributions)
{
    const gml_attribution_options options = {.method = method, .output = output};
    return gml_attribute(source->network, gml_matrix_f64(of->x, of->count, of->inputs), &options,
                         gml_matrix_f64(attributions, of->count, of->inputs), NULL);
}

size_t page_samples_affordable(const page_source *source, size_t passes, size_t most)
{
    /* Products: each parameter takes part in about three for a pass forward and backward. Numbers: kept of the inputs
     * of the samples. */
    static const double products = 1e10, numbers = 1 << 23;
    const double parameters = (double)gml_network_parameter_count(source->network) + 1;
    const double affordable =
        fmin(products / (3 * parameters * (double)passes), numbers / (double)gml_network_inputs(source->network));
    const size_t size = gml_dataset_size(source->data);
    most = size < most ? size : most;
    return affordable < (double)most ? (size_t)affordable : most;
}

/* ---- values ---- */

void page_values_clear(page_values *of)
{
    free(of->counts), free(of->order), free(of->actual), free(of->predicted);
    *of = (page_values){.targets = 0};
}

static bool make_room(const page_source *source, page_values *made)
{
    const size_t size = gml_dataset_size(source->data), targets = gml_dataset_targets(source->data);
    *made = (page_values){.targets = targets < PAGE_MOST_TARGETS ? targets : PAGE_MOST_TARGETS,
                          .read = size < PAGE_MOST_VALUES ? size : PAGE_MOST_VALUES};
    const size_t room = made->targets * made->read;
    made->counts = calloc(made->targets, sizeof *made->counts);
    made->order = calloc(room, sizeof *made->order);
    made->actual = calloc(room, sizeof *made->actual);
    made->predicted = calloc(room, sizeof *made->predicted);
    return made->counts != NULL && made->order != NULL && made->actual != NULL && made->predicted != NULL;
}

static void keep_values(page_values *to, const page_samples *from)
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

gml_status page_values_create(const page_source *source, page_values *made)
{
    enum { CHUNK = 256 };
    const size_t size = gml_dataset_size(source->data);
    page_samples chunk = {.count = 0};
    gml_status status =
        make_room(source, made) && page_samples_create(source, CHUNK, &chunk) ? GML_OK : GML_ERROR_MEMORY;
    for (size_t first = 0; status == GML_OK && first < made->read; first += CHUNK) {
        chunk.count = made->read - first < CHUNK ? made->read - first : CHUNK;
        for (size_t i = 0; i < chunk.count; i++) {
            chunk.order[i] = (size_t)((double)(first + i) * (double)size / (double)made->read);
        }
        status = page_samples_read(source, &chunk);
        if (status == GML_OK) {
            keep_values(made, &chunk);
        }
    }
    page_samples_clear(&chunk);
    return status;
}
