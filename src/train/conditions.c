/* train/conditions.c - lists the conditions of a run and compares them with those of a checkpoint. */
#include "train/conditions.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "data/fingerprint.h"
#include "kernel/product/choose.h"
#include "step/saved.h"

/* ---- making ---- */

/* Adds an empty group and returns it; null if there is no memory. */
static json_t *add_group(json_t *conditions, const char *name)
{
    return json_object_set_new(conditions, name, json_object()) == 0 ? json_object_get(conditions, name) : NULL;
}

static bool list_build(const gml_context *context, json_t *build)
{
    const char *isa = gml_context_isa(context);
    const char *products = context->native == gml_native_limits_of(isa, true) ? "blas" : "auto";
    return gml_condition_text(build, "gemmule", GML_VERSION) && gml_condition_text(build, "compiler", __VERSION__) &&
           gml_condition_text(build, "kernels", isa) && gml_condition_text(build, "products", products) &&
           gml_condition_text(build, "openblas", gml_gemm_backend());
}

static bool list_data(const gml_dataset *dataset, json_t *data, const char *name)
{
    char text[64];
    if (dataset == NULL) {
        return gml_condition_text(data, name, NULL);
    }
    snprintf(text, sizeof text, "%zu samples of %zu inputs, checksum %016" PRIx64, dataset->size,
             dataset->schema.features, gml_dataset_fingerprint(dataset));
    return gml_condition_text(data, name, text);
}

/* The options of a fit; those of its trainer are listed already. */
static bool list_fit_options(const gml_fit_run *run, json_t *options)
{
    const gml_call *metric = gml_fit_metric(run);
    const char *loss = run->settings.validation != NULL ? "loss" : NULL;
    return gml_condition_call(options, "schedule", &run->settings.schedule.call) &&
           gml_condition_call(options, "noise_schedule", &run->settings.noise.call) &&
           gml_condition_call(options, "decay_schedule", &run->settings.decay.call) &&
           (metric != NULL ? gml_condition_call(options, "metric", metric)
                           : gml_condition_text(options, "metric", loss)) &&
           gml_condition_text(options, "keep_best", run->settings.keep ? "yes" : "no") &&
           gml_condition_number(options, "patience", (double)run->settings.options.patience) &&
           gml_condition_number(options, "patience_growth", run->settings.options.patience_growth) &&
           gml_condition_text(options, "drop_last", run->settings.options.drop_last != 0 ? "yes" : "no") &&
           gml_condition_number(options, "halvings", (double)run->settings.options.halvings) &&
           gml_condition_number(options, "epochs", (double)run->settings.options.epochs) &&
           gml_condition_number(options, "batch", (double)run->settings.options.batch);
}

static gml_status finish(gml_context *context, bool good, json_t *made, json_t **conditions)
{
    if (!good) {
        json_decref(made);
        return gml_fail(context, GML_ERROR_MEMORY, "checkpoint: there is no memory for the conditions of the run");
    }
    *conditions = made;
    return GML_OK;
}

gml_status gml_trainer_conditions(const gml_trainer *trainer, json_t **conditions)
{
    gml_context *context = trainer->network->context;
    json_t *made = json_object(), *build = add_group(made, "build"), *options = add_group(made, "options");
    bool good =
        build != NULL && options != NULL && list_build(context, build) && gml_trainer_list_options(trainer, options);
    return finish(context, good, made, conditions);
}

gml_status gml_fit_conditions(const gml_fit_run *run, json_t **conditions)
{
    json_t *made = NULL;
    gml_status status = gml_trainer_conditions(run->trainer, &made);
    if (status != GML_OK) {
        return status;
    }
    json_t *data = add_group(made, "data");
    bool good = data != NULL && list_data(run->settings.dataset, data, "training") &&
                list_data(run->settings.validation, data, "validation") &&
                list_fit_options(run, json_object_get(made, "options"));
    return finish(run->network->context, good, made, conditions);
}

/* ---- comparing ---- */

/* The position in the epoch, the order of samples and the state mean nothing under others of these. With another
 * `keep_best` the running weights would have another place in the file. */
static const char *const fixed[] = {"batch",    "accumulate", "seed",      "missing_targets",
                                    "training", "validation", "keep_best", "drop_last"};

static const char *text_of(json_t *group, const char *name)
{
    const char *text = json_string_value(json_object_get(group, name));
    return text != NULL ? text : "not stated";
}

/* True if two calls have the same name. */
static bool same_name(const char *a, const char *b)
{
    size_t length = strcspn(a, "(");
    return length == strcspn(b, "(") && memcmp(a, b, length) == 0;
}

/* True if one of two texts says that there is none, and the other does not. */
static bool appears(const char *before, const char *now, const char *none)
{
    return (strcmp(before, none) == 0) != (strcmp(now, none) == 0);
}

/* The state has arrays of its own for an average, and for halvings. */
static bool may_change(const char *name, const char *before, const char *now)
{
    if ((strcmp(name, "average") == 0 && appears(before, now, "none")) ||
        (strcmp(name, "halvings") == 0 && appears(before, now, "0"))) {
        return false;
    }
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (strcmp(name, fixed[i]) == 0) {
            return false;
        }
    }
    return strcmp(name, "optimizer") != 0 || same_name(before, now);
}

/* The differences found so far. */
typedef struct difference {
    gml_context *context;
    const char *path;
    bool override;
    bool log;               /* differences that are allowed are logged */
    bool refused, for_ever; /* at least one is refused; at least one cannot be overridden */
    size_t used;
    char text[GML_MESSAGE_SIZE / 2];
} difference;

static void note(difference *found, const char *name, const char *before, const char *now)
{
    bool possible = may_change(name, before, now);
    if (possible && found->override) {
        if (found->log) {
            gml_log(found->context, GML_LOG_WARNING, "%s: goes on with a change: %s was %.200s, is %.200s", found->path,
                    name, before, now);
        }
        return;
    }
    size_t room = sizeof found->text - found->used;
    int length = snprintf(found->text + found->used, room, "%s%s was %.120s, is %.120s", found->refused ? "; " : "",
                          name, before, now);
    found->used += length > 0 && (size_t)length < room ? (size_t)length : 0;
    found->text[found->used] = '\0';
    found->refused = true;
    found->for_ever = found->for_ever || !possible;
}

static void compare_group(difference *found, json_t *there, json_t *here)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(here, name, value)
    {
        const char *before = text_of(there, name), *now = text_of(here, name);
        if (strcmp(before, now) != 0) {
            note(found, name, before, now);
        }
    }
}

static void compare_groups(difference *found, json_t *there, json_t *here)
{
    const char *name = NULL;
    json_t *group = NULL;
    json_object_foreach(here, name, group)
    {
        compare_group(found, json_object_get(there, name), group);
    }
}

/* Changes are logged once nothing is refused. */
gml_status gml_conditions_compare(gml_context *context, const char *path, json_t *there, json_t *here, bool override)
{
    difference found = {.context = context, .path = path, .override = override};
    compare_groups(&found, there, here);
    if (!found.refused) {
        found.log = true;
        compare_groups(&found, there, here);
        return GML_OK;
    }
    return gml_fail(context, GML_ERROR_ARGUMENT, "%s: the checkpoint is of another run: %s. %s", path, found.text,
                    found.for_ever ? "A checkpoint cannot go on with these; it can be loaded as a model"
                                   : "An override allows the change");
}

bool gml_conditions_keep(json_t *there, json_t *here, const char *name)
{
    return strcmp(text_of(json_object_get(there, "options"), name), text_of(json_object_get(here, "options"), name)) ==
           0;
}
