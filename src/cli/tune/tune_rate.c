/* cli/tune/tune_rate.c - `gemmule tune --lr-range`: chooses the learning rate of a fit. */
#include <math.h>
#include <string.h>

#include "cli/chart/rate_plot.h"
#include "cli/report/report.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/shell/output.h"
#include "cli/tune/tune.h"

enum { MOST_STEPS = 200 /* of the range test, by default */, FIGURE_SIZE = 16 };

/* ---- the report ---- */

static json_t *curve_json(const gml_rate_point *points, const gml_rate_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->points; i++) {
        json_array_append_new(list,
                              json_pack("{so so so}", "rate", json_number(points[i].rate), "loss",
                                        json_number(points[i].loss), "smoothed", json_number(points[i].smoothed)));
    }
    return list;
}

static json_t *trials_json(const gml_rate_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->trials; i++) {
        const gml_rate_trial *trial = &result->trial[i];
        json_array_append_new(list, json_pack("{so so so so}", "rate", json_number(trial->rate), "loss",
                                              json_number(trial->loss), "score", json_number(trial->score), "steps",
                                              json_size(trial->steps)));
    }
    return list;
}

/* A rate of 0 stands for none. */
static json_t *rate_or_null(double rate)
{
    return json_number(rate > 0 ? rate : NAN);
}

static int report_json(const tune_flags *flags, const gml_rate_point *points, const gml_rate_result *result)
{
    return print_json(json_pack(
        "{so so so so so so so so so so so so}", "rate", rate_or_null(result->rate), "reason",
        json_text(result->reason), "curve_rate", rate_or_null(result->curve_rate), "limit", rate_or_null(result->limit),
        "start_loss", json_number(result->start_loss), "metric", json_text(train_metric(&flags->run.flags)),
        "start_score", json_number(result->start_score), "steps", json_size(result->steps), "data",
        json_text(flags->run.flags.data), "description", json_text(gml_network_description(flags->run.network)),
        "trials", trials_json(result), "curve", curve_json(points, result)));
}

/* Prints the trials, with their scores if those are not the loss. */
static void print_trials(const char *metric, const gml_rate_result *result)
{
    const bool scored = strcmp(metric, "loss") != 0;
    const int length = (int)strlen(metric) + 2, width = scored ? (length > 12 ? length : 12) : 0;
    printf("\n%10s %12s%*s %8s\n", "rate", "val loss", width, scored ? metric : "", "steps");
    for (size_t i = 0; i < result->trials; i++) {
        const gml_rate_trial *trial = &result->trial[i];
        char loss[FIGURE_SIZE], score[FIGURE_SIZE] = "";
        snprintf(loss, sizeof loss, isfinite(trial->loss) ? "%.5g" : "diverged", trial->loss);
        if (scored && isfinite(trial->loss)) {
            snprintf(score, sizeof score, isnan(trial->score) ? "no value" : "%.5g", trial->score);
        }
        printf("%10.3g %12s%*s %8zu%s\n", trial->rate, loss, width, score, trial->steps,
               trial->rate == result->rate ? "  <" : "");
    }
}

static int report_text(const tune_flags *flags, const gml_rate_point *points, const gml_rate_result *result)
{
    printf("%-12s%s\n", "network", gml_network_description(flags->run.network));
    printf("%-12s%zu steps at rates from %.3g to %.3g", "range test", result->points, points[0].rate,
           points[result->points - 1].rate);
    if (result->limit > 0) {
        printf("; diverged at %.3g", result->limit);
    }
    puts("\n");
    const int code = print_rate_curve(stdout, points, result);
    if (result->trials > 0) {
        print_trials(train_metric(&flags->run.flags), result);
    }
    if (result->rate > 0) {
        printf("\n%-12s%.4g: %s\n", "rate", result->rate, result->reason);
    } else {
        printf("\n%-12s%s\n", "rate", result->reason);
    }
    return code;
}

/* ---- the search ---- */

int tune_rate(tune_flags *flags)
{
    train_run *run = &flags->run;
    gml_rate_point points[MOST_STEPS];
    gml_rate_result result;
    run->path = find_data(run->flags.data);
    if (run->path == NULL) {
        return EXIT_NO_INPUT;
    }
    const char *const inputs[] = {run->path, run->flags.net.file, NULL};
    if (flags->svg != NULL && !output_path_is_usable(flags->svg, inputs)) {
        return EXIT_CREATE;
    }
    int code = train_prepare(run);
    if (code == 0) {
        code = train_find_rate(run, points, &result);
    }
    if (code == 0 && interrupt() != 0) {
        return complain(EXIT_SIGNAL + interrupt(), "interrupted in the search for a learning rate");
    }
    if (code == 0 && flags->svg != NULL) {
        code = draw_rate_curve(flags->svg, run->path, points, &result);
    }
    if (code == 0 && run->flags.json) {
        return report_json(flags, points, &result);
    }
    return code == 0 ? report_text(flags, points, &result) : code;
}
