/* cli/train_flags.c - the flags of `gemmule train`. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "train.h"

enum {
    KEY_HIDDEN = 256,
    KEY_ACTIVATION,
    KEY_INIT,
    KEY_NET,
    KEY_LSUV,
    KEY_DTYPE,
    KEY_VAL,
    KEY_TASK,
    KEY_SCALE,
    KEY_JSON,
    KEY_QUIET,
    KEY_OUTPUT = 'o'
};

static const struct argp_option options[] = {
    {"task", KEY_TASK, "TASK", FLAG_MAIN, "classification, regression or auto (auto)", GROUP_DATA},
    {"val", KEY_VAL, "FRACTION", FLAG_MAIN,
     "share of the samples held back for validation (0.2; 0 with a test part or fewer than 10 samples)", 0},
    {"scale", KEY_SCALE, "KIND", 0, "scaling of the inputs: auto, none, unit or standard (auto)", 0},
    {"hidden", KEY_HIDDEN, "N,N...", FLAG_MAIN, "units of the hidden layers, or none (128)", GROUP_NETWORK},
    {"net", KEY_NET, "NET", FLAG_MAIN,
     "the whole network, as in '64 -> 32 relu -> 10 softmax', or a file with its text", 0},
    {"activation", KEY_ACTIVATION, "CALL", 0,
     "activation of the hidden layers (relu); see `gemmule list activations' and `gemmule list trainable'", 0},
    {"init", KEY_INIT, "CALL", 0,
     "initializer of all layers (the one for the activation); see `gemmule list initializers'", 0},
    {"lsuv", KEY_LSUV, NULL, 0, "scale the initial weights until the outputs of each layer have variance 1", 0},
    {"dtype", KEY_DTYPE, "TYPE", 0, "numbers to compute in: f32 or f64 (f32)", 0},
    {"output", KEY_OUTPUT, "MODEL", FLAG_MAIN, "file to save the model in (model.safetensors)", GROUP_REPORT},
    {"json", KEY_JSON, NULL, 0, "report as one JSON object on stdout; text goes to stderr", 0},
    {"quiet", KEY_QUIET, NULL, 0, "print errors only", 0},
    {0}};

static const char *const dtypes[] = {[GML_F32] = "f32", [GML_F64] = "f64", NULL};

static const char *const tasks[] = {
    [GML_TASK_AUTO] = "auto", [GML_TASK_REGRESSION] = "regression", [GML_TASK_CLASSIFICATION] = "classification", NULL};

static const char *const scalings[] = {[GML_SCALING_AUTO] = "auto",
                                       [GML_SCALING_NONE] = "none",
                                       [GML_SCALING_UNIT] = "unit",
                                       [GML_SCALING_STANDARD] = "standard",
                                       NULL};

static void parse_hidden(const struct argp_state *state, const char *text, train_flags *flags)
{
    flags->hidden_count = 0;
    if (strcmp(text, "none") == 0 || text[0] == '\0') {
        return;
    }
    for (const char *end = text; end != NULL; text = end != NULL ? end + 1 : text) {
        char number[32];
        end = strchr(text, ',');
        const size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        if (flags->hidden_count == MOST_HIDDEN || length >= sizeof number) {
            refuse(state, "--hidden: expected at most %d sizes as in '512,256'", MOST_HIDDEN);
        }
        memcpy(number, text, length);
        number[length] = '\0';
        flags->hidden[flags->hidden_count++] = flag_whole(state, "--hidden", number, 1, INT_MAX);
    }
}

/* The texts of calls become part of the network's description, and must not smuggle in anything else. */
static const char *read_call(const struct argp_state *state, const char *flag, const char *text)
{
    const char *rest = text + strcspn(text, "( ");
    const bool closed = rest[0] == '(' && strcspn(rest, ")") + 1 == strlen(rest);
    if (rest == text || (rest[0] != '\0' && !closed) || strstr(text, "->") != NULL) {
        refuse(state, "%s: expected a name or a call as in 'name(argument=1)', got '%s'", flag, text);
    }
    return text;
}

static error_t parse_network_flag(int key, char *value, const struct argp_state *state, train_flags *flags)
{
    switch (key) {
    case KEY_HIDDEN:
        flags->shaped = true;
        parse_hidden(state, value, flags);
        return 0;
    case KEY_ACTIVATION:
        flags->shaped = true;
        flags->activation = read_call(state, "--activation", value);
        return 0;
    case KEY_INIT:
        flags->shaped = true;
        flags->initializer = read_call(state, "--init", value);
        return 0;
    case KEY_NET:
        flags->net = flag_net(flag_file(state, "--net", value));
        flags->net_file = flags->net != value ? value : NULL;
        return 0;
    case KEY_LSUV:
        flags->lsuv = true;
        return 0;
    case KEY_DTYPE:
        flags->network.dtype = (gml_dtype)flag_choice(state, "--dtype", value, dtypes);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_other_flag(int key, char *value, const struct argp_state *state, train_flags *flags)
{
    switch (key) {
    case KEY_VAL:
        flags->validation = flag_from(state, "--val", value, 0, 1);
        return 0;
    case KEY_TASK:
        flags->task = (gml_task)flag_choice(state, "--task", value, tasks);
        return 0;
    case KEY_SCALE:
        flags->scaling = (gml_scaling_kind)flag_choice(state, "--scale", value, scalings);
        return 0;
    case KEY_OUTPUT:
        flags->output = flag_file(state, "--output", value);
        return 0;
    case KEY_JSON:
        flags->json = true;
        return 0;
    case KEY_QUIET:
        flags->quiet = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* True if a call such as "adam(lr=0.2)" gives the argument `name`. */
static bool gives_argument(const char *call, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = strchr(call, '('); at != NULL; at = strchr(at, ',')) {
        at++;
        at += strspn(at, " \t\r\n");
        if (strncmp(at, name, length) == 0 && at[length + strspn(at + length, " \t\r\n")] == '=') {
            return true;
        }
    }
    return false;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    train_flags *flags = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = flags;
        state->child_inputs[1] = &flags->file;
        return 0;
    case ARGP_KEY_ARG:
        if (flags->data != NULL) {
            refuse(state, "one DATA is expected, but there is also '%s'", value);
        }
        flags->data = flag_file(state, "DATA", value);
        return 0;
    case ARGP_KEY_END:
        if (flags->data == NULL) {
            refuse(state, "DATA is missing: a CSV file, IDX data, or the word digits");
        }
        if (flags->net != NULL && flags->shaped) {
            refuse(state, "--net is the whole network: --hidden, --activation and --init do not go with it");
        }
        if (flags->fit.learning_rate > 0 && flags->fit.optimizer != NULL &&
            gives_argument(flags->fit.optimizer, "lr")) {
            refuse(state, "--lr and the lr= of --optimizer '%s' both give the learning rate; leave one out",
                   flags->fit.optimizer);
        }
        return 0;
    default:
        break;
    }
    error_t answer = parse_network_flag(key, value, state, flags);
    if (answer == ARGP_ERR_UNKNOWN) {
        answer = parse_other_flag(key, value, state, flags);
    }
    return answer;
}

void train_flags_parse(int argc, char **argv, train_flags *flags)
{
    static const struct argp_child children[] = {{&fit_argp, 0, NULL, 0}, {&data_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options,
        parse,
        "DATA",
        "Trains a network on DATA (CSV, IDX or the word digits) and saves it as a model.\v"
        "Defaults are in parentheses. A CALL is a name with or without arguments, as in 'leaky_relu(slope=0.2)'.\n\n"
        "DATA is a CSV file with or without a header, a folder or file of IDX data (train-images-idx3-ubyte and its "
        "siblings, also as .gz), or the word digits for the images that come with gemmule. A folder's train part is "
        "learned, and its t10k part tested.\n\n"
        "Ctrl-C ends training after the running step. The weights are saved if an epoch has finished. A second Ctrl-C "
        "ends the program at once.",
        children,
        NULL,
        NULL};
    *flags = (train_flags){.output = "model.safetensors", .validation = -1, .hidden = {128}, .hidden_count = 1};
    parse_flags(&argp, argc, argv, flags);
}
