/* cli/tune/tune_report.c - the report of a search: the best trials, the winner, how to train it again. */
#include <math.h>
#include <stdlib.h>

#include "cli/report/report.h"
#include "cli/run/journal.h"
#include "cli/shell/escape.h"
#include "cli/tune/tune.h"

enum { SHOWN = 10 };

/* ---- the order of trials ---- */

static int compare_trials(const gml_trial *a, const gml_trial *b, double sign)
{
    const bool judged = !isnan(a->score), other = !isnan(b->score);
    if (judged != other || !judged) {
        return judged != other ? (judged ? -1 : 1) : (a->number > b->number) - (a->number < b->number);
    }
    if (a->horizon != b->horizon) {
        return a->horizon > b->horizon ? -1 : 1;
    }
    const double x = sign * a->score, y = sign * b->score;
    return x != y ? (x > y) - (x < y) : (a->number > b->number) - (a->number < b->number);
}

static int least_first(const void *a, const void *b)
{
    return compare_trials(a, b, 1);
}

static int greatest_first(const void *a, const void *b)
{
    return compare_trials(a, b, -1);
}

void tune_sort(tune_result *result)
{
    if (result->count > 0) {
        qsort(result->trials, result->count, sizeof *result->trials,
              result->search.higher_is_better ? greatest_first : least_first);
    }
}

/* ---- JSON ---- */

static json_t *best_json(const tune_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->count && i < SHOWN; i++) {
        json_array_append_new(list, trial_json(&result->trials[i]));
    }
    return list;
}

static json_t *command_json(const tune_flags *flags, const gml_recipe *base, const tune_result *result)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return json_null();
    }
    tune_print_command(stream, flags, base, result);
    json_t *json = fclose(stream) == 0 ? json_text(text) : json_null();
    free(text);
    return json;
}

int tune_report_json(const tune_flags *flags, const gml_recipe *base, const tune_result *result)
{
    const gml_search_result *search = &result->search;
    json_t *best = search->best.number > 0 ? trial_json(&search->best) : json_null();
    json_t *object = json_pack(
        "{so so so so so so so so so so so so so so so so so}", "best", best, "metric", json_text(search->metric),
        "second", json_text(search->second[0] != '\0' ? search->second : NULL), "trials", json_size(search->trials),
        "judged", json_size(search->judged), "cut", json_size(search->cut), "reused", json_size(search->reused),
        "folds", json_size(search->folds), "repeats", json_size(search->repeats), "stopped",
        json_text(search->end == GML_SEARCH_TIME ? "time" : ""), "seconds", json_number(search->seconds), "fit_seconds",
        json_number(search->fit.seconds), "epochs", json_size(search->epochs), "description",
        json_text(gml_network_description(result->network)), "model", json_text(flags->run.flags.output), "command",
        command_json(flags, base, result), "best_trials", best_json(result));
    if (object != NULL && result->test.samples > 0) {
        json_object_set_new(object, "test_loss", json_number(result->test.loss));
        json_object_set_new(object, "test_accuracy", json_number(result->test.accuracy));
    }
    return print_json(object);
}

/* ---- text ---- */

static void print_trials(FILE *stream, const tune_result *result)
{
    const gml_search_result *search = &result->search;
    fprintf(stream, "\n%6s %12.12s %10s", "trial", search->metric, "deviation");
    fprintf(stream, search->second[0] != '\0' ? " %10s" : "%s", search->second);
    fputs("  values\n", stream);
    for (size_t i = 0; i < result->count && i < SHOWN; i++) {
        const gml_trial *trial = &result->trials[i];
        fprintf(stream, "%6zu", trial->number);
        if (isnan(trial->score)) {
            fprintf(stream, " %12s %10s", gml_status_name(trial->status), "");
        } else if (isnan(trial->deviation)) {
            fprintf(stream, " %12.5g %10s", trial->score, "");
        } else {
            fprintf(stream, " %12.5g %10.3g", trial->score, trial->deviation);
        }
        if (search->second[0] != '\0' && isnan(trial->second)) {
            fprintf(stream, " %10s", "");
        } else if (search->second[0] != '\0') {
            fprintf(stream, " %10.4f", trial->second);
        }
        fputs("  ", stream);
        print_text(stream, trial->assignment, 0);
        fputs(trial->horizon < 1 ? " (for a part of its epochs)\n" : "\n", stream);
    }
}

static void print_judgement(FILE *stream, const tune_result *result, const tune_flags *flags)
{
    const gml_search_result *search = &result->search;
    fprintf(stream, "%-12s%zu trial%s judged by %s", "search", search->judged, plural(search->judged), search->metric);
    if (flags->run.data.validation != NULL) {
        fputs(" on --val-data", stream);
    } else if (search->folds > 1) {
        fprintf(stream, " over %zu folds", search->folds);
        fprintf(stream, search->repeats > 1 ? ", %zu times" : "", search->repeats);
    } else {
        fputs(search->folds == 1 ? " on a validation part" : " on the samples they were trained on", stream);
    }
    fprintf(stream, " in %.1f s", search->seconds);
    if (search->reused > 0) {
        fprintf(stream, "; %zu from the journal", search->reused);
    }
    if (search->trials > search->judged) {
        fprintf(stream, "; %zu failed", search->trials - search->judged);
    }
    if (search->end == GML_SEARCH_TIME) {
        fprintf(stream, "; the time was over, and %zu begun trial%s %s not judged", search->cut, plural(search->cut),
                search->cut == 1 ? "was" : "were");
    }
    fputc('\n', stream);
}

void tune_report_text(FILE *stream, const tune_flags *flags, const gml_recipe *base, const tune_result *result)
{
    const gml_search_result *search = &result->search;
    print_train_target(stream, &result->target);
    print_judgement(stream, result, flags);
    if (search->best.number > 0) {
        print_trials(stream, result);
        fprintf(stream, "\n%-12strial %zu: %s %.5g\n", "best", search->best.number, search->metric, search->best.score);
    } else {
        fprintf(stream, "%-12sno trial has ended in time: the network is that of the first one, and not judged\n",
                "best");
    }
    fprintf(stream, "%-12s%s (%zu parameters, %s)\n", "network", gml_network_description(result->network),
            gml_network_parameter_count(result->network), gml_dtype_name(gml_network_dtype(result->network)));
    fprintf(stream, "%-12s%zu epochs on all %zu samples in %.2f s\n", "training", search->fit.epochs,
            gml_dataset_size(flags->run.data.all), search->fit.seconds);
    if (result->test.samples > 0) {
        fprintf(stream, "%-12s", "test");
        print_metrics(stream, &result->test);
        fprintf(stream, " on %zu sample%s\n", result->test.samples, plural(result->test.samples));
    }
    fprintf(stream, "%-12s", "model");
    print_text(stream, flags->run.flags.output, 0);
    fputs("\n\nTrain it again:\n  ", stream);
    tune_print_command(stream, flags, base, result);
    fputc('\n', stream);
}
