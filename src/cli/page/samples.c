/* cli/page/samples.c - the samples that a model gets most wrong: the most confident mistakes, or the largest residuals.
 */
#include <math.h>
#include <stdlib.h>

#include "cli/explain/sample_set.h"
#include "cli/page/html.h"
#include "cli/page/picture.h"
#include "cli/page/subject.h"
#include "cli/report/cell.h"
#include "cli/report/ranking.h"

enum { MOST_SHOWN = 20, MOST_COLUMNS = 12 };

/* The samples that are shown, with what the model makes of them. */
typedef struct worst {
    const page_source *source;
    sample_set samples;
    double *attributions;             /* [count x inputs] of the predicted classes or the target; null: none */
    gml_mistake mistakes[MOST_SHOWN]; /* for classes */
    double actual[MOST_SHOWN], predicted[MOST_SHOWN]; /* for values */
} worst;

/* Reads the samples, and attributes what the model says of them if that is affordable. */
static gml_status read_samples(worst *of)
{
    const page_source *source = of->source;
    gml_status status = sample_set_read(source->network, source->data, &of->samples);
    const size_t count = of->samples.count;
    if (status == GML_OK && count > 0 &&
        samples_affordable(source->network, source->data, ATTRIBUTION_PASSES, count) == count) {
        of->attributions = calloc(count, of->samples.inputs * sizeof *of->attributions);
        if (of->attributions == NULL) {
            return GML_ERROR_MEMORY;
        }
        if (sample_set_attribute(source->network, &of->samples, of->attributions) != GML_OK) {
            free(of->attributions); /* a layer for which the method is not defined */
            of->attributions = NULL;
        }
    }
    return status;
}

/* ---- one sample in words ---- */

static void write_caption(FILE *stream, const worst *of, size_t i)
{
    char room[PAGE_NUMBER];
    fprintf(stream, "<figcaption>sample %zu<br>actual <b>", of->samples.order[i] + 1);
    if (page_has_classes(of->source)) {
        page_short_name(stream, page_class_name(of->source, of->mistakes[i].actual, room));
        fputs("</b>, predicted <b>", stream);
        page_short_name(stream, page_class_name(of->source, of->mistakes[i].predicted, room));
        fprintf(stream, "</b> (%.3f)", of->mistakes[i].predicted_score);
    } else {
        page_value(stream, of->actual[i]);
        fputs("</b>, predicted <b>", stream);
        page_value(stream, of->predicted[i]);
        fputs("</b>", stream);
    }
    fputs("</figcaption>\n", stream);
}

/* ---- as pictures ---- */

static void find_range(const sample_set *of, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < of->count * of->inputs; i++) {
        *low = fmin(*low, of->x[i]);
        *high = fmax(*high, of->x[i]);
    }
}

static int write_picture(FILE *stream, const worst *of, size_t i, double low, double high)
{
    const picture_shape shape = of->source->shape;
    char label[96];
    snprintf(label, sizeof label, "sample %zu as a picture", of->samples.order[i] + 1);
    fputs("<figure class=\"sample\">\n", stream);
    write_caption(stream, of, i);
    int code = page_picture_grey(stream, of->samples.x + i * of->samples.inputs, shape, low, high, label);
    if (code == 0 && of->attributions != NULL) {
        const double *attributions = of->attributions + i * of->samples.inputs;
        snprintf(label, sizeof label, "attributions of sample %zu", of->samples.order[i] + 1);
        code = page_picture_signed(stream, attributions, shape, page_picture_most(attributions, of->samples.inputs),
                                   label);
    }
    html_figure_end(stream);
    return code;
}

static int write_pictures(FILE *stream, const worst *of)
{
    double low, high;
    int code = 0;
    find_range(&of->samples, &low, &high);
    if (of->attributions != NULL) {
        fprintf(stream,
                "<p class=\"note\">Beside each picture: by %s, what speaks for the prediction (orange) and against it "
                "(blue), each picture in its own range.</p>\n",
                sample_set_method(of->source->network));
    }
    html_grid_begin(stream, true);
    for (size_t i = 0; code == 0 && i < of->samples.count; i++) {
        code = write_picture(stream, of, i, low, high);
    }
    html_grid_end(stream);
    return code;
}

/* ---- as a table ---- */

/* Chooses the columns with the greatest attributions, else the first; returns their number. */
static size_t choose_columns(const worst *of, size_t columns[MOST_COLUMNS])
{
    double scores[MOST_COLUMNS];
    ranking greatest = {.most = MOST_COLUMNS, .items = columns, .scores = scores};
    for (size_t j = 0; j < of->samples.inputs; j++) {
        double sum = 0;
        for (size_t i = 0; of->attributions != NULL && i < of->samples.count; i++) {
            const double attribution = of->attributions[i * of->samples.inputs + j];
            sum += isfinite(attribution) ? fabs(attribution) : 0;
        }
        ranking_add(&greatest, j, sum);
    }
    return greatest.count;
}

static void write_headings(FILE *stream, const worst *of, const size_t *columns, size_t count)
{
    char room[PAGE_NUMBER];
    fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"samples that are predicted worst\">\n"
          "<table class=\"matrix\">\n<thead><tr><th scope=\"col\" class=\"number\">sample</th>",
          stream);
    fputs(page_has_classes(of->source)
              ? "<th scope=\"col\">actual</th><th scope=\"col\">predicted</th><th scope=\"col\" "
                "class=\"number\">score</th>"
              : "<th scope=\"col\" class=\"number\">actual</th><th scope=\"col\" class=\"number\">predicted</th>",
          stream);
    for (size_t j = 0; j < count; j++) {
        page_name_heading(stream, page_input_name(of->source, columns[j], room));
    }
    fputs("</tr></thead>\n<tbody>\n", stream);
}

/* A value of a column, shaded by its attribution as a share of the greatest of its sample. */
static void write_value(FILE *stream, double value, double share)
{
    page_shaded_cell(stream, share);
    page_value(stream, value);
    fputs("</td>", stream);
}

/* The same for a column that may hold levels of a category or dates. */
static void write_cell(FILE *stream, const worst *of, size_t column, double value, double share)
{
    char room[DATE_SIZE];
    const char *text = cell_text(of->source->network, column, value, room);
    if (text == NULL) {
        write_value(stream, value, share);
        return;
    }
    page_shaded_cell(stream, share);
    page_short_name(stream, text);
    fputs("</td>", stream);
}

static void write_row(FILE *stream, const worst *of, size_t i, const size_t *columns, size_t count)
{
    const size_t inputs = of->samples.inputs;
    const double *attributions = of->attributions != NULL ? of->attributions + i * inputs : NULL;
    const double most = attributions != NULL ? page_picture_most(attributions, inputs) : 1;
    char room[PAGE_NUMBER];
    html_row_begin(stream);
    html_cell_count(stream, of->samples.order[i] + 1);
    if (page_has_classes(of->source)) {
        page_name_cell(stream, page_class_name(of->source, of->mistakes[i].actual, room), false);
        page_name_cell(stream, page_class_name(of->source, of->mistakes[i].predicted, room), false);
        html_cell_number(stream, of->mistakes[i].predicted_score);
    } else {
        write_value(stream, of->actual[i], 0);
        write_value(stream, of->predicted[i], 0);
    }
    for (size_t j = 0; j < count; j++) {
        write_cell(stream, of, columns[j], of->samples.x[i * inputs + columns[j]],
                   attributions != NULL ? attributions[columns[j]] / most : 0);
    }
    html_row_end(stream);
}

static void write_table(FILE *stream, const worst *of)
{
    size_t columns[MOST_COLUMNS];
    const size_t count = choose_columns(of, columns);
    write_headings(stream, of, columns, count);
    for (size_t i = 0; i < of->samples.count; i++) {
        write_row(stream, of, i, columns, count);
    }
    html_table_end(stream);
    if (of->attributions != NULL) {
        fprintf(stream, "<p class=\"note\">Shades, by %s: values that %s it (blue).</p>\n",
                sample_set_method(of->source->network),
                page_has_classes(of->source) ? "speak for the predicted class (orange) and against"
                                             : "raise the prediction (orange) and lower");
    }
    if (count < of->samples.inputs) {
        fprintf(stream, "<p class=\"note\">%zu of %zu columns%s.</p>\n", count, of->samples.inputs,
                of->attributions != NULL ? ", those that weigh most here" : "");
    }
}

/* Numbers are places among the samples that are shown, which may be a part of the data. */
static void write_counting(FILE *stream, const page_source *source)
{
    fputs("<p class=\"note\">Samples are counted from 1", stream);
    if (source->data_note != NULL) {
        fputs(", among ", stream);
        html_text(stream, source->data_note);
    }
    fputs(".</p>\n", stream);
}

static int write_samples(FILE *stream, const worst *of)
{
    write_counting(stream, of->source);
    const picture_shape shape = of->source->shape;
    if (page_picture_fits(shape) && shape.height * shape.width == of->samples.inputs) {
        return write_pictures(stream, of);
    }
    write_table(stream, of);
    return 0;
}

/* ---- which samples ---- */

static gml_status find_mistakes(FILE *stream, worst *of)
{
    size_t count = 0, errors = 0;
    gml_status status =
        gml_find_mistakes(of->source->network, of->source->data, of->mistakes, MOST_SHOWN, &count, &errors);
    if (status != GML_OK || !sample_set_create(of->source->network, of->source->data, count, &of->samples)) {
        return status != GML_OK ? status : GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        of->samples.order[i] = of->mistakes[i].sample;
    }
    fprintf(stream, "<p>%zu of %zu samples %s wrong", errors, gml_dataset_size(of->source->data),
            errors == 1 ? "is" : "are");
    fputs(count == 0 ? ".</p>\n" : count == errors ? "; the most confident first:</p>\n" : "", stream);
    if (count < errors) {
        fprintf(stream, "; the %zu with the most confident predictions:</p>\n", count);
    }
    return GML_OK;
}

/* Samples are ranked by the residual of the first target. */
static gml_status find_residuals(FILE *stream, worst *of)
{
    value_set values;
    size_t items[MOST_SHOWN];
    double scores[MOST_SHOWN];
    ranking largest = {.most = MOST_SHOWN, .items = items, .scores = scores};
    gml_status status = value_set_create(of->source->network, of->source->data, &values);
    for (size_t i = 0; status == GML_OK && i < values.counts[0]; i++) {
        ranking_add(&largest, i, fabs(values.predicted[i] - values.actual[i]));
    }
    if (status == GML_OK) {
        status = sample_set_create(of->source->network, of->source->data, largest.count, &of->samples)
                     ? GML_OK
                     : GML_ERROR_MEMORY;
    }
    for (size_t i = 0; status == GML_OK && i < largest.count; i++) {
        of->samples.order[i] = values.order[items[i]];
        of->actual[i] = values.actual[items[i]];
        of->predicted[i] = values.predicted[items[i]];
    }
    if (status == GML_OK) {
        fprintf(stream, "<p>The samples with the largest residuals%s:</p>\n",
                values.targets > 1 ? " of the first target" : "");
    }
    value_set_clear(&values);
    return status;
}

int page_worst(FILE *stream, const page_source *source)
{
    worst of = {.source = source};
    const bool classes = page_has_classes(source);
    if (!classes && !page_has_values(source)) {
        return 0;
    }
    gml_status status = classes ? find_mistakes(stream, &of) : find_residuals(stream, &of);
    int code = 0;
    if (status == GML_OK && of.samples.count > 0) {
        status = read_samples(&of);
        code = status == GML_OK ? write_samples(stream, &of) : 0;
    }
    if (status != GML_OK) {
        code = page_refused(stream, source, status);
    }
    sample_set_clear(&of.samples);
    free(of.attributions);
    return code;
}
