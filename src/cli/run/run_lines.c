/* cli/run/run_lines.c - the lines of a log of training: configuration, steps, epochs, result. */
#include "cli/run/run_lines.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* The options of a fit that are not among the facts of the network. */
static const struct {
    const char *name;
    enum { NUMBER, COUNT, CHOICE } kind;
    size_t field;
} options[] = {
    {"l2", NUMBER, offsetof(gml_train_options, l2)},
    {"l1", NUMBER, offsetof(gml_train_options, l1)},
    {"max_norm", NUMBER, offsetof(gml_train_options, max_norm)},
    {"clip_norm", NUMBER, offsetof(gml_train_options, clip_norm)},
    {"clip_value", NUMBER, offsetof(gml_train_options, clip_value)},
    {"gradient_noise", NUMBER, offsetof(gml_train_options, gradient_noise)},
    {"batch", COUNT, offsetof(gml_train_options, batch)},
    {"accumulate", COUNT, offsetof(gml_train_options, accumulate)},
    {"epochs", COUNT, offsetof(gml_train_options, epochs)},
    {"output_bias", CHOICE, offsetof(gml_train_options, output_bias)},
    {"checkpoint_epochs", COUNT, offsetof(gml_train_options, checkpoint_epochs)},
    {"checkpoint_minutes", NUMBER, offsetof(gml_train_options, checkpoint_minutes)},
    {"keep_best", CHOICE, offsetof(gml_train_options, keep_best)},
    {"patience", COUNT, offsetof(gml_train_options, patience)},
    {"halvings", COUNT, offsetof(gml_train_options, halvings)},
};

static json_t *option_json(const gml_train_options *fit, size_t index)
{
    const void *field = (const char *)fit + options[index].field;
    switch (options[index].kind) {
    case NUMBER:
        return json_number(*(const double *)field);
    case COUNT:
        return json_size(*(const size_t *)field);
    default:
        return json_text(choice_words[*(const gml_choice *)field]);
    }
}

/* The calls as they became, from the facts of the network, and the numbers. */
static json_t *options_json(const train_run *run)
{
    static const char *const calls[] = {"loss", "optimizer", "schedule", "average", "groups", "class_weights"};
    gml_train_options fit = run->flags.fit;
    fit.accumulate = fit.accumulate > 0 ? fit.accumulate : 1;
    json_t *object = json_object();
    int failures = 0;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        failures += json_object_set_new(object, calls[i], json_text(gml_network_fact(run->network, calls[i])));
    }
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        failures += json_object_set_new(object, options[i].name, option_json(&fit, i));
    }
    failures += json_object_set_new(object, "metric", json_text(fit.metric != NULL ? fit.metric : "loss"));
    if (failures != 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

bool ended_step(const gml_progress *progress, size_t accumulate)
{
    return accumulate <= 1 || progress->batch % accumulate == 0 || progress->batch == progress->batches;
}

/* Where a run goes on: null if it begins. */
static json_t *resumed_json(const train_run *run, const gml_progress *first)
{
    if (run->flags.fit.resume == NULL) {
        return json_null();
    }
    const char *path = run->flags.fit.resume;
    if (first == NULL) { /* nothing was left to do */
        return json_pack("{so sn sn sn}", "checkpoint", json_text(path), "epoch", "batch", "step");
    }
    const bool moved = !isnan(first->batch_loss); /* a batch was processed since */
    const bool stepped = moved && ended_step(first, run->flags.fit.accumulate);
    return json_pack("{so so so so}", "checkpoint", json_text(path), "epoch", json_size(first->epoch), "batch",
                     json_size(first->batch - moved), "step", json_size(first->steps - stepped));
}

static json_t *words_json(const char *const *words)
{
    json_t *list = json_array();
    for (size_t i = 0; words[i] != NULL; i++) {
        json_array_append_new(list, json_text(words[i]));
    }
    return list;
}

static json_t *samples_json(const gml_dataset *data)
{
    return json_size(data != NULL ? gml_dataset_size(data) : 0);
}

static bool is_higher_better(const train_run *run)
{
    gml_metric_facts facts = {.higher_is_better = 0};
    const char *metric = run->flags.fit.metric;
    if (metric != NULL && strcmp(metric, "loss") != 0) {
        gml_metric_facts_of(run->context, metric, &facts);
    }
    return facts.higher_is_better != 0;
}

json_t *config_line(const train_run *run, const gml_progress *first)
{
    const run_log *log = &run->watch.log;
    const train_flags *flags = &run->flags;
    const gml_dataset *all = run->data.all;
    const size_t classes = gml_dataset_classes(all);
    const bool named = gml_dataset_feature_name(all, 0) != NULL;
    const json_member members[] = {
        {"type", json_text("config")},
        {"format", json_size(RUN_FORMAT)},
        {"version", json_text(gml_version())},
        {"isa", json_text(gml_context_isa(run->context))},
        {"threads", json_size(gml_context_threads(run->context))},
        {"arguments", words_json(run->words)},
        {"data", json_text(flags->data)},
        {"validation_data", json_text(flags->validation_data)},
        {"test_data", json_text(flags->test_data)},
        {"task", json_text(classes > 0 ? "classification" : "regression")},
        {"classes", classes > 0 ? json_size(classes) : json_null()},
        {"target", json_text(named ? gml_dataset_target_name(all) : NULL)},
        {"description", json_text(gml_network_description(run->network))},
        {"dtype", json_text(gml_dtype_name(gml_network_dtype(run->network)))},
        {"parameters", json_size(gml_network_parameter_count(run->network))},
        {"split", json_text(gml_split_kind(run->data.split))},
        {"split_fraction", json_number(run->data.split != NULL ? run->data.fraction : (double)NAN)},
        {"train_samples", samples_json(train_part(&run->data))},
        {"validation_samples", samples_json(run->data.validation)},
        {"test_samples", samples_json(run->data.test)},
        {"seed", json_integer((json_int_t)flags->fit.seed)},
        {"options", options_json(run)},
        {"higher_is_better", json_boolean(is_higher_better(run))},
        {"step_every", json_size(log->every)},
        {"health_every", run->health != NULL ? json_size(log->health_every) : json_null()},
        {"output", json_text(flags->output)},
        {"checkpoint", json_text(flags->fit.checkpoint)},
        {"resumed", resumed_json(run, first)},
    };
    return json_members(members, sizeof members / sizeof members[0]);
}

/* The figures that steps and epochs share. */
static json_t *progress_line(const char *type, const gml_progress *progress)
{
    const double speed = progress->seconds > 0 ? (double)progress->samples / progress->seconds : NAN;
    return json_pack("{ss so so so so so so so so so}", "type", type, "epoch", json_size(progress->epoch), "epochs",
                     json_size(progress->epochs), "batch", json_size(progress->batch), "batches",
                     json_size(progress->batches), "step", json_size(progress->steps), "rate",
                     json_number(progress->rate), "samples", json_size(progress->samples), "seconds",
                     json_number(progress->seconds), "samples_per_second", json_number(speed));
}

/* Adds members to an object and releases them. Null: out of memory. */
static json_t *with(json_t *object, json_t *members)
{
    const bool failed = members == NULL || json_object_update(object, members) != 0;
    json_decref(members);
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *step_line(const gml_progress *progress)
{
    return with(progress_line("step", progress), json_pack("{so so}", "loss", json_number(progress->batch_loss),
                                                           "epoch_loss", json_number(progress->loss)));
}

json_t *epoch_line(const gml_progress *progress)
{
    static const gml_metrics none = {0, NAN, NAN, NAN, NAN};
    const gml_metrics *validation = progress->validation != NULL ? progress->validation : &none;
    const size_t best = progress->best_epoch;
    return with(progress_line("epoch", progress),
                json_pack("{so so so so so so so so}", "loss", json_number(progress->loss), "val_loss",
                          json_number(validation->loss), "val_accuracy", json_number(validation->accuracy), "val_rmse",
                          json_number(validation->rmse), "val_r2", json_number(validation->r2), "score",
                          json_number(progress->score), "best_score",
                          json_number(best > 0 ? progress->best_score : NAN), "best_epoch",
                          best > 0 ? json_size(best) : json_null()));
}

json_t *result_line(const train_result *result, size_t epochs, json_t *report)
{
    const char *status = result->status == GML_ERROR_DIVERGED ? "diverged"
                         : result->status != GML_OK           ? "failed"
                         : result->signal != 0                ? "interrupted"
                         : result->report.epochs < epochs     ? "stopped"
                                                              : "finished";
    return with(json_pack("{ss ss}", "type", "result", "status", status), report);
}
