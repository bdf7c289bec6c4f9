/* cli/page/confusion.c - which classes are taken for which: the confusion matrix, or for many classes the pairs that
 * are confused most. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/page/html.h"
#include "cli/page/subject.h"
#include "cli/report/ranking.h"

enum { MOST_IN_MATRIX = 30, MOST_CLASSES = 2000, MOST_LISTED = 20 };

typedef struct confusion {
    const page_source *source;
    size_t classes;
    double *counts; /* [classes x classes]: row actual, column predicted */
} confusion;

static gml_class_score score_of(const confusion *of, size_t index)
{
    return gml_confusion_class(gml_matrix_f64(of->counts, of->classes, of->classes), index);
}

/* ---- the matrix ---- */

/* A share with three digits, or "–" if it is not defined. */
static void write_share(FILE *stream, double value)
{
    fputs("<td class=\"number\">", stream);
    fprintf(stream, isnan(value) ? "–" : "%.3f", value);
    fputs("</td>", stream);
}

static void write_headings(FILE *stream, const confusion *of)
{
    char room[PAGE_NUMBER];
    fputs("<thead><tr><th scope=\"col\">actual \\ predicted</th>", stream);
    for (size_t j = 0; j < of->classes; j++) {
        page_name_heading(stream, page_class_name(of->source, j, room));
    }
    fputs("<th scope=\"col\" class=\"number\">recall</th></tr></thead>\n<tbody>\n", stream);
}

/* The share of its row is the strength of the shade: blue on the diagonal; beside it orange, with its root, so that few
 * wrong predictions are seen. */
static void write_count(FILE *stream, double count, double support, bool right)
{
    const double share = support > 0 ? count / support : 0;
    page_shaded_cell(stream, right ? -share : sqrt(share));
    fprintf(stream, "%.6g</td>", count);
}

/* True if a name is longer than a count is wide. The names of columns are written upwards then. */
static bool has_long_names(const confusion *of)
{
    enum { SHORT = 6 };
    char room[PAGE_NUMBER];
    bool found = false;
    for (size_t j = 0; j < of->classes && !found; j++) {
        found = strlen(page_class_name(of->source, j, room)) > SHORT;
    }
    return found;
}

static void write_matrix(FILE *stream, const confusion *of)
{
    char room[PAGE_NUMBER];
    fprintf(stream,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"confusion matrix\">\n"
            "<table class=\"matrix%s\">\n",
            has_long_names(of) ? " upward" : "");
    write_headings(stream, of);
    for (size_t i = 0; i < of->classes; i++) {
        const gml_class_score score = score_of(of, i);
        html_row_begin(stream);
        page_name_cell(stream, page_class_name(of->source, i, room), true);
        for (size_t j = 0; j < of->classes; j++) {
            write_count(stream, of->counts[i * of->classes + j], score.support, i == j);
        }
        write_share(stream, score.recall);
        html_row_end(stream);
    }
    fputs("<tr><th scope=\"row\">precision</th>", stream);
    for (size_t j = 0; j < of->classes; j++) {
        write_share(stream, score_of(of, j).precision);
    }
    fputs("<td></td></tr>\n", stream);
    html_table_end(stream);
    html_note(stream, "Rows are the classes of the samples, columns the predicted ones. Shades tell the share of the "
                      "row: blue for right predictions, orange for wrong ones.");
}

/* ---- pairs ---- */

static void write_pairs(FILE *stream, const confusion *of)
{
    static const char *const headings[] = {"actual", "predicted", "#samples", "#share of the class"};
    size_t places[MOST_LISTED];
    double counts[MOST_LISTED];
    char room[PAGE_NUMBER];
    ranking pairs = {.most = MOST_LISTED, .items = places, .scores = counts};
    for (size_t place = 0; place < of->classes * of->classes; place++) {
        if (of->counts[place] > 0 && place / of->classes != place % of->classes) {
            ranking_add(&pairs, place, of->counts[place]);
        }
    }
    if (pairs.count == 0) {
        html_note(stream, "No class is taken for another.");
        return;
    }
    html_heading(stream, "Pairs that are confused most");
    html_table_begin(stream, "pairs of classes that are confused most", headings, 4);
    for (size_t i = 0; i < pairs.count; i++) {
        const size_t actual = places[i] / of->classes, predicted = places[i] % of->classes;
        html_row_begin(stream);
        page_name_cell(stream, page_class_name(of->source, actual, room), true);
        page_name_cell(stream, page_class_name(of->source, predicted, room), false);
        html_cell_number(stream, counts[i]);
        write_share(stream, counts[i] / score_of(of, actual).support);
        html_row_end(stream);
    }
    html_table_end(stream);
}

static void write_worst(FILE *stream, const confusion *of)
{
    static const char *const headings[] = {"class", "#recall", "#precision", "#F1", "#samples"};
    size_t classes[MOST_LISTED];
    double scores[MOST_LISTED];
    char room[PAGE_NUMBER];
    ranking worst = {.most = MOST_LISTED, .items = classes, .scores = scores};
    for (size_t i = 0; i < of->classes; i++) {
        ranking_add(&worst, i, -score_of(of, i).recall);
    }
    html_heading(stream, "Classes that are found least");
    html_table_begin(stream, "classes with the least recall", headings, 5);
    for (size_t i = 0; i < worst.count; i++) {
        const gml_class_score score = score_of(of, classes[i]);
        html_row_begin(stream);
        page_name_cell(stream, page_class_name(of->source, classes[i], room), true);
        write_share(stream, score.recall);
        write_share(stream, score.precision);
        write_share(stream, score.f1);
        html_cell_number(stream, score.support);
        html_row_end(stream);
    }
    html_table_end(stream);
}

/* ---- the section ---- */

static const char *const metrics[] = {"accuracy", "balanced_accuracy", "f1(average=macro)"};
enum { METRICS = sizeof metrics / sizeof metrics[0] };

/* "Accuracy 0.917, balanced accuracy 0.917, macro F1 0.916." without those that are not defined. */
static void write_metrics(FILE *stream, const gml_metric_value values[METRICS])
{
    static const char *const names[METRICS] = {"Accuracy", "balanced accuracy", "macro F1"};
    fputs("<p>", stream);
    for (size_t i = 0; i < METRICS; i++) {
        if (!isnan(values[i].value)) {
            fprintf(stream, "%s%s <b>%.4f</b>", i > 0 ? ", " : "", names[i], values[i].value);
        }
    }
    fputs(".</p>\n", stream);
}

int page_confusion(FILE *stream, const page_source *source)
{
    if (!page_has_classes(source)) {
        return 0;
    }
    const size_t outputs = gml_network_outputs(source->network);
    confusion of = {.source = source, .classes = outputs == 1 ? 2 : outputs};
    const bool counted = of.classes <= MOST_CLASSES;
    of.counts = counted ? calloc(of.classes * of.classes, sizeof *of.counts) : NULL;
    if (counted && of.counts == NULL) {
        return page_no_memory();
    }
    gml_metric_value values[METRICS];
    const gml_status status =
        gml_score_network(source->network, source->data, metrics, METRICS, values,
                          counted ? gml_matrix_f64(of.counts, of.classes, of.classes) : gml_matrix_none());
    const int code = status == GML_OK ? 0 : page_refused(stream, source, status);
    if (status == GML_OK) {
        page_on_data(stream, source);
        write_metrics(stream, values);
    }
    if (status == GML_OK && !counted) {
        html_note(stream, "There are too many classes to compare each with each.");
    } else if (status == GML_OK && of.classes <= MOST_IN_MATRIX) {
        write_matrix(stream, &of);
    } else if (status == GML_OK) {
        write_pairs(stream, &of);
        write_worst(stream, &of);
    }
    free(of.counts);
    return code;
}
