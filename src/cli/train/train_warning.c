/* cli/train/train_warning.c - warns of odd splits and of useless fits: worse than the mean of the targets, than the
 * most frequent class, or than at the start. The usual cause is a learning rate that is too large without an overflow.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shell/exit.h"
#include "cli/train/train.h"

/* With fewer samples R2 and accuracy are not significant. */
enum { FEW_SAMPLES = 10 };

/* The mean loss of an epoch must exceed the loss of the first batch by this factor, because batches differ. */
static const double risen = 1.5;

/* For classes the validation loss must exceed the loss of the first batch by this factor: overfitting raises it too. */
static const double far_above = 10;

static void warn(train_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void warn(train_result *result, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(result->warning[result->warnings++], WARNING_SIZE, format, arguments);
    va_end(arguments);
}

void train_warn_of_split(const gml_split *split, train_result *result)
{
    result->split = gml_split_kind(split);
    for (size_t i = 0; gml_split_note(split, i) != NULL; i++) {
        warn(result, "%s", gml_split_note(split, i));
    }
}

/* The part that the fit is judged by, and its metrics. */
typedef struct judged_part {
    const char *name;
    const gml_dataset *data;
    gml_metrics metrics;
} judged_part;

/* Validation, else test, else the training part. The training part is evaluated only if its loss has risen. */
static gml_status choose_part(const gml_network *network, const train_parts *parts, const train_result *result,
                              judged_part *part)
{
    if (result->report.validation.samples >= FEW_SAMPLES) {
        const gml_dataset *folds = parts->train; /* each sample validates in one */
        *part = (judged_part){"validation", parts->validation != NULL ? parts->validation : folds,
                              result->report.validation};
    } else if (result->test.samples >= FEW_SAMPLES) {
        *part = (judged_part){"test", parts->test, result->test};
    } else {
        *part = (judged_part){"training", parts->train, {.samples = 0}};
        return result->report.train_loss > result->start_loss
                   ? gml_evaluate(network, parts->train, NULL, &part->metrics)
                   : GML_OK;
    }
    return GML_OK;
}

typedef struct class_counts {
    size_t *of_class, most, known;
} class_counts;

static bool count_class(double target, void *user)
{
    class_counts *counts = user;
    const size_t count = ++counts->of_class[(size_t)target];
    counts->most = count > counts->most ? count : counts->most;
    counts->known++;
    return true;
}

/* The share of the most frequent class; 0 if no class is known. */
static gml_status share_of_most_frequent(const gml_dataset *data, double *share)
{
    class_counts counts = {.of_class = calloc(gml_dataset_classes(data), sizeof(size_t))};
    const gml_status status = counts.of_class != NULL ? visit_targets(data, count_class, &counts) : GML_ERROR_MEMORY;
    free(counts.of_class);
    *share = counts.known > 0 ? (double)counts.most / (double)counts.known : 0;
    return status;
}

/* Warns if a file for validation lacks classes; a split notes that by itself. */
static gml_status warn_of_lacking_classes(const gml_network *network, const char *file, const gml_dataset *data,
                                          train_result *result)
{
    const size_t classes = gml_dataset_classes(data);
    class_counts counts = {.of_class = calloc(classes, sizeof(size_t))};
    const gml_status status = counts.of_class != NULL ? visit_targets(data, count_class, &counts) : GML_ERROR_MEMORY;
    size_t lacking = 0, first = 0;
    for (size_t i = classes; status == GML_OK && i-- > 0;) {
        lacking += counts.of_class[i] == 0;
        first = counts.of_class[i] == 0 ? i : first;
    }
    free(counts.of_class);
    if (lacking > 0) {
        const char *name = gml_network_class_name(network, first);
        warn(result, "%s lacks %zu of the %zu classes%s%s%s: its figures say nothing about them", file, lacking,
             classes, name != NULL ? ", such as \"" : "", name != NULL ? name : "", name != NULL ? "\"" : "");
    }
    return status;
}

/* ---- useless fits ---- */

/* A fit, and the part that it is judged by. */
typedef struct judged_fit {
    const train_flags *flags;
    train_result *result;
    judged_part part;
    bool rose;          /* the training loss ended above its start */
    bool finds_mean;    /* the minimum of the loss is at the mean of the targets */
    const char *remedy; /* for predictions that are worse than a constant */
} judged_fit;

static const char smaller[] = "the learning rate is too large; try a smaller --lr or --clip-norm 1";

/* Of classes: the loss has risen, in training or by far on the part. */
static void warn_of_loss(const judged_fit *fit)
{
    const double start = fit->result->start_loss, reached = fit->result->report.train_loss;
    const judged_part *part = &fit->part;
    if (fit->rose) {
        warn(fit->result, "the training loss is %.4g, and was %.4g before the first step: %s", reached, start, smaller);
    } else if (part->metrics.samples > 0 && part->metrics.loss > far_above * fabs(start)) {
        warn(fit->result,
             "the loss on the %s part is %.4g, and was %.4g before the first step: wrong predictions have a "
             "probability near 1; try a smaller --lr or fewer --epochs",
             part->name, part->metrics.loss, start);
    }
}

/* The most frequent class alone is right more often. Class weights lower the accuracy on purpose. */
static gml_status warn_of_accuracy(const judged_fit *fit)
{
    const judged_part *part = &fit->part;
    double share = 0;
    if (part->metrics.samples == 0 || fit->flags->fit.class_weights != NULL) {
        return GML_OK;
    }
    const gml_status status = share_of_most_frequent(part->data, &share);
    if (status == GML_OK && part->metrics.accuracy < share) {
        warn(fit->result, "accuracy is %.4f on the %s part: its most frequent class alone is right in %.4f; %s",
             part->metrics.accuracy, part->name, share, fit->remedy);
    }
    return status;
}

/* The mean of the targets alone is better. With a loss whose minimum is elsewhere, R2 may be below 0 after a good fit.
 */
static void warn_of_values(const judged_fit *fit)
{
    const judged_part *part = &fit->part;
    if (fit->result->target.distinct == 1 && fit->result->train_samples > 1) {
        warn(fit->result,
             "all targets are equal: a constant is learned, whatever the inputs; --target chooses the column");
    }
    if (part->metrics.samples > 0 && part->metrics.r2 < 0 && (fit->rose || fit->finds_mean)) {
        warn(fit->result, "R2 is %.4g on the %s part: the mean of its targets alone is a better prediction; %s",
             part->metrics.r2, part->name, fit->remedy);
    }
}

/* Judges the fit; a network without a loss in its facts is not judged. */
static gml_status warn_of_useless(const gml_network *network, const train_flags *flags, const train_parts *parts,
                                  train_result *result)
{
    const char *loss = gml_network_fact(network, "loss");
    judged_fit fit = {.flags = flags, .result = result};
    fit.rose = result->report.train_loss > risen * fabs(result->start_loss);
    fit.remedy = fit.rose ? smaller : "try a smaller --lr or other --epochs; the inputs may not determine the target";
    const gml_status status = choose_part(network, parts, result, &fit.part);
    if (status != GML_OK || loss == NULL) {
        return status;
    }
    fit.finds_mean = gml_loss_facts_of(loss).finds_mean;
    if (gml_dataset_task(parts->train) == GML_TASK_CLASSIFICATION) {
        warn_of_loss(&fit);
        return warn_of_accuracy(&fit);
    }
    warn_of_values(&fit);
    return GML_OK;
}

gml_status train_warn(const gml_network *network, const train_flags *flags, const train_parts *parts,
                      train_result *result)
{
    const bool classes = gml_dataset_task(parts->train) == GML_TASK_CLASSIFICATION;
    gml_status status = GML_OK;
    if (parts->validation != NULL && result->report.epochs > 0 && result->report.best_epoch == 0) {
        warn(result, "%s has no value on the validation part after any epoch: the weights are the last ones",
             train_metric(flags));
    }
    if (classes && flags->validation_data != NULL) {
        status = warn_of_lacking_classes(network, flags->validation_data, parts->validation, result);
    }
    return status == GML_OK ? warn_of_useless(network, flags, parts, result) : status;
}
