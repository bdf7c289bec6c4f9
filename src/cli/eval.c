/* cli/eval.c - `gemmule eval`: the loss and metrics of a model on data. */
#include <math.h>
#include <stdbool.h>

#include "cli/command.h"
#include "cli/input/input.h"
#include "cli/report/intervals.h"
#include "cli/report/metrics.h"
#include "cli/report/report.h"
#include "cli/shell/exit.h"

typedef struct eval_flags {
    model_input input;
    metric_list metrics;
    bool json;
} eval_flags;

static const flag table[] = {{"metric", "CALL,CALL...",
                              "metrics to print, as `gemmule list metrics' has them; by default those "
                              "of the task",
                              GROUP_REPORT, read_metrics, .field = offsetof(eval_flags, metrics)},
                             {"json", NULL, "report as one JSON object on stdout", GROUP_REPORT, read_switch,
                              .field = offsetof(eval_flags, json)},
                             {0}};

static int report(const eval_flags *flags, const gml_metrics *metrics, const score_report *scores,
                  const interval_report *intervals)
{
    if (!flags->json) {
        print_metrics(stdout, metrics);
        printf(" on %zu sample%s\n", metrics->samples, plural(metrics->samples));
        print_score_report(scores);
        print_interval_report(intervals);
        return 0;
    }
    json_t *object =
        json_pack("{so so so so so so so so}", "n", json_size(metrics->samples), "loss", json_number(metrics->loss),
                  "accuracy", json_number(metrics->accuracy), "rmse", json_number(metrics->rmse), "r2",
                  json_number(metrics->r2), "model", json_text(flags->input.model_path), "data",
                  json_text(flags->input.data_word), "intervals", interval_report_json(intervals));
    add_score_report(object, scores);
    return print_json(object);
}

/* Measures the intervals of the model, if it has some, and reports. */
static int report_with_intervals(const eval_flags *flags, const gml_metrics *metrics, const score_report *scores)
{
    const model_input *input = &flags->input;
    interval_report intervals = {.network = NULL};
    const gml_status status = make_interval_report(input->network, input->data, &intervals);
    const int code =
        status == GML_OK ? report(flags, metrics, scores, &intervals) : complain_input(input->context, status);
    clear_interval_report(&intervals);
    return code;
}

static int evaluate(const eval_flags *flags)
{
    const model_input *input = &flags->input;
    gml_metrics metrics;
    const gml_status status = gml_evaluate(input->network, input->data, NULL, &metrics);
    if (status != GML_OK) {
        return complain_input(input->context, status);
    }
    if (!isfinite(metrics.loss)) {
        return complain(EXIT_DATA, "%s: the loss is %g: the predictions of the model are not all finite",
                        input->data_word, unsigned_nan(metrics.loss));
    }
    score_report scores = {.network = NULL};
    int code = make_score_report(input->context, input->network, input->data, &flags->metrics, &scores);
    if (code == 0) {
        code = report_with_intervals(flags, &metrics, &scores);
    }
    clear_score_report(&scores);
    return code;
}

int run_eval(int argc, char **argv)
{
    static const command_line line = {"MODEL DATA",
                                      "Measures a model on DATA, which is as for `gemmule train'.",
                                      input_arguments,
                                      {{input_table, offsetof(eval_flags, input)},
                                       {data_table, offsetof(eval_flags, input.file)},
                                       {broken_table, offsetof(eval_flags, input.file)},
                                       {table, 0}},
                                      NULL};
    eval_flags flags = {.json = false};
    parse_flags(&line, argc, argv, &flags);
    int code = input_open(&flags.input, COLUMNS_ALL);
    if (code == 0) {
        code = evaluate(&flags);
    }
    clear_metrics(&flags.metrics);
    input_close(&flags.input);
    return code;
}
