/* cli/train/train_run.c - what `gemmule train` and `gemmule tune` need before the first step: context, data, network,
 * options.
 */
#include <stdlib.h>

#include "cli/run/run_story.h"
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/train/train.h"
#include "cli/train/train_ensemble.h"

void train_clear(train_run *run)
{
    if (run->watch.story != NULL) {
        run_story_clear(run->watch.story);
        free(run->watch.story);
    }
    gml_health_destroy(run->health);
    gml_network_destroy(run->network);
    train_recipe_clear(&run->recipe);
    train_data_clear(&run->data);
    gml_context_destroy(run->context);
}

static void settle_fit_options(train_run *run)
{
    const gml_recipe recipe = {.fit = run->flags.fit};
    run->flags.fit = gml_recipe_fit_options(&recipe, gml_dataset_size(train_part(&run->data)));
}

int train_prepare(train_run *run)
{
    const gml_context_options options = {.threads = run->flags.file.threads, .log = train_log, .log_user = &run->watch};
    run->watch.flags = &run->flags;
    int code = open_context_with(&options, &run->context);
    if (code == 0) {
        code = train_check_calls(run->context, &run->flags);
    }
    if (code == 0) {
        code = train_open_all(run->context, &run->flags, run->path, &run->data);
    }
    if (code == 0) {
        code = train_settle_recipe(run);
    }
    if (code == 0) {
        code = train_settle_folds(run);
    }
    if (code == 0 && !run->choice.averages) {
        code = train_split_data(run->context, &run->flags, run->path, &run->data);
    }
    if (code == 0) {
        code = train_make_network(run, train_part(&run->data));
    }
    if (code == 0 && !run->choice.averages) { /* whose recipes have other layers */
        code = train_check_groups(run->network, &run->flags);
    }
    if (code == 0) {
        code = train_open_others(run->network, &run->flags, run->path, &run->data);
    }
    if (code == 0) {
        settle_fit_options(run);
    }
    return code;
}

/* ---- the learning rate ---- */

static int stop_at_interrupt(void *user, double rate)
{
    (void)user;
    (void)rate;
    return interrupt();
}

int train_find_rate(const train_run *run, gml_rate_point *points, gml_rate_result *result)
{
    const gml_rate_options options = {.on_batch = stop_at_interrupt};
    catch_interrupts();
    const gml_status status = gml_find_rate(run->network, train_part(&run->data), run->data.validation, &run->flags.fit,
                                            &options, points, result);
    return status == GML_OK ? 0 : complain_of_options(run->context, status);
}
