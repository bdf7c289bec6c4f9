/* tune/cv_fold.c - one network of a cross-validation: its parts of the data, its fit, its scores and predictions. */
#include <string.h>

#include "gemmule/activation.h"
#include "kernel/data/data.h"
#include "kernel/measure/accumulate.h"
#include "measure/network_scorer.h"
#include "tune/cv.h"

enum { FIT_ENDS = 1 };

/* One network and its data. */
typedef struct fold_work {
    gml_cv_run *run;
    size_t index;
    gml_cv_fold *fold;
    gml_dataset *training, *validation; /* of the fold */
    gml_dataset *rest, *inner;          /* of the training part, if some is held back; else null */
    gml_network *network;
} fold_work;

static int on_batch(void *user, const gml_progress *progress)
{
    const fold_work *work = user;
    gml_cv_run *run = work->run;
    if (run->options.on_batch != NULL && atomic_load(&run->stopped) == 0) {
        const int stop = run->options.on_batch(run->options.user, work->index, progress);
        if (stop != 0) {
            atomic_store(&run->stopped, stop);
        }
    }
    return atomic_load(&run->stopped) != 0 || atomic_load(&run->failed) < work->index ? FIT_ENDS : 0;
}

/* ---- the parts ---- */

/* The groups of the training samples as a column, for a split that keeps them whole. */
static void gather_groups(const fold_work *work, double *groups)
{
    const gml_split *split = work->run->split;
    size_t used = 0;
    for (size_t i = 0; i < split->plan.n; i++) {
        if (gml_split_fold_of(split, work->fold->repeat, i) != work->fold->fold) {
            groups[used++] = split->plan.groups[i];
        }
    }
}

/* Holds a share of the training part back, by the kind of the split. */
static gml_status hold_back(fold_work *work)
{
    const gml_cv_run *run = work->run;
    const size_t size = gml_dataset_size(work->training);
    const bool grouped = run->split->row->grouped;
    double *groups = NULL;
    gml_split_options options = {.kind = gml_split_kind(run->split),
                                 .fraction = run->options.validation,
                                 .seed = run->recipe.fit.seed + work->index};
    if (grouped) {
        groups = gml_allocate(run->context, size, sizeof *groups, "the groups of a part");
        if (groups == NULL) {
            return GML_ERROR_MEMORY;
        }
        gather_groups(work, groups);
        options.groups = gml_matrix_f64(groups, size, 1);
    }
    gml_split *split = NULL;
    gml_status status = gml_split_create(work->training, &options, &split);
    if (status == GML_OK) {
        status = gml_split_fold(split, 0, 0, &work->rest, &work->inner);
        gml_split_destroy(split);
    }
    gml_release(run->context, groups, size, sizeof *groups);
    return status;
}

static gml_status make_parts(fold_work *work)
{
    const gml_cv_run *run = work->run;
    gml_cv_fold *fold = work->fold;
    gml_status status = gml_split_fold(run->split, fold->repeat, fold->fold, &work->training, &work->validation);
    if (status == GML_OK && run->options.validation > 0) {
        status = hold_back(work);
    }
    fold->training = gml_dataset_size(work->training);
    fold->validation = gml_dataset_size(work->validation);
    fold->inner = gml_dataset_size(work->inner);
    return status;
}

/* ---- the predictions ---- */

/* Where the predictions of the validation part go. */
typedef struct fold_outputs {
    const fold_work *work;
    size_t sample;   /* the sample of the dataset that the next ones are searched from */
    double *numbers; /* [chunk x outputs] */
} fold_outputs;

/* Turns outputs into what users read: logits into probabilities, logarithms of variances into variances. */
static gml_status finish_outputs(const gml_cv_run *run, gml_matrix outputs)
{
    const gml_scorer_setup *setup = &run->scores;
    gml_matrix rest = outputs;
    if (setup->link == GML_LINK_SOFTMAX) {
        gml_softmax_rows(outputs.rows, outputs.cols, outputs.data);
    } else if (setup->link == GML_LINK_SIGMOID) {
        gml_sigmoid_entries(outputs.rows * outputs.cols, outputs.data);
    }
    if (outputs.cols == setup->predictions) {
        return GML_OK;
    }
    rest.data = (double *)outputs.data + setup->predictions;
    rest.cols -= setup->predictions;
    return gml_activation_apply(run->context, "exponential", rest, rest, gml_matrix_none());
}

/* Writes the predictions of a chunk to the rows of their samples, which are in the order of the dataset. */
static gml_status place_outputs(void *user, gml_matrix outputs)
{
    fold_outputs *to = user;
    const gml_cv_run *run = to->work->run;
    const gml_cv_fold *fold = to->work->fold;
    double *all = run->made->each + fold->repeat * run->made->samples * outputs.cols;
    const gml_matrix numbers = gml_matrix_f64(to->numbers, outputs.rows, outputs.cols);
    run->context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = outputs.rows,
                                                                    .cols = outputs.cols,
                                                                    .source = outputs.data,
                                                                    .source_dtype = outputs.dtype,
                                                                    .source_stride = outputs.stride,
                                                                    .target = to->numbers,
                                                                    .target_stride = outputs.cols});
    const gml_status status = finish_outputs(run, numbers);
    for (size_t i = 0; i < outputs.rows; i++, to->sample++) {
        while (gml_split_fold_of(run->split, fold->repeat, to->sample) != fold->fold) {
            to->sample++;
        }
        memcpy(all + to->sample * outputs.cols, to->numbers + i * outputs.cols, outputs.cols * sizeof *all);
    }
    return status;
}

/* ---- the scores ---- */

/* Measures the network on the validation part. */
static gml_status score(fold_work *work)
{
    const gml_cv_run *run = work->run;
    gml_metric_value *values = run->made->values + work->index * run->count;
    gml_network_scorer scorer;
    fold_outputs to = {.work = work};
    gml_status status =
        gml_network_scorer_create(work->network, work->validation, gml_network_fact(work->network, "loss"), run->calls,
                                  run->count, false, &scorer);
    if (status != GML_OK) {
        return status;
    }
    const size_t chunk = scorer.chunk, outputs = gml_network_outputs(work->network);
    to.numbers = gml_allocate(run->context, chunk * sizeof *to.numbers, outputs, "predictions");
    scorer.on_outputs = place_outputs;
    scorer.user = &to;
    status = to.numbers != NULL ? gml_network_scorer_run(&scorer, values, gml_matrix_none()) : GML_ERROR_MEMORY;
    gml_release(run->context, to.numbers, chunk * sizeof *to.numbers, outputs);
    gml_network_scorer_destroy(&scorer);
    return status;
}

/* ---- the fit ---- */

static gml_status train(fold_work *work)
{
    const gml_dataset *data = work->rest != NULL ? work->rest : work->training;
    const gml_fit_callbacks callbacks = {.user = work, .on_batch = on_batch};
    gml_recipe recipe = work->run->recipe;
    recipe.options.seed += work->index;
    recipe.fit.seed += work->index;
    const gml_train_options options = gml_recipe_fit_options(&recipe, gml_dataset_size(data));
    gml_status status = gml_recipe_network(&recipe, data, &work->network);
    if (status == GML_OK) {
        status = gml_fit(work->network, data, work->inner, &options, &callbacks, &work->fold->report);
    }
    return status;
}

gml_status gml_cv_run_fold(gml_cv_run *run, size_t index, gml_cv_fold *fold)
{
    fold_work work = {.run = run, .index = index, .fold = fold};
    gml_status status = make_parts(&work);
    if (status == GML_OK) {
        status = train(&work);
    }
    if (status == GML_OK && fold->report.stopped == 0) {
        status = score(&work);
    }
    gml_network_destroy(work.network);
    gml_dataset_destroy(work.inner);
    gml_dataset_destroy(work.rest);
    gml_dataset_destroy(work.validation);
    gml_dataset_destroy(work.training);
    return status;
}
