/* cli/report/intervals.c - tables, lines and objects of prediction intervals. */
#include "cli/report/intervals.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/shell/escape.h"

enum { SHOWN = 20, NAME_WIDTH = 32 };

gml_status make_interval_report(const gml_network *network, const gml_dataset *data, interval_report *report)
{
    const size_t targets = gml_network_intervals(network).targets;
    if (targets == 0) {
        return GML_OK;
    }
    *report = (interval_report){.network = network, .scores = calloc(targets, sizeof *report->scores)};
    return report->scores != NULL ? gml_score_intervals(network, data, report->scores) : GML_ERROR_MEMORY;
}

void clear_interval_report(interval_report *report)
{
    free(report->scores);
    *report = (interval_report){.network = NULL};
}

/* ---- for people ---- */

static const char *target_name(const gml_network *network, size_t index, char number[32])
{
    const char *name = gml_network_target_name_at(network, index);
    snprintf(number, 32, "target %zu", index + 1);
    return name != NULL ? name : number;
}

static void print_target(FILE *stream, const gml_network *network, size_t index)
{
    char number[32];
    print_text(stream, target_name(network, index, number), NAME_WIDTH);
}

static void print_rest(FILE *stream, size_t targets)
{
    if (targets > SHOWN) {
        fprintf(stream, "and %zu more\n", targets - SHOWN);
    }
}

void print_intervals(FILE *stream, const gml_network *network)
{
    const gml_intervals intervals = gml_network_intervals(network);
    if (intervals.targets == 0) {
        return;
    }
    char title[NAME_WIDTH + 16];
    snprintf(title, sizeof title, "intervals, level %g", intervals.level);
    fprintf(stream, "\n%-*s %15s\n", NAME_WIDTH, title, intervals.score);
    for (size_t i = 0; i < intervals.targets && i < SHOWN; i++) {
        print_target(stream, network, i);
        fprintf(stream, " %15.6g\n", intervals.quantiles[i]);
    }
    print_rest(stream, intervals.targets);
}

void print_interval_report(const interval_report *report)
{
    if (report->scores == NULL) {
        return;
    }
    const gml_intervals intervals = gml_network_intervals(report->network);
    char title[NAME_WIDTH + 16];
    snprintf(title, sizeof title, "intervals, level %g", intervals.level);
    printf("\n%-*s %10s %14s\n", NAME_WIDTH, title, "coverage", "mean width");
    for (size_t i = 0; i < intervals.targets && i < SHOWN; i++) {
        const gml_interval_score *score = &report->scores[i];
        print_target(stdout, report->network, i);
        if (score->samples > 0) {
            printf(" %10.4f %14.6g\n", score->coverage, score->mean_width);
        } else {
            printf(" %10s %14s\n", "-", "-");
        }
    }
    print_rest(stdout, intervals.targets);
}

/* The least and the greatest of some numbers; NaN is skipped. */
typedef struct number_range {
    double least, greatest;
} number_range;

static const number_range nothing = {INFINITY, -INFINITY};

static number_range with_number(number_range range, double number)
{
    return (number_range){fmin(range.least, number), fmax(range.greatest, number)};
}

/* Prints both, or one if they are printed alike. */
static void print_range(FILE *stream, const char *what, number_range range)
{
    char least[32], greatest[32];
    snprintf(least, sizeof least, "%.4g", range.least);
    snprintf(greatest, sizeof greatest, "%.4g", range.greatest);
    const bool alike = strcmp(least, greatest) == 0;
    fprintf(stream, "%s %s%s%s", what, least, alike ? "" : " to ", alike ? "" : greatest);
}

static void print_test(FILE *stream, const interval_report *test)
{
    number_range coverage = nothing, width = nothing;
    for (size_t i = 0; i < gml_network_intervals(test->network).targets; i++) {
        coverage = with_number(coverage, test->scores[i].coverage);
        width = with_number(width, test->scores[i].mean_width);
    }
    if (coverage.least <= coverage.greatest) {
        print_range(stream, "; test coverage", coverage);
        print_range(stream, ", mean width", width);
    }
}

void print_interval_line(FILE *stream, const gml_network *network, const interval_report *test)
{
    const gml_intervals intervals = gml_network_intervals(network);
    number_range quantiles = nothing;
    if (intervals.targets == 0) {
        return;
    }
    for (size_t i = 0; i < intervals.targets; i++) {
        quantiles = with_number(quantiles, intervals.quantiles[i]);
    }
    fprintf(stream, "%-12slevel %g, %s", "intervals", intervals.level, intervals.score);
    print_range(stream, "", quantiles);
    fprintf(stream, ", from %zu samples", intervals.samples);
    if (test->scores != NULL) {
        print_test(stream, test);
    }
    fputc('\n', stream);
}

/* ---- JSON ---- */

json_t *intervals_json(const gml_network *network)
{
    const gml_intervals intervals = gml_network_intervals(network);
    if (intervals.targets == 0) {
        return json_null();
    }
    json_t *quantiles = json_array();
    for (size_t i = 0; i < intervals.targets; i++) {
        json_array_append_new(quantiles, json_number(intervals.quantiles[i]));
    }
    return json_pack("{so so so so}", "level", json_number(intervals.level), "score", json_text(intervals.score),
                     "samples", json_size(intervals.samples), "quantiles", quantiles);
}

json_t *interval_report_json(const interval_report *report)
{
    if (report->scores == NULL) {
        return json_null();
    }
    const gml_intervals intervals = gml_network_intervals(report->network);
    json_t *targets = json_array();
    for (size_t i = 0; i < intervals.targets; i++) {
        char number[32];
        const gml_interval_score *score = &report->scores[i];
        json_array_append_new(targets,
                              json_pack("{so so so so}", "name", json_text(target_name(report->network, i, number)),
                                        "samples", json_size(score->samples), "coverage", json_number(score->coverage),
                                        "mean_width", json_number(score->mean_width)));
    }
    return json_pack("{so so so}", "level", json_number(intervals.level), "score", json_text(intervals.score),
                     "targets", targets);
}
