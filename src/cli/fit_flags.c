/* cli/fit_flags.c - the flags of `gemmule train` that are about the training itself. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "help.h"
#include "train.h"

enum {
    KEY_LOSS = 256,
    KEY_OPTIMIZER,
    KEY_SCHEDULE,
    KEY_AVERAGE,
    KEY_LR,
    KEY_BATCH,
    KEY_EPOCHS,
    KEY_ACCUMULATE,
    KEY_L2,
    KEY_L1,
    KEY_MAX_NORM,
    KEY_NOISE,
    KEY_CLIP_NORM,
    KEY_CLIP_VALUE,
    KEY_GROUP,
    KEY_FREEZE,
    KEY_CLASS_WEIGHTS,
    KEY_OUTPUT_BIAS,
    KEY_SEED
};

static const struct argp_option options[] = {
    {"optimizer", KEY_OPTIMIZER, "CALL", FLAG_MAIN, "optimizer (adam); see `gemmule list optimizers'", GROUP_TRAINING},
    {"lr", KEY_LR, "RATE", FLAG_MAIN, "learning rate (the optimizer's)", 0},
    {"batch", KEY_BATCH, "N", FLAG_MAIN, "samples of a batch (32)", 0},
    {"epochs", KEY_EPOCHS, "N", FLAG_MAIN, "passes over the data (10, or up to 300 to make 3000 steps)", 0},
    {"accumulate", KEY_ACCUMULATE, "N", 0, "batches of a step (1)", 0},
    {"schedule", KEY_SCHEDULE, "CALL", 0,
     "schedule of the learning rate, as in 'cosine(warmup=500)' (constant); see `gemmule list schedules'", 0},
    {"average", KEY_AVERAGE, "CALL", 0,
     "average of the weights over the steps, as in 'ema(decay=0.99)' (none); see `gemmule list averages'", 0},
    {"loss", KEY_LOSS, "CALL", 0, "loss to minimise (the one for the target); see `gemmule list losses'", 0},
    {"class-weights", KEY_CLASS_WEIGHTS, "W,W...", 0,
     "weights of the classes: a number for each, or balanced, inverse to their frequency (all 1)", 0},
    {"output-bias", KEY_OUTPUT_BIAS, "CHOICE", 0,
     "start the outputs at the mean of the targets: yes, no, or auto: if the loss takes counts or amounts (auto)", 0},
    {"l2", KEY_L2, "RATE", 0, "L2 decay of the weights (0)", 0},
    {"l1", KEY_L1, "RATE", 0, "L1 decay of the weights (0)", 0},
    {"max-norm", KEY_MAX_NORM, "NORM", 0, "limit of the norm of the weights into each unit (none)", 0},
    {"clip-norm", KEY_CLIP_NORM, "NORM", 0, "limit of the norm of the gradient (none)", 0},
    {"clip-value", KEY_CLIP_VALUE, "VALUE", 0, "limit of each entry of the gradient (none)", 0},
    {"gradient-noise", KEY_NOISE, "VARIANCE", 0, "noise on the gradient at the first step; it decays (0)", 0},
    {"group", KEY_GROUP, "CALL", 0,
     "rate and decay of some parameters, as in 'weights(last=2, rate=0.1)'; may be repeated; see `gemmule list groups'",
     0},
    {"freeze", KEY_FREEZE, "N,N...", 0, "layers that are not trained, counted from 1 (none)", 0},
    {"seed", KEY_SEED, "N", 0, "seed of the random numbers (0)", 0},
    {0}};

static const char *const choices[] = {
    [GML_CHOICE_AUTO] = "auto", [GML_CHOICE_YES] = "yes", [GML_CHOICE_NO] = "no", NULL};

static void add_group(const struct argp_state *state, const char *flag, const char *text, train_flags *flags)
{
    const size_t used = strlen(flags->groups), room = sizeof flags->groups - used;
    const int length = snprintf(flags->groups + used, room, "%s%s", used > 0 ? "; " : "", text);
    if (length < 0 || (size_t)length >= room) {
        refuse(state, "%s: more groups than there is room for", flag);
    }
    flags->fit.groups = flags->groups;
}

static void parse_freeze(const struct argp_state *state, const char *text, train_flags *flags)
{
    for (const char *end = text; end != NULL; text = end != NULL ? end + 1 : text) {
        char number[32], call[96];
        end = strchr(text, ',');
        const size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        if (length >= sizeof number) {
            refuse(state, "--freeze: expected numbers of layers as in '1,2'");
        }
        memcpy(number, text, length);
        number[length] = '\0';
        const unsigned layer = (unsigned)flag_whole(state, "--freeze", number, 1, INT_MAX);
        snprintf(call, sizeof call, "all(first=%u, last=%u, rate=0)", layer, layer);
        add_group(state, "--freeze", call, flags);
        flags->last_frozen = layer > flags->last_frozen ? layer : flags->last_frozen;
    }
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    train_flags *flags = state->input;
    gml_train_options *fit = &flags->fit;
    switch (key) {
    case KEY_LOSS:
        fit->loss = value;
        return 0;
    case KEY_OPTIMIZER:
        fit->optimizer = value;
        return 0;
    case KEY_SCHEDULE:
        fit->schedule = value;
        return 0;
    case KEY_AVERAGE:
        fit->average = value;
        return 0;
    case KEY_LR:
        fit->learning_rate = flag_above(state, "--lr", value, 0);
        return 0;
    case KEY_BATCH:
        fit->batch = flag_whole(state, "--batch", value, 1, INT_MAX);
        return 0;
    case KEY_ACCUMULATE:
        fit->accumulate = flag_whole(state, "--accumulate", value, 1, INT_MAX);
        return 0;
    case KEY_EPOCHS:
        fit->epochs = flag_whole(state, "--epochs", value, 1, INT_MAX);
        return 0;
    case KEY_L2:
        fit->l2 = flag_from(state, "--l2", value, 0, INFINITY);
        return 0;
    case KEY_L1:
        fit->l1 = flag_from(state, "--l1", value, 0, INFINITY);
        return 0;
    case KEY_MAX_NORM:
        fit->max_norm = flag_above(state, "--max-norm", value, 0);
        return 0;
    case KEY_NOISE:
        fit->gradient_noise = flag_from(state, "--gradient-noise", value, 0, INFINITY);
        return 0;
    case KEY_CLIP_NORM:
        fit->clip_norm = flag_above(state, "--clip-norm", value, 0);
        return 0;
    case KEY_CLIP_VALUE:
        fit->clip_value = flag_above(state, "--clip-value", value, 0);
        return 0;
    case KEY_GROUP:
        add_group(state, "--group", value, flags);
        if (flags->group_count == MOST_GROUPS) {
            refuse(state, "--group: may be given %d times at most", MOST_GROUPS);
        }
        flags->group[flags->group_count++] = value;
        return 0;
    case KEY_FREEZE:
        parse_freeze(state, value, flags);
        return 0;
    case KEY_CLASS_WEIGHTS:
        fit->class_weights = value;
        return 0;
    case KEY_OUTPUT_BIAS:
        fit->output_bias = (gml_choice)flag_choice(state, "--output-bias", value, choices);
        return 0;
    case KEY_SEED:
        fit->seed = flag_whole(state, "--seed", value, 0, INT64_MAX);
        flags->network.seed = fit->seed;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp fit_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
