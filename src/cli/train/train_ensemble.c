/* cli/train/train_ensemble.c - `gemmule train --ensemble`: several networks, trained side by side and saved as one. */
#include "cli/train/train_ensemble.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/shell/clock.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"

const char *const ensemble_ways[] = {[ENSEMBLE_SEEDS] = "seeds", [ENSEMBLE_FOLDS] = "folds", NULL};

/* ---- flags ---- */

typedef struct flag_for_one {
    bool given;
    const char *flag, *reason;
} flag_for_one;

static const char *first_given(const flag_for_one *flags, size_t count, const char **reason)
{
    for (size_t i = 0; i < count; i++) {
        if (flags[i].given) {
            *reason = flags[i].reason;
            return flags[i].flag;
        }
    }
    return NULL;
}

/* Returns the first flag that does not go with several networks, with the reason; null: there is none. */
static const char *flag_against_several(const train_flags *flags, const char **reason)
{
    const flag_for_one refused[] = {
        {flags->fit.checkpoint != NULL, "--checkpoint", "a checkpoint holds one run"},
        {flags->fit.resume != NULL, "--resume", "a checkpoint holds one run"},
        {flags->log != NULL, "--log", "a log holds one run"},
        {flags->plot, "--plot", "it draws the curves of one run"},
        {flags->report != NULL, "--report", "its page is about one run; `gemmule report' makes one of an ensemble"},
        {flags->health, "--health", "it watches the layers of one network"},
        {flags->calibrate, "--calibrate", "a temperature is for one network"},
    };
    return first_given(refused, sizeof refused / sizeof refused[0], reason);
}

const char *train_flag_against_folds(const train_flags *flags, const char **reason)
{
    const flag_for_one refused[] = {
        {flags->interval > 0, "--interval",
         "with folds each sample trains all networks but one; --ensemble-by seeds holds samples back from all"},
        {flags->validation_data != NULL, "--val-data", "each fold validates the network it is held back from"},
        {flags->validation > 0, "--val", "each fold validates the network it is held back from"},
        {flags->ensemble == 1, "--ensemble 1", "there are 2 folds or more"},
        {flags->ensemble > 0 && flags->ensemble_by == ENSEMBLE_SEEDS, "--ensemble", "all networks have it"},
    };
    const char *several = flag_against_several(flags, reason);
    return several != NULL ? several : first_given(refused, sizeof refused / sizeof refused[0], reason);
}

void train_check_ensemble_flags(const train_flags *flags)
{
    const char *reason;
    const bool folds = flags->ensemble_by == ENSEMBLE_FOLDS;
    const char *named = folds ? train_flag_against_folds(flags, &reason) : flag_against_several(flags, &reason);
    if (flags->ensemble == 0) {
        if (flags->ensemble_by != ENSEMBLE_SEEDS) {
            refuse("--ensemble-by is about --ensemble, which is not given");
        }
        return;
    }
    if (named != NULL) {
        refuse("--ensemble trains several networks: %s does not go with it: %s", named, reason);
    }
}

enum { FOLD_SAMPLES = 10 }; /* each fold has as many at least */

int train_settle_folds(train_run *run)
{
    train_flags *flags = &run->flags;
    train_recipe made;
    if (flags->ensemble > 0 || run->choice.assignment[0] == '\0') {
        return 0;
    }
    int code = train_recipe_create(flags, &made);
    if (code == 0) {
        code = train_recipe_assign(run->context, run->choice.assignment, run->data.all, &made);
    }
    const size_t folds = code == 0 ? made.used->folds : 0, samples = gml_dataset_size(run->data.all);
    train_recipe_clear(&made);
    if (folds < 2) {
        return code;
    }
    flags->ensemble = folds;
    flags->ensemble_by = ENSEMBLE_FOLDS;
    char *text = run->choice.reason;
    const size_t room = sizeof run->choice.reason;
    const char *reason, *named = train_flag_against_folds(flags, &reason);
    if (named != NULL) {
        snprintf(text, room, "one network instead of %zu, since %s is given: %s", folds, named, reason);
    } else if (samples / folds < FOLD_SAMPLES) {
        snprintf(text, room, "one network instead of %zu, since %zu samples are too few for folds", folds, samples);
    } else {
        return 0;
    }
    flags->ensemble = 0;
    flags->ensemble_by = ENSEMBLE_SEEDS;
    return 0;
}

/* ---- training ---- */

/* The progress of all members: a line on the terminal that is overwritten, or lines, at most two a second. */
typedef struct member_watch {
    bool quiet, overwrites;
    size_t members;
    atomic_size_t epochs; /* finished by all */
    atomic_flag printing; /* by one thread: `next` is its own */
    double next;          /* seconds of the clock at which the next line is due */
} member_watch;

static int on_batch(void *user, size_t member, const gml_progress *progress)
{
    (void)user, (void)member, (void)progress;
    return interrupt();
}

static int on_epoch(void *user, size_t member, const gml_progress *progress)
{
    member_watch *watch = user;
    const size_t done = atomic_fetch_add(&watch->epochs, 1) + 1;
    (void)member;
    if (!watch->quiet && !atomic_flag_test_and_set(&watch->printing)) {
        if (now() >= watch->next) {
            fprintf(stderr,
                    watch->overwrites ? "\r%zu networks  epoch %zu of %zu\x1b[K" : "%zu networks  epoch %zu of %zu\n",
                    watch->members, done, watch->members * progress->epochs);
            watch->next = now() + (watch->overwrites ? 0.1 : 0.5);
        }
        atomic_flag_clear(&watch->printing);
    }
    return interrupt();
}

/* Sums what the members did: epochs of the longest fit, means of losses. */
static void add_up(train_result *result, double seconds)
{
    gml_fit_report *all = &result->report;
    size_t begun = 0;
    *all = (gml_fit_report){.seconds = seconds, .best_score = NAN};
    for (size_t i = 0; i < result->member_count; i++) {
        const gml_fit_report *member = &result->members[i];
        all->epochs = member->epochs > all->epochs ? member->epochs : all->epochs;
        all->best_epoch = member->best_epoch > all->best_epoch ? member->best_epoch : all->best_epoch;
        all->steps += member->steps;
        all->samples += member->samples;
        all->halvings += member->halvings;
        all->train_loss += member->epochs > 0 ? member->train_loss : 0;
        begun += member->epochs > 0;
    }
    all->train_loss /= (double)begun;
}

/* Replaces the network of the run, which was made to check the flags, by the ensemble. */
static gml_status take_ensemble(train_run *run, gml_network *ensemble, train_result *result)
{
    gml_network_destroy(run->network);
    run->network = ensemble;
    result->report.kept_epochs = result->report.epochs;
    return run->data.validation != NULL ? gml_evaluate(ensemble, run->data.validation, NULL, &result->report.validation)
                                        : GML_OK;
}

gml_status train_fit_ensemble(train_run *run, train_result *result)
{
    const bool folds = run->flags.ensemble_by == ENSEMBLE_FOLDS;
    member_watch watch = {.quiet = run->flags.quiet, .printing = ATOMIC_FLAG_INIT};
    const gml_ensemble_options options = {.members = folds ? 0 : run->flags.ensemble,
                                          .split = folds ? run->data.split : NULL,
                                          .user = &watch,
                                          .on_batch = on_batch,
                                          .on_epoch = on_epoch};
    gml_network *ensemble = NULL;
    result->member_count = watch.members = gml_ensemble_size(&options);
    result->members = calloc(result->member_count, sizeof *result->members);
    gml_recipe recipe = *run->recipe.used;
    recipe.fit = run->flags.fit; /* with the rate that was searched */
    gml_status status = result->members != NULL ? GML_OK : GML_ERROR_MEMORY;
    const double start = now();
    watch.overwrites = !watch.quiet && progress_overwrites();
    watch.next = start + 0.5;
    if (status == GML_OK) {
        status = gml_ensemble_fit(&recipe, train_part(&run->data), run->data.validation, &options, &ensemble,
                                  result->members);
        add_up(result, now() - start);
    }
    if (watch.overwrites) {
        fputs("\r\x1b[K", stderr);
    }
    return status == GML_OK && ensemble != NULL ? take_ensemble(run, ensemble, result) : status;
}

/* ---- the report ---- */

void print_members(FILE *stream, const train_result *result)
{
    enum { SHOWN = 20 };
    for (size_t i = 0; i < result->member_count && i < SHOWN; i++) {
        const gml_fit_report *member = &result->members[i];
        fprintf(stream, "%-12s%zu: epoch %zu, ", i == 0 ? "members" : "", i + 1, member->kept_epochs);
        if (member->epochs == 0 || member->stopped != 0) {
            fputs("interrupted and left out", stream);
        } else if (member->validation.samples > 0) {
            fputs("validation ", stream);
            print_metrics(stream, &member->validation);
        } else {
            fprintf(stream, "train loss %.6g", member->train_loss);
        }
        fputc('\n', stream);
    }
    if (result->member_count > SHOWN) {
        fprintf(stream, "%-12sand %zu more\n", "", result->member_count - SHOWN);
    }
}

json_t *members_json(const train_result *result)
{
    json_t *list = result->member_count > 0 ? json_array() : json_null();
    for (size_t i = 0; i < result->member_count; i++) {
        const gml_fit_report *member = &result->members[i];
        const gml_metrics *measured = &member->validation;
        const bool known = measured->samples > 0;
        json_array_append_new(
            list,
            json_pack("{so so so so so so so so}", "epochs", json_size(member->epochs), "kept_epoch",
                      json_size(member->kept_epochs), "stopped", json_boolean(member->stopped != 0), "train_loss",
                      json_number(member->train_loss), "val_loss", json_number(known ? measured->loss : NAN),
                      "val_accuracy", json_number(known ? measured->accuracy : NAN), "val_rmse",
                      json_number(known ? measured->rmse : NAN), "val_r2", json_number(known ? measured->r2 : NAN)));
    }
    return list;
}
