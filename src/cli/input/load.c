/* cli/input/load.c - opens contexts, data and models. */
#include "cli/input/load.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/shell/exit.h"

enum { LARGE_TABLE = 256000000 }; /* bytes of a CSV that gets a cache without being asked for */

static void read_missing(const flag *row, const char *text, void *field)
{
    *(int *)field = MISSING_ERROR + flag_word(row, text, row->words);
}

static void read_more(const flag *row, const char *text, void *field)
{
    data_flags *flags = field;
    if (flags->more_count == MOST_FURTHER_FILES) {
        refuse_value(row, "expected at most %d further files", MOST_FURTHER_FILES);
    }
    read_data(row, text, &flags->more[flags->more_count++]);
}

void read_data(const flag *row, const char *text, void *field)
{
    if (strcmp(text, "-") == 0) {
        *(const char **)field = "/dev/stdin";
    } else {
        read_file(row, text, field);
    }
}

bool can_be_read_again(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
}

const flag data_table[] = {
    {"target", "NAME|INDEX",
     "column to learn, or several as in 'a,b': its name, or its index from 0 or, at the end, -1 (the last)",
     GROUP_DATA | MAIN, read_text, .field = offsetof(data_flags, target)},
    {"header", "WHEN", "whether the first row of a CSV is names: yes, no or auto (auto)", 0, read_choice,
     .field = offsetof(data_flags, header), .words = choice_words},
    {"weights", "NAME|INDEX", "column of a CSV with the weight of each sample", 0, read_text,
     .field = offsetof(data_flags, weights)},
    {"missing-targets", "WHAT",
     "error: an empty or nan target of a CSV is refused; mask: it is left out of the loss (error)", 0, read_missing,
     .field = offsetof(data_flags, missing), .words = (const char *const[]){"error", "mask", NULL}},
    {"missing", "WORDS",
     "words for a missing cell of a CSV, separated by commas, in place of NA, N/A, null, None, ? and -", RARE,
     read_text, .field = offsetof(data_flags, words)},
    {"columns", "RULES",
     "kinds of columns, as in 'zip=category; when=date; id=ignore': number, category, date, dmy, mdy or ignore (found "
     "out)",
     RARE, read_text, .field = offsetof(data_flags, columns)},
    {"ignore", "NAMES", "columns of a CSV that are not read, separated by commas", RARE, read_text,
     .field = offsetof(data_flags, ignore)},
    {"unseen", "WHAT",
     "a category that training has not seen: level: it counts as one more; error: it is refused (level)", RARE,
     read_choice, .field = offsetof(data_flags, unseen), .words = (const char *const[]){"level", "error", NULL}},
    {"delimiter", "MARK", "between the fields of a CSV, as in ';' or tab (found out)", RARE, read_text,
     .field = offsetof(data_flags, delimiter)},
    {"decimal", "MARK", "decimal mark of numbers in a CSV: . or , (found out)", RARE, read_text,
     .field = offsetof(data_flags, decimal)},
    {"thousands", "MARK", "separator of thousands in a CSV, as the ',' of 1,234.5 (none)", RARE, read_text,
     .field = offsetof(data_flags, thousands)},
    {"comment", "MARK", "skip lines of a CSV that begin with this character, as in '#' (none)", RARE, read_text,
     .field = offsetof(data_flags, comment)},
    {"more", "FILE", "further CSV with the same columns, read after DATA as if one file; may be repeated", RARE,
     read_more, .field = 0},
    {"cache", "WHEN",
     "keep a CSV beside it as FILE.gmlcache, for a quick start the next time: yes, no, auto (from 256 MB on), or check "
     "(all bytes are compared) (auto)",
     RARE, read_choice, .field = offsetof(data_flags, cache),
     .words = (const char *const[]){"auto", "yes", "no", "check", NULL}},
    {"threads", "N", "threads to use (all processors); results do not depend on it", GROUP_REPORT, read_whole,
     .field = offsetof(data_flags, threads), 1, MOST_THREADS},
    {0}};

const flag broken_table[] = {{"on-error", "WHAT", "at a row of a CSV that is broken: stop or skip (stop)", GROUP_DATA,
                              read_choice, .field = offsetof(data_flags, skips),
                              .words = (const char *const[]){"stop", "skip", NULL}},
                             {0}};

void set_csv_options(const data_flags *flags, gml_dataset_options *options)
{
    options->header = flags->header;
    if (flags->delimiter != NULL || flags->decimal != NULL || flags->thousands != NULL) { /* not those of a model */
        options->delimiter = flags->delimiter;
        options->decimal = flags->decimal;
        options->thousands = flags->thousands;
        options->marks_optional = 0;
    }
    options->comment = flags->comment != NULL ? flags->comment : options->comment;
    options->missing = flags->words != NULL ? flags->words : options->missing;
    options->broken_rows = flags->skips;
    options->more = flags->more;
    options->columns = flags->columns;
    options->ignore = flags->ignore;
    options->unseen_error = flags->unseen;
    options->more_count = flags->more_count;
}

/* True if the files of the data together have many bytes. */
static bool is_large(const data_flags *flags, const char *path)
{
    struct stat status;
    double bytes = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? (double)status.st_size : -1;
    for (size_t i = 0; bytes >= 0 && i < flags->more_count; i++) {
        bytes = stat(flags->more[i], &status) == 0 && S_ISREG(status.st_mode) ? bytes + (double)status.st_size : -1;
    }
    return bytes >= LARGE_TABLE;
}

void set_cache(const data_flags *flags, const char *path, gml_dataset_options *options, char *text)
{
    const bool wanted = flags->cache == CACHE_AUTO ? is_large(flags, path) : flags->cache != CACHE_NO;
    const int length = wanted ? snprintf(text, PATH_MAX, "%s.gmlcache", path) : -1;
    options->cache = length > 0 && length < PATH_MAX ? text : NULL;
    options->cache_check = flags->cache == CACHE_CHECK;
}

int open_context(size_t threads, gml_context **context)
{
    return open_context_with(&(const gml_context_options){.threads = threads}, context);
}

int open_context_with(const gml_context_options *options, gml_context **context)
{
    char message[512] = "";
    const gml_status status = gml_context_create(options, context, message, sizeof message);
    if (status == GML_OK) {
        return 0;
    }
    return complain(status == GML_ERROR_MEMORY ? EXIT_MEMORY : EXIT_USAGE, "%s", message);
}

int load_model(gml_context *context, const char *path, gml_network **network)
{
    const gml_status status = gml_model_load(context, path, network);
    return status == GML_OK ? 0 : complain_input(context, status);
}

/* Looks in the user's folder, the installed one and that of the source tree. */
const char *find_data(const char *word)
{
    static char path[PATH_MAX];
    const char *folders[] = {getenv("GEMMULE_DATA"), GEMMULE_INSTALLED_DATA, GEMMULE_SOURCE_DATA};
    if (strcmp(word, "digits") != 0) {
        return word;
    }
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        if (folders[i] == NULL || folders[i][0] == '\0') {
            continue;
        }
        const int length = snprintf(path, sizeof path, "%s/digits", folders[i]);
        if (length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0) {
            return path;
        }
    }
    complain(EXIT_NO_INPUT, "the digits are neither in $GEMMULE_DATA nor in %s", GEMMULE_INSTALLED_DATA);
    return NULL;
}

bool has_test_part(gml_context *context, const char *path)
{
    return gml_dataset_part_exists(context, path, "t10k");
}

void print_data_notes(const gml_dataset *data)
{
    for (size_t i = 0; gml_dataset_note(data, i) != NULL; i++) {
        complain(0, "note: %s", gml_dataset_note(data, i));
    }
}

static gml_dataset_options options_for_network(const gml_network *network, const char *path, const char *part,
                                               const data_flags *flags, data_columns columns)
{
    static const gml_choice targets[] = {[COLUMNS_INPUTS] = GML_CHOICE_NO,
                                         [COLUMNS_WEIGHTS] = GML_CHOICE_AUTO,
                                         [COLUMNS_PRESENT] = GML_CHOICE_AUTO,
                                         [COLUMNS_ALL] = GML_CHOICE_YES};
    gml_dataset_options options = gml_network_data_options(network);
    options.part = part != NULL ? part : has_test_part(gml_network_context(network), path) ? "t10k" : "train";
    set_csv_options(flags, &options);
    if (columns == COLUMNS_WEIGHTS && options.weights == NULL && flags->weights == NULL) {
        columns = COLUMNS_INPUTS;
    }
    options.targets = targets[columns];
    if (flags->weights != NULL) {
        options.weights = flags->weights;
        options.weights_index = NULL;
        options.weights_optional = columns == COLUMNS_INPUTS;
    }
    if (flags->missing != MISSING_UNSET) {
        options.missing_targets = flags->missing == MISSING_MASK;
    }
    if (flags->target != NULL) {
        options.target = flags->target;
        options.target_index = NULL;
    }
    return options;
}

/* A missing target column is an error of the flag if there is one, else of the data. */
static int complain_open(const gml_network *network, const data_flags *flags, gml_status status)
{
    const gml_context *context = gml_network_context(network);
    return flags->target != NULL ? complain_status(context, status) : complain_input(context, status);
}

int open_for_network(const gml_network *network, const char *path, const char *part, const data_flags *flags,
                     data_columns columns, gml_dataset **data)
{
    gml_dataset_options options = options_for_network(network, path, part, flags, columns);
    char cache[PATH_MAX];
    set_cache(flags, path, &options, cache);
    const gml_status status = gml_dataset_open(gml_network_context(network), path, &options, data);
    if (status == GML_OK) {
        print_data_notes(*data);
        return 0;
    }
    return complain_open(network, flags, status);
}

int open_rows_for_network(const gml_network *network, const char *path, const char *part, const data_flags *flags,
                          gml_rows **rows)
{
    const gml_dataset_options options = options_for_network(network, path, part, flags, COLUMNS_INPUTS);
    const gml_status status = gml_rows_open(gml_network_context(network), path, &options, rows);
    return status == GML_OK ? 0 : complain_open(network, flags, status);
}
