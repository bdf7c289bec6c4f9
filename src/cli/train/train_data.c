/* cli/train/train_data.c - the data of `gemmule train`: the training part, and the parts for validation and test. */
#include <limits.h>

#include "cli/shell/exit.h"
#include "cli/train/train.h"

enum { FEW_SAMPLES = 10 };

/* Opens the data. A loss for one task decides the task, unless --task is given. With a loss for classes all numbers are
 * classes. Texts among numbers are still refused, as with the task auto, unless the data is a pipe. */
static gml_status open_with_task(gml_context *context, const train_flags *flags, const char *path,
                                 gml_dataset_options options, gml_dataset **data)
{
    const gml_task task = gml_loss_facts_of(flags->fit.loss).task;
    const bool by_loss = flags->task == GML_TASK_AUTO;
    const bool at_once = task == GML_TASK_REGRESSION || !can_be_read_again(path);
    options.task = by_loss && at_once ? task : flags->task;
    gml_status status = gml_dataset_open(context, path, &options, data);
    if (status == GML_OK && by_loss && task == GML_TASK_CLASSIFICATION && gml_dataset_task(*data) != task) {
        gml_dataset_destroy(*data);
        *data = NULL;
        options.task = task;
        status = gml_dataset_open(context, path, &options, data);
    }
    return status;
}

/* Splits off the validation part. */
static gml_status split(const train_flags *flags, double share, train_data *data)
{
    const gml_split_options options = {.kind = flags->split, .fraction = share, .seed = flags->fit.seed};
    data->fraction = share;
    gml_status status = gml_split_create(data->all, &options, &data->split);
    return status == GML_OK ? gml_split_fold(data->split, 0, 0, &data->train, &data->validation) : status;
}

int train_open_all(gml_context *context, const train_flags *flags, const char *path, train_data *data)
{
    gml_dataset_options options = {.part = "train",
                                   .target = flags->file.target,
                                   .targets = GML_CHOICE_YES,
                                   .weights = flags->file.weights,
                                   .groups = flags->groups_column,
                                   .missing_targets = flags->file.missing == MISSING_MASK};
    char cache[PATH_MAX];
    set_csv_options(&flags->file, &options);
    set_cache(&flags->file, path, &options, cache);
    const gml_status status = open_with_task(context, flags, path, options, &data->all);
    if (status != GML_OK) {
        return complain_status(context, status);
    }
    print_data_notes(data->all);
    if (gml_dataset_task(data->all) == GML_TASK_CLASSIFICATION && gml_dataset_classes(data->all) < 2) {
        return complain(EXIT_DATA, "%s: all samples have the class '%s'; at least two classes are needed", path,
                        gml_dataset_class_name(data->all, 0));
    }
    return 0;
}

int train_split_data(gml_context *context, const train_flags *flags, const char *path, train_data *data)
{
    double share = flags->validation;
    if (flags->ensemble_by == ENSEMBLE_FOLDS) {
        const gml_split_options options = {.kind = flags->split, .folds = flags->ensemble, .seed = flags->fit.seed};
        const gml_status status = gml_split_create(data->all, &options, &data->split);
        return status == GML_OK ? 0 : complain_status(context, status);
    }
    if (share < 0) {
        const bool enough = gml_dataset_size(data->all) >= FEW_SAMPLES && !has_test_part(context, path);
        const bool wanted = enough || flags->split != NULL || flags->calibrate || flags->interval > 0;
        share = wanted && flags->validation_data == NULL ? 0.2 : 0;
    }
    const gml_status status = share > 0 ? split(flags, share, data) : GML_OK;
    return status == GML_OK ? 0 : complain_status(context, status);
}

int train_open_others(const gml_network *network, const train_flags *flags, const char *path, train_data *data)
{
    int code = 0;
    data_flags file = flags->file;
    file.more_count = 0; /* they belong to DATA */
    if (flags->validation_data != NULL && data->validation == NULL) {
        code = open_for_network(network, flags->validation_data, NULL, &file, COLUMNS_ALL, &data->validation);
    }
    if (code != 0 || data->test != NULL) {
        return code; /* it was opened for a choice among recipes */
    }
    if (flags->test_data != NULL) {
        code = open_for_network(network, flags->test_data, NULL, &file, COLUMNS_ALL, &data->test);
    } else if (has_test_part(gml_network_context(network), path)) {
        code = open_for_network(network, path, "t10k", &file, COLUMNS_ALL, &data->test);
    }
    return code;
}

const gml_dataset *train_part(const train_data *data)
{
    return data->train != NULL ? data->train : data->all;
}

void train_data_clear(train_data *data)
{
    gml_dataset_destroy(data->test);
    gml_dataset_destroy(data->validation);
    gml_dataset_destroy(data->train);
    gml_split_destroy(data->split);
    gml_dataset_destroy(data->all);
}
