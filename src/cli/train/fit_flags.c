/* cli/train/fit_flags.c - the flags of `gemmule train` for the optimizer, the loss and the steps. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/train/train.h"

static void add_group(const flag *row, const char *text, train_flags *flags)
{
    const size_t used = strlen(flags->groups), room = sizeof flags->groups - used;
    const int length = snprintf(flags->groups + used, room, "%s%s", used > 0 ? "; " : "", text);
    if (length < 0 || (size_t)length >= room) {
        refuse_value(row, "the groups have more than %zu characters", sizeof flags->groups - 1);
    }
    flags->fit.groups = flags->groups;
}

static void read_group(const flag *row, const char *text, void *field)
{
    train_flags *flags = field;
    add_group(row, text, flags);
    if (flags->group_count == MOST_GROUPS) {
        refuse_value(row, "may be given %d times at most", MOST_GROUPS);
    }
    flags->group[flags->group_count++] = text;
}

static void read_freeze(const flag *row, const char *text, void *field)
{
    train_flags *flags = field;
    while (text != NULL) {
        char call[96];
        const unsigned layer = (unsigned)flag_listed(row, &text);
        snprintf(call, sizeof call, "all(first=%u, last=%u, rate=0)", layer, layer);
        add_group(row, call, flags);
        flags->last_frozen = layer > flags->last_frozen ? layer : flags->last_frozen;
    }
}

static void read_rate(const flag *row, const char *text, void *field)
{
    train_flags *flags = field;
    flags->rate_auto = strcmp(text, "auto") == 0;
    flags->fit.learning_rate = 0;
    if (!flags->rate_auto) {
        read_positive(row, text, &flags->fit.learning_rate);
    }
}

static void read_seed(const flag *row, const char *text, void *field)
{
    train_flags *flags = field;
    flags->fit.seed = flags->network.seed = flag_whole(row, text);
}

/* A number of epochs, or of minutes as in "5m". */
static void read_every(const flag *row, const char *text, void *field)
{
    train_flags *flags = field;
    char minutes[32];
    const size_t length = strlen(text);
    if (length > 1 && length < sizeof minutes && text[length - 1] == 'm') {
        snprintf(minutes, sizeof minutes, "%.*s", (int)length - 1, text);
        read_positive(row, minutes, &flags->fit.checkpoint_minutes);
        return;
    }
    read_whole(row, text, &flags->fit.checkpoint_epochs);
}

static void read_keep(const flag *row, const char *text, void *field)
{
    static const char *const words[] = {"best", "last", NULL};
    *(gml_choice *)field = flag_word(row, text, words) == 0 ? GML_CHOICE_YES : GML_CHOICE_NO;
}

/* Halvings that --on-divergence halve allows: 5 of them take a rate to 3 % of it. */
enum { HALVINGS = 5 };

static void read_divergence(const flag *row, const char *text, void *field)
{
    static const char *const words[] = {"fail", "halve", NULL};
    *(size_t *)field = flag_word(row, text, words) == 0 ? 0 : HALVINGS;
}

static void read_on(const flag *row, const char *text, void *field)
{
    (void)row;
    (void)text;
    *(int *)field = 1;
}

const flag fit_table[] = {
    {"optimizer", "CALL", "optimizer (adam); see `gemmule list optimizers'", GROUP_TRAINING | MAIN, read_text,
     .field = offsetof(train_flags, fit.optimizer)},
    {"batch", "N", "samples of a batch (32)", 0, read_whole, .field = offsetof(train_flags, fit.batch), 1, INT_MAX},
    {"epochs", "N", "passes over the data (10, or up to 300 to make 3000 batches)", MAIN, read_whole,
     .field = offsetof(train_flags, fit.epochs), 1, INT_MAX},
    {"drop-last", NULL, "leave out the samples after the last whole batch of an epoch", 0, read_on,
     .field = offsetof(train_flags, fit.drop_last)},
    {"accumulate", "N", "batches of a step (1)", 0, read_whole, .field = offsetof(train_flags, fit.accumulate), 1,
     INT_MAX},
    {"schedule", "CALL",
     "schedule of the learning rate, as in 'cosine(warmup=500)' (constant); see `gemmule list schedules'", 0, read_text,
     .field = offsetof(train_flags, fit.schedule)},
    {"noise-schedule", "CALL", "schedule of the rates of dropout and noise layers: a factor of each (constant)", 0,
     read_text, .field = offsetof(train_flags, fit.noise_schedule)},
    {"decay-schedule", "CALL", "schedule of every decay of the weights: a factor of each (constant)", 0, read_text,
     .field = offsetof(train_flags, fit.decay_schedule)},
    {"average", "CALL",
     "average of the weights over the steps, as in 'ema(decay=0.99)' (none); see `gemmule list averages'", 0, read_text,
     .field = offsetof(train_flags, fit.average)},
    {"loss", "CALL", "loss to minimise (the one for the target); see `gemmule list losses'", 0, read_text,
     .field = offsetof(train_flags, fit.loss)},
    {"class-weights", "W,W...",
     "weights of the classes: a number for each, or balanced, inverse to their frequency (all 1)", 0, read_text,
     .field = offsetof(train_flags, fit.class_weights)},
    {"output-bias", "CHOICE",
     "start the outputs at the mean of the targets: yes, no, or auto: if the loss takes counts or amounts (auto)", 0,
     read_choice, .field = offsetof(train_flags, fit.output_bias), .words = choice_words},
    {"l2", "RATE", "L2 decay of the weights (0)", 0, read_not_negative, .field = offsetof(train_flags, fit.l2)},
    {"l1", "RATE", "L1 decay of the weights (0)", 0, read_not_negative, .field = offsetof(train_flags, fit.l1)},
    {"max-norm", "NORM", "limit of the norm of the weights into each unit (none)", 0, read_positive,
     .field = offsetof(train_flags, fit.max_norm)},
    {"clip-norm", "NORM", "limit of the norm of the gradient (none)", 0, read_positive,
     .field = offsetof(train_flags, fit.clip_norm)},
    {"clip-value", "VALUE", "limit of each entry of the gradient (none)", 0, read_positive,
     .field = offsetof(train_flags, fit.clip_value)},
    {"gradient-noise", "VARIANCE", "noise on the gradient at the first step; it decays (0)", 0, read_not_negative,
     .field = offsetof(train_flags, fit.gradient_noise)},
    {"group", "CALL",
     "rate and decay of some parameters, as in 'weights(last=2, rate=0.1)'; may be repeated; see `gemmule list groups'",
     0, .read = read_group},
    {"freeze", "N,N...", "layers that are not trained, counted from 1 (none)", 0, read_freeze, .field = 0, 1, INT_MAX},
    {"seed", "N", "seed of the random numbers (0)", 0, read_seed, .field = 0, 0, INT64_MAX},
    {"metric", "CALL",
     "what epochs are compared by in validation, as accuracy or 'f1(average=macro)' (loss); see `gemmule list metrics'",
     0, read_text, .field = offsetof(train_flags, fit.metric)},
    {"keep", "WHICH", "weights to keep: best, of the best epoch in validation, or last (best)", 0, read_keep,
     .field = offsetof(train_flags, fit.keep_best)},
    {"patience", "N", "epochs in a row without a better one after which training ends (none)", 0, read_whole,
     .field = offsetof(train_flags, fit.patience), 1, INT_MAX},
    {"patience-growth", "FACTOR", "adds this factor times the best epoch to --patience (0)", 0, read_not_negative,
     .field = offsetof(train_flags, fit.patience_growth)},
    {"on-divergence", "ACTION",
     "fail, or halve: go back to the last good state and halve the learning rate, up to 5 times (fail)", 0,
     read_divergence, .field = offsetof(train_flags, fit.halvings)},
    {"checkpoint", "FILE", "file to save the state of training in, for --resume (none)", 0, read_file,
     .field = offsetof(train_flags, fit.checkpoint)},
    {"every", "N|Nm", "epochs, or minutes as in 5m, from one checkpoint to the next (1)", 0, read_every, .field = 0, 1,
     INT_MAX},
    {"resume", "FILE", "go on from a checkpoint, with the same data and flags", 0, read_file,
     .field = offsetof(train_flags, fit.resume)},
    {"override", NULL, "let --resume go on with other flags or another build, and say what changed", 0, read_on,
     .field = offsetof(train_flags, fit.resume_override)},
    {0}};

const flag rate_table[] = {{"lr", "RATE",
                            "learning rate, or auto: search one first, as `gemmule tune --lr-range' (the optimizer's)",
                            GROUP_TRAINING | MAIN, read_rate, .field = 0},
                           {0}};
