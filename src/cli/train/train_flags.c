/* cli/train/train_flags.c - the flags of `gemmule train`. */
#include <limits.h>
#include <string.h>

#include "cli/shell/exit.h"
#include "cli/train/train_ensemble.h"

static const char *const dtypes[] = {[GML_F32] = "f32", [GML_F64] = "f64", NULL};

static const char *const tasks[] = {
    [GML_TASK_AUTO] = "auto", [GML_TASK_REGRESSION] = "regression", [GML_TASK_CLASSIFICATION] = "classification", NULL};

static const char *const scalings[] = {[GML_SCALING_AUTO] = "auto",
                                       [GML_SCALING_NONE] = "none",
                                       [GML_SCALING_UNIT] = "unit",
                                       [GML_SCALING_STANDARD] = "standard",
                                       NULL};

static void read_hidden(const flag *row, const char *text, void *field)
{
    train_flags *flags = field;
    flags->hidden_given = true;
    flags->hidden_count = 0;
    text = strcmp(text, "none") == 0 || text[0] == '\0' ? NULL : text;
    while (text != NULL) {
        if (flags->hidden_count == MOST_HIDDEN) {
            refuse_value(row, "expected at most %d sizes as in '512,256'", MOST_HIDDEN);
        }
        flags->hidden[flags->hidden_count++] = (size_t)flag_listed(row, &text);
    }
}

static void read_lsuv(const flag *row, const char *text, void *field)
{
    (void)row;
    (void)text;
    *(const char **)field = "lsuv";
}

/* A call becomes part of the network's description, and must not add anything else to it. */
static void read_call(const flag *row, const char *text, void *field)
{
    const char *rest = text + strcspn(text, "( ");
    const bool closed = rest[0] == '(' && strcspn(rest, ")") + 1 == strlen(rest);
    if (rest == text || (rest[0] != '\0' && !closed) || strstr(text, "->") != NULL) {
        refuse_value(row, "expected a name or a call as in 'name(argument=1)', got '%s'", text);
    }
    *(const char **)field = text;
}

static const flag arguments[] = {
    {"DATA", .help = "a file of CSV, ARFF, NPY, NPZ, safetensors, LIBSVM or IDX data, or the word digits",
     .read = read_data, .field = offsetof(train_flags, data)},
    {0}};

const flag network_table[] = {
    {"task", "TASK", "classification, regression or auto (auto)", GROUP_DATA | MAIN, read_choice,
     .field = offsetof(train_flags, task), .words = tasks},
    {"val", "FRACTION",
     "share of the samples held back for validation (0.2; 0 with a test part or fewer than 10 samples)", MAIN,
     read_share, .field = offsetof(train_flags, validation)},
    {"split", "KIND",
     "how samples are chosen for validation (stratified for classes, else random); see `gemmule list splits'", 0,
     read_text, .field = offsetof(train_flags, split)},
    {"split-by", "NAME|INDEX",
     "column of a CSV with groups, texts or numbers: it is no input, and each group is in one part", 0, read_text,
     .field = offsetof(train_flags, groups_column)},
    {"val-data", "FILE", "data for validation, in place of a share of DATA", 0, read_data,
     .field = offsetof(train_flags, validation_data)},
    {"test", "FILE", "data to measure the trained network on (the test part of DATA, if it has one)", 0, read_data,
     .field = offsetof(train_flags, test_data)},
    {"scale", "KIND", "scaling of the inputs: auto, none, unit or standard (auto)", 0, read_choice,
     .field = offsetof(train_flags, scaling), .words = scalings},
    {"prepare", "RULES",
     "transforms of the columns in place of --scale, as in 'number -> quantile; age -> log -> standard'; see `gemmule "
     "list transforms'",
     0, read_text, .field = offsetof(train_flags, preparation)},
    {"prepare-target", "RULES",
     "transforms of targets that are values: none, standard, log or 'log -> standard' (standard)", 0, read_text,
     .field = offsetof(train_flags, target_preparation)},
    {"clamp", NULL, "limit predictions to the range of the targets in training", 0, read_switch,
     .field = offsetof(train_flags, clamp)},
    {"hidden", "N,N...", "units of the hidden layers, or none (128)", GROUP_NETWORK | MAIN, read_hidden, .field = 0, 1,
     INT_MAX},
    {"net", "NET", "the whole network, as in '64 -> 32 relu -> 10 softmax', or a file with its text", MAIN, read_net,
     .field = offsetof(train_flags, net)},
    {"activation", "CALL",
     "activation of the hidden layers (relu); see `gemmule list activations' and `gemmule list trainable'", 0,
     read_call, .field = offsetof(train_flags, activation)},
    {"init", "CALL", "initializer of all layers (the one for the activation); see `gemmule list initializers'", 0,
     read_call, .field = offsetof(train_flags, initializer)},
    {"data-init", "CALL",
     "initialise weights, and with per_unit biases, by the data (none); see `gemmule list data-inits'", 0, read_text,
     .field = offsetof(train_flags, data_init)},
    {"lsuv", NULL, "the same as --data-init lsuv", 0, read_lsuv, .field = offsetof(train_flags, data_init)},
    {"dtype", "TYPE", "numbers to compute in: f32 or f64 (f32)", 0, read_choice,
     .field = offsetof(train_flags, network.dtype), .words = dtypes},
    {0}};

static const flag ensemble_table[] = {
    {"ensemble", "K", "train K networks and average their predictions (one network)", GROUP_NETWORK, read_whole,
     .field = offsetof(train_flags, ensemble), 1, 1024},
    {"ensemble-by", "WHAT",
     "seeds: networks of K seeds, trained on the same samples; folds: each of K folds is held back from one (seeds)", 0,
     read_choice, .field = offsetof(train_flags, ensemble_by), .words = ensemble_ways},
    {"time", "SECONDS", "the time that a choice among recipes may take (60 for best)", GROUP_TRAINING, read_positive,
     .field = offsetof(train_flags, seconds)},
    {0}};

/* The page shows the health of the run. */
static void read_report(const flag *row, const char *text, void *field)
{
    train_flags *flags = field;
    read_file(row, text, &flags->report);
    flags->health = true;
}

static const flag report_table[] = {
    {"output", "MODEL", "file to save the model in (model.safetensors)", GROUP_REPORT | MAIN, read_file,
     .field = offsetof(train_flags, output), .letter = 'o'},
    {"calibrate", NULL, "divide the logits by the temperature that is best on the validation part", 0, read_switch,
     .field = offsetof(train_flags, calibrate)},
    {"interval", "LEVEL",
     "find prediction intervals of values by the validation part, which hold LEVEL, as 0.9, of new targets", 0,
     read_level, .field = offsetof(train_flags, interval)},
    {"log", "FILE", "file for the configuration, the figures of steps and epochs, and the result, as lines of JSON", 0,
     read_file, .field = offsetof(train_flags, log)},
    {"plot", NULL, "draw the curves of loss and metric in the terminal at the end", 0, read_switch,
     .field = offsetof(train_flags, plot)},
    {"json", NULL, "report as one JSON object on stdout; text goes to stderr", 0, read_switch,
     .field = offsetof(train_flags, json)},
    {"health", NULL, "watch layers and units while training, and report alarms with remedies", 0, read_switch,
     .field = offsetof(train_flags, health)},
    {"report", "FILE", "write a page about the run as FILE (HTML), with the health of the layers", 0, read_report,
     .field = 0},
    {"quiet", NULL, "print errors only", 0, read_switch, .field = offsetof(train_flags, quiet)},
    {0}};

static const char blanks[] = " \t\r\n";

/* True if `text`, after blanks, is the name, blanks and "=". */
static bool gives_at(const char *text, const char *name)
{
    const char *word = text + strspn(text, blanks);
    if (strncmp(word, name, strlen(name)) != 0) {
        return false;
    }
    const char *after = word + strlen(name);
    return after[strspn(after, blanks)] == '=';
}

/* True if a call such as "adam(lr=0.2)" gives the argument `name`. */
static bool gives_argument(const char *call, const char *name)
{
    bool gives = false;
    for (const char *at = strpbrk(call, "(,"); at != NULL && !gives; at = strpbrk(at + 1, "(,")) {
        gives = gives_at(at + 1, name);
    }
    return gives;
}

static void check_checkpoints(const gml_train_options *fit)
{
    if (fit->checkpoint == NULL && (fit->checkpoint_epochs > 0 || fit->checkpoint_minutes > 0)) {
        refuse("--every is the interval of --checkpoint, which is not given");
    }
    if (fit->resume == NULL && fit->resume_override != 0) {
        refuse("--override is about --resume, which is not given");
    }
}

void train_flags_check(const train_flags *flags)
{
    check_checkpoints(&flags->fit);
    train_check_ensemble_flags(flags);
    train_check_recipe_flags(flags);
    const char *optimizer = flags->fit.optimizer;
    if (flags->net.text != NULL && (flags->hidden_given || flags->activation != NULL || flags->initializer != NULL)) {
        refuse("--net is the whole network: --hidden, --activation and --init do not go with it");
    }
    if (flags->validation_data != NULL && (flags->validation >= 0 || flags->split != NULL)) {
        refuse("--val-data is the data for validation: --val and --split do not go with it");
    }
    if (flags->groups_column != NULL && flags->split != NULL && strcmp(flags->split, "group") != 0) {
        refuse("--split-by '%s' keeps groups whole: --split '%s' does not go with it", flags->groups_column,
               flags->split);
    }
    if (flags->groups_column == NULL && flags->split != NULL && strcmp(flags->split, "group") == 0) {
        refuse("--split group needs the column with the group of each sample: --split-by NAME|INDEX");
    }
    if (flags->preparation != NULL && flags->scaling > GML_SCALING_NONE) {
        refuse("--prepare transforms the inputs: --scale '%s' does not go with it", scalings[flags->scaling]);
    }
    if (flags->validation == 0 && flags->calibrate && flags->validation_data == NULL) {
        refuse("--calibrate needs a validation part; --val 0 leaves none");
    }
    if (flags->validation == 0 && flags->interval > 0 && flags->validation_data == NULL) {
        refuse("--interval needs a validation part; --val 0 leaves none");
    }
    if (flags->plot && flags->quiet) {
        refuse("--plot draws the curves and --quiet prints errors only; leave one out");
    }
    if (flags->validation == 0 && flags->split != NULL) {
        refuse("--split '%s' needs a validation part; --val 0 leaves none", flags->split);
    }
    if ((flags->fit.learning_rate > 0 || flags->rate_auto) && optimizer != NULL && gives_argument(optimizer, "lr")) {
        refuse("--lr and the lr= of --optimizer '%s' both give the learning rate; leave one out", optimizer);
    }
}

static void check(const void *flags)
{
    train_flags_check(flags);
}

void train_flags_clear(train_flags *flags)
{
    *flags = (train_flags){.output = "model.safetensors", .validation = -1, .hidden = {128}, .hidden_count = 1};
}

void train_flags_parse(int argc, char **argv, train_flags *flags)
{
    static const command_line line = {
        "DATA",
        "Trains a network on DATA (CSV, NPY, IDX, digits) and saves it as a model.\v"
        "Defaults are in parentheses. A CALL is a name with or without arguments, as in 'leaky_relu(slope=0.2)'.\n\n"
        "DATA is a CSV file with or without a header, an ARFF, an NPY, NPZ or safetensors file of arrays, LIBSVM text, "
        "a "
        "folder or file of IDX data (train-images-idx3-ubyte and its siblings), all also as .gz, or the word digits "
        "for the "
        "images that come with gemmule. The train part of a "
        "folder is trained on, and its t10k part is the test.\n\n"
        "Ctrl-C ends training after the running step. The weights are saved if an epoch has finished, and the state "
        "with --checkpoint. A second Ctrl-C ends the program at once.",
        arguments,
        {{recipe_table, 0},
         {rate_table, 0},
         {fit_table, 0},
         {data_table, offsetof(train_flags, file)},
         {broken_table, offsetof(train_flags, file)},
         {network_table, 0},
         {ensemble_table, 0},
         {report_table, 0}},
        check};
    train_flags_clear(flags);
    flags->recipe_default = true;
    parse_flags(&line, argc, argv, flags);
}
