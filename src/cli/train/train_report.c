/* cli/train/train_report.c - the report of `gemmule train`. */
#include <math.h>
#include <sys/resource.h>

#include "cli/explain/inspect.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/train/train_ensemble.h"

static double samples_per_second(const gml_fit_report *report)
{
    return report->seconds > 0 ? (double)report->samples / report->seconds : 0;
}

static const char *stop_reason(const train_result *result)
{
    return result->status == GML_ERROR_DIVERGED ? "diverged"
           : result->signal != 0                ? "interrupt"
           : result->report.out_of_patience     ? "patience"
                                                : "";
}

const char *train_metric(const train_flags *flags)
{
    return flags->fit.metric != NULL ? flags->fit.metric : "loss";
}

/* In bytes; ru_maxrss is in KiB. */
static json_t *peak_memory(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? json_size(1024 * (size_t)usage.ru_maxrss) : json_null();
}

/* Adds the metrics of a part as part_loss, part_accuracy, part_rmse and part_r2; null for those that do not exist. */
static int add_metrics(json_t *object, const char *part, const gml_metrics *metrics)
{
    const bool measured = metrics->samples > 0;
    char name[4][32];
    const char *const figures[] = {"loss", "accuracy", "rmse", "r2"};
    const double values[] = {metrics->loss, metrics->accuracy, metrics->rmse, metrics->r2};
    int failures = 0;
    for (size_t i = 0; i < 4; i++) {
        snprintf(name[i], sizeof name[i], "%s_%s", part, figures[i]);
        failures += json_object_set_new(object, name[i], json_number(measured ? values[i] : NAN)) != 0;
    }
    return failures;
}

static json_t *warnings_json(const train_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->warnings; i++) {
        json_array_append_new(list, json_text(result->warning[i]));
    }
    return list;
}

static json_t *rate_json(const gml_rate_result *rate)
{
    return rate->reason[0] == '\0' ? json_null()
                                   : json_pack("{so so so}", "rate", json_number(rate->rate > 0 ? rate->rate : NAN),
                                               "reason", json_text(rate->reason), "steps", json_size(rate->steps));
}

json_t *train_report_object(const train_flags *flags, const gml_network *network, const train_result *result)
{
    const gml_fit_report *report = &result->report;
    const train_target *target = &result->target;
    const bool classes = target->task == GML_TASK_CLASSIFICATION;
    const bool scored = report->best_epoch > 0 && flags->ensemble == 0;
    const gml_context *context = gml_network_context(network);
    const json_member members[] = {
        {"epochs", json_size(report->epochs)},
        {"train_loss", json_number(report->samples > 0 ? report->train_loss : NAN)},
        {"seconds", json_number(report->seconds)},
        {"phases", phases_json(&result->phases)},
        {"samples_per_second", json_number(samples_per_second(report))},
        {"threads", json_size(gml_context_threads(context))},
        {"model", json_text(result->saved ? flags->output : NULL)},
        {"checkpoint", json_text(result->resumable ? flags->fit.checkpoint : NULL)},
        {"stopped", json_text(stop_reason(result))},
        {"metric", scored ? json_text(train_metric(flags)) : json_null()},
        {"best_epoch", scored ? json_size(report->best_epoch) : json_null()},
        {"best_score", json_number(report->best_score)},
        {"kept_epoch", json_size(report->kept_epochs)},
        {"halvings", json_size(report->halvings)},
        {"data", json_text(flags->data)},
        {"task", json_text(classes ? "classification" : "regression")},
        {"target", json_text(target->name)},
        {"classes", classes ? json_size(target->distinct) : json_null()},
        {"distinct_targets",
         classes || target->distinct > DISTINCT_TARGETS ? json_null() : json_size(target->distinct)},
        {"description", json_text(gml_network_description(network))},
        {"parameters", json_size(gml_network_parameter_count(network))},
        {"dtype", json_text(gml_dtype_name(gml_network_dtype(network)))},
        {"loss", json_text(gml_network_fact(network, "loss"))},
        {"optimizer", json_text(gml_network_fact(network, "optimizer"))},
        {"recipe", recipe_json(result->choice)},
        {"lr_search", rate_json(&result->rate)},
        {"calibration", calibration_json(&result->calibration)},
        {"intervals", intervals_json(network)},
        {"test_intervals", interval_report_json(&result->intervals)},
        {"schedule", json_text(gml_network_fact(network, "schedule"))},
        {"noise_schedule", json_text(gml_network_fact(network, "noise_schedule"))},
        {"decay_schedule", json_text(gml_network_fact(network, "decay_schedule"))},
        {"data_init", json_text(gml_network_fact(network, "data_init"))},
        {"average", json_text(gml_network_fact(network, "average"))},
        {"groups", json_text(gml_network_fact(network, "groups"))},
        {"batch", result->choice->averages ? json_null() : json_size(flags->fit.batch)},
        {"seed", json_integer((json_int_t)flags->fit.seed)},
        {"steps", json_size(report->steps)},
        {"train_samples", json_size(result->train_samples)},
        {"split", json_text(result->split)},
        {"validation_data", json_text(flags->validation_data)},
        {"test_data", json_text(flags->test_data)},
        {"validation_samples", json_size(report->validation.samples)},
        {"test_samples", json_size(result->test.samples)},
        {"members", members_json(result)},
        {"warnings", warnings_json(result)},
        {"alarms", result->health != NULL ? alarms_json(result->health) : json_null()},
        {"isa", json_text(gml_context_isa(context))},
        {"peak_memory_bytes", peak_memory()},
        {"version", json_text(gml_version())},
    };
    json_t *object = json_members(members, sizeof members / sizeof members[0]);
    if (add_metrics(object, "val", &report->validation) + add_metrics(object, "test", &result->test) > 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static void print_part(FILE *stream, const char *part, const gml_metrics *metrics)
{
    if (metrics->samples > 0) {
        fprintf(stream, "%-12s", part);
        print_metrics(stream, metrics);
        fprintf(stream, " on %zu sample%s\n", metrics->samples, plural(metrics->samples));
    }
}

/* The best epoch, and the one that the weights are of if it is another. */
static void print_best(FILE *stream, const train_flags *flags, const gml_fit_report *report)
{
    if (report->best_epoch == 0 || flags->ensemble > 0) {
        return;
    }
    fprintf(stream, "%-12sepoch %zu: validation %s %.6g", "best", report->best_epoch, train_metric(flags),
            report->best_score);
    if (report->kept_epochs != report->best_epoch && report->kept_epochs > 0) {
        fprintf(stream, "; the weights are of epoch %zu", report->kept_epochs);
    }
    fputc('\n', stream);
}

static void print_command(FILE *stream, const char *command, const train_flags *flags)
{
    fprintf(stream, "  gemmule %s ", command);
    print_shell_word(stream, flags->output);
    fputc(' ', stream);
    print_shell_word(stream, flags->data);
    fputc('\n', stream);
}

void print_rate_choice(FILE *stream, const gml_rate_result *rate)
{
    if (rate->rate > 0) {
        fprintf(stream, "%-12s%.4g: %s\n", "rate", rate->rate, rate->reason);
    } else {
        fprintf(stream, "%-12sthe optimizer's: %s\n", "rate", rate->reason);
    }
}

/* A line of a word and a text as it is. */
static void print_line(FILE *stream, const char *word, const char *text)
{
    fprintf(stream, "%-12s", word);
    print_text(stream, text, 0);
    fputc('\n', stream);
}

static void print_health(FILE *stream, const gml_health *health)
{
    const gml_alarm *alarm;
    for (size_t i = 0; (alarm = gml_health_alarm(health, i)) != NULL; i++) {
        print_line(stream, "alarm", alarm->text);
    }
    if (health != NULL && gml_health_alarm(health, 0) == NULL) {
        fprintf(stream, "%-12snone\n", "alarms");
    }
}

static void print_network(FILE *stream, const gml_network *network)
{
    fprintf(stream, "%-12s%s (%zu parameters, %s)\n", "network", gml_network_description(network),
            gml_network_parameter_count(network), gml_dtype_name(gml_network_dtype(network)));
}

static void print_training(FILE *stream, size_t threads, const train_result *result)
{
    const gml_fit_report *report = &result->report;
    const char *end = stop_reason(result);
    fprintf(stream, "%-12s%zu epoch%s of %zu sample%s in %.2f s, %.0f samples/s, %zu thread%s%s%s\n", "training",
            report->epochs, plural(report->epochs), result->train_samples, plural(result->train_samples),
            report->seconds, samples_per_second(report), threads, plural(threads), end[0] != '\0' ? "; stopped: " : "",
            end);
    phases_print(stream, &result->phases);
    if (report->samples > 0) {
        fprintf(stream, "%-12sloss %.6g\n", "train", unsigned_nan(report->train_loss));
    }
    if (report->halvings > 0) {
        fprintf(stream, "%-12shalved %zu time%s after divergence\n", "rate", report->halvings,
                plural(report->halvings));
    }
}

/* The files that were written, and what to do with the model. */
static void print_files(FILE *stream, const train_flags *flags, const train_result *result)
{
    if (result->resumable) {
        print_line(stream, "checkpoint", flags->fit.checkpoint);
    }
    if (result->page != NULL) {
        fprintf(stream, "%-12s", "page");
        print_text(stream, result->page, 0);
        fputc('\n', stream);
    }
    if (result->saved) {
        print_line(stream, "model", flags->output);
        fputs("\nUse it:\n", stream);
        print_command(stream, "eval", flags);
        print_command(stream, "predict", flags);
    }
}

void train_report_text(FILE *stream, const train_flags *flags, const gml_network *network, const train_result *result)
{
    print_train_target(stream, &result->target);
    print_recipe(stream, result->choice);
    print_network(stream, network);
    if (result->rate.reason[0] != '\0') {
        print_rate_choice(stream, &result->rate);
    }
    print_training(stream, gml_context_threads(gml_network_context(network)), result);
    print_best(stream, flags, &result->report);
    print_members(stream, result);
    print_part(stream, "validation", &result->report.validation);
    print_part(stream, "test", &result->test);
    print_calibration(stream, &result->calibration);
    print_interval_line(stream, network, &result->intervals);
    for (size_t i = 0; i < result->warnings; i++) {
        print_line(stream, "warning", result->warning[i]);
    }
    print_health(stream, result->health);
    print_files(stream, flags, result);
}
