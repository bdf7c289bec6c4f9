/* cli/report/metrics_report.c - metrics for people, and as JSON. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/report/metrics.h"
#include "cli/report/ranking.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"

/* The confusion matrix of more classes is only in JSON. */
enum { MOST_SHOWN = 20, NAME_WIDTH = 18, NUMBER_WIDTH = 10 };

/* Rows of the table of classes: indexes of the usual metrics (metrics.c). */
enum { MACRO = 0, WEIGHTED = 3, ACCURACY = 6, AFTER_AVERAGES = 6 };

static const char *class_name(const score_report *report, size_t index, char number[24])
{
    const char *name = gml_network_class_name(report->network, index);
    snprintf(number, 24, "%zu", index);
    return name != NULL ? name : number;
}

static gml_class_score class_at(const score_report *report, size_t index)
{
    return gml_confusion_class(gml_matrix_f64(report->confusion, report->classes, report->classes), index);
}

static double total_support(const score_report *report)
{
    double sum = 0;
    for (size_t i = 0; i < report->classes; i++) {
        sum += class_at(report, i).support;
    }
    return sum;
}

/* ---- for people ---- */

/* A number, or "-" if it is not defined. */
static void print_figure(double value)
{
    if (isnan(value)) {
        printf("%*s", NUMBER_WIDTH, "-");
    } else {
        printf("%*.4f", NUMBER_WIDTH, value);
    }
}

static void print_class_row(const char *name, double precision, double recall, double f1, double support)
{
    print_text(stdout, name, NAME_WIDTH);
    print_figure(precision);
    print_figure(recall);
    print_figure(f1);
    printf("%*.10g\n", NUMBER_WIDTH, support);
}

static void print_classes(const score_report *report)
{
    const double support = total_support(report);
    const gml_metric_value *macro = report->values + MACRO, *weighted = report->values + WEIGHTED;
    printf("\n%*s%*s%*s%*s%*s\n", NAME_WIDTH, "", NUMBER_WIDTH, "precision", NUMBER_WIDTH, "recall", NUMBER_WIDTH, "F1",
           NUMBER_WIDTH, "support");
    for (size_t i = 0; i < report->classes; i++) {
        char number[24];
        const gml_class_score score = class_at(report, i);
        print_class_row(class_name(report, i, number), score.precision, score.recall, score.f1, score.support);
    }
    printf("%-*s%*s", NAME_WIDTH, "accuracy", 2 * NUMBER_WIDTH, "");
    print_figure(report->values[ACCURACY].value);
    printf("%*.10g\n", NUMBER_WIDTH, support);
    print_class_row("macro average", macro[0].value, macro[1].value, macro[2].value, support);
    print_class_row("weighted average", weighted[0].value, weighted[1].value, weighted[2].value, support);
}

static void print_matrix(const score_report *report)
{
    char number[24];
    printf("\nconfusion matrix: rows are the classes of the samples, columns the predicted ones, in the same order\n");
    for (size_t i = 0; i < report->classes; i++) {
        print_text(stdout, class_name(report, i, number), NAME_WIDTH);
        for (size_t j = 0; j < report->classes; j++) {
            printf(" %7.6g", report->confusion[i * report->classes + j]);
        }
        putchar('\n');
    }
}

static void print_pairs(const score_report *report)
{
    enum { MOST_PAIRS = 10 };
    size_t places[MOST_PAIRS];
    double counts[MOST_PAIRS];
    ranking pairs = {.most = MOST_PAIRS, .items = places, .scores = counts};
    for (size_t place = 0; place < report->classes * report->classes; place++) {
        if (report->confusion[place] > 0 && place / report->classes != place % report->classes) {
            ranking_add(&pairs, place, report->confusion[place]);
        }
    }
    printf("\nclasses that are confused most\n");
    for (size_t i = 0; i < pairs.count; i++) {
        char actual[24], predicted[24];
        printf("%7.6g  ", counts[i]);
        print_text(stdout, class_name(report, places[i] / report->classes, actual), NAME_WIDTH);
        fputs(" as ", stdout);
        print_text(stdout, class_name(report, places[i] % report->classes, predicted), 0);
        putchar('\n');
    }
}

void print_confusion(const score_report *report)
{
    if (report->confusion != NULL && report->classes <= MOST_SHOWN) {
        print_matrix(report);
    } else if (report->confusion != NULL) {
        print_pairs(report);
    }
}

static void print_values(const score_report *report, const gml_metric_value *values, size_t first)
{
    size_t width = NAME_WIDTH;
    for (size_t i = first; i < report->count; i++) {
        width = strlen(report->calls[i]) > width ? strlen(report->calls[i]) : width;
    }
    for (size_t i = first; i < report->count; i++) {
        print_text(stdout, report->calls[i], width);
        if (isnan(values[i].value)) {
            printf("  not defined: %s\n", values[i].reason);
        } else {
            printf("  %.6g\n", values[i].value);
        }
    }
}

static const char *target_name(const score_report *report, size_t index, char number[32])
{
    const char *name = gml_network_target_name_at(report->network, index);
    snprintf(number, 32, "target %zu", index);
    return name != NULL ? name : number;
}

/* The values of each of several targets. */
static void print_each(const score_report *report)
{
    const size_t shown = report->targets < MOST_SHOWN ? report->targets : MOST_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        char number[32];
        putchar('\n');
        print_text(stdout, target_name(report, i, number), 0);
        putchar('\n');
        print_values(report, report->each + i * report->count, 0);
    }
    if (shown < report->targets) {
        printf("\nand %zu more targets\n", report->targets - shown);
    }
}

void print_score_report(const score_report *report)
{
    if (report->confusion != NULL) {
        print_classes(report);
        if (report->classes <= MOST_SHOWN) {
            print_matrix(report);
        }
    }
    putchar('\n');
    print_values(report, report->values, report->confusion != NULL ? AFTER_AVERAGES : 0);
    if (report->each != NULL) {
        print_each(report);
    }
}

/* ---- JSON ---- */

static json_t *classes_json(const score_report *report)
{
    json_t *classes = json_array();
    for (size_t i = 0; i < report->classes; i++) {
        char number[24];
        const gml_class_score score = class_at(report, i);
        json_array_append_new(classes,
                              json_pack("{so so so so so}", "name", json_text(class_name(report, i, number)),
                                        "precision", json_number(score.precision), "recall", json_number(score.recall),
                                        "f1", json_number(score.f1), "support", json_number(score.support)));
    }
    return classes;
}

static json_t *confusion_json(const score_report *report)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < report->classes; i++) {
        json_t *row = json_array();
        for (size_t j = 0; j < report->classes; j++) {
            json_array_append_new(row, json_number(report->confusion[i * report->classes + j]));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

/* Adds `metrics` and `undefined`. */
static void add_values(json_t *object, const score_report *report, const gml_metric_value *values)
{
    json_t *metrics = json_object(), *undefined = json_object();
    for (size_t i = 0; i < report->count; i++) {
        json_object_set_new(metrics, report->calls[i], json_number(values[i].value));
        if (isnan(values[i].value)) {
            json_object_set_new(undefined, report->calls[i], json_text(values[i].reason));
        }
    }
    json_object_set_new(object, "metrics", metrics);
    json_object_set_new(object, "undefined", undefined);
}

static json_t *targets_json(const score_report *report)
{
    json_t *targets = json_array();
    for (size_t i = 0; i < report->targets; i++) {
        char number[32];
        json_t *target = json_pack("{so}", "name", json_text(target_name(report, i, number)));
        add_values(target, report, report->each + i * report->count);
        json_array_append_new(targets, target);
    }
    return targets;
}

void add_score_report(json_t *object, const score_report *report)
{
    add_values(object, report, report->values);
    if (report->each != NULL) {
        json_object_set_new(object, "targets", targets_json(report));
    }
    if (report->confusion != NULL) {
        json_object_set_new(object, "classes", classes_json(report));
        json_object_set_new(object, "confusion", confusion_json(report));
    }
}
