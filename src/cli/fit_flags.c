/* cli/fit_flags.c - the flags of `gemmule train` that are about the training itself. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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
    {"loss", KEY_LOSS, "CALL", 0, "what to make small (follows from the target)", 0},
    {"class-weights", KEY_CLASS_WEIGHTS, "W,W...", 0,
     "how much samples of each class count: a number for each, or balanced (all the same)", 0},
    {"output-bias", KEY_OUTPUT_BIAS, "CHOICE", 0,
     "begin with the outputs at the mean of the targets: yes, no or auto (auto: yes under poisson, gamma and tweedie, "
     "no "
     "for classes)",
     0},
    {"optimizer", KEY_OPTIMIZER, "CALL", 0, "as in 'adam(beta2=0.99)' (adam)", 0},
    {"schedule", KEY_SCHEDULE, "CALL", 0, "of the learning rate, as in 'cosine(warmup=500)' (constant)", 0},
    {"average", KEY_AVERAGE, "CALL", 0, "of the weights, as in 'ema(decay=0.99)' or swa (none)", 0},
    {"lr", KEY_LR, "RATE", 0, "learning rate (the optimizer's)", 0},
    {"batch", KEY_BATCH, "N", 0, "samples a step (32)", 0},
    {"accumulate", KEY_ACCUMULATE, "N", 0, "batches that make a step (1)", 0},
    {"epochs", KEY_EPOCHS, "N", 0, "times through the data (10, or more for small data: up to 3000 steps)", 0},
    {"l2", KEY_L2, "RATE", 0, "L2 decay of the weights (0)", 0},
    {"l1", KEY_L1, "RATE", 0, "L1 decay of the weights (0)", 0},
    {"max-norm", KEY_MAX_NORM, "NORM", 0, "cut the norm of the weights into each unit to this", 0},
    {"gradient-noise", KEY_NOISE, "VARIANCE", 0, "noise on the gradient at the first step; it falls (0)", 0},
    {"clip-norm", KEY_CLIP_NORM, "NORM", 0, "cut the gradient's norm to this", 0},
    {"clip-value", KEY_CLIP_VALUE, "VALUE", 0, "cut each entry of the gradient to this", 0},
    {"seed", KEY_SEED, "N", 0, "of everything that is drawn at random (0)", 0},
    {"group", KEY_GROUP, "CALL", 0,
     "rate and decay of some parameters, as in 'weights(last=2, rate=0.1)'; may be repeated", 0},
    {"freeze", KEY_FREEZE, "N,N...", 0, "layers that stay as they are, from 1", 0},
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
